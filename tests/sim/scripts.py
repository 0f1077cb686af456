"""The scripts that simulated teams play, and what a person who looks at a task might answer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from engine.scenario import compile_scenario
from engine.scenario.model import (
    Choose,
    Enter,
    Hand,
    Match,
    Order,
    Reflect,
    Scenario,
    Search,
    Select,
    Vote,
)
from tests.engine.rules.conftest import HEAD, script
from tests.support.scripts import MINI_TEXT, compile_text

Answer = tuple[str, ...]

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


def right(scenario: Scenario, scene: str, part: Mapping[str, Any]) -> Answer | None:
    """What somebody who knows answers a task as they see it; None: it isn't their turn."""
    match part["kind"]:
        case "hand":
            return () if part["holds"] else None
        case "speak":
            return () if part["turn"] == part["role"] else None
    match scenario.scenes[scene].tasks[part["id"]].body:
        case Choose(choices=choices) | Vote(choices=choices):
            safe = [choice for choice in choices if not choice.trap] or list(choices)
            return (next((one.id for one in safe if one.right), safe[0].id),)
        case Select(choices=choices):
            return tuple(choice.id for choice in choices if choice.right)
        case Order(items=items):
            return tuple(item.id for item in items)
        case Match(pairs=pairs):
            return tuple(f"{pair.id}={pair.id}" for pair in pairs)
        case Enter(accept=accept):
            return (accept[0],)
        case Reflect():
            return ("今天学到了很多。",)
        case Search(spots=spots):
            found = {spot["text"] for spot in part["spots"] if spot["found"]}
            for spot in spots:
                wanted = spot.card is not None and spot.trap is None and spot.text not in found
                if wanted and spot.points <= part["points_left"]:
                    return (spot.id,)
    return ()


def wants_cards(scenario: Scenario) -> bool:
    """Somebody must hand over a card: it mustn't go astray."""
    scenes = scenario.scenes.values()
    return any(isinstance(task.body, Hand) for scene in scenes for task in scene.tasks.values())


def any_answer(part: Mapping[str, Any], chance: random.Random) -> Answer:
    """What somebody who guesses answers."""
    if "choices" in part:
        return (chance.choice(part["choices"])["id"],)
    if "items" in part:
        return tuple(item["id"] for item in part["items"])
    if "left" in part:
        pairs = zip(part["left"], part["right"], strict=True)
        return tuple(f"{one['id']}={other['id']}" for one, other in pairs)
    if "spots" in part:
        return (chance.choice(part["spots"])["id"],)
    return ("不知道",) if part["kind"] in ("enter", "reflect") else ()
