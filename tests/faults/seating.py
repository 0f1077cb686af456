"""Many seats at once: written straight into a database that no server has open."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert

from engine.host.host import Host
from engine.rules import commands as cmd
from engine.scenario.model import Scenario
from engine.store.database import Database, open_database, writing
from engine.store.sessions.sessions import Run, Session
from engine.store.tables import ParticipantTable, SeatTable
from engine.store.tokens import hash_token
from tests.e2e.answers import load

TEAMS_MAX = 60
"""Of one session."""


@dataclass(frozen=True)
class Seat:
    """Somebody's place, and what opens it."""

    token: str
    session: str
    run: str
    seat: str
    role: str


async def seat_many(url: str, folder: Path, seats: int, *, free: int, started: bool) -> list[Seat]:
    """So many seats, in teams that leave `free` roles to nobody."""
    scenario = load(folder)
    roles = list(scenario.roles)[: len(scenario.roles) - free]
    teams = -(-seats // len(roles))
    database = await open_database(url)
    admin = await _admin(database)
    text = (folder / "scenario.yaml").read_bytes()
    await database.texts.keep(scenario.digest, scenario.id, scenario.version, text, {})

    async def known(run: str) -> Scenario:
        return scenario

    host = Host(database.store, known)
    taken: list[Seat] = []
    for first in range(0, teams, TEAMS_MAX):
        session = await database.sessions.create_session(
            scenario=scenario.id,
            digest=scenario.digest,
            teams=min(TEAMS_MAX, teams - first),
            owner=admin,
        )
        taken += await _seat(database, host, scenario, session, roles)
        if started:
            await asyncio.gather(*(_start(host, run) for run in session.runs))
    await host.close()
    await database.close()
    return taken


async def _admin(database: Database) -> str:
    await database.people.ensure_admin("七月二十三日")
    account = await database.people.check_login("admin", "七月二十三日")
    assert account is not None
    return account.id


async def _seat(
    database: Database, host: Host, scenario: Scenario, session: Session, roles: list[str]
) -> list[Seat]:
    seats = [
        Seat(f"{run.id}-{role}", session.id, run.id, f"s{number}", role)
        for run in session.runs
        for number, role in enumerate(roles, start=1)
    ]
    people = [{"pseudonym": seat.token, "name": seat.role} for seat in seats]
    rows = [
        {"run": s.run, "seat": s.seat, "pseudonym": s.token, "token_hash": hash_token(s.token)}
        for s in seats
    ]
    async with writing(database.engine).begin() as connection:
        await connection.execute(insert(ParticipantTable), people)
        await connection.execute(insert(SeatTable), rows)

    async def sit(run: Run) -> None:
        await host.open(run.id, scenario, seed=run.seed, team=run.team)
        for seat in seats:
            if seat.run == run.id:
                take = cmd.TakeSeat(
                    id=f"sit-{seat.seat}",
                    at_ms=host.clock.now_ms(),
                    by=seat.seat,
                    role=seat.role,
                )
                await host.execute(run.id, take)

    await asyncio.gather(*(sit(run) for run in session.runs))
    return seats


async def _start(host: Host, run: Run) -> None:
    start = cmd.Start(id="start", at_ms=host.clock.now_ms(), by=cmd.FACILITATOR)
    await host.execute(run.id, start)
