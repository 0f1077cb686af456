"""What each audience sees: named parts, built up from what that audience may see.

Theory of operation. Nothing is shown unless it is listed here; there is no filter to forget. A seat
sees its scene, its own tasks (and those it acts for), the team, and what its role was given or
told; which answer is right, which choice is a trap, what others were told and what comes next never
enter a struct. Shapes: `parts/seat_parts.py`.

`RunViews` remembers each part with the pieces of the state it was built from. States are immutable
and folded piece by piece, so a piece that is the same object hasn't changed, and the part built
from it is handed out again, the same object too: whoever sends parts compares with `is`. Parts that
all seats share are built once for all. Callers never change what they get. A piece that a part is
built from and that isn't named with it leaves phones as they were: tests/properties/
test_remembered.py compares with fresh views at every step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.errors import Lang
from engine.kinds.shown import Audience
from engine.rules.acting import acts_for
from engine.rules.state import SceneState, State
from engine.scenario.model import Scenario, Task
from engine.values import ANY, RoleId, SeatId, TrapId
from engine.views.debrief import debrief_part
from engine.views.faced import faced
from engine.views.last import last_act, still_shown
from engine.views.notices import Hearing, notices
from engine.views.parts.seat_parts import (
    AnyTask,
    Last,
    LockedTask,
    OpenTask,
    SeatView,
)
from engine.views.place import cards, me_part, rescues, scene_part
from engine.views.tasks import beside_task, glance, locked_task, looks_on, open_task
from engine.views.team import (
    Names,
    meters,
    team,
    waiting,
    waiting_part,
)


class RunViews:
    """Views of one run's states, in one language, with a memory of the parts built last."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._memory: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}

    def _same(self, key: tuple[Any, ...], inputs: tuple[Any, ...], build: Callable[[], Any]) -> Any:
        """The part remembered under `key` if `inputs` are what they were; else built anew."""
        known = self._memory.get(key)
        # Tuples are compared item by item, identity first: what hasn't changed costs nothing.
        if known is not None and known[0] == inputs:
            return known[1]
        built = build()
        self._memory[key] = (inputs, built)
        return built

    def seat(self, state: State, seat: SeatId, names: Names, lang: Lang = "zh") -> SeatView:
        """All parts of a seat; for an unknown seat those of the team alone."""
        held = state.seats.get(seat)
        role = held.role if held is not None else ""
        scene, covers = state.scene, state.covers
        at, tasks = (scene.id, scene.tasks) if scene is not None else (None, None)
        same = self._same
        acts = same(("acts", seat), (state.seats, covers), lambda: acts_for(state, seat))
        clock = (state.paused_at_ms, state.paused_ms)
        hold = state.holds.get(seat)
        waited = same(
            ("waited",),
            (scene, state.seats, covers, state.phase),
            lambda: waiting(self.scenario, state),
        )
        last = self._last(state, seat, names, lang)
        hearing = self._hearing(state, seat, acts, names, lang)
        return SeatView(
            scene=same(
                ("scene", acts or role, lang),
                (at, scene.limit_at_ms if scene else None, state.path, state.phase, *clock),
                lambda: scene_part(self.scenario, state, role, acts),
            ),
            me=same(
                ("me", seat, lang),
                (state.seats, covers, hold, names, state.phase, last, *clock),
                lambda: me_part(self.scenario, state, seat, names, acts, last),
            ),
            tasks=same(
                ("tasks", seat, lang),
                (at, tasks, state.phase, acts, hold is None, state.holders if at else None, *clock)
                + (state.aside.tried, state.seed),
                lambda: self._tasks(state, seat, acts, hold is not None, lang),
            ),
            team=same(
                ("team", lang),
                (at, tasks, state.phase, state.seats, state.holds, names, *clock),
                lambda: team(self.scenario, state, names),
            ),
            waiting=same(
                ("waiting", seat),
                (waited, state.seats, state.holds, names),
                lambda: waiting_part(self.scenario, state, waited, seat, names),
            ),
            meters=same(("meters", lang), (state.vars,), lambda: meters(self.scenario, state)),
            cards=same(
                ("cards", acts, hold is None),
                (state.holders, state.phase),
                lambda: cards(
                    self.scenario, state, acts, given=state.phase == "playing" and hold is None
                ),
            ),
            rescues=same(
                ("rescues", seat),
                (state.holds, state.seats, names, state.seed, *clock),
                lambda: rescues(self.scenario, state, seat, names),
            ),
            notice=same(
                ("notice", seat, lang),
                (state.news, state.seats, state.absence, state.aside.helped, hearing),
                lambda: notices(self.scenario, state, hearing),
            ),
            debrief=same(
                ("debrief", seat, lang),
                (state.phase, state.deck, state.step, state.aside.speaking, state.reflections)
                + (names, state.seats, state.ending, state.sprung, state.team),
                lambda: debrief_part(self.scenario, state, seat, names, lang),
            ),
        )

    def _hearing(
        self, state: State, seat: SeatId, acts: tuple[RoleId, ...], names: Names, lang: Lang
    ) -> Hearing:
        """Whose ears the seat's are."""
        return Hearing(seat, acts, names, self._faced(state), self._faced(state, acts), lang)

    def _last(self, state: State, seat: SeatId, names: Names, lang: Lang) -> Last | None:
        act, lurking = state.aside.acts.get(seat), self._faced(state)
        shown: Last | None = self._same(
            ("last", seat, lang),
            (act, act and still_shown(state, seat, act), lurking, names, state.seats),
            lambda: last_act(self.scenario, state, seat, names, lurking, lang),
        )
        return shown

    def _faced(self, state: State, roles: tuple[RoleId, ...] | None = None) -> frozenset[TrapId]:
        """The traps the team, or these roles of it, haven't behind them; asked only once one has
        sprung."""
        if not state.aside.springs:
            return frozenset()
        scene = state.scene
        found: frozenset[TrapId] = self._same(
            ("faced", roles),
            (scene.id if scene else None, scene.tasks if scene else None, state.interrupted)
            + (state.phase,),
            lambda: faced(self.scenario, state, roles),
        )
        return found

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _tasks(
        self, state: State, seat: SeatId, acts: tuple[RoleId, ...], held_up: bool, lang: Lang
    ) -> tuple[AnyTask, ...]:
        if state.scene is None or state.phase != "playing":
            return ()
        scene = state.scene
        # What a look at a task is made of, besides the task.
        looked: tuple[Any, ...] = (state.aside.tried, state.seed, state.holders)
        looked += (state.paused_at_ms, state.paused_ms)
        own = (
            self._task(state, scene, task, (slot, role, seat), held_up, looked, lang)
            for task, slot, role in self._mine(scene.id, acts)
        )
        others = (
            self._beside(state, scene, task, (role, audience), looked, lang)
            for task, role, audience in self._looked_on(scene.id, acts)
        )
        return tuple([part for part in (*own, *others) if part is not None])

    def _mine(self, scene: str, acts: tuple[RoleId, ...]) -> list[tuple[Task, str, RoleId]]:
        """(task, slot, for which role) of a scene for a seat with these roles, document order. Who
        left has no role, and what is anybody's isn't theirs."""
        key = ("mine", scene, acts)
        found: list[tuple[Task, str, RoleId]] = self._same(
            key,
            (),
            lambda: [
                (task, slot, acts[0] if slot == ANY else slot)
                for task in self.scenario.scenes[scene].tasks.values()
                for slot in task.who.slots
                if (slot == ANY and acts) or slot in acts
            ],
        )
        return found

    def _looked_on(
        self, scene: str, acts: tuple[RoleId, ...]
    ) -> list[tuple[Task, RoleId, Audience]]:
        """(task, for which role, as whom) of which such a seat is shown something though it answers
        nothing there."""
        found: list[tuple[Task, RoleId, Audience]] = self._same(
            ("looked on", scene, acts),
            (),
            lambda: [
                (task, *looking)
                for task in self.scenario.scenes[scene].tasks.values()
                if (looking := looks_on(task, acts)) is not None
            ],
        )
        return found

    def _task(
        self,
        state: State,
        scene: SceneState,
        task: Task,
        place: tuple[str, RoleId, SeatId],
        held_up: bool,
        looked: tuple[Any, ...],
        lang: Lang,
    ) -> AnyTask | None:
        """The task as it stands in its `place`: (slot, for which role, seen by which seat)."""
        slot, role, seat = place
        held = scene.tasks.get(task.id)
        if held is None:
            return self._locked(scene, task, slot, role)
        if held.status == "out":
            return None
        mine = held.slots.get(slot)
        own = mine is None or mine.seat == seat
        built: OpenTask = self._same(
            ("task", scene.id, task.id, slot, role, own, lang),
            (held, held_up, looked),
            lambda: open_task(
                glance(self.scenario, state, scene, task, slot, lang),
                role,
                held_up=held_up,
                own=own,
            ),
        )
        return built

    def _beside(
        self,
        state: State,
        scene: SceneState,
        task: Task,
        looking: tuple[RoleId, Audience],
        looked: tuple[Any, ...],
        lang: Lang,
    ) -> OpenTask | None:
        """The task as a seat is shown it that answers nothing there; None: it isn't open."""
        held = scene.tasks.get(task.id)
        if held is None or held.status != "open":
            return None
        slot = next((name for name, one in held.slots.items() if not one.done), task.who.slots[0])
        built: OpenTask = self._same(
            ("beside", scene.id, task.id, *looking, lang),
            (held, looked),
            lambda: beside_task(glance(self.scenario, state, scene, task, slot, lang), *looking),
        )
        return built

    def _locked(self, scene: SceneState, task: Task, slot: str, role: RoleId) -> LockedTask:
        inputs = tuple([scene.tasks.get(name) for name in task.after])
        built: LockedTask = self._same(
            ("locked", task.scene, task.id, slot, role),
            inputs,
            lambda: locked_task(self.scenario, scene, task, slot, role),
        )
        return built
