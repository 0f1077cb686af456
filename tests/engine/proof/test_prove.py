"""The proof of whole scripts: what it says, how far it went, and when it says that it didn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.proof.advise import advised
from engine.proof.coverage import everything
from engine.proof.dice import random_play
from engine.proof.explore import explore
from engine.proof.fairness import fairness
from engine.proof.graph import dot, spoken, traffic
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.scenario import compile_scenario
from tests.engine.rules.conftest import script
from tests.support.generated import large_text
from tests.support.scripts import MINI_TEXT, compile_text

MINI = compile_text(MINI_TEXT)
YIDA = Path(__file__).resolve().parents[3] / "scenarios" / "yida-1921" / "scenario.yaml"


def test_the_first_scenario_is_proved_in_all_groups() -> None:
    scenario = compile_scenario(YIDA.read_bytes(), "yida")
    proof = prove(scenario)
    assert proof.issues == ()
    assert proof.complete
    assert proof.seen >= set(everything(scenario))
    assert proof.absent == tuple(scenario.roles)


def test_a_large_script_is_proved() -> None:
    """Four roles, twelve scenes, eight tasks a scene."""
    proof = prove(compile_text(large_text(tasks=2)))
    assert proof.complete
    assert {issue.code for issue in proof.issues} == {"SC641"}


def test_it_says_when_the_budget_ends_first() -> None:
    proof = prove(compile_text(large_text(tasks=2)), spent=lambda: True)
    assert not proof.complete
    assert proof.proved[:5] == (False,) * 5
    assert not [issue for issue in proof.issues if issue.code < "SC640"]


def test_the_miniature_promises_more_than_it_holds() -> None:
    assert [issue.code for issue in prove(MINI).issues] == ["SC641"]


def test_shares_add_up() -> None:
    share = fairness(MINI)
    assert share.path == ("shanghai", "lake")[: len(share.path)]
    for own in share.roles.values():
        assert own.busy_s + own.idle_s <= share.seconds + 60
        assert own.chars > 0


EITHER = """
q: {role: a, ask: 走哪条, choices: [{id: r, text: 小路, set: {w: true}}, {id: o, text: 大路}]}
small: {role: b, if: w, after: [q], kind: relay, from: a, text: 小路上静。, ask: 听见什么, choices: [{id: x, text: 静}, {id: y, text: 响}]}
large: {role: b, if: not w, after: [q], kind: relay, from: a, text: 大路上响。, ask: 听见什么, choices: [{id: x, text: 响}, {id: y, text: 静}]}
own: {role: b, kind: read, ask: 自己的一项, story: 还有一项。}
third: {role: c, kind: read, ask: 自己的一项, story: 还有一项。}
"""


def test_of_two_tasks_of_which_one_is_asked_only_that_one_takes_time() -> None:
    both, one = script(EITHER), script(EITHER.replace(EITHER.splitlines()[3] + "\n", ""))
    assert fairness(both).seconds == fairness(one).seconds
    assert fairness(both).roles == fairness(one).roles
    assert fairness(both).dropped == {("one", "large")}
    talks = [issue for issue in advised(explore(both), fairness(both)) if issue.code == "SC912"]
    alone = [issue for issue in advised(explore(one), fairness(one)) if issue.code == "SC912"]
    assert [issue.message for issue in talks] == [issue.message for issue in alone]


@pytest.mark.parametrize(
    "guard", ["warned", "not warned", "mistakes >= 2 and (warned or trap.july-first)", "has.note"]
)
def test_guards_are_drawn_as_written(guard: str) -> None:
    text = MINI_TEXT.replace("next: [{if: warned,", f"next: [{{if: {guard},")
    assert text != MINI_TEXT or guard == "warned"
    way = compile_text(text).scenes["shanghai"].next[0]
    assert way.guard is not None
    assert spoken(way.guard) == guard


def test_the_drawing_counts_where_teams_went() -> None:
    logs = []
    for seed in ("1", "2", "3"):
        table = Playthrough(MINI, seed=seed)
        random_play(MINI, seed, table=table)
        logs.append(table.records)
    went = traffic(logs)
    assert went.runs == 3
    assert went.scenes["shanghai"] == 3
    drawn = dot(MINI, went)
    assert drawn.count("{") == drawn.count("}")
    assert "penwidth" in drawn
    assert '"shanghai" -> "lake"' in drawn
