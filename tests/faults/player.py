"""A process to be killed: plays several runs as fast as it can, and says what was acknowledged.

    python -m tests.faults.player DATABASE_URL ROUND [RUNS]

Each line of its output, written after the acknowledgement: run, command, seq.
"""

from __future__ import annotations

import asyncio
import sys

from engine.errors import ConcurrentAppend, StoreUnavailable
from engine.host.host import Host
from engine.rules import commands as cmd
from engine.scenario.model import Scenario
from engine.store.database import open_database
from tests.support.patience import AGAIN_S
from tests.support.proxy import pause
from tests.support.scripts import MINI_TEXT, compile_text

RUNS = 4
SENDERS = 4
"""In each run."""

SCENARIO = compile_text(MINI_TEXT)


async def load(run: str) -> Scenario:
    """The scenario of every run."""
    return SCENARIO


def nudge(name: str, at_ms: int) -> cmd.Nudge:
    """A command that can be given for ever."""
    return cmd.Nudge(id=name, at_ms=at_ms, by=cmd.FACILITATOR, seat="s1")


async def said(host: Host, run: str, command: cmd.AnyCommand) -> int:
    """The seq it is acknowledged with. What wasn't saved because the store was busy is said again,
    with the same id."""
    while True:
        try:
            return await host.execute(run, command)
        except (StoreUnavailable, ConcurrentAppend):
            await pause(AGAIN_S)


async def _begin(host: Host, run: str) -> None:
    """Open the run and start it; a later round finds that done, by the commands' ids."""
    at_ms = host.clock.now_ms()
    await host.open(run, SCENARIO, seed="x", team=1)
    await said(host, run, cmd.TakeSeat(id="seat", at_ms=at_ms, by="s1", role="recorder"))
    await said(host, run, cmd.Start(id="start", at_ms=at_ms, by=cmd.FACILITATOR))


async def _send(host: Host, run: str, prefix: str) -> None:
    number = 0
    while True:
        number += 1
        name = f"{prefix}.{number}"
        seq = await said(host, run, nudge(name, host.clock.now_ms()))
        sys.stdout.write(f"{run} {name} {seq}\n")
        sys.stdout.flush()


async def main(url: str, number: str, count: str = str(RUNS)) -> None:
    """Play until killed."""
    database = await open_database(url)
    host = Host(database.store, load)
    host.start()
    runs = [f"r{run}" for run in range(int(count))]
    await asyncio.gather(*(_begin(host, run) for run in runs))
    await asyncio.gather(
        *(_send(host, run, f"{number}.{sender}") for run in runs for sender in range(SENDERS))
    )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
