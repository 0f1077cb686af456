"""The page and its line: what it says is so, it comes back by itself, and nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from tests.e2e.conftest import ADMIN_PASSWORD
from tests.e2e.driver import DESK, PHONE
from tests.support.kinds import KINDS, KINDS_ID
from tests.support.server import ServerProcess

LIVE = "body.is-live:not(.is-offline)"
Wire = Callable[[WebSocketRoute], None]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with the script that has a task of every kind."""
    folder = tmp_path_factory.mktemp("line")
    script = folder / "scenarios" / KINDS_ID
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(KINDS)
    running = ServerProcess(folder, scenarios=folder / "scenarios", password=ADMIN_PASSWORD)
    running.start()
    yield running
    running.stop()


class Evening:
    """A session of one team, its two seats taken over HTTP."""

    def __init__(self, server: ServerProcess) -> None:
        self.url = server.url
        self.client = httpx.Client(base_url=server.url, timeout=60)
        told = self.client.post("/api/token", json={"name": "admin", "password": ADMIN_PASSWORD})
        self.client.headers["authorization"] = f"Bearer {told.json()['token']}"
        opened = self.client.post("/api/sessions", json={"scenario": KINDS_ID})
        self.session = opened.json()
        self.seats = {role: self._seat(role) for role in ("recorder", "lookout")}

    def _seat(self, role: str) -> dict[str, str]:
        path = f"/api/sessions/{self.session['code']}/seats"
        taken: dict[str, str] = self.client.post(path, json={"name": role, "role": role}).json()
        return taken

    def do(self, **command: Any) -> None:
        answer = self.client.post(f"/api/sessions/{self.session['id']}/commands", json=command)
        assert answer.status_code == 200, answer.text

    def log(self) -> list[dict[str, Any]]:
        """The events of the run."""
        text = self.client.get(f"/api/runs/{self.session['runs'][0]}/log").text
        return [json.loads(line) for line in text.splitlines()]

    def sit(self, page: Page, role: str) -> None:
        page.goto(f"{self.url}/seat/{self.seats[role]['token']}")
        expect(page.locator(LIVE)).to_be_visible()


@pytest.fixture
def evening(house: ServerProcess) -> Iterator[Evening]:
    opened = Evening(house)
    yield opened
    opened.client.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    yield page
    context.close()


class Line:
    """What a page's sockets meet, one after the other; then the server itself."""

    def __init__(self, page: Page) -> None:
        self.waiting: list[Wire] = []
        self.count = 0
        self.said: list[dict[str, Any]] = []
        self.last: WebSocketRoute | None = None
        page.route_web_socket("**/live", self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        self.count += 1
        self.last = socket
        if self.waiting:
            self.waiting.pop(0)(socket)
            return
        server = socket.connect_to_server()

        def heard(message: str | bytes) -> None:
            self.said.append(json.loads(message))
            server.send(message)

        socket.on_message(heard)

    def cut(self, code: int = 1011) -> None:
        assert self.last is not None
        self.last.close(code=code)


def closes(code: int) -> Wire:
    return lambda socket: socket.close(code=code)


def byes(code: str) -> Wire:
    def wire(socket: WebSocketRoute) -> None:
        shape = {"type": "bye", "code": code, "message": f"说明{code}。", "remedy": "怎么办。"}
        socket.send(json.dumps(shape, ensure_ascii=False))
        socket.close(code=1008)

    return wire


# ── it comes back, and says what is so ──────────────────────────────────────────────────────────

COMES_BACK = {
    "busy": closes(1013),
    "restart": closes(1012),
    "broken": closes(1011),
    "refused": closes(1008),
    "ended": closes(1000),
    "no right": byes("no_right"),
    "malformed": byes("malformed"),
    "too fast": byes("too_fast"),
    "another one": byes("of_tomorrow"),
}


def test_whatever_ends_the_line_but_for_good_the_page_comes_back_by_itself(
    evening: Evening, phone: Page
) -> None:
    line = Line(phone)
    evening.sit(phone, "recorder")
    for name, wire in COMES_BACK.items():
        before = line.count
        line.waiting = [wire]
        line.cut()
        expect(phone.locator(LIVE), name).to_be_visible()
        expect(phone.locator("[data-offline]"), name).to_be_hidden()
        assert line.count >= before + 2, name


@pytest.mark.parametrize("code", ["seat_needed", "login_needed", "not_found", "other_seat"])
def test_what_is_final_is_said_and_a_reload_is_offered(
    evening: Evening, phone: Page, code: str
) -> None:
    line = Line(phone)
    evening.sit(phone, "recorder")
    line.waiting = [byes(code)]
    line.cut()
    banner = phone.locator("[data-offline]")
    expect(banner).to_contain_text(f"说明{code}。")
    expect(banner).not_to_contain_text("重连")
    before = line.count
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    banner.locator("[data-reload]").click()
    expect(phone.locator(LIVE)).to_be_visible()
    assert line.count == before + 1, "nothing was tried before the reload"


def test_each_state_has_words_of_its_own(evening: Evening, phone: Page) -> None:
    line = Line(phone)
    evening.sit(phone, "recorder")
    banner = phone.locator("[data-offline]")
    line.waiting = [closes(1011)] * 30
    line.cut()
    expect(banner).to_contain_text("连接断开")
    line.waiting = [closes(1013)] * 30
    expect(banner).to_contain_text("忙不过来")
    line.waiting = [byes("no_right")] * 30
    expect(banner).to_contain_text("说明no_right。")
    line.waiting = []
    expect(banner).to_be_hidden()


NEVER_OPENS = """
    const Real = window.WebSocket;
    window.made = 0;
    window.WebSocket = function (url) {
        window.made += 1;
        if (window.made <= Number(sessionStorage.getItem('stuck') || 0)) {
            return { readyState: 0, close() {}, send() {} };
        }
        return new Real(url);
    };
"""
"""The first sockets stay in CONNECTING for ever, as after a change of networks."""


def test_an_attempt_has_ten_seconds_and_any_sign_of_life_replaces_it(
    evening: Evening, phone: Page
) -> None:
    phone.add_init_script(NEVER_OPENS)
    evening.sit(phone, "recorder")
    phone.evaluate("sessionStorage.setItem('stuck', 2)")
    phone.clock.install()
    phone.reload()
    assert phone.evaluate("window.made") == 1
    phone.clock.run_for(12_000)
    assert phone.evaluate("window.made") >= 2, "ten seconds are enough for an attempt"
    phone.evaluate("sessionStorage.setItem('stuck', 1)")
    phone.reload()
    assert phone.evaluate("window.made") == 1
    phone.clock.run_for(3_000)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator(LIVE)).to_be_visible()
    assert phone.evaluate("window.made") == 2


REFUSED = """
    window.WebSocket = function (url) {
        const made = { readyState: 0, close() {}, send() {} };
        setTimeout(() => { made.readyState = 3; made.onclose({ code: 1006 }); }, 5);
        return made;
    };
"""


def test_a_socket_that_is_refused_from_the_start_says_what_helps(
    evening: Evening, phone: Page
) -> None:
    """Not 正在重连 for ever: nothing was ever connected, and the page itself was reached."""
    phone.add_init_script(REFUSED)
    phone.goto(f"{evening.url}/seat/{evening.seats['recorder']['token']}")
    banner = phone.locator("[data-offline]")
    expect(banner).to_contain_text("实时连接却被挡住了")
    expect(banner.locator("[data-reload]")).to_be_visible()
    assert not phone.locator("body.is-live").count()


def test_a_tap_without_an_answer_starts_a_ping(evening: Evening, phone: Page) -> None:
    """A frozen server is noticed by that, and not by the next timer."""
    evening.do(do="start")
    phone.clock.install()
    line = Line(phone)
    evening.sit(phone, "lookout")
    assert line.last is not None
    frozen: list[str | bytes] = []
    line.last.on_message(lambda message: frozen.append(message))
    phone.get_by_role("button", name="读完了").click()
    phone.clock.run_for(6_000)
    phone.wait_for_function("() => true")
    assert any("ping" in str(one) for one in frozen)
    before = line.count
    phone.clock.run_for(8_000)
    expect(phone.locator(LIVE)).to_be_visible()
    assert line.count > before
    expect(phone.get_by_role("button", name="读完了")).to_have_count(0)


def test_the_phones_clock_may_be_set(evening: Evening, phone: Page) -> None:
    """Ten minutes back: a dead line is noticed all the same, and countdowns go on."""
    phone.add_init_script(
        "const now = Date.now; Date.now = () => now() - (window.back || 0);"
        "window.addEventListener('back', () => { window.back = 600000; });"
    )
    line = Line(phone)
    evening.sit(phone, "recorder")
    assert line.last is not None
    line.last.on_message(lambda message: None)  # nothing is answered any more
    phone.evaluate("window.dispatchEvent(new Event('back'))")
    before = line.count
    phone.wait_for_function("() => document.body.classList.contains('is-offline')", timeout=60_000)
    expect(phone.locator(LIVE)).to_be_visible()
    assert line.count > before


# ── half a page isn't there ─────────────────────────────────────────────────────────────────────

SCRIPTS = ["vendor/idiomorph.min.js", "ask.js", "drafts.js", "forms.js", "line.js", "live.js"]


@pytest.mark.parametrize("missing", SCRIPTS)
def test_a_page_that_did_not_load_whole_says_so_and_says_no_hello(
    evening: Evening, phone: Page, missing: str
) -> None:
    """A portal answers every address with its own page."""
    line = Line(phone)
    phone.route(f"**/static/{missing}*", lambda route: route.fulfill(body="<html>请先登录"))
    phone.goto(f"{evening.url}/seat/{evening.seats['recorder']['token']}")
    if missing == "live.js":
        expect(phone.locator(".late")).to_have_css("visibility", "visible", timeout=30_000)
    else:
        expect(phone.locator("[data-offline]")).to_contain_text("没有载全")
    assert not phone.locator("body.is-live").count()
    assert line.count == 0, "the desk would show somebody who sees nothing"


@pytest.mark.parametrize("page", ["play", "console", "projector"])
def test_without_scripts_the_page_says_what_it_needs(evening: Evening, page: str) -> None:
    login = evening.client.headers["authorization"].removeprefix("Bearer ")
    evening.client.cookies.update({"seat": evening.seats["recorder"]["token"], "login": login})
    path = "/play" if page == "play" else f"/sessions/{evening.session['id']}/{page}"
    html = evening.client.get(path).text
    assert "这一页要用 JavaScript" in html.split("<noscript>")[1].split("</noscript>")[0]


# ── whose it is ─────────────────────────────────────────────────────────────────────────────────


def test_two_sessions_in_two_tabs(house: ServerProcess, evening: Evening, phone: Page) -> None:
    """One cookie, two seats: the first tab is told, and presses nothing in the other's name."""
    other = Evening(house)
    for each in (evening, other):
        each.do(do="start")
    line = Line(phone)
    evening.sit(phone, "lookout")
    second = phone.context.new_page()
    other.sit(second, "lookout")
    line.cut()
    expect(phone.locator("[data-offline]")).to_contain_text("换到了另一个座位")
    phone.get_by_role("button", name="读完了").click()
    expect(second.get_by_role("button", name="读完了")).to_be_visible()
    phone.locator("[data-reload]").click()
    expect(phone.locator(LIVE)).to_be_visible()
    expect(phone.get_by_role("button", name="读完了")).to_be_visible()
    assert not [line for line in other.log() if line["event"]["tag"] == "task.answered"]
    other.client.close()


def test_what_waits_says_whom_it_is_from(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    line = Line(phone)
    evening.sit(phone, "lookout")
    line.waiting = [closes(1011)] * 2
    line.cut()
    phone.get_by_role("button", name="读完了").click()
    expect(phone.locator(LIVE)).to_be_visible()
    expect(phone.get_by_role("button", name="读完了")).to_have_count(0)
    seat = evening.seats["lookout"]
    sent = [one for one in line.said if one["type"] == "command"]
    assert [(one["run"], one["by"]) for one in sent] == [(seat["run"], seat["seat"])]


def test_what_waited_too_long_is_dropped_with_a_word(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    phone.clock.install()
    line = Line(phone)
    evening.sit(phone, "lookout")
    line.waiting = [closes(1011)] * 1000
    line.cut()
    phone.get_by_role("button", name="读完了").click()
    phone.clock.fast_forward(11 * 60_000)
    expect(phone.locator("p.answer")).to_contain_text("没有送到，已经作废")
    line.waiting = []
    phone.clock.run_for(20_000)
    expect(phone.locator(LIVE)).to_be_visible()
    assert not [one for one in line.said if one["type"] == "command"]


def test_a_desks_press_is_sent_within_seconds_or_dropped(
    evening: Evening, chromium: Browser
) -> None:
    evening.do(do="start")
    context = chromium.new_context(viewport=DESK)  # type: ignore[arg-type]
    page = context.new_page()
    token = evening.client.headers["authorization"].removeprefix("Bearer ")
    context.add_cookies([{"name": "login", "value": token, "url": evening.url}])
    page.clock.install()
    line = Line(page)
    page.goto(f"{evening.url}/sessions/{evening.session['id']}/console")
    expect(page.locator(LIVE)).to_be_visible()
    line.waiting = [closes(1011)] * 1000
    line.cut()
    page.get_by_role("button", name="全体暂停").click()
    page.clock.run_for(7_000)
    expect(page.locator("p.answer")).to_contain_text("“全体暂停”：没有送到，已经作废")
    line.waiting = []
    page.clock.run_for(20_000)
    expect(page.locator(LIVE)).to_be_visible()
    assert not [one for one in line.said if one["type"] == "command"]
    page.get_by_role("button", name="全体暂停").click()
    expect(page.locator('.desk-session[data-phase="paused"]')).to_be_visible()
    context.close()


# ── nothing typed is lost ───────────────────────────────────────────────────────────────────────

TAKEN = """() => Array.from(document.querySelectorAll(
        '[data-part] form[data-do]:not([data-collect=none])')).map(form => [
    form.dataset.do, form.dataset.task || '',
    Array.from(form.querySelectorAll('input[type=text], textarea')).map(one => one.value),
    Array.from(form.querySelectorAll('input:checked')).map(one => one.value),
    Array.from(form.querySelectorAll('select')).map(one => one.value),
    Array.from(form.querySelectorAll('[data-item]')).map(one => one.dataset.item)])"""
"""What stands in every form of a phone."""

FILL = """() => document.querySelectorAll('[data-part] form[data-do]').forEach(form => {
    const tell = (one, how) => one.dispatchEvent(new Event(how, { bubbles: true }));
    form.querySelectorAll('input[type=text], textarea').forEach(one => { one.value = '半句话'; tell(one, 'input'); });
    const options = form.querySelectorAll('input[type=radio], input[type=checkbox]');
    if (options.length) options[options.length - 1].click();
    form.querySelectorAll('select').forEach(one => { one.selectedIndex = 2; tell(one, 'change'); });
    const down = form.querySelector('[data-move=down]');
    if (down) down.click();
})"""
"""Half an answer in every form there is."""


@pytest.mark.parametrize("role", ["recorder", "lookout"])
@pytest.mark.parametrize("scene", ["house", "boat"])
def test_half_an_answer_of_every_kind_is_there_after_a_reload_and_a_morph(
    evening: Evening, phone: Page, role: str, scene: str
) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene=scene)
    evening.sit(phone, role)
    expect(phone.locator("form[data-do]").first).to_be_visible()
    phone.evaluate(FILL)
    before = phone.evaluate(TAKEN)
    assert any(any(form[2:]) for form in before)
    phone.reload()
    expect(phone.locator(LIVE)).to_be_visible()
    assert phone.evaluate(TAKEN) == before
    evening.do(do="pause")
    expect(phone.locator('[data-phase="paused"]')).to_be_visible()
    evening.do(do="resume")
    expect(phone.locator('[data-phase="playing"]')).to_be_visible()
    assert phone.evaluate(TAKEN) == before
    evening.do(do="jump", scene="boat" if scene == "house" else "house")
    expect(phone.locator(f'[data-scene="{scene}"]')).to_have_count(0)
    evening.do(do="jump", scene=scene)
    expect(phone.locator(f'[data-scene="{scene}"]')).to_be_visible()
    assert phone.evaluate(TAKEN) == before, "a form that was gone for a while is as it was"


def test_a_draft_is_its_seats_own_and_ends_when_it_is_sent(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene="boat")
    evening.sit(phone, "recorder")
    box = phone.locator('form[data-task="day"] input[type=text]')
    box.fill("王会长")
    evening.sit(phone, "lookout")
    kept = "() => Object.keys(localStorage).filter(name => name.startsWith('draft:')).length"
    assert phone.evaluate(kept) == 1
    evening.sit(phone, "recorder")
    expect(box).to_have_value("王会长")
    phone.locator('form[data-task="day"] button').click()
    expect(phone.locator('[data-task="day"][data-state="done"]')).to_be_visible()
    assert phone.evaluate(kept) == 0


def test_what_was_sent_before_a_reload_is_not_sent_twice(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene="boat")
    line = Line(phone)
    evening.sit(phone, "recorder")
    phone.locator('form[data-task="day"] input[type=text]').fill("王会长")
    line.waiting = [closes(1011)] * 1000
    line.cut()
    expect(phone.locator("[data-offline]")).to_be_visible()
    phone.locator('form[data-task="day"] button').click()
    line.waiting = []
    phone.reload()
    expect(phone.locator('[data-task="day"][data-state="done"]')).to_be_visible()
    answered = [one for one in evening.log() if one["event"].get("task") == "day"]
    assert len([one for one in answered if one["event"]["tag"] == "task.answered"]) == 1


def test_a_sentence_is_written_through_the_whole_debrief(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    evening.do(do="jump", scene="lake")
    evening.sit(phone, "recorder")
    evening.do(do="debrief", to="open")
    text = phone.locator("#reflect-text")
    text.press_sequentially("半句")
    for step in range(1, 5):
        evening.do(do="debrief", to="next")
        expect(phone.locator(f'[data-step="{step}"]')).to_be_visible()
        expect(text).to_have_value("半句" + "话" * (step - 1))
        expect(text).to_be_focused()
        phone.keyboard.type("话")
    phone.reload()
    expect(text).to_have_value("半句话话话话")
    phone.locator("#reflection button").click()
    expect(phone.get_by_text("已记录，还可以再改。")).to_be_visible()


# ── for who doesn't see it ──────────────────────────────────────────────────────────────────────


def test_a_new_scene_is_told_politely_and_focus_goes_to_what_came(
    evening: Evening, phone: Page
) -> None:
    evening.sit(phone, "lookout")
    polite = phone.locator('[aria-live="polite"], [role="status"]:not([data-offline])')
    expect(polite).to_have_count(1)
    evening.do(do="start")
    expect(polite).to_contain_text("望志路")
    expect(polite).to_contain_text("按先后排好。")
    button = phone.get_by_role("button", name="读完了")
    button.focus()
    phone.keyboard.press("Enter")
    expect(button).to_have_count(0)
    focused = "() => [document.activeElement.tagName, document.activeElement.textContent]"
    assert phone.evaluate(focused) == ["H2", "读完点确认。"]
    expect(polite).to_have_count(1)


def test_a_nudge_stands_above_the_keyboard(evening: Evening, phone: Page) -> None:
    """As on an iPhone: the keyboard covers the page's foot, and the page is as long as before."""
    evening.do(do="start")
    evening.sit(phone, "recorder")
    phone.evaluate(
        """() => {
            Object.defineProperty(visualViewport, 'height', { get: () => innerHeight - 300 });
            visualViewport.dispatchEvent(new Event('resize'));
        }"""
    )
    run = evening.session["runs"][0]
    evening.do(do="nudge", run=run, seat=evening.seats["recorder"]["seat"])
    answer = phone.locator("p.answer")
    expect(answer).to_be_visible()
    box = answer.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"] - 300


def test_very_large_type_leaves_room_to_read(evening: Evening, chromium: Browser) -> None:
    """200 % zoom at 360 px with large type: the bar scrolls away."""
    context: BrowserContext = chromium.new_context(viewport={"width": 180, "height": 320})
    context.add_init_script("localStorage.setItem('large', '1')")
    page = context.new_page()
    evening.sit(page, "recorder")
    expect(page.locator(".topbar")).to_have_css("position", "static")
    shots = Path("var/screenshots")
    shots.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=shots / "large-180.png")
    context.close()
