"""Who takes part is known again on another evening of the same branch, until they are forgotten."""

from __future__ import annotations

import pytest

from engine.export.report import gather
from engine.export.xapi import statements
from engine.store.database import Database
from engine.store.sessions.sessions import Session
from tests.support.clock import Now
from tests.support.evenings import admin_of, evening, keep_evening
from tests.support.scripts import MINI, compile_text


class Branches:
    """Evenings of a database, one after the other."""

    def __init__(self, database: Database, owner: str, now: Now) -> None:
        self.database, self.owner, self.now = database, owner, now

    async def evening(self, branch: str | None, *names: str) -> Session:
        self.now.ms += 1
        await self.database.texts.keep("d", "s", "1", b"text")
        made = await self.database.sessions.create_session(
            scenario="s", digest="d", teams=1, owner=self.owner, branch=branch
        )
        for name in names:
            await self.database.sessions.create_seat(made.runs[0].id, name)
        return made

    async def persons(self, session: Session) -> list[str]:
        return list((await self.database.sessions.persons(session.runs[0].id)).values())


@pytest.fixture
async def branches(database: Database, now: Now) -> Branches:
    await database.people.ensure_admin("secret")
    account = await database.people.check_login("admin", "secret")
    assert account is not None
    return Branches(database, account.id, now)


async def test_one_name_in_one_branch_is_one_person(branches: Branches) -> None:
    one = await branches.database.people.create_branch("一支部")
    assert one is not None
    first = await branches.persons(await branches.evening(one.id, "王芳", "李强"))
    later = await branches.persons(await branches.evening(one.id, "李强", "赵敏", "王芳"))
    assert (later[0], later[2]) == (first[1], first[0])
    assert later[1] not in first
    elsewhere = await branches.persons(await branches.evening(None, "王芳"))
    assert elsewhere[0] not in first, "another branch's is somebody else"
    assert await branches.persons(await branches.evening(None, "王芳")) == elsewhere


async def test_two_of_one_name_stay_two(branches: Branches) -> None:
    first = await branches.persons(await branches.evening(None, "王芳", "王芳"))
    later = await branches.persons(await branches.evening(None, "王芳", "王芳", "王芳"))
    assert len(set(first)) == 2
    assert len(set(later)) == 3
    assert set(first) < set(later)


async def test_forgetting_breaks_the_link(branches: Branches) -> None:
    evenings = [await branches.evening(None, "王芳") for _ in range(2)]
    known = await branches.persons(evenings[1])
    for each in evenings:
        await branches.database.privacy.erase(each.runs[0].id, "s1")
        assert await branches.persons(each) == []
    assert await branches.persons(await branches.evening(None, "王芳")) != known


async def test_statements_follow_somebody_over_two_evenings(database: Database) -> None:
    owner = await admin_of(database)
    log = evening(compile_text(MINI.decode()), "persons")
    sessions = [await keep_evening(database, owner, MINI, [log]) for _ in range(2)]

    async def actors(session: Session) -> list[str]:
        told = statements(await gather(database, session), "https://here.example")
        assert {one["actor"]["account"]["homePage"] for one in told} == {"https://here.example"}
        return [one["actor"]["account"]["name"] for one in told]

    first, second = [await actors(each) for each in sessions]
    assert first == second, "the same people, the same log"
    names = (await database.sessions.names(sessions[0].runs[0].id)).values()
    assert not any(name in actor for name in names for actor in first), "a pseudonym"
    await database.privacy.erase(sessions[1].runs[0].id, "s1")
    forgotten = await actors(sessions[1])
    assert len(set(forgotten)) == len(set(second))
    assert len(set(forgotten) - set(second)) == 1
