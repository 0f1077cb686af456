"""Unlocking, guards, barriers, time limits, ways out."""

from __future__ import annotations

import pytest

from engine.rules import commands as cmd
from engine.rules.deadlines import next_deadline
from tests.engine.rules.conftest import script, table
from tests.support.table import Table

TWO = """
p: {role: a, kind: read, ask: 读, story: 文}
q: {role: b, after: [p], kind: read, ask: 读, story: 文}
"""


def test_a_task_opens_when_the_teammate_is_done() -> None:
    played = table(TWO)
    assert played.status("q") == "locked"
    with played.refused("locked"):
        played.do(cmd.Submit, "s2", task="q")
    played.move("p=")
    assert played.status("q") == "open"
    with played.refused("done_already"):
        played.do(cmd.Submit, "s1", task="p")
    played.move("q=")
    assert played.at == "z"


def test_a_guard_is_asked_once_when_after_is_met() -> None:
    tasks = """
    p: {role: a, ask: 问, choices: [{id: y, text: 是, set: {w: true}}, {id: n, text: 否}]}
    q: {role: b, after: [p], if: w, kind: read, ask: 读, story: 文}
    r: {role: b, after: [q], kind: read, ask: 读, story: 文}
    """
    played = table(tasks).play("p=n")
    assert (played.status("q"), played.status("r")) == ("out", "open")
    with played.refused("not_here"):
        played.do(cmd.Submit, "s2", task="q")
    assert played.play("r=").at == "z"
    assert table(tasks).play("p=y").status("q") == "open"


@pytest.mark.parametrize(
    ("barrier", "moves", "over"),
    [
        ("all", "p=", False),
        ("all", "p= q=", True),
        ("any", "q=", True),
        ("{count: 2}", "p=", False),
        ("{count: 2}", "p= r=", True),
        ("[q]", "p= r=", False),
        ("[q]", "q=", True),
    ],
)
def test_a_barrier_opens(barrier: str, moves: str, over: bool) -> None:
    three = """
    p: {role: a, kind: read, ask: 读, story: 文}
    q: {role: b, kind: read, ask: 读, story: 文}
    r: {role: c, kind: read, ask: 读, story: 文, optional: OPTIONAL}
    """.replace("OPTIONAL", "true" if barrier == "all" else "false")
    played = table(three, barrier=barrier).play(*moves.split())
    assert (played.at == "z") == over


def test_the_first_way_out_whose_guard_holds_is_taken() -> None:
    played = table(
        "p: {role: a, ask: 问, choices: [{id: y, text: 是, set: {w: true}}, {id: n, text: 否}]}"
    )
    assert played.play("p=y").at == "z"


def test_time_runs_out_at_its_own_instant() -> None:
    played = Table(script(TWO, extra="time: {limit: 5m, then: late}"))
    due = next_deadline(played.scenario, played.state)
    assert due is not None
    assert due.at_ms == played.now_ms + 300_000
    played.advance(299_999)
    assert played.at == "one"
    played.advance(1)
    assert played.at == "late"
    timed_out = [
        r.event for r in played.records if r.event.__struct_config__.tag == "scene.timed_out"
    ]
    assert timed_out[0].at_ms == due.at_ms


def test_a_limit_is_extended_and_stands_in_a_pause() -> None:
    played = Table(script(TWO, extra="time: {limit: 5m, then: late}"))
    played.desk(cmd.Extend, seconds=60)
    played.desk(cmd.Pause)
    assert next_deadline(played.scenario, played.state) is None
    played.advance(10_000_000)
    with played.refused("paused"):
        played.do(cmd.Submit, "s1", task="p")
    played.desk(cmd.Resume)
    played.advance(359_999)
    assert played.at == "one"
    played.advance(1)
    assert played.at == "late"


def test_a_clock_that_jumps_back_turns_nothing_back() -> None:
    played = Table(script(TWO, extra="time: {limit: 5m, then: late}"))
    played.advance(100_000)
    played.move("p=")
    seen = played.state.now_ms
    played.now_ms -= 86_400_000
    played.move("q=")
    assert played.state.now_ms == seen
    assert [r.seq for r in played.records] == list(range(1, len(played.records) + 1))


def test_stale_deadlines_are_refused() -> None:
    played = Table(script(TWO, extra="time: {limit: 5m, then: late}"))
    for what, subject in (
        ("limit", "one"), ("limit", "z"), ("hold", "s1"), ("absence", "a"), ("stand_in", "a"),
    ):  # fmt: skip
        with played.refused("stale"):
            played.do(cmd.TimeUp, cmd.CLOCK, what=what, subject=subject)


def test_the_ending_ends_the_run() -> None:
    played = table("p: {role: a, kind: read, ask: 读, story: 文}").play("p=", "go-on=")
    assert (played.state.phase, played.state.ending) == ("ended", "good")
    with played.refused("ended"):
        played.do(cmd.Submit, "s1", task="p")
    with played.refused("ended"):
        played.desk(cmd.Pause)
    with played.refused("ended"):
        played.seat()
    assert next_deadline(played.scenario, played.state) is None
