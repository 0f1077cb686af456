"""`hongchuan serve`."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Annotated

import typer


def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数；多于一个要有 Redis")] = 1,
) -> None:
    """Serve. Settings come from the environment (docs/settings.md)."""
    if workers > 1:
        os.environ["HONGCHUAN_WORKERS"] = str(workers)
    runpy.run_path(str(Path(__file__).resolve().parents[2] / "server.py"), run_name="__main__")
