"""误区向导: what it writes into every shipped script, what it refuses, and what is said of it."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from engine.author.edits import fit, remove
from engine.author.extents import script_of
from engine.author.foreseen import foresee, halted, look_ahead
from engine.author.new import starter
from engine.author.wizard import Written, costs, steps, write
from engine.errors import ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from tests.engine.author.test_cards import changed

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "scenarios").glob("*/scenario.yaml"))
START = starter("x", "试写")
DRAWS = 2
ODD = [
    "示意",
    "1921",
    "甲: 乙",
    "“引号”开头",
    "带 #号，有逗号",
    "[方括号]",
    "true",
    "第一行\n第二行",
]
NEW_FACT = {
    "fact.text": "示意：新的一条。",
    "fact.status": "accepted",
    "fact.sources.0.source": "",
    "fact.sources.0.new": "示意的书",
    "fact.sources.0.where": "第3页",
    "fact.sources.0.quote": "",
}


def drawn(text: str, number: int) -> dict[str, str]:
    """A filling: every pick by chance, every text with signs that YAML could stumble over."""
    draw = random.Random(f"{number} {len(text)}")
    found = {}
    for step in steps(script_of(text)):
        for count, one in enumerate(step.fields):
            if one.widget == "pick":
                found[one.name] = draw.choice(one.options)[0]
            elif one.name == "hold":
                found[one.name] = draw.choice(["20秒", "1分钟"])
            else:
                odd = draw.choice(ODD[:-1] if one.widget == "line" else ODD)
                found[one.name] = f"{odd}{count}" if one.needed else draw.choice(["", odd])
        found |= {one.name: "" for one in step.more}
    if number % 2:
        found |= {"truth": "", **NEW_FACT}
    return found


def plain() -> dict[str, str]:
    """A filling of the starter."""
    return {
        "belief": "示意：人们常说的",
        "truth": "opened",
        "why": "示意",
        "scene": "hall",
        "role": "lookout",
        "ask": "示意：问什么？",
        "right": "示意甲",
        "wrong": "示意乙",
        "other": "示意丙",
        "more": "",
        "rescue.ask": "示意：怎样拉？",
        "rescue.right": "示意丁",
        "rescue.other": "示意戊",
        "rescue.more": "",
        "hold": "20秒",
        "cost": "mistakes:+1",
    }


def compiled(text: str) -> Scenario:
    return compile_scenario(text.encode(), "x")


@pytest.mark.parametrize("number", range(DRAWS))
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_every_shipped_script_takes_one(file: Path, number: int) -> None:
    """It compiles, says what was filled in, has only lines more, and taken away gives the bytes."""
    text = file.read_bytes().decode()
    given = drawn(text, number)
    done = write(text, given)
    assert dict(done.problems) == {}
    assert [line for line in changed(text, done.text) if line.startswith("-")] == []
    scenario = compiled(done.text)
    trap, task = scenario.traps[done.trap], scenario.scenes[done.scene].tasks[done.task]
    assert trap.rescue is not None
    assert (trap.belief, trap.truth, trap.why) == (given["belief"], done.truth, given["why"])
    assert (task.ask, task.who.roles) == (given["ask"], (given["role"],))
    texts = {one.text: (one.right, one.trap, one.fact) for one in task.body.options}
    assert texts[given["right"]] == (True, None, done.truth)
    assert texts[given["wrong"]] == (False, done.trap, None)
    assert {one.text for one in trap.rescue.choices if one.right} == {given["rescue.right"]}
    assert set(foresee(text, done).issues) == set()
    assert taken_away(done) == text


def taken_away(done: Written) -> str:
    """The text without what the wizard has put into it."""
    text = remove(done.text, ("scenes", done.scene, "tasks", done.task)).text
    text = remove(text, ("traps", done.trap)).text
    if done.fact:
        (row,) = script_of(text).find(("facts", done.fact, "sources")).items
        text = remove(text, ("facts", done.fact)).text
        text = remove(text, ("sources", row.entries["source"][1].value)).text
    return text


def test_what_it_writes_into_the_starter() -> None:
    done = write(START, plain() | {"truth": "", **NEW_FACT})
    assert [line[1:] for line in changed(START, done.text)] == [
        "  s-2: {cite: 示意的书, verify: true}",
        "  f-2:",
        "    text: 示意：新的一条。",
        "    status: accepted",
        "    sources: [{source: s-2, where: 第3页}]",
        "  t-2:",
        "    belief: 示意：人们常说的",
        "    truth: f-2",
        "    why: 示意",
        "    cost: {mistakes: +1}",
        "    hold: 20s",
        "    rescue:",
        "      ask: 示意：怎样拉？",
        "      choices:",
        "        - {id: a, text: 示意戊}",
        "        - {id: b, text: 示意丁, right: true}",
        "      q-1:",
        "        role: lookout",
        "        ask: 示意：问什么？",
        "        choices:",
        "          - {id: a, text: 示意乙, trap: t-2}",
        "          - {id: b, text: 示意甲, right: true, fact: f-2}",
        "          - {id: c, text: 示意丙}",
    ]


def test_the_right_option_has_no_place_of_its_own() -> None:
    """The studio's phones show options as they are written."""
    places, text = set(), START
    for number in range(6):
        done = write(text, plain() | {"ask": f"示意{number}"})
        places.add(done.options.index("right"))
        text = done.text
    assert places == {0, 1, 2}


@pytest.mark.parametrize(
    ("slip", "field", "told"),
    [
        ({"belief": ""}, "belief", "还空着"),
        ({"truth": ""}, "truth", "写一条新的"),
        (NEW_FACT, "truth", "留下一样"),
        ({"truth": "", **NEW_FACT, "fact.status": ""}, "fact.status", "还没选"),
        ({"truth": "", **NEW_FACT, "fact.sources.0.new": "", "fact.sources.0.where": ""},
         "fact.sources.0.source", "还没选出处"),
        ({"other": " "}, "other", "还空着"),
        ({"hold": "一会儿"}, "hold", "看不懂"),
        ({"why": "甲\u2028乙"}, "why", "控制字符"),
    ],
)  # fmt: skip
def test_what_cant_be_written_is_told_at_its_field(
    slip: dict[str, str], field: str, told: str
) -> None:
    done = write(START, plain() | slip)
    assert told in done.problems[field]
    assert done.text == START


def test_all_that_is_missing_is_told_at_once() -> None:
    assert {"belief", "why", "fact.status"} <= set(write(START, {"fact.text": "示意"}).problems)


@pytest.mark.parametrize(
    ("was", "now"),
    [("  hall:\n", "  hall: &h\n"), ("    tasks:\n      date:", "    tasks: &t\n      date:"),
     ("start: hall\nscenes:\n", "start: hall\nscenes: !x\n")],
)  # fmt: skip
def test_a_scene_that_cant_take_it_says_where_and_why(was: str, now: str) -> None:
    text = START.replace(was, now, 1)
    assert text != START
    done = write(text, plain())
    line = next(n for n, line in enumerate(text.splitlines(), 1) if re.search("[&!][a-z]$", line))
    assert f"第 {line} 行" in done.problems["scene"]
    assert "锚点" in done.problems["scene"]
    assert done.text == text


def test_what_is_disputed_corrects_nobody() -> None:
    text = (ROOT / "scenarios" / "sanwan-1927" / "scenario.yaml").read_text("utf-8")
    (truth,) = (one for step in steps(script_of(text)) for one in step.fields if one.key == "truth")
    offered = {name for name, _ in truth.options}
    facts = compiled(text).facts
    assert offered == {name for name, one in facts.items() if one.status != "contested"}


def test_prices_are_the_scripts_own() -> None:
    read = {file.parent.name: costs(script_of(file.read_text("utf-8"))) for file in SHIPPED}
    assert read["sanwan-1927"][:4] == (
        ("men:-5", "小：名册上的人 -5"),
        ("men:-10", "中：名册上的人 -10"),
        ("men:-15", "大：名册上的人 -15"),
        ("slips:+1", "小：说走样的话 +1"),
    )
    free = fit(START, ("vars",), {"calm": {"bool": "false", "label": "安静"}}).text
    assert costs(script_of(free)) == ()
    done = write(START, plain() | {"cost": ""})
    assert compiled(done.text).traps[done.trap].cost == ()


def ahead(**given: str) -> dict[str, str]:
    found = look_ahead(START, given)
    return {**found.advice, **found.issues}


def test_what_gives_the_answer_away_is_told_as_one_types() -> None:
    assert ahead(belief="示意", right="示意甲") == {}
    assert "有一半猜中" in ahead(right="示意甲", wrong="示意乙")["other"]
    three = {"wrong": "示意乙", "other": "示意丙"}
    assert ahead(right="示意甲", **three) == {}
    assert (
        "这道题的正确选项比别的都长得多"
        in ahead(right="示意甲，写得长了许多的一句", **three)["right"]
    )
    assert "书名号" in ahead(right="《示意甲》", **three)["right"]
    assert "写了两次" in " ".join(ahead(right="示意乙", **three).values())
    shown = ahead(right="翻开本子", scene="hall", role="lookout", **three)["right"]
    assert "“望风人”" in shown
    assert "“翻开本子”" in shown
    saved = {"rescue.ask": "示意？", "rescue.right": "走到门口", "rescue.other": "示意丁"}
    assert "救人题" in ahead(right="示意甲", **three, **saved)["rescue.right"]
    assert "待核" in ahead(right="示意甲", truth="opened", **three)["truth"]


def test_no_id_and_no_key_is_told() -> None:
    told = " ".join(ahead(right="翻开本子，又合上了，再翻开", truth="opened", wrong="乙").values())
    assert [name for name in ("q-1", "t-2", "opened", "lookout") if name in told] == []


def test_new_issues_are_told_at_their_step_and_old_ones_arent() -> None:
    text = START.replace("minutes: 5 ", "minutes: 五 ")
    done = write(text, plain() | {"other": "示意甲"})
    with pytest.raises(ScenarioError):
        compiled(done.text)
    assert set(foresee(START, write(START, plain() | {"other": "示意甲"})).issues) == {"other"}
    assert "" not in foresee(text, done).issues


@pytest.mark.parametrize("barrier", ["[date]", "any", "{count: 1}"])
def test_a_scene_that_doesnt_wait_is_told(barrier: str) -> None:
    go = "    next: [{go: leave}]"
    text = START.replace(go, f"    barrier: {barrier}\n{go}")
    assert "也会往下走" in foresee(text, write(text, plain())).advice["scene"]
    assert "scene" not in foresee(START, write(START, plain())).advice


def test_the_scripts_own_tests_are_counted_that_stop_there() -> None:
    assert halted(START, write(START, plain())) == 2
