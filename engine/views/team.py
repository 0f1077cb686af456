"""What all audiences are told of a team: its clock, its way, who is there and who is waited for."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.rules.acting import acts_for
from engine.rules.folds import run_clock
from engine.rules.settle import is_over, needed, quota
from engine.rules.state import SceneState, State
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY, Map, RoleId, SeatId
from engine.views.parts.seat_parts import Teammate, Waited, Waiting
from engine.views.parts.shared import Meter, Phase, Why

Names = Mapping[SeatId, str]


def phase_of(state: State) -> Phase:
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


def stands(state: State) -> bool:
    """Nobody is there, and time waits for somebody; for how long already, the log will say."""
    gone = not any(seat.online and not seat.left for seat in state.seats.values())
    return bool(state.stands) and gone and phase_of(state) == "playing"


def left_ms(state: State, clock_ms: int | None) -> int | None:
    """What is left to a run-clock instant in a pause, or since the last of them went; None while
    the clock runs."""
    if clock_ms is None or not stands(state):
        return remaining_ms(state, clock_ms)
    return max(0, clock_ms - run_clock(state, state.now_ms))


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


def team(scenario: Scenario, state: State, names: Names) -> tuple[Teammate, ...]:
    """Every seat, in the order taken."""
    counted = owed(scenario, state)
    return tuple(
        [
            Teammate(
                seat=name,
                role=seat.role,
                role_name=scenario.roles[seat.role].name,
                name=names.get(name, ""),
                online=seat.online,
                left=seat.left,
                ready=seat.ready and state.phase == "lobby",
                done=counted[seat.role][0],
                total=counted[seat.role][1],
                held_until_ms=wall_ms(state, state.holds[name].until_ms)
                if name in state.holds
                else None,
            )
            for name, seat in state.seats.items()
        ]
    )


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


class Owing(msgspec.Struct, frozen=True):
    """What the scene waits for, whoever looks."""

    by: Mapping[SeatId, int] = Map()
    """How many tasks each seat owes; those that owe none too."""
    roles: tuple[RoleId, ...] = ()
    """Roles that nobody holds now and that owe some."""
    done: int = 0
    """Tasks that are done, of …"""
    total: int = 0
    """… so many that are needed."""

    @property
    def seats(self) -> tuple[SeatId, ...]:
        """Those that owe something."""
        return tuple([seat for seat, number in self.by.items() if number])


def waiting(scenario: Scenario, state: State) -> Owing:
    """For whom the barrier waits, and how many of those tasks each seat owes."""
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    if state.scene is None or scene is None or scene.barrier is None or state.phase != "playing":
        return Owing()
    tasks = needed(scene, state.scene)
    slots = [slot for _, slot in _owing(state.scene, tasks)]
    owed_by = {}
    reach: set[str] = set()
    for seat in state.seats:
        roles = acts_for(state, seat)
        reach.update(roles)
        owed_by[seat] = sum(slot == ANY or slot in roles for slot in slots)
    wanted = set(slots) - reach
    return Owing(
        by=Map(owed_by),
        roles=tuple([role for role in scenario.roles if role in wanted]),
        done=sum(is_over(state.scene, task) for task in tasks),
        total=quota(scene.barrier, len(tasks)),
    )


def waiting_part(
    scenario: Scenario, state: State, waited: Owing, seat: SeatId, names: Names
) -> Waiting:
    """What `seat` is told of it: teammates first, then roles that nobody holds."""
    seats = waited.seats
    teammates = [
        Waited(
            seat=name,
            name=names.get(name, ""),
            role_name=scenario.roles[state.seats[name].role].name,
            why=why_waiting(state, name),
        )
        for name in seats
        if name != seat
    ]
    nobody = [
        Waited(seat=None, name="", role_name=scenario.roles[role].name, why="nobody")
        for role in waited.roles
    ]
    return Waiting(
        for_=seats,
        roles=waited.roles,
        done=waited.done,
        total=waited.total,
        mine=waited.by.get(seat, 0),
        who=(*teammates, *nobody),
    )


def why_waiting(state: State, seat: SeatId) -> Why:
    """Why a seat that owes something isn't done: `away`, `held` or `working`."""
    if not state.seats[seat].online:
        return "away"
    return "held" if seat in state.holds else "working"


def meters(scenario: Scenario, state: State) -> tuple[Meter, ...]:
    """Variables with `show: true`."""
    return tuple(
        [
            Meter(
                id=var.id,
                label=var.label or var.id,
                kind=var.kind,
                value=state.vars[var.id],
                low=var.low,
                high=var.high,
            )
            for var in scenario.vars.values()
            if var.show
        ]
    )
