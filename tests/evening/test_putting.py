"""How a script stands in the menu, beside its drafts."""

from __future__ import annotations

from hashlib import sha256

import pytest

from engine.evening.publishing import stands
from engine.store.scripts.drafts import Draft
from engine.store.scripts.puts import Put
from web.pages.studio_told import told_proof, told_standing


def draft(number: int, text: bytes) -> Draft:
    return Draft(name="s", number=number, at_ms=0, author="甲", text=text)


def put(number: int, text: bytes) -> Put:
    digest = sha256(text).hexdigest()
    return Put(id="p", name="s", number=number, digest=digest, at_ms=0, who="甲", proved=True)


@pytest.mark.parametrize(
    ("act", "folder", "newest", "changed", "told"),
    [
        (None, None, draft(1, b"a"), False, "还没有放进菜单"),
        (None, b"a", None, False, "在菜单里（scenarios 文件夹）"),
        (None, b"a", draft(1, b"a"), False, "在菜单里（scenarios 文件夹）"),
        (None, b"a", draft(1, b"b"), True, "草稿比菜单里的新"),
        (put(1, b"a"), None, draft(1, b"a"), False, "已经放进菜单（第 1 稿）"),
        (put(1, b"a"), None, draft(3, b"b"), True, "菜单里是第 1 稿，您已改到第 3 稿"),
        (put(1, b"a"), b"b", draft(3, b"b"), True, "菜单里是第 1 稿，您已改到第 3 稿"),
        (put(1, b"a"), None, draft(3, b"a"), False, "已经放进菜单（第 1 稿）"),
    ],
)
def test_the_shelf_says_how_a_script_stands(
    act: Put | None, folder: bytes | None, newest: Draft | None, changed: bool, told: str
) -> None:
    found = stands(act, folder, newest)
    assert (found.changed, told_standing(found)) == (changed, told)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"proved": True}, ""),
        ({"proved": False, "issues": [], "line": "看过 3 个局面"}, "还没有看完（看过 3 个局面）。"),
        (
            {"proved": False, "issues": [{"line": 7, "message": "走不出去。"}] * 2},
            "证明有 2 处发现，第一处在第 7 行：走不出去。",
        ),
    ],
)
def test_what_a_proof_has_against_a_text(found: dict[str, object], told: str) -> None:
    assert told_proof(found) == told
