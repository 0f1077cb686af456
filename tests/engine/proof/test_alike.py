"""What is read off a state that is alike is what the rules would have decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.proof import explore as exploring
from engine.proof.alike import Alike
from engine.proof.explore import explore
from engine.proof.footprint import Flow
from engine.proof.play_graph import Explored
from engine.proof.projection import Projection
from engine.rules import decide
from engine.rules.settle import EndlessError
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.scenario.unpicked import unpicked
from tests.engine.proof.test_reduction import NODES_MAX, compiled
from tests.support.depth import depth
from tests.support.forms import FORMS, text_with
from tests.support.generated import script_texts
from tests.support.scripts import compile_text

PAIRS = list(combinations(FORMS, 2))
SHORT = 10
"""Pairs that are tried every time; all of them now and then."""
DECIDED_MOST = 0.4
"""Of the moves of a middling script."""


@contextmanager
def nothing_known() -> Iterator[None]:
    """All is decided."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Alike, "found", lambda self, front, state: None)
        yield


def kept(state: State) -> tuple[object, ...]:
    """What the script may ask of a state, and whatever else doesn't hang on the clock."""
    return (
        state.phase,
        state.ending,
        state.path,
        state.vars,
        state.sprung,
        state.holders,
        state.done,
    )


def same(known: Explored, decided: Explored) -> None:
    """Both graphs are one, node by node."""
    assert known.seen == decided.seen
    assert known.moves == decided.moves
    assert known.endless == decided.endless
    assert len(known.nodes) == len(decided.nodes)
    for one, other in zip(known.nodes, decided.nodes, strict=True):
        assert one.edges == other.edges
        assert (one.left, one.parent, one.by) == (other.left, other.parent, other.by)
        assert kept(one.state) == kept(other.state)


def as_told(graph: Explored, aims: frozenset[str]) -> None:
    """No two nodes are one: what was told of a key from afar is what the state's own says."""
    flow = Flow(unpicked(graph.scenario), aims)
    asked = {name: Projection(flow, name) for name in graph.scenario.scenes}
    keys = [asked[node.scene].key(node.state, node.left) for node in graph.nodes]
    assert len(set(keys)) == len(keys)


def hold(scenario: Scenario, absent: str | None = None) -> None:
    """The graph against the one in which all is decided, with its aims and without."""
    for aims in {frozenset[str](), frozenset(scenario.aims)}:
        try:
            with nothing_known():
                decided = explore(scenario, absent=absent, aims=aims, nodes_max=NODES_MAX)
            known = explore(scenario, absent=absent, aims=aims, nodes_max=NODES_MAX)
        except EndlessError:
            assume(False)
            raise
        same(known, decided)
        as_told(known, aims)


@settings(max_examples=depth(10, 300), derandomize=True, suppress_health_check=list(HealthCheck))
@given(script_texts(), st.sampled_from((None, None, "a", "b")))
def test_drawn_scripts_have_the_same_graph(text: str, role: str | None) -> None:
    hold(compiled(text), role)


@pytest.mark.parametrize("pair", PAIRS[:: len(PAIRS) // depth(SHORT, len(PAIRS))], ids="+".join)
def test_each_form_of_the_language_has_the_same_graph(pair: tuple[str, str]) -> None:
    hold(compile_text(text_with(pair)))


@pytest.mark.parametrize("form", ["drawn", "eats", "vote", "relay"])
def test_most_is_read_off(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nothing would be tried here."""
    decisions = 0

    def decided(*given: object) -> object:
        nonlocal decisions
        decisions += 1
        return decide.decided(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(exploring, "decided", decided)
    graph = explore(compile_text(text_with([form])))
    assert decisions < DECIDED_MOST * graph.moves
