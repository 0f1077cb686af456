"""What kinds of tasks bring along for browsers: `kind.css`, `kind.js` of their folders, no more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from fastapi.staticfiles import StaticFiles

from engine.kinds.registry import FOLDERS, KINDS

BROUGHT: Final = tuple(
    f"kinds/{name}/kind.{suffix}"
    for suffix in ("css", "js")
    for name in KINDS
    if (Path(FOLDERS) / name / f"kind.{suffix}").exists()
)
"""Their paths under `/static`; styles first."""


class Brought(StaticFiles):
    """Serves those files alone: beside them stands code."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDERS)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """As the static files' own; whatever isn't brought along isn't there."""
        known = f"kinds/{Path(path).as_posix()}" in BROUGHT
        return super().lookup_path(path) if known else ("", None)
