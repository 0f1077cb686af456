"""A small script that each test changes where it needs to."""

from __future__ import annotations

from textwrap import dedent, indent

from engine.scenario.model import Scenario
from tests.support.scripts import compile_text
from tests.support.table import Table

HEAD = """
format: 1
id: small
version: 1.0.0
title: 小剧本
summary: 测试用的剧本。
minutes: 5
themes: [测试]
objectives: {know: 知道, care: 当心}
roles:
  a: {name: 甲, brief: 你是甲。}
  b: {name: 乙, brief: 你是乙。}
  c: {name: 丙, brief: 你是丙。, seats: [1, 2]}
vars:
  m: {int: [0, 3], label: 疏漏, show: true}
  w: {bool: false}
  x: {one_of: [none, front, back], start: none}
cards:
  k: {title: 卡一, text: 卡一的正文。, fact: f}
  l: {title: 卡二, text: 卡二的正文。}
sources:
  s: {cite: 某书, kind: book}
facts:
  f: {text: 史实一。, status: established, sources: [s], objective: know}
  g: {text: 史实二。, status: accepted, sources: [s], objective: care}
traps:
  t:
    belief: 误区一
    truth: f
    why: 常被混淆
    cost: {m: +1}
    hold: 30s
    rescue: {role: any, ask: 拉一把?, choices: [{id: y, text: 对, right: true}, {id: n, text: 错}]}
    then: retry
  u: {belief: 误区二, truth: g, why: 常被混淆, cost: {m: +2}, then: accept}
  d: {belief: 误区三, truth: g, why: 常被混淆, then: {detour: side}}
absence: {grace: 60s, then: share}
"""

TAIL = """
  z: {title: 后一幕, story: 后来。, tasks: {go-on: {role: a, kind: read, ask: 读, story: 完了。}}, next: [{go: good}]}
  late: {title: 迟了, story: 迟了。, tasks: {hurry: {role: a, kind: read, ask: 读, story: 快。}}, next: [{go: bad}]}
  side: {title: 岔路, story: 想一想。, tasks: {think: {role: b, kind: read, ask: 读, story: 想。}}, next: [{go: back}]}
  good: {ending: good, title: 好, story: 好。, facts: [f]}
  bad: {ending: bad, title: 坏, story: 坏。, facts: [f]}
debrief: {facts: [g], discuss: [为什么?, 怎么办?], oath: true, reflect: 收获?}
"""

TRAPPED = """
use-t: {role: a, optional: true, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: t}]}
use-u: {role: a, optional: true, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: u}]}
use-d: {role: a, optional: true, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: d}]}
give-k: {role: a, optional: true, ask: 问, choices: [{id: k, text: 一, give: {k: a}}, {id: l, text: 二, give: {l: a}}]}
for-b: {role: b, optional: true, kind: read, ask: 读, story: 乙读。}
for-c: {role: c, optional: true, kind: read, ask: 读, story: 丙读。}
"""
"""Optional tasks that use everything declared, so that the small script has nothing unused."""


def text_of(
    tasks: str,
    *,
    barrier: str = "all",
    extra: str = "",
    head: str = HEAD,
) -> str:
    """The text of the small script whose first scene `one` has `tasks` (YAML of the map), then scene `z`.

    `extra`: more keys of scene `one`, e.g. `time: {limit: 5m, then: late}`.
    """
    body = indent(dedent(TRAPPED).strip() + "\n" + dedent(tasks).strip(), "      ")
    late = "" if "late" in extra else "{if: w and not w, go: late}, "
    scene = (
        f"start: one\nscenes:\n  one:\n    title: 第一幕\n    story: 开始。\n    tasks:\n{body}\n"
        f"    barrier: {barrier}\n    next: [{late}{{go: z}}]\n"
    )
    more = indent(dedent(extra).strip(), "    ")
    return head.strip("\n") + "\n" + scene + (more + "\n" if more else "") + TAIL.strip("\n")


def script(tasks: str, **kwargs: str) -> Scenario:
    """The same, compiled."""
    return compile_text(text_of(tasks, **kwargs))


def table(tasks: str, **kwargs: str) -> Table:
    """The small script, begun, with one seat a role: s1 = a, s2 = b, s3 = c."""
    return Table(script(tasks, **kwargs))
