"""Small scripts by chance, as hypothesis draws them: sound in their structure, often broken in what
only playing shows. `script_texts` are YAML, so that what fails can be read."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from hypothesis import strategies as st

from engine.kinds.registry import KINDS
from tests.support.examples import EXAMPLES

HEAD = """\
format: 1
id: drawn
title: 抽签
summary: 抽签而成。
minutes: 3
roles: {a: {name: 甲, brief: 甲。}, b: {name: 乙, brief: 乙。}, c: {name: 丙, brief: 丙。}}
vars: {m: {int: [0, 2]}, w: {bool: false}, d: {one_of: [p, q], start: drawn}}
cards: {k: {title: 卡, text: 文。}}
sources: {s: {cite: 书}}
facts: {f: {text: 史实。, status: established, sources: [s]}}
"""

GUARDS = ("m > 0", "m >= 2", "w", "not w", "m == 0 and not w", "trap.t", "has.k", "not trap.u",
          "d == p", "d == q and not w")  # fmt: skip
HANGS = ("", "", ", cost: {m: +1}", ", cost: {m: -1}", ", if: m > 0", ", if: not w", ", if: has.k",
         ", if: w, cost: {m: -1}")  # fmt: skip
EFFECTS = ("", ", set: {m: +1}", ", set: {m: -1}", ", set: {w: true}", ", set: {w: false}",
           ", give: {k: a}")  # fmt: skip
ROLES = ("a", "b", "c")
PLACES = (
    "    places: {p1: {title: 甲处, roles: [a], story: 里。}, p2: {title: 乙处, roles: [b, c]}}\n"
)
TRAPS = ("t", "u")

ARRANGED = ("items", "pairs", "things", "statements")
"""Lists that a kind may ask for some of only."""
UNKNOWN: Final = re.compile(r'"(trap|card)": "(?![tuk]")')
"""What a kind's example may name and these scripts don't declare."""
FACT: Final = re.compile(r'"fact": "\w+"')
"""They have one."""

EVERYTHING = (
    "      z1: {role: a, optional: true, ask: 问, choices: [{id: x, text: 甲, give: {k: a}}, "
    "{id: y, text: 乙, trap: t}, {id: z, text: 丙, trap: u}]}\n",
    "      z2: {role: b, kind: read, story: 文, ask: 读, optional: true}\n",
    "      z3: {role: c, kind: read, story: 文, ask: 读, optional: true}\n",
)
"""Tasks of the first scene that use every role, card and trap: what is declared must be used."""


VARIED: Final = {"choose", "read", "select", "search", "vote", "hand", "discuss", "speak", "enter"}
"""Kinds that `_body` draws with effects and traps of its own."""
OTHERS: Final[dict[str, list[dict[str, Any]]]] = {
    name: [
        json.loads(FACT.sub('"fact": "f"', json.dumps(example["task"])))
        for address, example in EXAMPLES.items()
        if address.split()[0] == name and not UNKNOWN.search(json.dumps(example["task"]))
    ]
    for name in KINDS
    if name not in VARIED
}
"""The other kinds, with those of their examples that name nothing which isn't declared here."""
assert all(OTHERS.values()), "each kind has an example that any script can have"


@st.composite
def script_texts(draw: st.DrawFn, scenes_max: int = 3, tasks_max: int = 3) -> str:
    """A script of a few scenes, a few tasks each, with every mechanism that the proof must mind."""
    names = [f"s{n}" for n in range(1, draw(st.integers(1, scenes_max)) + 1)]
    ways = (*names, "good", "bad")
    detour = draw(st.booleans())
    once = draw(st.sampled_from(("", "once: true, ")))
    head = HEAD.replace("{title: 卡,", f"{{{once}title: 卡,")
    parts = [head, _traps(draw, detour), "start: s1\nscenes:\n"]
    for name, onward in zip(names, (*names[1:], "good"), strict=True):
        parts.append(_scene(draw, name, ways, tasks_max, onward))
    if detour:
        parts.append(_scene(draw, "side", ("back",), 2, "back", traps=False))
    parts.append("  good: {ending: good, title: 好, story: 好。}\n")
    if any("go: bad" in part or "then: bad" in part for part in parts):
        parts.append("  bad: {ending: bad, title: 坏, story: 坏。}\n")
    role, met = draw(st.sampled_from(ROLES)), draw(st.sampled_from(GUARDS))
    parts.append(f"aims: {{{role}: {{text: 想, met: {met}, secret: true}}}}\n")
    parts.append(f"absence: {{then: {draw(st.sampled_from(('share', 'stand_in', 'wait')))}}}\n")
    return "".join(parts)


def _traps(draw: st.DrawFn, detour: bool) -> str:
    wrong = draw(st.sampled_from(EFFECTS[:5]))
    after = draw(st.sampled_from(("{detour: side}",) if detour else ("retry", "accept")))
    held = (
        ", hold: 30s, rescue: {role: any, ask: 救, choices: [{id: y, text: 是, right: true},"
        f" {{id: n, text: 否{wrong}}}]}}"
    )
    cost = draw(st.sampled_from(("", ", cost: {m: +1}", ", cost: {m: -1}", ", cost: {w: true}")))
    return (
        "traps:\n"
        f"  t: {{belief: 误, truth: f, why: 因{cost}{draw(st.sampled_from(('', held)))}}}\n"
        f"  u: {{belief: 谬, truth: f, why: 因, cost: {{m: +1}}, then: {after}}}\n"
    )


def _scene(
    draw: st.DrawFn,
    name: str,
    ways: tuple[str, ...],
    tasks_max: int,
    onward: str,
    traps: bool = True,
) -> str:
    number = draw(st.integers(1, tasks_max))
    barrier = draw(st.sampled_from(("all", "all", "all", "any", "{count: 1}", "[t0]")))
    apart = barrier == "all" and draw(st.integers(0, 3)) == 0
    sites: list[bool] = []
    tasks = [_task(draw, n, traps, sites if apart else None) for n in range(number)]
    if name == "s1":
        tasks += EVERYTHING
    text = f"  {name}:\n    title: 幕\n    story: 文。\n{PLACES if apart else ''}"
    text += f"    tasks:\n{''.join(tasks)}"
    text += f"    barrier: {barrier}\n"
    if number > 1 and draw(st.integers(0, 4)) == 0:
        text += "    pick: {count: 1, of: [t0, t1]}\n"
    if draw(st.integers(0, 3)) == 0:
        eats = draw(st.sampled_from(("", "", ", every: 2m, set: {m: +1}")))
        text += f"    time: {{limit: 5m, then: {draw(st.sampled_from(ways))}{eats}}}\n"
    out = [
        f"{{if: {draw(st.sampled_from(GUARDS))}, go: {draw(st.sampled_from(ways))}}}"
        for _ in range(draw(st.integers(0, 2)))
    ]
    out.append(f"{{go: {onward}}}")
    return f"{text}    next: [{', '.join(out)}]\n"


def _task(draw: st.DrawFn, number: int, traps: bool, sites: list[bool] | None) -> str:
    """`sites`: where the roles are apart, whether each task so far is the first place's."""
    groups = ("any", "all", "[a, b]") if sites is None else ("[b, c]",)
    role = draw(st.sampled_from((*ROLES, *groups)))
    before = list(range(number))
    if sites is not None:
        sites.append(role == "a")
        before = [n for n in before if sites[n] == sites[-1]]
    waits = draw(st.booleans())
    extra = f", after: [t{draw(st.sampled_from(before))}]" if before and waits else ""
    if draw(st.integers(0, 3)) == 0:
        extra += f", if: {draw(st.sampled_from(GUARDS))}"
    if number and draw(st.integers(0, 4)) == 0:
        extra += ", optional: true"
    if draw(st.integers(0, 5)) == 0:
        extra += f", hint: {{text: 示, cost: {{m: {draw(st.sampled_from(('+1', '-1')))}}}}}"
    if draw(st.integers(0, 5)) == 0:
        extra += draw(st.sampled_from((", talk: 20s", ", talk: 20s", ", talk: 2m")))
    if role in ROLES and draw(st.integers(0, 3)) == 0:
        extra += ", watch: true"
    return f"      t{number}: {{role: {role}, ask: 问{extra}, {_body(draw, role, traps)}}}\n"


def _body(draw: st.DrawFn, role: str, traps: bool) -> str:
    def effect() -> str:
        return draw(st.sampled_from(EFFECTS))

    def trap() -> str:
        name = draw(st.sampled_from(("", *TRAPS)) if traps else st.just(""))
        return f", trap: {name}" if name else ""

    kind = draw(st.sampled_from(("choose", "choose", "choose", "read", "select", "search", "vote",
                                 "hand", "discuss", "speak", "enter", *OTHERS)))  # fmt: skip
    if kind in OTHERS:
        return _example(draw(st.sampled_from(OTHERS[kind])), traps, pick=draw(st.booleans()))
    if kind in ("vote", "discuss", "speak") and role in (*ROLES, "any"):
        kind = "choose"
    match kind:
        case "choose" if draw(st.integers(0, 3)) == 0:
            return (
                f"pick: 2, fact: f, choices: [{{id: x, text: 甲, right: true{effect()}}}, "
                f"{{id: y, text: 乙{trap()}}}, {{id: z, text: 丙{trap()}}}]"
            )
        case "choose":
            return (
                f"choices: [{{id: x, text: 甲{effect()}}}, {{id: y, text: 乙{trap()}{effect()}}}, "
                f"{{id: p, text: 丙{effect()}{draw(st.sampled_from(HANGS))}}}]"
            )
        case "select":
            return (
                f"kind: select, fact: f{draw(st.sampled_from(('', ', pick: 2')))}, "
                f"choices: [{{id: x, text: 甲, right: true{effect()}}}, "
                f"{{id: y, text: 乙{trap()}}}, {{id: z, text: 丙{trap()}}}]"
            )
        case "search":
            pick = draw(st.sampled_from(("", ", pick: 2")))
            return (
                f"kind: search, points: 2{pick}, spots: [{{id: x, text: 桌, card: k}}, "
                f"{{id: y, text: 柜, points: 2{effect()}}}, {{id: z, text: 墙{trap()}}}]"
            )
        case "vote" if draw(st.integers(0, 3)) == 0:
            return (
                f"kind: vote, pick: 2, fact: f, choices: [{{id: x, text: 甲, right: true{effect()}}}, "
                f"{{id: y, text: 乙{trap()}}}, {{id: z, text: 丙}}]"
            )
        case "vote":
            tie = draw(st.sampled_from(("", ", tie: x", ", rule: unanimous")))
            return (
                f"kind: vote{tie}, choices: [{{id: x, text: 甲{effect()}}}, "
                f"{{id: y, text: 乙{trap()}{effect()}{draw(st.sampled_from(HANGS))}}}]"
            )
        case "hand":
            return (
                f"kind: hand, card: k, to: {'a' if role == 'b' else 'b'}"
                if role in ROLES
                else ("kind: read, story: 文")
            )
        case "enter":
            return f"kind: enter, accept: [甲], fact: f, effects_: no{trap()}".replace(
                ", effects_: no", ""
            )
        case "discuss":
            return "kind: discuss, at_least: 60s"
        case "speak":
            return "kind: speak"
        case _:
            return "kind: read, story: 文"


def _example(task: dict[str, Any], traps: bool, *, pick: bool) -> str:
    """A task of a kind's own examples: whatever kind there is, it is drawn too. `pick`: asking for
    some of what it lists, where that is long enough and it may."""
    kept = {key: value for key, value in task.items() if key != "ask" and (traps or key != "trap")}
    lists = [len(value) for key, value in kept.items() if key in ARRANGED]
    if pick and lists and lists[0] > 2:
        kept["pick"] = 2
    return json.dumps(kept, ensure_ascii=False)[1:-1]


def large_text(scenes: int = 12, tasks: int = 5) -> str:
    """A script of four roles, each with as many tasks in each scene: traps that cost, a counter,
    flags that later scenes ask, `after` between roles, limits, hints, three endings."""
    roles = ("a", "b", "c", "d")
    parts = [
        "format: 1\nid: large\ntitle: 大\nsummary: 大。\nminutes: 500\nroles:\n",
        *(f"  {role}: {{name: {role}, brief: 你是{role}。}}\n" for role in roles),
        "vars: {m: {int: [0, 8]}, "
        + ", ".join(f"w{n}: {{bool: false}}" for n in range(scenes))
        + "}\nsources: {s: {cite: 书}}\n"
        "facts: {f: {text: 史实。, status: established, sources: [s]}}\n"
        "traps:\n",
        *(
            f"  t{n}: {{belief: 误, truth: f, why: 因, cost: {{m: +1}}, hold: 30s}}\n"
            for n in range(scenes)
        ),
        "start: s0\nscenes:\n",
    ]
    for n in range(scenes):
        parts.append(_large_scene(n, scenes, roles, tasks))
    for name, kind in (("clear", "good"), ("fair", "mixed"), ("lost", "bad")):
        parts.append(f"  {name}: {{ending: {kind}, title: 完, story: 完。}}\n")
    return "".join(parts)


def _large_scene(n: int, scenes: int, roles: tuple[str, ...], tasks: int) -> str:
    lines = []
    for place, role in enumerate(roles):
        for k in range(tasks):
            before = f", after: [{roles[place - 1]}{k - 1}]" if place and k else ""
            more = f", if: w{n - 1}" if n and role == "b" and k == 3 else ""
            flag = f", set: {{w{n}: true}}" if role == "a" and k == 0 else ""
            trap = f", trap: t{n}" if k == 1 else ""
            lines.append(
                f"      {role}{k}: {{role: {role}, ask: 问{before}{more}, choices: ["
                f"{{id: r, text: 对, right: true, fact: f{flag}}}, {{id: x, text: 错{trap}}}]}}\n"
            )
    onward = f"{{go: s{n + 1}}}"
    if n + 1 == scenes:
        onward = "{if: m <= 1, go: clear}, {if: m <= 5, go: fair}, {go: lost}"
    limit = f"    time: {{limit: 30m, then: s{n + 1}}}\n" if n % 4 == 2 else ""
    return (
        f"  s{n}:\n    title: 幕\n    story: 文。\n    tasks:\n{''.join(lines)}{limit}"
        f"    next: [{onward}]\n"
    )
