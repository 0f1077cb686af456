"""What people type is made the one thing it can mean, by ranges and not by this year's tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import typed
from engine.store.tokens import CODE_ALPHABET, new_code

FINE = {
    "张伟": "张伟",
    "  张   伟 ": "张 伟",
    "林\U0002ebf0": "林\U0002ebf0",  # Extension I, Unicode 15.1
    "林\U000323b0": "林\U000323b0",  # Extension J, Unicode 17
    "林\U0003fff0": "林\U0003fff0",  # nobody's yet
    "张\u200b伟": "张伟",
    "\ufeff张伟\u2060": "张伟",
    "张\u202e伟": "张伟",
    "张伟\ufe0f": "张伟",
    "e\u0301ric": "éric",
    "\u0301张": "张",
    "买买提·吐尔逊": "买买提·吐尔逊",
    "བཀྲ་ཤིས": "བཀྲ་ཤིས",
    "ئابدۇللا": "ئابدۇللا",
    "a" + "\u0301\u0302\u0303\u0304\u0305\u0306\u0307": "á\u0302\u0303\u0304\u0305",
}
NONE = [
    "", " ", "\u3000", "\u3164", "\uffa0", "\u115f\u1160", "\u0301\u0302", "\u200b", "\u202e",
    "\u2800", "\ufe0f", "\U000e0101", "\ufffe", "\u00ad", "\u034f", "\u3164 \u3164", "\x00", "\u180e",
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), FINE.items())
def test_a_name_is_what_of_it_can_be_seen(text: str, name: str) -> None:
    assert typed.shown(text) == unicodedata.normalize("NFC", name)
    assert typed.problem_with(text, 24) is None


@pytest.mark.parametrize("text", NONE)
def test_what_shows_nothing_is_no_name_and_says_so(text: str) -> None:
    told = typed.problem_with(text, 24)
    assert told is not None
    assert "空" in told.zh or "看不见" in told.zh


def test_each_reason_is_told() -> None:
    long, private = typed.problem_with("长" * 25, 24), typed.problem_with("张\ue000", 24)
    assert long is not None
    assert private is not None
    assert "25 个字，最多 24 个" in long.zh
    assert "U+E000" in private.zh
    assert typed.problem_with("\U0002ebf0" * 24, 24) is None, "counted as a reader counts"


@given(st.integers(0x20000, 0x3FFFD) | st.integers(0x4E00, 0x9FFF) | st.integers(0x3400, 0x4DBF))
def test_every_ideograph_there_may_be_is_a_name(point: int) -> None:
    if point & 0xFFFE != 0xFFFE:
        assert typed.problem_with(chr(point), 24) is None


@given(st.text())
def test_a_shown_text_is_shown_alike_again_and_hides_nothing(text: str) -> None:
    once = typed.shown(text)
    assert typed.shown(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in once)
    if once:
        assert not unicodedata.category(once[0]).startswith(("M", "Z"))


WRITTEN = (
    str.lower,
    lambda code: f"{code[:4]}-{code[4:]}",
    lambda code: f" {code[:4]} {code[4:]}\u3000",
    lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
    lambda code: "\u200b".join(code),
    lambda code: f"{code[:4]}—{code[4:]}。",
    lambda code: "·".join(code.lower()),
)


@pytest.mark.parametrize("write", WRITTEN)
def test_a_code_is_the_same_however_it_is_written(write: object) -> None:
    for _ in range(20):
        code = new_code()
        assert callable(write)
        assert typed.code(write(code), CODE_ALPHABET) == code


@pytest.mark.parametrize("text", ["123456", "123 456", "１２３４５６", "123-456", " 123\u3000456 "])
def test_digits_are_digits(text: str) -> None:
    assert typed.digits(text) == "123456"


def test_a_number_is_none_that_is_too_large_or_no_number() -> None:
    assert typed.number("２", 60) == 2
    assert typed.number(" 12 ", 60) == 12
    for text in ("", "x", "61", "-", "1" * 30, "٣x", "²x", "-1", "－1", "30-60", "1.5"):
        assert typed.number(text, 60) is None


@pytest.mark.parametrize(
    "read",
    [
        typed.shown,
        partial(typed.problem_with, most=24),
        partial(typed.code, alphabet="ABC"),
        typed.digits,
        partial(typed.number, most=9),
    ],
    ids=["shown", "problem", "code", "digits", "number"],
)
@pytest.mark.parametrize("sign", ["ﷺ", "\u200d\u202e", "e\u0323\u0307", "\u1100\u1161\u11a8", "１"])
def test_so_much_of_a_line_is_looked_at(
    read: Callable[[str], object], sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a sign costs is the sender's choice, so how many there are isn't."""
    real, seen = unicodedata.normalize, []

    def normalize(form: Any, text: str) -> str:
        seen.append(len(text))
        return real(form, text)

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    read(sign * 20_000)
    assert seen
    assert max(seen) <= typed.LINE_MAX
