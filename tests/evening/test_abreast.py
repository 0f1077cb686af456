"""同幕: who waits for whom, as a table; and that nobody waits for ever, whatever people do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Rejection
from engine.evening.abreast import Team, going_on
from engine.rules import commands as cmd
from engine.values import RunId
from tests.engine.rules.conftest import script
from tests.support.table import Table

SCRIPT: Final = script("q: {role: b, kind: read, ask: 读, story: 文, fact: g}")
WAY: Final = {"one": "q=", "side": "think=", "z": "go-on=", "late": "hurry="}
"""Scene → the move that does all that is to be done there."""


class Evening:
    """Teams that keep abreast. Whoever may go on is told at once, as the host does."""

    def __init__(self, teams: int = 2) -> None:
        self.teams = [Table(SCRIPT, abreast=True) for _ in range(teams)]

    @property
    def runs(self) -> list[Team]:
        return [Team(RunId(str(n)), SCRIPT, team.state) for n, team in enumerate(self.teams)]

    def settle(self) -> Evening:
        """Until nobody may go on any more."""
        for _ in range(50):
            found = going_on(self.runs)
            if not found:
                return self
            for run, seq in found:
                self.teams[int(run)].do(cmd.GoOn, cmd.HOST, seq=seq)
        raise AssertionError("going on without end")

    def on(self, number: int) -> Evening:
        """A team does what is to be done in its scene."""
        team = self.teams[number]
        team.play(WAY[team.at])
        return self.settle()

    def does(self, number: int, *moves: str) -> Evening:
        self.teams[number].play(*moves)
        return self.settle()

    def desk(self, number: int, kind: type[cmd.FacilitatorCommand], **fields: str) -> Evening:
        self.teams[number].desk(kind, **fields)
        return self.settle()

    @property
    def at(self) -> list[str]:
        """Where each team is; in brackets while it waits."""
        return [
            team.state.ending or (f"({team.at})" if team.state.waits else team.at)
            for team in self.teams
        ]


AWAY: Final = ("away=a", "away=b", "away=c")

CASES: Final[dict[str, tuple[Callable[[], Evening], list[str]]]] = {
    "a lone team waits for nobody": (lambda: Evening(1).on(0), ["z"]),
    "the first waits": (lambda: Evening().on(0), ["(one)", "one"]),
    "till the last is through": (lambda: Evening().on(0).on(1), ["z", "z"]),
    "of three, for the slowest": (lambda: Evening(3).on(0).on(1), ["(one)", "(one)", "one"]),
    "and all go on together": (lambda: Evening(3).on(0).on(1).on(2), ["z", "z", "z"]),
    "at the end too": (lambda: Evening().on(0).on(1).on(0), ["(z)", "z"]),
    "then all end": (lambda: Evening().on(0).on(1).on(0).on(1), ["good", "good"]),
    "nobody waits for who has gone away": (lambda: Evening().does(1, *AWAY).on(0), ["z", "one"]),
    "nor for who goes while it waits": (lambda: Evening().on(0).does(1, *AWAY), ["z", "one"]),
    "nor for a team that is paused": (
        lambda: Evening().on(0).desk(1, cmd.Pause),
        ["z", "one"],
    ),
    "nor for one that is closed": (lambda: Evening().on(0).desk(1, cmd.Close), ["z", "one"]),
    "a paused team doesn't go on": (
        lambda: Evening().on(0).desk(0, cmd.Pause).on(1),
        ["(one)", "z"],
    ),
    "but catches up": (
        lambda: Evening().on(0).desk(0, cmd.Pause).on(1).desk(0, cmd.Resume),
        ["z", "z"],
    ),
    "let go on, it is waited for by nobody": (
        lambda: Evening().on(0).desk(0, cmd.OpenBarrier).on(1),
        ["z", "z"],
    ),
    "let go on, it waits at the next act": (
        lambda: Evening().on(0).desk(0, cmd.OpenBarrier).on(0),
        ["(z)", "one"],
    ),
    "who waits at an earlier act goes first": (
        lambda: Evening().on(0).desk(0, cmd.OpenBarrier).on(0).on(1),
        ["(z)", "z"],
    ),
    "a way round is within the act": (
        lambda: Evening().on(0).does(1, "use-d=w"),
        ["(one)", "side"],
    ),
    "one ended by the facilitator holds up nobody": (
        lambda: Evening().on(0).desk(1, cmd.Jump, scene="good"),
        ["z", "good"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_who_waits_for_whom(case: str) -> None:
    made, at = CASES[case]
    assert made().at == at


def test_a_team_whose_log_can_t_be_read_isn_t_there() -> None:
    evening = Evening()
    evening.teams[0].play("q=")
    assert going_on(evening.runs) == ()
    assert [run for run, _ in going_on(evening.runs[:1])] == ["0"]


def test_what_is_asked_twice_is_answered_alike() -> None:
    """Two workers ask; the second's word for the same wait is refused."""
    evening = Evening(1)
    evening.teams[0].play("q=")
    (one,), (other,) = going_on(evening.runs), going_on(evening.runs)
    assert one == other
    evening.settle()
    with evening.teams[0].refused("stale"):
        evening.teams[0].do(cmd.GoOn, cmd.HOST, seq=other[1])


DOES: Final = ("on", "away=a", "away=b", "away=c", "back=a", "back=b", "pause", "resume", "go")
KINDS: Final = {"pause": cmd.Pause, "resume": cmd.Resume, "go": cmd.OpenBarrier}


def _try(evening: Evening, number: int, what: str) -> None:
    """What a rejection refuses has changed nothing."""
    team = evening.teams[number]
    try:
        if what == "on":
            team.play(WAY[team.at])
        elif what in KINDS:
            team.desk(KINDS[what])
        else:
            team.play(what)
    except Rejection:
        pass


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(DOES)), max_size=30))
def test_nobody_waits_for_ever(moves: list[tuple[int, str]]) -> None:
    evening = Evening(3)
    for number, what in moves:
        if evening.teams[number].state.phase == "playing":
            _try(evening, number, what)
        evening.settle()
        _check(evening)
    for team in evening.teams:  # all come back, and play on
        for what in ("resume", "back=a", "back=b", "back=c"):
            if team.state.phase == "playing":
                _try(evening, evening.teams.index(team), what)
    for _ in range(20):
        evening.settle()
        for number in range(3):
            if evening.teams[number].state.phase == "playing":
                _try(evening, number, "on")
    evening.settle()
    assert [team.state.phase for team in evening.teams] == ["ended"] * 3


def _check(evening: Evening) -> None:
    """Whoever waits and isn't paused waits for somebody who can come."""
    free = [
        team.state
        for team in evening.teams
        if team.state.phase == "playing"
        and team.state.paused_at_ms is None
        and any(seat.online and not seat.left for seat in team.state.seats.values())
    ]
    for team in evening.teams:
        if team.state.waits and team.state.paused_at_ms is None:
            assert any(not state.waits for state in free), evening.at
