"""A card is shown to a teammate: they read it until the scene is over, and it stays where it is."""

from __future__ import annotations

import pytest

from engine.errors import ScenarioError
from engine.proof.divergence import first_difference
from engine.rules import commands as cmd
from engine.rules import events as ev
from engine.views.parts.seat_parts import Card, SeatView
from engine.views.seat import RunViews
from tests.engine.rules.conftest import HEAD, script
from tests.support.secrets import secrets_of
from tests.support.table import Table
from web.pages.render import render_parts

TEXT = "来人说要找的是王会长，不是王先生。"
HEAD_ = HEAD.replace("卡一的正文。", TEXT)
TASKS = "q: {role: a, kind: read, ask: 读, story: 文}"


@pytest.fixture
def table() -> Table:
    return Table(script(TASKS, head=HEAD_)).play("use-t=r", "give-k=k")


def seen(table: Table, seat: str) -> tuple[Card, ...]:
    return RunViews(table.scenario).seat(table.state, seat, {"s1": "张伟"}, "zh").cards


def page(table: Table, seat: str) -> str:
    parts: SeatView = RunViews(table.scenario).seat(table.state, seat, {}, "zh")
    return "".join(
        render_parts(
            "seat", {"cards": parts.cards, "notice": parts.notice, "me": parts.me}
        ).values()
    )


def test_who_is_shown_it_reads_it_and_who_shows_it_keeps_it(table: Table) -> None:
    assert TEXT in secrets_of(table.scenario, table.state, "s2")
    (event,) = table.do(cmd.ShowCard, "s1", card="k", to="b")
    assert isinstance(event, ev.CardShown)
    assert table.state.holders["k"] == ("a",)
    (card,) = seen(table, "s2")
    assert (card.shown_by, card.text, card.to) == ("甲", TEXT, ())
    assert seen(table, "s3") == ()
    assert TEXT not in secrets_of(table.scenario, table.state, "s2")
    assert TEXT in secrets_of(table.scenario, table.state, "s3")
    assert "甲给您看一张卡片：卡一" in page(table, "s2")
    assert "甲给您看的" in page(table, "s2")
    assert "您给乙看了“卡一”" in page(table, "s1")


def test_it_goes_when_the_scene_is_over(table: Table) -> None:
    table.do(cmd.ShowCard, "s1", card="k", to="b")
    table.play("q=")
    assert table.at == "z"
    assert seen(table, "s2") == ()
    assert TEXT in secrets_of(table.scenario, table.state, "s2")


def test_a_detour_and_handing_it_on_leave_it_in_sight(table: Table) -> None:
    table.do(cmd.ShowCard, "s1", card="k", to="b")
    table.play("use-d=w")
    assert table.at == "side"
    assert [card.shown_by for card in seen(table, "s2")] == ["甲"]
    table.play("hand=k>c")
    assert [card.shown_by for card in seen(table, "s2")] == ["甲"]
    table.play("hand=k>b")
    (held,) = seen(table, "s2")
    assert not held.shown_by
    assert held.to


def test_nobody_shows_what_they_don_t_hold_and_twice_is_once(table: Table) -> None:
    with table.refused("card_not_held"):
        table.do(cmd.ShowCard, "s2", card="k", to="c")
    with table.refused("hand_to_self"):
        table.do(cmd.ShowCard, "s1", card="k", to="a")
    with table.refused("unknown_role"):
        table.do(cmd.ShowCard, "s1", card="k", to="nobody")
    table.do(cmd.ShowCard, "s1", card="k", to="b")
    assert table.do(cmd.ShowCard, "s1", card="k", to="b") == ()
    with table.refused("card_not_held"):
        table.do(cmd.ShowCard, "s2", card="k", to="c")
    table.desk(cmd.Pause)
    with table.refused("paused"):
        table.do(cmd.ShowCard, "s1", card="k", to="c")


def test_it_opens_nothing_that_takes_the_card(table: Table) -> None:
    needs = TASKS + "\ng: {role: b, kind: hand, ask: 交, card: k, to: c}"
    played = Table(script(needs, head=HEAD_)).play("give-k=k")
    played.do(cmd.ShowCard, "s1", card="k", to="b")
    assert played.state.holders["k"] == ("a",)


def test_an_author_s_test_shows_a_card_and_a_task_may_have_that_name(table: Table) -> None:
    assert table.play("show=k>b").state.shown
    text = "tests: [{name: 看, play: [give-k=k, show=k>b], expect: {scene: one}}]"
    base = HEAD_.strip("\n")
    ok = script(TASKS, head=f"{base}\n{text}")
    assert ok.tests[0].play[1] == "show=k>b"
    with pytest.raises(ScenarioError):
        script(TASKS, head=f"{base}\n{text.replace('k>b', 'nope>b')}")
    named = script("show: {role: a, kind: read, ask: 读, story: 文}")
    assert Table(named).play("show=").at == "z"


def test_a_log_with_it_is_played_again(table: Table) -> None:
    table.play("show=k>b")
    assert first_difference(table.scenario, table.records) is None
