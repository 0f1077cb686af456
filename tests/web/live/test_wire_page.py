"""docs/wire.md tells a client what to do next, for every reason that a command is refused for."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import ConcurrentAppend, StoreUnavailable, Unkeepable
from engine.host.mailbox import RunStopped
from engine.rules.rejections import CATALOGUE
from web.door.statuses import message_of

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "wire.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (again|other|final) \| (.+) \|$", PAGE, re.M)


def test_every_rejection_has_one_row_that_says_what_then() -> None:
    codes = [code for code, _, _ in ROWS]
    assert sorted(codes) == sorted(CATALOGUE)
    assert all(told.strip() for _, _, told in ROWS)


def test_what_the_server_refuses_besides_is_told_too() -> None:
    told = PAGE.split("Besides these, from the server")[1].split("\n\n")[0]
    codes = re.findall(r"`(\w+)`", told)
    raised = StoreUnavailable("x"), ConcurrentAppend("r", 1, 2), Unkeepable(), RunStopped()
    ours = {error.code for error in raised}
    assert ours <= set(codes)
    assert [code for code in codes if code not in ours and message_of(code) is None] == []


def test_waits_are_told_by_parts_that_there_are() -> None:
    """What a row says to look at stands in the parts' shapes."""
    shapes = PAGE.split("## Parts of a seat")[1] + " now_ms"  # of the message itself
    for code, kind, told in ROWS:
        if kind == "again":
            for name in re.findall(r"`(?:\w+\.)?(\w+)`", told):
                assert name in shapes, (code, name)
