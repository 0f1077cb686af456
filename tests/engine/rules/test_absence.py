"""Roles that nobody plays, people who go and come back: no absence jams a team."""

from __future__ import annotations

from contextlib import suppress

import pytest

from engine.errors import Rejection
from engine.rules import commands as cmd
from engine.rules.acting import actors, acts_for
from tests.engine.rules.conftest import HEAD, script
from tests.support.parts import SentViews
from tests.support.table import Table

BOTH = """
p: {role: a, kind: read, ask: 读, story: 文}
q: {role: b, ask: 问, choices: [{id: o, text: 否}, {id: r, text: 对, right: true, fact: f}]}
"""


def absent(then: str) -> str:
    return HEAD.replace("then: share}", f"then: {then}}}")


def test_an_empty_role_is_shared_from_the_start() -> None:
    played = Table(script(BOTH), seats={"a": 1, "c": 1})
    assert played.state.covers["b"].how == "share"
    assert acts_for(played.state, "s1") == ("a", "b")
    played.do(cmd.Submit, "s2", task="q", answer=("r",))
    played.do(cmd.Submit, "s1", task="p")
    assert played.at == "z"


def test_away_past_the_grace_is_shared_and_coming_back_ends_it() -> None:
    played = Table(script(BOTH))
    played.do(cmd.GoAway, "s2")
    played.advance(59_999)
    with played.refused("not_your_task"):
        played.do(cmd.Submit, "s1", task="q", answer=("r",))
    played.advance(1)
    assert played.state.covers["b"].how == "share"
    assert actors(played.state, "b") == ("s1", "s3")
    played.do(cmd.ComeBack, "s2")
    assert not played.state.covers
    with played.refused("not_your_task"):
        played.do(cmd.Submit, "s1", task="q", answer=("r",))
    played.do(cmd.Submit, "s2", task="q", answer=("r",))


def test_back_within_the_grace_is_as_if_nothing_had_been() -> None:
    played = Table(script(BOTH)).play("away=b", "wait=59s", "back=b", "wait=1h")
    assert not played.state.covers


def test_a_seat_that_was_left_and_taken_by_another_is_theirs() -> None:
    played = Table(script(BOTH))
    room = played.scenario.roles["b"].seats_max
    played.do(cmd.LeaveSeat, "s2")
    for number in range(room):
        played.do(cmd.TakeSeat, f"s{number + 9}", role="b")
    with played.refused("seat_given"):
        played.do(cmd.ComeBack, "s2")
    played.do(cmd.LeaveSeat, "s9")
    played.do(cmd.ComeBack, "s2")
    assert not played.state.seats["s2"].left, "there is room again"


def test_leaving_takes_effect_at_once_and_can_be_undone() -> None:
    played = Table(script(BOTH)).play("leave=b")
    assert played.state.covers["b"].how == "share"
    with played.refused("left"):
        played.do(cmd.Submit, "s2", task="q", answer=("r",))
    with played.refused("left"):
        played.do(cmd.LeaveSeat, "s2")
    played.play("back=b")
    assert not played.state.covers
    played.do(cmd.Submit, "s2", task="q", answer=("r",))


def test_who_left_sees_no_task_though_some_are_anybodys() -> None:
    played = Table(script(BOTH + "e: {role: any, kind: read, ask: 读, story: 文。}\n"))
    views = SentViews(played.scenario)
    assert "e" in [task["id"] for task in views.seat(played.state, "s2", {})["tasks"]]
    played.play("leave=b")
    assert views.seat(played.state, "s2", {})["tasks"] == []
    assert "e" in [task["id"] for task in views.seat(played.state, "s1", {})["tasks"]]


def test_a_shared_role_is_absent_when_its_last_seat_is_gone() -> None:
    played = Table(script(BOTH), seats={"a": 1, "b": 1, "c": 2})
    played.do(cmd.GoAway, "s3")
    played.advance(3_600_000)
    assert not played.state.covers
    played.do(cmd.GoAway, "s4")
    played.advance(60_000)
    assert list(played.state.covers) == ["c"]


def test_a_stand_in_answers_rightly_after_a_while() -> None:
    played = Table(script(BOTH, head=absent("stand_in")), seats={"a": 1, "c": 1})
    assert played.state.covers["b"].how == "stand_in"
    with played.refused("not_your_task"):
        played.do(cmd.Submit, "s1", task="q", answer=("r",))
    played.advance(8_000)
    assert played.status("q") == "done"
    assert played.play("p=").at == "z"


GROUP = """
v: {role: all, kind: vote, ask: 投, rule: unanimous, choices: [{id: y, text: 是}, {id: n, text: 否}]}
d: {role: all, kind: discuss, ask: 谈, at_least: 60s}
s: {role: all, kind: speak, ask: 说}
o: {role: b, kind: order, ask: 排, fact: f, items: [{id: i1, text: 一}, {id: i2, text: 二}]}
m: {role: b, kind: match, ask: 连, fact: f, pairs: [{id: p1, left: 左, right: 右}, {id: p2, left: 上, right: 下}]}
e: {role: b, kind: enter, ask: 填, fact: f, accept: [七月]}
l: {role: b, kind: select, ask: 选, choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]}
f: {role: b, kind: search, ask: 找, points: 1, spots: [{id: s1, text: 桌}, {id: s2, text: 柜, card: l}]}
h: {role: b, kind: hand, ask: 交, card: l, to: a}
r: {role: b, kind: reflect, ask: 写}
"""


def test_a_stand_in_can_do_every_kind() -> None:
    played = Table(script(GROUP, head=absent("stand_in")), seats={"a": 1, "c": 1})
    played.play("a:v=n", "c:v=n", "a:d=", "c:d=")
    assert played.state.scene is not None
    played.advance(60_000)
    for _ in range(3):
        for role in ("a", "c"):
            with suppress(Rejection):  # not its turn yet, or all have spoken
                played.move(f"{role}:s=")
            played.advance(8_000)
    assert played.at == "z"
    assert played.state.holders == {"l": ("a",)}


def test_under_wait_the_team_waits_and_cannot_start_without() -> None:
    lacking = Table(script(BOTH, head=absent("wait")), seats={"a": 1, "c": 1}, started=False)
    with lacking.refused("role_unfilled"):
        lacking.desk(cmd.Start)
    played = Table(script(BOTH, head=absent("wait"))).play("away=b", "wait=1h")
    assert not played.state.covers
    played.desk(cmd.HandOver, role="b", seat="s1")
    played.play("q=r", "p=")
    assert played.at == "z"


def test_a_role_is_handed_over_and_back() -> None:
    played = Table(script(BOTH))
    played.desk(cmd.HandOver, role="b", seat="s3")
    assert acts_for(played.state, "s3") == ("c", "b")
    assert actors(played.state, "b") == ("s2", "s3")
    with played.refused("own_role"):
        played.desk(cmd.HandOver, role="b", seat="s2")
    with played.refused("unknown_seat"):
        played.desk(cmd.HandOver, role="b", seat="s9")
    with played.refused("unknown_role"):
        played.desk(cmd.HandOver, role="nobody", seat="s1")
    played.play("away=b", "wait=1h")
    assert played.state.covers["b"].how == "seat"
    played.play("back=b")
    assert played.state.covers["b"].how == "seat"
    played.desk(cmd.HandBack, role="b")
    with played.refused("not_covered"):
        played.desk(cmd.HandBack, role="b")


def test_a_hand_over_to_somebody_who_goes_too_ends_in_sharing() -> None:
    played = Table(script(BOTH)).play("away=b")
    played.desk(cmd.HandOver, role="b", seat="s1")
    played.play("away=a", "wait=60s")
    assert {role: cover.how for role, cover in played.state.covers.items()} == {
        "a": "share", "b": "share",
    }  # fmt: skip


def test_handing_back_a_role_that_has_nobody_covers_it_again() -> None:
    played = Table(script(BOTH), seats={"a": 1, "c": 1})
    played.desk(cmd.HandBack, role="b")
    assert played.state.covers["b"].how == "share"


def test_a_latecomer_takes_the_empty_role() -> None:
    played = Table(script(BOTH), seats={"a": 1, "c": 1})
    late = played.seat()
    assert played.state.seats[late].role == "b"
    assert not played.state.covers
    played.do(cmd.Submit, late, task="q", answer=("r",))


def test_the_grace_counts_from_the_start_at_the_earliest() -> None:
    played = Table(script(BOTH), started=False)
    played.do(cmd.GoAway, "s2")
    played.advance(3_600_000)
    played.desk(cmd.Start)
    played.advance(59_999)
    assert not played.state.covers
    played.advance(1)
    assert list(played.state.covers) == ["b"]


@pytest.mark.parametrize("then", ["share", "stand_in"])
def test_everybody_gone_does_not_loop(then: str) -> None:
    played = Table(script(BOTH, head=absent(then))).play("away=a", "away=b", "away=c", "wait=24h")
    assert len(played.state.covers) == 3 or played.state.phase == "ended" or played.at != "one"
    if played.state.phase == "playing":
        played.play("back=a")
        assert actors(played.state, "b") == (("s1",) if then == "share" else ())
