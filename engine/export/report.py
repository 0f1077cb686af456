"""A session as its documents tell it: one shape that every export starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from engine.civil import local
from engine.errors import AppError, ReplayError, RunBroken, Text
from engine.review.attending import present, told_apart
from engine.review.learning import Grade, Outcome, Person, Tally, tally
from engine.review.ledger import Belief, Played, ScenePace, ledger, paces, read_run
from engine.review.lessons import Lessons
from engine.rules.aims import aims_met
from engine.rules.chain import WRONG, Append, judged, key_of, since
from engine.rules.events import Recorded
from engine.rules.fits import sound
from engine.rules.replay import replay
from engine.scenario.model import Scenario
from engine.store.database import Database
from engine.store.log.sql import logs_of
from engine.store.people.accounts import ADMIN
from engine.store.people.privacy import GONE
from engine.store.place.secret import secrets_known
from engine.store.scripts.texts import compiled
from engine.store.sessions.activities import Activity
from engine.store.sessions.sessions import Session
from engine.values import Map, RunId, SeatId
from engine.work.reading_room import Do, here

GRADES_ZH: Final[dict[Grade, str]] = {
    "once": "一次答对", "learnt": "途中学会", "unshown": "未显示",
}  # fmt: skip
"""What was shown of an objective; docs/trainer-guide.zh.md says what each means."""
ENDINGS_ZH: Final = {"good": "圆满", "mixed": "有得有失", "bad": "失手"}


class NothingPlayedError(AppError):
    """No team of the session ever began."""

    def __init__(self) -> None:
        super().__init__(
            "nothing_played",
            Text("这一场还没有一队开演，没有可写的。", "No team of this session has begun."),
            Text("开演之后再来导出。", "Come back once one has."),
        )


class NotFiledError(AppError):
    """The session was tried out, so nothing is put on file about it."""

    def __init__(self) -> None:
        super().__init__(
            "trial",
            Text(
                "这一场是试玩，不归档，也不送学习平台。",
                "This was a trial: nothing is filed.",
            ),
            Text(
                "要归档，请组织者在“收获”页的活动信息里把它改成正式的一场。",
                "Whoever led it can count it in, on the page of what was learnt.",
            ),
        )


class Attendant(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was there (`engine/review/attending.py`). The log tells of them; the name may be
    gone."""

    run: RunId
    team: int
    name: str
    """Empty: erased, or lapsed."""
    shown: str
    """The name as a list of names gives it: with team and role where another has the same."""
    role: str
    ending: str
    """Title of the ending that the team played its way to, with this person there; empty: none."""
    came: datetime
    went: datetime | None
    """None: stayed to the end."""
    person: Person

    @property
    def called(self) -> str:
        """The name, or what stands in its place."""
        return self.name or GONE


class Seated(msgspec.Struct, frozen=True, kw_only=True):
    """A seat that was taken, whoever came of it."""

    run: RunId
    seat: str
    team: int
    name: str
    """Empty once erased."""
    role: str
    came: bool
    removed: bool
    struck: bool
    late: bool
    """Of a make-up."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a session that goes into its documents."""

    session: Session
    scenario: Scenario
    runs: Sequence[Played]
    """Runs that were played, by team, with names."""
    logs: Mapping[RunId, Sequence[Recorded]]
    written: Mapping[RunId, Sequence[Append]]
    """The logs as they stand in the store, with their links."""
    activity: Activity
    branch: str = ""
    """Name of the branch it was held for; empty: the whole organisation's. Every document has this
    one."""
    leader: str = ""
    """Name of the account that opened it; empty: `admin`, or nobody any more."""
    persons: Mapping[RunId, Mapping[SeatId, str]] = msgspec.field(default_factory=dict)
    """By run and seat a pseudonym, the same for one person on all evenings; erased ones are
    missing."""
    changed: Mapping[RunId, str] = msgspec.field(default_factory=dict)
    """What the chain of a log tells, where it doesn't hold."""
    unread: tuple[int, ...] = ()
    """Teams whose log can't be read: nothing here tells of them."""
    make_ups: Sequence[Played] = ()
    """Those who missed the evening and played alone later."""
    met: Mapping[RunId, Mapping[str, bool]] = msgspec.field(default_factory=dict)
    """By run, role → whether it got what it wanted for itself; of runs that came to an ending. Only
    a whole log tells, and documents are made without (`lean`)."""

    def head(self, run: RunId) -> str:
        """The last link of the run's log."""
        return self.written[run][-1].link

    def chained_since(self, run: RunId) -> str:
        """The day on which the run's log was chained, where records are older; else empty."""
        return max(since(append.link) for append in self.written[run])

    def told_head(self, run: RunId) -> str:
        """The head of the run's log, for people to check by; how many records lie under it; and
        where the chain doesn't hold."""
        log, day = self.written[run], self.chained_since(run)
        late = f"（{day} 才接上，以前改没改过查不出来）" if day else ""
        broken = f"；{self.changed[run]}" if run in self.changed else ""
        return f"{log[-1].last_seq} 条，链首 {log[-1].link}{late}{broken}"

    @property
    def told_heads(self) -> list[str]:
        """The head of each log the record rests on, one a line."""
        told = [f"{one.told_team}：{self.told_head(one.run)}" for one in self.runs]
        return told + [f"补课：{self.told_head(one.run)}" for one in self.make_ups]

    @property
    def late_attendants(self) -> list[Attendant]:
        """Everybody who made up for it, in order."""
        return self._attendants(self.make_ups)

    @property
    def attendants(self) -> list[Attendant]:
        """Everybody who was there, by team and seat."""
        return self._attendants(self.runs)

    @property
    def shown(self) -> dict[tuple[RunId, str], str]:
        """The names of everybody at the evening, by run and seat, told apart."""
        return {(one.run, one.person.seat): one.shown for one in self.attendants}

    @property
    def seats(self) -> list[Seated]:
        """Every seat that anybody took, of the evening and of its make-ups, with what became of
        it: those whose phone never came too, for their names are kept like the others."""
        return [
            Seated(
                run=played.run,
                seat=seat,
                team=played.team,
                name=played.names.get(seat, ""),
                role=self.scenario.roles[role].name,
                came=seat in played.course.came,
                removed=seat in played.course.removed,
                struck=seat in played.struck,
                late=played in self.make_ups,
            )
            for played in (*self.runs, *self.make_ups)
            for seat, role in played.course.role_by_seat.items()
        ]

    def _attendants(self, runs: Sequence[Played]) -> list[Attendant]:
        there = [(played, person) for played in runs for person in present(played)]
        shown = told_apart(
            [
                (
                    played.names.get(person.seat, ""),
                    played.team,
                    self.scenario.roles[person.role].name,
                )
                for played, person in there
            ]
        )
        return [
            Attendant(
                run=played.run,
                ending=self.ending(played)
                if played.course.stayed(person.seat) and not played.course.jumped
                else "",
                team=played.team,
                name=played.names.get(person.seat, ""),
                shown=name,
                role=self.scenario.roles[person.role].name,
                came=local(played.course.taken_ms[person.seat]),
                went=local(left) if (left := played.course.last_ms.get(person.seat)) else None,
                person=person,
            )
            for (played, person), name in zip(there, shown, strict=True)
        ]

    @property
    def began(self) -> datetime:
        """When the first team began."""
        return local(min(played.course.started_ms for played in self.runs))

    @property
    def ended(self) -> datetime:
        """When the last thing happened that stands in the logs."""
        return local(max(log[-1].event.at_ms for log in self.logs.values()))

    @property
    def beliefs(self) -> list[Belief]:
        """The trap ledger; only what was met."""
        return [belief for belief in ledger(self.scenario, self.runs) if belief.met]

    @property
    def paces(self) -> list[ScenePace]:
        """How long each scene took."""
        return paces(self.scenario, self.runs)

    def tallies(self, *runs: Played) -> dict[str, Tally]:
        """How many people of these teams stand where, by objective."""
        people = [person for played in runs for person in present(played)]
        return tally(self.scenario.objectives, people)

    def called(self, played: Played, seat: SeatId) -> str:
        """Who sat there: the name, what stands in its place, or where none was given the role."""
        if seat in played.names:
            return played.names[seat] or GONE
        role = self.scenario.roles.get(played.course.role_by_seat.get(seat, ""))
        return role.name if role is not None else ""

    def ending(self, played: Played) -> str:
        """Title of the team's ending; empty: it reached none."""
        scene = self.scenario.scenes.get(played.course.ending)
        return scene.title if scene is not None else ""

    def told_ending(self, played: Played) -> str:
        """The ending and how the team came to it; empty: it reached none."""
        title = self.ending(played)
        return f"{title}（组织者带到）" if title and played.course.jumped else title

    def aims(self, played: Played) -> str:
        """What each role wanted for itself and whether it came, in a line; empty: nothing told."""
        roles, aims, met = self.scenario.roles, self.scenario.aims, self.met.get(played.run, {})
        told = [(name, "达成" if came else "未达成") for name, came in met.items()]
        return "；".join([f"{roles[one].name}“{aims[one].text}”{came}" for one, came in told])

    def ending_kind(self, played: Played) -> str:
        """What kind of ending, in a word."""
        scene = self.scenario.scenes.get(played.course.ending)
        return ENDINGS_ZH.get(scene.ending or "", "") if scene is not None else "未到结局"

    @property
    def filled(self) -> Activity:
        """The record's fields, those left empty worked out where they can be."""
        own, given = self.activity, self.suggested
        words = {name: getattr(own, name) or text for name, text in given.items()}
        return msgspec.structs.replace(own, **words)

    @property
    def suggested(self) -> dict[str, str]:
        """What an empty field of the record would say."""
        return {
            "topic": self.scenario.title,
            "held": f"{self.began:%Y年%m月%d日 %H:%M}",
            "host": self.leader,
        }

    @property
    def branch_written(self) -> str:
        """What a form from before said of the branch, where the session says something else."""
        written = self.activity.branch_written
        return written if written != self.branch else ""


def told_grade(outcome: Outcome) -> str:
    """A person's grade in words."""
    why = ""
    if not outcome.graded:
        why = "（只读到材料）" if outcome.read else "（没有考到）"
    return GRADES_ZH[outcome.grade] + why


def told_tally(found: Tally) -> str:
    """How many stand where, in words."""
    counts = {"once": found.once, "learnt": found.learnt, "unshown": found.unshown}
    told = "，".join(f"{GRADES_ZH[grade]} {counts[grade]} 人" for grade in GRADES_ZH)
    return told + (f"（其中 {found.unasked} 人没有考到）" if found.unasked else "")


async def gather(database: Database, session: Session, do: Do = here) -> Report:
    """The report of a session. `do` says where logs are folded: where somebody else waits, not
    here. Raises NothingPlayedError, StoreUnavailable, LostScript, RunBroken (no team's log can be
    read)."""
    text = await database.texts.text(session.digest, session.scenario)
    scenario = await do(compiled, text, session.digest, session.scenario)
    lessons = Lessons(scenario)
    broken: dict[RunId, Exception] = {}
    written = await database.store.appends_of([run.id for run in session.runs])
    logs = await do(logs_of, written, broken)
    played = await _read(database, lessons, logs, session.id, broken, do)
    if not played and broken:
        run, error = next(iter(broken.items()))
        raise RunBroken(run, str(error), error.seq if isinstance(error, ReplayError) else None)
    if not played:
        raise NothingPlayedError
    teams = {run.id: run.team for run in session.runs}
    later = [
        fork.id for run in session.runs for fork, seq, _ in await database.sessions.forks_of(run.id)
        if not seq
    ]  # fmt: skip
    made_up = await database.store.appends_of(later)
    make_ups = await _read(database, lessons, logs_of(made_up, broken), session.id, broken, do)
    branches = await database.people.branch_names()
    activity = await database.activities.get(session.id)
    owner = await database.people.find_account(session.owner)
    seated = [one.run for one in (*played, *make_ups)]
    return Report(
        persons={run: await database.sessions.persons(run) for run in seated},
        session=session,
        scenario=scenario,
        runs=played,
        logs={run: log for run, log in logs.items() if run not in broken},
        written=written | made_up,
        changed=await do(_changed, database, written | made_up),
        unread=tuple(sorted(teams[run] for run in broken if run in teams)),
        activity=activity,
        branch=branches.get(session.branch or "", activity.branch_written),
        leader=owner.name if owner is not None and owner.name != ADMIN else "",
        make_ups=make_ups,
        met=await do(met_in, scenario, played, logs),
    )


def met_in(
    scenario: Scenario, runs: Sequence[Played], logs: Mapping[RunId, Sequence[Recorded]]
) -> dict[RunId, dict[str, bool]]:
    """What `Report.met` holds."""
    ended = [one.run for one in runs if one.course.ending] if scenario.aims else []
    return {run: aims_met(scenario, replay(run, logs[run])) for run in ended}


def _changed(database: Database, written: Mapping[RunId, Sequence[Append]]) -> dict[RunId, str]:
    """What the chain of each log tells that doesn't hold. Where no secret is known, none does."""
    keys = [*database.store.keys]
    with suppress(OSError):  # what was the secret before can't be read: its logs are told as such
        keys += map(key_of, secrets_known())
    links = {run: judged(log, keys) for run, log in written.items()} if keys else {}
    return {run: each.told.zh for run, each in links.items() if each.found in WRONG}


async def _read(
    database: Database,
    lessons: Lessons,
    logs: Mapping[RunId, Sequence[Recorded]],
    session: str,
    broken: dict[RunId, Exception],
    do: Do,
) -> list[Played]:
    """The runs that began, read from their logs, with names, in their order; one that can't be read
    is put into `broken`."""

    def read(run: RunId, names: Map[SeatId, str], struck: frozenset[SeatId]) -> Played:
        sound(run, lessons.scenario, logs[run])
        return read_run(lessons, logs[run], run=run, session=session, names=names, struck=struck)

    found = []
    for run in logs:
        names = await database.sessions.names(run)
        struck = await database.sessions.struck(run)
        try:
            found.append(await do(read, run, names, struck))
        except Exception as error:  # noqa: BLE001 - a damaged log may raise anything
            broken[run] = error
    return [run for run in found if run.course.started_ms]
