"""What an action asks of the database: to append its events, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from engine.evening.actors import Guest
from engine.evening.joining import take_seat
from engine.rules.commands import HOST, Start
from engine.store import database
from engine.store.sessions.sessions import Sessions
from tests.support.inside import Inside, inside, small
from tests.web.live.test_sockets import ADDRESS, Socket, leader
from tests.web.pages.test_people import PASSWORD

BESIDE = {"keeper", "warming"}
"""Tasks of a server, whoever plays."""


class Count:
    """Statements of this process, by what they are."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.thread: Counter[str] = Counter()
        """Of the logs' own connection, by their first word."""
        self.pool: list[str] = []
        """Of the pool; but for what is done beside those who play, every few seconds or at first."""
        self._counts = False
        self._real = database._prepare
        patch.setattr(database, "_prepare", self._prepare)

    def _prepare(self, connection: Any, *, busy_ms: int) -> None:
        self._real(connection, busy_ms=busy_ms)
        if isinstance(connection, sqlite3.Connection):  # the pool's come wrapped
            connection.set_trace_callback(self._of_thread)

    def _of_thread(self, statement: str) -> None:
        if self._counts:
            self.thread[statement.split()[0]] += 1

    def of_pool(self, connection: object, cursor: object, statement: str, *more: object) -> None:
        task = asyncio.current_task()
        beside = task is not None and task.get_name() in BESIDE
        if self._counts and "alive" not in statement and not beside:
            self.pool.append(statement)

    def begin(self) -> None:
        """Count from now on."""
        self._counts = True

    def end(self) -> None:
        """Count no more."""
        self._counts = False


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Inside, Count]]:
    count = Count(monkeypatch)
    with inside(small(tmp_path, admin_password=PASSWORD)) as app:
        engine = app.services.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count.of_pool)
        yield app, count


def test_an_action_is_one_append_and_asks_nothing(counted: tuple[Inside, Count]) -> None:
    app, count = counted

    async def played() -> int:
        """How many appends the log has got while statements were counted."""
        _, _, name = await leader(app, "lead")
        session = await app.services.sessions.find_session(name)
        assert session is not None
        [run] = session.runs
        phones = []
        for role in ("recorder", "lookout"):
            seat = await take_seat(app.services, Guest(ADDRESS), session.code, role, None, role)
            phones.append(Socket(app))
            await phones[-1].open({"token": seat["token"]})
        store = app.services.database.store
        before = len(await store.appends(run.id))
        count.begin()
        for phone in phones:
            await do(phone, "c1", do="ready")
        at_ms = app.services.host.now_ms(run.id)
        await app.services.host.execute(run.id, Start(id="go", at_ms=at_ms, by=HOST))
        for phone in phones:
            task = await an_open_task(phone)
            chosen = {"task": task["id"], "answer": [task["choices"][0]["id"]]}
            for _ in range(3):  # it may come again: that asks for nothing either
                await do(phone, "c2", do="submit", **chosen)
        count.end()
        appended = len(await store.appends(run.id)) - before
        for phone in phones:
            await phone.end()
        return appended

    appended = app.run(played())
    assert appended >= 5
    assert count.pool == []
    most = Counter(BEGIN=appended, PRAGMA=appended, INSERT=appended, COMMIT=appended, SELECT=2)
    assert count.thread <= most
    assert count.thread["INSERT"] == appended


def test_a_seat_asks_for_nobodys_names(
    counted: tuple[Inside, Count], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes without a team is given one: who sits in the others is nobody's business."""
    app, _ = counted
    login = {"name": "admin", "password": PASSWORD}
    token = app.ask("POST", "/api/token", json=login).json()["token"]
    desk = {"authorization": f"Bearer {token}"}
    wanted = {"scenario": "first-congress-demo", "teams": 3}
    made = app.ask("POST", "/api/sessions", json=wanted, headers=desk).json()
    for run in made["runs"]:
        app.services.renamed(run)  # as if somebody were just sitting down in each
    asked = list[str]()
    real = Sessions.names

    async def names(self: Sessions, run: str) -> dict[str, str]:
        asked.append(run)
        return await real(self, run)

    monkeypatch.setattr(Sessions, "names", names)
    app.run(take_seat(app.services, Guest(ADDRESS), made["code"], "某人", None, None))
    assert asked == []


async def do(phone: Socket, name: str, **command: Any) -> None:
    phone.say({"type": "command", "id": name, **command})
    assert (await phone.hear("ack", "rejected"))["type"] == "ack"


async def an_open_task(phone: Socket) -> dict[str, Any]:
    """The first with choices that the phone is shown from now on."""
    while True:
        parts = (await phone.hear("parts"))["parts"]
        for task in parts.get("tasks", ()):
            if task["state"] == "open" and task.get("choices"):
                return dict(task)
