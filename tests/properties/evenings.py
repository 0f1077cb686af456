"""Evenings drawn by chance: people come and go, a desk meddles, a debrief is held."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from engine.errors import Rejection
from engine.proof.dice import random_play
from engine.rules import commands as cmd
from engine.rules.deck import deck
from engine.scenario.model import Scenario
from engine.values import Map
from tests.sim.scripts import ABSENCES, generated, small
from tests.support.table import Table


def drawn(place: int) -> Scenario:
    """One of the scripts that were drawn by chance."""
    return generated()[place % len(generated())]


SCRIPTS: list[Callable[[], Scenario]] = [
    *(partial(small, kind, then) for kind in ("mini", "many", "kinds") for then in ABSENCES),
    *(partial(drawn, place) for place in range(0, 12, 3)),
]


class Evening(Table):
    """A table with people who have names, watched or not."""

    def __init__(self, scenario: Scenario, **given: Any) -> None:
        self.names: Map[str, str] = Map()
        super().__init__(scenario, **given)

    def look(self) -> None:
        """After every move, whether it was allowed or not."""


def lobby(played: Evening, dice: random.Random) -> Iterator[Callable[[], object]]:
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


def meddling(played: Evening, dice: random.Random) -> Iterator[Callable[[], object]]:
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


def debriefed(played: Evening, dice: random.Random) -> Iterator[Callable[[], object]]:
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


def call(played: Evening, dice: random.Random, moves: Iterator[Callable[[], object]]) -> None:
    """Make them, those that may be; now and then somebody's name changes."""
    for move in moves:
        with suppress(Rejection):
            move()
        if dice.random() < 0.3 and played.state.seats:
            played.names = played.names.set(dice.choice([*played.state.seats]), dice.choice("张王"))
        played.look()


def play_evening(played: Evening, dice: random.Random) -> None:
    """From an empty lobby to the closed debrief; `dice` say who does what."""
    scenario = played.scenario
    call(played, dice, lobby(played, dice))
    for role in scenario.roles:
        with suppress(Rejection):
            played.seat(role)
    played.desk(cmd.Start)
    for _ in range(3):
        random_play(scenario, str(dice.random()), unrest=0.2, steps_max=12, table=played)
        if played.state.phase == "playing":
            call(played, dice, meddling(played, dice))
    with suppress(Rejection):
        played.desk(cmd.Resume)
    ending = next(name for name, scene in scenario.scenes.items() if scene.ending)
    if played.state.phase == "playing":
        played.desk(cmd.Jump, scene=ending)
    call(played, dice, debriefed(played, dice))
