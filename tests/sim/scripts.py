"""The scripts that simulated teams play, and what a person who looks at a task might answer."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from tests.engine.rules.conftest import HEAD, script, text_of
from tests.support.scripts import MINI_TEXT, compile_text

MANY = """
p: {role: a, ask: 问, choices: [{id: y, text: 是, set: {w: true}}, {id: n, text: 否, trap: t}, {id: o, text: 或, trap: d}]}
q: {role: b, after: [p], if: w, kind: enter, ask: 填, fact: f, accept: [七月], trap: u}
r: {role: all, kind: vote, ask: 投, choices: [{id: y, text: 是}, {id: n, text: 否, trap: t}]}
s: {role: all, kind: speak, ask: 说, after: [r]}
e: {role: any, kind: order, ask: 排, fact: f, items: [{id: i1, text: 一}, {id: i2, text: 二}]}
"""
KINDS = """
h: {role: a, kind: search, points: 4, ask: 找, spots: [{id: x, text: 桌, card: k}, {id: y, text: 柜, points: 2, says: 柜子里是空的。}, {id: v, text: 墙, trap: t}]}
g: {role: a, kind: hand, card: k, to: b, ask: 交, after: [h]}
i: {role: all, kind: discuss, ask: 议, at_least: 20s}
j: {role: c, watch: true, kind: select, ask: 选, fact: f, hint: {text: 示, cost: {m: +1}}, choices: [{id: x, text: 甲, right: true}, {id: y, text: 乙, trap: u}, {id: v, text: 丙}]}
n: {role: "[b, c]", kind: match, ask: 连, fact: f, pairs: [{id: p1, left: 一, right: 壹}, {id: p2, left: 二, right: 贰}]}
o: {role: b, optional: true, kind: estimate, ask: 估, fact: f, number: 13, within: 2, trap: u}
q: {role: c, optional: true, talk: 10s, kind: sort, ask: 分, fact: f, groups: [{id: g1, text: 甲组}, {id: g2, text: 乙组}], things: [{id: t1, text: 子, group: g1}, {id: t2, text: 丑, group: g2}], trap: t}
r: {role: b, optional: true, kind: relay, from: c, text: 信上写着八点在码头见面。, ask: 几点, fact: f, choices: [{id: x, text: 八点, right: true}, {id: y, text: 九点, trap: u}]}
s: {role: a, kind: judge, ask: 判, fact: f, statements: [{id: s1, text: 是的, call: "true"}, {id: s2, text: 不是, call: "false"}]}
"""
APART = """
look: {role: b, watch: true, ask: 他在看哪里, choices: [{id: x, text: 窗户, give: {l: b}}, {id: y, text: 钟, trap: t, give: {l: b}}]}
send: {role: b, kind: hand, after: [look], ask: 送上楼, card: l, to: a}
burn: {role: a, after: [send], talk: 10s, ask: 先收哪样, fact: f, choices: [{id: x, text: 文件, right: true}, {id: y, text: 茶杯, trap: u}]}
hear: {role: a, kind: relay, from: c, text: 街口的人走了往南去了。, ask: 往哪里, fact: f, choices: [{id: x, text: 南, right: true}, {id: y, text: 北}]}
poll: {role: "[b, c]", kind: vote, ask: 追不追, choices: [{id: y, text: 追}, {id: n, text: 不追}]}
"""
TWO = """
places: {up: {title: 楼上, roles: [a], story: 桌上摊着一沓文件，窗帘拉着。}, down: {title: 街口, roles: [b, c], story: 路灯底下有人。}}
"""
SCARCE = """
pay: {role: a, ask: 怎么走, choices: [{id: x, text: 走路}, {id: y, text: 雇车, cost: {fare: -2}, set: {w: true}}, {id: v, text: 搭船, if: not w, cost: {fare: -1}}]}
fee: {role: b, ask: 给多少, choices: [{id: x, text: 不给}, {id: y, text: 给一块, cost: {fare: -1}}, {id: v, text: 都给, trap: u}]}
lamp: {role: b, watch: true, ask: 灯怎么办, choices: [{id: x, text: 吹灭}, {id: y, text: 留着, if: w}]}
some: {role: c, pick: 2, ask: 哪一天, fact: f, choices: [{id: x, text: 二十三, right: true}, {id: y, text: 初一, trap: t}, {id: v, text: 三十}, {id: o, text: 初五}]}
many: {role: c, kind: select, pick: 3, ask: 哪几个, fact: f, choices: [{id: x, text: 甲, right: true}, {id: y, text: 乙, trap: u}, {id: v, text: 丙}, {id: o, text: 丁}]}
know: {role: b, if: who == p, kind: read, ask: 看, story: 戏票。}
wary: {role: b, if: who == q, talk: 10s, kind: read, ask: 看, story: 门牌。}
poll: {role: "[a, c]", kind: vote, ask: 住哪里, tie: x, choices: [{id: x, text: 街上}, {id: y, text: 客栈, cost: {fare: -1}}, {id: v, text: 船上, if: w}]}
sort: {role: b, optional: true, kind: order, pick: 2, ask: 排, fact: f, items: [{id: i1, text: 一}, {id: i2, text: 二}, {id: i3, text: 三}]}
seek: {role: a, optional: true, kind: search, pick: 2, points: 2, ask: 找, spots: [{id: s1, text: 桌, card: l}, {id: s2, text: 柜}, {id: s3, text: 墙, trap: t}]}
"""
SCARCE_HEAD = HEAD.replace(
    "  w: {bool: false}\n",
    "  w: {bool: false}\n  fare: {int: [0, 3], start: 2, label: 盘缠, show: true}\n"
    "  far: {int: [0, 9], start: 9, label: 路, show: true}\n"
    "  who: {one_of: [p, q, r], start: drawn}\n",
).replace("  k: {title: 卡一, ", "  k: {once: true, title: 卡一, ")
AIMS = """
aims:
  a: {text: 一分钱也不花, met: fare == 2, secret: true}
  b: {text: 认出来人, met: who != r and not trap.t}
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


def _apart(absence: str) -> Scenario:
    head = HEAD.replace("grace: 60s, then: share}", f"grace: 5s, then: {absence}}}")
    return script(APART.replace('"[b, c]"', "[b, c]"), extra=TWO, head=head)


def _scarce(absence: str) -> Scenario:
    """What can be paid once, what each run draws, a clock that eats, aims; the way out asks."""
    head = SCARCE_HEAD.replace("grace: 60s, then: share}", f"grace: 20s, then: {absence}}}")
    limit = "time: {limit: 1m, then: late, every: 5s, set: {far: -1}}"
    drawn = "pick: {count: 1, of: [fee, lamp]}"
    tasks = SCARCE.replace('"[a, c]"', "[a, c]")
    text = text_of(tasks, extra=f"{limit}\n{drawn}", head=head + AIMS)
    return compile_text(
        text.replace("next: [{go: z}]", "next: [{if: far <= 5 or w, go: z}, {go: good}]")
    )


@cache
def small(kind: str, absence: str) -> Scenario:
    """A script of a minute or two."""
    return {"mini": _mini, "many": _many, "kinds": _kinds, "apart": _apart, "scarce": _scarce}[
        kind
    ](absence)


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
    return small(
        chance.choice(("mini", "many", "kinds", "apart", "scarce")), chance.choice(ABSENCES)
    )


def wants_cards(scenario: Scenario) -> bool:
    """Somebody must hand over a card: it mustn't go astray."""
    return any(task.body.needs() for at in scenario.scenes.values() for task in at.tasks.values())
