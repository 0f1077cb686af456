"""The short form of `scripts/fuzz`: a hundred draws for each target, the same in every run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.markup import tags_of
from tests.fuzz.targets import TARGETS

EXAMPLES = {"parts": 25, "script": 60, "fmt": 15, "overlay": 60}


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_in_is_read_or_refused(name: str) -> None:
    drawn, check = TARGETS[name]

    @settings(
        max_examples=EXAMPLES.get(name, 150),
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        check(data.draw(drawn))

    run()


@pytest.mark.parametrize(
    "html",
    [
        "<zq>",
        "<p zq=1>",
        "<p onclick=x>",
        "<a href=javascript:zq>",
        "<!--zq-->",
        "<script>",
        "<![x]>",
    ],
)
def test_markup_that_came_through_would_be_seen(html: str) -> None:
    with pytest.raises(AssertionError):
        tags_of(html)
