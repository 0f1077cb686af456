"""What people type, made comparable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.scenario import normalise


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("七月二十三日", "7月23日"),
        ("７月 ２３日。", "7月23日"),
        ("一九二一年", "1921年"),
        ("“王会长”", "王会长"),
        ("《新青年》", "新青年"),
        ("ABC def", "abcdef"),
        ("十", "10"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("两千", "2千"),
        ("十十", "十十"),
        ("A)\u00b4", "\u00e1"),  # apart by a bracket and a space that the accent carried
    ],
)
def test_what_people_type_is_normalised(typed: str, same: str) -> None:
    assert normalise(typed) == same == normalise(same)


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
