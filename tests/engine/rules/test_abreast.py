"""同幕: a team that is through with its act waits for the others; its clock stands meanwhile.

Every table here folds its log again after every command (`Table`), so each wait also replays.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from engine.review.fork import forked
from engine.review.reading import read_course
from engine.rules import commands as cmd
from engine.rules.deadlines import next_deadline
from engine.rules.decide import decide
from engine.rules.folds import run_clock
from engine.rules.replay import fingerprint, replay
from tests.engine.rules.conftest import script
from tests.support.table import Table

Q = "q: {role: b, ask: 何时, choices: [{id: r, text: 七月, right: true, fact: g}, {id: w, text: 八月}]}"
LIMIT = "time: {limit: 5m, then: late}"


def table(tasks: str = Q, *, abreast: bool = True, **kwargs: str) -> Table:
    return Table(script(tasks, **kwargs), abreast=abreast)


def waits(played: Table) -> str:
    """Where it goes once it may; empty: it doesn't wait."""
    return played.state.waits.to if played.state.waits else ""


def go_on(played: Table) -> tuple[Any, ...]:
    assert played.state.waits
    return played.do(cmd.GoOn, cmd.HOST, seq=played.state.waits.seq)


def test_who_is_through_waits_and_goes_on_where_it_was_about_to() -> None:
    played = table().play("q=r")
    assert (played.at, waits(played)) == ("one", "z")
    assert played.tags()[-2:] == ["barrier.opened", "scene.waits"]
    go_on(played)
    assert (played.at, waits(played)) == ("z", "")
    assert "scene.released" in played.tags()


def test_the_end_of_the_last_act_is_waited_for_too() -> None:
    played = table().play("q=r")
    go_on(played)
    played.play("go-on=")
    assert (played.state.phase, waits(played)) == ("playing", "good")
    go_on(played)
    assert (played.state.phase, played.state.ending) == ("ended", "good")


def test_a_detour_and_the_way_back_are_within_the_act() -> None:
    played = table().play("use-d=w")
    assert (played.at, waits(played)) == ("side", "")
    played.play("think=")
    assert (played.at, waits(played)) == ("one", "")


def test_running_out_of_time_leads_off_the_main_way_and_waits_where_it_comes_back() -> None:
    played = table(extra=LIMIT).play("wait=5m")
    assert (played.at, waits(played)) == ("late", "")
    played.play("hurry=")
    assert (played.at, waits(played)) == ("late", "bad")


def test_without_the_flag_nothing_waits_and_no_fingerprint_changes() -> None:
    plain, was = table(abreast=False), Table(script(Q))
    for played in (plain, was):
        played.play("q=r")
        assert played.at == "z"
    assert fingerprint(plain.state) == fingerprint(was.state)


def test_waiting_changes_nothing_but_the_time() -> None:
    """What the proof has explored of a scene's end is what follows: a wait is a stutter."""
    waiting, plain = table().play("q=r"), table(abreast=False).play("q=r")
    waiting.play("wait=10m")
    go_on(waiting)
    for name in ("vars", "holders", "done", "told", "sprung", "path", "holds", "covers"):
        assert getattr(waiting.state, name) == getattr(plain.state, name), name
    assert waiting.at == plain.at


def test_the_run_s_time_stands_while_it_waits() -> None:
    played = table().play("use-t=w", "wait=10s", "q=r")
    clock_ms, hold = played.state.now_ms - played.state.paused_ms, played.state.holds["s1"]
    assert next_deadline(played.scenario, played.state) is None
    played.play("wait=10m")
    assert run_clock(played.state, played.now_ms) == clock_ms
    go_on(played)
    assert run_clock(played.state, played.now_ms) == clock_ms
    assert played.state.holds["s1"] == hold, "twenty seconds are left, as there were"
    played.play("wait=21s")
    assert not played.state.holds


@pytest.mark.parametrize("first", ["resume", "release"])
def test_a_pause_while_it_waits_is_counted_once(first: str) -> None:
    played = table().play("q=r")
    clock_ms = run_clock(played.state, played.now_ms)
    played.play("wait=1m")
    played.desk(cmd.Pause)
    played.play("wait=1m")
    if first == "resume":
        played.desk(cmd.Resume)
        played.play("wait=1m")
        go_on(played)
    else:
        played.desk(cmd.OpenBarrier)
        played.play("wait=1m")
        played.desk(cmd.Resume)
    assert played.state.stands_since_ms is None
    assert run_clock(played.state, played.now_ms) == clock_ms
    played.play("wait=1m")
    assert run_clock(played.state, played.now_ms) == clock_ms + 60_000


def test_a_wait_that_begins_in_a_pause_is_counted_once() -> None:
    """The facilitator skips what was left of the act while the run is paused."""
    played = table()
    clock_ms = run_clock(played.state, played.now_ms)
    played.desk(cmd.Pause)
    played.play("wait=1m")
    played.desk(cmd.SkipTask, task="q")
    assert waits(played) == "z"
    played.play("wait=1m")
    played.desk(cmd.Resume)
    played.play("wait=1m")
    assert run_clock(played.state, played.now_ms) == clock_ms
    go_on(played)
    course = read_course(played.scenario, played.records)
    assert run_clock(played.state, played.now_ms) == clock_ms
    assert course.bands[1].clock_ms == 0


def test_the_facilitator_lets_it_go_on_at_any_time() -> None:
    played = table().play("q=r")
    played.desk(cmd.OpenBarrier)
    assert (played.at, waits(played)) == ("z", "")
    skipped = table()
    skipped.desk(cmd.OpenBarrier)
    assert (skipped.at, waits(skipped)) == ("z", ""), "放行 asks nobody to wait"
    jumped = table().play("q=r", "wait=1m")
    jumped.desk(cmd.Jump, scene="late")
    assert (jumped.at, waits(jumped), jumped.state.stands_since_ms) == ("late", "", None)


def test_a_paused_run_isn_t_let_go_on_by_the_others() -> None:
    played = table().play("q=r")
    played.desk(cmd.Pause)
    with played.refused("stale"):
        go_on(played)
    played.desk(cmd.Resume)
    go_on(played)
    assert played.at == "z"


def test_a_late_word_for_a_wait_that_is_over_is_refused() -> None:
    played = table().play("q=r")
    assert played.state.waits
    old = played.state.waits.seq
    with played.refused("stale"):
        played.do(cmd.GoOn, cmd.HOST, seq=old - 1)
    go_on(played)
    played.play("go-on=")
    with played.refused("stale"):
        played.do(cmd.GoOn, cmd.HOST, seq=old)
    assert waits(played) == "good"


REFUSED: dict[str, tuple[type[Any], str, dict[str, Any]]] = {
    "an answer": (cmd.Submit, "s1", {"task": "use-u", "answer": ("w",)}),
    "a hint": (cmd.TakeHint, "s1", {"task": "use-u"}),
    "a card": (cmd.HandCard, "s1", {"card": "k", "to": "b"}),
    "a look": (cmd.ShowCard, "s1", {"card": "k", "to": "b"}),
    "a rescue": (cmd.TryRescue, "s2", {"answer": ("y",)}),
    "a skip": (cmd.SkipTask, cmd.FACILITATOR, {"task": "use-u"}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_would_change_the_play_is_refused_meanwhile(what: str) -> None:
    kind, by, fields = REFUSED[what]
    played = table().play("give-k=k", "use-t=w", "q=r")
    held = by == "s1" and what != "a skip"
    if held:
        played.desk(cmd.ReleaseHold, seat="s1")
    with played.refused("abreast"):
        played.do(kind, by, **fields)


def test_people_come_and_go_while_it_waits() -> None:
    played = table().play("q=r", "away=a", "away=b", "away=c", "wait=5m", "back=a")
    assert waits(played) == "z"
    go_on(played)
    assert played.at == "z"


def test_no_time_that_stood_is_counted_twice() -> None:
    played = table().play("q=r", "wait=1m")
    with played.refused("stale"):
        played.do(cmd.Stand, cmd.HOST, ms=30_000)


def test_a_fork_of_a_waiting_run_waits_for_nobody() -> None:
    played = table().play("q=r", "wait=1m", "away=c")
    clock_ms, at_ms = run_clock(played.state, played.now_ms), played.now_ms + 60_000
    state = replay("f", forked("r", played.records, played.state.seq, at_ms))
    assert (state.waits, state.abreast) == (UNSET, UNSET)
    assert run_clock(state, at_ms) == clock_ms
    back = cmd.ComeBack(id="b", at_ms=at_ms, by="s1")
    tags = [str(one.__struct_config__.tag) for one in decide(played.scenario, state, back)]
    assert "scene.entered" in tags


def test_what_is_told_of_it_and_its_time_agree_with_the_state() -> None:
    played = table().play("wait=1m", "q=r", "wait=10m")
    go_on(played)
    played.play("wait=1m")
    course = read_course(played.scenario, played.records)
    assert [band.until_ms - band.clock_ms for band in course.bands] == [60_000, 0]
    assert course.bands[1].clock_ms == 60_000
