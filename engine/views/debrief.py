"""The debrief as it is shown: the deck's card at this step, on phones and on the wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from engine.errors import Lang
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import SeatId
from engine.views.learnt import Part, learnt
from engine.views.wording import CARDS, oath_lines, say


class TeamEnd(msgspec.Struct, frozen=True):
    """One team's run, as far as a debrief is concerned."""

    state: State
    names: Mapping[SeatId, str]


def debrief_part(
    scenario: Scenario, state: State, seat: SeatId, names: Mapping[SeatId, str], lang: Lang
) -> Part | None:
    """A seat's `debrief`; None before it has begun."""
    if state.phase != "debrief" or not state.deck:
        return None
    speaker = state.aside.speaking
    part = debrief_card(scenario, state, [TeamEnd(state, names)], lang)
    part["speaker"] = _speaker(scenario, state, speaker, names) if speaker else None
    part["reflect"] = (
        {"ask": scenario.debrief.reflect, "mine": state.reflections.get(seat, "")}
        if scenario.debrief.reflect
        else None
    )
    return part


def _speaker(scenario: Scenario, state: State, seat: SeatId, names: Mapping[SeatId, str]) -> Part:
    role = scenario.roles[state.seats[seat].role].name
    return {"seat": seat, "name": names.get(seat, ""), "role_name": role}


def debrief_card(
    scenario: Scenario, state: State, teams: Sequence[TeamEnd], lang: Lang
) -> dict[str, Any]:
    """`{step, steps, card}` of the step `state` is at, told of all `teams`."""
    step = min(state.step, len(state.deck) - 1)
    kind, _, name = state.deck[step].partition(":")
    card: Part = {"kind": kind, "title": say(CARDS, kind, lang)}
    if kind == "ending":
        card["endings"] = [_ending(scenario, end.state, lang) for end in teams]
    elif kind == "trap":
        trap = scenario.traps[name]
        card |= {
            "belief": trap.belief,
            "why": trap.why,
            "learnt": learnt(scenario, trap.truth, trap),
            "teams": [end.state.team for end in teams if name in end.state.sprung],
        }
    elif kind == "fact":
        card["learnt"] = learnt(scenario, name)
    elif kind == "discuss":
        card["question"] = scenario.debrief.discuss[int(name)]
        card["number"] = int(name) + 1
    elif kind == "oath":
        card["lines"] = oath_lines(lang)
    else:
        card["ask"] = scenario.debrief.reflect
        card["written"] = sum(len(end.state.reflections) for end in teams)
        card["total"] = sum(not seat.left for end in teams for seat in end.state.seats.values())
    return {"step": step, "steps": len(state.deck), "card": card}


def _ending(scenario: Scenario, state: State, lang: Lang) -> Part:
    scene = scenario.scenes.get(state.ending)
    if scene is None:
        unfinished = say(CARDS, "unfinished", lang)
        return {
            "team": state.team, "title": unfinished, "story": "", "kind": None, "facts": [],
            "picture": "",
        }  # fmt: skip
    return {
        "team": state.team,
        "title": scene.title,
        "story": scene.story,
        "kind": scene.ending,
        "scenario": scenario.id,
        "picture": scene.picture,
        "facts": [learnt(scenario, fact) for fact in scene.facts],
    }
