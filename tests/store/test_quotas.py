"""Nobody fills the disk: every table has its bound. Family of security B12."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.errors import QuotaError
from engine.store import quotas
from engine.store.database import Database
from engine.store.sessions.listing import Wanted
from engine.store.tables import EventTable
from tests.support.evenings import admin_of

Fill = Callable[[Database, int], Awaitable[Any]]
PASSWORD = "admin password"


async def draft(database: Database, n: int) -> None:
    drafts = database.drafts.within("b" * 16)
    base = len(await drafts.history("s"))
    await drafts.save("s", b"x" * 100 + bytes([n]), base=base, author="a")


async def script(database: Database, n: int) -> None:
    await database.drafts.save(f"s{n}", b"x", base=0, author="a")


async def packed(database: Database, n: int) -> None:
    await database.drafts.take_in("s", b"x%d" % n, {"a.png": b"x" * 50 + bytes([n])}, author="a")


async def picture(database: Database, n: int) -> None:
    await database.drafts.keep_files("s", {"a.png": b"x" * 100 + bytes([n])})


async def laid_aside(database: Database, n: int) -> None:
    await database.drafts.keep_files("s", {"a.png": b"x" * 100 + bytes([n])})
    await database.drafts.lay_aside("s", "a.png")


async def session(database: Database, n: int, teams: int = 1) -> str:
    """Id of its first run."""
    if n == 0:
        await admin_of(database, PASSWORD)
        await database.texts.keep("d", "s", "1", b"x")
    made = await database.sessions.create_session(
        scenario="s", digest="d", teams=teams, owner=await _admin(database)
    )
    return made.runs[0].id


async def many_teams(database: Database, n: int) -> None:
    await session(database, n, teams=3)


async def _admin(database: Database) -> str:
    found = await database.people.find_named("admin")
    assert found is not None
    return found.id


async def note(database: Database, n: int) -> None:
    runs = await database.listing.every(Wanted())
    run = runs[0].runs[0].id if runs else await session(database, 0)
    await database.notes.add(run, n, author="a", text="")


async def account(database: Database, n: int) -> None:
    await database.people.create_account(f"小{n}", ("author",))


async def branch(database: Database, n: int) -> None:
    await database.people.create_branch(f"支部{n}")


async def put(database: Database, n: int) -> None:
    await database.texts.keep("d", "s", "1", b"x")
    await database.menu.put("s", n + 1, "d", {}, who="a", proved=True)


BOUNDS: dict[str, tuple[Fill, str, int, str]] = {
    # what → (one more, the bound, what it is set to here, the table)
    "drafts": (draft, "SCRIPT_BYTES_MAX", 450, "drafts"),
    "drafts on a shelf": (script, "SHELF_BYTES_MAX", 4, "drafts"),
    "scripts": (script, "SCRIPTS_MAX", 4, "drafts"),
    "packages": (packed, "SCRIPT_BYTES_MAX", 250, "draft_files"),
    "pictures": (picture, "SCRIPT_BYTES_MAX", 450, "draft_files"),
    "what was laid aside": (laid_aside, "SHELF_BYTES_MAX", 450, "draft_files_aside"),
    "sessions": (session, "SESSIONS_A_DAY", 4, "sessions"),
    "teams": (many_teams, "TEAMS_A_DAY", 14, "sessions"),
    "puts": (put, "PUTS_MAX", 4, "puts"),
    "notes": (note, "NOTES_MAX", 4, "notes"),
    "accounts": (account, "ACCOUNTS_MAX", 4, "accounts"),
    "branches": (branch, "BRANCHES_MAX", 4, "branches"),
}
MORE = 12


async def count(database: Database, table: str) -> int:
    async with database.engine.connect() as db:
        asked = select(func.count()).select_from(EventTable.metadata.tables[table])
        return int((await db.execute(asked)).scalar_one())


@pytest.mark.parametrize(("fill", "bound", "most", "table"), BOUNDS.values(), ids=BOUNDS)
async def test_what_is_over_is_refused_and_what_there_is_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch, fill: Fill, bound: str, most: int,
    table: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(quotas, bound, most)
    done = 0
    for n in range(MORE):
        try:
            await fill(database, n)
        except QuotaError:
            break
        done += 1
    assert 0 < done < MORE
    kept = await count(database, table)
    assert kept
    for n in range(done, MORE):
        with pytest.raises(QuotaError):
            await fill(database, n)
    assert await count(database, table) == kept


def test_every_table_has_its_bound() -> None:
    """A new table is looked at: who can fill it, and what stops them?"""
    tables = set(EventTable.metadata.tables)
    assert tables == set(quotas.HERE) | set(quotas.ELSEWHERE)
    assert not set(quotas.HERE) & set(quotas.ELSEWHERE)
    tried = {table for _, _, _, table in BOUNDS.values()}
    assert tried == set(quotas.HERE)


async def test_one_shelf_leaves_room_on_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "SHELF_BYTES_MAX", 100)
    one, other = (database.drafts.within(letter * 16) for letter in "ab")
    await one.save("s", b"x" * 90, base=0, author="a")
    with pytest.raises(QuotaError):
        await one.save("t", b"x" * 90, base=0, author="a")
    await other.save("t", b"x" * 90, base=0, author="b")
    await database.drafts.save("t", b"x" * 90, base=0, author="c")


async def test_the_oldest_of_very_many_logins_ends(
    database: Database, monkeypatch: pytest.MonkeyPatch, now: Any
) -> None:
    monkeypatch.setattr("engine.store.people.accounts.LOGINS_MAX", 3)
    owner = await admin_of(database, PASSWORD)
    tokens = []
    for _ in range(5):
        now.ms += 1
        tokens.append(await database.people.create_login(owner, 3600))
    found = [await database.people.find_login(token) for token in tokens]
    assert [one is not None for one in found] == [False, False, True, True, True]
