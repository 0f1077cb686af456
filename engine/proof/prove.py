"""`prove(scenario)`: what can go wrong in any play of a script, each with the shortest play.

The seven groups of the language's §5. Groups 1 to 4 are read off the graph of all plays
(`explore`), group 5 off one graph for each role that may be absent, group 6 is what the compiler
refuses, group 7 is arithmetic (`fairness`). What follows from another finding isn't told again: a
scene that jams hides what lies behind it, a way that is never taken is told as the scene it leads
to.

Plays come from the reduced graph and are then looked for in the whole one, breadth first, as far as
`SHORTEN_NODES_MAX` goes; where that is too small they are plays, but perhaps not the shortest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

import msgspec

from engine.errors import Issue, Place, Text
from engine.proof.advise import advised
from engine.proof.clocks import check_clocks
from engine.proof.costly import Costly, costliest
from engine.proof.coverage import SIDES, Item, everything
from engine.proof.draws import check_draws
from engine.proof.explore import explore
from engine.proof.fairness import Fairness, fairness
from engine.proof.findings import finding
from engine.proof.odds import Odds, odds
from engine.proof.play_graph import Explored
from engine.proof.verdicts import Judge
from engine.rules.settle import EndlessError
from engine.scenario.model import Scenario
from engine.values import RoleId

SHORTEN_NODES_MAX: Final = 30_000
MINUTES_OFF: Final = 0.3
"""By how much of what is promised the computed length may differ, and `MINUTES_FREE` at least."""
MINUTES_FREE: Final = 3
TASKS_LEAST: Final = 0.5
CHARS_LEAST: Final = 1 / 3
CHARS_FREE: Final = 200
"""A script this short for everybody isn't judged by its shares of reading."""
IDLE_MOST: Final = 0.75
IDLE_FREE_S: Final = 300

GROUPS: Final = (
    "从每一步都到得了结局",
    "每道关卡都打得开，不靠时限",
    "场景、结局、任务、陷阱、卡片和条件的两边都到得了",
    "每个陷阱都躲得开、挺得过",
    "任一角色缺席也不卡",
    "正确答案和陷阱都有史实，史实都有出处",
    "时长与各角色的分量",
)
"""The seven groups, as they are told; group N is `GROUPS[N - 1]`."""


Stopped = Literal["", "budget", "size"]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, and how far the search went."""

    issues: tuple[Issue, ...]
    nodes: int
    """States seen, all explorations together."""
    moves: int
    """Decisions taken by the rules."""
    proved: tuple[bool, ...]
    """For each of GROUPS: all it asks about was looked at. Says nothing of what was found."""
    stopped: Stopped = ""
    """What ended the search early: the budget, or too many states. Empty: it went as far as the
    script goes, which may jam."""
    seen: frozenset[Item]
    items: tuple[Item, ...]
    """Everything there is to see."""
    absent: tuple[RoleId, ...]
    """Roles whose absence was explored to the end."""
    fairness: Fairness | None
    """None: the script jams even for a team that answers rightly."""

    advice: tuple[Issue, ...] = ()
    """What is guessable, dull or unfounded, where it was asked for and every play was looked at."""
    odds: tuple[Odds, ...] = ()
    """Where teams end that don't know, where it was asked for; see `odds`."""
    costly: Costly | None = None
    """Where the states are, if the search ended early."""
    jams: bool = False
    """Some scene can't be left, or only by its limit: what lies behind wasn't looked at."""

    @property
    def complete(self) -> bool:
        """Every play was looked at to its end."""
        return not self.stopped and not self.jams

    @property
    def sound(self) -> bool:
        """All was looked at and nothing found: it may be called proved."""
        return self.complete and all(self.proved) and not self.issues


def prove(
    scenario: Scenario, *, spent: Callable[[], bool] = lambda: False, advise: bool = False
) -> Proof:
    """Prove a script, until `spent`; with `advise`, say besides how good it is."""
    found = list(check_draws(scenario))
    if found:
        return _not_explored(scenario, found[0], stopped="size")
    try:
        plain = explore(scenario, spent=spent)
    except EndlessError:
        at = scenario.scenes[scenario.start].at
        return _not_explored(scenario, finding("SC605", at, (), scene=scenario.start))
    judge = Judge(plain)
    found = judge.all()
    jams = any(issue.code < "SC610" for issue in found)
    if plain.complete and any(issue.play is not None for issue in found):
        found = _shortened(scenario, found, None, spent)
    if plain.complete and not jams:
        found += _aims(plain, spent)
    absences = _Absences(plain, jams)
    found += absences.look(spent)
    share = _share(scenario) if not jams else None
    found += check_clocks(scenario, share.path if share is not None else ())
    found += _shares(scenario, share) if share is not None else ()
    everybody = len(absences.done) == len(scenario.roles)
    return Proof(
        issues=tuple(sorted(found, key=lambda issue: (issue.place.line, issue.code))),
        nodes=absences.nodes,
        moves=absences.moves,
        proved=(*judge.judged(found), everybody, True, share is not None),
        stopped=absences.stopped,
        costly=absences.costly,
        jams=jams,
        advice=advised(plain, share) if advise and plain.complete else (),
        odds=odds(plain) if advise and not jams and not spent() else (),
        seen=frozenset(plain.seen),
        items=tuple(everything(scenario)),
        absent=tuple(absences.done),
        fairness=share,
    )


def _aims(plain: Explored, spent: Callable[[], bool]) -> Iterator[Issue]:
    """Aims nobody can meet, or nobody can miss. The graph of all plays keeps nothing for them: the
    ends it came upon mostly show both. Where one doesn't, its plays are explored once more, with
    what that one aim asks kept to the end: their ends may show both of others, too, which then
    needn't be. Nothing is said where the budget ended first."""
    scenario = plain.scenario
    for role, aim in scenario.aims.items():
        sides = [("aim", role, side) for side in SIDES]
        if not plain.seen.issuperset(sides):
            graph = explore(scenario, aims=frozenset((role,)), spent=spent)
            plain.seen.update(item for item in graph.seen if item[0] == "aim")
            plain.moves += graph.moves
            for code, item in zip(("SC625", "SC626"), sides, strict=True):
                if graph.complete and item not in graph.seen:
                    yield finding(code, aim.at, None, role=role)


def _share(scenario: Scenario) -> Fairness | None:
    share = fairness(scenario)
    return share if share.ending else None


class _Absences:
    """Group 5: each role's absence, explored one after the other where the script doesn't jam with
    everybody there; behind a jam there is nothing to look at."""

    def __init__(self, plain: Explored, jams: bool) -> None:
        self._plain = plain
        self._jams = jams
        self.nodes, self.moves = len(plain.nodes), plain.moves
        self.done: list[RoleId] = []
        """Roles whose absence was explored to the end."""
        self.stopped: Stopped = _why(plain)
        self.costly = None if plain.complete else costliest(plain)

    def look(self, spent: Callable[[], bool]) -> list[Issue]:
        """What jams when somebody is absent."""
        scenario, found = self._plain.scenario, list[Issue]()
        if self._jams or not self._plain.complete:
            return found
        if shares_alike(self._plain):
            self.done = list(scenario.roles)
            return found
        for role in scenario.roles:
            graph = explore(scenario, absent=role, spent=spent)
            self.nodes, self.moves = self.nodes + len(graph.nodes), self.moves + graph.moves
            if graph.complete:
                self.done.append(role)
            if not graph.complete and not self.stopped:
                self.stopped, self.costly = _why(graph), costliest(graph)
            found += _missing(graph, role, spent)
        return found


def _why(graph: Explored) -> Stopped:
    """What ended the exploration before everything was seen, if anything did."""
    if graph.complete:
        return ""
    return "size" if graph.too_many else "budget"


def shares_alike(graph: Explored) -> bool:
    """Whoever is absent, the graph would be this one, node for node: it needn't be built again.

    Under `share` every slot keeps somebody who may answer it, in the same ways; a seat enters a
    node only by a hold whose rescue changes something. So it is enough that there are two roles,
    and no such hold. Held against building it in `tests/engine/proof/test_reduction.py`.
    """
    scenario = graph.scenario
    shared = scenario.absence.then == "share" and len(scenario.roles) > 1
    return shared and not any(node.state.holds for node in graph.nodes)


def _not_explored(scenario: Scenario, issue: Issue, stopped: Stopped = "") -> Proof:
    """Nothing was looked at: it goes round by itself, or there is too much of it."""
    return Proof(
        issues=(issue,),
        nodes=0,
        moves=0,
        proved=(False, False, False, False, False, True, False),
        seen=frozenset(),
        items=tuple(everything(scenario)),
        stopped=stopped,
        jams=True,
        absent=(),
        fairness=None,
    )


def _shortened(
    scenario: Scenario, found: list[Issue], absent: RoleId | None, spent: Callable[[], bool]
) -> list[Issue]:
    """The same findings, with the shortest plays where the whole graph is small enough: they are
    read off that one."""
    whole = explore(scenario, absent=absent, reduce=False, spent=spent, nodes_max=SHORTEN_NODES_MAX)
    if not whole.complete:
        return found
    judge = Judge(whole)
    return judge.jams() if absent is not None else judge.all()


def _missing(graph: Explored, role: RoleId, spent: Callable[[], bool]) -> Iterator[Issue]:
    """Group 5: what jams when the role is absent."""
    if not graph.complete:
        return
    judge = Judge(graph)
    found = judge.jams()
    if found:
        stuck = judge.stuck_at(judge.dead[0]) if judge.dead else Text("", "")
        found = _shortened(graph.scenario, found, role, spent)
        scene = _scene_at(graph.scenario, found[0].place)
        at = graph.scenario.absence.at
        yield finding("SC631", at, found[0].play, role=role, scene=scene, stuck=stuck)


def _scene_at(scenario: Scenario, place: Place) -> str:
    """The scene that a finding of a jam points into."""
    return next(
        scene.id
        for scene in scenario.scenes.values()
        if place in (scene.at, *(task.at for task in scene.tasks.values()))
    )


# ── group 7 ────────────────────────────────────────────────────────────────


def _shares(scenario: Scenario, share: Fairness) -> Iterator[Issue]:
    roles, computed = share.roles, share.minutes
    if abs(computed - scenario.minutes) > max(MINUTES_FREE, MINUTES_OFF * scenario.minutes):
        yield finding("SC641", scenario.at, None, promised=scenario.minutes, computed=computed)
    busiest = max(roles, key=lambda name: roles[name].tasks)
    reader = max(roles, key=lambda name: roles[name].chars)
    most, longest = roles[busiest].tasks, roles[reader].chars
    for name, own in roles.items():
        at = scenario.roles[name].at
        if own.tasks < TASKS_LEAST * most:
            yield finding("SC642", at, None, role=name, tasks=own.tasks, busiest=busiest, most=most)
        elif own.idle_s > max(IDLE_FREE_S, IDLE_MOST * share.seconds):
            idle = round(own.idle_s / 60)
            yield finding("SC643", at, None, role=name, idle=idle, computed=computed)
        if longest > CHARS_FREE and own.chars < CHARS_LEAST * longest:
            yield finding(
                "SC644", at, None, role=name, chars=own.chars, busiest=reader, most=longest
            )
