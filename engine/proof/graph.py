"""A script as a picture: scenes with their tasks by role, barriers, traps, ways, endings.

`dot` gives the text that Graphviz lays out; nothing is placed by hand. With `Traffic`, counted from
logs of real runs, the ways teams went are drawn as thick as they were walked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.rules.events import Recorded, SceneEntered, SceneResumed, TrapSprung
from engine.scenario.checks import detours_of, traps_of
from engine.scenario.model import BACK, Barrier, Scenario, Scene, Task
from engine.script.nodes import (
    And,
    Compare,
    Done,
    Guard,
    Has,
    Literal_,
    Not,
    Operand,
    Or,
    Picked,
    Sprung,
)
from engine.values import ANY

INK: Final = "#2b2320"
RED: Final = "#a3262a"
GOLD: Final = "#b8892f"
PAPER: Final = "#fbf6ec"
ENDING: Final = {"good": "#e3efdf", "mixed": "#f5ead0", "bad": "#f1dcda"}
FONT: Final = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
ASK_MAX: Final = 16
"""Characters of a task's question that are drawn."""


Walk = tuple[Sequence[str], Sequence[str]]
"""(scenes entered, traps sprung) of a run, in order."""


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """Where runs went, counted."""

    runs: int
    scenes: Counter[str]
    ways: Counter[tuple[str, str]]
    traps: Counter[str]


def traffic(logs: Iterable[Iterable[Recorded]]) -> Traffic:
    """Count scenes entered, ways taken and traps sprung over the logs."""
    return walked(_walk(log) for log in logs)


def _walk(log: Iterable[Recorded]) -> Walk:
    scenes, traps = [], []
    for recorded in log:
        match recorded.event:
            case SceneEntered(scene=scene) | SceneResumed(scene=scene):
                scenes.append(scene)
            case TrapSprung(trap=trap):
                traps.append(trap)
    return scenes, traps


def walked(walks: Iterable[Walk]) -> Traffic:
    """The traffic of runs that walked so."""
    went = Traffic(runs=0, scenes=Counter(), ways=Counter(), traps=Counter())
    runs = 0
    for scenes, traps in walks:
        runs += 1
        went.scenes.update(scenes)
        went.ways.update(pairwise(scenes))
        went.traps.update(traps)
    return replace(went, runs=runs)


def dot(scenario: Scenario, went: Traffic | None = None) -> str:
    """The script as Graphviz's DOT."""
    lines = [
        "digraph script {",
        f'  graph [rankdir=TB, bgcolor="{PAPER}", pad=0.4, nodesep=0.5, ranksep=0.6,'
        f' fontname="{FONT}", label="{_q(scenario.title)}", labelloc=t, fontsize=22];',
        f'  node [shape=plain, fontname="{FONT}", fontsize=12, fontcolor="{INK}"];',
        f'  edge [fontname="{FONT}", fontsize=11, color="{INK}", fontcolor="{INK}"];',
        f'  "start" [shape=circle, style=filled, fillcolor="{RED}", width=0.22, label=""];',
        f'  "start" -> {_id(scenario.start)};',
    ]
    for scene in scenario.scenes.values():
        lines.append(
            f"  {_id(scene.id)} [tooltip={_id(scene.id)}, label=<{_scene(scenario, scene, went)}>];"
        )
        lines += _ways(scenario, scene, went)
    return "\n".join([*lines, "}", ""])


def _scene(scenario: Scenario, scene: Scene, went: Traffic | None) -> str:
    if scene.ending is not None:
        return _table(ENDING[scene.ending], [_head(f"结局 · {scene.title}", scene.id, went)])
    rows = [_head(scene.title, scene.id, went), "<hr/>"]
    for role in scenario.roles.values():
        own = [task for task in scene.tasks.values() if task.who.slots == (role.id,)]
        site = scene.site_by_role.get(role.id)
        where = f"（{site.title}）" if site is not None else ""
        rows += _tasks(scenario, f"{role.name}{where}", own, went)
    shared = [task for task in scene.tasks.values() if len(task.who.slots) > 1]
    rows += _tasks(scenario, "几人一起", shared, went)
    rows += _tasks(
        scenario, "谁先谁来", [t for t in scene.tasks.values() if t.who.slots == (ANY,)], went
    )
    if scene.barrier is not None:
        rows.append(_row(f"▍关卡：{_barrier(scene.barrier)}", GOLD))
    return _table("#ffffff", rows)


def _table(fill: str, rows: list[str]) -> str:
    return (
        f'<table border="1" color="{INK}" cellborder="0" cellspacing="0" cellpadding="5" '
        f'bgcolor="{fill}" style="rounded">{"".join(rows)}</table>'
    )


def _row(text: str, color: str = INK) -> str:
    return (
        f'<tr><td align="left" balign="left"><font color="{color}">{escape(text)}</font></td></tr>'
    )


def _head(title: str, scene: str, went: Traffic | None) -> str:
    count = f"  ({went.scenes[scene]} 次)" if went is not None else ""
    return (
        f'<tr><td align="left"><b>{escape(title)}</b>'
        f'<font color="#7a6e66">  {escape(scene)}{count}</font></td></tr>'
    )


def _tasks(scenario: Scenario, who: str, tasks: list[Task], went: Traffic | None) -> Iterator[str]:
    if not tasks:
        return
    yield _row(who, RED)
    for task in tasks:
        ask = task.ask if len(task.ask) <= ASK_MAX else task.ask[:ASK_MAX] + "…"
        waits = f"  ← {'、'.join(task.after)}" if task.after else ""
        asked = f"  若 {spoken(task.guard)}" if task.guard is not None else ""
        more = " （可不做）" if task.optional else ""
        yield _row(f"  {task.id}  {task.body.label.zh}  {ask}{waits}{asked}{more}")
        for name in dict.fromkeys(traps_of(task)):
            count = f"  ({went.traps[name]} 次)" if went is not None else ""
            yield _row(f"      ⚠ {scenario.traps[name].belief}{count}", GOLD)


def _barrier(barrier: Barrier) -> str:
    match barrier.kind:
        case "all":
            return "全部做完"
        case "any":
            return "做完任何一项"
        case "count":
            return f"做完 {barrier.count} 项"
        case "tasks":
            return f"做完 {'、'.join(barrier.tasks)}"


def _ways(scenario: Scenario, scene: Scene, went: Traffic | None) -> Iterator[str]:
    for way in scene.next:
        text = spoken(way.guard) if way.guard is not None else ""
        for go in _targets(scenario, scene, way.go):
            yield _edge(scene.id, go, text, "solid", went)
    if scene.time is not None:
        text = f"时限 {scene.time.limit_ms // 60_000} 分钟"
        for go in _targets(scenario, scene, scene.time.then):
            yield _edge(scene.id, go, text, "dashed", went)
    for go in dict.fromkeys(detours_of(scenario, scene)):
        yield _edge(scene.id, go, "岔路", "dotted", went)


def _targets(scenario: Scenario, scene: Scene, go: str) -> tuple[str, ...]:
    if go != BACK:
        return (go,)
    return tuple(
        other.id for other in scenario.scenes.values() if scene.id in detours_of(scenario, other)
    )


def _edge(start: str, end: str, text: str, style: str, went: Traffic | None) -> str:
    more = ""
    if went is not None:
        count = went.ways[start, end]
        width = 1 + 6 * count / max(1, went.runs)
        color = RED if count else "#c9c0b6"
        more = f', penwidth={width:.1f}, color="{color}"'
        text = f"{text} ({count})".strip()
    return f'  {_id(start)} -> {_id(end)} [style={style}, label="{_q(text)}"{more}];'


def spoken(guard: Guard) -> str:
    """The guard as an author would write it."""
    match guard:
        case Compare(left=left, op=op, right=right):
            if op == "==" and right == Literal_(True):
                return _operand(left)
            return f"{_operand(left)} {op} {_operand(right)}"
        case Sprung(trap=trap):
            return f"trap.{trap}"
        case Done(scene=scene, task=task):
            return f"done.{scene}.{task}"
        case Has(card=card):
            return f"has.{card}"
        case Picked():
            return "抽到"
        case And(args=args):
            return " and ".join(_inner(arg) for arg in args)
        case Or(args=args):
            return " or ".join(_inner(arg) for arg in args)
        case Not(arg=arg):
            return f"not {_inner(arg)}"


def _inner(guard: Guard) -> str:
    text = spoken(guard)
    return f"({text})" if isinstance(guard, And | Or) else text


def _operand(operand: Operand) -> str:
    if isinstance(operand, Literal_):
        value = operand.value
        return str(value).lower() if isinstance(value, bool) else str(value)
    return operand.var


def _id(name: str) -> str:
    return f'"{_q(name)}"'


def _q(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
