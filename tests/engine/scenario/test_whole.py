"""All that is wrong comes out at once: a typo hides no check of the whole script, unless it hides
what that check follows; and then it is said what is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from engine.cli import main
from engine.errors import ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.samples import SOUND
from engine.script.catalogue import CATALOGUE

TYPOS = {
    "a number": ("minutes: 5", "minutes: 很久"),
    "a colon": ("title: 岔路", "title：岔路"),
    "a key": ("summary:", "sumary:"),
    "a duration": ("hold: 30s", "hold: 30"),
    "yes": ("show: true", "show: yes"),
    "a test": ("play: [p=,", "play: [p,"),
    "a condition": ("if: w, go: z", "if: ww, go: z"),
    "a source": ("sources: [s], objective", "sources: [ss], objective"),
}
"""Slips that hide nothing which a check of the whole follows."""
WHOLE = {
    # codes of checks of the whole: (a piece of the sound script, what stands there instead)
    "SC403": ("after: [p]", "after: [q]"),
    "SC407": ("next: [{if: m > 2, go: y}, {go: good}]", "next: [{go: good}]"),
    "SC411": ("next: [{go: back}]", "next: [{go: good}]"),
    "SC412": ("  y:\n    title: 又一幕\n    story: 又来。\n    tasks: {again: {role: a, kind: read, "
              "ask: 读, story: 文}}\n    next: [{go: good}]",
              "  y:\n    title: 又一幕\n    story: 又来。\n    tasks: {again: {role: a, kind: read, "
              "ask: 读, story: 文}}\n    next: [{go: back}]"),
    "SC419": ("text: 错, trap: t}", "text: 错}"),
    "SC503": ("text: 对, right: true, fact: f}, {id: o", "text: 对, right: true}, {id: o"),
    "SC504": ("text: 对, right: true, fact: f}, {id: o", "text: 对, right: true, fact: c}, {id: o"),
}  # fmt: skip


def found(text: str) -> tuple[list[str], bool]:
    """Codes, and whether something is left to be looked at."""
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(text.encode(), "t")
    return [each.code for each in caught.value.issues], bool(caught.value.left)


@pytest.mark.parametrize("typo", TYPOS)
@pytest.mark.parametrize("code", WHOLE)
def test_a_typo_hides_no_check_of_the_whole(code: str, typo: str) -> None:
    text = SOUND
    for piece, wrong in (WHOLE[code], TYPOS[typo]):
        assert piece in text
        text = text.replace(piece, wrong, 1)
    alone, _ = found(SOUND.replace(*TYPOS[typo], 1))
    codes, left = found(text)
    assert sorted(codes) == sorted([*alone, code])
    assert not left


LOSING = [
    ("go: good", "go: goood", {"SC407", "SC421"}),
    ("trap: t", "trap: tt", {"SC419"}),
    ("give: {k: a}", "give: {kk: a}", {"SC420"}),
    ("fact: f}, {id: o", "fact: ff}, {id: o", {"SC503"}),
    ("after: [p]", "after: [pp]", {"SC403"}),
    ("kind: search", "kind: sarch", {"SC414"}),
    ("    next: [{go: back}]", "    next: {back: }", {"SC411"}),
]


@pytest.mark.parametrize(("piece", "wrong", "accused"), LOSING, ids=[each[1] for each in LOSING])
def test_what_cannot_be_read_accuses_nobody_and_is_said(
    piece: str, wrong: str, accused: set[str]
) -> None:
    codes, left = found(SOUND.replace(piece, wrong))
    assert not accused & set(codes)
    assert left


def test_check_says_what_is_left(tmp_path: Path) -> None:
    script = tmp_path / "scenario.yaml"
    script.write_text(SOUND.replace("go: good", "go: goood"), encoding="utf-8")
    told = CliRunner().invoke(main, ["check", str(script)])
    assert told.exit_code == 1
    assert "才查得了每一幕走不走得到" in told.stderr
    script.write_text(SOUND.replace("minutes: 5", "minutes: 很久"), encoding="utf-8")
    assert "才查得了" not in CliRunner().invoke(main, ["check", str(script)]).stderr


@given(st.permutations(sorted(set(CATALOGUE) - {"SC013"})))
@settings(max_examples=60, deadline=None)
def test_two_mistakes_at_once_are_told_or_said_to_hide(codes: list[str]) -> None:
    """Mistakes of the whole beside any other: told, or it is said that they can't be seen yet."""
    text, made = SOUND, []
    for code in codes[:3]:
        entry = CATALOGUE[code]
        if entry.old and not entry.bad.startswith("\x00") and text.count(entry.old):
            text = text.replace(entry.old, entry.bad, 1)
            made.append(code)
    if not made:
        return
    told, left = found(text)
    assert left or set(told) & set(made)
