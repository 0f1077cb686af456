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


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_says_to_press_is_on_a_page(guide: str) -> None:
    told = PRESSED.findall((ROOT / "docs" / guide).read_text(encoding="utf-8"))
    assert told, "the guide says nothing to press, or says it otherwise"
    shown = pages()
    # Only where it is a label of its own: between tags, quotes or braces.
    missing = {
        label
        for label in set(told) - OTHERS
        if not re.search(rf"[>'\"}}] ?{re.escape(label)} ?[<'\"{{（]", shown)
    }
    assert not missing
