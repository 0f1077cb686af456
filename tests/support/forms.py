"""A script of middling size with and without each form of the language: what each costs the proof.

Four scenes, two roles, two questions each before and behind each form, three endings asked by a number
that traps add to: so there is something for a form to multiply. A form changes a scene or two.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

FORMS: Final = {
    "drawn": 3,
    "pick": 1,
    "pick-items": 1,
    "pick-tasks": 3,
    "places": 1,
    "eats": 5,
    "eats-soon": 8,
    "aims": 1,
    "vote": 3,
    "cost": 4,
    "once": 1,
    "closes": 2,
    "relay": 1,
    "talk": 1,
}
"""Form → how many values it has, by which it may multiply states, between the scenes that ask for it
at the most: 1 where it has none. A task that it takes is counted by itself."""
TASKS: Final = {"pick-items": 1, "relay": 1, "talk": 1, "closes": 2, "cost": 2, "eats-soon": 1}
"""Form → the tasks it takes besides, each of which is a step more."""

ROLES: Final = ("a", "b")


def text_with(forms: Collection[str]) -> str:
    """The script with these forms."""
    unknown = set(forms) - set(FORMS)
    assert not unknown, unknown
    scenes = "".join(_scene(n, set(forms)) for n in range(4))
    once = "once: true, " if "once" in forms else ""
    return (
        "format: 1\nid: forms\ntitle: 形\nsummary: 形。\nminutes: 20\n"
        "roles: {a: {name: 甲, brief: 甲。}, b: {name: 乙, brief: 乙。}}\n"
        f"vars: {{{_vars(set(forms))}}}\n"
        f"cards: {{k: {{{once}title: 卡, text: 文。}}}}\n"
        "sources: {s: {cite: 书}}\n"
        "facts: {f: {text: 史实。, status: established, sources: [s]}}\n"
        "traps: {t: {belief: 误, truth: f, why: 因, cost: {m: +1}, hold: 30s}}\n"
        f"start: s0\nscenes:\n{scenes}"
        "  good: {ending: good, title: 好, story: 好。}\n"
        "  fair: {ending: mixed, title: 平, story: 平。}\n"
        "  bad: {ending: bad, title: 坏, story: 坏。}\n"
        + ("aims: {a: {text: 想, met: w, secret: true}}\n" if "aims" in forms else "")
    )


def _vars(forms: set[str]) -> str:
    parts = ["m: {int: [0, 3]}", "w: {bool: false}"]
    if "drawn" in forms:
        parts.append("d: {one_of: [p, q, r], start: drawn}")
    if forms & {"eats", "eats-soon"}:
        parts.append("far: {int: [0, 4], start: 4}")
    if "cost" in forms:
        parts.append("fare: {int: [0, 3], start: 3}")
    if "closes" in forms:
        parts.append("shut: {bool: false}")
    if "vote" in forms:
        parts.append("road: {one_of: [none, water, land], start: none}")
    return ", ".join(parts)


def _task(n: int, role: str, k: int, forms: set[str]) -> str:
    after = f", after: [{role}{k - 1}]" if k else ""
    trap = ", trap: t" if k == 1 else ""
    flag = ", set: {w: true}" if (n, role, k) == (0, "a", 0) else ""
    give = ", give: {k: a}" if (n, role, k) == (0, "b", 0) else ""
    pick = ", pick: 2" if "pick" in forms else ""
    return (
        f"      {role}{k}: {{role: {role}, ask: 问{after}{pick}, choices: [{{id: r, text: 对, right: true, "
        f"fact: f{flag}{give}}}, {{id: x, text: 错{trap}}}, {{id: y, text: 非}}]}}\n"
    )


def _scene(n: int, forms: set[str]) -> str:
    tasks = "".join(_task(n, role, k, forms) for role in ROLES for k in range(2))
    tasks += _own(n, forms)
    text = f"  s{n}:\n    title: 幕\n    story: 文。\n"
    if n == 2 and "places" in forms:
        text += "    places: {up: {title: 上, roles: [a]}, down: {title: 下, roles: [b]}}\n"
    if n == 2 and "pick-tasks" in forms:
        text += "    pick: {count: 2, of: [p0, p1, p2]}\n"
    if n == 2 and forms & {"eats", "eats-soon"}:
        text += "    time: {limit: 5m, then: bad, every: 1m, set: {far: -1}}\n"
    onward = f"s{n + 1}" if n < 3 else "{if: m <= 1 and w, go: good}, {if: m <= 2, go: fair}, bad"
    early = ""
    if n == 2 and forms & {"eats", "eats-soon"}:
        early = "{if: far == 0, go: bad}, "
    if n == 3 and "eats" in forms:  # asked once more, behind the scene
        early = "{if: far <= 1 and m == 3, go: bad}, "
    if n == 3 and "vote" in forms:
        early += "{if: road == land and m == 3, go: bad}, "
    return f"{text}    tasks:\n{tasks}    next: [{early}{onward}]\n"


def _own(n: int, forms: set[str]) -> str:
    """What forms add to the scene."""
    lines = []
    if "drawn" in forms and n in (1, 2):
        lines += [
            f"d{one}: {{role: b, if: d == {one}, kind: read, ask: 读, story: 文}}" for one in "pq"
        ]
    if n == 1 and "vote" in forms:
        lines.append(
            "v: {role: all, kind: vote, ask: 投, tie: y, choices: [{id: x, text: 水, set: {road: water}}, "
            "{id: y, text: 旱, set: {road: land}}]}"
        )
    if n in (1, 2) and "cost" in forms:
        lines.append(
            "c: {role: a, ask: 雇, choices: [{id: x, text: 走}, {id: y, text: 雇, cost: {fare: -2}}]}"
        )
    if n != 2:
        return "".join(f"      {line}\n" for line in lines)
    if "pick-items" in forms:
        items = "items: [{id: i, text: 一}, {id: j, text: 二}, {id: l, text: 三}]"
        lines.append(f"o: {{role: a, kind: order, pick: 2, ask: 排, fact: f, {items}}}")
    if "pick-tasks" in forms:
        lines += [f"p{k}: {{role: {'aba'[k]}, kind: read, ask: 读, story: 文}}" for k in range(3)]
    if "eats-soon" in forms:
        lines.append("e: {role: a, after: [a0], if: far > 2, kind: read, ask: 读, story: 文}")
    if "closes" in forms:
        lines += [
            "h: {role: b, ask: 关, choices: [{id: x, text: 关, set: {shut: true}}, {id: y, text: 开}]}",
            "i: {role: a, ask: 带, choices: [{id: x, text: 空手}, {id: y, text: 带, if: not shut}]}",
        ]
    if "relay" in forms:
        lines.append(
            "l: {role: a, kind: relay, from: b, text: 信。, ask: 几点, choices: [{id: x, text: 八点}, {id: y, text: 九点}]}"
        )
    if "talk" in forms:
        lines.append("u: {role: b, talk: 30s, kind: read, ask: 读, story: 文}")
    return "".join(f"      {line}\n" for line in lines)
