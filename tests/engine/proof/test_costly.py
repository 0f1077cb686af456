"""A script that is too large to look at: what makes it so, and what is drawn at once."""

from __future__ import annotations

import pytest

from engine.author.printed import last_line
from engine.proof.costly import costliest
from engine.proof.explore import explore
from engine.proof.prove import prove
from engine.scenario.model import Scenario
from tests.support.scripts import compile_text

HEAD = """\
format: 1
id: costly
title: 大
summary: 大。
minutes: 5
roles: {a: {name: 甲, brief: 甲。}, b: {name: 乙, brief: 乙。}}
VARS
cards: {k: {title: 卡, text: 文。}}
sources: {s: {cite: 书}}
facts: {f: {text: 史实。, status: established, sources: [s]}}
start: one
scenes:
  one:
    title: 一
    story: 一。
    tasks:
      get: {role: a, ask: 拿, choices: [{id: y, text: 拿, give: {k: a}}, {id: n, text: 不拿}]}
      y: {role: b, kind: read, ask: 读, story: 文}
    next: [two]
  two:
    title: 二
    story: 二。
    TIME
    tasks:
TASKS
    next: [NEXT]
  bad: {ending: bad, title: 坏, story: 坏。}
  good: {ending: good, title: 好, story: 好。}
"""
CHAIN = "\n".join(
    f"      t{n}: {{role: {'ab'[n % 2]}, {f'after: [t{n - 1}], ' if n else ''}kind: read, ask: 读, story: 文}}"
    for n in range(8)
)


def written(variables: str, ways: str, tasks: str = CHAIN, time: str = "facts: []") -> Scenario:
    text = HEAD.replace("VARS", f"vars: {{{variables}}}").replace("NEXT", ways)
    return compile_text(text.replace("TASKS", tasks).replace("TIME", time))


DRAWN = written(
    "d: {one_of: [p, q, r], start: drawn}, w: {bool: false}",
    "{if: d == p and not w, go: bad}, {if: has.k, go: good}, {go: bad}",
)
PAID = written(
    "fare: {int: [0, 5], start: 5}",
    "{if: fare > 2 and has.k, go: good}, {go: bad}",
    "\n".join(
        f"      t{n}: {{role: {'ab'[n % 2]}, {f'after: [t{n - 1}], ' if n else ''}ask: 问, "
        "choices: [{id: x, text: 走}, {id: y, text: 坐车, cost: {fare: -1}}]}"
        for n in range(8)
    ),
)


@pytest.mark.parametrize(
    ("scenario", "what", "times"),
    [(DRAWN, "抽签的变量 d", 2.5), (PAID, "付代价的变量 fare", 2.5)],
)
def test_the_form_that_costs_most_is_told_with_its_scene(
    scenario: Scenario, what: str, times: float
) -> None:
    found = costliest(explore(scenario))
    assert (found.scene, found.what.zh) == ("two", what)
    assert found.times >= times


def test_a_proof_that_ends_early_says_it_in_its_last_line() -> None:
    whole = prove(DRAWN)
    assert whole.costly is None
    assert "最费的是" not in last_line(whole)
    proof = prove(PAID, spent=lambda: True)
    assert proof.stopped == "budget"
    assert "场景 two 的局面最多" in last_line(proof)
    assert "最费的是付代价的变量 fare" in last_line(proof)


TWO = "d: {one_of: [p, q, r, s, t, u], start: drawn}, e: {one_of: [v, w, x, y], start: drawn}, f: {bool: false, start: drawn}"
AT_ONCE = "{if: d == p and e == v, go: good}, {if: f, go: bad}, {go: good}"


def test_what_is_drawn_at_once_is_bounded_and_nothing_is_explored_beyond() -> None:
    proof = prove(written(TWO, AT_ONCE))
    (issue,) = proof.issues
    assert issue.code == "SC624"
    assert "48 种" in issue.message.zh
    assert "d、e、f" in issue.message.zh
    assert (proof.nodes, proof.complete, any(proof.proved[:5])) == (0, False, False)


def test_what_is_drawn_one_after_the_other_is_not_at_once() -> None:
    """`f` is asked in the first scene alone: two and four and six are never six times eight."""
    text = HEAD.replace("VARS", f"vars: {{{TWO}}}").replace("TIME", "facts: []")
    text = text.replace("TASKS", CHAIN).replace(
        "next: [two]", "next: [{if: f, go: two}, {go: bad}]"
    )
    apart = text.replace("NEXT", "{if: d == p and e == v, go: good}, {go: bad}")
    assert "SC624" not in {issue.code for issue in prove(compile_text(apart)).issues}
