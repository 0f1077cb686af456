"""One evening with a task of every kind, and a line that a test can spoil."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.e2e.conftest import ADMIN_PASSWORD
from tests.e2e.driver import PHONE, READ_ON, TURN_TO
from tests.support.kinds import KINDS, KINDS_ID
from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess

LIVE: Final = "body.is-live:not(.is-offline)"
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
        self.client = httpx.Client(base_url=server.url, timeout=PATIENCE_S)
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

    def sit(self, page: Page, role: str, kind: str = "") -> None:
        """Take the seat, and read the story if there is one; with `kind`, turn to such a task."""
        page.goto(f"{self.url}/seat/{self.seats[role]['token']}")
        expect(page.locator(LIVE)).to_be_visible()
        page.evaluate(READ_ON)
        if kind:
            page.locator(f'article[data-kind="{kind}"]').first.evaluate(TURN_TO)


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
