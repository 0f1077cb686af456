"""What a team turn costs inside the server, without a network: processor time an action.

    .venv/bin/python -m bench.inside                        50 teams, JSON
    .venv/bin/python -m bench.inside --html --together      all four of a team act at once
    .venv/bin/python -m bench.inside --spy stacks.txt       and where it goes

The whole house in this process, on SQLite, tuned as the server's is; phones are the far ends of
sockets that move no bytes (`tests/support/turns.py`). So what is measured is what `engine/` and
`web/` do for an action, not what the kernel and the framing of WebSockets cost: `bench/turns` is for
both. What the phones do themselves is in it, some 20 µs.

With `--spy FILE` py-spy (`--with`, else on the PATH) writes the stacks it sees to the file, and they
are shared out among the stages of an action (`bench/stages.py`). It takes time of its own, so its
table is in parts of the figure without it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich import print as say

from bench.stages import shares
from tests.support.inside import inside
from tests.support.turns import Turns, turning
from web import garbage, logs

ROUNDS = 4


@contextmanager
def spied(program: str, file: Path | None) -> Iterator[None]:
    """Watched by py-spy, if a file is given."""
    if file is None:
        yield
        return
    command = [program, "record", "-r", "500", "-f", "raw", "-o", str(file), "-t"]
    with subprocess.Popen([*command, "-p", str(os.getpid())], stdout=subprocess.DEVNULL) as spy:
        yield
        spy.send_signal(signal.SIGINT)


async def measured(turns: Turns, actions: int) -> tuple[float, float, float]:
    """(processor µs, frames, bytes) an action."""
    began_s = time.process_time()
    await turns.play(actions)
    used_s = time.process_time() - began_s
    counted = turns.counted
    return used_s / actions * 1e6, counted.frames / actions, counted.received / actions


def main(
    teams: int = 50,
    actions: Annotated[int, typer.Option(help="Of each of the rounds.")] = 2_000,
    html: bool = False,
    together: Annotated[bool, typer.Option(help="All four act at once.")] = False,
    untuned: Annotated[bool, typer.Option(help="With Python's own garbage collector.")] = False,
    spy: Annotated[Path | None, typer.Option(help="A file for stacks.")] = None,
    with_: Annotated[str, typer.Option("--with", help="py-spy's program.")] = "py-spy",
) -> None:
    """Measure."""
    logs.configure("console")
    with tempfile.TemporaryDirectory() as made, inside(turning(Path(made))) as house:
        if not untuned:
            garbage.settle()
        turns = Turns(house, teams, "html" if html else "json", together=together)

        async def course() -> None:
            async with turns.connected():
                await turns.play(4 * teams * 2)  # the second time round nothing is new
                costs = []
                for _ in range(ROUNDS):
                    cost, frames, size = await measured(turns, actions)
                    costs.append(cost)
                    say(f"{cost:6.0f} µs an action, {frames:.2f} frames, {size / 1024:.1f} KiB")
                if spy is not None:
                    with spied(with_, spy):
                        await measured(turns, actions * ROUNDS)
                    for stage, part in shares(spy):
                        say(f"{part * min(costs):6.0f} µs  {part:5.1%}  {stage}")

        house.run(course())


if __name__ == "__main__":
    typer.run(main)
