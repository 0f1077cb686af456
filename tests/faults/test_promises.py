"""Every promise has a test, and the page of promises says where."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (P\d+) \|.*\| `(tests/\S+\.py)` \|$", re.M)


def test_every_promise_is_tested_where_the_page_says() -> None:
    rows = ROW.findall(PAGE)
    numbers = [int(promise[1:]) for promise, _ in rows]
    assert numbers == sorted({*numbers, *range(1, 16)}), "each once, in order"
    for promise, module in rows:
        text = (ROOT / module).read_text(encoding="utf-8")
        assert re.search(rf"\b{promise}\b", text), f"{module} doesn't name {promise}"


def test_every_law_names_tests_that_are_there() -> None:
    laws = PAGE.partition("## The laws")[2].partition("\n## ")[0]
    rows = [line for line in laws.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    for row in rows:
        modules = re.findall(r"`(tests/\S+?\.py)`", row)
        assert modules, row
        for module in modules:
            assert re.search(r"^ *(async )?def test_", (ROOT / module).read_text("utf-8"), re.M), (
                module
            )
