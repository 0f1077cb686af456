"""A jam says which task can't be done, what that waits for, and what waits for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.author.printed import results
from engine.proof.prove import prove
from engine.scenario import compile_scenario

BROKEN = Path(__file__).resolve().parents[2] / "broken"

WAITS = {
    "SC601-no-card": "pass，要的卡片 k 没有人有",
    "SC603-needs-its-own-gift": "pass，要的卡片 k 没有人有；get 又等它",
    "SC603-every-answer-a-trap": "ask，没有一个答案做得完",
    "SC631-nobody-votes": "v，甲不在，没有人替",
    "SC604-held-then-talk": "ask，能做的人停住了（hold），到不了解开的时候；talk 又等它",
}
UNKNOWN = "还没看"
OVERCOME = 3
"""The group of traps that can be avoided and overcome."""


@pytest.mark.parametrize("name", WAITS)
def test_a_jam_says_what_waits_for_what(name: str) -> None:
    file = BROKEN / f"{name}.yaml"
    told = [issue.message.zh for issue in prove(compile_scenario(file.read_bytes(), "x")).issues]
    assert any(WAITS[name] in text for text in told)


def test_it_is_told_whole_in_english_too() -> None:
    file = BROKEN / "SC603-needs-its-own-gift.yaml"
    (told,) = {issue.message.en for issue in prove(compile_scenario(file.read_bytes(), "x")).issues}
    assert told.endswith(" (stuck: pass: nobody holds k; get waits for it).")


@pytest.mark.parametrize("name", ["SC604-held-past-the-limit", "SC604-held-then-talk"])
def test_a_trap_that_only_the_limit_ends_isn_t_called_overcome(name: str) -> None:
    file = BROKEN / f"{name}.yaml"
    told = results(prove(compile_scenario(file.read_bytes(), "x")))
    assert told[OVERCOME] == UNKNOWN


LOCKED = """\
format: 1
id: locked
title: 示例
summary: 示例
minutes: 3
roles: {a: {name: 甲, brief: 你是甲。}, b: {name: 乙, brief: 你是乙。}}
cards: {k: {title: 卡, text: 文}}
start: one
scenes:
  one:
    title: 一幕
    story: 开始。
    tasks:
      take: {role: b, optional: true, kind: hand, ask: 交, card: k, to: a}
      get: {role: a, optional: true, kind: read, ask: 读, story: 文, after: [take], give: {k: b}}
      last: {role: b, kind: read, ask: 读, story: 文, after: [take]}
    next: [good]
  good: {ending: good, title: 好, story: 好。}
"""


def test_what_never_opens_waits_for_a_task() -> None:
    told = [issue.message.zh for issue in prove(compile_scenario(LOCKED.encode(), "x")).issues]
    assert any("last，等着 take" in text for text in told)
