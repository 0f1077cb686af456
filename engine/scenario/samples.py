"""The sound script that is the good sample of every issue, and the bad samples made from it."""

from __future__ import annotations

from typing import Final

from engine.script.catalogue import ADVICE, CATALOGUE
from engine.script.source import BYTES_MAX

SOUND: Final = """\
format: 1
id: sound
version: 1.0.0
title: 示例
summary: 概要。
minutes: 5
themes: [示例]
objectives: {know: 知道}
roles:
  a: {name: 甲, brief: 你是甲。}
  b: {name: 乙, brief: 你是乙。}
vars:
  w: {bool: false}
  m: {int: [0, 3], label: 疏漏, show: true}
  x: {one_of: [none, front], start: none}
cards:
  k: {title: 卡, text: 正文。, fact: f}
sources:
  s: {cite: 某书, kind: book}
facts:
  f: {text: 史实。, status: established, sources: [s], objective: know}
  l: {text: 条文。, status: statute, sources: [{source: s, where: 第一条, quote: 应当。}]}
  c:
    text: 有几说。
    status: contested
    sources: [s]
    accounts: [{says: 甲说, basis: 某回忆, sources: [s]}, {says: 乙说, basis: 某档案, sources: [s]}]
traps:
  t:
    belief: 误区
    truth: f
    why: 缘故
    cost: {m: +1}
    hold: 30s
    rescue: {role: any, ask: 拉一把？, choices: [{id: y, text: 对, right: true}, {id: n, text: 错}]}
  d: {belief: 误区二, truth: f, why: 缘故, then: {detour: side}}
start: one
scenes:
  one:
    title: 第一幕
    story: 开始。
    tasks:
      p: {role: a, kind: read, ask: 读, story: 文}
      q: {role: b, kind: read, ask: 读, story: 文, after: [p]}
      ask: {role: a, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: o, text: 否}]}
      fall: {role: b, ask: 问, choices: [{id: r, text: 对, right: true, fact: f},
        {id: w, text: 错, trap: t}, {id: v, text: 岔, trap: d}]}
      mark: {role: a, ask: 定, choices: [{id: i, text: 一, set: {x: front}, give: {k: a}},
        {id: j, text: 二, set: {w: true}, give: {k: a}}]}
      pass: {role: a, kind: hand, ask: 交, card: k, to: b, after: [mark]}
      find: {role: b, kind: search, ask: 找, points: 2,
        spots: [{id: s1, text: 桌, points: 2}, {id: s2, text: 柜}]}
      v: {role: [a, b], kind: vote, ask: 投, choices: [{id: y, text: 是}, {id: n, text: 否}]}
    barrier: all
    next: [{if: w, go: z}, {go: z}]
    time: {limit: 5m, then: bad}
  z:
    title: 后一幕
    story: 后来。
    tasks: {again: {role: a, kind: read, ask: 读, story: 文}}
    next: [{if: m > 2, go: y}, {go: good}]
  y:
    title: 又一幕
    story: 又来。
    tasks: {again: {role: a, kind: read, ask: 读, story: 文}}
    next: [{go: good}]
  side:
    title: 岔路
    story: 想想。
    tasks: {think: {role: b, kind: read, ask: 读, story: 想}}
    next: [{go: back}]
  good: {ending: good, title: 好, story: 好。}
  bad: {ending: bad, title: 坏, story: 坏。}
tests:
  - {name: 一路走, play: [p=, q=, b:find=s1, a:v=y, b:v=y], expect: {scene: one}}
"""
"""A script with no issue; each bad sample differs from it in one place."""


def bad_sample(code: str) -> bytes:
    """A script that has just the issue `code`."""
    entry = (CATALOGUE | ADVICE)[code]
    if entry.old:
        assert SOUND.count(entry.old) >= 1, f"{code}: the sound script has no {entry.old!r}"
        bad = _PIECES.get(entry.bad, entry.bad)
        return SOUND.replace(entry.old, bad, 1).encode()
    return _WHOLE.get(entry.bad, entry.bad.encode())


def _without_ending() -> bytes:
    ways = SOUND.replace("ending: good, ", "").replace("ending: bad, ", "")
    task = "tasks: {{e: {{role: a, kind: read, ask: 读, story: 文}}}}, next: [{{go: {}}}]}}"
    ways = ways.replace("story: 好。}", "story: 好。, " + task.format("bad"))
    return ways.replace("story: 坏。}", "story: 坏。, " + task.format("good")).encode()


_READ: Final = "{role: b, kind: read, ask: 读, story: 想}"
_PIECES: Final = {
    "\x00TASKS": f"    tasks: {{{', '.join(f't{number}: {_READ}' for number in range(101))}}}",
}
_WHOLE: Final = {
    "\x00TOO-LARGE": SOUND.encode() + b"#" * BYTES_MAX,
    "\x00NO-TEXT": SOUND.encode() + b"# \xff\n",
    "\x00GB18030": SOUND.encode("gb18030"),
    "\x00NO-ENDING": _without_ending(),
    "\x00MANY": SOUND.encode() + b"format: 1\n" * 1_001,
    "\x00TWO": SOUND.encode() + b"---\nformat: 1\n",
}
