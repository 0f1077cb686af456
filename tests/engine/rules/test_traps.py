"""Traps: the cost, the hold, the rescue, and what comes after."""

from __future__ import annotations

from engine.rules import commands as cmd
from tests.engine.rules.conftest import script, table
from tests.support.table import Table

Q = "q: {role: b, kind: read, ask: 读, story: 文}"


def test_retry_costs_holds_and_leaves_the_task_open() -> None:
    played = table(Q)
    played.do(cmd.Submit, "s1", task="use-t", answer=("w",))
    assert played.state.vars["m"] == 1
    assert played.state.sprung == {"t": 1}
    assert played.status("use-t") == "open"
    with played.refused("held"):
        played.do(cmd.Submit, "s1", task="use-t", answer=("r",))
    with played.refused("held"):
        played.do(cmd.TakeHint, "s1", task="use-t")
    played.advance(29_999)
    with played.refused("held"):
        played.do(cmd.Submit, "s1", task="use-t", answer=("r",))
    played.advance(1)
    played.do(cmd.Submit, "s1", task="use-t", answer=("r",))
    assert played.status("use-t") == "done"
    assert "hold.ended" in played.tags()


def test_a_hold_stops_one_seat_and_never_the_team() -> None:
    played = table(Q).play("use-t=w")
    played.do(cmd.Submit, "s2", task="q")
    assert played.at == "z"


def test_a_rescue_ends_the_hold_and_each_has_one_try() -> None:
    played = table(Q).play("use-t=w")
    played.do(cmd.TryRescue, "s2", answer=("n",))
    with played.refused("rescue_not_yours"):
        played.do(cmd.TryRescue, "s2", answer=("y",))
    with played.refused("held"):
        played.do(cmd.TryRescue, "s1", answer=("y",))
    with played.refused("unknown_choice"):
        played.do(cmd.TryRescue, "s3", answer=("nope",))
    played.do(cmd.TryRescue, "s3", seat="s1", answer=("y",))
    assert not played.state.holds
    with played.refused("not_held"):
        played.do(cmd.TryRescue, "s3", answer=("y",))
    played.do(cmd.Submit, "s1", task="use-t", answer=("r",))
    assert played.status("use-t") == "done"


def test_with_two_held_the_rescuer_says_whom() -> None:
    traps = "two: {role: b, optional: true, ask: 问, choices: [{id: r, text: 对}, {id: w, text: 错, trap: t}]}"
    played = table(f"{traps}\n{Q}").play("use-t=w", "two=w")
    with played.refused("which_seat"):
        played.do(cmd.TryRescue, "s3", answer=("y",))
    played.do(cmd.TryRescue, "s3", seat="s2", answer=("y",))
    assert list(played.state.holds) == ["s1"]


def test_accept_counts_as_done_and_costs_saturate() -> None:
    played = table(Q).play("use-t=w", "use-u=w")
    assert played.status("use-u") == "done"
    assert played.state.vars["m"] == 3
    played.play("wait=30s", "use-t=w")
    assert played.state.vars["m"] == 3
    assert played.state.sprung == {"t": 2, "u": 1}


def test_a_detour_keeps_the_scene_and_its_clock() -> None:
    played = Table(script(Q, extra="time: {limit: 5m, then: late}"))
    before = played.state.scene
    assert before is not None
    played.play("use-d=w")
    assert played.at == "side"
    assert played.state.interrupted is not None
    with played.refused("not_here"):
        played.do(cmd.Submit, "s2", task="q")
    played.play("wait=1h", "think=")
    after = played.state.scene
    assert after is not None
    assert after.id == "one"
    assert after.limit_at_ms == (before.limit_at_ms or 0) + 3_600_000
    assert played.status("use-d") == "open"
    played.play("use-d=r", "q=")
    assert played.at == "z"


def test_the_facilitator_releases_a_hold() -> None:
    played = table(Q).play("use-t=w")
    played.desk(cmd.ReleaseHold, seat="s1")
    assert not played.state.holds
    with played.refused("not_held"):
        played.desk(cmd.ReleaseHold, seat="s1")


def test_a_hold_stands_still_in_a_pause() -> None:
    played = table(Q).play("use-t=w", "wait=10s")
    played.desk(cmd.Pause)
    played.advance(3_600_000)
    assert played.state.holds
    played.desk(cmd.Resume)
    played.advance(19_999)
    assert played.state.holds
    played.advance(1)
    assert not played.state.holds
