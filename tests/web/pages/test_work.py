"""Whatever one person can make long: it ends when nobody waits for it, and others don't feel it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.inside import ADDRESS, Inside, inside, small
from tests.support.patience import comes, soon
from tests.support.scripts import MINI_TEXT
from tests.work.jobs import spin_whatever
from web.pages import studio as routes
from web.pages import studio_told, work
from web.pages import studio_work as studio

PASSWORD = "long enough for the admin"
ASKED = {
    "check": ("look", "CHECK"),
    "graph": ("draw", "DRAW"),
    "play": ("play", "PLAY"),
    "prove": ("proof", "PROVE"),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    folder = tmp_path_factory.mktemp("work")
    with inside(small(folder, admin_password=PASSWORD)) as opened:
        yield opened


@pytest.fixture(scope="module")
def token(app: Inside) -> str:
    answer = app.ask("POST", "/api/token", json={"name": "admin", "password": PASSWORD})
    found: str = answer.json()["token"]
    return found


def hands() -> set[int]:
    """Processes of this one's that do work."""
    children = [_said(task / "children") for task in Path("/proc/self/task").iterdir()]
    found = {int(pid) for said in children for pid in said.split()}
    return {pid for pid in found if b"engine.work.hand" in _said(Path(f"/proc/{pid}/cmdline"))}


def _said(file: Path) -> bytes:
    """What the system says of a process; nothing, once it has ended."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


class Caller:
    """A client that may hang up."""

    def __init__(self, app: Inside, token: str, what: str, content: dict[str, Any]) -> None:
        body = msgspec.json.encode(content)
        self._said = asyncio.Queue[dict[str, Any]]()
        self._said.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self.heard: list[Any] = []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": f"/studio/mini/{what}",
            "raw_path": f"/studio/mini/{what}".encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (b"host", b"inside"),
                (b"authorization", f"Bearer {token}".encode()),
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
            ],
            "client": (ADDRESS, 1),
            "server": ("inside", 80),
        }
        self._asking = app.app(scope, self._said.get, self._hear)

    async def _hear(self, message: Any) -> None:
        self.heard.append(message)

    def begin(self) -> asyncio.Task[Any]:
        return asyncio.ensure_future(self._asking)

    def hang_up(self) -> None:
        self._said.put_nowait({"type": "http.disconnect"})


@pytest.mark.parametrize("what", ASKED)
def test_what_nobody_waits_for_is_ended(
    app: Inside, token: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 moves of an hour each, on a script that goes round each second, took 180 s and 2 GB after
    the client had left."""
    monkeypatch.setattr(studio, ASKED[what][0], spin_whatever)

    async def scene() -> None:
        before = hands()
        caller = Caller(app, token, what, {"text": MINI_TEXT})
        asking = caller.begin()
        await comes(lambda: any(_spins(pid) for pid in hands()))
        busy = {pid for pid in hands() if _spins(pid)}
        caller.hang_up()
        await soon(asking)
        await comes(lambda: not busy & hands())
        assert len(hands()) <= len(before | busy)

    app.run(scene())


def _spins(pid: int) -> bool:
    return b") R " in _said(Path(f"/proc/{pid}/stat"))


@pytest.mark.parametrize("what", ASKED)
def test_what_takes_too_long_is_told_with_a_way_out(
    app: Inside, token: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, limits = ASKED[what]
    short = msgspec.structs.replace(getattr(work, limits), wall_s=0.1)
    monkeypatch.setattr(studio_told if what == "prove" else routes, limits, short)
    monkeypatch.setattr(studio, function, spin_whatever)
    answer = app.ask(
        "POST",
        f"/studio/mini/{what}",
        json={"text": MINI_TEXT},
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 422
    told = answer.json()["error"]
    assert told["code"] == "work_long"
    assert "0.1 秒" in told["message"]
    assert told["remedy"] == short.remedy.zh
    assert app.ask("GET", "/healthz").status_code == 200


def test_whoever_proves_is_told_where_it_stands(
    app: Inside, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio, "proof", spin_whatever)
    headers = {"authorization": f"Bearer {token}"}

    async def scene() -> None:
        caller = Caller(app, token, "prove", {"text": MINI_TEXT})
        asking = caller.begin()
        account = (await app.services.people.list_accounts())[0].id
        await comes(lambda: app.services.workshop.standing(account))
        caller.hang_up()
        await soon(asking)

    app.run(scene())
    assert app.ask("GET", "/studio/mini/work", headers=headers).json() == {}


def test_no_work_is_left_where_the_server_closes(tmp_path: Path) -> None:
    before = hands()
    with inside(small(tmp_path, admin_password=PASSWORD)) as opened:
        opened.run(_done(opened.services.workshop.do, work.CHECK))
        assert hands() - before
    assert not hands() - before


async def _done(do: Callable[..., Any], limits: object) -> None:
    await do(limits, studio.look, MINI_TEXT, "mini", who="a")
