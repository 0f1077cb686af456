"""What the proof advises: each sort by the smallest script that has it, and by one that hasn't."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import Issue
from engine.proof.advise import advised
from engine.proof.counsel import COUNSEL
from engine.proof.dull import kinds
from engine.proof.explore import explore
from engine.proof.fairness import fairness
from engine.proof.given_away import given_away
from engine.proof.lopsided import lopsided
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from tests.engine.rules.conftest import HEAD, script
from tests.support.scripts import MINI_TEXT, compile_text

ON_SCREEN = {"absent", "chair", "date", "count", "when", "opened-where", "manifesto"}
"""Tasks of the golden evening whose answers a historian, reading it, found on the same screen."""
GOLDEN = Path("tests/golden/yida-1921/scenario.yaml")
ASK = "q: {role: a, ask: 在哪里？, choices: [{id: r, text: %s, right: true, fact: f}, %s]}"
OTHERS = "{id: w, text: 山上的庙}, {id: v, text: 河边的店}"
HALL = ASK % ("楼下客堂", OTHERS)


def advice(scenario: Scenario) -> list[Issue]:
    return list(advised(explore(scenario), fairness(scenario)))


def about(code: str, scenario: Scenario) -> list[str]:
    """The advice with this code, each by the line that it is about."""
    return [issue.message.zh for issue in advice(scenario) if issue.code == code]


def told(story: str = "", *, before: str = "", tasks: str = HALL, more: str = "") -> Scenario:
    return script(f"{before}\n{tasks}", extra=f"story_for: {{a: {story or '无'}}}\n{more}")


@pytest.mark.parametrize(
    "scenario",
    [
        told("大家在楼下的客堂坐下"),
        told(before="p: {role: a, kind: read, ask: 读, story: 楼下客堂坐满了}", tasks=HALL.replace("role: a,", "role: a, after: [p],")),
        told(before="p: {role: b, kind: read, ask: 读, story: 文, tell: {a: 就在楼下客堂}}", tasks=HALL.replace("role: a,", "role: a, after: [p],")),
        told(more="when: 楼下客堂"),
        script(HALL, head=HEAD.replace("brief: 你是甲。", "brief: 你在楼下客堂。")),
        script(HALL.replace("role: a,", "role: a, after: [give-k],"), head=HEAD.replace("text: 卡一的正文。", "text: 楼下客堂。")),
        told("七月廿三，三人到了", tasks="q: {role: a, kind: enter, ask: 几人？, accept: [3人, 三人], fact: f}\np: {role: b, kind: enter, ask: 几日？, accept: [23日], fact: f}", more="when: 一九二一年七月二十三日"),
    ],
)  # fmt: skip
def test_an_answer_before_ones_eyes_is_told(scenario: Scenario) -> None:
    assert about("SC901", scenario)


@pytest.mark.parametrize(
    "scenario",
    [
        told("大家坐下了"),
        script(HALL, extra="story_for: {b: 大家在楼下客堂坐下}"),
        script(HALL, head=HEAD.replace("brief: 你是乙。", "brief: 你在楼下客堂。")),
        told(before="p: {role: a, kind: read, ask: 读, story: 楼下客堂坐满了, after: [q]}"),
    ],
)
def test_what_only_others_see_or_comes_later_gives_nothing_away(scenario: Scenario) -> None:
    assert about("SC901", scenario) == []


def test_a_rescue_question_is_looked_at_too() -> None:
    given = HEAD.replace(
        "text: 对, right: true}, {id: n, text: 错}",
        "text: 楼下的客堂, right: true}, {id: n, text: 后山}",
    )
    seen = script(HALL, extra="when: 楼下客堂 晚", head=given)
    assert about("SC902", seen)
    assert about("SC902", script(HALL, head=given)) == []


def test_the_play_leads_to_the_moment() -> None:
    scenario = told(
        before="p: {role: b, kind: read, ask: 读, story: 文, tell: {a: 就在楼下客堂}}",
        tasks=HALL.replace("role: a,", "role: a, after: [p],"),
    )
    (found,) = [one for one in advice(scenario) if one.code == "SC901"]
    table = Playthrough(scenario)
    for move in found.play or ():
        table.move(move)
    assert table.state.scene is not None
    assert table.state.scene.tasks["q"].status == "open"
    assert found.advice
    assert found.place == scenario.scenes["one"].tasks["q"].at


@pytest.mark.parametrize(
    ("code", "bad", "good"),
    [
        ("SC903", ASK % ("楼下客堂", "{id: w, text: 山上}"), HALL),
        ("SC904", ASK % ("楼下那一间朝南的大客堂里", OTHERS), HALL),
        ("SC905", ASK % ("楼下，客堂", OTHERS), ASK % ("楼下，客堂", OTHERS.replace("山上的", "山上，"))),
        ("SC915", "q: {role: a, ask: 选, choices: [{id: y, text: 去}, {id: n, text: 留}]}", "q: {role: a, ask: 选, choices: [{id: y, text: 去, tell: {b: 走了}}, {id: n, text: 留}]}"),
        ("SC918", HALL, "h: {role: a, kind: hand, ask: 交, card: k, to: b, after: [give-k]}\n" + HALL),
    ],
)  # fmt: skip
def test_each_sort_is_told_where_it_is_and_only_there(code: str, bad: str, good: str) -> None:
    def own(tasks: str) -> Iterator[str]:
        yield from (one for one in about(code, script(tasks)) if "use-" not in one)

    assert [one for one in own(bad) if "give-k" not in one]
    assert not [one for one in own(good) if "give-k" not in one]


def test_an_evening_of_one_kind_is_told() -> None:
    reads = "\n".join(f"p{n}: {{role: b, kind: read, ask: 读, story: 文}}" for n in range(9))
    chooses = "\n".join(HALL.replace("q:", f"q{n}:") for n in range(9))
    assert [issue.code for issue in kinds(script(reads))] == ["SC916", "SC917"]
    assert [issue.code for issue in kinds(script(chooses))] == ["SC916"]
    assert [issue.code for issue in kinds(compile_text(MINI_TEXT))] == []


def test_a_variable_nobody_asks_for_and_a_way_without_a_branch_are_told() -> None:
    scenario = script("p: {role: a, kind: read, ask: 读, story: 文}")
    assert {
        name for name in "mwx" if any(f" {name} " in one for one in about("SC914", scenario))
    } == {"m", "x"}
    assert about(
        "SC913",
        script(
            "p: {role: a, kind: read, ask: 读, story: 文}", extra="time: {limit: 5m, then: late}"
        ),
    )
    asked = "p: {role: a, kind: read, ask: 读, story: 文, if: m > 1}"
    assert about("SC913", script(asked, extra="time: {limit: 5m, then: late}")) == []


def test_what_is_judged_by_what_nobody_looked_up_is_told() -> None:
    loose = script(HALL)
    assert len(about("SC921", loose)) == 2
    assert len(about("SC922", loose)) == 1
    quoted = HEAD.replace("sources: [s]", "sources: [{source: s, quote: 原话。}]")
    assert about("SC921", script(HALL, head=quoted)) == []
    assert about("SC922", script(HALL, head=quoted)) == []
    honest = HEAD.replace("kind: book", "kind: book, verify: true")
    assert about("SC922", script(HALL, head=honest)) == [], (
        "it says itself that it is to be checked"
    )


def test_a_fact_to_be_checked_that_judges_nobody_is_no_finding() -> None:
    told = HEAD.replace(
        "facts:", "facts:\n  h: {text: 史实三。, status: established, sources: [s]}"
    )
    assert not [one for one in about("SC921", script(HALL, head=told)) if " h " in one]


def test_a_persons_name_without_a_source_is_told() -> None:
    named = HEAD.replace("name: 甲,", "name: 陈潭秋,")
    assert about("SC923", script(HALL, head=named))
    known = named.replace("史实一。", "陈潭秋出席了。")
    assert about("SC923", script(HALL, head=known)) == []
    assert about("SC923", script(HALL)) == []


def test_advice_is_looked_for_only_where_it_is_asked_for() -> None:
    scenario = compile_text(MINI_TEXT)
    assert prove(scenario).advice == ()
    found = prove(scenario, advise=True).advice
    assert {issue.code for issue in found} < set(COUNSEL)
    assert all(issue.advice for issue in found)


def test_what_a_historian_found_on_the_screen_is_found() -> None:
    scenario = compile_scenario(GOLDEN.read_bytes(), str(GOLDEN))
    found = {one.task for one in given_away(explore(scenario)) if not one.rescue}
    assert found >= ON_SCREEN


def test_a_kept_order_that_tells_the_answer_is_told() -> None:
    def kept(rights: str) -> list[str]:
        ask = "q%d: {role: b, ask: 问, keep_order: true, choices: [%s]}"
        one, two = "{id: a, text: 甲%s}", "{id: b, text: 乙%s}"
        right = ", right: true, fact: f"
        tasks = [
            ask % (n, ", ".join((one % (right * first), two % (right * (not first)))))
            for n, first in enumerate(letter == "f" for letter in rights)
        ]
        found = lopsided(script("\n".join(tasks)))
        return [issue.message.zh for issue in found if issue.code == "SC907"]

    assert "最后一个" in kept("lll")[0]
    assert "第一个" in kept("fff")[0]
    assert kept("ffl") == kept("ll") == []
