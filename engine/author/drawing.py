"""Laying a graph out with Graphviz, the layout engine that has drawn graphs for thirty years."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from engine.errors import AppError, Text
from engine.fitting import plain

SECONDS_MAX: Final = 20


class DrawingError(AppError):
    """Nothing was drawn."""


def svg(dot: str) -> str:
    """The drawing of DOT text. Raises DrawingError: no_graphviz, not_drawn."""
    program = shutil.which("dot")
    if program is None:
        raise DrawingError(
            "no_graphviz",
            Text("没有安装 Graphviz，画不了图。", "Graphviz isn't installed."),
            Text(
                "请安装它（Debian：apt-get install graphviz），再试一次。",
                "Install it (Debian: apt-get install graphviz) and try again.",
            ),
        )
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, its input on stdin
            [program, "-Tsvg"], input=plain(dot).encode(), capture_output=True, timeout=SECONDS_MAX
        )
    except subprocess.TimeoutExpired as error:
        raise _not_drawn("timeout") from error
    if done.returncode != 0:
        raise _not_drawn(done.stderr.decode(errors="replace")[:200])
    return done.stdout.decode()


def _not_drawn(why: str) -> DrawingError:
    return DrawingError(
        "not_drawn",
        Text(f"图没有画成：{why}", f"Nothing was drawn: {why}"),
        Text("请把剧本简化一些，或告诉维护者。", "Simplify the script, or tell a maintainer."),
    )
