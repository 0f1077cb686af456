"""Every draw is explored, lazily: held against exploring each draw as a script of its own."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, event, given, settings

from engine.errors import ScenarioError
from engine.proof.explore import explore
from engine.proof.play_graph import Explored, endings, hopeless
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.rules.settle import EndlessError
from engine.scenario.model import Scenario
from tests.support.depth import depth
from tests.support.generated import script_texts
from tests.support.scripts import compile_text

NODES_MAX = 600
DRAWN = "d: {one_of: [p, q], start: drawn}"


def ends(graph: Explored) -> set[str]:
    return {graph.nodes[n].state.ending for n in endings(graph)}


def explored(scenario: Scenario) -> Explored:
    return explore(scenario, nodes_max=NODES_MAX, aims=frozenset(scenario.aims))


@settings(max_examples=depth(25, 300), derandomize=True, suppress_health_check=list(HealthCheck))
@given(script_texts())
def test_the_draws_of_a_script_are_its_plays_with_each(text: str) -> None:
    assert DRAWN in text
    try:
        graph = explored(compile_text(text))
        each = [
            explored(compile_text(text.replace(DRAWN, f"d: {{one_of: [p, q], start: {one}}}")))
            for one in ("p", "q")
        ]
    except (ScenarioError, EndlessError):
        assume(False)
        raise
    if not (graph.complete and all(one.complete for one in each)):
        event("too large")
        return
    event("asked" if graph.roots > 1 or any(n.by and n.by.draws for n in graph.nodes) else "not")
    assert graph.seen == set[object]().union(*(one.seen for one in each))
    assert ends(graph) == set[str]().union(*(ends(one) for one in each))
    assert bool(hopeless(graph)) == any(hopeless(one) for one in each)


LATE = """\
format: 1
id: late
title: 抽签
summary: 后来才问。
minutes: 5
roles: {a: {name: 甲, brief: 甲。}, b: {name: 乙, brief: 乙。}}
vars: {d: {one_of: [p, q, r], start: START}}
sources: {s: {cite: 书}}
facts: {f: {text: 史实。, status: established, sources: [s]}}
start: one
scenes:
  one: {title: 一, story: 一。, tasks: {x: {role: a, kind: read, ask: 读, story: 文}, y: {role: b, kind: read, ask: 读, story: 文}}, next: [two]}
  two: {title: 二, story: 二。, tasks: {x: {role: a, kind: read, ask: 读, story: 文}, y: {role: b, kind: read, ask: 读, story: 文}}, next: [{if: d == p, go: good}, three]}
  three: {title: 三, story: 三。, tasks: {x: {role: a, kind: read, ask: 读, story: 文}}, next: [good]}
  good: {ending: good, title: 好, story: 好。}
"""


def test_a_draw_costs_only_between_its_first_reader_and_its_last() -> None:
    fixed = explore(compile_text(LATE.replace("START", "q")))
    drawn = explore(compile_text(LATE.replace("START", "drawn")))
    count = {
        name: [sum(n.scene == name for n in graph.nodes) for graph in (fixed, drawn)]
        for name in ("one", "two", "three")
    }
    assert count["one"][0] == count["one"][1]
    assert count["two"][1] == 3 * count["two"][0]
    assert count["three"][0] == count["three"][1]


def test_the_play_of_a_finding_says_what_was_drawn_and_can_be_played() -> None:
    text = LATE.replace("START", "drawn").replace("if: d == p, go: good", "if: d == p, go: bad")
    text = text.replace("  good:", "  bad: {ending: bad, title: 坏, story: 坏。}\n  good:")
    scenario = compile_text(text)
    (found,) = [issue for issue in prove(scenario).issues if issue.code == "SC623"]
    assert found.play is not None
    assert found.play[0] == "draw=d:p"
    table = Playthrough(scenario, draws={})
    for move in found.play:
        table.move(move)
    assert table.state.vars["d"] == "p"


def test_an_answer_that_leaves_bad_endings_whatever_is_drawn_isnt_the_draws_doing() -> None:
    late = LATE.replace("START", "drawn").replace("vars: {", "vars: {lost: {bool: false}, ")
    choices = "[{id: k, text: 留}, {id: l, text: 丢, set: {lost: true}}]"
    asked = f"x: {{role: a, after: [y], ask: 问, choices: {choices}}}"
    text = late.replace("x: {role: a, kind: read, ask: 读, story: 文}", asked, 1)
    text = text.replace("next: [good]", "next: [{if: lost, go: bad}, good]")
    text = text.replace("if: d == p, go: good", "if: d == p and not lost, go: good")
    text = text.replace("  good:", "  bad: {ending: bad, title: 坏, story: 坏。}\n  good:")
    assert "SC623" not in [issue.code for issue in prove(compile_text(text)).issues]


def test_a_draw_that_ends_it_at_once_takes_nobody_from_the_others() -> None:
    """Whose seat has left is covered while it is played; in a run that is over nobody covers."""
    at_once = LATE.replace("START", "drawn").replace(
        "start: one\nscenes:\n",
        "start: zero\nscenes:\n  zero: {title: 零, story: 零。, tasks: {x: {role: a, if: d == p, kind: read, "
        "ask: 读, story: 文}}, next: [{if: d == r, go: good}, one]}\n",
    )
    scenario = compile_text(at_once)
    plain, missing = explore(scenario), explore(scenario, absent="a")
    assert {node.state.phase for node in plain.nodes[: plain.roots]} == {"playing", "ended"}
    assert len(missing.nodes) == len(plain.nodes)
    assert missing.seen == plain.seen
