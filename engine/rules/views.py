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

from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import Lang
from engine.rules.acting import acts_for
from engine.rules.debrief_view import debrief_part
from engine.rules.notices import notices
from engine.rules.settle import is_over, needed, quota
from engine.rules.state import SceneState, State
from engine.rules.views_learnt import Part, learnt
from engine.rules.views_tasks import locked_task, open_task, until_ms
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY, RoleId, SeatId

Names = Mapping[SeatId, str]


def phase_of(state: State) -> str:
    """The phase as the wire has it: `paused` is one."""
    if state.phase == "playing" and state.paused_at_ms is not None:
        return "paused"
    return state.phase


def wall_ms(state: State, clock_ms: int | None) -> int | None:
    """Wall instant of a run-clock instant; None while the clock stands."""
    if clock_ms is None or state.paused_at_ms is not None:
        return None
    return clock_ms + state.paused_ms


def remaining_ms(state: State, clock_ms: int | None) -> int | None:
    """What is left to a run-clock instant in a pause; None while the clock runs."""
    if clock_ms is None or state.paused_at_ms is None:
        return None
    return max(0, clock_ms - (state.paused_at_ms - state.paused_ms))


def stations(scenario: Scenario) -> list[Scene]:
    """The scenes of the main way, in the script's order; endings are not among them."""
    return [scene for scene in scenario.scenes.values() if scene.main and scene.ending is None]


def station_of(scenario: Scenario, state: State) -> int:
    """How far along: 0 in the lobby, from 1 in the scenes, one more than all at an ending."""
    way = [scene.id for scene in stations(scenario)]
    if state.phase == "lobby":
        return 0
    if state.ending:
        return len(way) + 1
    return max((way.index(name) + 1 for name in state.path if name in way), default=0)


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
        return {
            "scene": same(
                ("scene", role, lang),
                (at, scene.limit_at_ms if scene else None, state.path, state.phase, *clock),
                lambda: self._scene(state, role),
            ),
            "me": same(
                ("me", seat, lang),
                (state.seats, covers, hold, names, state.phase, *clock),
                lambda: self._me(state, seat, names, acts),
            ),
            "tasks": same(
                ("tasks", seat, lang),
                (at, tasks, state.phase, acts, hold is None, state.holders if at else None, *clock),
                lambda: self._tasks(state, acts, hold is not None),
            ),
            "team": same(
                ("team", lang),
                (at, tasks, state.seats, state.holds, names, *clock),
                lambda: self._team(state, names),
            ),
            "waiting": same(
                ("waiting", seat),
                (waited,),
                lambda: {**waited[0], "mine": waited[1].get(seat, 0)},
            ),
            "meters": same(("meters", lang), (state.vars,), lambda: meters(self.scenario, state)),
            "cards": same(("cards", role), (state.holders,), lambda: self._cards(state, role)),
            "rescues": same(
                ("rescues", seat),
                (state.holds, state.seats, names, *clock),
                lambda: self._rescues(state, seat, names),
            ),
            "notice": same(
                ("notice", seat, lang),
                (state.news, names, role, state.absence),
                lambda: notices(self.scenario, state, seat, names, lang),
            ),
            "debrief": same(
                ("debrief", seat, lang),
                (state.phase, state.deck, state.step, state.speakers, state.reflections, names)
                + (state.seats, state.ending, state.sprung, state.team),
                lambda: debrief_part(self.scenario, state, seat, names, lang),
            ),
        }

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _scene(self, state: State, role: RoleId) -> Part:
        scene = self.scenario.scenes[state.scene.id] if state.scene is not None else None
        limit_ms = state.scene.limit_at_ms if state.scene is not None else None
        playing = state.phase == "playing"
        return {
            "id": scene.id if scene else "",
            "title": scene.title if scene else self.scenario.title,
            "when": scene.when if scene else "",
            "story": scene.story if scene else self.scenario.summary,
            "story_for": scene.story_for.get(role, "") if scene else "",
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

    def _tasks(self, state: State, acts: tuple[RoleId, ...], held_up: bool) -> list[Part]:
        if state.scene is None or state.phase != "playing":
            return []
        scene = state.scene
        parts = (
            self._task(state, scene, task, slot, role, held_up)
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
        self, state: State, scene: SceneState, task: Task, slot: str, role: RoleId, held_up: bool
    ) -> Part | None:
        held = scene.tasks.get(task.id)
        if held is None:
            return self._static_locked(task, slot, role)
        if held.status == "out":
            return None

        def build() -> Part:
            part = open_task(self.scenario, task, held, slot, role, held_up=held_up)
            if task.kind == "discuss":
                part["until_ms"] = until_ms(state, task, held)
            if task.kind == "hand":
                part["holds"] = bool(state.holders.get(part["card"]["id"]))
            return part

        inputs: tuple[Any, ...] = (held, held_up)
        if task.kind in ("discuss", "hand"):
            inputs += (state.paused_at_ms, state.paused_ms, state.holders)
        built: Part = self._same(("task", scene.id, task.id, slot, role), inputs, build)
        return built

    def _static_locked(self, task: Task, slot: str, role: RoleId) -> Part:
        key = ("locked", task.scene, task.id, slot, role)
        built: Part = self._same(key, (), lambda: locked_task(self.scenario, task, slot, role))
        return built

    def _team(self, state: State, names: Names) -> list[Part]:
        return team(self.scenario, state, names)

    def _cards(self, state: State, role: RoleId) -> list[Part]:
        return [
            {
                "id": card.id,
                "title": card.title,
                "text": card.text,
                "learnt": learnt(self.scenario, card.fact),
                "to": [
                    {"id": other.id, "name": other.name}
                    for other in self.scenario.roles.values()
                    if other.id != role
                ],
            }
            for card in self.scenario.cards.values()
            if role in state.holders.get(card.id, ())
        ]

    def _rescues(self, state: State, seat: SeatId, names: Names) -> list[Part]:
        offered = []
        for held, hold in state.holds.items():
            trap = self.scenario.traps[hold.trap]
            own = state.seats.get(seat)
            if trap.rescue is None or own is None or held == seat or held not in state.seats:
                continue
            if own.role not in trap.rescue.roles:
                continue
            offered.append(
                {
                    "seat": held,
                    "name": names.get(held, ""),
                    "role_name": self.scenario.roles[state.seats[held].role].name,
                    "trap": trap.belief,
                    "ask": trap.rescue.ask,
                    "choices": [
                        {"id": choice.id, "text": choice.text} for choice in trap.rescue.choices
                    ],
                    "until_ms": wall_ms(state, hold.until_ms),
                    "tried": seat in hold.tried,
                    **({"held": True} if seat in state.holds else {}),
                }
            )
        return offered


# ── parts of the team, for all audiences ────────────────────────────────────────────────────────


def owed(scenario: Scenario, state: State) -> dict[RoleId, tuple[int, int]]:
    """(done, all) of each role's slots that are part of this scene."""
    done = dict.fromkeys(scenario.roles, 0)
    total = dict.fromkeys(scenario.roles, 0)
    tasks = scenario.scenes[state.scene.id].tasks.values() if state.scene is not None else ()
    for task in tasks:
        held = state.scene.tasks.get(task.id) if state.scene is not None else None
        if held is not None and held.status == "out":
            continue
        for slot in task.who.slots:
            if slot in total:
                total[slot] += 1
                done[slot] += held is not None and (held.status != "open" or held.slots[slot].done)
    return {role: (done[role], total[role]) for role in total}


def team(scenario: Scenario, state: State, names: Names) -> list[Part]:
    """Every seat, in the order taken."""
    counted = owed(scenario, state)
    return [
        {
            "seat": name,
            "role": seat.role,
            "role_name": scenario.roles[seat.role].name,
            "name": names.get(name, ""),
            "online": seat.online,
            "left": seat.left,
            "ready": seat.ready,
            "done": counted[seat.role][0],
            "total": counted[seat.role][1],
            "held_until_ms": wall_ms(state, state.holds[name].until_ms)
            if name in state.holds
            else None,
        }
        for name, seat in state.seats.items()
    ]


def owing(scenario: Scenario, state: State) -> list[tuple[Task, str]]:
    """(task, slot) that the barrier still waits for and that is open, in document order."""
    if state.phase != "playing" or state.scene is None:
        return []
    scene = scenario.scenes[state.scene.id]
    return _owing(state.scene, needed(scene, state.scene)) if scene.barrier is not None else []


def _owing(scene: SceneState, tasks: tuple[Task, ...]) -> list[tuple[Task, str]]:
    found = []
    for task in tasks:
        held = scene.tasks.get(task.id)
        if held is not None and held.status == "open":
            found += [(task, slot) for slot, one in held.slots.items() if not one.done]
    return found


def waiting(scenario: Scenario, state: State) -> tuple[Part, dict[SeatId, int]]:
    """For whom the barrier waits, and how many of those tasks each seat owes."""
    shown: Part = {"for": [], "roles": [], "done": 0, "total": 0}
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    if state.scene is None or scene is None or scene.barrier is None or state.phase != "playing":
        return shown, {}
    tasks = needed(scene, state.scene)
    shown["done"] = sum(is_over(state.scene, task) for task in tasks)
    shown["total"] = quota(scene.barrier, len(tasks))
    slots = [slot for _, slot in _owing(state.scene, tasks)]
    owed_by = {}
    reach: set[str] = set()
    for seat in state.seats:
        roles = acts_for(state, seat)
        reach.update(roles)
        owed_by[seat] = sum(slot == ANY or slot in roles for slot in slots)
    shown["for"] = [seat for seat, number in owed_by.items() if number]
    wanted = set(slots) - reach
    shown["roles"] = [role for role in scenario.roles if role in wanted]
    return shown, owed_by


def meters(scenario: Scenario, state: State) -> list[Part]:
    """Variables with `show: true`."""
    return [
        {
            "id": var.id,
            "label": var.label or var.id,
            "kind": var.kind,
            "value": state.vars[var.id],
            "low": var.low,
            "high": var.high,
        }
        for var in scenario.vars.values()
        if var.show
    ]
