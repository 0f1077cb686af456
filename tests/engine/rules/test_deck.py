"""Which cards a debrief is proposed to go through, of all there are."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.rules import commands as cmd
from engine.rules.deck import DECK_MAX, cards, deck, fallen, is_deck, is_disputed
from engine.rules.state import State
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.values import Map
from tests.engine.rules.conftest import table

SCRIPTS = sorted(Path("scenarios").glob("*/scenario.yaml"))
P = "p: {role: a, kind: read, ask: 读, story: 读。}"


def fell(*falls: dict[str, int]) -> list[State]:
    """A team each that fell so often for these."""
    return [replace(State(), team=n, sprung=Map(each)) for n, each in enumerate(falls, 1)]


COMPILED = [compile_scenario(file.read_bytes(), file.name) for file in SCRIPTS]


@pytest.mark.parametrize("scenario", COMPILED, ids=lambda one: one.id)
def test_it_is_a_dozen_at_the_most_whatever_happened(scenario: Scenario) -> None:
    evenings = {
        "nobody fell": fell({}),
        "everybody fell for all": fell(*[dict.fromkeys(scenario.traps, 2)] * 3),
        "each for one": fell(*[{trap: 1} for trap in scenario.traps]),
    }
    for name, states in evenings.items():
        every, kept = cards(scenario, states), deck(scenario, states)
        assert len(kept) == min(DECK_MAX, len(every)), name
        assert is_deck(scenario, states, kept), name
        places = [every.index(card) for card in kept]
        assert all(one < other for one, other in pairwise(places)), (name, "in the order of all")
        for card in ("ending", "fates", "discuss:0", "words", "oath", "reflect"):
            assert (card in kept) == (card in every), (name, card)
        if any(is_disputed(scenario, card) for card in every):
            assert any(is_disputed(scenario, card) for card in kept), (name, "what is disputed")


def test_what_most_teams_fell_for_comes_first() -> None:
    scenario = table(P).scenario
    assert fallen(scenario, fell({"u": 1}, {"u": 1, "t": 3}, {"d": 1})) == ["u", "t", "d"]
    assert fallen(scenario, fell({"u": 1}, {"t": 1})) == ["t", "u"], "then the script's order"


@pytest.mark.parametrize(
    ("named", "goes"),
    [
        (("fact:g", "ending"), True),
        ((), False),
        (("ending", "ending"), False),
        (("ending", "trap:t"), False),
        (("nothing",), False),
    ],
)
def test_a_deck_is_made_of_the_cards_there_are(named: tuple[str, ...], goes: bool) -> None:
    assert is_deck(table(P).scenario, fell({}), named) is goes


def test_arranged_anew_it_goes_on_with_the_card_that_lies_open() -> None:
    played = table(P).play("p=", "go-on=")
    played.desk(cmd.OpenDebrief, deck=("ending", "fact:g", "oath"))
    played.desk(cmd.MoveDebrief, step=1)
    played.desk(cmd.DrawSpeaker)
    speaks = played.state.aside.speaking
    played.desk(cmd.OpenDebrief, deck=("oath", "reflect", "fact:g"), step=2)
    assert (played.state.step, played.state.deck[2]) == (2, "fact:g")
    assert (played.state.aside.speaking, played.state.speakers) == (speaks, (speaks,))
    played.desk(cmd.OpenDebrief, deck=("oath", "reflect"), step=1)
    assert played.state.aside.speaking == "", "another card lies open"
    with played.refused("no_card"):
        played.desk(cmd.OpenDebrief, deck=("oath",), step=1)


def test_what_hasnt_begun_has_no_card_that_lies_open() -> None:
    played = table(P).play("p=", "go-on=")
    with played.refused("no_card"):
        played.desk(cmd.OpenDebrief, deck=("ending",), step=0)
