"""What each form of the language costs the proof, alone and two together; counted, never timed. The
times stand beside, by `python -m bench.forms`."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest

from engine.proof.explore import explore
from engine.proof.play_graph import Explored
from tests.engine.proof.test_reduction import agree
from tests.support.depth import depth
from tests.support.forms import FORMS, TASKS, text_with
from tests.support.scripts import compile_text

PAIRS: list[tuple[str, ...]] = list(combinations(FORMS, 2))
ALONE: list[tuple[str, ...]] = [(form,) for form in FORMS]
SOON = "eats-soon"
"""Its scene is explored in every order, for a tick comes at any moment; beside another form that is
what costs."""
SHORT = 12
"""Pairs that are held against the whole graph every time; all of them now and then."""
WHOLE_MAX = 12_000
STEP = 1.08
"""A task more, in one scene of four."""


@cache
def graph(*forms: str) -> Explored:
    scenario = compile_text(text_with(forms))
    return explore(scenario, aims=frozenset(scenario.aims))


@cache
def size(*forms: str, reduce: bool = True) -> int:
    """States of the script with these forms; what aims ask for isn't kept for them."""
    return len(explore(compile_text(text_with(forms)), reduce=reduce).nodes)


def bound(*forms: str) -> float:
    """States that they may come to."""
    if SOON in forms and len(forms) > 1:
        others = tuple(form for form in forms if form != SOON)
        return 2 * FORMS[SOON] * size(*others, reduce=False)
    most = float(size())
    for form in forms:
        most *= FORMS[form] * STEP ** TASKS.get(form, 0)
    return most


@pytest.mark.parametrize("form", FORMS)
def test_a_form_costs_no_more_than_its_values(form: str) -> None:
    assert size(form) <= bound(form)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_has_values_is_explored_with_them(form: str) -> None:
    """Else nothing would be counted here."""
    assert (size(form) > size()) == (FORMS[form] > 1 or form in TASKS)


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_two_forms_cost_no_more_than_one_times_the_other(pair: tuple[str, str]) -> None:
    assert size(*pair) <= bound(*pair)


@pytest.mark.parametrize(
    "forms",
    ALONE + PAIRS[:: max(1, len(PAIRS) // depth(SHORT, len(PAIRS)))],
    ids="+".join,
)
def test_the_reduced_graph_tells_what_the_whole_one_does(forms: tuple[str, ...]) -> None:
    scenario = compile_text(text_with(forms))
    aims = frozenset(scenario.aims)
    whole = explore(scenario, reduce=False, nodes_max=WHOLE_MAX, aims=aims)
    assert whole.complete
    reduced = graph(*forms)
    assert len(reduced.nodes) <= len(whole.nodes)
    agree(reduced, whole)
