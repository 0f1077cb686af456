"""What a server's memory holds of evenings that are over: after a few runs, and after many.

    .venv/bin/python -m bench.outlived 500

In this process: sessions of ten teams, two phones each, walls and desks; each is closed, and swept
as it would be some minutes later. Told in bytes that Python has allocated (tracemalloc).
"""

from __future__ import annotations

import logging
import tempfile
import tracemalloc
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich import print as say

from tests.support.finished import bearer, finish, sweep
from tests.support.inside import inside, small

FEW = 50
TEAMS = 10


def measure(runs: int) -> None:
    """Print both figures, and what each run in between left behind."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        settings = small(Path(folder), admin_password="a password for it")
        with inside(settings) as app:
            app.services.presence._return_ms = 0
            token, done, few = bearer(app), 0, 0
            tracemalloc.start()
            while done < runs:
                finish(app, token, teams=TEAMS)
                sweep(app)
                done += TEAMS
                if done == FEW:
                    few = tracemalloc.get_traced_memory()[0]
            many = tracemalloc.get_traced_memory()[0]
    say(f"after {FEW} runs {few / 1024:,.0f} KiB, after {done} {many / 1024:,.0f} KiB")
    say(f"left behind by each run: {(many - few) / (done - FEW):,.0f} bytes")


def main(runs: Annotated[int, typer.Argument(help="how many are played")] = 500) -> None:
    """What is left of evenings that are over."""
    measure(runs)


if __name__ == "__main__":
    typer.run(main)
