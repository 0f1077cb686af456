"""Each task kind: what its answers amount to, and which answers are none."""

from __future__ import annotations

import pytest

from engine.rules import commands as cmd
from tests.engine.rules.conftest import table
from tests.support.table import Table

CHOOSE = "q: {role: a, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: t, text: 错, trap: t}, {id: p, text: 平, set: {x: front}, give: {k: b}, tell: {b: 听着}}]}"
SELECT = "q: {role: a, kind: select, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: q, text: 也对, right: true, fact: g}, {id: t, text: 错, trap: t}, {id: o, text: 否}]}"
ORDER = "q: {role: a, kind: order, ask: 排, fact: f, items: [{id: i1, text: 一}, {id: i2, text: 二}, {id: i3, text: 三}]}"
MATCH = "q: {role: a, kind: match, ask: 连, fact: f, trap: u, pairs: [{id: p1, left: 左一, right: 右一}, {id: p2, left: 左二, right: 右二}]}"
ENTER = (
    "q: {role: a, kind: enter, ask: 填, fact: f, accept: [王会长, 1938年], trap: {t: [社联主席]}}"
)
READ = "q: {role: a, kind: read, ask: 读, story: 只给你看。}"
SEARCH = "q: {role: a, kind: search, ask: 找, points: 2, spots: [{id: s1, text: 抽屉, card: k}, {id: s2, text: 书架}, {id: s3, text: 楼梯, card: l}]}"
HAND = "q: {role: a, kind: hand, ask: 交, card: k, to: b}"
REFLECT = "q: {role: a, kind: reflect, ask: 写}"


@pytest.mark.parametrize(
    ("task", "answer", "verdict", "done"),
    [
        (CHOOSE, "r", "right", True),
        (CHOOSE, "p", "plain", True),
        (CHOOSE, "t", "trap", False),
        (SELECT, "r,q", "right", True),
        (SELECT, "q,r", "right", True),
        (SELECT, "r", "missed", False),
        (SELECT, "r,q,o", "missed", False),
        (SELECT, "r,q,t", "trap", False),
        (ORDER, "i1,i2,i3", "right", True),
        (ORDER, "i2,i1,i3", "missed", False),
        (MATCH, "p1=p1,p2=p2", "right", True),
        (MATCH, "p2=p2,p1=p1", "right", True),
        (MATCH, "p1=p2,p2=p1", "trap", True),
        (ENTER, "王会长", "right", True),
        (ENTER, " 王 会长 ", "right", True),
        (ENTER, "一九三八年", "right", True),
        (ENTER, "1938年", "right", True),
        (ENTER, "社联主席", "trap", False),
        (ENTER, "李会长", "missed", False),
        (READ, "", "confirmed", True),
        (SEARCH, "", "confirmed", True),
        (SEARCH, "s1", "found", False),
        (SEARCH, "s1,s2", "found", True),
        (REFLECT, "懂了。", "confirmed", True),
    ],
)
def test_an_answer_amounts_to(task: str, answer: str, verdict: str, done: bool) -> None:
    played = table(task).play(f"q={answer}")
    answered = [r.event for r in played.records if r.event.__struct_config__.tag == "task.answered"]
    assert (answered[-1].verdict, answered[-1].done) == (verdict, done)  # type: ignore[union-attr]
    assert (played.at == "z") == done


@pytest.mark.parametrize(
    ("task", "answer", "code"),
    [
        (CHOOSE, (), "one_choice"),
        (CHOOSE, ("r", "p"), "one_choice"),
        (CHOOSE, ("nope",), "unknown_choice"),
        (SELECT, (), "some_choices"),
        (SELECT, ("r", "r"), "some_choices"),
        (SELECT, ("r", "nope"), "unknown_choice"),
        (ORDER, ("i1", "i2"), "whole_order"),
        (ORDER, ("i1", "i2", "i2"), "whole_order"),
        (MATCH, ("p1=p1",), "whole_match"),
        (MATCH, ("p1=p1", "p2=p1"), "whole_match"),
        (MATCH, ("p1", "p2"), "whole_match"),
        (ENTER, (), "empty_text"),
        (ENTER, ("  ",), "empty_text"),
        (ENTER, ("长" * 101,), "long_text"),
        (READ, ("x",), "only_confirm"),
        (SEARCH, ("s1", "s2", "s3"), "no_points"),
        (SEARCH, ("nope",), "unknown_choice"),
        (SEARCH, ("s1", "s1"), "spot_again"),
        (HAND, (), "card_not_held"),
        (REFLECT, ("",), "empty_text"),
        (REFLECT, ("长" * 501,), "long_text"),
    ],
)
def test_what_is_no_answer_is_refused(task: str, answer: tuple[str, ...], code: str) -> None:
    played = table(task)
    with played.refused(code):
        played.do(cmd.Submit, "s1", task="q", answer=answer)


def test_effects_of_a_choice_happen() -> None:
    state = table(CHOOSE).play("q=p").state
    assert state.vars["x"] == "front"
    assert state.holders == {"k": ("b",)}
    assert len(state.told) == 1


def test_a_search_goes_on_until_its_points_are_spent() -> None:
    played = table(SEARCH).play("q=s1")
    assert played.state.holders == {"k": ("a",)}
    with played.refused("spot_again"):
        played.move("q=s1")
    played.play("q=s3")
    assert played.at == "z"
    assert played.state.holders == {"k": ("a",), "l": ("a",)}


def test_a_card_is_handed_over_by_the_task_or_by_hand() -> None:
    for move in ("q=", "hand=k>b"):
        played = table(HAND).play("give-k=k", move)
        assert played.state.holders == {"k": ("b",)}
        assert played.at == "z"


def test_handing_a_card_freely() -> None:
    played = table(READ).play("give-k=k", "hand=k>b")
    assert played.state.holders == {"k": ("b",)}
    with played.refused("card_not_held"):
        played.do(cmd.HandCard, "s1", card="k", to="c")
    with played.refused("hand_to_self"):
        played.do(cmd.HandCard, "s2", card="k", to="b")
    with played.refused("unknown_role"):
        played.do(cmd.HandCard, "s2", card="k", to="nobody")


def test_order_and_match_are_shuffled_by_the_seed_and_never_right_at_once() -> None:
    for task in (ORDER, MATCH):
        orders = set()
        for seed in range(12):
            played = Table(table(task).scenario, seed=str(seed))
            assert played.state.scene is not None
            shuffled = played.state.scene.tasks["q"].shuffled
            assert shuffled not in {("i1", "i2", "i3"), ("p1", "p2")}
            orders.add(shuffled)
        assert len(orders) > 1 or task is MATCH


VOTE = "q: {role: all, kind: vote, ask: 投, RULE, choices: [{id: y, text: 是, set: {x: front}}, {id: n, text: 否}, {id: t, text: 错, trap: TRAP}]}"


def vote(rule: str, trap: str = "u") -> Table:
    return table(VOTE.replace("RULE", rule).replace("TRAP", trap))


@pytest.mark.parametrize(
    ("rule", "votes", "decided"),
    [
        ("rule: majority", "yyn", "y"),
        ("rule: majority", "nny", "n"),
        ("rule: majority", "ynt", ""),
        ("rule: majority, tie: n", "ynt", "n"),
        ("rule: unanimous", "yyn", ""),
        ("rule: unanimous", "yyy", "y"),
        ("rule: unanimous, tie: n", "yyn", "n"),
    ],
)
def test_a_vote_falls(rule: str, votes: str, decided: str) -> None:
    played = vote(rule).play(*(f"{role}:q={v}" for role, v in zip("abc", votes, strict=True)))
    assert played.at == ("z" if decided else "one")
    assert (played.state.vars["x"] == "front") == (decided == "y")
    if not decided:
        assert "vote.tied" in played.tags()
        played.play("a:q=y", "b:q=y", "c:q=y")
        assert played.at == "z"


def test_a_team_votes_itself_into_a_trap_and_nobody_is_held() -> None:
    played = vote("rule: majority", trap="t").play("a:q=t", "b:q=t", "c:q=t")
    assert played.state.sprung == {"t": 1}
    assert played.state.vars["m"] == 1
    assert not played.state.holds
    assert played.at == "one"
    assert vote("rule: majority").play("a:q=t", "b:q=t", "c:q=t").at == "z"


def test_a_vote_counts_once() -> None:
    played = vote("rule: majority").play("a:q=y")
    with played.refused("done_already"):
        played.do(cmd.Submit, "s1", task="q", answer=("n",))


def test_a_discussion_lasts_at_least_so_long_and_needs_everybody() -> None:
    played = table("q: {role: [a, b], kind: discuss, ask: 谈, at_least: 60s}")
    with played.refused("too_early"):
        played.do(cmd.Submit, "s1", task="q")
    with played.refused("not_your_task"):
        played.do(cmd.Submit, "s3", task="q")
    played.advance(60_000)
    played.do(cmd.Submit, "s1", task="q")
    assert played.at == "one"
    played.do(cmd.Submit, "s2", task="q")
    assert played.at == "z"


def test_speakers_take_their_turns() -> None:
    played = table("q: {role: all, kind: speak, ask: 说}")
    assert played.state.scene is not None
    order = played.state.scene.tasks["q"].order
    assert sorted(order) == ["a", "b", "c"]
    seats = [played.seats_of(role)[0] for role in order]
    with played.refused("not_your_turn"):
        played.do(cmd.Submit, seats[1], task="q")
    for seat in seats:
        played.do(cmd.Submit, seat, task="q")
    assert played.at == "z"


def test_each_for_themselves_and_whoever_comes_first() -> None:
    played = table("q: {role: all, kind: read, ask: 读, story: 文}")
    played.play("a:q=", "b:q=")
    assert played.at == "one"
    with played.refused("done_already"):
        played.do(cmd.Submit, "s1", task="q")
    assert played.play("c:q=").at == "z"
    first = table("q: {role: any, kind: read, ask: 读, story: 文}")
    first.do(cmd.Submit, "s3", task="q")
    assert first.at == "z"


def test_a_hint_costs_once() -> None:
    played = table(
        "q: {role: a, ask: 问, hint: {text: 想想, cost: {m: +1}}, choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]}"
    )
    played.do(cmd.TakeHint, "s1", task="q")
    played.do(cmd.TakeHint, "s1", task="q")
    assert played.state.vars["m"] == 1
    with played.refused("not_your_task"):
        played.do(cmd.TakeHint, "s2", task="q")
    with played.refused("no_hint"):
        played.do(cmd.TakeHint, "s1", task="use-t")


def test_a_shared_role_needs_only_one_of_its_seats() -> None:
    played = Table(
        table("q: {role: c, kind: read, ask: 读, story: 文}").scenario,
        seats={"a": 1, "b": 1, "c": 2},
    )
    played.do(cmd.Submit, "s4", task="q")
    assert played.at == "z"
