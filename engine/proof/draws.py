"""How much is drawn at once: each draw is a script of its own, from the first scene that asks for
it to the last, so there may be few.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Final

from engine.errors import Issue
from engine.proof.findings import finding
from engine.proof.footprint import Flow
from engine.scenario.model import Scenario
from engine.values import VarId

DRAWS_MAX: Final = 24


def check_draws(scenario: Scenario) -> Iterator[Issue]:
    """The scene in which most draws are asked for at once, where those are too many to look at."""
    if not any(var.drawn for var in scenario.vars.values()):
        return
    live = _live(scenario)
    scene = max(live, key=lambda name: _ways(scenario, live[name]))
    number = _ways(scenario, live[scene])
    if number > DRAWS_MAX:
        names = "、".join(name for name in scenario.vars if name in live[scene])
        at = scenario.scenes[scene].at
        yield finding("SC624", at, None, scene=scene, names=names, number=number, most=DRAWS_MAX)


def _live(scenario: Scenario) -> dict[str, frozenset[VarId]]:
    """By scene: the drawn variables that were asked for, or are there, and may be asked again. An
    aim asks at the end, so what it asks for lasts till then."""
    flows = [Flow(scenario), *(Flow(scenario, frozenset((role,))) for role in scenario.aims)]
    return {
        name: max((flow.awake[name] for flow in flows), key=lambda one: _ways(scenario, one))
        for name in scenario.scenes
    }


def _ways(scenario: Scenario, names: frozenset[VarId]) -> int:
    return prod(len(scenario.vars[name].domain) for name in names)
