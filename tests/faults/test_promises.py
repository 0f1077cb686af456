"""Every promise has a test, and the page of promises says where."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (P\d+) \|.*\| `(tests/\S+\.py)` \|$", re.M)


def test_every_promise_is_tested_where_the_page_says() -> None:
    rows = ROW.findall((ROOT / "docs" / "promises.md").read_text(encoding="utf-8"))
    numbers = [int(promise[1:]) for promise, _ in rows]
    assert numbers == sorted({*numbers, *range(1, 16)}), "each once, in order"
    for promise, module in rows:
        text = (ROOT / module).read_text(encoding="utf-8")
        assert re.search(rf"\b{promise}\b", text), f"{module} doesn't name {promise}"
