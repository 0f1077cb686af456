"""How much work something is, in calls: the same on every machine, however busy it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls(work: Callable[[], object], *, name: str = "") -> int:
    """How many functions are called while `work` runs, C's included; with `name`, how many
    functions of Python's with that name."""
    count = 0

    def watch(frame: FrameType, event: str, given: object) -> None:
        nonlocal count
        if event == "call":
            count += not name or frame.f_code.co_name == name
        elif event == "c_call":
            count += not name

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
