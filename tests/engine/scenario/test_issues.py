"""Every issue of the catalogue: its bad sample gives it, and it alone; the good one gives none."""

from __future__ import annotations

import re

import pytest

from engine.errors import Issue, Place, ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.samples import SOUND, bad_sample
from engine.script.catalogue import ADVICE, CATALOGUE
from engine.script.catalogue.entry import Entry
from engine.script.issues import worded


def codes(data: bytes) -> list[str]:
    """Codes of all issues of a script."""
    try:
        compile_scenario(data, "t.yaml")
    except ScenarioError as error:
        return [issue.code for issue in error.issues]
    return []


def said(what: Entry | Issue) -> tuple[str, ...]:
    """Its sentence and its remedy, in both languages."""
    return what.message.zh, what.message.en, what.remedy.zh, what.remedy.en


def test_the_sound_script_is_sound() -> None:
    assert codes(SOUND.encode()) == []


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_the_bad_sample_gives_just_its_issue(code: str) -> None:
    needed = {"SC013": {"SC006"}}.get(code, set())  # a thousand others come before it
    assert set(codes(bad_sample(code))) == {code} | needed


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_issue_says_where_what_and_what_to_do(code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(bad_sample(code), "t.yaml")
    issue = next(issue for issue in caught.value.issues if issue.code == code)
    assert issue.place.file == "t.yaml"
    assert issue.place.line >= 1
    assert issue.place.column >= 1
    for text in (issue.message.zh, issue.message.en, issue.remedy.zh, issue.remedy.en):
        assert text
        assert "{" not in text or code in ("SC411",)


def test_all_mistakes_of_a_script_come_out_at_once() -> None:
    text = SOUND
    spoiled = 0
    for code in ("SC101", "SC106", "SC107", "SC201", "SC304", "SC409", "SC422", "SC425", "SC503"):
        entry = CATALOGUE[code]
        if entry.old in text:
            text = text.replace(entry.old, entry.bad, 1)
            spoiled += code != "SC503"
    assert len(set(codes(text.encode()))) >= spoiled >= 7


def test_issues_come_in_the_order_of_the_file() -> None:
    text = SOUND.replace("minutes: 5", "minutes: 五").replace("title: 岔路", "titel: 岔路")
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(text.encode(), "t.yaml")
    lines = [issue.place.line for issue in caught.value.issues]
    assert lines == sorted(lines)
    assert len(lines) == 2


def test_a_misspelt_name_gets_its_nearest() -> None:
    text = SOUND.replace("go: back", "go: bakc")
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(text.encode(), "t.yaml")
    assert "back" in caught.value.issues[0].message.zh


@pytest.mark.parametrize("code", sorted(CATALOGUE | ADVICE))
def test_a_sentence_that_asks_ends_once(code: str) -> None:
    """“没有名为“x”的角色，是不是“y”？。” was what it said."""
    entry = (CATALOGUE | ADVICE)[code]
    words = re.findall(r"\{(\w+)", "".join(said(entry)))
    told = worded(entry, Place("t.yaml", 1, 1), **dict.fromkeys(words, "某") | {"nearest": "甲"})
    for text in said(told):
        assert not re.search(r"[。，；：？！][。，；：？！]|[.?!][.?]", text), text


def test_a_guards_issue_points_into_its_text() -> None:
    text = SOUND.replace("if: w, go: z", "if: w and nope == 1, go: z")
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(text.encode(), "t.yaml")
    place = caught.value.issues[0].place
    assert text.splitlines()[place.line - 1][place.column - 1 :].startswith("nope")
