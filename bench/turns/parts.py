"""What can be measured of a server, each part with the figures that are told of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bench.turns.crowd import idle, storm
from bench.turns.pace import at_rate, playing, saturated
from bench.turns.servers import Server
from bench.turns.table import ACTS, IDLE, JOINS, Figures, Row, could

WARM_S: Final = 2.0


@dataclass(frozen=True)
class Asked:
    """How much of it."""

    seconds: float
    """Of each window."""
    teams: int
    """Of those that act as fast as they may."""
    beat_teams: int
    """Of those that act by a beat."""
    rates: tuple[float, ...]
    """Acts a second; rising."""
    idle: tuple[int, ...]
    """Phones; rising."""
    joins: float
    """A second."""


async def _saturated(server: Server, asked: Asked) -> list[Row]:
    async with playing(server, asked.teams) as play:
        window = await saturated(play, WARM_S, asked.seconds)
    return [{"what": "saturated", **window.row()}]


async def _in_turn(server: Server, asked: Asked) -> list[Row]:
    async with playing(server, asked.teams) as play:
        window = await saturated(play, WARM_S, asked.seconds, in_turn=True)
    return [{"what": "in turn", **window.row()}]


async def _rates(server: Server, asked: Asked) -> list[Row]:
    rows: list[Row] = []
    async with playing(server, asked.beat_teams) as play:
        for rate in asked.rates:
            row = (await at_rate(play, rate, WARM_S, asked.seconds)).row()
            rows.append({"what": f"{rate:.0f}/s", "rate": rate, **row})
            if not could(rows[-1]):
                break  # nor could it do more
    return rows


async def _idle(server: Server, asked: Asked) -> list[Row]:
    return await idle(server, asked.idle, asked.seconds)


async def _join(server: Server, asked: Asked) -> list[Row]:
    return [await storm(server, asked.joins, asked.seconds)]


@dataclass(frozen=True)
class Part:
    """A part."""

    measure: Callable[[Server, Asked], Awaitable[list[Row]]]
    figures: Figures
    rounds_max: int = 100
    """Memory is the same each time, and takes a while."""


PARTS: Final = {
    "saturated": Part(_saturated, ACTS),
    "turns": Part(_in_turn, ACTS),
    "rates": Part(_rates, ACTS),
    "idle": Part(_idle, IDLE, rounds_max=1),
    "join": Part(_join, JOINS),
}
