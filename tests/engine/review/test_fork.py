"""What if: a practice run goes on from a moment as if nobody had left the room."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.proof.dice import random_play
from engine.review.fork import CannotForkError, before, forked
from engine.review.moments import History
from engine.rules import commands as cmd
from engine.rules.codec import decode, encode
from engine.rules.deadlines import idle_deadline, next_deadline
from engine.rules.decide import decide
from engine.rules.evolve import EMPTY, evolve
from engine.rules.replay import fingerprint, replay
from engine.rules.state import State
from engine.scenario.model import Scenario
from tests.engine.rules.conftest import table
from tests.support.table import Table

P = """
p: {role: a, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: t}]}
q: {role: b, kind: read, ask: 读, story: 文}
"""
DAYS_MS = 12 * 86_400_000


def fork(played: Table, seq: int) -> State:
    return replay("f", forked("r", played.records, seq, played.now_ms + DAYS_MS))


def apply(
    scenario: Scenario, state: State, kind: type, at_ms: int, by: str, **fields: object
) -> State:
    for event in decide(scenario, state, kind(id=f"x{state.seq}", at_ms=at_ms, by=by, **fields)):
        state = evolve(state, event)
    return state


def trap_seq(played: Table) -> int:
    return next(r.seq for r in played.records if r.event.__struct_config__.tag == "trap.sprung")


def test_the_command_that_wrote_the_record_is_undone_whole() -> None:
    played = table(P).play("wait=5s", "p=w")
    kept = before(played.records, trap_seq(played))
    answer = next(r for r in played.records if r.event.__struct_config__.tag == "task.answered")
    assert len(kept) == answer.seq - 1
    assert before(played.records, answer.seq) == kept, "whichever of its records is named"
    state = fork(played, trap_seq(played))
    assert not state.sprung
    assert not state.holds


def test_nobody_is_there_the_clock_stands_and_nothing_has_expired() -> None:
    played = table(P, extra="time: {limit: 5m, then: late}").play("wait=4m", "q=", "p=w")
    state = fork(played, trap_seq(played))
    assert state.paused_at_ms is not None
    assert not any(seat.online for seat in state.seats.values())
    assert next_deadline(played.scenario, state) is None
    now_ms = played.now_ms + DAYS_MS + 60_000
    state = apply(played.scenario, state, cmd.Resume, now_ms, cmd.FACILITATOR)
    due = next_deadline(played.scenario, state)
    assert due is not None
    assert (due.command.what, due.at_ms - now_ms) == ("absence", 5_000)
    assert state.scene is not None
    assert state.scene.limit_at_ms is not None
    assert state.scene.limit_at_ms - (now_ms - state.paused_ms) == 60_000, "one minute was left"


def test_stand_ins_play_it_to_the_end_unless_somebody_comes() -> None:
    played = table(P).play("p=w")
    state = fork(played, trap_seq(played))
    scenario, now_ms = played.scenario, played.now_ms + DAYS_MS
    state = apply(scenario, state, cmd.ComeBack, now_ms, "s1")
    state = apply(scenario, state, cmd.Resume, now_ms, cmd.FACILITATOR)
    while due := idle_deadline(scenario, state):
        for event in decide(scenario, state, due.command):
            state = evolve(state, event)
    assert state.covers.keys() == {"b", "c"}
    assert "one.q" in state.done, "stand-ins did what is theirs"
    assert "one.p" not in state.done, "a is somebody's, and is waited for"
    state = apply(scenario, state, cmd.Submit, state.now_ms, "s1", task="p", answer=("r",))
    assert state.scene is not None
    assert state.scene.id == "z"


def test_a_limit_is_not_wound_on_to_while_somebody_is_there() -> None:
    played = table(P, extra="time: {limit: 5m, then: late}")
    for role in ("b", "c"):
        played.move(f"away={role}")
    due = next_deadline(played.scenario, played.state)
    while due is not None and due.command.what != "limit":
        played.advance(due.at_ms - played.now_ms)
        due = next_deadline(played.scenario, played.state)
    assert due is not None
    assert idle_deadline(played.scenario, played.state) is None
    played.move("away=a")
    while (due := idle_deadline(played.scenario, played.state)) and due.command.what != "limit":
        played.advance(due.at_ms - played.now_ms)
    assert due is not None, "with nobody there it is like any other"


def test_only_a_moment_of_the_play_can_be_forked() -> None:
    lobby = Table(table(P).scenario, started=False)
    for records, seq in ((lobby.records, 3), (table(P).records, 1), ([], 1)):
        with pytest.raises(CannotForkError):
            forked("r", records, seq, 0)
    ended = table(P).play("p=r", "q=", "go-on=")
    assert ended.state.ending
    assert fork(ended, ended.state.seq).phase == "playing", "its last command undone, it plays"


def test_a_fork_can_be_forked() -> None:
    played = table(P).play("q=", "p=w")
    first = forked("r", played.records, trap_seq(played), played.now_ms)
    again = forked("f", first, len(first) - 1, played.now_ms + 1)
    state = replay("g", again)
    assert state.seq == len(again)
    assert len({(r.by, r.command) for r in again if r.by == "host"}) == 2


@settings(max_examples=25)
@given(st.integers(), st.floats(0.01, 1.0))
def test_any_moment_of_the_play_forks_and_folds(seed: int, where: float) -> None:
    played = table(P)
    random_play(played.scenario, str(seed), wrong_rate=0.5, unrest=0.2, table=played)
    history = History("r", played.records)
    seq = max(1, int(where * history.last_seq))
    kept = before(played.records, seq)
    at_ms = played.now_ms + DAYS_MS
    if replay("r", kept).phase != "playing":
        with pytest.raises(CannotForkError):
            forked("r", played.records, seq, at_ms)
        return
    records = [decode(encode(record)) for record in forked("r", played.records, seq, at_ms)]
    state, was = replay("f", records), history.state_at(len(kept))
    assert (state.vars, state.done, state.scene) == (was.vars, was.done, was.scene)
    assert state.paused_at_ms is not None
    clock_ms = state.paused_at_ms - state.paused_ms
    assert clock_ms == (was.paused_at_ms or was.now_ms) - was.paused_ms


def test_every_moment_is_the_fold_of_what_stands_before() -> None:
    played = table(P).play("wait=3s", "p=w", "wait=1m", "p=r", "q=", "go-on=")
    history = History("r", played.records)
    state = EMPTY
    for record in played.records:
        state = evolve(state, record.event)
        assert fingerprint(history.state_at(record.seq)) == fingerprint(state)
        assert history.state_at_ms(state.now_ms).now_ms == state.now_ms
    assert history.state_at(0) == history.state_at(1)
    assert history.state_at(10_000) == history.states[-1]
