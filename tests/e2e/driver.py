"""People at their screens: a participant with a phone, a facilitator with a desk and a wall.

They do what people do: read what the page offers, tick, type and press. They know the answers
(`answers.py`) and nothing of the server. Every press waits for the server's word and then for the
page to show it, so a test goes on only from a screen that is up to date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, WebSocket, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from engine.kinds.forms import Answer
from engine.scenario.model import Task
from tests.e2e.answers import OPTIONS, AnswerKey
from tests.support.options import chosen, shown, wire
from tests.support.patience import PATIENCE_MS, until

SCREENSHOTS: Final = Path(__file__).resolve().parent.parent.parent / "var" / "screenshots"
PHONE: Final = {"width": 360, "height": 740}
DESK: Final = {"width": 1280, "height": 800}
WALL: Final = {"width": 1920, "height": 1080}

MOVED_ON_MS: Final = 20_000
"""A task that can't be touched for so long may have gone: then it is looked for again."""
SHOWS_MS: Final = 60_000
OPEN: Final = 'article[data-task][data-state="open"]:has(form)'
"""A task this seat can do something about now."""
FIRST: Final = f"""() => {{
    const task = document.querySelector('{OPEN}');
    return task && {{ task: task.dataset.task, slot: task.dataset.slot || '' }};
}}"""
"""The first such task, by its names, read in one look."""

SHOWN: Final = """() => {
    const main = document.querySelector('main').cloneNode(true);
    main.querySelectorAll('[data-until], [data-since], [data-tell], [data-offline], time, '
        + '[data-caption], dialog, .answer, .near, .loading')
        .forEach(item => item.remove());
    return main.textContent.replace(/\\s+/g, ' ').trim();
}"""
"""What a page says, but for running clocks and passing remarks."""


class Screen:
    """A live page, and what is heard on its socket."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        self.refused: list[str] = []
        self.problems: list[str] = []
        self._line: WebSocket | None = None
        page.on("websocket", self._opened)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _opened(self, line: WebSocket) -> None:
        self._line = line

    def settled(self) -> None:
        """Wait until the page is connected and shows its parts."""
        expect(self.page.locator("body.is-live:not(.is-offline)")).to_be_visible()
        expect(self.page.locator("main .loading")).to_have_count(0)

    def goto(self, url: str) -> None:
        """Open a live page."""
        self.page.goto(url)
        self.settled()

    def reload(self) -> None:
        """Load the page afresh: it must come back to what it showed. Whoever was reloaded a moment
        ago may still be shown as away; that isn't what it will come back to."""
        self.page.wait_for_function(
            "() => !document.querySelector('main').textContent.includes('不在线')"
        )
        before = self.shown()
        self.page.reload()
        self.settled()
        self.shows(before)

    def shown(self) -> str:
        """What the page says, clocks left out."""
        return str(self.page.evaluate(SHOWN))

    def shows(self, text: str) -> None:
        """Wait until the page says exactly this."""
        try:
            self.page.wait_for_function(f"text => ({SHOWN})() === text", arg=text)
        except PlaywrightTimeout:
            raise AssertionError(f"{self.shown()}\n— instead of —\n{text}") from None

    def say(self, act: Callable[[], object]) -> dict[str, Any]:
        """Do something that sends a command; the server's reply, once the page shows it."""
        assert self._line is not None, "the page has no socket"
        with self._line.expect_event("framereceived", _is_reply) as heard:
            act()
        reply: dict[str, Any] = json.loads(heard.value)
        if reply["type"] == "rejected":
            self.refused.append(reply["code"])
        return reply

    def shot(self, name: str) -> None:
        """Keep a picture of the screen among the artefacts."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        width = (self.page.viewport_size or PHONE)["width"]
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)

    def fits(self) -> None:
        """Nothing sticks out sideways."""
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0, f"{self.page.url} scrolls sideways"


def _is_reply(frame: str | bytes) -> bool:
    return json.loads(frame)["type"] in ("ack", "rejected")


OVER: Final = "[data-sheet] [data-fold], [data-go]:not([hidden])"
"""What puts away a sheet that may wait, what was learnt just now, or the story once it is read."""
READ_ON: Final = """() => {
    for (let lies = 0; lies < 3; lies++) {
        for (const what of ['[data-sheet] [data-fold]', '[data-go]:not([hidden])']) {
            const button = document.querySelector(what);
            if (button) button.click();
        }
    }
}"""
"""Puts away all that can be."""
TURN_TO: Final = """(task) => {
    const button = document.querySelector(`[data-turn-to="${task.id}"]`);
    if (button) button.click();
}"""
"""Of several things that are this seat's to do, this one."""


class Phone(Screen):
    """A participant."""

    def __init__(self, browser: Browser, key: AnswerKey, name: str) -> None:
        self.context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
        super().__init__(self.context.new_page())
        self.key = key
        self.name = name
        self.role = ""

    def join(self, url: str, role: str) -> None:
        """Scan the code, fill in the form, take the seat."""
        self.page.goto(url)
        self.page.get_by_label("您的姓名").fill(self.name)
        self.page.locator(f'input[name="role"][value="{role}"]').check()
        self.shot("join")
        self.page.get_by_role("button", name="入座").click()
        self.role = role
        self.settled()

    def come_back(self) -> None:
        """Open the page again on the same phone."""
        Screen.__init__(self, self.context.new_page())
        self.goto(self.address)

    def close(self) -> None:
        """Close the page, as when the phone is locked or the tab swept away."""
        self.address = self.page.url
        self.page.close()

    def say(self, act: Callable[[], object]) -> dict[str, Any]:
        """As a screen says it; then waits until the page shows what came of it."""
        reply = super().say(act)
        if reply["type"] == "ack":
            newer = "seq => Number(document.body.dataset.seq) >= seq"
            try:
                self.page.wait_for_function(newer, arg=reply["seq"], timeout=SHOWS_MS)
            except PlaywrightTimeout:
                seq = self.page.evaluate("() => document.body.dataset.seq")
                raise AssertionError(f"shows {seq}, not {reply}: {self.problems}") from None
        return reply

    def ready(self) -> None:
        """Say that one is ready."""
        self.say(self.page.get_by_role("button", name="准备好了").click)

    def read_on(self) -> None:
        """Put away what lies over one's task."""
        self.page.evaluate(READ_ON)

    @property
    def scene(self) -> str:
        """Where the page says the team is."""
        return self.page.locator("[data-scene]").get_attribute("data-scene") or ""

    @property
    def ended(self) -> bool:
        """The page shows an ending."""
        return self.page.locator("[data-ending]").count() > 0

    @property
    def held(self) -> Locator:
        """The sign that one can't act for a while."""
        return self.page.locator("section.held")

    def act(self) -> bool:
        """Do the first task that is there to be done, rightly. False: there is none."""
        self.read_on()
        first = self.page.evaluate(FIRST)
        if first is None:
            return False
        marks = "".join(f'[data-{key}="{value}"]' for key, value in first.items() if value)
        task = self.page.locator(OPEN).and_(self.page.locator(marks))
        try:
            self.say(partial(self._touch, task))
        except PlaywrightTimeout:
            if task.count():
                raise
        return True

    def _touch(self, task: Locator) -> None:
        """Answer it rightly, without waiting for one that a teammate did, or that went with its
        scene, between the look and the touch."""
        self.page.set_default_timeout(MOVED_ON_MS)
        try:
            self._do(task, self._known(task))
        finally:
            self.page.set_default_timeout(PATIENCE_MS)

    def fall_in(self, known: Container[str] = ()) -> str | None:
        """Answer an open task with a belief that is a trap, and be held; the trap. None: there
        is no such task here. `known`: traps that nobody falls into any more."""
        self.read_on()
        for task in self.page.locator(OPEN).all():
            name = task.get_attribute("data-task") or ""
            wrong = self.key.trapped(self.scene, name)
            if wrong is not None and wrong[1] not in known:
                self.say(partial(self._do, task, wrong[:1]))
                expect(self.held).to_be_visible()
                return wrong[1]
        return None

    def rescue(self, trap: str) -> None:
        """Help the teammate who fell into `trap`."""
        form = self.page.locator("section.rescue form").first
        asked = self.key.scenario.traps[trap].rescue
        assert asked is not None, f"{trap} has no rescue"
        for choice in chosen(form.evaluate(OPTIONS), asked.choices, self.key.rescue(trap)):
            form.locator(f'input[value="{choice}"]').check()
        self.say(form.get_by_role("button").click)

    def _known(self, task: Locator) -> Answer:
        name = task.get_attribute("data-task") or ""
        slot = task.get_attribute("data-slot") or ""
        role = self.role if slot == "any" else slot
        body = self.key.task(self.scene, name).body
        if body.gathers:
            offered, texts = shown(task.evaluate(OPTIONS)), {o.id: o.text for o in body.options}
            spots = self.key.spots(self.scene, name, role)
            return tuple(spot for spot in spots if texts[spot] in offered)[:1]
        return self.key.right(self.scene, name, role)

    def _do(self, task: Locator, answer: Answer) -> None:
        """Answer a task through its form, as the answer's form is gathered; what comes to lie over
        it meanwhile, a scene's story or a teammate's fall, is put away as one would."""
        over = self.page.locator(OVER).first
        self.page.add_locator_handler(over, lambda: self._turn_to(task))
        try:
            self._turn_to(task)
            self.fill_in(task, answer)
        finally:
            self.page.remove_locator_handler(over)

    def _turn_to(self, task: Locator) -> None:
        self.read_on()
        if task.count():
            task.evaluate(TURN_TO)

    def fill_in(self, task: Locator, answer: Answer) -> None:
        """Say an answer on the form of the task that lies on top."""
        known = self.key.task(self.scene, task.get_attribute("data-task") or "")
        said = wire(task.evaluate(OPTIONS), known, answer)
        if known.talk_ms:
            expect(task.locator(".talk-first b")).to_have_text("可以作答了")
        if known.body.least_ms():
            expect(task.locator(".talk b")).to_have_text("可以确认了")
        fill(task, known, said).click()


def fill(task: Locator, known: Task, said: Sequence[str]) -> Locator:
    """Fill in what is said, by the ids shown, as the answer's form is gathered; what to press."""
    match known.body.form.collected:
        case "checked":
            for choice in said:
                task.locator(f'input[value="{choice}"]').check()
        case "items":
            _arrange(task, said)
        case "pairs":
            for pair in said:
                _pair(task, *pair.split("="))
        case "text":
            task.locator("input[type=text], textarea").fill(said[0])
        case "none" if said:
            return task.locator(f'button[data-answer="{said[0]}"]')
    return task.locator("form button").last


def _pair(task: Locator, one: str, other: str) -> None:
    """Give it its partner: from a list, or by ticking."""
    picked = task.locator(f'select[data-left="{one}"]')
    if picked.count():
        picked.select_option(other)
    else:
        task.locator(f'input[data-left="{one}"][value="{other}"]').check()


def _arrange(task: Locator, answer: Sequence[str]) -> None:
    """Move the lines up and down until they stand as in `answer`."""
    for place, name in enumerate(answer):
        lines = task.locator("[data-item]")
        while lines.nth(place).get_attribute("data-item") != name:
            task.locator(f'[data-item="{name}"] [data-move="up"]').click()


def play(team: Sequence[Phone]) -> None:
    """Everybody does what there is to do, till the end."""
    while not all(phone.ended for phone in team):
        take_turns(team)


def take_turns(team: Sequence[Phone]) -> None:
    """Everybody does one thing, if there is one for them; else wait until there is."""
    if not [phone for phone in team if phone.act()]:
        _something_to_do(team)


def _something_to_do(team: Sequence[Phone]) -> None:
    """Wait until one phone or another shows a task to do, or the end."""
    sign = f"{OPEN}, [data-ending]"
    until(
        lambda: any(phone.page.locator(sign).count() for phone in team),
        lambda: "nobody has anything to do:\n" + "\n".join(phone.shown() for phone in team),
    )


class Facilitator:
    """The one who leads the evening: a console, and a wall."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
        self.console = Screen(self.context.new_page())
        self.wall = Screen(self.context.new_page())
        self.wall.page.set_viewport_size(WALL)  # type: ignore[arg-type]

    def log_in(self, password: str) -> None:
        """Log in as the admin."""
        page = self.console.page
        page.goto(f"{self.url}/login")
        self.console.shot("login")
        page.get_by_label("账号").fill("admin")
        page.get_by_label("密码", exact=True).fill(password)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="我的场次")).to_be_visible()

    def open(self, script: str, teams: int) -> str:
        """Choose a script from the menu, open a session, put up the wall; the join address."""
        page = self.console.page
        page.goto(self.url)
        self.console.shot("home")
        page.locator(f'a[href="/scenarios/{script}"]').first.click()
        self.console.shot("scenario")
        page.get_by_label("分几队").fill(str(teams))
        page.get_by_role("button", name="开场").click()
        self.console.settled()
        self.wall.goto(page.url.replace("/console", "/projector"))
        code = urlsplit(self.wall.page.locator(".wall-url").inner_text())
        return f"{self.url}{code.path}"

    def press(self, do: str, **data: str) -> dict[str, Any]:
        """Press a button of the console, and confirm where it asks."""
        marks = "".join(f'[data-{name}="{value}"]' for name, value in data.items())
        button = self.console.page.locator(f'button[data-do="{do}"]{marks}').first
        return self.console.say(lambda: self._press(button))

    def _press(self, button: Locator) -> None:
        asks = button.get_attribute("data-confirm")
        button.click()
        if asks:
            self.console.page.locator("dialog").get_by_role("button", name="确定").click()

    def phase(self, name: str) -> None:
        """Wait until the console shows the session in this phase."""
        expect(self.console.page.locator(f'.desk-session[data-phase="{name}"]')).to_be_visible()
