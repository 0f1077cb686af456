"""The deck of cards a debrief goes through: the same for all teams of a session."""

from __future__ import annotations

from collections.abc import Sequence

from engine.rules.state import State
from engine.scenario.model import Scenario


def deck(scenario: Scenario, states: Sequence[State]) -> tuple[str, ...]:
    """The cards, in order: how each team ended; every trap that sprang in any team, in the script's
    order; the script's facts; its questions; the oath; the reflections (language §1, `debrief`).

    Each is `ending`, `trap:ID`, `fact:ID`, `discuss:N` (from 0), `oath` or `reflect`.
    """
    sprung = {trap for state in states for trap in state.sprung}
    shown = {scenario.traps[trap].truth for trap in sprung}
    debrief = scenario.debrief
    cards = ["ending"]
    cards += [f"trap:{trap}" for trap in scenario.traps if trap in sprung]
    cards += [f"fact:{fact}" for fact in debrief.facts if fact not in shown]
    cards += [f"discuss:{number}" for number in range(len(debrief.discuss))]
    cards += ["oath"] if debrief.oath else []
    cards += ["reflect"] if debrief.reflect else []
    return tuple(cards)
