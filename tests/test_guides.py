"""What the guides tell people to press is on a page, in these words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDES = ("facilitator-guide.zh.md", "privacy.zh.md", "trainer-guide.zh.md")
PRESSED = re.compile(r"[点按勾]“([^“”]+)”")
OTHERS = {"…"}
"""Buttons of other programs than ours."""


def pages() -> str:
    """All that templates and scripts put on pages, and names of roles and acts."""
    files = [*(ROOT / "web" / "templates").rglob("*.html"), *(ROOT / "web").glob("static/*.js")]
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


QUOTED = re.compile(r"“([^“”]+)”")
ELSEWHERE = {
    *OTHERS, "扫一扫", "文稿", "终端", "允许", "是否允许连接", "在浏览器打开", "AP 隔离",
    "适用于 Linux 的 Windows 子系统", "Debian", "连上了", "不行",
}  # fmt: skip
"""Labels of other programs, and words of art."""


def test_what_the_facilitators_guide_quotes_is_on_a_screen() -> None:
    """A label in quotes is a promise, whether it is to be pressed or only seen. Scripts' titles and the
    guide's own headings are quoted as well."""
    guide = (ROOT / "docs" / GUIDES[0]).read_text(encoding="utf-8")
    tables = (
        "engine/views/wording.py", "engine/rights.py", "web/door/statuses.py",
        "engine/evening/refusing.py", "web/pages/render.py", "web/pages/words.py",
    )  # fmt: skip
    titles = [*(ROOT / "scenarios").glob("*/scenario.yaml"), *(ROOT / name for name in tables)]
    shown = pages() + "".join(file.read_text(encoding="utf-8") for file in titles)
    headings = re.findall(r"^## (?:[一二三四五六七八九]、)?(.*)$", guide, re.MULTILINE)
    others = {*ELSEWHERE, *headings, *(f"{digit}" for digit in "一二三四五六")}
    quoted = {label.rstrip("…") for label in QUOTED.findall(guide)}
    assert not {label for label in quoted if label not in shown} - others


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_says_to_press_is_on_a_page(guide: str) -> None:
    told = PRESSED.findall((ROOT / "docs" / guide).read_text(encoding="utf-8"))
    assert told, "the guide says nothing to press, or says it otherwise"
    shown = pages()
    # Only where it is a label of its own: between tags, quotes or braces.
    missing = {
        label
        for label in set(told) - OTHERS
        if not re.search(rf"[>'\"}}]\s*{re.escape(label)}\s*[<'\"{{（]", shown)
    }
    assert not missing
