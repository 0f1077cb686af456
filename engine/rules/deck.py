"""The deck of cards a debrief goes through: the same for all teams of a session.

Twenty minutes are a dozen cards. So a deck is proposed from what has happened: what most teams fell
for, what is told differently, what became of the people; whoever leads may arrange it otherwise.
What is left out goes into the handout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final

from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import TrapId

DECK_MAX: Final = 12
"""Cards of a deck, at the most."""
_ALWAYS: Final = ("ending", "aims", "fates", "discuss:0", "words", "oath", "reflect")


def cards(scenario: Scenario, states: Sequence[State]) -> tuple[str, ...]:
    """Every card there is, in order: how each team ended; what roles wanted; every trap that sprang
    in any team, in the script's order; the script's facts; what became of the people; its
    questions; the words of today; the oath; the reflections (language §1, `debrief`).

    Each is `ending`, `aims`, `trap:ID`, `fact:ID`, `fates`, `discuss:N` (from 0), `words`,
    `oath` or `reflect`.
    """
    sprung = {trap for state in states for trap in state.sprung}
    shown = {scenario.traps[trap].truth for trap in sprung}
    debrief = scenario.debrief
    found = ["ending"]
    found += ["aims"] if scenario.aims else []
    found += [f"trap:{trap}" for trap in scenario.traps if trap in sprung]
    found += [f"fact:{fact}" for fact in debrief.facts if fact not in shown]
    found += ["fates"] if debrief.fates else []
    found += [f"discuss:{number}" for number in range(len(debrief.discuss))]
    found += ["words"] if debrief.words is not None else []
    found += ["oath"] if debrief.oath else []
    found += ["reflect"] if debrief.reflect else []
    return tuple(found)


def deck(scenario: Scenario, states: Sequence[State]) -> tuple[str, ...]:
    """The cards that are proposed, DECK_MAX at the most, in the order of all."""
    every = cards(scenario, states)
    kept: list[str] = [name for name in _ALWAYS if name in every]
    rest = (name for name in _by_worth(scenario, states, every) if name not in kept)
    kept += islice(rest, DECK_MAX - len(kept))
    return tuple([name for name in every if name in kept])


def _by_worth(scenario: Scenario, states: Sequence[State], every: Sequence[str]) -> Iterator[str]:
    """Traps, facts and questions, those first that are worth a card most. Two traps, then what is
    disputed, so that it is never left out for a long list of falls; at the end the script's facts,
    in its order."""
    traps = [f"trap:{trap}" for trap in fallen(scenario, states)]
    facts = [name for name in every if name.startswith("fact:")]
    disputed = [name for name in facts if is_disputed(scenario, name)]
    questions = [name for name in every if name.startswith("discuss:")]
    return chain(
        traps[:2], disputed[:1], traps[2:3], questions[1:2], traps[3:4], disputed[1:3],
        traps[4:], facts, questions,
    )  # fmt: skip


def is_deck(scenario: Scenario, states: Sequence[State], named: Sequence[str]) -> bool:
    """These can be gone through: some of the cards there are, each once, and not too many."""
    once = len(set(named)) == len(named)
    return 1 <= len(named) <= DECK_MAX and once and set(named) <= {*cards(scenario, states)}


def is_spare(name: str) -> bool:
    """A debrief without the card is whole: one of several like it."""
    return name not in _ALWAYS


def fallen(scenario: Scenario, states: Sequence[State]) -> list[TrapId]:
    """The traps that sprang: those that most teams fell for first, then those that did so most
    often, then in the script's order."""
    teams = {trap: sum(trap in state.sprung for state in states) for trap in scenario.traps}
    times = {trap: sum(state.sprung.get(trap, 0) for state in states) for trap in scenario.traps}
    found = [trap for trap in scenario.traps if teams[trap]]
    return sorted(found, key=lambda trap: (-teams[trap], -times[trap]))


def is_disputed(scenario: Scenario, name: str) -> bool:
    """The card tells what is told differently."""
    kind, _, subject = name.partition(":")
    fact = scenario.traps[subject].truth if kind == "trap" else subject
    return kind in ("trap", "fact") and scenario.facts[fact].status == "contested"
