"""What is remembered of a part is what a fresh page would be shown, at every step of an evening.

`RunViews` builds a part anew when what it says it was built from has changed. Whatever a part is
built from and doesn't say so stays on phones as it was, until somebody reloads.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.errors import Rejection
from engine.proof.stand_in import random_play
from engine.review.fork import forked
from engine.rules import commands as cmd
from engine.rules.debrief import deck
from engine.rules.events import AnyEvent
from engine.rules.evolve import EMPTY, evolve
from engine.rules.views import RunViews
from engine.scenario.model import Scenario
from engine.values import Map
from tests.engine.rules.conftest import table
from tests.sim.scripts import ABSENCES, generated, small
from tests.support.table import Table


def drawn(place: int) -> Scenario:
    """One of the scripts that were drawn by chance."""
    return generated()[place % len(generated())]


SCRIPTS: list[Callable[[], Scenario]] = [
    *(partial(small, kind, then) for kind in ("mini", "many", "kinds") for then in ABSENCES),
    *(partial(drawn, place) for place in range(0, 12, 3)),
]


class Watched(Table):
    """A table whose phones were there from the beginning, beside pages that are opened just now."""

    def __init__(self, scenario: Scenario, **given: Any) -> None:
        self.names: Map[str, str] = Map()
        self.remembered = RunViews(scenario)
        super().__init__(scenario, **given)

    def decide(self, command: cmd.AnyCommand) -> tuple[AnyEvent, ...]:
        events = super().decide(command)
        self.look()
        return events

    def look(self) -> None:
        """Every audience, in both languages."""
        compare(self.remembered, self)


def compare(remembered: RunViews, played: Watched) -> None:
    state, names = played.state, played.names
    fresh = RunViews(played.scenario)
    for seat in (*state.seats, "nobody"):
        for lang in ("zh", "en"):
            was = remembered.seat(state, seat, names, lang)
            now = fresh.seat(state, seat, names, lang)
            for name, part in now.items():
                assert was[name] == part, f"{name} of {seat} at {state.seq}"


def lobby(played: Watched, dice: random.Random) -> Iterator[Callable[[], object]]:
    """People come, change their minds, say who they are."""
    roles = [*played.scenario.roles]
    for _ in range(dice.randrange(3, 9)):
        name = f"s{len(played.state.seats) + 1}"
        who = dice.choice([*played.state.seats, name])
        moves: list[Callable[[], object]] = [
            lambda: played.seat(dice.choice([*roles, None])),
            partial(played.do, cmd.ChangeRole, who, role=dice.choice(roles)),
            *(partial(played.do, kind, who) for kind in (cmd.GetReady, cmd.LeaveSeat, cmd.GoAway)),
        ]
        yield dice.choice(moves)


def meddling(played: Watched, dice: random.Random) -> Iterator[Callable[[], object]]:
    """The desk, and people who come and go, in the middle of a scene."""
    state, scenario = played.state, played.scenario
    seat, role = dice.choice([*state.seats]), dice.choice([*scenario.roles])
    task = dice.choice([*scenario.scenes[played.at].tasks, "none"])
    moves: list[Callable[[], object]] = [
        lambda: played.desk(cmd.Pause),
        lambda: played.advance(dice.randrange(90_000)),
        lambda: played.desk(cmd.Resume),
        lambda: played.desk(cmd.Extend, seconds=60),
        lambda: played.desk(cmd.SkipTask, task=task),
        lambda: played.desk(cmd.HandOver, role=role, seat=seat),
        lambda: played.desk(cmd.HandBack, role=role),
        lambda: played.desk(cmd.Nudge, seat=seat),
        lambda: played.desk(cmd.RemoveSeat, seat=seat),
        lambda: played.desk(cmd.ReleaseHold, seat=seat),
        lambda: played.desk(cmd.OpenBarrier),
        lambda: played.desk(cmd.Jump, scene=dice.choice([*scenario.scenes])),
        lambda: played.do(cmd.ComeBack, seat),
        lambda: played.seat(role),
    ]
    yield from dice.sample(moves, 6)


def debriefed(played: Watched, dice: random.Random) -> Iterator[Callable[[], object]]:
    """Cards are turned, people are drawn and write, and go."""
    yield lambda: played.desk(cmd.OpenDebrief, deck=deck(played.scenario, [played.state]))
    for _ in range(14):
        seat = dice.choice([*played.state.seats])
        moves: list[Callable[[], object]] = [
            lambda: played.desk(cmd.MoveDebrief, step=dice.randrange(9)),
            lambda: played.desk(cmd.MoveDebrief, step=len(played.state.deck) - 1),
            lambda: played.desk(cmd.DrawSpeaker),
            partial(played.do, cmd.Submit, seat, task="reflect", answer=("懂了。",)),
            partial(played.desk, cmd.RemoveSeat, seat=seat),
            partial(played.do, cmd.GoAway, seat),
            partial(played.do, cmd.ComeBack, seat),
        ]
        yield dice.choice(moves)
    yield lambda: played.desk(cmd.Close)


def call(played: Watched, dice: random.Random, moves: Iterator[Callable[[], object]]) -> None:
    """Make them, those that may be; now and then somebody's name changes."""
    for move in moves:
        with suppress(Rejection):
            move()
        if dice.random() < 0.3 and played.state.seats:
            played.names = played.names.set(dice.choice([*played.state.seats]), dice.choice("张王"))
        played.look()


@settings(max_examples=40)
@given(st.sampled_from(SCRIPTS), st.integers(0, 10_000))
def test_a_phone_shows_what_a_fresh_page_shows(made: Callable[[], Scenario], seed: int) -> None:
    scenario, dice = made(), random.Random(seed)
    played = Watched(scenario, seed=str(seed), seats={}, started=False)
    call(played, dice, lobby(played, dice))
    for role in scenario.roles:
        with suppress(Rejection):
            played.seat(role)
    played.desk(cmd.Start)
    for _ in range(3):
        random_play(scenario, str(seed), unrest=0.2, steps_max=12, table=played)
        if played.state.phase == "playing":
            call(played, dice, meddling(played, dice))
    with suppress(Rejection):
        played.desk(cmd.Resume)
    ending = next(name for name, scene in scenario.scenes.items() if scene.ending)
    if played.state.phase == "playing":
        played.desk(cmd.Jump, scene=ending)
    call(played, dice, debriefed(played, dice))


def test_who_is_removed_in_the_debrief_is_counted_no_more() -> None:
    played = table("p: {role: a, kind: read, ask: 读, story: 文}")
    played.desk(cmd.Jump, scene="good")
    played.desk(cmd.OpenDebrief, deck=("reflect",))
    views = RunViews(played.scenario)
    assert views.seat(played.state, "s1", Map())["debrief"]["card"]["total"] == 3
    played.desk(cmd.RemoveSeat, seat="s2")
    assert views.seat(played.state, "s1", Map())["debrief"]["card"]["total"] == 2


def test_teams_that_share_a_memory_are_shown_apart() -> None:
    """A review shows all runs of a script with one memory."""
    played = table("p: {role: a, kind: read, ask: 读, story: 文}")
    played.desk(cmd.Jump, scene="good")
    played.desk(cmd.OpenDebrief, deck=("ending",))
    views = RunViews(played.scenario)
    for team in (1, 2):
        shown = views.seat(replace(played.state, team=team), "s1", Map())["debrief"]
        assert [end["team"] for end in shown["card"]["endings"]] == [team]


@pytest.mark.parametrize("then", ABSENCES)
def test_a_practice_run_is_shown_as_it_is_from_its_fork_on(then: str) -> None:
    played = Table(small("mini", then), seats={"recorder": 1, "lookout": 1}).play("leave=lookout")
    records = forked("r", played.records, len(played.records), played.now_ms + 60_000)
    views, state = RunViews(played.scenario), EMPTY
    for recorded in records:
        state = evolve(state, recorded.event)
        for seat in state.seats:
            fresh = RunViews(played.scenario).seat(state, seat, Map())
            assert views.seat(state, seat, Map()) == fresh
