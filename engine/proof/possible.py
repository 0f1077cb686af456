"""What may be done in a node of the graph: its moves, or those of a stubborn set.

Alike answers are tried once (`Kind.classes`); a slot is answered by the first who may, and where
the order of slots can't matter, only the first slot is. See `explore` for why that is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.kinds.forms import Answer
from engine.kinds.held import TaskState
from engine.kinds.options import Option
from engine.proof.clocks import outlasting
from engine.proof.footprint import Flow
from engine.proof.moves import Move
from engine.proof.play_graph import Explored, Node
from engine.proof.stubborn import Stubborn
from engine.rules.acting import actors
from engine.rules.decide import may_rescue
from engine.rules.stand_in import moment_of, next_move
from engine.rules.state import State
from engine.scenario.model import Task
from engine.values import ANY, RoleId, SeatId, TaskId


class Possible:
    """The moves of one exploration."""

    def __init__(self, out: Explored, flow: Flow, *, reduce: bool) -> None:
        self.scenario = scenario = flow.scenario
        self.flow = flow
        self.out = out
        self.reduce = reduce
        stands_in = scenario.absence.then == "stand_in"
        self._stood_in_for = out.absent if stands_in else None
        self._stubborn = Stubborn(scenario, flow, self._stood_in_for)
        self._outlasting = outlasting(scenario)
        self.long = frozenset(trap for _, trap, _ in self._outlasting)
        """Traps whose hold may outlast the scene."""
        self._present: dict[RoleId, tuple[SeatId, ...]] = {}
        """Who may act for each role: nobody comes or goes while the play is explored."""

    def seated(self, state: State) -> None:
        """Who plays: in a state that is played on."""
        self._present = {role: actors(state, role) for role in self.scenario.roles}

    def moves(self, node: Node, whole: bool) -> Iterator[Move]:
        """The moves explored in the node: all of them, or those of a stubborn set."""
        scene = self.scenario.scenes[node.scene]
        state = node.state.scene
        assert state is not None, "the run has begun"
        left = self._left_here(node)
        begun: dict[TaskId, tuple[Move, Iterator[Move]]] = {}
        """Of the tasks that can be played, the first move and those that follow."""
        for name, task in scene.tasks.items():
            held = state.tasks.get(name)
            if held is not None and held.status == "open" and name not in left:
                moves = self._of_task(node.state, task, held)
                if (first := next(moves, None)) is not None:
                    begun[name] = first, moves
        playable = tuple(begun)
        # While somebody is held, who may act changes without any task being played: a hold's end,
        # or a rescue, lets moves in that no footprint knows of.
        whole = whole or bool(node.state.holds)
        # So it is where a clock eats what tasks ask for: each tick comes at any moment.
        soon = self.flow.scenes[node.scene].eats == "soon"
        whole = whole or soon
        chosen = playable if whole else self._stubborn.chosen(state, left, playable)
        for name in chosen:
            first, others = begun[name]
            yield first
            yield from others
        yield from self._around_holds(node.state)
        if soon and state.ticks_left:
            yield Move(kind="tick")
            return
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
        open_ = tuple([slot for slot in order if not held.slots[slot].done])
        if task.body.in_turn:
            return open_[:1]
        if not self._any_order(task):
            return open_
        for slot in open_:
            if self._actor(state, task, slot) is not None:
                return (slot,)
        return ()

    def _any_order(self, task: Task) -> bool:
        """Its slots may be answered in any order, and nothing differs."""
        jealous = task.id in self.flow.scenes[task.scene].jealous
        return self.reduce and not jealous and self._stood_in_for not in task.who.slots

    def _actor(self, state: State, task: Task, slot: str) -> SeatId | None:
        roles = task.who.roles if slot == ANY else (slot,)
        for role in roles:
            for seat in self._present[role]:
                if seat not in state.holds:
                    return seat
        return None

    def _outlasts(self, state: State, seat: SeatId) -> bool:
        """The seat is held until the scene is left, unless a teammate helps."""
        assert state.scene is not None, "the run has begun"
        held = (state.scene.id, state.holds[seat].trap, state.seats[seat].role)
        return held in self._outlasting

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

        yield from task.body.classes(moment_of(state, task, held, slot), counts)
