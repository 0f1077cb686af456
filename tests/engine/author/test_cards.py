"""Cards of 史实 and 误区: what a form shows, what it refuses, and that only its own lines change."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from engine.author.carded import save, take_away
from engine.author.cards import _HELP, SECTIONS, Deck, Field, gather, without_keys
from engine.author.extents import LeftAlone, script_of
from engine.author.new import starter
from engine.scenario import compile_scenario
from engine.scenario.schema import schema

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "scenarios").glob("*/scenario.yaml"))
START = starter("x", "试写")


def filled(fields: tuple[Field, ...]) -> dict[str, str]:
    """What a browser would send of the form as it is."""
    found: dict[str, str] = {}
    for one in fields:
        if one.widget == "rows":
            for row in one.rows:
                found |= filled(row)
        else:
            found[one.name] = one.value
    return found


def given(text: str, section: str, id_: str) -> dict[str, str]:
    form = Deck.of(script_of(text), ()).form(section, id_)
    assert form is not None
    return filled(form.fields)


def changed(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if re.match(r"[+-](?![+-])", line)]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_a_card_saved_as_it_is_changes_nothing(file: Path) -> None:
    text = file.read_bytes().decode()
    for section in SECTIONS:
        for card in Deck.of(script_of(text), ()).cards(section):
            form = given(text, section, card.id)
            assert save(text, section, card.id, form, {}).text == text, card.id


def test_a_form_has_every_key_of_the_schema_or_says_that_it_is_kept() -> None:
    deck = Deck.of(script_of(START), ())
    for section in SECTIONS:
        node = schema()["properties"][section]["additionalProperties"]
        shown = {one.key for one in deck.fields(section, None)}
        assert set(node["properties"]) - shown <= {"rescue", "then", "cue", "seats"}
        assert {one.key for one in deck.fields(section, None) if one.needed} == set(
            node["required"]
        )
    form = deck.form("traps", "july-first")
    assert form is not None
    assert form.unshown == "队友怎样拉他一把"


def test_help_is_in_the_words_of_the_reference() -> None:
    reference = (ROOT / "docs" / "language.md").read_text("utf-8").replace("**", "")
    assert [told for told in _HELP.values() if told not in reference] == []


def test_a_changed_field_is_all_that_changes() -> None:
    form = given(START, "traps", "july-first")
    done = save(START, "traps", "july-first", {**form, "why": "听来的：就这样"}, form)
    assert done.problems == {}
    assert changed(START, done.text) == [
        "-    why: 七月一日是后来定下的纪念日",
        "+    why: 听来的：就这样",
    ]


def test_what_others_changed_meanwhile_stays() -> None:
    form = given(START, "traps", "july-first")
    theirs = START.replace("belief: 七月一日就是开幕日", "belief: 别人改的")
    done = save(theirs, "traps", "july-first", {**form, "hold": "1分钟"}, form)
    assert "belief: 别人改的" in done.text
    assert "hold: 1m  " in done.text


NEW_FACT = {
    "text": "示意",
    "status": "contested",
    "sources.0.source": "",
    "sources.0.new": "一本书",
    "accounts.0.says": "甲",
    "accounts.0.basis": "乙",
    "accounts.0.sources.3.source": "museum",
    "accounts.4.says": "丙",
    "accounts.4.basis": "丁",
    "accounts.4.sources.0.source": "museum",
    "accounts.4.sources.0.where": "第3页",
}


def test_a_new_fact_brings_its_source_and_its_ids() -> None:
    done = save(START, "facts", "", NEW_FACT, {})
    assert done.id == "f-2"
    compile_scenario(done.text.encode(), "x")
    assert [line[1:] for line in changed(START, done.text)] == [
        "  s-2: {cite: 一本书, verify: true}",
        "  f-2:",
        "    text: 示意",
        "    status: contested",
        "    sources: [s-2]",
        "    accounts:",
        "      - says: 甲",
        "        basis: 乙",
        "        sources: [museum]",
        "      - says: 丙",
        "        basis: 丁",
        "        sources:",
        "          - source: museum",
        "            where: 第3页",
    ]
    assert take_away(done.text, "facts", "f-2").text == START.replace(
        "museum, verify: true}\n", "museum, verify: true}\n  s-2: {cite: 一本书, verify: true}\n"
    )


def test_a_source_in_brackets_takes_its_place() -> None:
    """The starter's own `sources: [museum]`: who adds a page must not be sent to the source."""
    form = given(START, "facts", "opened")
    for more in ({"where": "第3页"}, {"where": "甲: 乙", "quote": "[原文]，甲"}):
        slips = {f"sources.0.{key}": value for key, value in more.items()}
        done = save(START, "facts", "opened", {**form, **slips}, form)
        fact = compile_scenario(done.text.encode(), "x").facts["opened"]
        assert [fact.sources[0].where, fact.sources[0].quote or ""] == [
            more["where"], more.get("quote", ""),
        ]  # fmt: skip
        assert len(changed(START, done.text)) == 2
        back = given(done.text, "facts", "opened")
        assert save(done.text, "facts", "opened", form, back).problems == {}


REFUSED = [
    ({"text": ""}, "text", "还空着"),
    ({"status": ""}, "status", "还没选"),
    ({"sources.0.source": "", "sources.0.new": "", "sources.0.where": "第3页"}, "sources.0.source", "新出处"),
    ({"accounts.0.says": ""}, "accounts.0.says", "去掉"),
]  # fmt: skip


@pytest.mark.parametrize(("slip", "field", "told"), REFUSED)
def test_what_cant_be_saved_is_told_at_its_field(
    slip: dict[str, str], field: str, told: str
) -> None:
    done = save(START, "facts", "", {**NEW_FACT, **slip}, {})
    assert told in done.problems[field]
    assert done.text == START


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\u2028"])
def test_signs_pasted_along_are_told_at_their_field(sign: str) -> None:
    """Word and PDFs leave them; a line and column of the source told nobody which field it was."""
    form = given(START, "facts", "opened")
    slips = {"text": f"甲{sign}乙", "sources.0.where": f"丙{sign}丁"}
    done = save(START, "facts", "opened", {**form, **slips}, form)
    assert set(done.problems) == set(slips)
    assert "控制字符" in done.problems["text"]
    brought = save(START, "facts", "", {**NEW_FACT, "sources.0.new": f"书{sign}名"}, {})
    assert set(brought.problems) == {"sources.0.new"}


def test_a_trap_speaks_as_people_do() -> None:
    form = given(START, "traps", "july-first")
    assert form["hold"] == "30秒"
    more = {"hold": "半分钟", "cost.0.var": "mistakes", "cost.0.by": "＋2"}
    done = save(START, "traps", "july-first", {**form, **more}, form)
    assert changed(START, done.text) == [
        "-    cost: {mistakes: +1}",
        "+    cost: {mistakes: +2}",
    ]
    bad = save(START, "traps", "july-first", {**form, "hold": "一会儿", "cost.0.by": "很多"}, form)
    assert set(bad.problems) == {"hold", "cost.0.by"}


def test_what_is_named_elsewhere_isnt_taken_away() -> None:
    assert "还有别处用着它" in take_away(START, "facts", "opened").problems[""]
    assert "还有别处用着它" in take_away(START, "traps", "july-first").problems[""]


def test_a_role_and_a_thing_to_hold_are_cards_too() -> None:
    role = {"name": "交通员", "brief": "示意", "goal": ""}
    done = save(START, "roles", "", role, {})
    thing = {"title": "示意的纸条", "text": "示意", "fact": "opened", "once": "true"}
    done = save(done.text, "cards", "", thing, {})
    assert [line[1:] for line in changed(START, done.text)] == [
        "  r-3: {name: 交通员, brief: 示意}",
        "",
        "cards:",
        "  c-1:",
        "    title: 示意的纸条",
        "    text: 示意",
        "    fact: opened",
        "    once: true",
    ]
    has = done.text.replace("if: mistakes >= 2", "if: has.c-1")
    assert "还有别处用着它" in take_away(has, "cards", "c-1").problems[""]
    assert "还有别处用着它" in take_away(START, "roles", "lookout").problems[""]
    fields = Deck.of(script_of(done.text), ()).fields("cards", None)
    assert [one.label for one in fields] == ["标题", "上面写什么", "依据的史实", "能转交几次"]


def test_an_anchor_is_shown_and_not_changed() -> None:
    text = START.replace("why: 七月一日是后来定下的纪念日", "why: &w 七月一日")
    fields = Deck.of(script_of(text), ()).form("traps", "july-first")
    assert fields is not None
    (why,) = [one for one in fields.fields if one.key == "why"]
    assert "锚点" in why.left
    assert gather((why,), {}) == {}
    with pytest.raises(LeftAlone):
        script_of("a: [1\n")


def test_a_remedy_names_labels_and_no_keys() -> None:
    assert without_keys("在 accounts 里补上另一种。") == "在“各种说法”里补上另一种。"
