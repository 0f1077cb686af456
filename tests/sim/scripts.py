"""The scripts that simulated teams play, and what a person who looks at a task might answer."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from tests.engine.rules.conftest import HEAD, script
from tests.support.scripts import MINI_TEXT, compile_text

MANY = """
p: {role: a, ask: 问, choices: [{id: y, text: 是, set: {w: true}}, {id: n, text: 否, trap: t}, {id: o, text: 或, trap: d}]}
q: {role: b, after: [p], if: w, kind: enter, ask: 填, fact: f, accept: [七月], trap: u}
r: {role: all, kind: vote, ask: 投, choices: [{id: y, text: 是}, {id: n, text: 否, trap: t}]}
s: {role: all, kind: speak, ask: 说, after: [r]}
e: {role: any, kind: order, ask: 排, fact: f, items: [{id: i1, text: 一}, {id: i2, text: 二}]}
"""
KINDS = """
h: {role: a, kind: search, points: 4, ask: 找, spots: [{id: x, text: 桌, card: k}, {id: y, text: 柜, points: 2}, {id: v, text: 墙, trap: t}]}
g: {role: a, kind: hand, card: k, to: b, ask: 交, after: [h]}
i: {role: all, kind: discuss, ask: 议, at_least: 20s}
j: {role: c, kind: select, ask: 选, fact: f, hint: {text: 示, cost: {m: +1}}, choices: [{id: x, text: 甲, right: true}, {id: y, text: 乙, trap: u}, {id: v, text: 丙}]}
n: {role: "[b, c]", kind: match, ask: 连, fact: f, pairs: [{id: p1, left: 一, right: 壹}, {id: p2, left: 二, right: 贰}]}
o: {role: b, optional: true, kind: estimate, ask: 估, fact: f, number: 13, within: 2, trap: u}
q: {role: c, optional: true, kind: sort, ask: 分, fact: f, groups: [{id: g1, text: 甲组}, {id: g2, text: 乙组}], things: [{id: t1, text: 子, group: g1}, {id: t2, text: 丑, group: g2}], trap: t}
s: {role: a, kind: judge, ask: 判, fact: f, statements: [{id: s1, text: 是的, call: "true"}, {id: s2, text: 不是, call: "false"}]}
"""
ABSENCES = ("share", "stand_in", "wait")
REAL_RATE, GENERATED_RATE = 0.01, 0.25
REAL = ("yida-1921", "fuwu", "luding-1935")


def _mini(absence: str) -> Scenario:
    return compile_text(MINI_TEXT.replace("then: share}", f"then: {absence}}}"))


def _many(absence: str) -> Scenario:
    head = HEAD.replace("then: share}", f"then: {absence}}}")
    return script(MANY, extra="time: {limit: 5m, then: late}", head=head)


def _kinds(absence: str) -> Scenario:
    head = HEAD.replace("grace: 60s, then: share}", f"grace: 5s, then: {absence}}}")
    return script(KINDS.replace('"[b, c]"', "[b, c]"), head=head)


@cache
def small(kind: str, absence: str) -> Scenario:
    """A script of a minute or two."""
    return {"mini": _mini, "many": _many, "kinds": _kinds}[kind](absence)


@cache
def real(name: str) -> Scenario:
    """One of those that are played for real."""
    path = Path("scenarios") / name / "scenario.yaml"
    return compile_scenario(path.read_bytes(), str(path))


@cache
def generated() -> tuple[Scenario, ...]:
    """Scripts that `tests/support/generated.py` drew: of those that are proved to reach an ending in
    every play. In one of them a way back that right answers would take for ever leads on."""
    file = Path(__file__).parent / "drawn.yaml"
    return tuple(compile_text(text) for text in file.read_text(encoding="utf-8").split("---\n"))


def drawn(chance: random.Random) -> Scenario:
    """The script of a world."""
    roll = chance.random()
    if roll < REAL_RATE:
        return real(chance.choice(REAL))
    if roll < GENERATED_RATE:
        return chance.choice(generated())
    return small(chance.choice(("mini", "many", "kinds")), chance.choice(ABSENCES))


def wants_cards(scenario: Scenario) -> bool:
    """Somebody must hand over a card: it mustn't go astray."""
    return any(task.body.needs() for at in scenario.scenes.values() for task in at.tasks.values())
