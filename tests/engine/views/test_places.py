"""`places`: two at once; each sees its own, the other learns what is sent, the wall shows both."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from engine.author.terminal import Seats, show
from engine.errors import ScenarioError
from engine.proof.explore import explore
from engine.proof.fairness import fairness
from engine.proof.graph import dot
from engine.proof.prove import prove
from engine.proof.sight import sight
from engine.rules import commands as cmd
from engine.scenario.model import Scenario
from engine.scenario.strings import strings_of
from engine.views.seat import RunViews
from tests.engine.rules.conftest import script
from tests.support.parts import SentViews
from tests.support.screens import Evening
from tests.support.scripts import compile_text
from tests.support.table import Table

UP, DOWN = "桌上摊着一沓文件，窗帘拉着。", "路灯底下站着一个不认识的人。"
PLACES = f"""
places:
  up: {{title: 楼上, roles: [a], story: {UP}, picture: up.svg}}
  down: {{title: 街口, roles: [b, c], story: {DOWN}}}
"""
TASKS = """
look: {role: b, ask: 他在看哪里？, watch: true, choices: [{id: r, text: 窗户, right: true, fact: f, give: {l: b}}, {id: o, text: 墙上的钟, give: {l: b}}]}
send: {role: b, kind: hand, after: [look], ask: 送上楼, card: l, to: a}
burn: {role: a, after: [send], ask: 先收哪一样？, choices: [{id: r, text: 文件, right: true, fact: f}, {id: o, text: 茶杯}]}
hear: {role: a, kind: relay, from: c, text: 街口的人走了，往南去了。, ask: 往哪里去了？, choices: [{id: r, text: 往南, right: true, fact: f}, {id: o, text: 往北}]}
poll: {role: [b, c], kind: vote, ask: 追不追？, choices: [{id: y, text: 追上去看看}, {id: n, text: 留在这里}]}
"""


def apart(tasks: str = TASKS, places: str = PLACES, **more: str) -> Scenario:
    return script(tasks, extra=places, **more)


def test_a_phone_shows_its_own_place_and_wall_and_desk_both() -> None:
    evening = Evening(apart())
    up, down = evening.phone("s1").text, evening.phone("s3").text
    assert UP in up
    assert DOWN not in up
    assert DOWN in down
    assert UP not in down
    assert "在这里的：乙、丙" in down
    for screen in (evening.wall, evening.desk):
        assert UP in screen.text
        assert DOWN in screen.text
    assert not Evening(apart(places="")).wall.has("//*[is('wall-places')]")


def test_who_acts_for_somebody_elsewhere_sees_there_too() -> None:
    table = Table(apart()).play("leave=a")
    (first, second) = SentViews(table.scenario).seat(table.state, "s2", {})["scene"]["places"]
    assert [first["title"], second["title"]] == ["楼上", "街口"]


def test_only_what_is_sent_comes_over() -> None:
    table = Table(apart())
    views = RunViews(table.scenario)
    shown = {
        seat: {task.id for task in views.seat(table.state, seat, {}).tasks}
        for seat in table.state.seats
    }
    assert "look" not in shown["s1"]
    table.play("look=r", "b:poll=y", "c:poll=y")
    assert "追上去看看" in str(views.seat(table.state, "s2", {}).notice)
    assert "追上去看看" not in str(views.seat(table.state, "s1", {}).notice)
    with table.refused("elsewhere"):
        table.do(cmd.ShowCard, "s2", card="l", to="a")
    (card,) = views.seat(table.state, "s2", {}).cards
    assert card.apart == ("a",)
    assert {one.id for one in card.to} == {"a", "c"}
    assert table.do(cmd.ShowCard, "s2", card="l", to="c")
    table.play("send=", "burn=r", "hear=r")
    assert table.at == "z"
    assert "追上去看看" in str(views.seat(table.state, "s1", {}).notice)


def test_who_is_there_thinks_along_and_nobody_else() -> None:
    voted = "ask: 追不追？, choices: [{id: y, text: 追上去看看}, {id: n, text: 留在这里}]"
    alone = TASKS.replace("[b, c], kind: vote", "c, kind: read, story: 文").replace(
        voted, "ask: 看"
    )
    table = Table(apart(alone))
    table.play("poll=", "hear=r")
    views = RunViews(table.scenario)
    assert "look" in {task.id for task in views.seat(table.state, "s3", {}).tasks}
    asked = [seen.text for seen in sight(table.scenario, table.state, "c")]
    assert "他在看哪里？" in asked
    assert "他在看哪里？" not in [seen.text for seen in sight(table.scenario, table.state, "a")]


def test_to_the_proof_it_is_a_scene() -> None:
    plain, two = apart(places=""), apart()
    assert len(explore(plain).nodes) == len(explore(two).nodes)
    assert prove(two).sound == prove(plain).sound
    assert fairness(two).roles["a"].chars == fairness(plain).roles["a"].chars + len(UP)


BARE = """
format: 1
id: bare
title: 两处
summary: 两处。
minutes: 3
roles: {a: {name: 甲, brief: 甲。}, b: {name: 乙, brief: 乙。}}
start: one
scenes:
  one:
    title: 一幕
    story: 文。
    places: {up: {title: 楼上, roles: [a]}, down: {title: 楼下, roles: [b]}}
    tasks:
TASKS
    next: [end]
  end: {ending: good, title: 好, story: 好。}
"""


def chained(length: int) -> int:
    """How many nodes two chains of so many questions are, one in each place."""
    ask = "ask: 问, choices: [{id: y, text: 是}, {id: n, text: 否}]"
    lines = [
        f"      {role}{n}: {{role: {role}, {f'after: [{role}{n - 1}], ' if n else ''}{ask}}}"
        for role in "ab"
        for n in range(length)
    ]
    return len(explore(compile_text(BARE.replace("TASKS", "\n".join(lines)))).nodes)


def test_places_commute() -> None:
    """Their nodes add up, and don't multiply."""
    assert [chained(length) for length in (2, 4, 8)] == [5, 9, 17]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("roles: [b, c]", "roles: [b]", "SC446"), ("roles: [b, c]", "roles: [a, b, c]", "SC446"),
     ("  up: ", "  mid: {title: 楼梯, roles: [c]}\n  up: ", "SC445")],
)  # fmt: skip
def test_what_is_wrong_with_the_places_is_told(old: str, new: str, code: str) -> None:
    with pytest.raises(ScenarioError) as found:
        apart(places=PLACES.replace(old, new))
    assert code in {issue.code for issue in found.value.issues}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("role: [b, c], kind: vote", "role: all, kind: vote", "SC448"),
     ("burn: {role: a, after: [send]", "burn: {role: a, after: [look]", "SC449")],
)  # fmt: skip
def test_what_is_done_or_waited_for_across_is_told(old: str, new: str, code: str) -> None:
    with pytest.raises(ScenarioError) as found:
        apart(TASKS.replace(old, new))
    assert [issue.code for issue in found.value.issues] == [code]
    with pytest.raises(ScenarioError) as found:
        apart(barrier="any")
    assert "SC447" in {issue.code for issue in found.value.issues}


def test_whoever_draws_or_plays_a_script_at_a_terminal_sees_who_is_where() -> None:
    assert "乙（街口）" in dot(apart())
    out = Console(record=True, width=100, file=io.StringIO())
    show(Seats(apart(), lambda *_: None), out)
    told = out.export_text()
    assert "街口" in told
    assert DOWN in told


def test_places_are_translated() -> None:
    assert {"scenes.one.places.up.title", "scenes.one.places.up.story"} <= strings_of(
        apart()
    ).keys()
