"""Clocks that eat: no play in real time sees what the graph of plays doesn't."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from engine.errors import ScenarioError
from engine.proof.coverage import Item, observed
from engine.proof.dice import random_play
from engine.proof.explore import explore
from engine.proof.playthrough import Playthrough
from engine.rules.events import AnyEvent, SceneTicked
from engine.rules.evolve import EMPTY, evolve
from engine.rules.settle import EndlessError
from engine.scenario.model import Scenario
from tests.support.depth import depth
from tests.support.generated import script_texts
from tests.support.scripts import compile_text


def seen_in(scenario: Scenario, seed: str, pace_ms: int) -> tuple[set[Item], bool]:
    """(what a play of dice people sees who take their time, whether a clock ate)."""
    table = Playthrough(scenario, seed=seed)
    random_play(
        scenario, seed, table=table, unrest=0, steps_max=60, watch=lambda it: it.advance(pace_ms)
    )
    seen, scene, state = set[Item](), scenario.start, EMPTY
    batch: list[AnyEvent] = []
    command, ticked = "", False
    # Ways are judged on the state behind a macrostep, so each is looked at by itself.
    for record in (*table.records, None):
        if record is None or record.command != command:
            if batch:
                seen |= set(observed(scenario, scene, batch, state))
                scene = state.scene.id if state.scene is not None else scene
            batch, command = [], record.command if record is not None else ""
        if record is not None:
            batch.append(record.event)
            state = evolve(state, record.event)
            ticked = ticked or isinstance(record.event, SceneTicked)
    return seen, ticked


@settings(max_examples=depth(25, 300), derandomize=True, suppress_health_check=list(HealthCheck))
@given(script_texts(), st.sampled_from((20_000, 70_000, 130_000)))
def test_what_plays_in_real_time_see_the_graph_has_seen(text: str, pace_ms: int) -> None:
    assume("every: 2m" in text)
    try:
        scenario = compile_text(text)
        graph = explore(scenario, nodes_max=3_000, aims=frozenset(scenario.aims))
    except (ScenarioError, EndlessError):
        assume(False)
        raise
    if not graph.complete:
        event("too large")
        return
    for number in range(3):
        seen, ticked = seen_in(scenario, f"d{number}", pace_ms)
        event("ate" if ticked else "didn't eat")
        assert not seen - graph.seen
