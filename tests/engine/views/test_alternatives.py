"""Tasks that guards choose between: which of them comes is told when it comes, not before."""

from __future__ import annotations

from engine.rules import commands as cmd
from engine.views.seat import RunViews
from engine.views.team import tally_of
from tests.engine.rules.conftest import script
from tests.support.table import Table

WAYS = """
q: {role: a, ask: 走哪条, choices: [{id: r, text: 小路, set: {w: true}}, {id: o, text: 大路}]}
small: {role: b, if: w, after: [q], kind: read, ask: 小路上, story: 静得很。}
large: {role: b, if: not w, after: [q], kind: read, ask: 大路上, story: 尘土扬起来了。}
then: {role: b, after: [q], kind: read, ask: 无论哪条, story: 天快亮了。}
"""


def named(table: Table) -> list[str]:
    parts = RunViews(table.scenario).seat(table.state, "s2", {}, "zh")
    return [task.id for task in parts.tasks if task.id in ("small", "large", "then")]


def test_one_locked_task_stands_for_those_that_guards_choose_between() -> None:
    table = Table(script(WAYS))
    assert named(table) == ["small", "then"]
    before = tally_of(table.scenario, table.state)
    table.do(cmd.Submit, "s1", task="q", answer=("o",))
    assert named(table) == ["large", "then"]
    after = tally_of(table.scenario, table.state)
    assert after.total["b"] == before.total["b"]
    assert after.needed == before.needed


def test_views_kept_from_before_come_to_the_same() -> None:
    table = Table(script(WAYS))
    views = RunViews(table.scenario)
    views.seat(table.state, "s2", {}, "zh")
    table.do(cmd.Submit, "s1", task="q", answer=("r",))
    kept, fresh = (
        one.seat(table.state, "s2", {}, "zh") for one in (views, RunViews(table.scenario))
    )
    assert kept == fresh
    assert kept.team[1].total == tally_of(table.scenario, table.state).total["b"]
