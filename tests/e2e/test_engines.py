"""A whole evening in the engines that half the phones of a room have: WebKit and Firefox.

Over plain http, at an address and at a host name: no secure context, as on every meeting room's network
(localhost hides what is missing there). Two teams of two play a task of every kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import ifaddr
import pytest

from engine.scenario.compile import compile_scenario
from engine.scenario.model import Scenario, Task
from tests.e2e.answers import OPTIONS
from tests.e2e.conftest import ADMIN_PASSWORD
from tests.e2e.driver import READ_ON, TURN_TO
from tests.e2e.engines import HOST_NAME, NotShown, Window, firefox, webkit
from tests.support.hands import right_of
from tests.support.kinds import KINDS, KINDS_ID
from tests.support.options import shown, wire
from tests.support.patience import PATIENCE_S, until
from tests.support.server import ServerProcess

LIVE: Final = "body.is-live:not(.is-offline)"
ENTER: Final = 'form[action^="/join/"] button.primary:enabled'
"""It rests once it is pressed."""
TEXT: Final = "() => document.querySelector('main').textContent"
QUIET: Final = "() => !document.querySelector('[data-sent]')"
NEXT: Final = """() => {
    const task = document.querySelector('article[data-task][data-state=open]:has(form)');
    return task && [task.id, task.dataset.task, task.dataset.kind];
}"""
SCENE: Final = "() => (document.querySelector('[data-scene]') || { dataset: {} }).dataset.scene"
PROBLEMS: Final = """() => {
    window.problems = window.problems || [];
    window.addEventListener('error', event => window.problems.push(event.message));
    window.addEventListener('unhandledrejection', event => window.problems.push(String(event.reason)));
}"""


def lan_address() -> str:
    """This machine's address for others."""
    found = [
        str(one.ip)
        for adapter in ifaddr.get_adapters()
        for one in adapter.ips
        if one.is_IPv4 and not str(one.ip).startswith("127.")
    ]
    assert found, "this machine has no address but its own: connect it to a network"
    return found[0]


@dataclass
class Phone:
    """A participant's browser and seat."""

    window: Window
    script: Scenario
    role: str

    def sits(self) -> None:
        """The page is here, and live."""
        self.window.shows(LIVE)
        self.window.ask(PROBLEMS)

    def enter(self) -> None:
        """Press 入座, and again while nothing comes of it, as people do: a press of Firefox's driver
        is lost now and then where the page is still being laid out."""

        def sits() -> bool:
            if self.window.ask(HAS, ENTER):
                self.window.tap(ENTER)
            return bool(self.window.ask(HAS, LIVE))

        until(sits, lambda: str(self.window.ask(TEXT)))
        self.sits()

    def reload(self) -> None:
        """As when a phone has thrown the page away."""
        self.well()
        self.window.goto(self.window.ask("() => location.href"))
        self.sits()

    def well(self) -> None:
        """Nothing has gone wrong in the page."""
        assert self.window.ask("() => window.problems") == []

    def press(self, selector: str, at: str = "") -> None:
        """Press a button, and wait until the page has the answer and shows it."""
        before = self.window.ask(TEXT)
        self.tap(at, selector)
        self.window.until(f"before => ({QUIET})() && ({TEXT})() !== before", before)

    def act(self) -> bool:
        """Do the first task there is, rightly. False: there is none."""
        self.window.ask(READ_ON)
        found = self.window.ask(NEXT)
        if not found:
            return False
        place, task, _ = found
        asked = self.script.scenes[self.window.ask(SCENE)].tasks[task]
        answer = wire(self.options(f"#{place}"), asked, right_of(asked) or ())
        self.press(self.fill(f"#{place}", asked, answer), f"#{place}")
        return True

    def tap(self, at: str, selector: str) -> None:
        """Press it. What a task asks is laid on top first: what somebody else of the team has found
        meanwhile may lie over it."""

        def tapped() -> bool:
            if at:
                self.window.ask(READ_ON)
                self.window.ask(TOP, at)
            try:
                self.window.tap(selector)
            except NotShown:
                return False
            return True

        until(tapped, lambda: f"{selector} isn't shown: {self.window.ask(TEXT)}")

    def options(self, at: str) -> dict[str, Any]:
        """What is offered there."""
        found: dict[str, Any] = self.window.ask(
            f"at => ({OPTIONS})(document.querySelector(at))", at
        )
        return found

    def option(self, at: str, text: str) -> str:
        """The id of the option that reads so."""
        return shown(self.options(at))[text]

    def fill(self, at: str, task: Task, answer: Sequence[str]) -> str:
        """Fill in an answer with fingers; the button that sends it."""
        if task.talk_ms:
            self.window.shows(f"{at} .talk-first b", "可以作答了")
        if task.body.least_ms():
            self.window.shows(f"{at} .talk b", "可以确认了")
        match task.body.form.collected:
            case "checked":
                for choice in answer:
                    self.tap(at, f'{at} input[value="{choice}"]')
            case "items":
                self._arrange(at, answer)
            case "pairs":
                for pair in answer:
                    self._pair(at, *pair.split("="))
            case "text":
                self.window.type(f"{at} input, {at} textarea", answer[0])
            case "none" if answer:
                return f'{at} [data-answer="{answer[0]}"]'
        return f"{at} form button:not([type=button])"

    def _pair(self, at: str, one: str, other: str) -> None:
        ticked = f'{at} input[data-left="{one}"][value="{other}"]'
        if self.window.ask("at => Boolean(document.querySelector(at))", ticked):
            self.tap(at, ticked)
        else:
            self.window.ask(PICK, f'{at} [data-left="{one}"]', other)

    def _arrange(self, at: str, answer: Sequence[str]) -> None:
        for place, name in enumerate(answer):
            while self.window.ask(ITEMS, at)[place] != name:
                self.tap(at, f'{at} [data-item="{name}"] [data-move=up]')


HAS: Final = "selector => !!document.querySelector(selector)"
TOP: Final = f"""at => {{
    const task = document.querySelector(at);
    if (task) ({TURN_TO})(task);
}}"""
ITEMS: Final = """at => Array.from(document.querySelectorAll(at + ' [data-item]')).map(
    one => one.dataset.item)"""
PICK: Final = """(selector, value) => {
    const list = document.querySelector(selector);
    list.value = value;
    list.dispatchEvent(new Event('change', { bubbles: true }));
}"""
"""A list opens a window of the system's, where no driver reaches."""


class Room:
    """A session of two teams, and its desk."""

    def __init__(self, server: ServerProcess, base: str, windows: Sequence[Window]) -> None:
        self.server, self.base = server, base
        self.client = httpx.Client(base_url=server.url, timeout=PATIENCE_S)
        told = self.client.post("/api/token", json={"name": "admin", "password": ADMIN_PASSWORD})
        self.client.headers["authorization"] = f"Bearer {told.json()['token']}"
        opened = self.client.post("/api/sessions", json={"scenario": KINDS_ID, "teams": 2})
        self.session = opened.json()
        script = compile_scenario(KINDS, "kinds")
        roles = ["recorder", "lookout"]
        self.phones = [Phone(one, script, roles[n % 2]) for n, one in enumerate(windows)]

    def do(self, **command: Any) -> dict[str, Any]:
        answer = self.client.post(f"/api/sessions/{self.session['id']}/commands", json=command)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def come(self) -> None:
        """Everybody scans the code, fills in the form and says that they are ready."""
        for number, phone in enumerate(self.phones):
            window = phone.window
            window.goto(f"{self.base}/join/{self.session['code']}")
            assert window.ask("() => window.isSecureContext") is False
            window.type("#name", f"同志{'甲乙丙丁'[number]}")
            window.tap(f'input[name=team][value="{number // 2 + 1}"]')
            window.tap(f'input[name=role][value="{phone.role}"]')
            phone.enter()
            phone.press("[data-do=ready]")

    def play(self) -> None:
        """Everybody does what there is to do, to the end."""
        while not all(phone.window.ask(HAS, "[data-ending]") for phone in self.phones):
            if not [phone for phone in self.phones if phone.act()]:
                until(
                    lambda: any(
                        phone.window.ask(NEXT) or phone.window.ask(HAS, "[data-ending]")
                        for phone in self.phones
                    ),
                    lambda: "\n".join(phone.window.ask(TEXT) for phone in self.phones),
                )


Windows = Callable[[], AbstractContextManager[list[Window]]]


@pytest.fixture(params=[webkit, firefox])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """Four phones at a server: WebKit at its address, Firefox at its name."""
    engine: Windows = request.param
    script = tmp_path / "scenarios" / KINDS_ID
    script.mkdir(parents=True)
    (script / "scenario.yaml").write_bytes(KINDS)
    host, name = ("127.0.0.1", HOST_NAME) if engine is firefox else (lan_address(),) * 2
    server = ServerProcess(
        tmp_path,
        scenarios=tmp_path / "scenarios",
        password=ADMIN_PASSWORD,
        host=host,
        environment={"HONGCHUAN_HOSTS": HOST_NAME},
    )
    base = server.url.replace(host, name)
    with ExitStack() as stack:
        server.start()
        stack.callback(server.stop)
        opened = Room(server, base, stack.enter_context(engine()))
        stack.callback(opened.client.close)
        yield opened


def test_an_evening(room: Room) -> None:
    room.come()
    room.do(do="start")
    for phone in room.phones:
        phone.window.shows('[data-scene="house"]')
        phone.window.ask(READ_ON)
    fell, helps = room.phones[2], room.phones[3]
    at = "[data-task=date]"
    date = fell.script.scenes["house"].tasks["date"]
    fell.press(fell.fill(at, date, [fell.option(at, "七月一日")]))
    fell.window.shows("section.held")
    fell.reload()
    fell.window.shows("section.held")
    helps.window.shows("section.rescue")
    rescue = helps.script.traps["july-first"].rescue
    assert rescue is not None
    (right,) = (choice.text for choice in rescue.choices if choice.right)
    helps.window.tap(f'section.rescue input[value="{helps.option("section.rescue", right)}"]')
    helps.press("section.rescue form button")
    fell.window.gone("section.held")

    writes = room.phones[0]
    day = f'{at} input[value="{writes.option(at, "七月二十三日")}"]'
    writes.window.tap(day)
    writes.reload()
    assert writes.window.ask(HAS, f"{day}:checked")
    room.server.kill()
    for phone in room.phones:
        phone.window.shows("body.is-offline")
    room.server.start()
    for phone in room.phones:
        phone.window.shows(LIVE)

    room.play()
    room.do(do="debrief", to="open")
    for phone in room.phones:
        phone.window.shows("[data-step]")
        phone.window.type("textarea", "警觉是学来的。")
        phone.press('form[data-task="reflect"] button')
        phone.window.shows("main", "已记录，还可以再改。")
        phone.reload()
        phone.window.shows("[data-step]")
    room.do(do="close")
    for phone in room.phones:
        phone.window.shows("main", "这一局已经关闭。")
        phone.well()
