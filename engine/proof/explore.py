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

import functools
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from msgspec.structs import replace

from engine.errors import Rejection
from engine.proof.alike import Alike, Came, Front, Step, came
from engine.proof.commanded import command_of, time_up
from engine.proof.coverage import SIDES, observed
from engine.proof.eaten import eaten, ticks_by
from engine.proof.footprint import Flow
from engine.proof.lookups import answered, remembering
from engine.proof.moves import Move
from engine.proof.openings import drawn_in, openings
from engine.proof.play_graph import Edge, Explored, Node, hopeless
from engine.proof.playthrough import Playthrough
from engine.proof.possible import Possible
from engine.proof.projection import Key, Projection
from engine.rules.decide import decided
from engine.rules.draft import Draft
from engine.rules.events import SceneEntered
from engine.rules.evolve import evolve
from engine.rules.settle import EndlessError
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.scenario.unpicked import unpicked
from engine.values import Map, RoleId, TaskId, TrapId, VarId

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
    aims: frozenset[RoleId] = frozenset(),
) -> Explored:
    """Play every way. `absent`: a role whose seat leaves as the play begins. `spent` is asked now
    and then whether the budget is. `start`: go on from there instead of from the beginning.
    `aims`: roles whose aims are judged at the end of every play, and not just of some."""
    scenario = unpicked(scenario)
    explorer = _Explorer(scenario, absent, reduce, spent, nodes_max, aims)
    return explorer.run([(start, None)] if start is not None else None)


class _Explorer:
    def __init__(
        self,
        scenario: Scenario,
        absent: RoleId | None,
        reduce: bool,
        spent: Callable[[], bool],
        nodes_max: int,
        aims: frozenset[RoleId],
    ) -> None:
        self.scenario = scenario
        self.reduce = reduce
        self.flow = Flow(scenario, aims)
        self._spent = spent
        self._nodes_max = nodes_max
        self._index: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._waiting: deque[int] = deque()
        self._asked = {name: Projection(self.flow, name) for name in scenario.scenes}
        self._alike = Alike(scenario, self._asked)
        self._aims = {("aim", role, side) for role in scenario.aims for side in SIDES}
        self.out = Explored(
            scenario=scenario,
            absent=absent,
            nodes=[],
            seen=set(),
            complete=True,
            endless=[],
            moves=0,
        )
        self._possible = Possible(self.out, self.flow, reduce=reduce)

    def run(self, starts: list[tuple[Playthrough, Move | None]] | None) -> Explored:
        if starts is None:
            asks = partial(self.flow.newly_awake, None)
            starts = openings(self.scenario, self.out.absent, asks)
        for start, draw in starts:
            if start.state.phase == "playing":  # a draw may end it at once, and nobody covers then
                self._possible.seated(start.state)
            events = (record.event for record in start.records)
            self.out.seen |= set(observed(self.scenario, self.scenario.start, events, start.state))
            key = self._key(start.state, None)
            self._add(key, Node(start.state, None, -1, draw, fresh=True))
        self.out.roots = len(self.out.nodes)
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

    def _key(self, state: State, left: frozenset[TaskId] | None) -> Key:
        assert state.scene is not None, "the run has begun"
        return self._asked[state.scene.id].key(state, left)

    def _add(self, key: Key, node: Node) -> int:
        """The number of the node with this key: of this one, if there is none yet."""
        known = self._index.get(key)
        if known is None:
            known = self._index[key] = len(self.out.nodes)
            self.out.nodes.append(node)
            self._keys.append(key)
            self._waiting.append(known)
        return known

    def _expand(self, number: int, *, whole: bool) -> None:
        node = self.out.nodes[number]
        node.edges, node.whole = [], whole
        if node.state.phase != "playing":
            node.whole = True
            return
        moves = list(self._possible.moves(node, whole))
        for move in moves:
            self._make(number, node, move)

    def _make(self, number: int, node: Node, move: Move) -> None:
        if move.kind in ("dawdle", "leave_be"):
            left = self._with_those_behind(node, (node.left or frozenset()) | move.tasks)
            key = self._key(node.state, left)
            known = self._add(key, Node(node.state, left, number, move, fresh=False))
            node.edges.append(Edge(known, move))
            return
        front = self._alike.front(node, self._keys[number], move)
        try:
            for state, made in self._by_ticks(node.state, move, front):
                for before, drawn, out in self._outcomes(state, made, front):
                    if isinstance(out, Step):
                        self._follow_again(number, before, drawn, out)
                    else:
                        self._follow(number, before, drawn, out, front)
        except Rejection:
            return
        except EndlessError:
            self.out.endless.append(number)

    def _by_ticks(
        self, state: State, move: Move, front: Front | None
    ) -> Iterator[tuple[State, Move]]:
        """Where what a clock eats is asked for on the way out alone, it eats on the way out: once
        for each number of times it may have by then."""
        assert state.scene is not None, "the run has begun"
        time = self.scenario.scenes[state.scene.id].time
        if time is None or self.flow.scenes[state.scene.id].eats != "late":
            yield state, move
            return
        leaves, values = move.kind != "limit" and self._leaves(state, move, front), None
        for ticks in ticks_by(self.scenario, state, move, leaves=leaves):
            after = eaten(self.scenario, state, time.sets, ticks)
            if after.vars != values:
                values = after.vars
                yield after, replace(move, ticks=ticks) if ticks else move

    def _leaves(self, state: State, move: Move, front: Front | None) -> bool:
        """The move leads out of the scene, and not to a detour from it."""
        known = self._alike.found(front, state)
        events = self._decided(state, move).events if known is None else known.events
        return any(isinstance(event, SceneEntered) and not event.detour for event in events)

    def _outcomes(
        self, state: State, move: Move, front: Front | None
    ) -> list[tuple[State, Move, Step | Draft]]:
        """What comes of the move: one for each draw that is asked for the first time there."""
        assert state.scene is not None, "the run has begun"
        names = frozenset[VarId]()
        while True:
            found, asked = list[tuple[State, Move, Step | Draft]](), names
            for draws in drawn_in(self.scenario, names):
                self.out.moves += 1
                before = replace(state, vars=Map({**state.vars, **dict(draws)})) if draws else state
                made = replace(move, draws=draws) if draws else move
                known = self._alike.found(front, before)
                out = known or self._decided(remembering(before), made)
                found.append((before, made, out))
                if not isinstance(out, Step) or out.came.fresh:
                    asked |= self.flow.newly_awake(state.scene.id, out.events)
            if asked == names:
                return found
            names = asked

    def _follow(
        self, number: int, before: State, move: Move, draft: Draft, front: Front | None
    ) -> None:
        """To where the rules led."""
        node, (names, after) = self.out.nodes[number], answered(draft.state)
        self.out.seen.update(observed(self.scenario, node.scene, draft.events, after))
        found = came(node.scene, draft)
        key = self._key(after, None if found.fresh else node.left)
        self._lead(number, move, found, key, after)
        self._alike.learn(front, before, self._key_of(number, before), found, names, key)

    def _follow_again(self, number: int, before: State, move: Move, step: Step) -> None:
        """To where they led from a state that is alike."""
        node, found = self.out.nodes[number], step.came
        key = self._alike.led_to(step, before, self._key_of(number, before))
        known = self._index.get(key)
        ends = isinstance(key, str) and not self._aims <= self.out.seen
        if known is not None and not ends:
            node.edges.append(Edge(known, move, found.sprung, found.opened))
            return
        after = functools.reduce(evolve, found.events, before)
        if ends:  # aims ask for what nobody else does
            self.out.seen.update(observed(self.scenario, node.scene, found.events, after))
        self._lead(number, move, found, key, after)

    def _lead(self, number: int, move: Move, found: Came, key: Key, after: State) -> None:
        node = self.out.nodes[number]
        left = None if found.fresh else node.left
        known = self._add(key, Node(after, left, number, move, found.fresh))
        node.edges.append(Edge(known, move, found.sprung, found.opened))

    def _key_of(self, number: int, state: State) -> Key:
        """The node's, or of what a clock or a draw has made of its state."""
        node = self.out.nodes[number]
        return self._keys[number] if state is node.state else self._key(state, node.left)

    def _with_those_behind(self, node: Node, left: frozenset[TaskId]) -> frozenset[TaskId]:
        """The tasks, and those that wait for one of them."""
        tasks = self.scenario.scenes[node.scene].tasks.values()
        while behind := {task.id for task in tasks if left.intersection(task.after)} - left:
            left |= behind
        return left

    def _decided(self, state: State, move: Move) -> Draft:
        """The macrostep of the move, and of those holds that end at once."""
        draft = decided(self.scenario, state, command_of(self.scenario, state, move))
        for seat, hold in draft.state.holds.items():
            if hold.trap not in self._possible.long and not self._rescue_matters(
                draft.state, hold.trap
            ):
                over = time_up("hold", seat, hold.until_ms + draft.state.paused_ms)
                ended = decided(self.scenario, draft.state, over)
                draft.events += ended.events
                draft.state = ended.state
        return draft

    def _rescue_matters(self, state: State, trap: TrapId) -> bool:
        rescue = self.scenario.traps[trap].rescue
        if rescue is None or state.scene is None:
            return False
        effects = [choice.effects for choice in rescue.choices]
        return any(each.gives or self.flow.visible(state.scene.id, each) for each in effects)
