"""What a reviewer reads from a log agrees with what the rules fold from it, at every command.

A `Course` keeps its own clock, presence, holds and scenes beside `evolve`, so that hundreds of runs
are read in a second: the same law enacted twice. Here both read evenings drawn by chance, with a
desk that meddles, and what is cut off in the middle.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.review.course import Course
from engine.review.fork import forked
from engine.review.reading import read_course
from engine.rules import events as ev
from engine.rules.events import Recorded
from engine.rules.evolve import EMPTY, evolve
from engine.rules.folds import run_clock
from engine.rules.state import State
from engine.scenario.model import Scenario
from tests.properties.evenings import SCRIPTS, Evening, play_evening
from tests.sim.scripts import ABSENCES, small
from tests.support.depth import depth
from tests.support.table import Table


def cuts(records: list[Recorded]) -> Iterator[tuple[int, State]]:
    """Where a command's events end, with the state there."""
    state = EMPTY
    for place, recorded in enumerate(records, 1):
        state = evolve(state, recorded.event)
        after = records[place] if place < len(records) else None
        if after is None or (after.by, after.command) != (recorded.by, recorded.command):
            yield place, state


def agree(scenario: Scenario, records: list[Recorded], state: State) -> None:
    """The course of these records says what the state says."""
    course = read_course(scenario, records)
    began = state.started_ms if state.phase != "lobby" else run_clock(state, state.now_ms)
    assert course.clocks[-1] == run_clock(state, state.now_ms) - began
    assert course.axis == sorted(course.axis)
    assert [band.scene for band in course.bands][-64:] == [*state.path][-64:]
    assert course.vars == state.vars
    assert course.ending == state.ending
    assert course.role_by_seat == {name: seat.role for name, seat in state.seats.items()}
    assert course.reflections == dict(state.reflections)
    assert course.speakers == [*state.speakers] or state.phase == "closed"
    _agree_on_spans(course, state, gone(records))


def gone(records: list[Recorded]) -> set[str]:
    """Seats that went and haven't come back, by what their log says last of each."""
    last: dict[str, type] = {}
    for recorded in records:
        event = recorded.event
        if isinstance(event, ev.RunForked):
            last = dict.fromkeys(last, ev.SeatAway)
        elif isinstance(event, (ev.SeatTaken, ev.SeatBack, ev.SeatAway, ev.SeatLeft)):
            last[event.seat] = type(event)
    return {seat for seat, kind in last.items() if kind in (ev.SeatAway, ev.SeatLeft)}


def _agree_on_spans(course: Course, state: State, went: set[str]) -> None:
    held = {span.seat: span.what for span in course.holds if not span.until_seq}
    assert held == {seat: hold.trap for seat, hold in state.holds.items()}
    missed = {
        span.seat: span.clock_ms + state.started_ms
        for span in course.absences
        if not span.until_seq
    }
    assert missed.keys() == (went if state.phase == "playing" else set())
    for (
        seat,
        since_ms,
    ) in missed.items():  # who went, and then left for good, is missed from the first
        assert since_ms <= max(state.seats[seat].away_since_ms, state.started_ms)


@settings(max_examples=depth(20, 400))
@given(st.sampled_from(SCRIPTS), st.integers(0, 10_000))
def test_the_course_agrees_with_the_state(made: Callable[[], Scenario], seed: int) -> None:
    played = Evening(made(), seed=str(seed), seats={}, started=False)
    play_evening(played, random.Random(seed))
    looked = [*cuts(played.records)]
    for place, state in random.Random(seed).sample(looked, min(12, len(looked))):
        agree(played.scenario, played.records[:place], state)


@pytest.mark.parametrize("then", ABSENCES)
def test_the_course_of_a_practice_run_agrees_from_its_fork_on(then: str) -> None:
    played = Table(small("mini", then), seats={"recorder": 1, "lookout": 1}).play("leave=lookout")
    records = [*forked("r", played.records, len(played.records), played.now_ms + 60_000)]
    for place, state in cuts(records):
        agree(played.scenario, records[:place], state)
