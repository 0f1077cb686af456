"""What an append costs the processor: through the pool, and by the file's own thread.

    .venv/bin/python -m bench.appends
    .venv/bin/python -m bench.appends --waiting 1

In this process, on one SQLite file each: so many runs append three events at a time, each as soon
as its last append is durable. The two take turns, for whatever else the machine does slows both.
Processor time of all threads, encoding included; commits tell how large the groups were.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich import print as say

from engine.rules.chain import key_of
from engine.store.database import Database, open_database
from engine.store.log.pooled import PooledWriter
from tests.support.logs import ready

EVENTS: Final = 3
SECRET: Final = "bench"


class Side:
    """One way to write, on a file of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seq = 0
        self.commits = 0
        self.costs_us: list[float] = []
        """Of an append, one figure a round."""
        database.store.on_group = self._grouped

    def _grouped(self, appends: int, waiting: int) -> None:
        self.commits += 1

    async def go(self, waiting: int, times: int) -> None:
        """One round: each of the runs appends so many times."""
        began_s = time.process_time()
        await asyncio.gather(*(self._run(f"run{number}", times) for number in range(waiting)))
        spent_s = time.process_time() - began_s
        self.costs_us.append(spent_s * 1e6 / (waiting * times))
        self._seq += times * EVENTS

    async def _run(self, run: str, times: int) -> None:
        for number in range(times):
            seq = self._seq + number * EVENTS
            await self._database.store.append(run, seq, ready(seq + 1, f"c{seq}", count=EVENTS))


async def _measure(waiting: int, times: int, rounds: int, folder: Path) -> None:
    databases = {
        name: await open_database(f"sqlite:///{folder}/{name}.db", secret=SECRET)
        for name in ("pool", "thread")
    }
    pool = databases["pool"]
    pool.store._writer = PooledWriter(pool.engine, key_of(SECRET))
    sides = {name: Side(database) for name, database in databases.items()}
    for _ in range(rounds):
        for side in sides.values():
            await side.go(waiting, times)
    for name, side in sides.items():
        appends = waiting * times * rounds
        say(
            f"{name:>6}: {statistics.median(side.costs_us):6.0f} µs an append"
            f" ({min(side.costs_us):.0f}–{max(side.costs_us):.0f}),"
            f" {appends / side.commits:.1f} appends a commit"
        )
    for database in databases.values():
        await database.close()


def main(
    waiting: Annotated[int, typer.Option(help="runs that append at once")] = 50,
    times: Annotated[int, typer.Option(help="appends of each run in a round")] = 40,
    rounds: int = 7,
) -> None:
    """Measure both, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(waiting, times, rounds, Path(folder)))


if __name__ == "__main__":
    typer.run(main)
