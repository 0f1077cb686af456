"""What all audiences are told of a team: its clock, its way, who is there and who is waited for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import UNSET, UnsetType

from engine.kinds.held import TaskState
from engine.kinds.judging import told_costs
from engine.rules.acting import acts_for
from engine.rules.folds import run_clock
from engine.rules.settle import quota
from engine.rules.state import State
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY, Map, RoleId, SceneId, SeatId, TaskId
from engine.views.parts.seat_parts import Teammate, Waited, Waiting
from engine.views.parts.shared import Eats, Meter, OtherTeams, Phase, Why

Names = Mapping[SeatId, str]


def phase_of(state: State) -> Phase:
    """The phase as the wire has it: `paused` is one."""
    if state.phase == "playing" and state.paused_at_ms is not None:
        return "paused"
    return state.phase


def wall_ms(state: State, clock_ms: int | None) -> int | None:
    """Wall instant of a run-clock instant; None while the clock stands."""
    if clock_ms is None or state.stands_since_ms is not None:
        return None
    return clock_ms + state.paused_ms


def remaining_ms(state: State, clock_ms: int | None) -> int | None:
    """What is left to a run-clock instant in a pause, or while the team waits for others; None
    while the clock runs."""
    if clock_ms is None or state.stands_since_ms is None:
        return None
    return max(0, clock_ms - (state.stands_since_ms - state.paused_ms))


def stands(state: State) -> bool:
    """Nobody is there, and time waits for somebody; for how long already, the log will say."""
    gone = not any(seat.online and not seat.left for seat in state.seats.values())
    return bool(state.stands) and gone and phase_of(state) == "playing" and not state.waits


def left_ms(state: State, clock_ms: int | None) -> int | None:
    """What is left to a run-clock instant in a pause, or since the last of them went; None while
    the clock runs."""
    if clock_ms is None or not stands(state):
        return remaining_ms(state, clock_ms)
    return max(0, clock_ms - run_clock(state, state.now_ms))


def eats(scenario: Scenario, state: State) -> Eats | UnsetType:
    """What the clock of the scene eats; unset where it does nothing more."""
    scene = state.scene
    time = scenario.scenes[scene.id].time if scene is not None else None
    if scene is None or time is None or not scene.ticks_left or not scene.tick_at_ms:
        return UNSET
    return Eats(
        costs=told_costs(scenario.vars, time.sets),
        every_s=time.every_ms // 1000,
        next_ms=None if stands(state) else wall_ms(state, scene.tick_at_ms),
    )


def stations(scenario: Scenario) -> Mapping[SceneId, int]:
    """The scenes of the main way, counted from 1 in the script's order; endings are not among
    them."""
    known: dict[SceneId, int] | None = scenario.worked_out.get(("stations",))
    if known is None:
        scenes = [one.id for one in scenario.scenes.values() if one.main and one.ending is None]
        known = {name: number for number, name in enumerate(scenes, start=1)}
        scenario.worked_out["stations",] = known
    return known


def station_of(scenario: Scenario, state: State) -> int:
    """How far along: 0 in the lobby, from 1 in the scenes, one more than all at an ending."""
    if state.phase == "lobby":
        return 0
    way = stations(scenario)
    if state.ending:
        return len(way) + 1
    been = set(state.path)  # which may have gone round a hundred times
    return max([number for name, number in way.items() if name in been], default=0)


class Tally:
    """What the tasks of a scene come to, counted on as they change.

    A locked task counts for its roles and for the barrier; of those that guards choose between, one
    does. What is out counts for nothing.
    """

    __slots__ = ("done", "needed", "over", "owing", "scene", "total", "_looked_at", "_tasks")

    def __init__(self, scenario: Scenario, scene: Scene | None) -> None:
        self.scene = scene
        self.done = dict.fromkeys(scenario.roles, 0)
        """How many slots of each role are done, of …"""
        self.total = dict.fromkeys(scenario.roles, 0)
        """… so many."""
        self.owing: dict[str, int] = {}
        """How many open tasks the barrier waits for in each slot; some are 0."""
        self.over = 0
        """Tasks that are done, of …"""
        self.needed = 0
        """… those that the barrier looks at."""
        looked_at = scene.looked_at if scene is not None else ()
        self._looked_at = frozenset([task.id for task in looked_at])
        self._tasks = Map[TaskId, TaskState]()
        for task in scene.tasks.values() if scene is not None else ():
            self._count(task, None, 1)

    def come_to(self, tasks: Map[TaskId, TaskState], changed: Iterable[TaskId]) -> None:
        """Count what has changed since it came to other tasks."""
        if self.scene is None:
            return
        before, self._tasks = self._tasks, tasks
        for name in changed:
            task = self.scene.tasks.get(name)
            if task is not None:
                self._count(task, before.get(name), -1)
                self._count(task, tasks.get(name), 1)

    def _count(self, task: Task, held: TaskState | None, by: int) -> None:
        assert self.scene is not None, "the task is one of its tasks"
        if task.id in self.scene.alternatives if held is None else held.status == "out":
            return
        total, done, looked_at = self.total, self.done, task.id in self._looked_at
        is_open = held is not None and held.status == "open"
        for slot in task.who.slots:
            undone = held is None or (is_open and not held.slots[slot].done)
            if slot in total:
                total[slot] += by
                if not undone:
                    done[slot] += by
            if is_open and undone and looked_at:
                self.owing[slot] = self.owing.get(slot, 0) + by
        if looked_at:
            self.needed += by
            if held is not None and not is_open:
                self.over += by


def tally_of(scenario: Scenario, state: State) -> Tally:
    """Of the scene being played."""
    scene = scenario.scenes[state.scene.id] if state.scene is not None else None
    tally = Tally(scenario, scene)
    if state.scene is not None:
        tally.come_to(state.scene.tasks, state.scene.tasks)
    return tally


def team(scenario: Scenario, state: State, names: Names) -> tuple[Teammate, ...]:
    """Every seat, in the order taken."""
    tally = tally_of(scenario, state)
    return tuple([teammate(scenario, state, name, names, tally) for name in state.seats])


def teammate(
    scenario: Scenario, state: State, name: SeatId, names: Names, tally: Tally
) -> Teammate:
    """A seat of the team."""
    seat, hold = state.seats[name], state.holds.get(name)
    aim = scenario.aims.get(seat.role)
    return Teammate(
        seat=name,
        role=seat.role,
        role_name=scenario.roles[seat.role].name,
        name=names.get(name, ""),
        online=seat.online,
        left=seat.left,
        ready=seat.ready and state.phase == "lobby",
        done=tally.done[seat.role],
        total=tally.total[seat.role],
        held_until_ms=wall_ms(state, hold.until_ms) if hold is not None else None,
        aim=UNSET if aim is None or aim.secret else aim.text,
    )


def others_of(state: State) -> OtherTeams | UnsetType:
    """The teams that this one waits for; unset where it doesn't, or is paused besides."""
    waits = state.waits
    if not waits or phase_of(state) != "playing":
        return UNSET
    return OtherTeams(teams=waits.teams)


def owing(scenario: Scenario, state: State) -> list[tuple[Task, str]]:
    """(task, slot) that the barrier still waits for and that is open, in document order."""
    if state.phase != "playing" or state.scene is None or state.waits:
        return []
    found = []
    for task in scenario.scenes[state.scene.id].looked_at:
        held = state.scene.tasks.get(task.id)
        if held is not None and held.status == "open":
            found += [(task, slot) for slot, one in held.slots.items() if not one.done]
    return found


class Owing(msgspec.Struct, frozen=True):
    """What the scene waits for, whoever looks."""

    by: Mapping[SeatId, int] = Map()
    """How many tasks each seat owes; those that owe none too."""
    seats: tuple[SeatId, ...] = ()
    """Those that owe something."""
    roles: tuple[RoleId, ...] = ()
    """Roles that nobody holds now and that owe some."""
    done: int = 0
    """Tasks that are done, of …"""
    total: int = 0
    """… so many that are needed."""
    others: OtherTeams | UnsetType = UNSET
    """The scene is over: it waits for other teams."""


def played(state: State) -> list[RoleId]:
    """Roles somebody of the team has, in the script's order."""
    taken = {seat.role for seat in state.seats.values() if not seat.left}
    return [role for role in state.roles if role in taken]


def waiting(scenario: Scenario, state: State) -> Owing:
    """For whom the barrier waits, and how many of those tasks each seat owes."""
    acts = {seat: acts_for(state, seat) for seat in state.seats}
    return waited_for(scenario, state, tally_of(scenario, state), acts)


def waited_for(
    scenario: Scenario, state: State, tally: Tally, acts: Mapping[SeatId, tuple[RoleId, ...]]
) -> Owing:
    """The same, where the tasks are counted and it is known who acts for which role."""
    scene = tally.scene
    if scene is None or scene.barrier is None or state.phase != "playing" or state.waits:
        return Owing(others=others_of(state))
    slots = {slot: number for slot, number in tally.owing.items() if number}
    anybody, by, seats, nobodys = slots.pop(ANY, 0), {}, [], set(slots)
    for seat, roles in acts.items():
        owed = anybody
        for role in roles:
            if role in slots:
                owed += slots[role]
                nobodys.discard(role)
        by[seat] = owed
        if owed:
            seats.append(seat)
    return Owing(
        by=Map(by),
        seats=tuple(seats),
        roles=tuple([role for role in scenario.roles if role in nobodys]) if nobodys else (),
        done=tally.over,
        total=quota(scene.barrier, tally.needed),
    )


def waited(scenario: Scenario, state: State, owing: Owing, names: Names) -> tuple[Waited, ...]:
    """Who is waited for, in words: teammates first, then roles that nobody holds."""
    seats, roles = state.seats, scenario.roles
    teammates = [
        Waited(
            seat=name,
            name=names.get(name, ""),
            role_name=roles[seats[name].role].name,
            why=why_waiting(state, name),
        )
        for name in owing.seats
    ]
    nobody = [
        Waited(seat=None, name="", role_name=roles[role].name, why="nobody") for role in owing.roles
    ]
    return (*teammates, *nobody)


def waiting_part(owing: Owing, who: tuple[Waited, ...], seat: SeatId) -> Waiting:
    """What `seat` is told of it, less itself. `who`: as of `waited`."""
    mine = owing.by.get(seat, 0)
    return Waiting(
        for_=owing.seats,
        roles=owing.roles,
        done=owing.done,
        total=owing.total,
        mine=mine,
        who=tuple([one for one in who if one.seat != seat]) if mine else who,
        others=owing.others,
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
