"""Jobs that tests give to the workshop."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from engine.errors import AppError, Issue, Place, ScenarioError, Text

SAID = Text("说", "said")


def answer(number: int) -> int:
    return number + 1


def spin() -> None:
    while True:
        pass


def spin_whatever(*given: object) -> None:
    spin()


def hold_the_interpreter() -> None:
    """No signal and no other thread gets a turn."""
    re.match("(a+)+$", "a" * 64 + "b")


def spin_beside(note: Path) -> None:
    """Start a program, note its number, and wait for it in vain."""
    with subprocess.Popen(["sleep", "86400"]) as started:
        note.write_text(str(started.pid), encoding="ascii")
        started.wait()


def spin_noted(note: Path) -> None:
    note.write_text(str(os.getpid()), encoding="ascii")
    spin()


def hoard(mb: int) -> int:
    return len(bytearray(mb * 1024 * 1024))


def talk(mb: int) -> bytes:
    return b"x" * (mb * 1024 * 1024)


def fall() -> None:
    os.abort()


def refuse() -> None:
    place = Place("x.yaml", 1, 2)
    raise ScenarioError([Issue(code="SC1", place=place, message=SAID, remedy=SAID)], [SAID])


class Odd(AppError):
    """Made from something else than it holds."""

    def __init__(self, number: int) -> None:
        super().__init__(f"odd_{number}", SAID, SAID)
        self.number = number


def refuse_oddly() -> None:
    raise Odd(7)


def stumble() -> None:
    raise KeyError("a bug")


def span(work_s: float) -> tuple[float, float]:
    """When it began and when it ended."""
    began_s = time.monotonic()
    while time.monotonic() < began_s + work_s:
        pass
    return began_s, time.monotonic()


def seen() -> dict[str, Any]:
    """What a hand can see of where it is."""
    return {
        "names": sorted(os.environ),
        "nice": os.nice(0),
        "files": sorted(os.readlink(f"/proc/self/fd/{fd}") for fd in _open() if fd > 2),
        "pid": os.getpid(),
    }


def _open() -> list[int]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        if os.path.lexists(f"/proc/self/fd/{name}"):
            found.append(int(name))
    return found
