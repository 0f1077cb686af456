"""The proof explores commuting moves in one order. Here it is held against exploring them in all."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, event, given, settings

from engine.errors import Place, ScenarioError
from engine.proof.explore import explore
from engine.proof.play_graph import Explored, endings, hopeless
from engine.proof.verdicts import Judge
from engine.rules.settle import EndlessError
from engine.scenario.model import Scenario
from tests.support.generated import script_texts
from tests.support.scripts import compile_text

NODES_MAX = 1_500


def compiled(text: str) -> Scenario:
    """The script, if it is one; hypothesis draws another if not."""
    try:
        return compile_text(text)
    except ScenarioError:
        assume(False)
        raise


def both(scenario: Scenario, absent: str | None = None) -> tuple[Explored, Explored]:
    """The reduced graph and the whole one."""
    try:
        whole = explore(scenario, absent=absent, reduce=False, nodes_max=NODES_MAX)
        reduced = explore(scenario, absent=absent)
    except EndlessError:
        assume(False)
        raise
    assume(whole.complete)
    return reduced, whole


def agree(reduced: Explored, whole: Explored) -> None:
    """Both graphs tell the same."""
    assert reduced.seen == whole.seen
    assert bool(hopeless(reduced)) == bool(hopeless(whole))
    assert bool(reduced.endless) == bool(whole.endless)
    assert _ends(reduced) == _ends(whole)
    assert _told(reduced) == _told(whole)


def _told(graph: Explored) -> set[tuple[str, Place]]:
    return {(issue.code, issue.place) for issue in Judge(graph).all()}


def _ends(graph: Explored) -> set[str]:
    return {graph.nodes[n].state.ending for n in endings(graph)}


@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(script_texts())
def test_one_order_tells_the_same_as_all(text: str) -> None:
    reduced, whole = both(compiled(text))
    event("smaller" if len(reduced.nodes) < len(whole.nodes) else "as large")
    event("jams" if hopeless(whole) else "sound")
    agree(reduced, whole)


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(script_texts())
def test_with_a_role_absent_too(text: str) -> None:
    scenario = compiled(text)
    for role in scenario.roles:
        reduced, whole = both(scenario, role)
        agree(reduced, whole)
