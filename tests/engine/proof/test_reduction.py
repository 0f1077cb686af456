"""The proof explores commuting moves in one order. Here it is held against exploring them in all."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from engine.errors import Place, ScenarioError
from engine.proof.explore import explore
from engine.proof.play_graph import Explored, endings, hopeless
from engine.proof.prove import shares_alike
from engine.proof.verdicts import Judge
from engine.rules.settle import EndlessError
from engine.scenario.model import Scenario
from tests.support.depth import depth
from tests.support.generated import script_texts
from tests.support.scripts import compile_text

NODES_MAX = 600


def compiled(text: str) -> Scenario:
    """The script, if it is one; hypothesis draws another if not."""
    try:
        return compile_text(text)
    except ScenarioError:
        assume(False)
        raise


def both(scenario: Scenario, absent: str | None = None) -> tuple[Explored, Explored] | None:
    """The reduced graph and the whole one; None where the whole is too large to draw here, or the
    script goes round before anybody acts."""
    try:
        aims = frozenset(scenario.aims)
        whole = explore(scenario, absent=absent, reduce=False, nodes_max=NODES_MAX, aims=aims)
        return (explore(scenario, absent=absent, aims=aims), whole) if whole.complete else None
    except EndlessError:
        return None


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


def compare(graphs: tuple[Explored, Explored] | None) -> None:
    """Hold them against each other, and note what kind of script it was."""
    if graphs is None:
        event("too large, or endless")
        return
    reduced, whole = graphs
    event("smaller" if len(reduced.nodes) < len(whole.nodes) else "as large")
    event("jams" if hopeless(whole) else "sound")
    agree(reduced, whole)


@settings(max_examples=depth(20, 300), derandomize=True, suppress_health_check=list(HealthCheck))
@given(script_texts())
def test_one_order_tells_the_same_as_all(text: str) -> None:
    compare(both(compiled(text)))


@settings(max_examples=depth(16, 200), derandomize=True, suppress_health_check=list(HealthCheck))
@given(script_texts(), st.sampled_from(("a", "b", "c")))
def test_with_a_role_absent_too(text: str, role: str) -> None:
    compare(both(compiled(text), role))


@settings(max_examples=depth(12, 160), derandomize=True, suppress_health_check=list(HealthCheck))
@given(script_texts(), st.sampled_from(("a", "b", "c")))
def test_sharing_changes_nothing(text: str, role: str) -> None:
    """What `prove` leaves out when a role's tasks are shared is the same graph once more."""
    for how in ("wait", "stand_in"):
        text = text.replace(f"absence: {{then: {how}}}", "absence: {then: share}")
    scenario = compiled(text)
    try:
        plain = explore(scenario, nodes_max=NODES_MAX)
    except EndlessError:
        return
    if not plain.complete or not shares_alike(plain):
        event("not alike")
        return
    event("alike")
    missing = explore(scenario, absent=role)
    assert len(missing.nodes) == len(plain.nodes)
    assert missing.seen == plain.seen
    agree(missing, plain)
