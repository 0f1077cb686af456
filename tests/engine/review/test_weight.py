"""What is kept of runs that are over weighs what is said of it."""

from __future__ import annotations

import tracemalloc

from engine.evening.reviewing import TALLY_KIB
from engine.review.ledger import read_run, tally
from engine.review.lessons import Lessons
from engine.rules.codec import decode, encode
from tests.support.evenings import evening, yida

RUNS = 4


def test_a_tally_is_no_heavier_than_is_said() -> None:
    """Of logs as they are read from a database: nothing in one is shared with the next."""
    lessons = Lessons(yida())
    logs = [
        [encode(record) for record in evening(yida(), f"evening {n}", wrong_rate=0.3)]
        for n in range(RUNS)
    ]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = [tally(read_run(lessons, list(map(decode, log)), run="r")) for log in logs]
        weighed = (tracemalloc.get_traced_memory()[0] - before) / len(kept) / 1024
    finally:
        tracemalloc.stop()
    assert TALLY_KIB / 4 < weighed < TALLY_KIB
