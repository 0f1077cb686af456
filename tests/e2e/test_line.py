"""The page and its line: what it says is so, and it comes back by itself."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.e2e.driver import DESK, READ_ON, TURN_TO
from tests.e2e.spoilt import LIVE, Evening, Line, byes, closes, evening, house, phone
from tests.support.server import ServerProcess

__all__ = ["evening", "house", "phone"]


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


def test_before_it_is_connected_a_page_can_be_read_and_says_so_and_nothing_can_be_pressed(
    evening: Evening, phone: Page
) -> None:
    evening.do(do="start")
    phone.add_init_script("sessionStorage.setItem('stuck', 1);" + NEVER_OPENS)
    phone.clock.install()
    phone.goto(f"{evening.url}/seat/{evening.seats['lookout']['token']}")
    button = phone.locator("form button", has_text="读完了")
    banner = phone.locator("[data-offline]")
    expect(phone.locator("[data-scene] h1")).to_be_visible()
    expect(button).to_be_disabled()
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("正在连接")
    assert not phone.locator("body.is-live").count()
    phone.clock.run_for(3_000)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator(LIVE)).to_be_visible()
    expect(banner).to_be_hidden()
    phone.evaluate(READ_ON)
    phone.locator('article[data-kind="read"]').evaluate(TURN_TO)
    button.click()
    expect(button).to_have_count(0)


def test_a_tap_without_an_answer_starts_a_ping(evening: Evening, phone: Page) -> None:
    """A frozen server is noticed by that, and not by the next timer."""
    evening.do(do="start")
    phone.clock.install()
    line = Line(phone)
    evening.sit(phone, "lookout", "read")
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
    expect(phone.locator("form button", has_text="读完了")).to_have_count(0)


WRITTEN = """<section data-step="0"><form data-do="submit" data-task="reflect" data-collect="text">
<textarea aria-label="收获">{}</textarea><button>写好了</button></form></section>"""


def test_what_came_of_an_answer_is_shown_once_it_is_taken(evening: Evening, phone: Page) -> None:
    """Parts come before the word that an answer is taken, and what was typed stood in their way."""

    def wire(socket: WebSocketRoute) -> None:
        def heard(message: str | bytes) -> None:
            said = json.loads(message)
            kept = {"hello": "", "command": "史料要核对"}.get(said["type"])
            if kept is not None:
                parts = {"debrief": WRITTEN.format(kept)}
                socket.send(json.dumps({"type": "parts", "seq": 9, "now_ms": 0, "parts": parts}))
            if said["type"] == "command":
                socket.send(json.dumps({"type": "ack", "id": said["id"], "seq": 9}))

        socket.on_message(heard)

    line = Line(phone)
    evening.sit(phone, "recorder")
    line.waiting = [wire]
    line.cut()
    text = phone.get_by_role("textbox", name="收获")
    text.fill(" 史料要核对 ")
    phone.get_by_role("button", name="写好了").click()
    expect(text).to_have_js_property("defaultValue", "史料要核对")
    expect(text).to_have_value("史料要核对")


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
    phone.wait_for_function("() => document.body.classList.contains('is-offline')")
    expect(phone.locator(LIVE)).to_be_visible()
    assert line.count > before


# ── half a page isn't there ─────────────────────────────────────────────────────────────────────

SCRIPTS = ["vendor/idiomorph.min.js", "socket.js", "live-all.js"]


@pytest.mark.parametrize("missing", SCRIPTS)
def test_a_page_that_did_not_load_whole_says_so_and_says_no_hello(
    evening: Evening, phone: Page, missing: str
) -> None:
    """A portal answers every address with its own page."""
    line = Line(phone)
    phone.route(f"**/static/*/{missing}", lambda route: route.fulfill(body="<html>请先登录"))
    phone.goto(f"{evening.url}/seat/{evening.seats['recorder']['token']}")
    expect(phone.locator("[data-offline]")).to_contain_text("没有载全")
    expect(phone.locator("[data-reload]")).to_be_visible()
    assert not phone.locator("body.is-live").count()
    assert not line.said, "the desk would show somebody who sees nothing"


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
    evening.sit(phone, "lookout", "read")
    second = phone.context.new_page()
    other.sit(second, "lookout", "read")
    line.cut()
    expect(phone.locator("[data-offline]")).to_contain_text("换到了另一个座位")
    phone.get_by_role("button", name="读完了").click()
    expect(second.get_by_role("button", name="读完了")).to_be_visible()
    phone.locator("[data-reload]").click()
    expect(phone.locator(LIVE)).to_be_visible()
    expect(phone.locator("form button", has_text="读完了")).to_have_count(1)
    assert not [line for line in other.log() if line["event"]["tag"] == "task.answered"]
    other.client.close()


def test_what_waits_says_whom_it_is_from(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    line = Line(phone)
    evening.sit(phone, "lookout", "read")
    line.waiting = [closes(1011)] * 2
    line.cut()
    phone.get_by_role("button", name="读完了").click()
    expect(phone.locator(LIVE)).to_be_visible()
    expect(phone.locator("form button", has_text="读完了")).to_have_count(0)
    seat = evening.seats["lookout"]
    sent = [one for one in line.said if one["type"] == "command"]
    assert [(one["run"], one["by"]) for one in sent] == [(seat["run"], seat["seat"])]


def test_what_waited_too_long_is_dropped_with_a_word(evening: Evening, phone: Page) -> None:
    evening.do(do="start")
    phone.clock.install()
    line = Line(phone)
    evening.sit(phone, "lookout", "read")
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
