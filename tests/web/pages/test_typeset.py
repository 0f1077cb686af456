"""What fits a box of the wall, without a browser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.views.paging import COLUMNS, ROWS, paged
from web.pages.typeset import LEAST, SIZES, fit, fits, fitted, plain, sentences, titled

STORY = "后门没有关严。一个*穿长衫*的人探进半个身子。\n\n他说，他找人。\n屋里有人站了起来——"


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (1, "后门没有关严。"),
        (2, "后门没有关严。一个穿长衫的人探进半个身子。"),
        (3, "后门没有关严。一个穿长衫的人探进半个身子。\n他说，他找人。"),
        (9, "后门没有关严。一个穿长衫的人探进半个身子。\n他说，他找人。屋里有人站了起来——"),
    ],
)
def test_a_story_s_first_sentences(most: int, told: str) -> None:
    assert sentences(STORY, most) == told


def test_marks_are_no_part_of_it() -> None:
    assert plain("# 题\n\n- **一** `二`\n\n> 三 _四_") == "题\n一二\n三四"


def test_short_text_is_set_large_and_long_text_small() -> None:
    assert fitted("走", 20, 6, 3.4) == ("走", 34)
    assert fitted("走" * 60, 20, 6, 3.4)[1] < 16


def test_what_is_too_long_ends_at_a_sentence_where_it_can() -> None:
    text, size = fitted("前面的一句话就在这里说完了。" * 9, 14, 5, 2)
    assert size == LEAST
    assert text.endswith("说完了。……")


@pytest.mark.parametrize(
    ("title", "size"), [("博文女校", 62), ("第六次会议", 46), ("望志路的夜里", 40), ("一" * 12, 40)]
)
def test_a_title_stands_in_one_line_unless_it_would_be_much_smaller(title: str, size: int) -> None:
    assert f"f{size} " in str(titled(title, 28.4, 17, 7))


def test_nothing_in_it_is_markup() -> None:
    assert str(fit("<b>&", 20, 4, 2)) == '<span class="fit f20">&lt;b&gt;&amp;</span>'


@given(
    st.text(st.sampled_from("字，。 ab\n"), max_size=200),
    st.floats(3, 60),
    st.floats(1.6, 20),
    st.floats(1, 13),
)
def test_whatever_is_set_fits(text: str, wide: float, high: float, most: float) -> None:
    shown, size = fitted(text, wide, high, most)
    assert size in SIZES
    assert shown.startswith(text) or fits(shown, size, wide, high, 1.6) or len(shown) <= 2


@given(st.lists(st.integers(1, 500), max_size=40))
def test_a_page_holds_what_is_on_it(lengths: list[int]) -> None:
    room = {"short": 1, "tall": ROWS, "whole": ROWS * COLUMNS}
    taken: dict[int, int] = {}
    last = 0
    for page, size in paged(["字" * length for length in lengths]):
        assert page in (last, last + 1), "in their order"
        last = page
        taken[page] = taken.get(page, 0) + room[size]
    assert all(rows <= ROWS * COLUMNS for rows in taken.values())
