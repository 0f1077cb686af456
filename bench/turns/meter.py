"""What a stretch of time costs: the server, and the generator itself."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.turns.teams import Counted


@dataclass
class Window:
    """What was seen in a stretch of time."""

    seconds: float
    acts: int
    """That are over."""
    frames: int
    """Views; acknowledgements aren't counted."""
    received: int
    """Bytes of views."""
    cpu_s: float
    """Of the server's processes."""
    generator_s: float
    """Processor time of this process."""
    waited_s: float
    """The server would have run, and something else had its core."""
    generator_waited_s: float
    taken_s: list[float] = field(default_factory=list)
    """Of each act: from when it was due until the last of its team saw it."""
    late_s: list[float] = field(default_factory=list)
    """Of each beat: how long after it was due it came. It counts as the server's time."""

    def row(self) -> dict[str, float]:
        """What is told of it; milliseconds, and microseconds of processor."""
        acts = max(self.acts, 1)
        taken, late = sorted(self.taken_s), sorted(self.late_s)
        return {
            "per_s": self.acts / self.seconds,
            "cpu_us": self.cpu_s / acts * 1e6,
            "core_busy": self.cpu_s / self.seconds,
            "p50_ms": at(taken, 0.5) * 1000,
            "p99_ms": at(taken, 0.99) * 1000,
            "frames": self.frames / acts,
            "frame_bytes": self.received / max(self.frames, 1),
            "starved": self.waited_s / self.seconds,
            "generator_busy": self.generator_s / self.seconds,
            "generator_starved": self.generator_waited_s / self.seconds,
            "generator_late_p99_ms": at(late, 0.99) * 1000,
        }


def at(ordered: list[float], part: float) -> float:
    """The value that this part of them doesn't exceed; 0 of none."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


class Meter:
    """Of a server, from when it is made."""

    def __init__(self, pid: int, counted: Counted) -> None:
        self._pid = pid
        self._counted = counted
        self._acts, self._frames = len(counted.taken), counted.frames
        self._received = counted.received
        self._cpu_s, self._own_s = cpu_s(pid), time.process_time()
        self._waited_s, self._own_waited_s = starved_s(pid), starved_s()
        self._began_s = time.monotonic()

    def window(self) -> Window:
        """Until now."""
        taken = self._counted.taken[self._acts :]
        return Window(
            seconds=time.monotonic() - self._began_s,
            acts=len(taken),
            frames=self._counted.frames - self._frames,
            received=self._counted.received - self._received,
            cpu_s=cpu_s(self._pid) - self._cpu_s,
            generator_s=time.process_time() - self._own_s,
            waited_s=starved_s(self._pid) - self._waited_s,
            generator_waited_s=starved_s() - self._own_waited_s,
            taken_s=[taken_s for _, taken_s in taken],
        )


def family(pid: int) -> Iterator[int]:
    """A process and all that it has started; a thread may end while it is asked."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from family(int(child))


def cpu_s(pid: int) -> float:
    """Processor time that a process and all that it has started have used so far."""
    ticks = 0
    for each in family(pid):
        text = Path(f"/proc/{each}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += sum(int(number) for number in text[11:15])  # its own, and that of ended children
    return ticks / os.sysconf("SC_CLK_TCK")


def starved_s(pid: int | str = "self") -> float:
    """How long a process's first thread, which has its loop, waited for a core so far."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9


def memory_kib(pid: int) -> int:
    """Memory that a process and all that it has started hold; what they share counts once."""
    return sum(
        int(found[1])
        for each in family(pid)
        if (found := re.search(r"^Pss:\s+(\d+) kB", _rollup(each), re.M))
    )


def _rollup(pid: int) -> str:
    return Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
