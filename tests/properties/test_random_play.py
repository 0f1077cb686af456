"""Random people at the small script: whatever they do, it replays, settles and comes to an end."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Rejection
from engine.proof.dice import random_play
from engine.rules import commands as cmd
from engine.rules.absence import absent_at_ms
from engine.rules.deadlines import next_deadline
from engine.rules.stand_in import next_move
from tests.engine.rules.conftest import script
from tests.support.table import Table

TASKS = """
p: {role: a, ask: 问, choices: [{id: y, text: 是, set: {w: true}}, {id: n, text: 否, trap: t}, {id: o, text: 或, trap: d}]}
q: {role: b, after: [p], if: w, kind: enter, ask: 填, fact: f, accept: [七月], trap: u}
r: {role: all, kind: vote, ask: 投, choices: [{id: y, text: 是}, {id: n, text: 否, trap: t}]}
s: {role: all, kind: speak, ask: 说, after: [r]}
e: {role: any, kind: order, ask: 排, fact: f, items: [{id: i1, text: 一}, {id: i2, text: 二}]}
"""
SCENARIO = script(TASKS, extra="time: {limit: 5m, then: late}")


@settings(max_examples=60)
@given(st.integers(), st.sampled_from([0.0, 0.3, 0.7, 1.0]), st.sampled_from([0.0, 0.1, 0.5]))
def test_any_crowd_reaches_an_ending(seed: int, wrong_rate: float, unrest: float) -> None:
    table = Table(SCENARIO, seed=str(seed))
    outcome = random_play(SCENARIO, str(seed), wrong_rate=wrong_rate, unrest=unrest, table=table)
    assert not outcome.stuck
    assert outcome.ending in ("good", "bad")


IDS = st.sampled_from(
    [
        "p",
        "q",
        "r",
        "s",
        "e",
        "use-t",
        "use-d",
        "reflect",
        "nope",
        "k",
        "a",
        "s1",
        "y",
        "n",
        "o",
        "one",
    ]
)
SEATS = st.sampled_from(["s1", "s2", "s3", "s9", ""])
ANSWERS = st.lists(
    st.sampled_from(["y", "n", "o", "i1", "i2", "i1=i2", "七月", "w", ""]), max_size=3
)
KINDS = st.sampled_from(
    [cmd.Submit, cmd.TakeHint, cmd.HandCard, cmd.ShowCard, cmd.TryRescue, cmd.GoAway, cmd.ComeBack, cmd.LeaveSeat,
     cmd.Pause, cmd.Resume, cmd.SkipTask, cmd.OpenBarrier, cmd.Jump, cmd.HandOver, cmd.HandBack,
     cmd.ReleaseHold, cmd.RemoveSeat, cmd.Nudge, cmd.Extend, cmd.TakeSeat, cmd.GetReady]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.tuples(KINDS, SEATS, SEATS, IDS, ANSWERS, st.integers(0, 90_000)), max_size=40))
def test_any_commands_at_all_are_taken_or_refused(moves: list) -> None:  # type: ignore[type-arg]
    table = Table(SCENARIO)
    for kind, by, seat, name, answer, ms in moves:
        given_fields = {
            "task": name, "answer": tuple(answer), "card": name, "to": "b", "seat": seat,
            "scene": name, "role": "b", "seconds": ms,
        }  # fmt: skip
        fields = {k: v for k, v in given_fields.items() if k in kind.__struct_fields__}
        try:
            table.do(kind, by, **fields)
        except Rejection:
            pass
        assert due_ms(table) == earliest_ms(table)
        table.advance(ms)


def due_ms(table: Table) -> int | None:
    due = next_deadline(SCENARIO, table.state)
    return None if due is None else due.at_ms


def earliest_ms(table: Table) -> int | None:
    """The same by every role's own rule, whoever is there."""
    state, found = table.state, []
    if state.phase != "playing" or state.paused_at_ms is not None:
        return None
    if state.scene is not None and state.scene.limit_at_ms is not None:
        found.append(state.scene.limit_at_ms)
    found += [hold.until_ms for hold in state.holds.values()]
    for role in state.roles:
        absent_ms, move = absent_at_ms(state, role), next_move(SCENARIO, state, role)
        found += [] if absent_ms is None else [absent_ms]
        found += [] if move is None else [move.at_ms]
    return min(found) + state.paused_ms if found else None
