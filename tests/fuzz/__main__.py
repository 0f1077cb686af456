"""`python -m tests.fuzz MINUTES [TARGET…]`: draw input until the time is up; say what was found.

Findings are printed with the input that was made smallest, and kept in `var/fuzz`, from where a
later round begins. Exit code 1: something was found.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.strategies import SearchStrategy

from tests.fuzz.targets import TARGETS

KEPT = Path("var/fuzz")
ROUND_EXAMPLES = 300


def fuzz(target: tuple[SearchStrategy[Any], Callable[[Any], None]], number: int) -> tuple[int, str]:
    """One round: how often the target ran, and what went wrong, if anything did."""
    drawn, check = target
    count = 0

    @seed(number)
    @settings(
        max_examples=ROUND_EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=DirectoryBasedExampleDatabase(KEPT),
        print_blob=False,
    )
    @given(drawn)
    def run(value: Any) -> None:
        nonlocal count
        count += 1
        check(value)

    try:
        run()
    except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
        return count, traceback.format_exc()
    return count, ""


def _place(wrong: str) -> str:
    """The last line of ours in a traceback: one mistake is told once."""
    return [line for line in wrong.splitlines() if 'File "' in line][-1]


def main(minutes: float, names: list[str]) -> int:
    """Rounds of all targets in turn until the time is up; the number of findings."""
    until_s = time.monotonic() + minutes * 60
    counts: Counter[str] = Counter()
    found: dict[tuple[str, str], str] = {}
    number = time.time_ns() % 1_000_000_000
    while time.monotonic() < until_s:
        number += 1
        for name in names:
            count, wrong = fuzz(TARGETS[name], number)
            counts[name] += count
            if wrong and (name, _place(wrong)) not in found:
                found[name, _place(wrong)] = wrong
                sys.stdout.write(f"FOUND {name}, seed {number}\n{wrong}\n")
        sys.stdout.write(
            f"{sum(counts.values())} executions {dict(counts)}, {len(found)} findings\n"
        )
        sys.stdout.flush()
    return len(found)


if __name__ == "__main__":
    wanted = sys.argv[2:] or list(TARGETS)
    sys.exit(1 if main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, wanted) else 0)
