"""What two acts meet on: each time one of its own, alike but for its mark."""

from __future__ import annotations

import itertools
from typing import Final

from engine.store.database import Database
from engine.store.people.accounts import Account
from engine.store.people.branches import Branch
from engine.store.quotas import DAY_MS
from engine.store.sessions.sessions import Place, Session
from engine.store.tokens import hash_token
from tests.support.clock import Now

NOW: Final = Now()
NUMBERS: Final = itertools.count()


NAME: Final = "望志路"


async def found(database: Database, name: str) -> tuple[Branch, Account]:
    branch = await database.people.create_branch(name, 1)
    assert branch is not None
    made = await database.people.create_account(name, ["facilitator"], branch.id)
    assert made is not None
    owner = await database.people.find_named(name)
    assert owner is not None
    return branch, owner


class Ground:
    """A session of two teams, in which one person sits; nobody else uses it."""

    branch: Branch
    owner: Account
    session: Session
    place: Place
    seat: str
    token: str

    def __init__(self) -> None:
        self.mark = f"-{next(NUMBERS)}-"

    async def laid(self, database: Database) -> Ground:
        self.branch, self.owner = await self.of(database)
        NOW.ms += DAY_MS + 1  # what its owner has opened before counts no more
        self.session = await database.sessions.create_session(
            scenario="yida", digest="digest", teams=2, owner=self.owner.id, branch=self.branch.id
        )
        self.token = f"token {self.mark}"
        self.seat, _ = await database.sessions.create_seat(self.run, "张三", self.token)
        self.place = Place(self.run, self.seat, "张三", hash_token(self.token))
        return self

    async def of(self, database: Database) -> tuple[Branch, Account]:
        """A branch and a facilitator of it; those of all grounds."""
        branches = await database.people.list_branches()
        owner = await database.people.find_named(NAME)
        if owner is not None:
            return next(one for one in branches if one.name == NAME), owner
        await database.people.ensure_admin("一大会址的石库门")
        await database.texts.keep("digest", "yida", "1.0.0", b"text")
        return await found(database, NAME)

    @property
    def run(self) -> str:
        return self.session.runs[0].id

    @property
    def other_run(self) -> str:
        return self.session.runs[1].id


class Swept(Ground):
    """Nobody's claims are left to be cleared away: whoever does so makes the next one wait."""

    async def laid(self, database: Database) -> Swept:
        await super().laid(database)
        assert await database.claims.ask("sweep", "sweep" + self.mark, [(self.run, "s1")])
        return self


class Own(Ground):
    """With a branch and a facilitator of its own."""

    async def of(self, database: Database) -> tuple[Branch, Account]:
        await super().of(database)
        return await found(database, "自" + self.mark)


class Known(Own):
    """李四 was there on another evening of the branch."""

    async def laid(self, database: Database) -> Known:
        await super().laid(database)
        evening = await database.sessions.create_session(
            scenario="yida", digest="digest", teams=1, owner=self.owner.id, branch=self.branch.id
        )
        await database.sessions.create_seat(evening.runs[0].id, "李四")
        return self
