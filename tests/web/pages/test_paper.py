"""A session's documents and its push are work too: in the workshop, with limits and an end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress

import httpx
import msgspec
import pytest

from engine.export import bundle
from engine.export.bundle import CERTIFICATES, RECORD, STATEMENTS, WORKBOOK, documents, lean
from tests.scenarios.test_scenarios import SCENARIOS
from tests.support.evenings import YIDA, admin_of, evening, keep_evening, report_of, yida
from tests.support.inside import Inside, inside, small
from tests.support.patience import soon
from tests.work.jobs import spin_whatever
from web.pages import reports, work

PASSWORD = "long enough for the admin"
PAPERS = (RECORD, WORKBOOK, STATEMENTS, "第1队.jsonl")


class Room(msgspec.Struct, frozen=True):
    """A server with one evening, and a record store that takes every call and answers none."""

    app: Inside
    path: str
    cookie: dict[str, str]
    store: socket.socket

    def ask(self, page: str) -> httpx.Response:
        return self.app.ask("GET", self.path + page, headers=self.cookie)

    async def push(self) -> httpx.Response:
        transport = httpx.ASGITransport(self.app.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
            page = await client.get(self.path, headers=self.cookie)
            mark = page.text.split('name="mark" value="')[1].split('"')[0]
            own = {**self.cookie, "origin": "http://inside"}
            return await client.post(self.path + "/push", data={"mark": mark}, headers=own)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with socket.create_server(("127.0.0.1", 0)) as store:
        store.setblocking(False)
        own = {"lrs_url": f"http://127.0.0.1:{store.getsockname()[1]}", "admin_password": PASSWORD}
        with inside(small(tmp_path_factory.mktemp("paper"), **own)) as app:
            yield _furnished(app, store)


def _furnished(app: Inside, store: socket.socket) -> Room:
    async def keep() -> str:
        owner = await admin_of(app.services.database, PASSWORD)
        logs = [evening(yida(), "paper", wrong_rate=0.3)]
        kept = await keep_evening(
            app.services.database, owner, YIDA.read_bytes(), logs, branch="支部"
        )
        return kept.id

    path = f"/review/sessions/{app.run(keep())}"
    got = app.ask("POST", "/api/token", json={"name": "admin", "password": PASSWORD})
    return Room(app, path, {"cookie": f"login={got.json()['token']}"}, store)


def test_a_store_that_hangs_keeps_no_document(room: Room) -> None:
    """Each push held a thread of those that write documents: after eight, no Excel file came."""

    async def scene() -> int:
        pushes = [asyncio.create_task(room.push()) for _ in range(8)]
        called, _ = await soon(asyncio.get_running_loop().sock_accept(room.store))
        transport = httpx.ASGITransport(room.app.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
            file = f"{room.path}/files/{WORKBOOK}"
            got = await soon(client.get(file, headers=room.cookie))
        called.close()
        for push in pushes:
            push.cancel()
        await asyncio.gather(*pushes, return_exceptions=True)
        return got.status_code

    assert room.app.run(scene()) == 200


def test_a_store_that_hangs_is_told_of(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    short = msgspec.structs.replace(work.PUSH, wall_s=0.2)
    monkeypatch.setattr(reports, "PUSH", short)
    answer = room.app.run(room.push())
    assert answer.status_code == 502
    assert "0.2 秒" in answer.text
    assert short.remedy.zh in answer.text
    with suppress(BlockingIOError):
        room.store.accept()[0].close()


@pytest.mark.parametrize("page", ["/certificates", *(f"/files/{name}" for name in PAPERS)])
def test_every_document_has_its_limit(
    room: Room, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = msgspec.structs.replace(work.DOCUMENT, wall_s=0.1)
    monkeypatch.setattr(reports, "DOCUMENT", short)
    monkeypatch.setattr(bundle, "made", spin_whatever)
    answer = room.ask(page)
    assert answer.status_code == 422
    assert short.remedy.zh in answer.text
    monkeypatch.undo()
    assert room.ask(page).status_code == 200


def test_a_lean_report_makes_the_same_documents() -> None:
    logs = [evening(yida(), f"lean {team}", team=team) for team in (1, 2)]
    whole = report_of(yida(), *logs)
    names = set(documents(whole))
    assert names == {*PAPERS, CERTIFICATES, "第2队.jsonl"}
    for name in sorted(names - {RECORD, WORKBOOK}):  # those two tell when they were made
        part = lean(whole, name)
        assert bundle.made(part, "http://x", name) == bundle.made(whole, "http://x", name), name
        assert sum(map(len, part.logs.values())) < sum(map(len, whole.logs.values()))


def test_a_lean_report_still_tells_what_each_wanted() -> None:
    """The record of a script with aims was refused as a log with a gap: only whole logs tell."""
    script = SCENARIOS["kengdao-1952"]
    whole = report_of(script, evening(script, "wanted"))
    (played,) = whole.runs
    assert whole.aims(played)
    for name in (RECORD, WORKBOOK, STATEMENTS):
        part = lean(whole, name)
        assert part.aims(played) == whole.aims(played)
        if name != STATEMENTS:
            assert bundle.made(part, "http://x", name)
