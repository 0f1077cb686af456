"""What each audience sees: named parts, built up from what that audience may see.

Theory of operation. Nothing is shown unless it is listed here; there is no filter to forget. A seat
sees its scene, its own tasks (and those it acts for), the team, and what its role was given or
told; which answer is right, which choice is a trap, what others were told and what comes next never
enter the dict. Shapes: docs/wire.md.

`RunViews` remembers each part with the pieces of the state it was built from. States are immutable
and folded piece by piece, so a piece that is the same object hasn't changed, and the part built
from it is handed out again, the same object too: whoever sends parts compares with `is`. Parts that
all seats share are built once for all. Callers never change what they get. A piece that a part is
built from and that isn't named with it leaves phones as they were: tests/properties/
test_remembered.py compares with fresh views at every step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.errors import Lang
from engine.kinds.held import Moment
from engine.kinds.judging import Tries
from engine.rules.acting import acts_for
from engine.rules.aside import tried_key
from engine.rules.drawn_ids import Options, options_of
from engine.rules.state import SceneState, State
from engine.scenario.model import Scenario, Task
from engine.script.nodes import Rescue, Trap
from engine.values import ANY, RoleId, SeatId, TrapId
from engine.views.debrief import debrief_part
from engine.views.faced import faced
from engine.views.last import last_act, still_shown
from engine.views.learnt import Part, learnt
from engine.views.notices import Hearing, notices
from engine.views.tasks import locked_task, open_task
from engine.views.team import (
    Names,
    meters,
    phase_of,
    remaining_ms,
    station_of,
    stations,
    team,
    waited_for,
    waiting,
    wall_ms,
)


class RunViews:
    """Views of one run's states, in one language, with a memory of the parts built last."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._memory: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}
        self._way = stations(scenario)

    def _same(self, key: tuple[Any, ...], inputs: tuple[Any, ...], build: Callable[[], Any]) -> Any:
        """The part remembered under `key` if `inputs` are what they were; else built anew."""
        known = self._memory.get(key)
        # Tuples are compared item by item, identity first: what hasn't changed costs nothing.
        if known is not None and known[0] == inputs:
            return known[1]
        built = build()
        self._memory[key] = (inputs, built)
        return built

    def seat(self, state: State, seat: SeatId, names: Names, lang: Lang = "zh") -> Part:
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
        return {
            "scene": same(
                ("scene", acts or role, lang),
                (at, scene.limit_at_ms if scene else None, state.path, state.phase, *clock),
                lambda: self._scene(state, role, acts),
            ),
            "me": same(
                ("me", seat, lang),
                (state.seats, covers, hold, names, state.phase, last, *clock),
                lambda: self._me(state, seat, names, acts) | {"last": last},
            ),
            "tasks": same(
                ("tasks", seat, lang),
                (at, tasks, state.phase, acts, hold is None, state.holders if at else None, *clock)
                + (state.aside.tried, state.seed),
                lambda: self._tasks(state, seat, acts, hold is not None, lang),
            ),
            "team": same(
                ("team", lang),
                (at, tasks, state.phase, state.seats, state.holds, names, *clock),
                lambda: self._team(state, names),
            ),
            "waiting": same(
                ("waiting", seat),
                (waited, state.seats, state.holds, names),
                lambda: {
                    **waited[0],
                    "mine": waited[1].get(seat, 0),
                    "who": waited_for(self.scenario, state, waited[0], seat, names),
                },
            ),
            "meters": same(("meters", lang), (state.vars,), lambda: meters(self.scenario, state)),
            "cards": same(
                ("cards", acts, hold is None),
                (state.holders, state.phase),
                lambda: self._cards(state, acts, given=state.phase == "playing" and hold is None),
            ),
            "rescues": same(
                ("rescues", seat),
                (state.holds, state.seats, names, state.seed, *clock),
                lambda: self._rescues(state, seat, names),
            ),
            **self._told(state, seat, acts, names, lang),
        }

    def _told(
        self, state: State, seat: SeatId, acts: tuple[RoleId, ...], names: Names, lang: Lang
    ) -> Part:
        """What the seat hears: its notices, and the debrief."""
        lurking, own = self._faced(state), self._faced(state, acts)
        hearing = Hearing(seat, acts, names, lurking, own, lang)
        return {
            "notice": self._same(
                ("notice", seat, lang),
                (state.news, state.seats, state.absence, state.aside.helped, hearing),
                lambda: notices(self.scenario, state, hearing),
            ),
            "debrief": self._same(
                ("debrief", seat, lang),
                (state.phase, state.deck, state.step, state.aside.speaking, state.reflections)
                + (names, state.seats, state.ending, state.sprung, state.team),
                lambda: debrief_part(self.scenario, state, seat, names, lang),
            ),
        }

    def _last(self, state: State, seat: SeatId, names: Names, lang: Lang) -> Part | None:
        act, lurking = state.aside.acts.get(seat), self._faced(state)
        shown: Part | None = self._same(
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

    def _scene(self, state: State, role: RoleId, acts: tuple[RoleId, ...]) -> Part:
        scene = self.scenario.scenes[state.scene.id] if state.scene is not None else None
        limit_ms = state.scene.limit_at_ms if state.scene is not None else None
        playing = state.phase == "playing"
        return {
            "id": scene.id if scene else "",
            "title": scene.title if scene else self.scenario.title,
            "when": scene.when if scene else "",
            "story": scene.story if scene else self.scenario.summary,
            "story_for": scene.story_for.get(role, "") if scene else "",
            "stories_for": [
                {"role": name, "role_name": self.scenario.roles[name].name, "text": text}
                for name in acts
                if name != role and scene and (text := scene.story_for.get(name, ""))
            ],
            "scenario": self.scenario.id,
            "picture": scene.picture if scene else self.scenario.cover,
            "phase": phase_of(state),
            "ending": state.ending or None,
            "ending_kind": scene.ending if scene else None,
            "ends_at_ms": wall_ms(state, limit_ms) if playing else None,
            "remaining_ms": remaining_ms(state, limit_ms) if playing else None,
            "station": station_of(self.scenario, state),
            "stations": len(self._way),
            "detour": scene is not None and not scene.main,
        }

    def _me(self, state: State, seat: SeatId, names: Names, acts: tuple[RoleId, ...]) -> Part:
        held, hold = state.seats.get(seat), state.holds.get(seat)
        role = self.scenario.roles.get(held.role) if held is not None else None
        return {
            "seat": seat,
            "role": role.id if role else "",
            "role_name": role.name if role else "",
            "name": names.get(seat, ""),
            "brief": role.brief if role else "",
            "goal": role.goal if role else "",
            "held_until_ms": wall_ms(state, hold.until_ms) if hold else None,
            "held_remaining_ms": remaining_ms(state, hold.until_ms) if hold else None,
            "held_by": self.scenario.traps[hold.trap].belief if hold else None,
            "acts_for": [name for name in acts if role is None or name != role.id],
            "covers": [
                {"id": other.id, "name": other.name, "brief": other.brief, "goal": other.goal}
                for other in map(self.scenario.roles.__getitem__, acts)
                if role is None or other.id != role.id
            ],
            "phase": phase_of(state),
            "ready": held.ready if held else False,
            "left": held.left if held else False,
            "roles_free": self._free(state) if state.phase == "lobby" else [],
        }

    def _free(self, state: State) -> list[Part]:
        taken = [seat.role for seat in state.seats.values() if not seat.left]
        return [
            {"id": role.id, "name": role.name, "brief": role.brief}
            for role in self.scenario.roles.values()
            if taken.count(role.id) < role.seats_max
        ]

    def _tasks(
        self, state: State, seat: SeatId, acts: tuple[RoleId, ...], held_up: bool, lang: Lang
    ) -> list[Part]:
        if state.scene is None or state.phase != "playing":
            return []
        scene = state.scene
        parts = (
            self._task(state, scene, task, (slot, role, seat), held_up, lang)
            for task, slot, role in self._mine(scene.id, acts)
        )
        return [part for part in parts if part is not None]

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

    def _task(
        self,
        state: State,
        scene: SceneState,
        task: Task,
        place: tuple[str, RoleId, SeatId],
        held_up: bool,
        lang: Lang,
    ) -> Part | None:
        """The task as it stands in its `place`: (slot, for which role, seen by which seat)."""
        slot, role, seat = place
        held = scene.tasks.get(task.id)
        if held is None:
            return self._locked(scene, task, slot, role)
        if held.status == "out":
            return None
        mine = held.slots.get(slot)
        own = mine is None or mine.seat == seat

        def build() -> Part:
            return open_task(
                self.scenario,
                task,
                Moment(held, slot, holders=state.holders),
                role,
                options=options_of(state),
                tried=_tries(state, scene, task),
                held_up=held_up,
                own=own,
                lang=lang,
                wall_ms=partial(wall_ms, state),
            )

        inputs: tuple[Any, ...] = (held, held_up, state.aside.tried, state.seed, state.holders)
        inputs += (state.paused_at_ms, state.paused_ms)
        built: Part = self._same(("task", scene.id, task.id, slot, role, own, lang), inputs, build)
        return built

    def _locked(self, scene: SceneState, task: Task, slot: str, role: RoleId) -> Part:
        inputs = tuple([scene.tasks.get(name) for name in task.after])
        built: Part = self._same(
            ("locked", task.scene, task.id, slot, role),
            inputs,
            lambda: locked_task(self.scenario, scene, task, slot, role),
        )
        return built

    def _team(self, state: State, names: Names) -> list[Part]:
        return team(self.scenario, state, names)

    def _cards(self, state: State, acts: tuple[RoleId, ...], *, given: bool) -> list[Part]:
        """What the seat's role holds, then what those hold that it acts for. `given`: cards may be
        handed on now."""
        return [
            {
                "id": card.id,
                "title": card.title,
                "text": card.text,
                "role": role,
                "role_name": self.scenario.roles[role].name,
                "own": role == acts[0],
                "learnt": learnt(self.scenario, card.fact),
                "to": [
                    {"id": other.id, "name": other.name}
                    for other in self.scenario.roles.values()
                    if given and other.id != role
                ],
            }
            for role in acts
            for card in self.scenario.cards.values()
            if role in state.holders.get(card.id, ())
        ]

    def _rescues(self, state: State, seat: SeatId, names: Names) -> list[Part]:
        offered, options = [], options_of(state)
        for held, hold in state.holds.items():
            trap = self.scenario.traps[hold.trap]
            own = state.seats.get(seat)
            if trap.rescue is None or own is None or held == seat or held not in state.seats:
                continue
            if own.role not in trap.rescue.roles or own.left:
                continue
            offered.append(
                {
                    "seat": held,
                    "name": names.get(held, ""),
                    "role_name": self.scenario.roles[state.seats[held].role].name,
                    "trap": trap.belief,
                    "ask": trap.rescue.ask,
                    "choices": _rescue_choices(options, trap, trap.rescue),
                    "until_ms": wall_ms(state, hold.until_ms),
                    "tried": seat in hold.tried,
                    **({"held": True} if seat in state.holds else {}),
                }
            )
        return offered


def _rescue_choices(options: Options, trap: Trap, rescue: Rescue) -> list[Part]:
    text = {choice.id: choice.text for choice in rescue.choices}
    drawn = options.rescue(trap.id, text)
    return [{"id": drawn.told[name], "text": text[name]} for name in drawn.order]


def _tries(state: State, scene: SceneState, task: Task) -> Tries:
    """Slot → what was answered there and not accepted."""
    tried = state.aside.tried
    if not tried:
        return {}
    return {slot: tried.get(tried_key(scene.id, task.id, slot), ()) for slot in task.who.slots}
