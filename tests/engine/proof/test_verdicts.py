"""No line of a proof says that something holds which wasn't looked at, nor gives a wrong reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.author.printed import how_far, last_line, results
from engine.errors import ScenarioError
from engine.proof.coverage import everything
from engine.proof.prove import Proof, prove
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from tests.support.generated import large_text
from tests.support.scripts import compile_text

BROKEN = sorted((Path(__file__).resolve().parents[2] / "broken").glob("*.yaml"))
SHIPPED = sorted((Path(__file__).resolve().parents[3] / "scenarios").glob("*/scenario.yaml"))
HOLDS = "成立"

BOTH_ANSWERS_TRAPPED = """\
format: 1
id: both
title: 示例
summary: 示例
minutes: 3
roles: {a: {name: 甲, brief: 你是甲。}, b: {name: 乙, brief: 你是乙。}}
sources: {s: {cite: 某书}}
facts: {f: {text: 史实。, status: established, sources: [s]}}
traps: {t: {belief: 误区, truth: f, why: 缘故}}
start: one
scenes:
  one:
    title: 一幕
    story: 开始。
    time: {limit: 5m, then: bad}
    tasks:
      look: {role: b, kind: read, ask: 读, story: 文}
      trick: {role: a, ask: 问, choices: [{id: x, text: 甲, trap: t}, {id: y, text: 乙, trap: t}]}
    next: [two]
  two:
    title: 二幕
    story: 后来。
    tasks: {more: {role: b, kind: read, ask: 读, story: 文}}
    next: [good]
  good: {ending: good, title: 好, story: 好。}
  bad: {ending: bad, title: 坏, story: 坏。}
"""


def holds_only_what_was_looked_at(scenario: Scenario, proof: Proof) -> None:
    """What each 成立 rests on, counted here once more."""
    told = results(proof)
    seen = proof.seen
    if told[1] == HOLDS:
        assert {("scene", n) for n, s in scenario.scenes.items() if not s.ending} <= seen
    if told[2] == HOLDS:
        assert set(everything(scenario)) <= seen
    if told[3] == HOLDS:
        assert {("trap", name) for name in scenario.traps} <= seen
    if told[4] == HOLDS:
        assert proof.absent == tuple(scenario.roles)
    if told[6] == HOLDS:
        assert proof.fairness is not None


@pytest.mark.parametrize(
    "file", [*BROKEN, *SHIPPED], ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_what_holds_was_looked_at_and_the_reason_is_the_true_one(file: Path) -> None:
    try:
        scenario = compile_scenario(file.read_bytes(), file.name)
    except ScenarioError:
        return
    proof = prove(scenario)
    holds_only_what_was_looked_at(scenario, proof)
    assert "预算" not in last_line(proof)
    assert (how_far(proof) == "全部走完") == proof.complete


def test_what_a_jam_hides_is_not_called_sound_and_its_task_is_named() -> None:
    proof = prove(compile_text(BOTH_ANSWERS_TRAPPED))
    [jam] = proof.issues
    assert (jam.code, jam.place.line, jam.place.column) == ("SC604", 18, 7)
    assert "trick" in jam.message.zh
    assert "look" not in jam.message.zh
    assert results(proof) == [
        "还没看", "发现 1 处，其余还没看", "还没看", "还没看", "还没看", "成立", "还没看",
    ]  # fmt: skip
    assert "挡住的还没看" in last_line(proof)


def test_a_budget_and_a_count_that_end_it_are_told_apart() -> None:
    large = compile_text(large_text(tasks=2))
    asked = 0

    def spent() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    cut = prove(large, spent=spent)
    assert how_far(cut).startswith("预算先用完，没有走完：场景 ")
    assert HOLDS not in results(cut)[:5]
    assert not cut.sound
