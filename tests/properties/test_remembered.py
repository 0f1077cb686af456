"""What is remembered of a part is what a fresh page would be shown, at every step of an evening.

`RunViews` builds a part anew when what it says it was built from has changed. Whatever a part is
built from and doesn't say so stays on phones as it was, until somebody reloads. Neither does its wire:
the bytes and the HTML that are kept of a part are those of the part as it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.proof.dice import random_play
from engine.proof.playthrough import Playthrough
from engine.review.fork import forked
from engine.rules import commands as cmd
from engine.rules.events import AnyEvent
from engine.rules.evolve import EMPTY, evolve
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import Map
from engine.views.kept import Kept
from engine.views.seat import RunViews
from engine.views.team import Names
from tests.engine.rules.conftest import table
from tests.properties.evenings import SCRIPTS, Evening, play_evening
from tests.scenarios.test_scenarios import SCENARIOS
from tests.sim.scripts import ABSENCES, small
from tests.support.depth import depth
from tests.support.parts import SentViews
from tests.support.table import Table
from web.live.framing import parts_frame


class Watched(Evening):
    """Its phones were there from the beginning, beside pages that are opened just now."""

    def __init__(self, scenario: Scenario, **given: Any) -> None:
        self.remembered = SentViews(scenario)
        super().__init__(scenario, **given)

    def decide(self, command: cmd.AnyCommand) -> tuple[AnyEvent, ...]:
        events = super().decide(command)
        self.look()
        return events

    def look(self) -> None:
        """Every audience, in both languages."""
        compare(self.remembered, self)


def compare(remembered: SentViews, played: Watched) -> None:
    state, names = played.state, played.names
    fresh = SentViews(played.scenario)
    for seat in (*state.seats, "nobody"):
        for lang in ("zh", "en"):
            was = remembered.seat(state, seat, names, lang)
            now = fresh.seat(state, seat, names, lang)
            for name, part in now.items():
                assert was[name] == part, f"{name} of {seat} at {state.seq}"


class OnTheWire:
    """What is sent to the seats of an evening from its beginning, beside what a fresh page is sent."""

    def __init__(self, scenario: Scenario, *, html: bool) -> None:
        self._scenario, self._html, self._views = scenario, html, RunViews(scenario)

    def look(self, state: State, names: Names) -> None:
        fresh = RunViews(self._scenario)
        for seat in state.seats:
            was = self._views.shown(state, seat, names)
            now = fresh.shown(state, seat, names)
            assert [*was] == [*now]
            for name, one in was.items():
                other = now[name]
                assert one.part == other.part, f"{name} of {seat} at {state.seq}"
                assert one.json() == msgspec.json.encode(other.part)
                for item, part in zip(one.pieces, other.part, strict=True) if one.pieces else ():
                    assert item.part == part
                if self._html:
                    frames = [
                        parts_frame(b"{", {name: kept}, "seat", "zh", html=True)
                        for kept in (one, Kept(other.part))
                    ]
                    assert frames[0] == frames[1], f"{name} of {seat} at {state.seq}"


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_what_is_kept_for_the_wire_is_the_part_as_it_is(name: str) -> None:
    scenario = SCENARIOS[name]
    for number in range(depth(1, 20)):
        seed = f"{name} {number}"
        wire = OnTheWire(scenario, html=number == 0)
        played = Evening(scenario, seed=seed, drawn=True)

        def watch(table: Playthrough, wire: OnTheWire = wire, played: Evening = played) -> None:
            wire.look(table.state, played.names)

        random_play(scenario, seed, wrong_rate=0.4, unrest=0.2, table=played, watch=watch)


@settings(max_examples=40)
@given(st.sampled_from(SCRIPTS), st.integers(0, 10_000))
def test_a_phone_shows_what_a_fresh_page_shows(made: Callable[[], Scenario], seed: int) -> None:
    played = Watched(made(), seed=str(seed), seats={}, started=False)
    play_evening(played, random.Random(seed))


def test_who_is_removed_in_the_debrief_is_counted_no_more() -> None:
    played = table("p: {role: a, kind: read, ask: 读, story: 文}")
    played.desk(cmd.Jump, scene="good")
    played.desk(cmd.OpenDebrief, deck=("reflect",))
    views = SentViews(played.scenario)
    assert views.seat(played.state, "s1", Map())["debrief"]["card"]["total"] == 3
    played.desk(cmd.RemoveSeat, seat="s2")
    assert views.seat(played.state, "s1", Map())["debrief"]["card"]["total"] == 2


def test_teams_that_share_a_memory_are_shown_apart() -> None:
    """A review shows all runs of a script with one memory."""
    played = table("p: {role: a, kind: read, ask: 读, story: 文}")
    played.desk(cmd.Jump, scene="good")
    played.desk(cmd.OpenDebrief, deck=("ending",))
    views = SentViews(played.scenario)
    for team in (1, 2):
        shown = views.seat(replace(played.state, team=team), "s1", Map())["debrief"]
        assert [end["team"] for end in shown["card"]["endings"]] == [team]


@pytest.mark.parametrize("then", ABSENCES)
def test_a_practice_run_is_shown_as_it_is_from_its_fork_on(then: str) -> None:
    played = Table(small("mini", then), seats={"recorder": 1, "lookout": 1}).play("leave=lookout")
    records = forked("r", played.records, len(played.records), played.now_ms + 60_000)
    views, state = SentViews(played.scenario), EMPTY
    for recorded in records:
        state = evolve(state, recorded.event)
        for seat in state.seats:
            fresh = SentViews(played.scenario).seat(state, seat, Map())
            assert views.seat(state, seat, Map()) == fresh
