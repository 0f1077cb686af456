"""What YAML takes for something else without a word is told; what is meant so isn't."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.scenario import compile_scenario
from engine.scenario.advice import advise
from engine.scenario.samples import SOUND, bad_sample
from engine.script.catalogue import ADVICE
from engine.script.source import Scalar, read_source

ROOT = Path(__file__).resolve().parents[3]
OUTSIDE = {"SC811", "SC812", "SC813", "SC814"}
"""Of what lies beside the script."""


def told(text: str) -> list[tuple[str, int, int]]:
    return [(each.code, each.place.line, each.place.column) for each in advise(text.encode(), "t")]


@pytest.mark.parametrize("code", sorted(set(ADVICE) - OUTSIDE))
def test_each_sample_compiles_and_gives_its_advice_alone(code: str) -> None:
    data = bad_sample(code)
    assert compile_scenario(data, "t").title
    found = advise(data, "t")
    assert [each.code for each in found] == [code]
    assert all(each.advice for each in found)


def test_the_sound_script_gives_none() -> None:
    assert advise(SOUND.encode(), "t") == []


@pytest.mark.parametrize("file", sorted((ROOT / "scenarios").glob("*/scenario.yaml")), ids=str)
def test_shipped_scripts_give_none(file: Path) -> None:
    assert advise(file.read_bytes(), "t") == []


SIGNS = [
    ("title: 打开 #3 箱子", [("SC802", 1, 11)]),
    ("title: 打开 #三号", [("SC802", 1, 11)]),
    ("title: 打开 # 三号", [("SC802", 1, 11)]),
    ("title: open the #3 box", [("SC802", 1, 17)]),
    ("title: open #3", []),
    ("a:\n  - 打开 #3 箱子\n  - 二", [("SC802", 2, 8)]),
    ("a: {b: 打开 #3 箱子\n  }", [("SC802", 1, 11)]),
    ("title: #3 箱子", [("SC802", 1, 8)]),
    ("title: 打开   # 注释", []),
    ("title: 打开  # 注释", []),
    ("minutes: 5 # 注释", []),
    ("minutes: 5 #注释", []),
    ("title: '打开 #3 箱子'", []),
    ("title: 打开#3箱子", []),
    ("roles:   # 谁来演\n  a: 1", []),
    ("title: 第一行\n  第二行 #3 行", [("SC802", 2, 7)]),
    ("title: 第一行\n  - 第二行", [("SC803", 2, 3)]),
    ("title: 第一行\n  －第二行", [("SC803", 2, 3)]),
    ("a:\n  - 一\n   - 二", [("SC803", 3, 4)]),
    ("title: 第一行\n  ask：第二行", [("SC803", 2, 3)]),
    ("title: 第一行\n  第二行", []),
    ("title: >\n  - 第一行\n  - 第二行", []),
    ("goal: ~", [("SC804", 1, 7)]),
    ("goal: null", [("SC804", 1, 7)]),
    ("text: 3:30", []),
    ("text: yes", []),
    ("text: 1_000", []),
    ("text: 1921-07-23", []),
    ("themes: [党史，建党]", [("SC805", 1, 10)]),
    ("themes: [党史、建党]", [("SC805", 1, 10)]),
    ("themes: 党史、建党", [("SC805", 1, 9)]),
    ("themes: [党史, 建党]", []),
    ("accept: [七一，七月一日]", [("SC805", 1, 10)]),
    ("discuss: [如果是你，会怎样判断来人?]", []),
    ("title: 七月\u00a0流火", []),
    ("title: 七月\u200b流火", [("SC806", 1, 8)]),
    ("title: “半条被子”", [("SC807", 1, 8)]),
    ("title: 【半条被子】", [("SC807", 1, 8)]),
    ("title: “半条”被子", []),
    ("says: “有人来了”", []),
    ("says: 走,", [("SC808", 1, 7)]),
    ("says: 走;", [("SC808", 1, 7)]),
    ("says: 走}", [("SC808", 1, 7)]),
    ("says: 走]", [("SC808", 1, 7)]),
    ("says: 走 {一}", []),
    ("says: 走[注1]", []),
    ("says: '走,'", []),
    ("says: 走\ufffd", [("SC806", 1, 7)]),
    ("says: \uf0b7走", [("SC806", 1, 7)]),
    ("themes: 【党史】", [("SC805", 1, 9)]),
    ("themes: (党史)", [("SC805", 1, 9)]),
    ("a: 1\nask：读\nstory: 文\nb: 走,", [("SC808", 4, 4)]),
    ("ask:读\nstory: 文", []),
]


@pytest.mark.parametrize(("text", "found"), SIGNS, ids=[text for text, _ in SIGNS])
def test_what_is_read_otherwise_is_told(text: str, found: list[tuple[str, int, int]]) -> None:
    assert told(text) == found


FOLDS = [
    ("a: 分\n  头", "分头"),
    ("a: 他说:\n  走", None),
    ("a: 他说，\n  走。", "他说，走。"),
    ("a: “分”\n  “头”", "“分” “头”"),
    ("a: 分”\n  头", "分”头"),
    ("a: one\n  two", "one two"),
    ("a: 分 two\n  头", "分 two 头"),
    ("a: 第 1\n  分", "第 1 分"),
    ("a: 分 头\n  分 头", "分 头分 头"),
    ("a: >\n  分\n  头\n", "分头\n"),
    ("a: >-\n  分\n  头\n\n  又\n  一段", "分头\n又一段"),
    ("a: |\n  分\n  头\n", "分\n头\n"),
    ("a: '分\n  头'", "分头"),
    ('a: "分\n  头"', "分头"),
    ('a: "分 \\\n  头"', "分 头"),
    ("a: 分\n\n  头", "分\n头"),
    ("a: 分\r\n  头\r\n", "分头"),
    ("a: [分\n  头, 又]", "分头"),
    ("a: 分\n  头 # 注", "分头"),
    ("a: 分\n  分\n  分 分\n  分", "分分分 分分"),
]


@pytest.mark.parametrize(("text", "value"), FOLDS, ids=[text for text, _ in FOLDS])
def test_wrapped_chinese_gets_no_space(text: str, value: str | None) -> None:
    root, issues = read_source(text.encode(), "t")
    if value is None:
        assert issues
        return
    assert root is not None
    node = root.entries["a"][1]
    node = getattr(node, "items", [node])[0]
    assert isinstance(node, Scalar)
    assert node.value == value


run = CliRunner().invoke
COVERED = SOUND.replace("format: 1\n", "format: 1\ncover: Lake.svg\n").replace(
    "title: 第一幕\n", "title: 第一幕\n    picture: hall.svg\n"
)


@pytest.mark.parametrize(
    ("files", "codes", "exit_code"),
    [
        (["Lake.svg", "hall.svg"], [], 0),
        (["Lake.svg"], ["SC811"], 1),
        (["lake.svg", "hall.svg"], ["SC812"], 1),
        (["Lake.svg", "hall.svg", "old.png"], ["SC813"], 0),
        (["Lake.svg", "hall.SVG"], ["SC812"], 1),
    ],
)
def test_check_knows_the_pictures_beside_the_script(
    tmp_path: Path, files: list[str], codes: list[str], exit_code: int
) -> None:
    (tmp_path / "scenario.yaml").write_text(COVERED, encoding="utf-8")
    for name in files:
        (tmp_path / name).write_text("<svg/>", encoding="utf-8")
    done = run(main, ["check", str(tmp_path)])
    assert done.exit_code == exit_code, done.output
    assert [code for code in ("SC811", "SC812", "SC813") if code in done.output] == codes
    if "SC811" in codes:
        line = COVERED.split("\n").index("    picture: hall.svg") + 1
        assert f"scenario.yaml:{line}:14 SC811 没有图片 hall.svg" in done.output


@pytest.mark.parametrize(
    ("files", "missing"),
    [(["钟声.mp3"], False), ([], True), (["钟声.MP3"], True)],
)
def test_check_knows_the_sounds_beside_the_script(
    tmp_path: Path, files: list[str], missing: bool
) -> None:
    staged = SOUND.replace("title: 第一幕\n", "title: 第一幕\n    cue: [knock, 钟声.mp3]\n")
    (tmp_path / "scenario.yaml").write_text(staged, encoding="utf-8")
    for name in files:
        (tmp_path / name).write_bytes(b"\xff\xfb\x90\x00")
    done = run(main, ["check", str(tmp_path)])
    assert ("SC814 没有声音 钟声.mp3" in done.output) == missing, done.output
    assert done.exit_code == missing


def test_advice_is_no_error_but_is_said(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_bytes(bad_sample("SC802"))
    done = run(main, ["check", str(tmp_path)])
    assert done.exit_code == 0
    assert "提醒：" in done.output
    assert "没有错误，1 处提醒" in done.output
    assert "没有问题" not in done.output
