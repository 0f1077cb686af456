"""“Did you mean …?” never leads astray: what it says, put in the place of the slip, is right."""

from __future__ import annotations

import re

import pytest

from engine.errors import Issue, ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.samples import SOUND

HINTS = [
    # (a piece of the sound script, as it is written wrongly, what is meant, as the hint says it)
    # names of things as people read them, or of another sort of thing
    ("role: a, ask: 问", "role: 甲, ask: 问", "a"),
    ("role: a, ask: 问", "role: A, ask: 问", "a"),
    ("role: a, ask: 问", "role: ａ, ask: 问", "a"),
    ("role: any, ask: 拉", "role: 任何人, ask: 拉", "any"),
    ("role: any, ask: 拉", "role: ANY, ask: 拉", "any"),
    ("role: any, ask: 拉", "role: everyone, ask: 拉", "all"),
    ("truth: f", "truth: 史实。", "f"),
    ("trap: t", "trap: 误区", "t"),
    ("give: {k: a}", "give: {卡: a}", "k"),
    ("give: {k: a}", "give: {k: 甲}", "a"),
    ("start: one", "start: 第一幕", "one"),
    ("go: back", "go: 返回", "back"),
    ("go: back", "go: Back", "back"),
    ("objective: know", "objective: 知道", "know"),
    ("cost: {m: +1}", "cost: {疏漏: +1}", "m"),
    ("a:v=y", "甲:v=y", "a"),
    ("a:v=y", "a:v=是", "y"),
    ("a:v=y", "a：v=y", "a:v=y"),
    ("p=,", "p＝,", "p="),
    # the language's own words
    ("status: established", "status: 确证", "established"),
    ("status: contested", "status: 有争议", "contested"),
    ("ending: good", "ending: 好", "good"),
    ("ending: bad", "ending: 失败", "bad"),
    ("kind: read", "kind: 阅读", "read"),
    ("kind: vote", "kind: 投票", "vote"),
    ("kind: search", "kind: Search", "search"),
    ("barrier: all", "barrier: 全部", "all"),
    ("right: true", "right: yes", "true"),
    ("right: true", "right: True", "true"),
    ("right: true", "right: 是", "true"),
    ("right: true", "right: √", "true"),
    ("bool: false", "bool: 否", "false"),
    ("bool: false", "bool: ＦＡＬＳＥ", "false"),
    ("title: 示例", "标题: 示例", "title"),
    ("summary:", "简介:", "summary"),
    ("summary:", "description:", "summary"),
    ("roles:", "角色:", "roles"),
    ("scenes:", "sceens:", "scenes"),
    ("name: 甲", "名字: 甲", "name"),
    ("name: 甲", "title: 甲", "name"),
    ("ask: 问,", "question: 问,", "ask"),
    ("choices: [{id: r", "options: [{id: r", "choices"),
    # numbers and durations
    ("minutes: 5", "minutes: ５", "5"),
    ("minutes: 5", "minutes: 五", "5"),
    ("minutes: 5", "minutes: 约5分钟", "5"),
    ("int: [0, 3]", "int: [０, 3]", "0"),
    ("int: [0, 3]", "int: 0-3", "[0, 3]"),
    ("int: [0, 3]", "int: 0～3", "[0, 3]"),
    ("hold: 30s", "hold: 30秒", "30s"),
    ("hold: 30s", "hold: 30 s", "30s"),
    ("hold: 30s", "hold: ３０s", "30s"),
    ("hold: 30s", "hold: 30S", "30s"),
    ("hold: 30s", "hold: 一分钟", "1m"),
    ("hold: 30s", "hold: 半分钟", "30s"),
    ("hold: 30s", "hold: 1.5m", "90s"),
    ("hold: 30s", "hold: 1m30s", "90s"),
    ("limit: 5m", "limit: 5min", "5m"),
    ("limit: 5m", "limit: 1小时", "1h"),
    ("cost: {m: +1}", "cost: {m: ＋1}", "+1"),
    ("cost: {m: +1}", "cost: {m: + 1}", "+1"),
    ("cost: {m: +1}", "cost: {m: 加1}", "+1"),
    ("cost: {m: +1}", "cost: {m: −1}", "-1"),
    ("set: {w: true}", "set: {w: 是}", "true"),
    ("set: {x: front}", "set: {x: Front}", "front"),
    # conditions
    *(
        ("if: m > 2", f"if: {written}", meant)
        for written, meant in [
            ("m => 2", ">="),
            ("m =< 2", "<="),
            ("m <> 2", "!="),
            ("m = 2", "=="),
            ("m === 2", "=="),
            ("m !== 2", "!="),
            ("m ≥ 2", ">="),
            ("m ≤ 2", "<="),
            ("m ≠ 2", "!="),
            ("m ＞ 2", ">"),
            ("m > ２", "2"),
            ("m > 二", "2"),
            ("m 大于 2", ">"),
            ("m 至少 2", ">="),
            ("m 等于 2", "=="),
            ("w && m > 2", "and"),
            ("w || m > 2", "or"),
            ("w AND m > 2", "and"),
            ("w 且 m > 2", "and"),
            ("w 或者 m > 2", "or"),
            ("(w） or m > 2", ")"),
            ("（w) or m > 2", "("),
            ("w is true", "=="),
            ("w == True", "true"),
            ("w == 是", "true"),
            ("x == “front”", "front"),
            ("x = 'front'", "=="),
            ("“m > 2”", "m > 2"),
            ("疏漏 > 2", "m"),
            ("t", "trap.t"),
            ("k", "has.k"),
            ("p", "done.p"),
            ("trap_t", "trap.t"),
            ("trap.tt", "trap.t"),
            ("trap.误区", "trap.t"),
            ("trap.k", "has.k"),
            ("has.卡", "has.k"),
            ("has.t", "trap.t"),
            ("done.pp", "done.p"),
            ("doen.p", "done.p"),
            ("front", "x == front"),
        ]
    ),
]


def issues(text: str) -> list[Issue]:
    try:
        compile_scenario(text.encode(), "t.yaml")
    except ScenarioError as error:
        return list(error.issues)
    return []


@pytest.mark.parametrize(("piece", "wrong", "meant"), HINTS, ids=[wrong for _, wrong, _ in HINTS])
def test_a_hint_put_in_place_is_right(piece: str, wrong: str, meant: str) -> None:
    assert piece in SOUND
    text = SOUND.replace(piece, wrong, 1)
    found = [each for each in issues(text) if f"是不是“{meant}”" in each.message.zh]
    assert len(found) == 1, [each.message.zh for each in issues(text)]
    place = found[0].place
    lines = text.split("\n")
    line = lines[place.line - 1]
    at = place.column - 1
    odd = re.search(
        "“(.*?)”(?:看不懂|没有声明|重复|这一项|不合要求|(?:的[^“]*)?，是不是)", found[0].message.zh
    )
    named = odd[1].strip("“”") if odd is not None else ""
    value = re.match(r"\[?[^,}\]\n#]*", line[at:])
    assert value is not None
    old = next(
        (each for each in (f"“{named}”", named) if each and each in line[at:]), value[0].rstrip()
    )
    lines[place.line - 1] = line[:at] + line[at:].replace(old, meant, 1)
    left = [each for each in issues("\n".join(lines)) if each.place == place]
    assert left == [], (lines[place.line - 1], left[0].message.zh)


OTHERWISE = [
    ("truth: f", "truth: s", "它是出处的名字"),
    ("fact: f", "fact: know", "它是目标的名字"),
    ("trap: t", "trap: f", "它是史实的名字"),
    ("if: m > 2", "if: m > front", "“m”与“front”不是一类"),
    ("if: m > 2", "if: w == none", "“w”与“none”不是一类"),
    ("if: m > 2", "if: 'done.p == true'", "是不是“done.p”"),
    ("if: m > 2", "if: trap.t == false", "是不是“not trap.t”"),
    ("if: m > 2", "if: m > 2 and", "写到这里就断了"),
    ("if: m > 2", "if: ''", "写到这里就断了"),
]


@pytest.mark.parametrize(
    ("piece", "wrong", "said"), OTHERWISE, ids=[wrong for _, wrong, _ in OTHERWISE]
)
def test_what_stands_there_instead_is_said(piece: str, wrong: str, said: str) -> None:
    [found] = issues(SOUND.replace(piece, wrong, 1))
    assert said in found.message.zh


@pytest.mark.parametrize(
    ("piece", "wrong"),
    [
        ("hold: 30s", "hold: 30"),
        ("hold: 30s", "hold: 0:30"),
        ("minutes: 5", "minutes: 很久"),
        ("status: established", "status: 一半"),
        ("truth: f", "truth: zzz"),
        ("if: m > 2", "if: m > 2。"),
        ("cost: {m: +1}", "cost: {m: 一些}"),
    ],
)
def test_no_hint_where_nobody_knows(piece: str, wrong: str) -> None:
    assert issues(SOUND.replace(piece, wrong, 1))
    assert all("是不是" not in each.message.zh for each in issues(SOUND.replace(piece, wrong, 1)))


def test_a_section_misnamed_is_told_once() -> None:
    for wrong in ("角色:", "role:", "rolse:"):
        [found] = issues(SOUND.replace("roles:", wrong, 1))
        assert (found.code, found.place.line) == ("SC101", 9)
