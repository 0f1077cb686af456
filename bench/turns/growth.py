"""What an act costs as things grow: teams, seats, the log, the script.

    .venv/bin/python -m bench.turns.growth               all four, and var/growth.json
    .venv/bin/python -m bench.turns.growth log --servers json,html

Acts are due by a beat, always as many a second, so that what the server does all the time weighs
alike everywhere. What should be flat is told as a share of its first row.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from bench.turns.__main__ import machine, many_files
from bench.turns.pace import Play, at_rate, playing
from bench.turns.rounds import SCENES, SEATS, script
from bench.turns.servers import Server, running, server_of
from bench.turns.table import GROWTH, Row, keep, print_rows

RATE: Final = 50.0
"""Acts a second while it is measured."""
TEAMS: Final = (1, 10, 100, 1000)
SEATS_A_TEAM: Final = (2, 4, 8, 12)
EVENTS: Final = (10, 100, 1_000, 10_000)
SCRIPTS: Final = (1, 10)
"""Times the usual script."""
TEAMS_USUAL: Final = 20
TEAMS_WITH_LOGS: Final = 2
A_TEAM_PER_S: Final = 60.0
"""How fast a team of four fills its log: a phone may send twenty messages a second."""
WARM_S: Final = 1.0


class Growth:
    """One server's, so many seconds a row."""

    def __init__(self, name: str, seconds: float) -> None:
        self._name = name
        self._seconds = seconds

    async def teams(self) -> AsyncIterator[Row]:
        """More of them, at one server."""
        with self._server() as server:
            play = Play(server, SEATS)
            try:
                for teams in TEAMS:
                    await play.join(teams - len(play.teams))
                    yield await self._row(f"teams {teams}", play)
            finally:
                play.hang_up()

    async def seats(self) -> AsyncIterator[Row]:
        """More in each team."""
        for seats in SEATS_A_TEAM:
            with self._server(script(seats)) as server:
                async with playing(server, TEAMS_USUAL, seats) as play:
                    yield await self._row(f"seats {seats}", play)

    async def log(self) -> AsyncIterator[Row]:
        """More behind each team."""
        with self._server() as server:
            async with playing(server, TEAMS_WITH_LOGS) as play:
                for events in EVENTS:
                    while min(team.seq for team in play.teams) < events:
                        await at_rate(play, A_TEAM_PER_S * TEAMS_WITH_LOGS, 0, 1)
                    yield await self._row(f"log {events}", play)

    async def script(self) -> AsyncIterator[Row]:
        """More scenes, each as large."""
        for times in SCRIPTS:
            with self._server(script(scenes=SCENES * times)) as server:
                async with playing(server, TEAMS_USUAL) as play:
                    yield await self._row(f"script {times}×", play)

    async def _row(self, what: str, play: Play) -> Row:
        row = (await at_rate(play, RATE, WARM_S, self._seconds)).row()
        view_us = row["cpu_us"] / max(row["frames"], 1)
        return {"what": what, "server": self._name, "round": 1, **row, "view_us": view_us}

    @contextmanager
    def _server(self, text: str = "") -> Iterator[Server]:
        with tempfile.TemporaryDirectory(prefix="growth-") as folder:
            with running(server_of(self._name, Path(folder), text)) as server:
                yield server


AXES: Final = {
    "teams": Growth.teams,
    "seats": Growth.seats,
    "log": Growth.log,
    "script": Growth.script,
}


async def grown(axis: str, name: str, seconds: float) -> list[Row]:
    """The rows of an axis; `times`: as a share of the first."""
    rows = [row async for row in AXES[axis](Growth(name, seconds))]
    return [
        {"axis": axis, **row, "times": row["cpu_us"] / max(rows[0]["cpu_us"], 1e-9)} for row in rows
    ]


def main(
    axes: Annotated[list[str] | None, typer.Argument(help=f"{', '.join(AXES)}; or all")] = None,
    servers: str = "json",
    seconds: Annotated[float, typer.Option(help="a row")] = 6.0,
    out: Path = Path("var/growth.json"),
) -> None:
    """Measure, print, keep."""
    many_files()
    rows: list[Row] = []
    for axis in axes or AXES:
        found = [
            row for name in servers.split(",") for row in asyncio.run(grown(axis, name, seconds))
        ]
        print_rows(found, GROWTH)
        rows += found
    keep(out, command=sys.argv, machine=machine(), rows=rows)


if __name__ == "__main__":
    typer.run(main)
