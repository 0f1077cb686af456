"""Which sessions there are: found by branch, script, time and words, counted, a page at a time.

Nothing here stops at a number of its own: a page says how many there are besides, and `every` gives
all. Newest first; of one instant, by id, so that pages neither miss nor repeat a session.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Select, and_, false, func, not_, or_, select

from engine.rules.chain import Append
from engine.rules.codec import tag_of
from engine.rules.events import RunOpened
from engine.rules.evolve import EMPTY, evolve
from engine.rules.state import State
from engine.store.log.sql import records_of
from engine.store.repository import Repository, table_of
from engine.store.sessions.sessions import Run, Session, session_of_row
from engine.store.tables import (
    AccountTable,
    ActivityTable,
    BranchTable,
    EventTable,
    RunTable,
    SessionTable,
)
from engine.values import RunId

WHOLE: Final = "-"
"""Asked for as a branch: what is the whole organisation's own."""

RUNS_AT_ONCE: Final = 500
LOOKED_AT: Final = 20
"""Of the newest runs, some may not have begun."""
OUTLINING: Final = frozenset({
    "run.opened", "run.started", "run.paused", "run.resumed", "run.forked", "run.ended",
    "run.closed", "debrief.opened", "seat.taken", "seat.left", "seat.back",
})  # fmt: skip
"""Events that make a run's phase, and who sits in it; a test holds it against whole logs."""

_events = table_of(EventTable)
_session, _run, _account, _branch, _activity = (
    table_of(row) for row in (SessionTable, RunTable, AccountTable, BranchTable, ActivityTable)
)


class Word(msgspec.Struct, frozen=True):
    """A word somebody looks for, with the scripts whose titles hold it: titles stand in no table of
    their own."""

    text: str
    scripts: tuple[str, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions; what is left as it is asks for nothing."""

    scope: str | None = None
    """The branch that whoever asks is kept to; None: they see everybody's."""
    branch: str = ""
    """Id of a branch, or WHOLE."""
    scenario: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    """Opened then or later, and before that."""
    words: tuple[Word, ...] = ()
    """All of them stand somewhere: in the join code, the script's id or title, the branch's name,
    the name of the account that opened it, or in what is on file (topic, place, host)."""
    open: bool = False
    """Not closed yet."""
    evenings: bool = False
    """Neither practice, make-ups nor what was only tried out."""
    rehearsals: Literal["none", "too", "only"] = "none"
    """No list shows them and no figure counts them."""

    def conditions(self) -> list[Any]:
        """As SQL, over the sessions."""
        found = [_spoken_of(word) for word in self.words]
        if self.scope is not None:
            found.append(_session.c.branch == self.scope)
        if self.branch:
            whole = self.branch == WHOLE
            found.append(_session.c.branch == (None if whole else self.branch))
        if self.scenario:
            found.append(_session.c.scenario == self.scenario)
        if self.since_ms is not None:
            found.append(_session.c.created_ms >= self.since_ms)
        if self.until_ms is not None:
            found.append(_session.c.created_ms < self.until_ms)
        if self.open:
            found.append(_session.c.closed_ms.is_(None))
        rehearsal = _session.c.origin_run.is_(None) & _session.c.origin_seq.is_not(None)
        if self.rehearsals != "too":
            found.append(rehearsal if self.rehearsals == "only" else not_(rehearsal))
        if self.evenings:
            found += [_session.c.origin_run.is_(None), _session.c.trial.is_(False)]
        return found


def _spoken_of(word: Word) -> Any:
    def told(column: Any) -> Any:
        return column.icontains(word.text, autoescape=True)

    filed = select(_activity.c.session).where(
        or_(*(told(_activity.c[name]) for name in ("topic", "place", "host")))
    )
    return or_(
        told(_session.c.code),
        told(_session.c.scenario),
        _session.c.scenario.in_(word.scripts) if word.scripts else false(),
        _session.c.branch.in_(select(_branch.c.id).where(told(_branch.c.name))),
        _session.c.owner.in_(select(_account.c.id).where(told(_account.c.name))),
        _session.c.id.in_(filed),
    )


class Listing(Repository):
    """Finds the sessions of one database. Raises StoreUnavailable throughout."""

    async def count(self, wanted: Wanted) -> int:
        """How many there are."""
        query = select(func.count()).select_from(_session).where(*wanted.conditions())
        async with self._reading() as db:
            return int((await db.execute(query)).scalar_one())

    async def page(self, wanted: Wanted, *, first: int, count: int) -> list[Session]:
        """`count` of them at most, from the place `first` (0: the newest)."""
        query = _newest_first(wanted).offset(first).limit(count)
        async with self._reading() as db:
            rows = (await db.execute(query)).all()
            runs = select(_run).where(_run.c.session.in_([row.id for row in rows]))
            return _joined(rows, await db.execute(runs))

    async def every(self, wanted: Wanted) -> list[Session]:
        """All of them."""
        runs = (
            select(_run).join(_session, _session.c.id == _run.c.session).where(*wanted.conditions())
        )
        async with self._reading() as db:
            rows = (await db.execute(_newest_first(wanted))).all()
            return _joined(rows, await db.execute(runs))

    async def summary(self) -> tuple[int, int]:
        """(how many there are, when the newest was opened; 0: there is none)."""
        asked = select(func.count(), func.max(_session.c.created_ms)).select_from(_session)
        async with self._reading() as db:
            count, newest_ms = (await db.execute(asked)).one()
        return count, newest_ms or 0

    async def newest_link(self) -> str:
        """The link of the last append to the newest run that has one: the secret that was in use
        is named in it. Empty: there is none yet."""
        opened = _session.c.created_ms.desc()
        runs = select(_run.c.id).join(_session, _session.c.id == _run.c.session).order_by(opened)
        async with self._reading() as db:
            for run in (await db.scalars(runs.limit(LOOKED_AT))).all():
                asked = select(_events.c.link).where(_events.c.run == run)
                found = await db.scalar(asked.order_by(_events.c.seq.desc()).limit(1))
                if found:
                    return str(found)
        return ""

    async def outlines(self, runs: Sequence[RunId]) -> dict[RunId, State]:
        """What a list shows of runs, their phase and who sits there, in a few queries and without
        opening one: folded from the events that say so, and from no other. A run whose log has a
        gap, or a row that is no event, is missing."""
        found: dict[RunId, State] = {}
        columns = (_events.c.run, _events.c.seq, _events.c.body, _events.c.link)
        async with self._reading() as db:
            for first in range(0, len(runs), RUNS_AT_ONCE):
                some = _events.c.run.in_(runs[first : first + RUNS_AT_ONCE])
                asked = select(*columns).where(some).order_by(_events.c.run, _events.c.seq)
                for run, rows in groupby(await db.execute(asked), key=lambda row: str(row.run)):
                    state = _outline(rows)
                    if state is not None:
                        found[run] = state
        return found

    async def scripts(self, wanted: Wanted) -> list[tuple[str, str, int]]:
        """(script, digest of its newest text, sessions), the most played first."""
        conditions = wanted.conditions()
        counted = (
            select(
                _session.c.scenario,
                func.count().label("sessions"),
                func.max(_session.c.created_ms).label("newest_ms"),
            )
            .where(*conditions)
            .group_by(_session.c.scenario)
            .subquery()
        )
        newest = (
            select(counted.c.scenario, func.min(_session.c.digest), counted.c.sessions)
            .join(
                _session,
                and_(
                    _session.c.scenario == counted.c.scenario,
                    _session.c.created_ms == counted.c.newest_ms,
                ),
            )
            .where(*conditions)
            .group_by(counted.c.scenario, counted.c.sessions)
            .order_by(counted.c.sessions.desc(), counted.c.scenario)
        )
        async with self._reading() as db:
            return [(name, digest, number) for name, digest, number in await db.execute(newest)]


def _outline(rows: Iterable[Any]) -> State | None:
    state = EMPTY
    try:
        records = (record for row in rows for record in records_of(Append(*row)))
        for seq, record in enumerate(records, start=1):
            if record.seq != seq or (seq == 1) != isinstance(record.event, RunOpened):
                return None
            if tag_of(record.event) in OUTLINING:
                state = evolve(state, record.event)
    except Exception:  # noqa: BLE001 - a damaged log may raise anything; its run says what it is
        return None
    return state


def _newest_first(wanted: Wanted) -> Select[Any]:
    ordered: Select[Any] = select(_session).where(*wanted.conditions())
    return ordered.order_by(_session.c.created_ms.desc(), _session.c.id.desc())


def _joined(rows: Sequence[Any], runs: Iterable[Any]) -> list[Session]:
    """The sessions with their runs by team."""
    by_session: dict[str, list[Run]] = {row.id: [] for row in rows}
    for row in runs:
        if row.session in by_session:
            by_session[row.session].append(Run(*row))
    return [
        session_of_row(row, sorted(by_session[row.id], key=lambda run: run.team)) for row in rows
    ]
