"""How hard a script is: where teams end that don't know, and what they fall for on the way.

The graph of plays is walked as a Markov chain. In every node the first task that is open is
answered: rightly, or, as often as the team doesn't know, as it guesses. Who guesses by chance takes
any of the answers that people made of dice give (`Kind.guesses`), each time anew. Who goes by
length takes the longest option, then the next longest, where there are options to compare. Tasks
that commute may be answered in any order, so that the order taken here changes nothing; where they
don't, it is one order of several. Nobody is slow: limits don't run out.

Of the places where teams stand, the one is left first that no other leads to, those apart that lead
to each other: nearly every one is left once, with all who come there. Walking all teams on at once,
step by step, left each of them as often as there are ways to it, and took most of the proof's time.

Nobody can guess by place: options stand in an order that each run draws.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from heapq import heappop, heappush
from typing import Final, Literal

import msgspec

from engine.errors import Text
from engine.kinds.forms import ONE, Answer
from engine.kinds.held import Moment
from engine.proof.play_graph import Edge, Explored, Node
from engine.rules.stand_in import moment_of
from engine.scenario.model import Task
from engine.values import Map, TaskId, TrapId

Team = Literal["chance", "longest"]
TEAMS: Final[dict[Team, Text]] = {
    "chance": Text("随便猜", "by chance"),
    "longest": Text("挑最长的", "the longest"),
}
RATES: Final = (0, 10, 30, 100)
"""In per cent: how often a team doesn't know."""
LEAVES_MAX: Final = 3_000
"""How often one place is left before the walk is given up: whoever guesses there never gets on."""
SHARE_LEAST: Final = 1e-7
"""Of the teams; where fewer stand isn't followed."""

Tried = frozenset[tuple[TaskId, Answer]]
At = tuple[int, Tried]
"""(node, what the team has tried of what is still asked)."""
Way = tuple[Edge | None, float, Answer]
"""(edge, how likely, the answer given); None: nothing comes of it, and it is asked again."""
Ways = tuple[Way, ...]
Step = tuple[int, float, frozenset[TrapId]]
"""(the place it leads to, how likely, the traps sprung on the way)."""
Steps = tuple[Step, ...]
Outcome = tuple[str, tuple[TrapId, ...]]
"""A verdict, and the traps that spring."""
NOTHING: Final = frozenset[TrapId]()


class Odds(msgspec.Struct, frozen=True, kw_only=True):
    """Where such a team ends."""

    team: Team
    rate: int
    """How often it doesn't know, in per cent."""
    endings: Map[str, float]
    """Ending → how likely, from 0 to 1, in the script's order; those never reached are left out."""
    traps: Map[TrapId, float]
    """Trap → how often it springs in an evening, on average; those that never do are left out."""

    @property
    def falls(self) -> float:
        """Traps sprung in an evening, on average."""
        return sum(self.traps.values())


def odds(graph: Explored) -> tuple[Odds, ...]:
    """By team, by rate; nothing where the graph isn't complete."""
    if not graph.complete:
        return ()
    ranks, asked = _ranks(graph), _Asked(graph)
    walks = [_Walk(graph, team, ranks, asked) for team in TEAMS]
    return tuple(walk.walked(rate) for walk in walks for rate in RATES)


def _ranks(graph: Explored) -> list[int]:
    """For each node, its place in an order in which edges lead on, but for those that lead back."""
    ranks, seen, last = [0] * len(graph.nodes), set[int](), len(graph.nodes)
    for root in range(graph.roots):
        waiting = [(root, iter(graph.nodes[root].edges))] if root not in seen else []
        seen.add(root)
        while waiting:
            number, edges = waiting[-1]
            for edge in edges:
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append((edge.target, iter(graph.nodes[edge.target].edges)))
                    break
            else:
                waiting.pop()
                last -= 1
                ranks[number] = last
    return ranks


class _Shares:
    """Of the teams, how many stand at which place."""

    def __init__(self, ranks: Sequence[tuple[int, int]]) -> None:
        self._ranks = ranks
        """By place; the least is left first."""
        self._shares: defaultdict[int, float] = defaultdict(float)
        self._leaves: Counter[int] = Counter()
        self._row: list[tuple[tuple[int, int], int]] = []
        """Of the places to be left, their ranks."""

    def come(self, place: int, share: float) -> None:
        """So many more stand there."""
        before = self._shares[place]
        self._shares[place] = after = before + share
        if before <= SHARE_LEAST < after and self._leaves[place] < LEAVES_MAX:
            heappush(self._row, (self._ranks[place], place))

    def left(self) -> Iterator[tuple[int, float]]:
        """(place, how many leave it), until nearly nobody stands anywhere."""
        while self._row:
            _, place = heappop(self._row)
            self._leaves[place] += 1
            yield place, self._shares.pop(place)


class _Walk:
    """One sort of team on its ways through a graph."""

    def __init__(self, graph: Explored, team: Team, ranks: Sequence[int], asked: _Asked) -> None:
        self.graph, self.team, self._of_node, self._asked = graph, team, ranks, asked
        self._numbers: dict[At, int] = {}
        self._places: list[At] = []
        self._ranks: list[tuple[int, int]] = []
        self._steps: list[tuple[Steps, Steps] | None] = []
        """What follows where it knows, and where it guesses; by place, as the two above."""

    def walked(self, rate: int) -> Odds:
        """Where it ends that doesn't know so often (per cent)."""
        here = _Shares(self._ranks)
        for number in range(self.graph.roots):
            here.come(self._place((number, frozenset())), 1 / self.graph.roots)
        ended: dict[str, float] = defaultdict(float)
        sprung: dict[TrapId, float] = defaultdict(float)
        for place, share in here.left():
            state = self.graph.nodes[self._places[place][0]].state
            if state.phase == "ended":
                ended[state.ending] += share
                continue
            weights = (share - share * rate / 100, share * rate / 100)
            for steps, weight in zip(self._from(place), weights, strict=True):
                for target, likely, traps in steps if weight else ():
                    here.come(target, weight * likely)
                    for trap in traps:
                        sprung[trap] += weight * likely
        scenario = self.graph.scenario
        return Odds(
            team=self.team,
            rate=rate,
            endings=Map((name, ended[name]) for name in scenario.scenes if ended[name]),
            traps=Map((name, sprung[name]) for name in scenario.traps if sprung[name]),
        )

    def _place(self, at: At) -> int:
        """Its number."""
        number = self._numbers.setdefault(at, len(self._places))
        if number == len(self._places):
            self._places.append(at)
            self._ranks.append((self._of_node[at[0]], len(at[1])))
            self._steps.append(None)
        return number

    def _from(self, place: int) -> tuple[Steps, Steps]:
        found = self._steps[place]
        if found is None:
            at = self._places[place]
            asked = self._asked.at(at[0])
            ways = (asked.known, self._guesses(asked, at))
            known, guessed = (tuple([self._step(asked, at, way) for way in each]) for each in ways)
            found = self._steps[place] = (known, guessed)
        return found

    def _step(self, asked: _Question, at: At, way: Way) -> Step:
        edge, likely, answer = way
        sprung = edge.sprung if edge is not None else NOTHING
        return self._place(self._next(asked, at, edge, answer)), likely, sprung

    def _next(self, asked: _Question, place: At, edge: Edge | None, answer: Answer) -> At:
        """What was tried is remembered as long as the same is asked."""
        target = place[0] if edge is None else edge.target
        if self.team == "chance" or not (place[1] or asked.by_length):
            return target, frozenset()
        state, task = self.graph.nodes[target].state, asked.task
        scenes = [scene for scene in (state.scene, state.interrupted) if scene is not None]
        still = {name for s in scenes for name, held in s.tasks.items() if held.status == "open"}
        tried = place[1]
        if task is not None and asked.by_length:
            tried |= {(task.id, answer)}
        return target, frozenset([one for one in tried if one[0] in still])

    def _guesses(self, asked: _Question, place: At) -> Ways:
        task, moment = asked.task, asked.moment
        if self.team == "chance" or not asked.by_length or task is None or moment is None:
            return asked.guessed
        tried = {answer for name, answer in place[1] if name == task.id}
        may = [one for one in task.body.options if one.id not in moment.closed]
        left = [one for one in may if (one.id,) not in tried]
        longest = max(left or may, key=lambda one: len(one.text)).id
        return tuple(asked.to((longest,), 1.0))


class _Asked:
    """What is asked in each node: all teams are asked the same."""

    def __init__(self, graph: Explored) -> None:
        self._graph = graph
        self._known: dict[int, _Question] = {}

    def at(self, number: int) -> _Question:
        """The first task that is answered in the node."""
        found = self._known.get(number)
        if found is None:
            found = self._known[number] = _Question(self._graph, number)
        return found


class _Question:
    """The first task that is answered in a node; None: somebody waits or helps."""

    def __init__(self, graph: Explored, number: int) -> None:
        node = graph.nodes[number]
        self._number = number
        self.task, self._edges = _first(graph, node)
        self.moment = _moment(node, self.task, self._edges)
        self.by_length = self.task is not None and _by_length(self.task)
        self._answered: dict[Answer, list[Edge]] = {}
        for edge in self._edges:
            self._answered.setdefault(edge.move.answer, []).append(edge)
        self._judged: list[tuple[Edge, Outcome]] | None = None

    @cached_property
    def known(self) -> Ways:
        """What follows where the team knows."""
        task, moment, edges = self.task, self.moment, self._edges
        right = task.body.right(moment) if task is not None and moment is not None else None
        if right is None:
            return _evenly(edges)
        ways = tuple(self.to(right, 1.0))
        # A search whose finds nobody asks for looks the same after each: who knows ends it.
        over = [edge for edge in edges if edge.target != self._number and not edge.sprung]
        stays = all(edge is not None and edge.target == self._number for edge, _, _ in ways)
        return _evenly(over) if stays and over else ways

    @cached_property
    def guessed(self) -> Ways:
        """What follows where it takes any."""
        if self.task is None or self.moment is None:
            return _evenly(self._edges)
        guesses, found = self.task.body.guesses(self.moment), list[Way]()
        for guess in guesses:
            found += self.to(guess, 1 / len(guesses))
        return tuple(found)

    def to(self, answer: Answer, likely: float) -> Iterator[Way]:
        """Where the answer leads: the edge it makes, or those of answers that come to the same."""
        own, missed = self._answered.get(answer, []), False
        if not own:
            wanted = self._comes_to(answer)
            own = [edge for edge, outcome in self._outcomes() if outcome == wanted]
            missed = wanted == ("missed", ())
        if missed and not own:
            yield None, likely, answer
        else:
            own = own or self._edges
            yield from ((edge, likely / len(own), answer) for edge in own)

    def _outcomes(self) -> list[tuple[Edge, Outcome]]:
        if self._judged is None:
            self._judged = [(edge, self._comes_to(edge.move.answer)) for edge in self._edges]
        return self._judged

    def _comes_to(self, answer: Answer) -> Outcome:
        assert self.task is not None, "it was answered"
        assert self.moment is not None, "by somebody"
        judged = self.task.body.verdict(self.moment, answer)
        return judged.verdict, judged.traps


def _first(graph: Explored, node: Node) -> tuple[Task | None, list[Edge]]:
    edges = [edge for edge in node.edges if not edge.move.ticks]
    answers = [edge for edge in edges if edge.move.kind in ("answer", "stand_in")]
    if answers:
        move = answers[0].move
        own = [e for e in answers if (e.move.task, e.move.slot) == (move.task, move.slot)]
        return graph.scenario.scenes[node.scene].tasks[move.task], own
    for kind in ("rescue", "release", "limit"):
        helps = [edge for edge in node.edges if edge.move.kind == kind]
        if helps:
            return None, helps
    return None, []


def _by_length(task: Task) -> bool:
    """It has options of which one is taken, by one who answers for himself."""
    return task.body.form is ONE and not task.body.decides


def _evenly(edges: list[Edge]) -> Ways:
    return tuple((edge, 1 / len(edges), ()) for edge in edges)


def _moment(node: Node, task: Task | None, edges: list[Edge]) -> Moment | None:
    """Of the slot that is answered; None: nobody answers."""
    move = edges[0].move if edges else None
    if move is None or move.kind != "answer" or node.state.scene is None or task is None:
        return None
    return moment_of(node.state, task, node.state.scene.tasks[move.task], move.slot)
