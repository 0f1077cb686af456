"""No clock of a script is left out of its proof: each is held against those that run beside it.

The proof counts no time; the rules do. So drawn scripts are played by the rules, as fast as anybody
could, and whatever ends by the limit there must not be called sound here.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.author.printed import results
from engine.errors import Rejection
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.scenario.model import Scenario
from tests.support.scripts import compile_text

HEAD = """\
format: 1
id: clocks
title: 示例
summary: 示例
minutes: {minutes}
roles:
  a: {{name: 甲, brief: 你是甲。}}
  b: {{name: 乙, brief: 你是乙。}}
sources: {{s: {{cite: 某书}}}}
facts: {{f: {{text: 史实。, status: established, sources: [s]}}}}
traps:
  t:
    belief: 误区
    truth: f
    why: 缘故
    hold: {hold}s
    then: {then}
{rescue}
start: one
scenes:
  one:
    title: 一幕
    story: 开始。
    time: {{limit: {limit}s, then: {late}}}
    tasks:
      before: {{role: all, kind: discuss, ask: 谈, at_least: {before}s}}
      ask: {{role: a, after: [before], ask: 问, choices: [{{id: r, text: 对, right: true, fact: f}}, {{id: x, text: 错, trap: t}}]}}
      more: {{role: {more}, after: [before], kind: read, ask: 读, story: 文}}
      talk: {{role: all, after: [ask], kind: discuss, ask: 再谈, at_least: {talk}s}}
    next: [good]
  good: {{ending: good, title: 好, story: 好。}}
  late: {{ending: mixed, title: 迟, story: 迟了。}}
  bad: {{ending: bad, title: 坏, story: 坏。}}
absence: {absence}
"""
RESCUE = """\
    rescue: {role: any, ask: 问, choices: [{id: y, text: 是, right: true}, {id: n, text: 否}]}
"""


def script(**given: object) -> Scenario:
    """A scene with a limit, two talks, a task with a trap that holds, and one without."""
    values: dict[str, object] = {
        "minutes": 60, "hold": 20, "then": "retry", "rescue": "", "limit": 300, "late": "late",
        "before": 0, "more": "b", "talk": 0, "absence": "{grace: 60s}",
    }  # fmt: skip
    values |= given
    text = HEAD.format(**values)
    unused = "bad" if values["late"] == "late" else "late"
    return compile_text(
        "\n".join(line for line in text.splitlines() if not line.startswith(f"  {unused}:"))
    )


def test_a_hold_past_the_limit_is_neither_survived_nor_left_by_hand() -> None:
    """As found: 20 minutes of hold, nobody to help, 5 minutes of limit, a bad ending."""
    proof = prove(script(hold=1200, limit=300, late="bad"))
    assert {"SC604", "SC622"} <= {issue.code for issue in proof.issues}
    told = results(proof)
    assert (told[1], told[3]) == ("发现 1 处", "发现 1 处")
    [jam] = [issue for issue in proof.issues if issue.code == "SC604"]
    assert "ask" in jam.message.zh
    assert jam.play == ("a:before=", "b:before=", "ask=x")


CASES = [
    ("a hold under a limit", {"hold": 299}, set()),
    ("a hold as long as the limit", {"hold": 300}, {"SC604"}),
    ("a talk before, then the hold", {"hold": 200, "before": 120}, {"SC604"}),
    ("the hold, then a talk", {"hold": 200, "talk": 120}, {"SC604"}),
    ("accepted, and nothing left to do", {"hold": 299, "then": "accept"}, set()),
    ("accepted, and a talk left", {"hold": 301, "then": "accept"}, {"SC604"}),
    ("a rescue that everybody may fail", {"hold": 400, "rescue": RESCUE}, {"SC604"}),
    ("two talks", {"before": 200, "talk": 200}, {"SC606"}),
    ("a grace past the limit", {"absence": "{grace: 5m}"}, {"SC632"}),
    ("a grace and a stand-in", {"absence": "{grace: 295s, then: stand_in}"}, {"SC632"}),
    ("a grace that is waited for", {"absence": "{grace: 5m, then: wait}"}, {"SC631"}),
    ("a hold of half the evening", {"minutes": 4, "hold": 120}, {"SC645"}),
    ("a limit of five evenings", {"minutes": 4, "limit": 1200}, {"SC645"}),
    ("a grace of all the evening", {"minutes": 4, "absence": "{grace: 250s}"}, {"SC645"}),
]


@pytest.mark.parametrize(
    ("given", "codes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_clock_is_held_against_the_others(given: dict[str, object], codes: set[str]) -> None:
    found = {issue.code for issue in prove(script(**given)).issues}
    assert found - {"SC641", "SC642", "SC643"} == codes


def lost_by_the_limit(scenario: Scenario) -> bool:
    """The trap springs at the first chance, then all is done as soon as the rules allow."""
    table = Playthrough(scenario)
    moves = ["a:before=", "b:before=", "ask=x", "a:more=", "b:more=", "ask=r", "a:talk=", "b:talk="]
    for move in moves:
        if "more" in move and f"{scenario.scenes['one'].tasks['more'].who.roles[0]}:more=" != move:
            continue
        try:
            table.move(move)
        except Rejection:
            continue
    table.advance(3_600_000)
    assert table.state.phase == "ended"
    return table.state.ending != "good"


LENGTHS = st.sampled_from((0, 40, 80, 120, 160, 200, 240))


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    hold=st.integers(1, 400),
    before=LENGTHS,
    talk=LENGTHS,
    then=st.sampled_from(("retry", "accept")),
    more=st.sampled_from(("a", "b")),
)
def test_what_the_rules_lose_by_the_limit_isnt_called_sound(
    hold: int, before: int, talk: int, then: str, more: str
) -> None:
    scenario = script(hold=hold, before=before, talk=talk, then=then, more=more, limit=300)
    found = {issue.code for issue in prove(scenario).issues} & {"SC604", "SC606"}
    assert bool(found) == lost_by_the_limit(scenario)
