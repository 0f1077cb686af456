"""No text makes the interpreter sort marks for seconds: normal forms are taken in one place."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.normal import RUN_MAX, normal

ROOT = Path(__file__).resolve().parents[2]


def test_it_is_the_only_place() -> None:
    asking = [
        path.relative_to(ROOT).as_posix()
        for folder in ("engine", "web")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "unicodedata.normalize" in path.read_text(encoding="utf-8")
    ]
    assert asking == ["engine/normal.py"]


def test_marks_without_end_are_left_out_before_they_are_sorted() -> None:
    sent = "e" + "\u0323\u0307" * 20_000
    for form in ("NFC", "NFKC", "NFKD"):
        assert len(normal(form, sent)) <= RUN_MAX + 1
        assert len(normal(form, f"{sent}y{sent}")) <= 2 * (RUN_MAX + 1) + 1


@given(st.text(max_size=200), st.sampled_from(["NFC", "NFKC", "NFKD"]))
def test_what_anybody_writes_is_as_it_was(text: str, form: str) -> None:
    run = longest = 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        longest = max(longest, run)
    if longest <= RUN_MAX:
        assert normal(form, text) == unicodedata.normalize(form, text)  # type: ignore[arg-type]
