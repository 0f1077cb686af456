"""The debrief's cards as the desk arranges them; those left out are the handout."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Lang
from engine.rules.deck import DECK_MAX, cards, deck, is_disputed
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.views.called import names_of
from engine.views.debrief import TeamEnd, card_of
from engine.views.learnt import marks_of
from engine.views.parts.desk_parts import DeckCard, DeskDeck
from engine.views.parts.shared import AnyCard, Phase
from engine.views.wording import CARDS, say

NOT_ON_PAPER = ("ending", "aims", "oath", "reflect")
"""What is of the room, and no use on a handout."""


def to_arrange(
    session: str, scenario: Scenario, states: Sequence[State], phase: Phase, lang: Lang = "zh"
) -> DeskDeck | None:
    """The deck that is proposed, or gone through. `states`: of all runs; `phase`: the session's."""
    if phase not in ("ended", "debrief"):
        return None
    began, shown = chosen(scenario, states)
    rest = [name for name in cards(scenario, began) if name not in shown]
    return DeskDeck(
        session=session,
        cards=tuple([_told(scenario, began, name, lang) for name in shown]),
        rest=tuple([_told(scenario, began, name, lang) for name in rest]),
        most=DECK_MAX,
        begun=phase == "debrief",
    )


def chosen(scenario: Scenario, states: Sequence[State]) -> tuple[list[State], tuple[str, ...]]:
    """(the runs that have begun, the cards they go through, or would)."""
    began = [state for state in states if state.phase != "lobby"]
    led = next((state for state in began if state.deck), None)
    return began, led.deck if led is not None else deck(scenario, began)


def left_out(scenario: Scenario, ends: Sequence[TeamEnd], lang: Lang = "zh") -> tuple[AnyCard, ...]:
    """The cards that the debrief doesn't go through, for the handout."""
    began, shown = chosen(scenario, [end.state for end in ends])
    return tuple(
        [
            card_of(scenario, name, ends, lang)
            for name in cards(scenario, began)
            if name not in shown and name.partition(":")[0] not in NOT_ON_PAPER
        ]
    )


def _told(scenario: Scenario, states: Sequence[State], name: str, lang: Lang) -> DeckCard:
    kind, _, subject = name.partition(":")
    debrief, text = scenario.debrief, ""
    if kind == "trap":
        text = scenario.traps[subject].belief
    elif kind == "fact":
        text = scenario.facts[subject].text
    elif kind == "discuss":
        text = debrief.discuss[int(subject)]
    elif kind == "fates":
        text = ("、" if lang == "zh" else ", ").join(one.who for one in debrief.fates)
    elif kind == "words" and debrief.words is not None:
        text = debrief.words.text
    fell = tuple([one.team for one in states if kind == "trap" and subject in one.sprung])
    return DeckCard(
        card=name,
        title=say(CARDS, kind, lang),
        text=text,
        teams=fell,
        team_names=names_of(states, fell, lang),
        disputed=is_disputed(scenario, name),
        marks=marks_of(scenario, scenario.facts[subject]) if kind == "fact" else (),
    )
