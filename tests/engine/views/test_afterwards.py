"""`fates` and `words`: what became of the people and a sentence of today, with their sources."""

from __future__ import annotations

import pytest

from engine.errors import ScenarioError
from engine.proof.unfounded import unfounded
from engine.rules import commands as cmd
from engine.rules.deck import deck
from engine.scenario.samples import SOUND
from engine.scenario.strings import strings_of
from engine.views.learnt import fates
from tests.support.screens import Evening
from tests.support.scripts import compile_text

TOLD = """\
debrief:
  fates:
    - {who: 王老师, text: 一九五〇年回乡教书。, sources: [{source: s, where: 第九页, quote: 他回乡教书去了。}]}
    - {who: 李队长, text: 下落不明。}
  discuss: [为什么？]
  words: {text: 今天也要先报告。, sources: [s]}
  oath: true
"""
SCRIPT = compile_text(SOUND.replace("minutes: 5", "minutes: 5\nlevel: 通用") + TOLD)


def test_each_is_told_with_its_sources_and_how_sure_it_is() -> None:
    first, second = fates(SCRIPT)
    assert (first.who, first.marks, first.sources) == ("王老师", (), ("某书，第九页",))
    assert first.quotes[0].quote == "他回乡教书去了。"
    assert (second.marks, second.sources) == (("unchecked",), ())


def test_they_are_cards_of_the_debrief_where_the_script_has_them() -> None:
    assert deck(SCRIPT, []) == ("ending", "fates", "discuss:0", "words", "oath")
    assert deck(compile_text(SOUND), []) == ("ending",)


@pytest.mark.parametrize(
    ("card", "said"),
    [("fates", ("他们后来", "王老师", "回乡教书", "他回乡教书去了", "待核下落不明")),
     ("words", ("今天的一句话", "待核今天也要先报告", "出处：某书"))],
)  # fmt: skip
def test_they_stand_on_wall_and_phone(card: str, said: tuple[str, ...]) -> None:
    evening = Evening(SCRIPT)
    for team in evening.teams:
        team.desk(cmd.Jump, scene="good")
    evening.debrief(card)
    for screen in (evening.wall, evening.phone()):
        for words in said:
            assert words in screen.text


def test_what_has_no_source_is_told_by_the_advice() -> None:
    found = [issue for issue in unfounded(SCRIPT) if issue.code == "SC925"]
    assert ["李队长" in issue.message.zh for issue in found] == [True]
    bare = compile_text(SOUND + "debrief: {words: 今天也要先报告。}\n")
    assert [issue.code for issue in unfounded(bare) if issue.code == "SC925"] == ["SC925"]


def test_they_are_translated() -> None:
    assert {
        "debrief.fates.1.who", "debrief.fates.1.text", "debrief.fates.1.sources.1.quote",
        "debrief.fates.2.text", "debrief.words.text",
    } <= strings_of(SCRIPT).keys()  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "code"),
    [("fates: [{who: 甲}]", "SC102"), ("fates: [{who: 甲, text: 乙, sources: [nope]}]", "SC201"),
     ("words: {text: 乙, by: 甲}", "SC101"), ("words: {text: 乙, sources: []}", "SC502")],
)  # fmt: skip
def test_what_is_wrong_with_them_is_told(wrong: str, code: str) -> None:
    with pytest.raises(ScenarioError) as found:
        compile_text(f"{SOUND}debrief: {{{wrong}}}\n")
    assert code in {issue.code for issue in found.value.issues}
