"""`python -m bench.turns`: see the package."""

from __future__ import annotations

import asyncio
import platform
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from bench.turns.lean import NotTaken
from bench.turns.parts import PARTS, Asked, Part
from bench.turns.servers import Server, running, server_of
from bench.turns.table import Row, keep, print_ratios, print_rows, ratios

SERVERS: Final = "json,html,least,echo"
BASES: Final = ("echo", "least")


def rows_of(
    part: Part, servers: list[str], rounds: int, asked: Asked, failures: list[str]
) -> Iterator[Row]:
    """All servers, one after the other, and again: what disturbs the machine disturbs them all. Of
    one that fails there is no row; the rest is measured."""

    async def measured(server: Server) -> list[Row]:
        return await part.measure(server, asked)

    for number in range(1, min(rounds, part.rounds_max) + 1):
        for name in servers:
            with tempfile.TemporaryDirectory(prefix="turns-") as folder:
                try:
                    with running(server_of(name, Path(folder))) as server:
                        found = asyncio.run(measured(server))
                except (AssertionError, NotTaken, ConnectionError) as error:
                    failures.append(f"{name}, round {number}: {error}")
                    continue
                yield from ({"server": name, "round": number, **row} for row in found)


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=f"{', '.join(PARTS)}; or all")] = None,
    servers: Annotated[str, typer.Option(help="in this order")] = SERVERS,
    beside: Annotated[Path | None, typer.Option(help="another checkout, measured too")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    seconds: Annotated[float, typer.Option(help="of each window")] = 6.0,
    teams: Annotated[int, typer.Option(help="saturated, turns")] = 50,
    beat_teams: Annotated[int, typer.Option(help="rates")] = 100,
    rates: Annotated[str, typer.Option(help="acts a second")] = "200,500,1000",
    idle: Annotated[str, typer.Option(help="phones")] = "100,1000,4000",
    joins: Annotated[float, typer.Option(help="phones a second")] = 200.0,
    out: Path = Path("var/bench.json"),
) -> None:
    """Measure, print, keep."""
    many_files()
    measured = [each for name in servers.split(",") for each in _with(name, beside)]
    bases = [base for base in BASES if base in measured]
    asked = Asked(
        seconds, teams, beat_teams,
        tuple(float(rate) for rate in rates.split(",")),
        tuple(int(phones) for phones in idle.split(",")), joins,
    )  # fmt: skip
    failures: list[str] = []
    rows: list[Row] = []
    compared: list[Row] = []
    for part in [PARTS[name] for name in parts or PARTS]:
        found = [*rows_of(part, measured, rounds, asked, failures)]
        print_rows(found, part.figures)
        against = ratios(found, bases, part.figures)
        print_ratios(against, part.figures)
        rows += found
        compared += against
    keep(out, command=sys.argv, machine=machine(), rows=rows, ratios=compared, failures=failures)
    if failures:
        sys.exit("\n".join(failures))


def _with(name: str, beside: Path | None) -> list[str]:
    return [name] if name in BASES or beside is None else [name, f"{name}@{beside}"]


def machine() -> dict[str, str]:
    """Where it was measured."""
    return {"python": platform.python_version(), "system": platform.platform()}


def many_files() -> None:
    """A socket is a file."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    typer.run(main)
