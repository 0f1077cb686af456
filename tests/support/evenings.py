"""Whole evenings, played by nobody: a seeded crowd answers, slips and waits, in the script's time.

They go into a database as a real evening does: session, seats with names, one log a team.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import insert

from engine.export.report import Report, met_in
from engine.proof.dice import random_play
from engine.proof.playthrough import START_MS, Playthrough
from engine.review.ledger import read_run
from engine.review.lessons import Lessons
from engine.rules import commands as cmd
from engine.rules.chain import Append, key_of, link
from engine.rules.events import AnyEvent, Recorded, RunOpened
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.store.database import Database, open_database, writing
from engine.store.log.waiting import append_row, body_of
from engine.store.sessions.activities import Activity
from engine.store.sessions.sessions import Run, Session
from engine.store.tables import EventTable, RunTable, SessionTable

ROOT = Path(__file__).resolve().parents[2]
PIECES = 4
YIDA = ROOT / "scenarios" / "yida-1921" / "scenario.yaml"
PASSWORD = "七月二十三日"
NAMES = ("赵春兰", "钱卫国", "孙晓梅", "李建军", "周颖", "吴敏", "郑海", "王秀英")


def yida() -> Scenario:
    """The script of the repository's own evening."""
    return compile_scenario(YIDA.read_bytes(), str(YIDA))


class SlowTable(Playthrough):
    """A play in which thinking takes time: 3 to 18 seconds before each answer."""

    def do(self, kind: type[Any], by: str, **fields: Any) -> tuple[AnyEvent, ...]:
        """As `Playthrough.do`, later."""
        if kind is cmd.Submit:
            drawn = hashlib.sha256(f"{self.state.seed}|{self.state.seq}".encode()).digest()[0]
            self.advance(3_000 + drawn * 60)
        return super().do(kind, by, **fields)


def evening(
    scenario: Scenario,
    seed: str,
    *,
    team: int = 1,
    wrong_rate: float = 0.2,
    unrest: float = 0.0,
    at_ms: int = START_MS,
) -> list[Recorded]:
    """The log of one team that plays to the end. `unrest`: how often somebody goes, comes back,
    hands a card about or takes a hint instead of answering."""
    table = SlowTable(scenario, seed=seed, at_ms=at_ms)
    outcome = random_play(scenario, seed, wrong_rate=wrong_rate, unrest=unrest, table=table)
    assert outcome.ending, "the crowd got stuck"
    first = table.records[0]
    assert isinstance(first.event, RunOpened)
    return [replace(first, event=replace(first.event, team=team)), *table.records[1:]]


async def keep_evening(
    database: Database,
    owner: str,
    script: bytes,
    logs: Sequence[Sequence[Recorded]],
    *,
    branch: str = "",
    branch_id: str | None = None,
) -> Session:
    """A session whose teams have these logs, as if it had been played here. `owner`: account id;
    whose session it is: `branch` by name, made if it isn't there, or `branch_id`."""
    scenario = compile_scenario(script, "scenario.yaml")
    await database.texts.keep(scenario.digest, scenario.id, scenario.version, script)
    session = await database.sessions.create_session(
        scenario=scenario.id,
        digest=scenario.digest,
        teams=len(logs),
        owner=owner,
        branch=await _branch_called(database, branch) if branch else branch_id,
    )
    for run, records in zip(session.runs, logs, strict=True):
        for piece in pieces_of(records):
            await database.store.append(run.id, piece[0].seq - 1, piece)
        seats = {record.by for record in records if record.by.startswith("s")}
        for place in range(len(seats)):
            await database.sessions.create_seat(run.id, NAMES[place % len(NAMES)])
    return session


def pieces_of(log: Sequence[Recorded]) -> list[list[Recorded]]:
    """The log as the few appends of whole commands that `keep_evening` writes: one a command takes
    tests too long."""
    pieces: list[list[Recorded]] = [[]]
    for _, command in groupby(log, key=lambda record: (record.by, record.command)):
        if len(pieces[-1]) > len(log) // PIECES:
            pieces.append([])
        pieces[-1] += command
    return pieces


async def _branch_called(database: Database, name: str) -> str:
    made = await database.people.create_branch(name)
    if made is not None:
        return made.id
    return next(one.id for one in await database.people.list_branches() if one.name == name)


def _written(run: str, log: Sequence[Recorded]) -> Append:
    """The log as one append, chained."""
    body = body_of(log)
    return Append(run, 1, body, link(key_of(""), "", run, 1, body))


async def keep_many(
    database: Database,
    owner: str,
    script: bytes,
    log: Sequence[Recorded],
    count: int,
    *,
    branches: Sequence[str | None] = (None,),
    at_ms: int = START_MS,
    apart_ms: int = 3_600_000,
) -> list[str]:
    """`count` sessions of one team with this log, in one transaction; their ids, oldest first. They
    are opened `apart_ms` one after the other, and belong to the branches (ids) in turn. Nobody is
    named."""
    scenario = compile_scenario(script, "scenario.yaml")
    await database.texts.keep(scenario.digest, scenario.id, scenario.version, script)
    sessions, runs, events = [], [], []
    for number in range(count):
        name = f"m{len(script):x}{number:06d}"
        made = Session(
            id=name,
            code=f"M{number:07d}",
            scenario=scenario.id,
            digest=scenario.digest,
            owner=owner,
            created_ms=at_ms + number * apart_ms,
            closed_ms=at_ms + number * apart_ms + 1,
            address="",
            runs=(),
            branch=branches[number % len(branches)],
        )
        row = asdict(made)
        del row["runs"]
        sessions.append(row)
        runs.append({"id": f"{name}r", "session": name, "team": 1, "seed": "s"})
        events.append(append_row(key_of(""), "", f"{name}r", 1, body_of(log))._asdict())
    async with writing(database.engine).begin() as connection:
        await connection.execute(insert(SessionTable), sessions)
        await connection.execute(insert(RunTable), runs)
        await connection.execute(insert(EventTable), events)
    return [row["id"] for row in sessions]


async def admin_of(database: Database, password: str = PASSWORD) -> str:
    """Id of the account `admin`, which has this password."""
    await database.people.ensure_admin(password)
    account = await database.people.check_login("admin", password)
    assert account is not None, "the password is another one"
    return account.id


def keep_logs(
    url: str, script: bytes, *logs: Sequence[Recorded], password: str = PASSWORD
) -> Session:
    """A session with these logs in the database at `url`, chained with the environment's secret."""

    async def keep() -> Session:
        secret = os.environ.get("HONGCHUAN_SECRET", "")
        database = await open_database(url, secret=secret)
        owner = await admin_of(database, password)
        kept = await keep_evening(database, owner, script, logs, branch="机关第一党支部")
        await database.close()
        return kept

    # In a thread of its own: a browser's test has a loop of the browser's in this one.
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, keep()).result()


async def keep_evenings(database: Database, count: int, *, teams: int = 1) -> list[Session]:
    """`count` sessions of five branches on as many days; every third team slips more often."""
    scenario, script = yida(), YIDA.read_bytes()
    owner, kept = await admin_of(database), []
    for number in range(count):
        logs = [
            evening(
                scenario,
                f"evening {number}/{team}",
                team=team + 1,
                wrong_rate=(0.05, 0.2, 0.5)[(number + team) % 3],
                at_ms=START_MS + number * 86_400_000,
            )
            for team in range(teams)
        ]
        branch = f"第{'一二三四五'[number % 5]}党支部"
        kept.append(await keep_evening(database, owner, script, logs, branch=branch))
    return kept


def report_of(
    scenario: Scenario,
    *logs: Sequence[Recorded],
    names: Sequence[str] = NAMES,
    activity: Activity | None = None,
) -> Report:
    """The report of a session with these logs; seats are named in the order taken."""
    lessons = Lessons(scenario)
    runs = tuple(Run(f"run{team}", "session1", team, "seed") for team in range(1, len(logs) + 1))
    session = Session(
        id="session1",
        code="ABCDEF",
        scenario=scenario.id,
        digest=scenario.digest,
        owner="owner",
        created_ms=START_MS,
        closed_ms=None,
        address="",
        runs=runs,
    )
    seats = {f"s{place}": name for place, name in enumerate(names, start=1)}
    told = {run.id: log for run, log in zip(runs, logs, strict=True)}
    played = [
        read_run(lessons, log, run=run, session=session.id, names=seats)
        for run, log in told.items()
    ]
    return Report(
        session=session,
        scenario=scenario,
        runs=played,
        logs=told,
        met=met_in(scenario, played, told),
        written={run.id: [_written(run.id, log)] for run, log in zip(runs, logs, strict=True)},
        activity=activity or Activity(session=session.id),
        branch=activity.branch_written if activity is not None else "",
    )
