"""What roles wanted for themselves, and whether they got it: judged over the end of a run.

Derived from the state, never kept: nothing changes any more, once a run has ended, that a guard can
ask. So logs hold nothing of aims, and those of before tell as much as they did.
"""

from __future__ import annotations

from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.script.guards import holds
from engine.script.nodes import Aim
from engine.values import RoleId


def is_met(aim: Aim, state: State) -> bool | None:
    """Whether the run came to what the role wanted; None: it has come to no ending."""
    return holds(aim.met, state) if state.ending else None


def aims_met(scenario: Scenario, state: State) -> dict[RoleId, bool]:
    """Role → whether its aim was met, in the script's order; empty before the end."""
    judged = ((role, is_met(aim, state)) for role, aim in scenario.aims.items())
    return {role: met for role, met in judged if met is not None}
