"""Time that nobody could use counts for nothing: `clock.stood`, in the rules and in reviews."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.proof.dice import random_play
from engine.proof.divergence import first_difference
from engine.review.fork import forked
from engine.review.reading import read_course
from engine.review.telling import Teller
from engine.rules import commands as cmd
from engine.rules.codec import decode, encode
from engine.rules.deadlines import next_deadline
from engine.rules.evolve import EMPTY, evolve
from engine.rules.folds import run_clock
from engine.rules.replay import fingerprint, replay
from engine.values import Map
from engine.views.session import RunInfo
from tests.engine.rules.conftest import HEAD, script, table
from tests.engine.rules.test_told import NAMES, SESSION, texts
from tests.support.parts import SentViews, desk_sent, wall_sent
from tests.support.table import Table

HOUR_MS = 3_600_000
TASKS = """
p: {role: a, ask: 问, choices: [{id: y, text: 是}, {id: n, text: 否, trap: t}]}
q: {role: b, kind: read, ask: 读, story: 文}
"""


def begun(then: str = "share") -> Table:
    head = HEAD.replace("then: share}", f"then: {then}}}")
    return Table(script(TASKS, extra="time: {limit: 5m, then: late}", head=head))


def stand(played: Table, ms: int) -> None:
    """For `ms` nobody could use the time, and the host says so."""
    played.now_ms += ms
    played.do(cmd.Stand, cmd.HOST, ms=ms)


def held(played: Table) -> None:
    played.play("p=n")


def away(played: Table) -> None:
    played.play("away=b")


def covered(played: Table) -> None:
    played.play("leave=b")


@pytest.mark.parametrize(
    ("before", "then", "what", "after_ms"),
    [
        (lambda played: None, "share", "limit", 300_000),
        (held, "share", "hold", 30_000),
        (away, "share", "absence", 60_000),
        (away, "wait", "limit", 300_000),
        (covered, "stand_in", "stand_in", 8_000),
    ],
)
def test_whatever_is_due_is_due_as_much_later(
    before: Callable[[Table], None], then: str, what: str, after_ms: int
) -> None:
    played = begun(then)
    before(played)
    played.now_ms += 5_000
    stand(played, HOUR_MS)
    due = next_deadline(played.scenario, played.state)
    assert due is not None
    assert due.command.what == what
    assert due.at_ms - played.now_ms == after_ms - 5_000
    seen = len(played.records)
    played.advance(after_ms - 5_001)
    assert len(played.records) == seen
    played.advance(1)
    assert len(played.records) > seen
    assert first_difference(played.scenario, played.records) is None


def test_what_is_shown_is_as_much_later() -> None:
    """Countdowns, and since when somebody is waited for."""
    played = begun()
    views, names = SentViews(played.scenario), Map[str, str]()
    before = views.seat(played.state, "s1", names)["scene"]["ends_at_ms"]
    run = RunInfo("r", played.scenario, played.state, names)
    since = desk_sent(SESSION, [run])["runs"][0]["waiting"][0]["since_ms"]
    stand(played, HOUR_MS)
    assert views.seat(played.state, "s1", names)["scene"]["ends_at_ms"] == before + HOUR_MS
    run = RunInfo("r", played.scenario, played.state, names)
    assert desk_sent(SESSION, [run])["runs"][0]["waiting"][0]["since_ms"] == since + HOUR_MS


def test_while_it_stands_the_desk_and_the_wall_show_what_was_left() -> None:
    played = begun().play("wait=20s", "away=a", "away=b", "away=c")
    played.now_ms += HOUR_MS
    runs = [RunInfo("r", played.scenario, played.state, NAMES)]
    desk = desk_sent(SESSION, runs)["runs"][0]
    wall = wall_sent(SESSION, runs)["progress"]["teams"][0]
    assert desk["stands"]
    assert {(w["since_ms"], w["waited_ms"]) for w in desk["waiting"]} == {(None, 20_000)}
    for shown in (desk, wall):
        assert (shown["ends_at_ms"], shown["remaining_ms"]) == (None, 280_000)
    played.play("back=c")
    desk = desk_sent(SESSION, [RunInfo("r", played.scenario, played.state, NAMES)])["runs"][0]
    assert not desk["stands"]
    assert all(w["since_ms"] and w["waited_ms"] is None for w in desk["waiting"])
    assert desk["ends_at_ms"]


def test_in_a_pause_nobody_is_seen_to_be_waited_for_longer_and_longer() -> None:
    played = begun().play("wait=20s")
    played.desk(cmd.Pause)
    played.now_ms += HOUR_MS
    run = RunInfo("r", played.scenario, played.state, NAMES)
    waits = desk_sent(SESSION, [run])["runs"][0]["waiting"]
    assert {(w["since_ms"], w["waited_ms"]) for w in waits} == {(None, 20_000)}


def test_the_desk_and_the_phones_are_told_once_for_how_long() -> None:
    played = begun()
    stand(played, 60_000)
    stand(played, 125_000)
    run = RunInfo("r", played.scenario, played.state, NAMES)
    log = [entry["text"] for entry in desk_sent(SESSION, [run])["runs"][0]["log"]]
    assert log == ["没有人连着，时间停了3分5秒"]
    assert "3分5秒" in texts(SentViews(played.scenario).seat(played.state, "s1", NAMES)["notice"])
    marks = Teller(played.scenario, read_course(played.scenario, played.records), NAMES).marks()
    assert "2分5秒" in texts([mark.text for mark in marks])


def test_a_moment_is_not_worth_telling() -> None:
    played = begun()
    stand(played, 2_000)
    run = RunInfo("r", played.scenario, played.state, NAMES)
    assert desk_sent(SESSION, [run])["runs"][0]["log"] == []
    assert SentViews(played.scenario).seat(played.state, "s1", NAMES)["notice"] == []


def test_no_more_stands_than_there_was() -> None:
    """What has happened has happened: the run's clock doesn't go back behind it."""
    played = begun()
    played.play("wait=10s")
    played.desk(cmd.Nudge, seat="s1")
    played.now_ms += 3_000
    played.do(cmd.Stand, cmd.HOST, ms=HOUR_MS)
    assert played.records[-1].event.stood_ms == 3_000  # type: ignore[union-attr]
    assert run_clock(played.state, played.now_ms) == played.state.started_ms + 10_000


def test_nothing_stands_where_no_time_goes_by() -> None:
    lobby, paused, over = Table(script(TASKS), started=False), begun(), begun()
    paused.desk(cmd.Pause)
    over.desk(cmd.Jump, scene="good")
    for played in (lobby, paused, over):
        played.now_ms += 5_000
        with played.refused("stale"):
            played.do(cmd.Stand, cmd.HOST, ms=1_000)


# ── logs of before ──────────────────────────────────────────────────────────────────────────────


def test_in_a_log_of_before_nothing_stands_and_its_fingerprint_is_what_it_was() -> None:
    """`run.opened` hasn't the field, and is written again without it."""
    played = begun().play("leave=b", "wait=70s")
    lines = [encode(recorded).replace(b',"stands":true', b"") for recorded in played.records]
    assert b"stands" not in b"".join(lines)
    old = [decode(line) for line in lines]
    assert [encode(recorded) for recorded in old] == lines
    state = replay("r", old)
    assert not state.stands
    assert b"stands" not in _json(state)
    assert b'"how"' not in _json(replace(state, covers=Map()))
    assert fingerprint(state) != fingerprint(played.state)
    told = SentViews(played.scenario).seat(state, "s1", Map())["notice"]
    assert told == SentViews(played.scenario).seat(played.state, "s1", Map())["notice"]


def _json(state: object) -> bytes:
    return msgspec.json.encode(state)


def test_a_practice_run_tells_of_before_its_fork_what_was_so_then() -> None:
    """From the fork on stand-ins play; before it everybody shared."""
    played = begun().play("leave=b", "p=y")
    records = forked("r", played.records, len(played.records), played.now_ms)
    state = replay("f", records)
    told = texts(SentViews(played.scenario).seat(state, "s1", NAMES)["notice"])
    assert "由大家分担" in told
    assert "由替身代行" not in told


# ── reviews ─────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.tuples(st.integers(1, 20), st.integers(1, 900))))
def test_a_review_goes_by_the_clock_that_the_rules_went_by(
    seed: int, stops: list[tuple[int, int]]
) -> None:
    played = table(TASKS, extra="time: {limit: 5m, then: late}")
    for steps, seconds in stops:
        random_play(played.scenario, str(seed), unrest=0.3, steps_max=steps, table=played)
        if played.state.phase != "playing":
            break
        stand(played, seconds * 1_000)
    course, state, axis = read_course(played.scenario, played.records), EMPTY, 0
    for recorded, clock_ms, axis_ms in zip(played.records, course.clocks, course.axis, strict=True):
        state = evolve(state, recorded.event)
        if state.started_ms:
            assert clock_ms == run_clock(state, state.now_ms) - state.started_ms
        assert axis_ms >= axis
        axis = axis_ms
    assert course.clocks == sorted(course.clocks)
    for band in course.bands:
        waits = [w for w in course.waits if course.bands[w.band] is band]
        assert all(band.clock_ms <= w.clock_ms <= w.until_ms <= band.until_ms for w in waits)
