"""Some options of a longer list: the right ones, and others as the run draws."""

from __future__ import annotations

import pytest

from engine.proof.prove import prove
from engine.proof.suite import run_test
from engine.rules.codec import encode_event
from engine.rules.events import TaskOpened
from engine.views.seat import RunViews
from tests.engine.rules.conftest import script, table
from tests.support.scripts import MINI_TEXT, compile_text
from tests.support.table import Table

CHOICES = "choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: t}, {id: o, text: 另, trap: u}, {id: p, text: 平}]"
CHOOSE = f"q: {{role: a, pick: 2, ask: 问, {CHOICES}}}"
SELECT = f"q: {{role: a, kind: select, pick: 3, ask: 问, {CHOICES}}}"


def shown(played: Table) -> set[str]:
    part = next(
        one for one in RunViews(played.scenario).seat(played.state, "s1", {}).tasks if one.id == "q"
    )
    return {one.text for one in part.choices}  # type: ignore[union-attr]


@pytest.mark.parametrize(("task", "number"), [(CHOOSE, 2), (SELECT, 3)])
def test_a_run_shows_the_right_ones_and_others_as_it_draws(task: str, number: int) -> None:
    small, sets = script(task), set()
    for seed in range(30):
        played = Table(small, seed=f"s{seed}")
        texts = shown(played)
        assert len(texts) == number
        assert "对" in texts
        sets.add(frozenset(texts))
        opened = [r.event for r in played.records if isinstance(r.event, TaskOpened)]
        (mine,) = [event for event in opened if event.task == "q"]
        assert len(mine.picked or ()) == number
    assert len(sets) == 3


def test_what_is_not_shown_is_no_choice_and_the_right_one_is() -> None:
    played = table(CHOOSE)
    assert played.state.scene is not None
    picked = played.state.scene.tasks["q"].picked or ()
    for name in {"w", "o", "p"} - {*picked}:
        with played.refused("unknown_choice"):
            played.play(f"q={name}")
    played.play("q=r")
    assert played.at == "z"


def test_a_task_that_shows_all_is_logged_as_before() -> None:
    opened = [
        r.event
        for r in table(CHOOSE.replace("pick: 2, ", "")).records
        if isinstance(r.event, TaskOpened)
    ]
    assert all(b"picked" not in encode_event(event) for event in opened)


def test_the_proof_and_a_scripts_tests_have_them_all() -> None:
    ask = "        ask: 大会是哪一天开幕的？\n        choices:\n"
    text = MINI_TEXT.replace(ask, "        pick: 2\n" + ask).replace(
        "          - {id: d1,  text",
        "          - {id: d2, text: 七月二日}\n          - {id: d1,  text",
    )
    scenario = compile_text(text)
    proof = prove(scenario)
    assert {("choice", "shanghai", "date", name) for name in ("d1", "d2", "d23")} <= proof.seen
    assert [run_test(scenario, case).divergence for case in scenario.tests] == [None, None]
