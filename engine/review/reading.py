"""A log read in one pass into its `Course`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

from engine.review.course import IDLE_MS, Answer, Band, Course, Left, Moment, Span, Spring, Wait
from engine.rules import events as ev
from engine.rules.commands import FACILITATOR
from engine.rules.settle import looks_at
from engine.rules.views_learnt import fact_of
from engine.scenario.model import Scenario, Task
from engine.values import ANY, FactId, Map, RoleId, SceneId, SeatId, TaskId, Value, VarId

NOTHING: Final[frozenset[FactId]] = frozenset()
_BY_SOMEBODY: Final = (
    ev.SeatBack,
    ev.SeatReady,
    ev.RoleChanged,
    ev.TaskAnswered,
    ev.HintTaken,
    ev.Reflected,
)
"""What shows that somebody sits in the event's `seat`."""


def read_course(scenario: Scenario, records: Iterable[ev.Recorded]) -> Course:
    """The course of a run. `scenario` is the one it was played on."""
    reader = _Reader(scenario)
    for recorded in records:
        reader.read(recorded)
    return reader.finish()


class _Reader:
    """What is known while a log is read."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.course = Course()
        self.seq = 0
        self.at_ms = 0
        self.now_ms = 0
        self.paused_at_ms: int | None = None
        self.paused_ms = 0
        self.command = ("", "")
        self.playing = False
        self.vars: dict[VarId, Value] = {}
        self.seen: dict[RoleId, frozenset[FactId]] = defaultdict(lambda: NOTHING)
        self.open: dict[TaskId, set[str]] = {}
        self.kept: tuple[SceneId, dict[TaskId, set[str]]] = ("", {})
        self.since_ms = 0
        self.waiting: dict[RoleId, Wait] = {}
        self.going: Left = "jump"
        self.springs_of: list[Spring] = []
        self.held: dict[SeatId, Span] = {}
        self.away: dict[SeatId, Span] = {}
        self.axis_ms = 0

    def read(self, recorded: ev.Recorded) -> None:
        event = recorded.event
        self.seq, self.at_ms = recorded.seq, event.at_ms
        if isinstance(event, ev.RunForked) and self.paused_at_ms is None:
            self._count_waits()
            self.paused_at_ms = self.now_ms  # nobody played between that evening and this one
        self._tick(max(event.at_ms, self.now_ms))
        if (recorded.by, recorded.command) != self.command:
            self.command, self.springs_of = (recorded.by, recorded.command), []
        if isinstance(event, _BY_SOMEBODY):
            self.course.came.add(event.seat)
        elif isinstance(event, ev.SeatLeft) and recorded.by == FACILITATOR:
            self.course.removed.add(event.seat)
        handle = _HANDLERS.get(type(event))
        if handle is not None:
            handle(self, event)
        self.course.clocks.append(self.clock_ms)

    def _tick(self, now_ms: int) -> None:
        gap_ms = now_ms - self.now_ms if self.now_ms else 0
        active = self.playing and self.paused_at_ms is None
        self.axis_ms += gap_ms if active else min(gap_ms, IDLE_MS)
        self.course.axis.append(self.axis_ms)
        self.now_ms = now_ms

    @property
    def clock_ms(self) -> int:
        """The run's own time since the start of play."""
        if not self.course.started_ms:
            return 0
        wall = self.now_ms if self.paused_at_ms is None else self.paused_at_ms
        return wall - self.paused_ms - self.course.started_ms

    @property
    def scene(self) -> SceneId:
        """Where the team is; empty before the start."""
        return self.course.bands[-1].scene if self.course.bands else ""

    def finish(self) -> Course:
        """Close what is open."""
        self._count_waits()
        made, clock_ms = self.course, self.clock_ms
        if made.bands and not made.bands[-1].left:
            made.bands[-1].until_ms = clock_ms
        for span in (*self.held.values(), *self.away.values()):
            span.until_ms = max(clock_ms, span.clock_ms)
        made.came &= made.role_by_seat.keys()  # a stand-in's answer names no seat
        made.play_ms = made.bands[-1].until_ms if made.bands else 0
        made.vars = Map(self.vars)
        return made

    def role_of(self, slot: str, seat: SeatId) -> RoleId:
        """For which role a slot was answered."""
        return slot if slot not in ("", ANY) else self.course.role_by_seat.get(seat, "")

    def see(self, role: RoleId, fact: FactId | None) -> None:
        """The role has been shown the fact."""
        if fact is not None and role:
            self.seen[role] = self.seen[role] | {fact}

    # ── the run and its seats ───────────────────────────────────────────────────────────────────

    def run_opened(self, event: ev.RunOpened) -> None:
        made = self.course
        made.scenario, made.digest, made.team = event.scenario, event.digest, event.team
        made.opened_ms = event.at_ms
        self.vars = dict(event.vars)

    def run_started(self, event: ev.RunStarted) -> None:
        self.course.started_ms, self.playing = self.now_ms, True

    def run_paused(self, event: ev.RunPaused) -> None:
        self._count_waits()
        self.paused_at_ms = self.now_ms
        self.mark(event)

    def run_resumed(self, event: ev.RunResumed) -> None:
        if self.paused_at_ms is not None:
            self.paused_ms += self.now_ms - self.paused_at_ms
            self.paused_at_ms = None
        self.since_ms = self.clock_ms
        self.mark(event)

    def run_forked(self, event: ev.RunForked) -> None:
        assert self.paused_at_ms is not None, "read() saw to it"
        self.course.origin, self.course.origin_seq = event.origin, event.origin_seq
        self.paused_ms += self.now_ms - self.paused_at_ms
        self.paused_at_ms = self.now_ms
        for seat in self.course.role_by_seat:
            self.seat_away(ev.SeatAway(at_ms=event.at_ms, seat=seat))
        self.mark(event)

    def run_ended(self, event: ev.RunEnded) -> None:
        made = self.course
        made.ending, made.ended_ms, self.playing = event.ending, self.now_ms, False
        made.bands[-1].left = "ending"
        self.open = {}
        self._end_spans()
        self.mark(event)

    def run_closed(self, event: ev.RunClosed) -> None:
        self.playing = False
        self._end_spans()

    def _end_spans(self) -> None:
        """Nobody is held or missed once the play is over."""
        for seat in (*self.held,):
            self._release(seat, "")
        for seat in (*self.away,):
            self._here(seat)

    def seat_taken(self, event: ev.SeatTaken) -> None:
        self._count_waits()
        self.course.role_by_seat[event.seat] = event.role
        self.course.taken_ms[event.seat] = event.at_ms
        self.mark(event)

    def role_changed(self, event: ev.RoleChanged) -> None:
        self._count_waits()
        self.course.role_by_seat[event.seat] = event.role

    def seat_away(self, event: ev.SeatAway | ev.SeatLeft) -> None:
        if isinstance(event, ev.SeatLeft):
            self.course.last_ms[event.seat] = event.at_ms
        if not self.playing or event.seat in self.away:
            return
        what = "left" if isinstance(event, ev.SeatLeft) else "away"
        span = self._span(event.seat, what)
        self.away[event.seat] = span
        self.course.absences.append(span)

    def seat_back(self, event: ev.SeatBack) -> None:
        self.course.last_ms.pop(event.seat, None)
        self.course.removed.discard(event.seat)
        self._here(event.seat)

    def _here(self, seat: SeatId) -> None:
        span = self.away.pop(seat, None)
        if span is not None:
            span.until_ms, span.until_seq = self.clock_ms, self.seq

    def _span(self, seat: SeatId, what: str) -> Span:
        at_ms = self.clock_ms
        return Span(seat=seat, seq=self.seq, clock_ms=at_ms, until_ms=at_ms, what=what)

    # ── scenes ──────────────────────────────────────────────────────────────────────────────────

    def barrier_opened(self, event: ev.BarrierOpened) -> None:
        self.going = event.by

    def scene_timed_out(self, event: ev.SceneTimedOut) -> None:
        self.going = "limit"
        self.mark(event)

    def scene_entered(self, event: ev.SceneEntered) -> None:
        left: Left = "detour" if event.detour else self.going
        before = (self.scene, self.open)
        self._leave(left)
        self.kept = before if event.detour else ("", {})
        self.open = {}
        self._arrive(event.scene)

    def scene_resumed(self, event: ev.SceneResumed) -> None:
        self._leave("back")
        self.open = self.kept[1]
        self._arrive(event.scene)

    def _leave(self, left: Left) -> None:
        self._count_waits()
        if self.course.bands:
            self.course.bands[-1].until_ms = self.clock_ms
            self.course.bands[-1].left = left

    def _arrive(self, scene: SceneId) -> None:
        at_ms = self.clock_ms
        self.course.bands.append(
            Band(scene=scene, seq=self.seq, at_ms=self.at_ms, clock_ms=at_ms, until_ms=at_ms)
        )
        self.since_ms, self.going = at_ms, "jump"
        for fact in self.scenario.scenes[scene].facts:
            for role in self.scenario.roles:
                self.see(role, fact)

    # ── tasks ───────────────────────────────────────────────────────────────────────────────────

    def _task(self, task: TaskId) -> Task:
        return self.scenario.scenes[self.scene].tasks[task]

    def task_opened(self, event: ev.TaskOpened) -> None:
        barrier = self.scenario.scenes[self.scene].barrier
        if barrier is None or not looks_at(barrier, self._task(event.task)):
            return
        self._count_waits()
        self.open[event.task] = set(event.slots)

    def task_over(self, event: ev.TaskDone | ev.TaskSkipped) -> None:
        self._count_waits()
        self.open.pop(event.task, None)
        if isinstance(event, ev.TaskSkipped):
            self.mark(event)

    def vote_tied(self, event: ev.VoteTied) -> None:
        self._count_waits()
        if event.task in self.open:
            self.open[event.task] = set(self._task(event.task).who.slots)
        self.mark(event)

    def task_answered(self, event: ev.TaskAnswered) -> None:
        role = self.role_of(event.slot, event.seat)
        self.course.answers.append(
            Answer(
                seq=self.seq,
                at_ms=event.at_ms,
                clock_ms=self.clock_ms,
                scene=self.scene,
                task=event.task,
                slot=event.slot,
                seat=event.seat,
                role=role,
                answer=event.answer,
                verdict=event.verdict,
                done=event.done,
                seen=self.seen[role],
            )
        )
        if event.done:
            self.see(role, fact_of(self.scenario, self._task(event.task), event.answer))
            if event.slot in self.open.get(event.task, ()):
                self._count_waits()
                self.open[event.task].discard(event.slot)

    def _count_waits(self) -> None:
        """The time since the last change goes to whoever had nothing to do in it."""
        clock_ms = self.clock_ms
        began_ms, self.since_ms = self.since_ms, clock_ms
        if clock_ms <= began_ms or not self.course.bands or self.paused_at_ms is not None:
            return
        owing = tuple(sorted({slot for slots in self.open.values() for slot in slots}))
        band = len(self.course.bands) - 1
        for role in dict.fromkeys(self.course.role_by_seat.values()):
            if not owing or role in owing or ANY in owing:
                continue
            last = self.waiting.get(role)
            if last is None or (last.band, last.owing, last.until_ms) != (band, owing, began_ms):
                last = Wait(
                    band=band, waiter=role, owing=owing, clock_ms=began_ms, until_ms=clock_ms
                )
                self.waiting[role] = last
                self.course.waits.append(last)
            last.until_ms = clock_ms

    # ── traps and what follows ──────────────────────────────────────────────────────────────────

    def trap_sprung(self, event: ev.TrapSprung) -> None:
        role = self.role_of(event.slot, event.seat)
        spring = Spring(
            seq=self.seq,
            at_ms=event.at_ms,
            clock_ms=self.clock_ms,
            trap=event.trap,
            scene=self.scene,
            task=event.task,
            slot=event.slot,
            seat=event.seat,
            role=role,
        )
        self.course.springs.append(spring)
        self.springs_of.append(spring)
        self.see(role, self.scenario.traps[event.trap].truth)

    def var_set(self, event: ev.VarSet) -> None:
        before = self.vars.get(event.var, event.value)
        self.vars[event.var] = event.value
        for spring in reversed(self.springs_of[-1:]):
            if any(cost.var == event.var for cost in self.scenario.traps[spring.trap].cost):
                spring.costs.append((event.var, before, event.value))

    def hold_began(self, event: ev.HoldBegan) -> None:
        if event.seat in self.held:
            self._release(event.seat, "")
        self.held[event.seat] = span = self._span(event.seat, event.trap)
        self.course.holds.append(span)

    def hold_ended(self, event: ev.HoldEnded) -> None:
        self._release(event.seat, event.how)

    def _release(self, seat: SeatId, how: Literal["", "time", "rescue", "facilitator"]) -> None:
        span = self.held.pop(seat, None)
        if span is None:
            return
        span.until_ms, span.until_seq, span.freed = self.clock_ms, self.seq, how
        for spring in reversed(self.course.springs):
            if spring.trap == span.what and spring.seat == span.seat:
                spring.held_ms = span.until_ms - span.clock_ms
                spring.freed = how
                return

    def card_given(self, event: ev.CardGiven) -> None:
        self.see(event.role, self.scenario.cards[event.card].fact)

    def card_handed(self, event: ev.CardHanded) -> None:
        self.see(event.to, self.scenario.cards[event.card].fact)
        self.mark(event)

    def reflected(self, event: ev.Reflected) -> None:
        self.course.reflections[event.seat] = event.text

    def mark(self, event: ev.AnyEvent) -> None:
        """Remember it for the timeline."""
        self.course.moments.append(
            Moment(seq=self.seq, clock_ms=self.clock_ms, scene=self.scene, event=event)
        )


_MARKED: Final = (
    ev.SceneExtended, ev.VoteDecided, ev.HintTaken, ev.RescueTried, ev.RoleCovered,
    ev.RoleUncovered, ev.SeatNudged, ev.DebriefOpened,
)  # fmt: skip

_HANDLERS: Final[dict[type, Callable[[_Reader, Any], None]]] = {
    ev.RunOpened: _Reader.run_opened,
    ev.RunStarted: _Reader.run_started,
    ev.RunPaused: _Reader.run_paused,
    ev.RunResumed: _Reader.run_resumed,
    ev.RunForked: _Reader.run_forked,
    ev.RunEnded: _Reader.run_ended,
    ev.RunClosed: _Reader.run_closed,
    ev.SeatTaken: _Reader.seat_taken,
    ev.RoleChanged: _Reader.role_changed,
    ev.SeatAway: _Reader.seat_away,
    ev.SeatLeft: _Reader.seat_away,
    ev.SeatBack: _Reader.seat_back,
    ev.BarrierOpened: _Reader.barrier_opened,
    ev.SceneTimedOut: _Reader.scene_timed_out,
    ev.SceneEntered: _Reader.scene_entered,
    ev.SceneResumed: _Reader.scene_resumed,
    ev.TaskOpened: _Reader.task_opened,
    ev.TaskDone: _Reader.task_over,
    ev.TaskSkipped: _Reader.task_over,
    ev.VoteTied: _Reader.vote_tied,
    ev.TaskAnswered: _Reader.task_answered,
    ev.TrapSprung: _Reader.trap_sprung,
    ev.VarSet: _Reader.var_set,
    ev.HoldBegan: _Reader.hold_began,
    ev.HoldEnded: _Reader.hold_ended,
    ev.CardGiven: _Reader.card_given,
    ev.CardHanded: _Reader.card_handed,
    ev.Reflected: _Reader.reflected,
    **dict.fromkeys(_MARKED, _Reader.mark),
}
