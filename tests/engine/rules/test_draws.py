"""Drawn variables: each run's seed draws them, and its log keeps what they are."""

from __future__ import annotations

import pytest

from engine.errors import Rejection
from engine.proof.playthrough import Playthrough
from engine.proof.suite import run_test
from engine.rules.events import RunOpened
from tests.engine.rules.conftest import HEAD, script
from tests.support.scripts import MINI_TEXT, compile_text
from tests.support.table import Table

DRAWN = HEAD.replace(
    "  w: {bool: false}\n",
    "  w: {bool: false}\n  who: {one_of: [ann, bea, cho], start: drawn}\n  n: {int: [1, 4], start: drawn}\n",
)
TASK = "q: {role: b, if: who == bea, kind: read, ask: 读, story: 文}"


def test_a_run_draws_by_its_seed_and_the_log_keeps_it() -> None:
    small = script(TASK, head=DRAWN)
    found = set()
    for number in range(40):
        table = Table(small, seed=f"seed-{number}")
        opened = table.records[0].event
        assert isinstance(opened, RunOpened)
        assert opened.vars["who"] == table.state.vars["who"]
        assert table.state.vars == Table(small, seed=f"seed-{number}").state.vars
        assert (table.at == "one") == (table.state.vars["who"] == "bea")
        found.add((table.state.vars["who"], table.state.vars["n"]))
    assert {who for who, _ in found} == {"ann", "bea", "cho"}
    assert {n for _, n in found} == {1, 2, 3, 4}


def test_a_word_that_is_called_drawn_is_a_word() -> None:
    text = MINI_TEXT.replace("start: none}", "start: drawn}").replace(
        "[none, front", "[drawn, front"
    )
    var = compile_text(text).vars["exit"]
    assert (var.start, var.drawn) == ("drawn", False)


def test_a_move_says_what_was_drawn_before_anything_else_was_done() -> None:
    small = script(TASK, head=DRAWN)
    table = Playthrough(small, draws={})
    assert table.state.vars["who"] == "ann"
    table.move("draw=who:bea")
    table.move("draw=n:3")
    assert (table.state.vars["who"], table.state.vars["n"]) == ("bea", 3)
    table.move("q=")
    for move in ("draw=who:cho", "draw=w:true", "draw=who:nobody"):
        with pytest.raises(Rejection):
            table.move(move)


def test_a_scripts_own_test_plays_the_draw_it_names() -> None:
    text = MINI_TEXT.replace(
        "one_of: [none, front, back], start: none", "one_of: [none, front, back], start: drawn"
    )
    text = text.replace("play: [date=d23,", "play: ['draw=exit:back', date=d23,", 1).replace(
        "expect: {ending: lake, traps: []}", "expect: {ending: lake, traps: [], vars: {exit: back}}"
    )
    scenario = compile_text(text)
    assert run_test(scenario, scenario.tests[0]).divergence is None
