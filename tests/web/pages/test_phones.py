"""What a phone says of what its holder did, and what it doesn't say."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rules import commands as cmd
from tests.engine.rules.conftest import script
from tests.engine.rules.test_feedback import WRONG
from tests.support.screens import NAMES, Evening


@pytest.mark.parametrize("then", ["the end", "the debrief", "closed"])
def test_nobody_is_said_to_be_ready_once_it_is_over(then: str) -> None:
    evening = Evening(started=False)
    for team in evening.teams:
        for seat in NAMES:
            team.do(cmd.GetReady, seat)
    assert evening.phone().has("//*[is('team')]", "已准备")
    evening.all(cmd.Start)
    evening.to_the_end()
    if then == "the debrief":
        evening.debrief()
    elif then == "closed":
        evening.all(cmd.Close)
    for screen in (evening.phone(), evening.desk, evening.wall):
        assert "已准备" not in screen.text


ENTERED = {
    "select": ("//input[@checked]/@value", ["p", "r"]),
    "choose": ("//input[@checked]/@value", ["x"]),
    "order": ("//li/@data-item", ["p", "r", "q"]),
    "match": ("//option[@selected]/@value", ["p", "r", "q"]),
    "enter": ("//input/@value", ["八月"]),
}
"""Where a form holds what was entered, and what that is."""


@pytest.mark.parametrize("kind", ENTERED)
def test_a_wrong_answer_stays_in_its_form_and_why_stands_above_the_button(kind: str) -> None:
    tasks, answer = WRONG[kind]
    evening = Evening(script(tasks))
    evening.one.play(f"w={answer}", "wait=30s")
    shown = evening.phone("s1")
    (form,) = shown.html.xpath("//*[@data-task='w']//fieldset")
    assert [child.get("class") for child in form][-2:] == ["missed", "primary"]
    path, entered = ENTERED[kind]
    assert form.xpath(f".{path}") == entered
    assert kind in ("order", "match") or "试过了" in shown.text


def test_a_belief_let_pass_wears_no_tick() -> None:
    evening = Evening()
    evening.one.play("use-u=w")
    shown = evening.phone("s1")
    assert shown.has("//*[is('task')][@data-task='use-u']//*[is('not-believed')]", "记错了")
    assert not shown.has("//*[is('task')][@data-task='use-u']//*[is('done-note')]", "完成")


def test_the_last_to_answer_sees_what_came_of_it_in_the_next_scene() -> None:
    evening = Evening()
    evening.one.play("q=r")
    shown = evening.phone("s2")
    assert shown.has("//*[@data-scene='z']")
    assert shown.has("//*[is('last')][is('good')]", "已完成")
    assert shown.has("//*[is('last')]//*[is('learnt')]", "史实二")


def test_an_empty_spot_and_a_tie_are_told() -> None:
    empty = "look: {role: a, kind: search, ask: 找, points: 3, spots: [{id: s, text: 抽屉, card: k}, {id: n, text: 床下}, {id: o, text: 门后}]}"
    searched = Evening(script(empty))
    searched.one.play("look=n", "look=s")
    assert searched.phone("s1").has("//*[is('spots')]//*[is('found')]", "床下这里没有")
    assert searched.phone("s1").has("//*[is('spots')]//*[is('found')]", "抽屉找到：卡一")
    vote = "v: {role: all, kind: vote, rule: unanimous, ask: 去哪, choices: [{id: i, text: 东}, {id: o, text: 西}]}"
    tied = Evening(script(vote))
    tied.one.play("a:v=i", "b:v=o", "c:v=o")
    assert tied.phone("s1").has("//*[is('tally-list')]", "东1票西2票")
    assert tied.phone("s1").has("//*[is('option')]", "东您上一轮投的")


def test_who_helped_is_named() -> None:
    evening = Evening()
    evening.one.play("use-t=w")
    evening.one.do(cmd.TryRescue, "s2", answer=("y",))
    assert evening.phone("s1").has("//*[is('notice')]", "王芳（乙）拉了您一把")
    assert evening.phone("s3").has("//*[is('notice')]", "王芳（乙）把张伟（甲）拉了回来")
    assert evening.phone("s2").has("//*[is('last')][is('good')]", "您拉了张伟一把")


def test_nothing_is_struck_through() -> None:
    """A line through a text hides the strokes that lie along it: 一 in 一大."""
    for file in Path("web/static").glob("*.css"):
        assert "line-through" not in file.read_text(encoding="utf-8"), file.name
    for file in Path("web/templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not [tag for tag in ("<s>", "<del", "<strike") if tag in text], file.name
