"""Every way a script can be played, as a graph: what the proof looks for defects in.

A node is a state of the run with all that can't matter left out: clocks, news, who said what, and
whatever no guard still to come asks for (`footprint`). An edge is one move of somebody, or time
running out, decided by the very rules that run live. So the proof can't drift from the play.

**Time** is left out, but for one clock: a hold that outlasts the limit of the scene being played
(`clocks.outlasting`) ends only when the scene is left. Any other held seat may act again at any
moment (so it does at once, unless its rescue changes something), a discussion may last as long as
it must, and a scene's limit may come at any moment. Other lengths of time are held against each
other by arithmetic (`clocks`, `fairness`).

**Alike answers** are tried once: one wrong text stands for all that spring nothing; of a vote only
the count matters, not whose vote was which. Roles shared by two people have one actor: their slots
are the same. Handing cards about is left out: guards, and tasks that need a card, only ask whether
anybody holds it.

**Commuting moves are explored in one order.** In every node only the moves of a *stubborn set* of
tasks are made (Valmari): begin with one open task; for each task that can be played add all it
conflicts with, for each that can't add what it waits for; leave out the rest for now. Moves left
out commute with those made, and can't disable or enable them, so every play is, but for the order
of commuting moves, a play of the reduced graph: the same choices are made, the same traps spring,
the same guards are asked with the same answers, and the same exits are taken with the same live
values. Two things need more care.

- A play may be cut short by the scene's limit, at any point: then what was done is a part of a
  play. Where that matters, nodes come twice: in the second kind it is settled that the time will
  run out, and besides being played, the tasks of a stubborn set may be left as they are for good.
- Moves that go round (a trap that may be sprung again and again) could put off others for ever.
  Nodes from which no ending is found are therefore explored with all their moves until none is
  left, before anything is said of them (Valmari's proviso for terminal components).

`reduce=False` makes every move in every node; on generated scripts both must find the same
(`tests/engine/proof/test_reduction.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from engine.errors import Rejection
from engine.kinds.forms import Answer
from engine.kinds.held import TaskState
from engine.kinds.options import Option
from engine.proof.clocks import outlasting
from engine.proof.coverage import observed
from engine.proof.footprint import Flow
from engine.proof.moves import Move
from engine.proof.play_graph import Edge, Explored, Node, hopeless
from engine.proof.playthrough import Playthrough
from engine.proof.projection import Projection
from engine.proof.stubborn import Stubborn
from engine.rules import commands as cmd
from engine.rules.acting import actors
from engine.rules.deadlines import What
from engine.rules.decide import decided, may_rescue
from engine.rules.draft import Draft
from engine.rules.events import BarrierOpened, SceneEntered, TrapSprung
from engine.rules.settle import EndlessError
from engine.rules.stand_in import moment_of, next_move
from engine.rules.state import State
from engine.scenario.model import Scenario, Task
from engine.values import ANY, RoleId, SeatId, TaskId, TrapId

NODES_MAX: Final = 2_000_000
LOOK_AT_CLOCK: Final = 64
"""Nodes explored between two looks at the budget."""


def explore(
    scenario: Scenario,
    *,
    absent: RoleId | None = None,
    reduce: bool = True,
    spent: Callable[[], bool] = lambda: False,
    nodes_max: int = NODES_MAX,
    start: Playthrough | None = None,
) -> Explored:
    """Play every way. `absent`: a role whose seat leaves as the play begins. `spent` is asked now
    and then whether the budget is. `start`: go on from there instead of from the beginning."""
    explorer = _Explorer(scenario, absent, reduce, spent, nodes_max)
    return explorer.run(start or opening(scenario, absent))


class _Explorer:
    def __init__(
        self,
        scenario: Scenario,
        absent: RoleId | None,
        reduce: bool,
        spent: Callable[[], bool],
        nodes_max: int,
    ) -> None:
        self.scenario = scenario
        self.reduce = reduce
        self.flow = Flow(scenario)
        stands_in = scenario.absence.then == "stand_in"
        self._stood_in_for = absent if stands_in else None
        self._spent = spent
        self._nodes_max = nodes_max
        self._index: dict[object, int] = {}
        self._waiting: deque[int] = deque()
        self._outlasting = outlasting(scenario)
        self._long = frozenset(trap for _, trap, _ in self._outlasting)
        self._present: dict[RoleId, tuple[SeatId, ...]] = {}
        """Who may act for each role: nobody comes or goes while the play is explored."""
        self._stubborn = Stubborn(scenario, self.flow, self._stood_in_for)
        self._asked = {name: Projection(self.flow, name) for name in scenario.scenes}
        self.out = Explored(
            scenario=scenario,
            absent=absent,
            nodes=[],
            seen=set(),
            complete=True,
            endless=[],
            moves=0,
        )

    def run(self, start: Playthrough) -> Explored:
        self._present = {role: actors(start.state, role) for role in self.scenario.roles}
        events = (record.event for record in start.records)
        self.out.seen |= set(observed(self.scenario, self.scenario.start, events, start.state))
        self._add(start.state, None, -1, None, fresh=True)
        self._drain()
        while self.reduce and self.out.complete:
            doubtful = [n for n in hopeless(self.out) if not self.out.nodes[n].whole]
            if not doubtful:
                break
            for number in doubtful:
                self._expand(number, whole=True)
            self._drain()
        return self.out

    def _drain(self) -> None:
        count = 0
        while self._waiting:
            count += 1
            self.out.too_many = len(self.out.nodes) > self._nodes_max
            if self.out.too_many or (count % LOOK_AT_CLOCK == 0 and self._spent()):
                self.out.complete = False
                return
            self._expand(self._waiting.popleft(), whole=not self.reduce)

    # ── nodes ───────────────────────────────────────────────────────────────────────────────────

    def _add(
        self,
        state: State,
        left: frozenset[TaskId] | None,
        parent: int,
        by: Move | None,
        *,
        fresh: bool = False,
    ) -> int:
        assert state.scene is not None, "the run has begun"
        key = self._asked[state.scene.id].key(state, left)
        known = self._index.get(key)
        if known is None:
            known = self._index[key] = len(self.out.nodes)
            self.out.nodes.append(Node(state, left, parent, by, fresh))
            self._waiting.append(known)
        return known

    def _expand(self, number: int, *, whole: bool) -> None:
        node = self.out.nodes[number]
        node.edges, node.whole = [], whole
        if node.state.phase != "playing":
            node.whole = True
            return
        moves = list(self._moves(node, whole))
        for move in moves:
            self._make(number, node, move)

    def _make(self, number: int, node: Node, move: Move) -> None:
        if move.kind in ("dawdle", "leave_be"):
            left = self._with_those_behind(node, (node.left or frozenset()) | move.tasks)
            node.edges.append(Edge(self._add(node.state, left, number, move), move))
            return
        self.out.moves += 1
        try:
            draft = self._decided(node.state, move)
        except Rejection:
            return
        except EndlessError:
            self.out.endless.append(number)
            return
        state = draft.state
        self.out.seen.update(observed(self.scenario, node.scene, draft.events, state))
        opened = any(isinstance(e, BarrierOpened) and e.scene == node.scene for e in draft.events)
        sprung = frozenset(e.trap for e in draft.events if isinstance(e, TrapSprung))
        fresh = any(isinstance(e, SceneEntered) and not e.detour for e in draft.events)
        target = self._add(state, None if fresh else node.left, number, move, fresh=fresh)
        node.edges.append(Edge(target, move, sprung, opened))

    def _with_those_behind(self, node: Node, left: frozenset[TaskId]) -> frozenset[TaskId]:
        """The tasks, and those that wait for one of them."""
        tasks = self.scenario.scenes[node.scene].tasks.values()
        while behind := {task.id for task in tasks if left.intersection(task.after)} - left:
            left |= behind
        return left

    def _decided(self, state: State, move: Move) -> Draft:
        """The macrostep of the move, and of those holds that end at once."""
        draft = decided(self.scenario, state, self._command(state, move))
        for seat, hold in draft.state.holds.items():
            if hold.trap not in self._long and not self._rescue_matters(draft.state, hold.trap):
                over = _time_up("hold", seat, hold.until_ms + draft.state.paused_ms)
                ended = decided(self.scenario, draft.state, over)
                draft.events += ended.events
                draft.state = ended.state
        return draft

    def _outlasts(self, state: State, seat: SeatId) -> bool:
        """The seat is held until the scene is left, unless a teammate helps."""
        assert state.scene is not None, "the run has begun"
        held = (state.scene.id, state.holds[seat].trap, state.seats[seat].role)
        return held in self._outlasting

    def _rescue_matters(self, state: State, trap: TrapId) -> bool:
        rescue = self.scenario.traps[trap].rescue
        if rescue is None or state.scene is None:
            return False
        effects = [choice.effects for choice in rescue.choices]
        return any(each.gives or self.flow.visible(state.scene.id, each) for each in effects)

    def _command(self, state: State, move: Move) -> cmd.AnyCommand:
        now, name = state.now_ms, f"c{state.seq}"
        match move.kind:
            case "answer":
                role = None if move.slot == ANY else move.slot
                at_ms = now + self._lasting(move, state)
                return cmd.Submit(
                    id=name,
                    at_ms=at_ms,
                    by=move.seat,
                    task=move.task,
                    answer=move.answer,
                    role=role,
                )
            case "hint":
                role = None if move.slot == ANY else move.slot
                return cmd.TakeHint(id=name, at_ms=now, by=move.seat, task=move.task, role=role)
            case "rescue":
                return cmd.TryRescue(
                    id=name, at_ms=now, by=move.seat, seat=move.slot, answer=move.answer
                )
            case "release":
                return _time_up("hold", move.slot, state.holds[move.slot].until_ms)
            case "stand_in":
                due = next_move(self.scenario, state, move.slot)
                assert due is not None, "the stand-in has something to do"
                return _time_up("stand_in", move.slot, max(now, due.at_ms))
            case _:
                assert state.scene is not None
                assert state.scene.limit_at_ms is not None, "the scene has a limit"
                return _time_up("limit", state.scene.id, max(now, state.scene.limit_at_ms))

    def _lasting(self, move: Move, state: State) -> int:
        assert state.scene is not None, "the run has begun"
        return self.scenario.scenes[state.scene.id].tasks[move.task].body.least_ms()

    # ── moves ───────────────────────────────────────────────────────────────────────────────────

    def _moves(self, node: Node, whole: bool) -> Iterator[Move]:
        """The moves explored in the node: all of them, or those of a stubborn set."""
        scene = self.scenario.scenes[node.scene]
        state = node.state.scene
        assert state is not None, "the run has begun"
        left = self._left_here(node)
        playable = tuple(
            name
            for name, task in scene.tasks.items()
            if (held := state.tasks.get(name)) is not None
            and held.status == "open"
            and name not in left
            and any(True for _ in self._of_task(node.state, task, held))
        )
        # While somebody is held, who may act changes without any task being played: a hold's end,
        # or a rescue, lets moves in that no footprint knows of.
        whole = whole or bool(node.state.holds)
        chosen = playable if whole else self._stubborn.chosen(state, left, playable)
        for name in chosen:
            yield from self._of_task(node.state, scene.tasks[name], state.tasks[name])
        yield from self._around_holds(node.state)
        if scene.time is None:
            return
        if whole and node.left is None:
            yield Move(kind="limit")
        else:
            yield from self._running_out(node, chosen)

    def _left_here(self, node: Node) -> frozenset[TaskId]:
        """Tasks of the scene being played that are left for good; on a detour, none are."""
        return (node.left if node.state.interrupted is None else None) or frozenset()

    def _running_out(self, node: Node, chosen: tuple[TaskId, ...]) -> Iterator[Move]:
        """What else may happen where the scene has a limit."""
        if node.state.interrupted is not None or not self.flow.scenes[node.scene].dawdling:
            yield Move(kind="limit")
        elif node.left is None:
            if node.fresh:
                yield Move(kind="dawdle")
        elif chosen:
            yield Move(kind="leave_be", tasks=frozenset(chosen))
        else:
            yield Move(kind="limit")

    # ── the moves of one open task ──────────────────────────────────────────────────────────────

    def _of_task(self, state: State, task: Task, held: TaskState) -> Iterator[Move]:
        for slot in self._slots(state, task, held):
            if slot != ANY and self._stands_in(state, slot):
                due = next_move(self.scenario, state, slot)
                if due is not None and due.task == task.id:
                    yield Move(kind="stand_in", task=task.id, slot=slot)
                continue
            seat = self._actor(state, task, slot)
            if seat is None:
                continue
            if task.hint is not None and not held.slots[slot].hinted:
                if self.flow.costs(task.scene, task.hint.cost):
                    yield Move(kind="hint", seat=seat, task=task.id, slot=slot)
            for answer in self._answers(state, task, held, slot):
                yield Move(kind="answer", seat=seat, task=task.id, slot=slot, answer=answer)

    def _stands_in(self, state: State, role: RoleId) -> bool:
        cover = state.covers.get(role)
        return cover is not None and cover.how == "stand_in"

    def _slots(self, state: State, task: Task, held: TaskState) -> tuple[str, ...]:
        """The slots somebody may answer now; only the first where their order can't matter."""
        order = held.order or tuple(held.slots)
        open_ = tuple(slot for slot in order if not held.slots[slot].done)
        if task.body.in_turn:
            return open_[:1]
        jealous = task.id in self.flow.scenes[task.scene].jealous
        alike = self.reduce and not jealous and self._stood_in_for not in task.who.slots
        if not alike:
            return open_
        return tuple(slot for slot in open_ if self._actor(state, task, slot) is not None)[:1]

    def _actor(self, state: State, task: Task, slot: str) -> SeatId | None:
        roles = task.who.roles if slot == ANY else (slot,)
        for role in roles:
            for seat in self._present[role]:
                if seat not in state.holds:
                    return seat
        return None

    def _around_holds(self, state: State) -> Iterator[Move]:
        """Rescues and releases of held seats: of those holds that didn't end at once."""
        for seat, hold in state.holds.items():
            if not self._outlasts(state, seat):
                yield Move(kind="release", slot=seat)
            rescue = self.scenario.traps[hold.trap].rescue
            for other in state.seats:
                if rescue is not None and may_rescue(state, self.scenario, other, seat):
                    for choice in rescue.choices:
                        yield Move(kind="rescue", seat=other, slot=seat, answer=(choice.id,))
                    break

    def _answers(self, state: State, task: Task, held: TaskState, slot: str) -> Iterator[Answer]:
        """Answers that stand for all others. What was never picked is, once, to have been seen."""

        def counts(option: Option) -> bool:
            item = ("choice", task.scene, task.id, option.id)
            return item not in self.out.seen or self.flow.counts(task.scene, option)

        yield from task.body.classes(moment_of(state, held, slot), counts)


def _time_up(what: What, subject: str, at_ms: int) -> cmd.TimeUp:
    name = f"{what}:{subject}:{at_ms}"
    return cmd.TimeUp(id=name, at_ms=at_ms, by=cmd.CLOCK, what=what, subject=subject)


def opening(scenario: Scenario, absent: RoleId | None) -> Playthrough:
    """Everybody seated and the play begun; the absent role's seat has left at once."""
    table = Playthrough(scenario)
    if absent is not None:
        table.move(f"leave={absent}")
    return table
