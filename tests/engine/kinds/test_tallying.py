"""Whose side explains first."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.kinds.tallying import explains_first


@pytest.mark.parametrize(
    ("votes", "first"),
    [
        ("aab", "b"),
        ("abb", "a"),
        ("ab", "b"),
        ("aabbc", "c"),
        ("aabb", "b"),
        ("aaa", None),
        ("a", None),
        ("", None),
    ],
)
def test_the_smallest_side_explains_first_and_ties_go_by_the_order_drawn(
    votes: str, first: str | None
) -> None:
    assert explains_first("cba", Counter(votes)) == first


def test_a_choice_nobody_voted_for_has_no_side() -> None:
    assert explains_first("abc", {"a": 2, "b": 0, "c": 3}) == "a"
