"""A log read into its course: the scenes, waits, holds and costs of a run, by its own clock."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.proof.dice import random_play
from engine.review.course import IDLE_MS, Course
from engine.review.fork import forked
from engine.review.reading import read_course
from engine.review.telling import Teller
from engine.rules import commands as cmd
from engine.rules.replay import replay
from tests.engine.rules.conftest import table
from tests.support.evenings import evening, yida
from tests.support.table import Table

P = """
p: {role: a, kind: read, ask: 读甲, story: 文}
q: {role: b, kind: read, ask: 读乙, story: 文}
r: {role: b, kind: read, ask: 再读, story: 文, after: [p]}
"""


def course_of(played: Table) -> Course:
    return read_course(played.scenario, played.records)


def waits(course: Course) -> list[tuple[str, tuple[str, ...], int]]:
    return [(w.waiter, w.owing, w.until_ms - w.clock_ms) for w in course.waits]


def test_who_has_nothing_left_to_do_waits_for_who_owes() -> None:
    played = table(P).play("wait=10s", "p=", "wait=20s", "q=", "wait=5s", "r=")
    # Till p is done, c has nothing to do; then a hasn't either, and both wait for b alone.
    assert waits(course_of(played)) == [
        ("c", ("a", "b"), 10_000),
        ("a", ("b",), 25_000),
        ("c", ("b",), 25_000),
    ]


def test_an_optional_task_keeps_nobody_waiting() -> None:
    played = table(P).play("wait=10s", "for-c=", "wait=5s", "p=")
    assert ("c", ("a", "b"), 15_000) in waits(course_of(played))


def test_the_run_clock_stands_in_a_pause() -> None:
    played = table(P).play("wait=10s")
    played.desk(cmd.Pause)
    played.advance(600_000)
    played.desk(cmd.Resume)
    played.play("wait=5s", "p=", "q=", "r=")
    course = course_of(played)
    assert waits(course) == [("c", ("a", "b"), 15_000)]
    first = course.bands[0]
    assert (first.scene, first.until_ms - first.clock_ms, first.left) == ("one", 15_000, "tasks")
    assert course.axis[-1] == 15_000 + IDLE_MS, "and nobody sits through ten minutes of it"


def test_a_trap_has_its_price_and_its_hold() -> None:
    played = table(P).play("wait=7s", "use-t=w", "wait=12s", "rescue=y")
    (spring,) = course_of(played).springs
    assert (spring.trap, spring.seat, spring.role, spring.clock_ms) == ("t", "s1", "a", 7_000)
    assert spring.costs == [("m", 0, 1)]
    assert (spring.held_ms, spring.freed) == (12_000, "rescue")


def test_a_hold_ends_by_itself_and_with_the_play() -> None:
    alone = course_of(table(P).play("use-t=w", "wait=40s"))
    assert (alone.springs[0].held_ms, alone.springs[0].freed) == (30_000, "time")
    cut = course_of(table(P).play("use-t=w", "wait=10s"))
    assert cut.springs[0].freed == "", "the log ends before the hold does"


def test_a_detour_cuts_the_scene_in_two() -> None:
    played = table(P).play("wait=3s", "use-d=w", "wait=4s", "think=", "wait=5s", "p=", "q=", "r=")
    course = course_of(played)
    shown = [(b.scene, b.until_ms - b.clock_ms, b.left) for b in course.bands]
    assert shown[:3] == [("one", 3_000, "detour"), ("side", 4_000, "back"), ("one", 5_000, "tasks")]
    assert ("c", ("b",), 4_000) in waits(course), "in the detour b has something to read"


def test_who_is_away_is_missed() -> None:
    played = table(P).play("away=b", "wait=20s", "back=b", "wait=1s")
    (span,) = course_of(played).absences
    assert (span.seat, span.what, span.until_ms - span.clock_ms) == ("s2", "away", 20_000)


def test_a_limit_and_a_hand_on_the_desk_end_scenes_too() -> None:
    late = table(P, extra="time: {limit: 1m, then: late}").play("wait=70s")
    assert course_of(late).bands[0].left == "limit"
    helped = table(P)
    helped.desk(cmd.OpenBarrier)
    assert course_of(helped).bands[0].left == "facilitator"


def test_facts_shown_before_an_answer_are_known() -> None:
    played = table(P).play("give-k=k", "use-t=r", "use-u=w")
    seen = {answer.task: answer.seen for answer in course_of(played).answers}
    assert seen["give-k"] == frozenset()
    assert seen["use-t"] == {"f"}, "the card of a fact was given to a"
    assert "f" in seen["use-u"]


def test_a_fork_goes_on_with_the_origins_clock() -> None:
    played = table(P).play("wait=10s", "p=", "wait=20s", "q=")
    seq = next(r.seq for r in played.records if r.command == played.records[-1].command)
    later_ms = played.now_ms + 9 * 86_400_000
    course = read_course(played.scenario, forked("r", played.records, seq, later_ms))
    assert (course.origin, course.origin_seq) == ("r", seq - 1)
    assert course.bands[-1].until_ms == 10_000
    assert course.axis[-1] == 10_000 + IDLE_MS


@settings(max_examples=40)
@given(st.integers(), st.sampled_from([0.0, 0.4, 0.9]), st.sampled_from([0.0, 0.3]))
def test_whatever_a_crowd_does_its_course_adds_up(seed: int, wrong: float, unrest: float) -> None:
    played = table(P)
    random_play(played.scenario, str(seed), wrong_rate=wrong, unrest=unrest, table=played)
    course = course_of(played)
    bands = course.bands
    assert sum(b.until_ms - b.clock_ms for b in bands) == course.play_ms
    assert [b.clock_ms for b in bands[1:]] == [b.until_ms for b in bands[:-1]]
    for wait in course.waits:
        band = bands[wait.band]
        assert band.clock_ms <= wait.clock_ms < wait.until_ms <= band.until_ms
        assert wait.waiter not in wait.owing
    state = played.state
    assert course.ending == state.ending
    assert dict(course.vars) == dict(state.vars)
    counted: dict[str, int] = {}
    for spring in course.springs:
        counted[spring.trap] = counted.get(spring.trap, 0) + 1
    assert counted == dict(state.sprung)
    assert course.axis == sorted(course.axis)
    assert course.clocks == sorted(course.clocks)
    marks = Teller(played.scenario, course, {"s1": "张三"}).marks()
    assert [m.axis_ms for m in marks] == sorted(m.axis_ms for m in marks)
    assert all(m.text and 0 <= m.axis_ms <= m.until_ms <= course.axis[-1] for m in marks)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_mark_of_an_evening_is_told(lang: Any) -> None:
    scenario = yida()
    records = evening(scenario, "told", wrong_rate=0.6, unrest=0.3)
    assert replay("r", records).ending
    course = read_course(scenario, records)
    marks = Teller(scenario, course, {"s1": "张三"}, lang).marks()
    kinds = {mark.kind for mark in marks}
    assert {"right", "missed", "trap", "hold", "wait", "other", "answer"} <= kinds
    assert not [mark.text for mark in marks if "{" in mark.text]
