"""A word that says how something stands is no style of its own: `.debrief` once styled every tag that
said 复盘, `.good` every ending that went well."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from engine.rules.state import Phase
from engine.views.outcome import Outcome
from engine.views.wording import MARKS, TONES, WAITING

STATIC = Path("web/static")
STATES = {
    *get_args(Phase), "paused", *get_args(Outcome), *MARKS, *TONES.values(), *WAITING, "info",
    "good", "mixed", "bad", "locked", "open", "held", "done", "tried", "shown", "given", "off", "on",
}  # fmt: skip


def leading(css: str) -> set[str]:
    """The first class of every selector that begins with a bare one."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = set()
    for block in re.findall(r"([^{}]+)\{", bare):
        for selector in block.split(","):
            first = re.match(r"\s*\.([\w-]+)(?![\w.\[-])", selector)
            if first is not None:
                found.add(first[1])
    return found


def test_no_style_is_called_by_a_state_alone() -> None:
    for file in STATIC.glob("*.css"):
        assert not leading(file.read_text(encoding="utf-8")) & STATES, file.name


def test_such_a_style_would_be_found() -> None:
    assert leading(".debrief { } .tag.good, .bad b { } section.held { } .hint.shown {}") == {
        "debrief", "bad",
    }  # fmt: skip
