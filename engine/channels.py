"""Standard output and error, where they lead nowhere: a closed terminal, a log on a full disk."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def let_go(stream: TextIO) -> None:
    """What waits in it can't be written: without this, Python says so once more as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def open_channels() -> None:
    """Standard output and error lead somewhere from now on: who closed one wants to hear nothing,
    and Python would have none to write to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
