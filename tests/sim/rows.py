"""What stands beside the logs, for one session: its seats, its facilitator, its script."""

from __future__ import annotations

import asyncio

from engine.errors import Lang
from engine.scenario.model import Scenario
from engine.store.audit.trail import Entry
from engine.store.people.accounts import Account
from engine.store.sessions.claims import Claim
from engine.store.sessions.sessions import Run, SeatHolder, Session
from engine.values import Map, RunId

RUN = "r"
CODE = "AAAAAA"
LOGIN = "login"
_ADMIN = Account(id="f", name="admin", roles=("administrator",))


class Rows:
    """The rows that all workers share: as much of `Sessions` and `People` as a live
    evening asks for."""

    def __init__(self, scenario: Scenario) -> None:
        self._session = Session(
            id="s", code=CODE, scenario=scenario.id, digest=scenario.digest, owner=_ADMIN.id,
            created_ms=0, closed_ms=None, address="", runs=(Run(RUN, "s", 1, "seed"),),
        )  # fmt: skip
        self.names_by_seat: dict[str, str] = {}
        self._seat_by_token: dict[str, str] = {}

    async def find_login(self, token: str, idle_s: int) -> Account | None:
        await asyncio.sleep(0)
        return _ADMIN if token == LOGIN else None

    async def find_session(self, name: str) -> Session | None:
        await asyncio.sleep(0)
        return self._session if name == self._session.id else None

    async def find_session_by_code(self, code: str) -> Session | None:
        await asyncio.sleep(0)
        return self._session if code == CODE else None

    async def create_seat(self, run: RunId, name: str, token: str, *, code: str) -> tuple[str, str]:
        await asyncio.sleep(0)
        seat = f"s{len(self.names_by_seat) + 1}"
        self.names_by_seat[seat] = name
        self._seat_by_token[token] = seat
        return seat, token

    async def remove_seat(self, run: RunId, seat: str, token: str) -> None:
        await asyncio.sleep(0)
        del self.names_by_seat[seat], self._seat_by_token[token]

    async def find_seat(self, token: str) -> SeatHolder | None:
        await asyncio.sleep(0)
        seat = self._seat_by_token.get(token)
        if seat is None:
            return None
        return SeatHolder(RUN, seat, self.names_by_seat[seat], self._session.id)

    async def names(self, run: RunId) -> Map[str, str]:
        await asyncio.sleep(0)
        return Map(self.names_by_seat)


class Book:
    """The audit log: as much of it as a live evening asks for."""

    async def ready(self) -> None:
        await asyncio.sleep(0)

    async def act(self, entry: Entry) -> None:
        await asyncio.sleep(0)

    def refused(self, entry: Entry) -> None:
        """Refusals are no part of the run."""


class NoClaims:
    """The table of claims: nobody here loses the way to a seat."""

    async def waiting(self, session: str) -> list[Claim]:
        await asyncio.sleep(0)
        return []


class Shelf:
    """The one script: as much of `Library` as a live evening asks for."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    async def scenario_of_run(self, run: RunId) -> Scenario:
        return self.scenario

    async def in_language(self, scenario: Scenario, lang: Lang) -> Scenario:
        return scenario
