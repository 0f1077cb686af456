"""Aims that the ends of a proof don't show are explored once more: together, where that is enough."""

from __future__ import annotations

import pytest

from engine.proof import prove as proving
from engine.proof.explore import explore
from engine.proof.play_graph import Explored
from engine.proof.prove import prove
from tests.support.scripts import compile_text

TEXT = """\
format: 1
id: wanted
title: 示例
summary: 两个人的打算。
minutes: 3
roles:
  a: {name: 甲, brief: 你是甲。}
  b: {name: 乙, brief: 你是乙。}
vars: {m: {int: [0, 3]}, n: {int: [0, 3]}}
sources: {s: {cite: 某书, kind: book}}
facts: {f: {text: 史实。, status: established, sources: [s]}}
start: one
scenes:
  one:
    title: 一幕
    story: 开始。
    tasks:
      ask: {role: a, ask: 问, choices: [{id: x, text: 甲, set: {m: +1, n: +1}}, {id: y, text: 乙}]}
      look: {role: b, ask: 问, choices: [{id: x, text: 甲, set: {m: +1, n: +1}}, {id: y, text: 乙}]}
    next: [{go: good}]
  good: {ending: good, title: 好, story: 好。}
aims:
  a: {text: 一个打算, met: m == 0}
  b: {text: 另一个打算, met: %s}
"""


@pytest.mark.parametrize(("met", "explored"), [("m == 0", 1), ("n == 0", 1), ("n == 3", 2)])
def test_what_one_shows_of_another_is_not_explored_again(
    met: str, explored: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[frozenset[str]] = []

    def exploring(*given: object, **named: object) -> Explored:
        asked.append(named.get("aims", frozenset()))  # type: ignore[arg-type]
        return explore(*given, **named)  # type: ignore[arg-type]

    scenario = compile_text(TEXT % met)
    assert ("aim", "a", "yes") not in explore(scenario).seen, "nothing would be tried"
    monkeypatch.setattr(proving, "explore", exploring)
    proof = prove(scenario)
    assert len([aims for aims in asked if aims]) == explored
    never = [issue.code for issue in proof.issues if issue.code in ("SC625", "SC626")]
    assert never == (["SC625"] if met == "n == 3" else [])
