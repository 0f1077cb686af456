"""Where an old log would go otherwise under an edited script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.proof.dice import random_play
from engine.proof.divergence import first_difference
from engine.proof.playthrough import Playthrough
from tests.support.scripts import MINI_TEXT, compile_text

MINI = compile_text(MINI_TEXT)


def played(*moves: str) -> Playthrough:
    table = Playthrough(MINI)
    for move in moves:
        table.move(move)
    return table


FALLEN = ("date=d1", "rescue=y38", "date=d23", "door=report", "compare=王会长")


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 0.7]))
@settings(max_examples=40)
def test_the_same_script_goes_the_same_way(seed: int, wrong: float) -> None:
    table = Playthrough(MINI, seed=str(seed))
    random_play(MINI, str(seed), wrong_rate=wrong, table=table)
    assert first_difference(MINI, table.records) is None


@pytest.mark.parametrize(
    ("old", "new", "tag"),
    [
        ("title: 望志路106号", "title: 望志路", None),
        ("cost: {mistakes: +1}", "cost: {mistakes: +2}", "var.set"),
        ("hold: 30s", "hold: 60s", "hold.began"),
        ("truth: opened", "truth: no-chairman", None),
        ("accept: [王会长]", "accept: [李会长]", "task.answered"),
        ("warned:   {bool: false}", "warned:   {bool: true}", "变量"),
        ("{id: y38, text: 1938年提出, right: true}, {id: y21, text: 1921年}",
         "{id: y38, text: 1938年提出}, {id: y21, text: 1921年, right: true}", "rescue.tried"),
    ],
)  # fmt: skip
def test_an_edit_is_seen_at_the_first_record_it_changes(
    old: str, new: str, tag: str | None
) -> None:
    assert old in MINI_TEXT
    gone = first_difference(compile_text(MINI_TEXT.replace(old, new)), played(*FALLEN).records)
    assert (gone.was.split()[0] if gone is not None else None) == tag


def test_a_task_that_is_gone_is_refused() -> None:
    edited = compile_text(MINI_TEXT.replace("      door:", "      gate:").replace("[door]", "[gate]")
                          .replace("door=", "gate="))  # fmt: skip
    gone = first_difference(edited, played(*FALLEN).records)
    assert gone is not None
