"""What is scarce: a price that is seen before it is paid, a card that is handed on once."""

from __future__ import annotations

from engine.proof.prove import prove
from engine.rules import commands as cmd
from engine.rules.codec import encode_event
from engine.rules.events import CardHanded, VarSet
from engine.views.seat import RunViews
from tests.engine.rules.conftest import HEAD, script, table
from tests.support.table import Table

DEAR = """
earn: {role: b, ask: 挣, choices: [{id: r, text: 挣, set: {m: +2}}, {id: o, text: 歇}]}
boat: {role: a, ask: 走, choices: [{id: walk, text: 走路}, {id: hire, text: 雇船, cost: {m: -2}, set: {w: true}}]}
"""
ONCE = HEAD.replace("text: 卡一的正文。, fact: f}", "text: 卡一的正文。, once: true}")
READ = "q: {role: a, kind: read, ask: 读, story: 文}"


def offered(played: Table, seat: str = "s1", task: str = "boat") -> dict[str, object]:
    """What a seat is shown of each choice: (what it costs, why it can't be taken)."""
    view = RunViews(played.scenario).seat(played.state, seat, {})
    part = next(one for one in view.tasks if one.id == task)
    return {one.text: (one.costs or (), one.closed or "") for one in part.choices}  # type: ignore[union-attr]


def test_a_choice_that_cannot_be_paid_for_is_shown_with_its_price_and_refused() -> None:
    played = table(DEAR)
    assert offered(played) == {"走路": ((), ""), "雇船": (("疏漏 -2",), "dear")}
    with played.refused("not_offered"):
        played.play("boat=hire")


def test_it_is_offered_once_a_teammate_has_brought_in_enough_and_is_paid_first() -> None:
    played = table(DEAR).play("earn=r")
    assert offered(played)["雇船"] == (("疏漏 -2",), "")
    before = played.state.seq
    played.play("boat=hire")
    sets = [r.event for r in played.records if r.seq > before and isinstance(r.event, VarSet)]
    assert [(event.var, event.value) for event in sets] == [("m", 0), ("w", True)]


CLOSES = """
papers: {role: b, ask: 文件, choices: [{id: burn, text: 烧掉, set: {w: true}}, {id: keep, text: 留着}]}
bag: {role: a, ask: 带什么, choices: [{id: none, text: 空手}, {id: take, text: 带文件, if: not w}]}
"""


def test_what_one_takes_closes_what_another_has_before_them() -> None:
    played = table(CLOSES)
    assert offered(played, task="bag") == {"空手": ((), ""), "带文件": ((), "")}
    played.play("papers=burn")
    assert offered(played, task="bag")["带文件"] == ((), "shut")
    with played.refused("not_offered"):
        played.play("bag=take")


def test_a_phone_that_was_shown_it_before_is_shown_that_it_closed() -> None:
    played = table(CLOSES)
    views = RunViews(played.scenario)
    views.seat(played.state, "s1", {})
    played.play("papers=burn")
    part = next(one for one in views.seat(played.state, "s1", {}).tasks if one.id == "bag")
    assert [one.closed for one in part.choices if one.closed] == ["shut"]  # type: ignore[union-attr]


def test_a_vote_branches_by_what_it_falls_on() -> None:
    vote = """
v: {role: [a, b], kind: vote, ask: 投, tie: n, choices: [{id: y, text: 是, set: {w: true}}, {id: n, text: 否}]}
then: {role: a, after: [v], if: w, kind: read, ask: 读, story: 文}
"""
    assert table(vote).play("a:v=y", "b:v=y").status("then") == "open"
    assert table(vote).play("a:v=y", "b:v=n").at == "z"


def test_what_a_stand_in_takes_costs_nothing() -> None:
    priced = "boat: {role: a, ask: 走, choices: [{id: hire, text: 雇船, right: true, fact: f, cost: {m: +1}}, {id: walk, text: 走路, right: true, fact: f}]}"
    head = HEAD.replace("then: share", "then: stand_in")
    played = Table(script(priced, head=head), seats={"b": 1})
    played.advance(120_000)
    assert played.state.vars["m"] == 0
    assert "one.boat" in played.state.done


def test_a_card_is_handed_on_once_and_stays() -> None:
    played = table(READ, head=ONCE).play("give-k=k", "hand=k>b")
    assert played.state.holders["k"] == ("b",)
    assert played.state.spent == ("k",)
    with played.refused("card_spent"):
        played.do(cmd.HandCard, "s2", card="k", to="c")
    (card,) = RunViews(played.scenario).seat(played.state, "s2", {}).cards
    assert (card.once, card.to) == ("was", ())


def test_a_card_that_was_shown_is_neither_shown_to_another_nor_handed_on() -> None:
    played = table(READ, head=ONCE).play("give-k=k", "show=k>b", "show=k>b")
    assert played.state.spent == ("k",)
    with played.refused("card_spent"):
        played.do(cmd.ShowCard, "s1", card="k", to="c")
    with played.refused("card_spent"):
        played.do(cmd.HandCard, "s1", card="k", to="c")


def test_a_task_that_asks_for_a_card_gets_it_though_it_was_handed_on() -> None:
    asks = "q: {role: b, kind: hand, ask: 交, card: k, to: c}"
    played = table(asks, head=ONCE).play("give-k=k", "hand=k>b", "q=")
    assert played.state.holders["k"] == ("c",)
    assert played.at == "z"


def test_a_card_that_is_not_scarce_leaves_no_trace_in_log_or_state() -> None:
    played = table(READ).play("give-k=k", "hand=k>b", "hand=k>c")
    handed = [r.event for r in played.records if isinstance(r.event, CardHanded)]
    assert all(b"once" not in encode_event(event) for event in handed)
    assert not played.state.spent


def test_a_trap_behind_a_choice_that_never_opens_is_told_and_so_is_who_asks_for_it() -> None:
    never = """
bag: {role: a, ask: 带什么, choices: [{id: none, text: 空手}, {id: take, text: 带文件, trap: e, if: w and not w}]}
after-it: {role: b, if: trap.e, kind: read, ask: 读, story: 文}
"""
    head = HEAD.replace("absence:", "  e: {belief: 误区四, truth: f, why: 常被混淆}\nabsence:")
    codes = {issue.code for issue in prove(script(never, head=head)).issues}
    assert {"SC618", "SC619"} <= codes
