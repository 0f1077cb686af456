"""Starters, tidying, keeping plays as tests, playing in a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from rich.console import Console

from engine.author.drawing import svg
from engine.author.fmt import FormatError, formatted
from engine.author.keep import standing, with_test
from engine.author.new import starter
from engine.author.terminal import Seats, play
from engine.proof.graph import dot
from engine.proof.playthrough import Playthrough
from engine.proof.prove import prove
from engine.proof.suite import run_test
from engine.scenario.samples import SOUND
from tests.support.generated import script_texts
from tests.support.scripts import MINI_TEXT, compile_text

YIDA = Path(__file__).resolve().parents[3] / "scenarios" / "yida-1921" / "scenario.yaml"


@pytest.mark.parametrize("title", ["试写", 'a: "b" # c', "\\", "{x}"])
def test_the_starter_is_proved_and_its_tests_pass(title: str) -> None:
    scenario = compile_text(starter("begin", title))
    assert scenario.title == title
    proof = prove(scenario)
    assert (proof.issues, proof.complete) == ((), True)
    assert [run_test(scenario, case).divergence for case in scenario.tests] == [None, None]


@pytest.mark.parametrize("text", [MINI_TEXT, SOUND, starter("x", "y"), YIDA.read_text("utf-8")])
def test_tidying_twice_is_tidying_once_and_keeps_comments(text: str) -> None:
    done = formatted(text)
    assert formatted(done) == done
    assert done.count("#") == text.count("#")


SHIPPED = sorted((YIDA.parents[1]).glob("*/scenario.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_shipped_scripts_are_tidy(file: Path) -> None:
    text = file.read_text("utf-8")
    assert formatted(text) == text


def test_the_starter_is_tidy_but_for_its_columns_of_comments() -> None:
    text = starter("x", "标题")
    assert "".join(formatted(text).split()) == "".join(text.split())


WRITTEN = [
    ("a: 分\n  头\n", "a: 分头\n"),
    ("a: one\n  two\n", "a: one two\n"),
    ("a: '分\n  头'\n", "a: '分头'\n"),
    ('a: "分\n  头"\n', 'a: "分头"\n'),
    ("a: [分\n  头, 又]\n", "a: [分头, 又]\n"),
    ("a: {b: 分\n  头, c: 又}\n", "a: {b: 分头, c: 又}\n"),
    ("a: >-\n  分\n  头\n", "a: >-\n  分\n  头\n"),
    ("a: |\n  分\n\n  头\nb: 2\n", "a: |\n  分\n\n  头\nb: 2\n"),
    ("a: [{go: b}]\n", "a: [{go: b}]\n"),
    ("a: [go: b]\n", "a: [{go: b}]\n"),
    ("a: [{go: b}, c]\n", "a: [{go: b}, c]\n"),
    ("a:  {b: 1,c:  2}\n", "a: {b: 1, c: 2}\n"),
    ("a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n"),
    ("a:\n     b: 1\n", "a:\n  b: 1\n"),
    ("\ufeffa: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
    (f"a: {'很长' * 600}\n", f"a: {'很长' * 600}\n"),
    (f"a: [{'long text, ' * 300}end]\n", f"a: [{'long text, ' * 300}end]\n"),
    ("a: 😀 好\nb: '007'\n", "a: 😀 好\nb: '007'\n"),
]


@pytest.mark.parametrize(("text", "tidy"), WRITTEN, ids=[repr(text[:30]) for text, _ in WRITTEN])
def test_tidying_wraps_nothing_and_joins_as_it_is_read(text: str, tidy: str) -> None:
    assert formatted(text) == tidy
    assert formatted(tidy) == tidy


def test_tidying_keeps_every_word_as_it_is() -> None:
    text = "a:   1921-07-23\nb: [no,  007, 19:21, ~, 1e3, 0x1F, null]\nc: 'yes'   # 注\nd:\n"
    assert formatted(text) == (
        "a: 1921-07-23\nb: [no, 007, 19:21, ~, 1e3, 0x1F, null]\nc: 'yes'   # 注\nd:\n"
    )


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "", "&x a: *x"])
def test_what_cannot_be_read_is_left_alone(text: str) -> None:
    with pytest.raises(FormatError):
        formatted(text)


@given(script_texts())
@settings(max_examples=30)
def test_tidying_drawn_scripts(text: str) -> None:
    done = formatted(text)
    assert formatted(done) == done


def test_a_play_is_kept_where_tests_end() -> None:
    table = Playthrough(compile_text(MINI_TEXT))
    moves = ["date=d1", "rescue=y38"]
    for move in moves:
        table.move(move)
    for text in (MINI_TEXT, MINI_TEXT[: MINI_TEXT.index("\ntests:")] + "\n",
                 MINI_TEXT[: MINI_TEXT.index("\ntests:")] + "\ntests: []\n"):  # fmt: skip
        kept = with_test(text, '一个"新"的', moves, standing(table))
        scenario = compile_text(kept)
        assert scenario.tests[-1].name == '一个"新"的'
        assert run_test(scenario, scenario.tests[-1]).divergence is None
        assert len(scenario.tests) == len(compile_text(text).tests) + 1


def test_playing_in_a_terminal() -> None:
    kept: list[tuple[str, list[str]]] = []
    seats = Seats(compile_text(MINI_TEXT), lambda name, moves, table: kept.append((name, [*moves])))
    said = iter(["?", "99", "1", "u", "u", "nonsense", "date=d1", "rescue=y38", "date=d23",
                 "door=report", "compare=王会长", "s", "s 记住", "q"])  # fmt: skip
    out = Console(file=io.StringIO(), width=100)
    play(seats, out, lambda: next(said))
    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert kept == [
        ("记住", ["date=d1", "rescue=y38", "date=d23", "door=report", "compare=王会长"])
    ]
    assert "没有第 99 项" in shown
    assert "到了结局" in shown
    assert "还没有走过" in shown


def test_the_end_of_input_ends_the_play() -> None:
    def ask() -> str:
        raise EOFError

    play(Seats(compile_text(MINI_TEXT), lambda *_: None), Console(file=io.StringIO()), ask)


def test_graphviz_draws_the_first_scenario() -> None:
    drawn = svg(dot(compile_text(YIDA.read_text("utf-8"))))
    assert "博文女校" in drawn
    assert drawn.count("<g ") > 20
