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
from typing import Final

import msgspec

from engine.errors import Issue, Place
from engine.proof.coverage import Item, everything
from engine.proof.explore import explore
from engine.proof.fairness import Fairness, fairness
from engine.proof.findings import finding
from engine.proof.play_graph import Explored
from engine.proof.verdicts import Judge
from engine.rules.settle import EndlessError
from engine.scenario.model import Discuss, Scenario, Scene
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
    "每道关卡都打得开,不靠时限",
    "场景、结局、任务、陷阱、卡片和条件的两边都到得了",
    "每个陷阱都躲得开、挺得过",
    "任一角色缺席也不卡",
    "正确答案和陷阱都有史实,史实都有出处",
    "时长与各角色的分量",
)
"""The seven groups, as they are told; group N is `GROUPS[N - 1]`."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, and how far the search went."""

    issues: tuple[Issue, ...]
    nodes: int
    """States seen, all explorations together."""
    moves: int
    """Decisions taken by the rules."""
    proved: tuple[bool, ...]
    """For each of GROUPS: it was looked at to the end. Says nothing of what was found."""
    seen: frozenset[Item]
    items: tuple[Item, ...]
    """Everything there is to see."""
    absent: tuple[RoleId, ...]
    """Roles whose absence was explored to the end."""
    fairness: Fairness | None
    """None: the script jams even for a team that answers rightly."""

    @property
    def complete(self) -> bool:
        """Nothing was left out."""
        return all(self.proved)


def prove(scenario: Scenario, *, spent: Callable[[], bool] = lambda: False) -> Proof:
    """Prove a script, until `spent`."""
    try:
        plain = explore(scenario, spent=spent)
    except EndlessError:
        return _never_begins(scenario)
    found = Judge(plain).all()
    if plain.complete and any(issue.play is not None for issue in found):
        found = _shortened(scenario, found, None, spent)
    nodes, moves, absent = len(plain.nodes), plain.moves, []
    jams = any(issue.code < "SC610" for issue in found)
    same = plain.complete and shares_alike(plain)
    for role in scenario.roles if plain.complete else ():
        if same:
            absent.append(role)
            continue
        graph = explore(scenario, absent=role, spent=spent)
        nodes, moves = nodes + len(graph.nodes), moves + graph.moves
        if graph.complete:
            absent.append(role)
        if not jams:
            found += _missing(graph, role, spent)
    share = fairness(scenario) if not jams else None
    found += [*_lengths(scenario), *(_shares(scenario, share) if share is not None else ())]
    known = plain.complete
    everybody = len(absent) == len(scenario.roles)
    return Proof(
        issues=tuple(sorted(found, key=lambda issue: (issue.place.line, issue.code))),
        nodes=nodes,
        moves=moves,
        proved=(known, known, known, known, everybody, True, share is not None),
        seen=frozenset(plain.seen),
        items=tuple(everything(scenario)),
        absent=tuple(absent),
        fairness=share,
    )


def shares_alike(graph: Explored) -> bool:
    """Whoever is absent, the graph would be this one, node for node: it needn't be built again.

    Under `share` every slot keeps somebody who may answer it, in the same ways; a seat enters a
    node only by a hold whose rescue changes something. So it is enough that there are two roles,
    and no such hold. Held against building it in `tests/engine/proof/test_reduction.py`.
    """
    scenario = graph.scenario
    shared = scenario.absence.then == "share" and len(scenario.roles) > 1
    return shared and not any(node.state.holds for node in graph.nodes)


def _never_begins(scenario: Scenario) -> Proof:
    issue = finding("SC605", scenario.scenes[scenario.start].at, (), scene=scenario.start)
    return Proof(
        issues=(issue,),
        nodes=0,
        moves=0,
        proved=(True, True, False, False, False, True, False),
        seen=frozenset(),
        items=tuple(everything(scenario)),
        absent=(),
        fairness=None,
    )


def _shortened(
    scenario: Scenario, found: list[Issue], absent: RoleId | None, spent: Callable[[], bool]
) -> list[Issue]:
    """The same findings, with the shortest plays where the whole graph is small enough."""
    whole = explore(scenario, absent=absent, reduce=False, spent=spent, nodes_max=SHORTEN_NODES_MAX)
    if not whole.complete:
        return found
    judge = Judge(whole)
    again = judge.jams() if absent is not None else judge.all()
    shorter = {(issue.code, issue.place): issue.play for issue in again}
    return [
        msgspec.structs.replace(issue, play=shorter.get((issue.code, issue.place), issue.play))
        for issue in found
    ]


def _missing(graph: Explored, role: RoleId, spent: Callable[[], bool]) -> Iterator[Issue]:
    """Group 5: what jams when the role is absent."""
    if not graph.complete:
        return
    found = Judge(graph).jams()
    if found:
        found = _shortened(graph.scenario, found, role, spent)
        scene = _scene_at(graph.scenario, found[0].place)
        at = graph.scenario.absence.at
        yield finding("SC631", at, found[0].play, role=role, scene=scene)


def _scene_at(scenario: Scenario, place: Place) -> str:
    return next(scene.id for scene in scenario.scenes.values() if scene.at == place)


# ── group 7, and lengths of time ────────────────────────────────────────────────────────────────


def _lengths(scenario: Scenario) -> Iterator[Issue]:
    """Scenes whose discussions outlast their limit."""
    for scene in scenario.scenes.values():
        if scene.time is None:
            continue
        needs_ms = _talk_ms(scene)
        if needs_ms > scene.time.limit_ms:
            needs, limit = _spoken(needs_ms), _spoken(scene.time.limit_ms)
            yield finding("SC606", scene.time.at, None, scene=scene.id, needs=needs, limit=limit)


def _talk_ms(scene: Scene) -> int:
    """The longest chain of discussions that the barrier has to wait for."""
    ends: dict[str, int] = {}
    for _ in scene.tasks:
        for task in scene.tasks.values():
            own_ms = task.body.at_least_ms if isinstance(task.body, Discuss) else 0
            ends[task.id] = own_ms + max((ends.get(name, 0) for name in task.after), default=0)
    barrier = scene.barrier
    if barrier is None or barrier.kind in ("any", "count"):
        return 0
    if barrier.kind == "tasks":
        return max((ends[name] for name in barrier.tasks), default=0)
    return max((ends[t.id] for t in scene.tasks.values() if not t.optional), default=0)


def _spoken(ms: int) -> str:
    seconds = ms // 1000
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"


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
