"""Reviews of runs, worked out from their logs and remembered while the logs stay as they are.

One process keeps one `Reviews`. What it remembers is bounded by number, of each kind by itself, and
whatever was asked for longest ago is forgotten first: read anew, it is the same. What it tells, it
tells whoever may: each method asks, as every use case does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from msgspec.structs import asdict, replace

from engine.civil import local
from engine.errors import LostScript, ReplayError, RunBroken, StoreUnavailable
from engine.evening.actors import REVIEW, SEE, Actor, Need, let_to
from engine.evening.broken_runs import broken_part, whole
from engine.evening.house import House
from engine.evening.latest import Latest
from engine.evening.refusing import refused
from engine.review.ledger import Played, read_run, tally
from engine.review.lessons import Lessons
from engine.review.moments import History
from engine.rules.events import Recorded
from engine.rules.fits import check_fits, sound
from engine.scenario.model import Scenario
from engine.store.log.sql import logs_of
from engine.store.sessions.listing import Wanted
from engine.store.sessions.sessions import Session
from engine.values import Map, RunId
from engine.views.kept import Kept
from engine.views.parts.shared import Broken
from engine.views.seat import RunViews
from engine.views.session import RunInfo, projector

HISTORIES_MAX: Final = 24
"""Runs whose every state is kept in memory; of sessions the views, of scripts what they teach."""
TALLIES_MAX: Final = 4_000
"""Runs whose tally is kept in memory; those beyond are read anew."""
TALLY_KIB: Final = 48
"""What a tally of four people's evening weighs at most: 4,000 are some 160 MB."""
AT_ONCE: Final = 50
"""Logs that are read together."""
WALL: Final = "projector"

log = structlog.get_logger()


class Reviews:
    """The reviews of one process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._histories = Latest[RunId, History](HISTORIES_MAX)
        self._tallies = Latest[RunId, tuple[int, Played]](TALLIES_MAX)
        self._tallying = asyncio.Lock()
        self._lessons = Latest[str, Lessons](HISTORIES_MAX)
        self._views = Latest[str, RunViews](HISTORIES_MAX)

    async def history(self, actor: Actor, session: Session, run: RunId) -> History:
        """Every moment of a run of the session. Raises RunBroken; Refused not_found (it has no log,
        or is another session's), no_right."""
        _let_to_run(actor, session, run)
        return await self._history(run)

    async def _history(self, run: RunId) -> History:
        known = self._histories.find(run)
        try:
            heads = await self._house.database.store.heads([run])
            if known is None or heads.get(run) != known.last_seq:
                scenario = await self._house.library.scenario_of_run(run)
                records = await self._read(run)
                known = await self._house.reading.do(_folded, run, scenario, records)
        except (ReplayError, LostScript) as error:
            raise self._house.host.broken.note(run, error) from error
        if not known.last_seq:
            raise refused("not_found")
        return self._histories.keep(run, known)

    async def scenario(self, actor: Actor, session: Session) -> Scenario:
        """The script the session began with. Raises LostScript; Refused not_found, no_right."""
        let_to(actor, REVIEW, session)
        return await self._scenario(session)

    async def _scenario(self, session: Session) -> Scenario:
        return await self._house.library.scenario_of_digest(session.digest, session.scenario)

    async def readable(self, actor: Actor, sessions: Sequence[Session]) -> Scenario | None:
        """The newest script of these sessions that can be read; None: there is none. Raises Refused
        not_found, no_right."""
        _let_to_all(actor, SEE, sessions)
        for session in sessions:
            try:
                return await self._scenario(session)
            except LostScript:
                continue
        return None

    async def played(
        self, actor: Actor, sessions: Sequence[Session], *, names: bool = False
    ) -> dict[RunId, Played]:
        """The review of every run of the sessions that anybody played, in their order. `names`:
        with the participants' names. Raises Refused not_found, no_right."""
        _let_to_all(actor, REVIEW, sessions)
        runs = {run.id: session for session in sessions for run in session.runs}
        branches = await self._house.people.branch_names()
        broken: dict[RunId, Exception] = {}
        logs = await self._logs(list(runs), runs, broken)

        def read() -> dict[RunId, Played]:
            told = {}
            for run, session in runs.items():
                if run in logs:
                    try:
                        records, lessons = logs[run]
                        told[run] = _read(run, session, lessons, records, branches)
                    except Exception as error:  # noqa: BLE001 - a damaged log may raise anything
                        broken[run] = error
            return told

        found = await self._house.reading.do(read)
        self._note(broken)
        if names:
            found = {run: await self._named(played) for run, played in found.items()}
        return {run: played for run, played in found.items() if played.course.started_ms}

    async def tallies(self, actor: Actor, sessions: Sequence[Session]) -> dict[RunId, Played]:
        """The tally of every run of the sessions that anybody played, in their order: what many
        evenings show together. However many they are, only logs that grew are read again, a few at
        a time and beside the loop that serves those who are playing. Raises Refused not_found,
        no_right."""
        _let_to_all(actor, SEE, sessions)
        return await self._tallies_of(sessions)

    async def _tallies_of(self, sessions: Sequence[Session]) -> dict[RunId, Played]:
        runs = {run.id: session for session in sessions for run in session.runs}
        branches = await self._house.people.branch_names()
        found: dict[RunId, Played] = {}
        heads = await self._house.database.store.heads(list(runs))
        asked = list(heads)
        for first in range(0, len(asked), AT_ONCE):
            async with self._tallying:  # whoever asks for the same finds it done
                missing = []
                for run in asked[first : first + AT_ONCE]:
                    known = self._tallies.find(run)
                    if known is not None and known[0] == heads[run]:
                        found[run] = known[1]
                    else:
                        missing.append(run)
                if missing:
                    found |= await self._tally(missing, runs)
        told = {}
        for run, session in runs.items():
            if run in found and found[run].course.started_ms:
                told[run] = replace(found[run], branch=branches.get(session.branch or "", ""))
        return told

    async def _tally(
        self, runs: Sequence[RunId], sessions: Mapping[RunId, Session]
    ) -> dict[RunId, Played]:
        """Read the runs' logs, and keep what they tell."""
        broken: dict[RunId, Exception] = {}
        logs = await self._logs(runs, sessions, broken)

        def read() -> dict[RunId, Played]:
            told = {}
            for run, (records, lessons) in logs.items():
                try:
                    told[run] = tally(_read(run, sessions[run], lessons, records, {}))
                except Exception as error:  # noqa: BLE001 - a damaged log may raise anything
                    broken[run] = error
            return told

        found = await self._house.reading.do(read)
        self._note(broken)
        for run, played in found.items():
            self._tallies.keep(run, (len(logs[run][0]), played))
        return found

    async def _logs(
        self,
        runs: Sequence[RunId],
        sessions: Mapping[RunId, Session],
        broken: dict[RunId, Exception],
    ) -> dict[RunId, tuple[list[Recorded], Lessons]]:
        """The logs that can be read, each with what its script teaches."""
        written = await self._house.database.store.appends_of(runs)
        logs = await self._house.reading.do(logs_of, written, broken)
        found = {}
        for run, records in logs.items():
            try:
                found[run] = (records, await self._lessons_of(sessions[run]))
            except LostScript as error:
                broken[run] = error
        return found

    async def _read(self, run: RunId) -> list[Recorded]:
        """The run's log. Raises ReplayError."""
        written = await self._house.database.store.appends_of([run])
        broken: dict[RunId, Exception] = {}
        logs = await self._house.reading.do(logs_of, written, broken)
        if run in broken:
            raise broken[run]
        return logs.get(run, [])

    def _note(self, broken: Mapping[RunId, Exception]) -> None:
        for run, error in broken.items():
            self._house.host.broken.note(run, error)

    async def warm(self) -> None:
        """Read what was played before this process began, so that nobody waits for it. As long as
        it works, so long it rests: those who play come first. Never raises."""
        clock = self._house.host.clock
        try:
            sessions = await self._house.database.listing.every(Wanted(evenings=True))
            for first in range(0, len(sessions), AT_ONCE // 5):
                began_ms = clock.now_ms()
                await self._tallies_of(sessions[first : first + AT_ONCE // 5])
                await clock.sleep_until(2 * clock.now_ms() - began_ms)
        except StoreUnavailable as error:
            log.warning("reviews.wait", why=error.why)
        except Exception:
            log.exception("reviews.not_warm")

    async def _named(self, played: Played) -> Played:
        return replace(played, names=await self._house.sessions.names(played.run))

    async def _lessons_of(self, session: Session) -> Lessons:
        known = self._lessons.find(session.digest)
        return known or self._lessons.keep(session.digest, Lessons(await self._scenario(session)))

    # ── moments ─────────────────────────────────────────────────────────────────────────────────

    async def moment(
        self, actor: Actor, session: Session, run: RunId, seq: int, screens: Sequence[str]
    ) -> dict[str, Any]:
        """Those screens after the record `seq`, as they were live: the parts of seats, and of the
        wall. Raises RunBroken; Refused not_found, no_right."""
        _let_to_run(actor, session, run)
        history = await self._history(run)
        state = history.state_at(seq)
        views = self._views.find(session.id)
        if views is None:
            scenario = await self._house.library.scenario_of_run(run)
            views = self._views.keep(session.id, RunViews(scenario))
        names = await self._house.names(run)
        shown: dict[str, Mapping[str, Kept]] = {}
        wall = await self._wall(session, run, state.now_ms, seq) if WALL in screens else {}
        try:
            for screen in screens:
                if screen == WALL:
                    shown[screen] = wall
                elif screen in state.seats:
                    shown[screen] = views.shown(state, screen, names)
        except Exception as error:  # the log doesn't fit its script
            raise self._house.host.broken.note(run, error) from error
        return {"seq": state.seq, "at_ms": state.now_ms, "screens": shown}

    async def _wall(self, session: Session, run: RunId, at_ms: int, seq: int) -> dict[str, Kept]:
        """The wall as it was; a team whose log can't be read is named on it, as it is live."""
        house, infos, broken = self._house, [], []
        scenario = await house.library.scenario_of_run(run)
        for each in session.runs:
            try:
                history = await self._history(each.id)
            except RunBroken as error:
                broken.append(error)
                continue
            state = history.state_at(seq) if each.id == run else history.state_at_ms(at_ms)
            infos.append(RunInfo(each.id, scenario, state, await house.names(each.id)))
        info = house.session_info(session)
        parts, broken = whole(house.host.broken, infos, broken, lambda runs: projector(info, runs))
        told = broken_part(session, broken, "zh", wall=True)
        shown = {**asdict(parts), "broken": Broken(all=False, teams=told) if told else None}
        return {name: Kept(part) for name, part in shown.items()}


def _let_to_run(actor: Actor, session: Session, run: RunId) -> None:
    let_to(actor, REVIEW, session)
    if all(run != each.id for each in session.runs):
        raise refused("not_found")


def _let_to_all(actor: Actor, need: Need, sessions: Sequence[Session]) -> None:
    """Whoever asks may come to each of them; to none, if there is none."""
    for session in sessions:
        let_to(actor, need, session)


def _folded(run: RunId, scenario: Scenario, records: list[Recorded]) -> History:
    check_fits(run, scenario, records)
    return History(run, records)


def _read(
    run: RunId,
    session: Session,
    lessons: Lessons,
    records: Sequence[Recorded],
    branches: Mapping[str, str],
) -> Played:
    sound(run, lessons.scenario, records)
    played = read_run(
        lessons,
        records,
        run=run,
        session=session.id,
        branch=branches.get(session.branch or "", ""),
    )
    # Trends go by when it was played: a session may have been opened days before.
    return replace(played, period=f"{local(played.course.started_ms):%Y-%m}")


def seat_names(scenario: Scenario, played: Played) -> Map[str, str]:
    """What a trainer calls each seat: role, and name where there is one."""
    named = {}
    for seat, role in played.course.role_by_seat.items():
        name = played.names.get(seat, "")
        part = scenario.roles[role].name
        named[seat] = f"{part} · {name}" if name else part
    return Map(named)
