"""A script made after another says the same under a name of its own, and where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.author.extents import LeftAlone
from engine.author.new import starter
from engine.author.remix import id_for, remixed, title_in
from engine.scenario import compile_scenario

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted(ROOT.glob("scenarios/*/scenario.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_shipped_script_says_the_same_under_its_own_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = remixed(text, "ours", "我们的：一晚", "照着别的改的")
    pushed_down = f"# 照着别的改的\n{text}"
    before, after = (compile_scenario(one.encode(), "", digest="d") for one in (pushed_down, made))
    assert after == replace(before, id="ours", title="我们的：一晚", version="0.1.0")
    was, now = text.splitlines(), made.splitlines()
    assert now[0] == "# 照着别的改的"
    assert len([one for one, other in zip(was, now[1:], strict=True) if one != other]) == 3


def test_what_it_comes_from_stands_below_the_line_for_editors() -> None:
    lines = remixed(starter("a", "甲"), "b", "乙", "照着甲改的\nid: c").splitlines()
    assert lines[0].startswith("# yaml-language-server")
    assert lines[1] == "# 照着甲改的 id: c", "one line, whatever a title holds"


def test_what_lacks_a_version_gets_one_and_what_cant_be_read_is_left() -> None:
    assert "version: 0.1.0" in remixed("format: 1\nid: a\ntitle: 甲\n", "b", "乙", "x")
    with pytest.raises(LeftAlone):
        remixed("a: [1\n", "b", "乙", "x")


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("我们的三湾", (), "sanwan-1927-2"),
        ("我们的三湾", ("sanwan-1927-2", "sanwan-1927-3"), "sanwan-1927-4"),
        ("Sanwan 1927, ours", (), "sanwan-1927-ours"),
        ("Sanwan ours", ("sanwan-ours",), "sanwan-ours-2"),
        ("1927", (), "sanwan-1927-2"),
        ("x" * 80, (), "x" * 60),
        ("x" * 80, ("x" * 60,), "x" * 60 + "-2"),
    ],
)
def test_ids_are_made_and_are_free(title: str, taken: tuple[str, ...], name: str) -> None:
    assert id_for(title, "sanwan-1927", taken) == name


@pytest.mark.parametrize(
    ("text", "title"),
    [("title: 甲 # 乙\n", "甲"), ("id: a\n", ""), ("title: [甲]\n", ""), ("a: [1\n", "")],
)
def test_titles_are_read_where_they_can_be(text: str, title: str) -> None:
    assert title_in(text) == title
