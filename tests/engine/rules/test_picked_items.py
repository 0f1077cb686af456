"""Some lines, pairs, things, statements or spots of a longer list, as the run draws."""

from __future__ import annotations

import pytest

from engine.errors import Rejection
from engine.kinds.held import AFRESH
from engine.proof.explore import explore
from engine.rules import commands as cmd
from engine.rules.drawn_ids import Options
from engine.views.seat import RunViews
from tests.engine.rules.conftest import HEAD, script, table
from tests.support.hands import right_of
from tests.support.options import lists_of, wire
from tests.support.parts import SentViews
from tests.support.table import Table

ORDER = "q: {role: a, kind: order, pick: 2, ask: 排, fact: f, trap: t, items: [{id: i, text: 一}, {id: j, text: 二}, {id: k, text: 三}]}"
MATCH = "q: {role: a, kind: match, pick: 2, ask: 连, fact: f, trap: t, pairs: [{id: i, left: 甲, right: 一}, {id: j, left: 乙, right: 二}, {id: k, left: 丙, right: 三}]}"
SORT = "q: {role: a, kind: sort, pick: 2, ask: 分, fact: f, trap: t, groups: [{id: g, text: 红}, {id: h, text: 白}], things: [{id: i, text: 一, group: g}, {id: j, text: 二, group: h}, {id: k, text: 三, group: g}]}"
JUDGE = 'q: {role: a, kind: judge, pick: 2, ask: 判, fact: f, trap: t, statements: [{id: i, text: 一, call: "true"}, {id: j, text: 二, call: "false"}, {id: k, text: 三, call: "true"}]}'
SEARCH = "q: {role: a, kind: search, pick: 2, points: 3, ask: 找, spots: [{id: i, text: 桌, card: k}, {id: j, text: 柜}, {id: k, text: 墙, trap: t}]}"
ALL = pytest.mark.parametrize("task", [ORDER, MATCH, SORT, JUDGE, SEARCH])


def begun(task: str, seed: int = 0) -> tuple[Table, tuple[str, ...]]:
    """A run, and what it asks for."""
    played = Table(script(task), seed=f"s{seed}")
    assert played.state.scene is not None
    return played, played.state.scene.tasks["q"].picked or ()


@ALL
def test_a_run_asks_for_as_many_as_it_draws_and_phones_show_those(task: str) -> None:
    sets = set()
    for seed in range(30):
        played, picked = begun(task, seed)
        assert len(picked) == 2
        sets.add(picked)
        body = played.scenario.scenes["one"].tasks["q"].body
        first = next(iter(body.sides))
        views = RunViews(played.scenario).seat(played.state, "s1", {})
        part = next(one for one in views.tasks if one.id == "q")
        texts = {one.text for one in getattr(part, first)}
        assert texts == {body.sides[first][name] for name in picked}
    assert len(sets) == (2 if task is SEARCH else 3)


@ALL
def test_what_is_right_of_those_is_right_and_the_rest_is_unknown(task: str) -> None:
    played, picked = begun(task)
    body = played.scenario.scenes["one"].tasks["q"].body
    assert played.state.scene is not None
    if task is not SEARCH:
        every = body.right(AFRESH)
        assert every is not None
        with pytest.raises(Rejection) as refused:
            played.do(cmd.Submit, "s1", task="q", answer=every)
        assert refused.value.code in ("unknown_choice", "whole_order", "whole_match")
    else:
        with played.refused("unknown_choice"):
            played.do(cmd.Submit, "s1", task="q", answer=({"j", "k"} - {*picked}).pop())
    while played.at == "one":
        part = next(
            one
            for one in SentViews(played.scenario).seat(played.state, "s1", {})["tasks"]
            if one["id"] == "q"
        )
        written = played.scenario.scenes["one"].tasks["q"]
        right = right_of(written, part)
        assert right is not None
        assert lists_of(part)
        played.do(cmd.Submit, "s1", task="q", answer=right)
        assert wire(part, written, right) is not None
    assert played.at == "z"
    assert not played.state.sprung


@pytest.mark.parametrize("task", [ORDER, MATCH, SORT, JUDGE])
def test_a_wrong_answer_to_those_springs(task: str) -> None:
    played, _ = begun(task)
    body = played.scenario.scenes["one"].tasks["q"].body
    assert played.state.scene is not None
    held = played.state.scene.tasks["q"]
    wrong = body.turned(body.asked(held))  # type: ignore[attr-defined]
    played.do(cmd.Submit, "s1", task="q", answer=wrong)
    assert "t" in played.state.sprung
    assert body.trap_in(wrong) == "t"
    assert body.trap_in(body.key(body.asked(held))) is None  # type: ignore[attr-defined]


@ALL
def test_the_proof_asks_for_all_and_costs_no_node_more(task: str) -> None:
    without = explore(script(task.replace("pick: 2, ", "")))
    picking = explore(script(task))
    assert len(picking.nodes) == len(without.nodes)
    assert picking.seen == without.seen


def test_ids_of_what_is_left_out_stay_what_they_are() -> None:
    played, _ = begun(ORDER)
    task = played.scenario.scenes["one"].tasks["q"]
    assert len(Options("s0").of(task, "items").told) == 3


VOTE = "v: {role: [a, b], kind: vote, pick: 2, ask: 投, choices: [{id: y, text: 是, right: true, fact: f, set: {w: true}}, {id: n, text: 否}, {id: o, text: 不}]}"


def test_a_vote_shows_some_and_takes_no_other() -> None:
    played = table(VOTE)
    assert played.state.scene is not None
    picked = {*(played.state.scene.tasks["v"].picked or ())}
    assert "y" in picked
    (left,) = {"n", "o"} - picked
    with played.refused("unknown_choice"):
        played.play(f"a:v={left}")
    played.play("a:v=y", "b:v=y")
    assert played.state.vars["w"] is True


PRICED = """
spend: {role: c, ask: 买, choices: [{id: s, text: 买, set: {m: -2}}, {id: k, text: 不买}]}
earn: {role: c, optional: true, ask: 挣, choices: [{id: r, text: 挣, set: {m: +2}}, {id: o, text: 歇}]}
v: {role: [a, b], kind: vote, ask: 投, choices: [{id: y, text: 雇船, cost: {m: -2}, set: {w: true}}, {id: n, text: 走路}]}
"""


def test_what_a_vote_falls_on_is_paid_once_and_first() -> None:
    played = table(PRICED).play("earn=r", "a:v=y", "b:v=y")
    assert (played.state.vars["m"], played.state.vars["w"]) == (0, True)


def test_what_cannot_be_paid_is_no_vote_and_says_why() -> None:
    played = table(PRICED)
    with played.refused("not_offered"):
        played.play("a:v=y")
    views = RunViews(played.scenario).seat(played.state, "s1", {})
    part = next(one for one in views.tasks if one.id == "v")
    shown = {one.text: (one.costs or (), one.closed or "") for one in part.choices}  # type: ignore[union-attr]
    assert shown == {"雇船": (("疏漏 -2",), "dear"), "走路": ((), "")}


def test_where_a_teammate_spent_it_meanwhile_it_is_voted_again() -> None:
    three = PRICED.replace("v: {role: [a, b]", "v: {role: all")
    played = table(three).play("earn=r", "a:v=y", "b:v=y", "spend=s", "c:v=n")
    assert played.state.scene is not None
    assert played.state.scene.tasks["v"].rounds == 1
    assert played.state.vars["w"] is False
    with played.refused("not_offered"):
        played.play("a:v=y")
    played.play("a:v=n", "b:v=n", "c:v=n")
    assert played.at == "z"


def test_the_proof_knows_what_a_priced_vote_falls_on() -> None:
    head = HEAD.replace("  w: {bool: false}\n", "  w: {bool: false}\n  coin: {int: [0, 3]}\n")
    coins = PRICED.replace("m: ", "coin: ").replace("optional: true, ask: 挣", "ask: 挣")
    seen = explore(script(coins, head=head)).seen
    assert {("choice", "one", "v", "y"), ("choice", "one", "v", "n")} <= seen
    poor = coins.replace("set: {coin: +2}", "set: {coin: +1}")
    assert ("choice", "one", "v", "y") not in explore(script(poor, head=head)).seen
