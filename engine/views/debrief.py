"""The debrief as it is shown: the deck's card at this step, on phones and on the wall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from engine.errors import Lang
from engine.rules.aims import is_met
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import SeatId
from engine.views.called import name_of, names_of
from engine.views.learnt import fates, learnt, words_card
from engine.views.parts.seat_parts import Debrief, Reflect, Speaker
from engine.views.parts.shared import (
    AimEnd,
    AimsCard,
    AnyCard,
    DiscussCard,
    EndingCard,
    FactCard,
    FatesCard,
    OathCard,
    ReflectCard,
    TeamEnding,
    TrapCard,
)
from engine.views.wording import CARDS, oath_lines, say


class TeamEnd(msgspec.Struct, frozen=True):
    """One team's run, as far as a debrief is concerned."""

    state: State
    names: Mapping[SeatId, str]


def debrief_part(
    scenario: Scenario, state: State, seat: SeatId, names: Mapping[SeatId, str], lang: Lang
) -> Debrief | None:
    """A seat's `debrief`; None before it has begun."""
    if state.phase != "debrief" or not state.deck:
        return None
    by, asked = state.aside.speaking, scenario.debrief.reflect
    return Debrief(
        step=step_of(state),
        steps=len(state.deck),
        card=debrief_card(scenario, state, [TeamEnd(state, names)], lang),
        speaker=_speaker(scenario, state, by, names) if by else None,
        reflect=Reflect(ask=asked, mine=state.reflections.get(seat, "")) if asked else None,
    )


def _speaker(
    scenario: Scenario, state: State, seat: SeatId, names: Mapping[SeatId, str]
) -> Speaker:
    role = scenario.roles[state.seats[seat].role].name
    return Speaker(seat=seat, name=names.get(seat, ""), role_name=role)


def step_of(state: State) -> int:
    """The step that it is at, from 0; the deck isn't empty."""
    return min(state.step, len(state.deck) - 1)


def debrief_card(scenario: Scenario, state: State, teams: Sequence[TeamEnd], lang: Lang) -> AnyCard:
    """The card of the step `state` is at, told of all `teams`."""
    return card_of(scenario, state.deck[step_of(state)], teams, lang)


def card_of(scenario: Scenario, card: str, teams: Sequence[TeamEnd], lang: Lang) -> AnyCard:
    """A card by its name in the deck, told of all `teams`."""
    kind, _, name = card.partition(":")
    title = say(CARDS, kind, lang)
    if kind == "ending":
        endings = tuple([_ending(scenario, end.state, lang) for end in teams])
        return EndingCard(title=title, endings=endings)
    if kind == "aims":
        return AimsCard(title=title, aims=tuple(_aims(scenario, teams)))
    if kind == "trap":
        trap = scenario.traps[name]
        fell = tuple([end.state.team for end in teams if name in end.state.sprung])
        return TrapCard(
            title=title,
            belief=trap.belief,
            why=trap.why,
            learnt=learnt(scenario, trap.truth, trap),
            teams=fell,
            team_names=names_of([end.state for end in teams], fell, lang),
        )
    if kind == "fact":
        return FactCard(title=title, learnt=learnt(scenario, name))
    if kind == "fates":
        return FatesCard(title=title, fates=fates(scenario))
    if kind == "words":
        return words_card(scenario, title)
    if kind == "discuss":
        number = int(name)
        question = scenario.debrief.discuss[number]
        return DiscussCard(title=title, question=question, number=number + 1)
    if kind == "oath":
        return OathCard(title=title, lines=tuple(oath_lines(lang)))
    return ReflectCard(
        title=title,
        ask=scenario.debrief.reflect,
        written=sum(len(end.state.reflections) for end in teams),
        total=sum(not seat.left for end in teams for seat in end.state.seats.values()),
    )


def _aims(scenario: Scenario, teams: Sequence[TeamEnd]) -> Iterator[AimEnd]:
    for end in teams:
        for role, aim in scenario.aims.items():
            yield AimEnd(
                team=end.state.team,
                role_name=scenario.roles[role].name,
                text=aim.text,
                met=is_met(aim, end.state),
                team_name=name_of(end.state),
            )


def _ending(scenario: Scenario, state: State, lang: Lang) -> TeamEnding:
    scene = scenario.scenes.get(state.ending)
    if scene is None:
        unfinished = say(CARDS, "unfinished", lang)
        return TeamEnding(
            team=state.team, title=unfinished, story="", kind=None, team_name=name_of(state)
        )
    return TeamEnding(
        team=state.team,
        title=scene.title,
        story=scene.story,
        kind=scene.ending,
        scenario=scenario.id,
        picture=scene.picture,
        facts=tuple([learnt(scenario, fact) for fact in scene.facts]),
        team_name=name_of(state),
    )
