"""`watch: true`: whoever has nothing to do sees a teammate's question, without its options."""

from __future__ import annotations

from typing import Any

from engine.proof.explore import explore
from engine.proof.fairness import fairness
from engine.proof.sight import sight
from engine.rules import commands as cmd
from engine.views.parts.task_parts import WatchedTask
from engine.views.seat import RunViews
from tests.engine.rules.conftest import script
from tests.support.secrets import secrets_of
from tests.support.table import Table
from web.pages.render import render_parts

ASK = "巡捕要来了，文件往哪里放才好？"
WATCHED = f"""
q: {{role: a, watch: true, ask: {ASK}, choices: [{{id: r, text: 花盆底下, right: true, fact: f}}, {{id: o, text: 写字台里, trap: t}}]}}
own: {{role: b, kind: read, ask: 自己的一项, story: 还有一项。}}
"""


def tasks(views: RunViews, table: Table, seat: str) -> dict[str, Any]:
    return {task.id: task for task in views.seat(table.state, seat, {}, "zh").tasks}


def test_who_has_nothing_to_do_sees_what_is_asked_and_nothing_to_choose() -> None:
    table = Table(script(WATCHED))
    views = RunViews(table.scenario)
    watched = tasks(views, table, "s3")["q"]
    assert isinstance(watched, WatchedTask)
    assert (watched.ask, watched.by, watched.mine, watched.state) == (
        ASK,
        ("甲",),
        False,
        "watched",
    )
    html = render_parts("seat", {"tasks": (watched,)})["tasks"]
    assert ASK in html
    assert "甲在想这个" in html
    assert "花盆" not in html
    assert "<form" not in html
    assert ASK not in secrets_of(table.scenario, table.state, "s3")
    assert ASK in secrets_of(table.scenario, table.state, "")


def test_who_has_something_to_do_sees_it_once_that_is_done() -> None:
    table = Table(script(WATCHED))
    views = RunViews(table.scenario)
    assert "q" not in tasks(views, table, "s2")
    table.do(cmd.Submit, "s2", task="own")
    assert tasks(views, table, "s2")["q"].state == "watched"
    table.do(cmd.Submit, "s1", task="q", answer=("r",))
    assert "q" not in tasks(views, table, "s2")


def test_it_changes_nothing_but_who_is_idle() -> None:
    without, with_ = script(WATCHED.replace("watch: true, ", "")), script(WATCHED)
    plain, watched = explore(without), explore(with_)
    assert (len(plain.nodes), plain.moves) == (len(watched.nodes), watched.moves)
    before, after = fairness(without), fairness(with_)
    assert before.seconds == after.seconds
    assert after.roles["c"].idle_s < before.roles["c"].idle_s
    assert after.roles["a"] == before.roles["a"]


def test_the_question_counts_as_seen_by_who_may_have_watched() -> None:
    table = Table(script(WATCHED))
    assert ASK in [seen.text for seen in sight(table.scenario, table.state, "b")]
    assert ASK not in [seen.text for seen in sight(table.scenario, table.state, "a")]
