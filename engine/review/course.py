"""What happened in a run, read from its log in one pass.

A `Course` is flat: lists of answers, traps, waits and the like, each with the seq it stands at. It
needs no state and no views, so that hundreds of runs are read in a second. Three clocks are told
apart: `at_ms` is the wall's; `clock_ms` is the run's own, 0 at the start of play, standing in
pauses; `axis` is what a replay is drawn on: as `clock_ms` while people play, but nobody has to sit
through the hour in which the lobby stood open (IDLE_MS).

A role *waits* while the scene's barrier is shut, others still owe it an answer, and it has none of
its own to give; it waits for the roles that owe one then. So two waits may run at once, and their
sum may be longer than the scene.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, Literal

import msgspec

from engine.kinds.judging import Verdict
from engine.rules import events as ev
from engine.values import FactId, Map, RoleId, SceneId, SeatId, TaskId, TrapId, Value, VarId

IDLE_MS: Final = 3_000
"""What is left on the axis of a longer stretch in which nobody plays."""

Left = Literal["tasks", "facilitator", "limit", "detour", "back", "jump", "ending", "broken", ""]
"""`broken`: the play was closed, or the debrief begun, in the middle of it."""
Freed = Literal["", "time", "rescue", "facilitator"]


class Band(msgspec.Struct, kw_only=True):
    """A stretch of the run in one scene. A detour cuts the scene it leaves into two bands."""

    scene: SceneId
    seq: int
    at_ms: int
    clock_ms: int
    until_ms: int
    """Run clock; where the log ends, for the last."""
    left: Left = ""
    """What ended it; empty: it hasn't ended."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer given, by a seat or (`seat` empty) a stand-in."""

    seq: int
    at_ms: int
    clock_ms: int
    scene: SceneId
    task: TaskId
    slot: str
    seat: SeatId
    role: RoleId
    answer: tuple[str, ...]
    verdict: Verdict
    done: bool
    seen: frozenset[FactId]
    """Facts its role had been shown before."""


class Spring(msgspec.Struct, kw_only=True):
    """A trap that sprang, and what it cost."""

    seq: int
    at_ms: int
    clock_ms: int
    trap: TrapId
    scene: SceneId
    task: TaskId
    slot: str
    seat: SeatId
    """Empty: a stand-in, or the team's vote."""
    role: RoleId
    costs: list[tuple[VarId, Value, Value]] = msgspec.field(default_factory=list)
    """(variable, before, after)."""
    held_ms: int = 0
    freed: Freed = ""


class Wait(msgspec.Struct, kw_only=True):
    """A stretch in which a role had nothing left to do and waited for the same others."""

    band: int
    """Place in `Course.bands`."""
    waiter: RoleId
    owing: tuple[str, ...]
    """Roles, sorted, or `any`: whoever would have come first."""
    clock_ms: int
    until_ms: int


class Span(msgspec.Struct, kw_only=True):
    """A stretch in which a seat was held, or not there."""

    seat: SeatId
    seq: int
    clock_ms: int
    until_ms: int
    until_seq: int = 0
    what: str = ""
    """The trap of a hold; `away` or `left` of an absence."""
    freed: Freed = ""
    """What ended a hold; empty: another hold, the run's end, or nothing yet."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something else worth a mark: its event says what."""

    seq: int
    clock_ms: int
    scene: SceneId
    event: ev.AnyEvent


class Course(msgspec.Struct, kw_only=True):
    """All that happened. Lists are in the log's order."""

    scenario: str = ""
    digest: str = ""
    team: int = 1
    called: str = ""
    """What the facilitator named the team; empty: nothing."""
    opened_ms: int = 0
    started_ms: int = 0
    """Wall instants; 0: never."""
    ended_ms: int = 0
    play_ms: int = 0
    """How long was played, pauses left out; of a play that was closed, up to the last thing that
    anybody did: it may have been closed days later."""
    ending: SceneId = ""
    jumped: bool = False
    """The facilitator sent the team to its ending."""
    origin: str = ""
    """The run this one was forked from; empty: a run of its own."""
    origin_seq: int = 0
    role_by_seat: dict[SeatId, RoleId] = msgspec.field(default_factory=dict)
    came: set[SeatId] = msgspec.field(default_factory=set)
    """Seats that ever had a connection, or did anything: behind the others there was nobody."""
    taken_ms: dict[SeatId, int] = msgspec.field(default_factory=dict)
    """Wall instant at which the seat was taken."""
    late_ms: dict[SeatId, int] = msgspec.field(default_factory=dict)
    """How much had been played by then."""
    last_ms: dict[SeatId, int] = msgspec.field(default_factory=dict)
    """Wall instant at which the seat went for good; missing: it stayed."""
    removed: set[SeatId] = msgspec.field(default_factory=set)
    """Seats that the facilitator showed out."""
    bands: list[Band] = msgspec.field(default_factory=list)
    answers: list[Answer] = msgspec.field(default_factory=list)
    springs: list[Spring] = msgspec.field(default_factory=list)
    waits: list[Wait] = msgspec.field(default_factory=list)
    holds: list[Span] = msgspec.field(default_factory=list)
    absences: list[Span] = msgspec.field(default_factory=list)
    moments: list[Moment] = msgspec.field(default_factory=list)
    reflections: dict[SeatId, str] = msgspec.field(default_factory=dict)
    cards: list[str] = msgspec.field(default_factory=list)
    """The debrief's cards that were on the wall (`engine/rules/deck.py`), once each, in the
    order shown; not what else its deck held."""
    speakers: list[SeatId] = msgspec.field(default_factory=list)
    """Who was asked to speak in it, in order."""
    vars: Map[VarId, Value] = Map()
    axis: list[int] = msgspec.field(default_factory=list)
    """Milliseconds from the log's first event, by place (seq − 1)."""
    clocks: list[int] = msgspec.field(default_factory=list)
    """The run clock at each event, by place."""

    def stayed(self, seat: SeatId) -> bool:
        """Came, and was there at the team's ending."""
        left_ms = self.last_ms.get(seat)
        here = left_ms is None or left_ms >= self.ended_ms
        return seat in self.came and here and 0 < self.taken_ms[seat] <= self.ended_ms

    def axis_at(self, clock_ms: int) -> int:
        """Where an instant of the run clock stands on the axis."""
        place = self.seq_at(clock_ms) - 1
        return self.axis[place] + max(0, clock_ms - self.clocks[place])

    def seq_at(self, clock_ms: int) -> int:
        """The last event that had happened by then."""
        return max(1, bisect_right(self.clocks, clock_ms))
