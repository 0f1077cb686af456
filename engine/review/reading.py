"""A log read in one pass into its `Course`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import UNSET

from engine.review.course import Answer, Band, Course, Left, Moment, Spring
from engine.review.run_clock import RunClock
from engine.review.spans import Spans
from engine.review.waits import Waits
from engine.rules import events as ev
from engine.rules.commands import CLOCK, FACILITATOR
from engine.scenario.model import Scenario, Task
from engine.values import ANY, FactId, Map, RoleId, SceneId, SeatId, TaskId, Value, VarId
from engine.views.learnt import fact_of

NOTHING: Final[frozenset[FactId]] = frozenset()
_NO_PLAY: Final = (ev.RunClosed, ev.SeatAway, ev.SeatBack, ev.SeatLeft)
"""Coming and going is no way of playing: phones come back by themselves."""
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
        self.clock = RunClock()
        self.command = ("", "")
        self.vars: dict[VarId, Value] = {}
        self.seen: dict[RoleId, frozenset[FactId]] = defaultdict(lambda: NOTHING)
        self.waits = Waits(self.course)
        self.kept: tuple[SceneId, dict[TaskId, set[str]]] = ("", {})
        self.going: Left = "jump"
        self.springs_of: list[Spring] = []
        self.spans = Spans(self.course)
        self.acted_ms = 0
        self.deck: tuple[str, ...] = ()

    def read(self, recorded: ev.Recorded) -> None:
        event = recorded.event
        self.seq, self.at_ms = recorded.seq, event.at_ms
        if isinstance(event, ev.RunForked) and not self.clock.paused:
            self._count_waits()
            self.clock.pause()  # nobody played between that evening and this one
        self.clock.tick(event)
        self.course.axis.append(self.clock.axis_ms)
        if (recorded.by, recorded.command) != self.command:
            self.command, self.springs_of = (recorded.by, recorded.command), []
        if self.clock.playing and recorded.by != CLOCK and not isinstance(event, _NO_PLAY):
            self.acted_ms = self.clock_ms
        if isinstance(event, _BY_SOMEBODY):
            self.course.came.add(event.seat)
        elif isinstance(event, ev.SeatLeft) and recorded.by == FACILITATOR:
            self.course.removed.add(event.seat)
        handle = _HANDLERS.get(type(event))
        if handle is not None:
            handle(self, event)
        self.course.clocks.append(self.clock_ms)

    @property
    def clock_ms(self) -> int:
        """The run's own time since the start of play."""
        return self.clock.clock_ms

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
        self.spans.stop(clock_ms)
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

    def team_named(self, event: ev.TeamNamed) -> None:
        self.course.called = event.name

    def run_started(self, event: ev.RunStarted) -> None:
        self.clock.start()
        self.course.started_ms = self.clock.now_ms
        self.spans.begin(self.seq, self.clock_ms)

    def run_paused(self, event: ev.RunPaused | ev.SceneWaits) -> None:
        self._count_waits()
        self.clock.pause(waits=isinstance(event, ev.SceneWaits))
        self.mark(event)

    def run_resumed(self, event: ev.RunResumed | ev.SceneReleased) -> None:
        self.clock.resume(waits=isinstance(event, ev.SceneReleased))
        self.waits.since_ms = self.clock_ms
        self.mark(event)

    def run_forked(self, event: ev.RunForked) -> None:
        assert self.clock.paused, "read() saw to it"
        self.course.origin, self.course.origin_seq = event.origin, event.origin_seq
        self.clock.resume(waits=True)
        self.clock.resume()
        self.clock.pause()
        for seat in self.course.role_by_seat:
            self.seat_away(ev.SeatAway(at_ms=event.at_ms, seat=seat))
        self.mark(event)

    def run_ended(self, event: ev.RunEnded) -> None:
        made = self.course
        made.ending, made.ended_ms, self.clock.playing = event.ending, self.clock.now_ms, False
        made.bands[-1].left = "ending"
        made.jumped = len(made.bands) > 1 and made.bands[-2].left == "jump"
        self.waits.open = {}
        self.spans.end(self.seq, self.clock_ms)
        self.mark(event)

    def run_closed(self, event: ev.RunClosed) -> None:
        self._break_off(self.acted_ms)

    def debrief_opened(self, event: ev.DebriefOpened) -> None:
        self.deck = event.deck
        if event.step is not UNSET:  # it goes on, arranged anew
            self._show(event.step)
            return
        self._count_waits()
        self._break_off(self.clock_ms)
        self._show(0)
        self.mark(event)

    def debrief_moved(self, event: ev.DebriefMoved) -> None:
        self._show(event.step)

    def _show(self, step: int) -> None:
        if step < len(self.deck) and self.deck[step] not in self.course.cards:
            self.course.cards.append(self.deck[step])

    def speaker_drawn(self, event: ev.SpeakerDrawn) -> None:
        self.course.speakers.append(event.seat)

    def _break_off(self, clock_ms: int) -> None:
        """The play stopped at that instant of its clock, if it hadn't ended."""
        if not self.clock.playing:
            return
        self.clock.playing, self.waits.open = False, {}
        if self.course.bands:
            last = self.course.bands[-1]
            last.left, last.until_ms = "broken", max(last.clock_ms, clock_ms)
        self.spans.end(self.seq, clock_ms)

    def seat_taken(self, event: ev.SeatTaken) -> None:
        self._count_waits()
        self.course.role_by_seat[event.seat] = event.role
        self.course.taken_ms[event.seat] = event.at_ms
        self.course.late_ms[event.seat] = self.clock_ms
        self.mark(event)

    def role_changed(self, event: ev.RoleChanged) -> None:
        self._count_waits()
        self.course.role_by_seat[event.seat] = event.role

    def seat_away(self, event: ev.SeatAway | ev.SeatLeft) -> None:
        if isinstance(event, ev.SeatLeft):
            self.course.last_ms[event.seat] = event.at_ms
        what = "left" if isinstance(event, ev.SeatLeft) else "away"
        self.spans.go(event.seat, what, self.seq, self.clock_ms)

    def seat_back(self, event: ev.SeatBack) -> None:
        self.course.last_ms.pop(event.seat, None)
        self.course.removed.discard(event.seat)
        self.spans.come(event.seat, self.seq, self.clock_ms)

    # ── scenes ──────────────────────────────────────────────────────────────────────────────────

    def barrier_opened(self, event: ev.BarrierOpened) -> None:
        self.going = event.by

    def scene_timed_out(self, event: ev.SceneTimedOut) -> None:
        self.going = "limit"
        self.mark(event)

    def scene_entered(self, event: ev.SceneEntered) -> None:
        left: Left = "detour" if event.detour else self.going
        before = (self.scene, self.waits.open)
        self._leave(left)
        self.kept = before if event.detour else ("", {})
        self.waits.open = {}
        self._arrive(event.scene)

    def scene_resumed(self, event: ev.SceneResumed) -> None:
        self._leave("back")
        self.waits.open = self.kept[1]
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
        self.waits.since_ms, self.going = at_ms, "jump"
        for fact in self.scenario.scenes[scene].facts:
            for role in self.scenario.roles:
                self.see(role, fact)

    # ── tasks ───────────────────────────────────────────────────────────────────────────────────

    def _task(self, task: TaskId) -> Task:
        return self.scenario.scenes[self.scene].tasks[task]

    def task_opened(self, event: ev.TaskOpened) -> None:
        barrier = self.scenario.scenes[self.scene].barrier
        if barrier is None or not barrier.looks_at(self._task(event.task)):
            return
        self._count_waits()
        self.waits.open[event.task] = set(event.slots)

    def task_over(self, event: ev.TaskDone | ev.TaskSkipped) -> None:
        self._count_waits()
        self.waits.open.pop(event.task, None)
        if isinstance(event, ev.TaskSkipped):
            self.mark(event)

    def vote_tied(self, event: ev.VoteTied) -> None:
        self._count_waits()
        if event.task in self.waits.open:
            self.waits.open[event.task] = set(self._task(event.task).who.slots)
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
            if event.slot in self.waits.open.get(event.task, ()):
                self._count_waits()
                self.waits.open[event.task].discard(event.slot)

    def _count_waits(self) -> None:
        self.waits.count(self.clock_ms, still=self.clock.paused)

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
        self.spans.hold(event.seat, event.trap, self.seq, self.clock_ms)

    def hold_ended(self, event: ev.HoldEnded) -> None:
        self.spans.free(event.seat, event.how, self.seq, self.clock_ms)

    def card_given(self, event: ev.CardGiven) -> None:
        self.see(event.role, self.scenario.cards[event.card].fact)

    def card_handed(self, event: ev.CardHanded | ev.CardShown) -> None:
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
    ev.ClockStood, ev.SceneExtended, ev.SceneTicked, ev.VoteDecided, ev.HintTaken, ev.RescueTried,
    ev.RoleCovered, ev.RoleUncovered, ev.SeatNudged, ev.TeamsAwaited,
)  # fmt: skip

_HANDLERS: Final[dict[type, Callable[[_Reader, Any], None]]] = {
    ev.RunOpened: _Reader.run_opened,
    ev.TeamNamed: _Reader.team_named,
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
    ev.SceneWaits: _Reader.run_paused,
    ev.SceneReleased: _Reader.run_resumed,
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
    ev.CardShown: _Reader.card_handed,
    ev.Reflected: _Reader.reflected,
    ev.DebriefOpened: _Reader.debrief_opened,
    ev.DebriefMoved: _Reader.debrief_moved,
    ev.SpeakerDrawn: _Reader.speaker_drawn,
    **dict.fromkeys(_MARKED, _Reader.mark),
}
