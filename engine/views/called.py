"""What a team is called: as the facilitator named it, else by its number."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET, UnsetType

from engine.errors import Lang
from engine.rules.state import State


def name_of(state: State) -> str | UnsetType:
    """The name it was given; unset: none."""
    return state.aside.called or UNSET


def called(state: State, lang: Lang = "zh") -> str:
    """Its name, else its number in words."""
    numbered = f"第 {state.team} 队" if lang == "zh" else f"Team {state.team}"
    return state.aside.called or numbered


def names_of(
    states: Iterable[State], teams: Iterable[int], lang: Lang = "zh"
) -> tuple[str, ...] | UnsetType:
    """What these teams are called; unset where none of them has a name."""
    known = {state.team: state for state in states}
    found = [known[team] for team in teams if team in known]
    if not any(state.aside.called for state in found):
        return UNSET
    return tuple([called(state, lang) for state in found])
