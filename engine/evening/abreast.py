"""同幕: who is through with an act early waits for the others, and how long.

No rule reads another run. A run says that it waits (`scene.waits`); here is asked, of all runs of
its session, which of those that wait may go on; each is told so by a command of its own (`GoOn`,
its id made of the wait, so that two workers' words are one), the others for whom they wait
(`AwaitTeams`). `convoy.py` asks again after anything has happened in one of them that may matter,
so that nobody has to remember who waits for whom.

A run is waited for only while it can come: it plays, it isn't paused, somebody of it is there, and
it isn't through with the act. So a lone team waits for nobody; a team that was closed, has ended,
whose log can't be read, that nobody joined or that all have left holds up nobody; and of several
that wait, those at the earliest act wait only for teams that play: two can't wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import RunId
from engine.views.team import station_of


class Team(msgspec.Struct, frozen=True):
    """A run of a session, as far as it can be read. One that can't isn't handed in."""

    run: RunId
    scenario: Scenario
    state: State


class Wait(msgspec.Struct, frozen=True):
    """A team that waits."""

    run: RunId
    seq: int
    """Of the event that began it."""
    told: tuple[int, ...]
    """For whom it knows that it waits, by their numbers."""
    teams: tuple[Team, ...]
    """For whom it waits now; none: it may go on."""


def who_waits(teams: Sequence[Team]) -> Iterator[Wait]:
    """Every run that waits for others, and isn't paused."""
    for team in teams:
        waits = team.state.waits
        if waits and _may_move(team.state):
            act = station_of(team.scenario, team.state)
            ahead = tuple([one for one in teams if one is not team and holds_up(one, act)])
            yield Wait(team.run, waits.seq, waits.teams, ahead)


def going_on(teams: Sequence[Team]) -> tuple[tuple[RunId, int], ...]:
    """(run, seq of the wait that is over) of every run that may go on now."""
    return tuple([(wait.run, wait.seq) for wait in who_waits(teams) if not wait.teams])


def holds_up(team: Team, act: int) -> bool:
    """Whoever is through with this act waits for this team: it can still come. Acts are counted as
    the stations of the main way are."""
    state = team.state
    if not _may_move(state) or not _is_there(state):
        return False
    here = station_of(team.scenario, state)
    # Who waits at an earlier act goes on first, and has this one before it then.
    return here < act or (here == act and not state.waits)


def _may_move(state: State) -> bool:
    return state.phase == "playing" and state.paused_at_ms is None


def _is_there(state: State) -> bool:
    return any(seat.online and not seat.left for seat in state.seats.values())
