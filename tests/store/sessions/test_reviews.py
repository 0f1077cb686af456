"""Rows around the logs that reviews keep: notes, what a branch files, practice sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.store.database import Database, open_database
from engine.store.log.sql import logs_of
from engine.store.sessions.activities import Activity
from engine.store.sessions.sessions import Session
from tests.support.evenings import admin_of
from tests.support.logs import opened, ready


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Both kinds."""
    url = (
        f"sqlite:///{tmp_path}/a.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    kept = await open_database(url)
    yield kept
    await kept.close()


async def session_in(
    database: Database, teams: int = 1, origin: tuple[str, int] | None = None
) -> Session:
    owner = await admin_of(database)
    await database.texts.keep("d", "small", "1", b"text")
    return await database.sessions.create_session(
        scenario="small", digest="d", teams=teams, owner=owner, origin=origin
    )


async def test_notes_stand_in_the_order_of_the_log(database: Database) -> None:
    (run,) = (await session_in(database)).runs
    late = await database.notes.add(run.id, 9, author="admin", text="后")
    early = await database.notes.add(run.id, 2, author="admin", text="")
    assert await database.notes.of_run(run.id) == [early, late]
    assert await database.notes.change(run.id, late.id, "改", author="admin")
    assert not await database.notes.change("other", late.id, "x", author="admin")
    assert not await database.notes.change(run.id, late.id, "x", author="another")
    assert [note.text for note in await database.notes.of_run(run.id)] == ["", "改"]
    assert not await database.notes.remove(run.id, early.id, author="another")
    assert await database.notes.remove(run.id, early.id, author="admin")
    assert not await database.notes.remove(run.id, early.id, author="admin")


async def test_an_activity_is_empty_until_it_is_saved(database: Database) -> None:
    session = await session_in(database)
    assert await database.activities.get(session.id) == Activity(session=session.id)
    filled = Activity(session=session.id, place="礼堂", photo=b"\x89PNG")
    await database.activities.save(filled)
    await database.activities.save(Activity(session=session.id, place="广场", photo=b"\x89PNG"))
    assert (await database.activities.get(session.id)).place == "广场"


async def test_a_practice_session_names_its_origin(database: Database) -> None:
    origin = (await session_in(database)).runs[0]
    practice = await session_in(database, origin=(origin.id, 12))
    found = await database.sessions.find_session(practice.id)
    assert found == practice
    assert (practice.origin_run, practice.origin_seq) == (origin.id, 12)
    ((run, seq, _),) = await database.sessions.forks_of(origin.id)
    assert (run, seq) == (practice.runs[0], 12)


async def test_a_seat_is_taken_over_by_one(database: Database) -> None:
    (run,) = (await session_in(database)).runs
    token = await database.sessions.take_over_seat(run.id, "s3", "教员")
    assert token is not None
    holder = await database.sessions.find_seat(token)
    assert holder is not None
    assert (holder.seat, holder.name) == ("s3", "教员")
    assert await database.sessions.take_over_seat(run.id, "s3", "另一位") is None


async def test_many_logs_are_read_at_once(database: Database) -> None:
    runs = (await session_in(database, teams=3)).runs
    await database.store.append(runs[0].id, 0, opened())
    await database.store.append(runs[2].id, 0, ready(1, "a", count=3))
    names = [run.id for run in runs]
    assert await database.store.heads(names) == {names[0]: 1, names[2]: 3}
    logs = logs_of(await database.store.appends_of([*names, *("x" for _ in range(250))]), {})
    assert logs == {names[0]: list(opened()), names[2]: list(ready(1, "a", count=3))}
    assert logs_of(await database.store.appends_of([]), {}) == {}
