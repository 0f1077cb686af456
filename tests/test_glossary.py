"""The glossary is a promise: our words are in the code, and the field's terms can be looked up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GLOSSARY.splitlines()
    if line.startswith("| ") and not line.startswith("| 中文")
]
FIELD = (
    "idempotent",
    "optimistic concurrency",
    "broadcast",
    "back-pressure",
    "rate limit",
    "event sourcing",
    "heartbeat",
)


@pytest.fixture(scope="module")
def code() -> str:
    """All Python of the product."""
    files = sorted(f for room in ("engine", "web") for f in (ROOT / room).rglob("*.py"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_row_has_its_five_columns() -> None:
    assert len(ROWS) > 50
    assert [row for row in ROWS if len(row) != 5 or not all(row[:4])] == []


def test_our_words_are_in_the_code(code: str) -> None:
    words = {word for row in ROWS for word in re.findall(r"`(\w+)`", row[2])}
    missing = {word for word in words if not re.search(rf"\b{word.strip('_')}", code)}
    assert not missing


@pytest.mark.parametrize("term", FIELD)
def test_the_fields_terms_appear(term: str) -> None:
    assert any(term in row[1] for row in ROWS)


def test_no_word_stands_twice() -> None:
    chinese = [row[0] for row in ROWS]
    assert len(chinese) == len(set(chinese))
