"""How fast a log folds: printed, as the machine decides it."""

from __future__ import annotations

import time
from typing import Any

from msgspec.structs import replace

from engine.review.moments import History
from engine.rules.codec import decode, encode
from engine.rules.replay import fingerprint, replay
from tests.support.evenings import evening, yida

EVENTS = 10_000


def test_a_log_of_ten_thousand_events_folds(record_property: Any) -> None:
    """A restless evening, over and over: the same kinds of events in the same proportions."""
    played = evening(yida(), "long", wrong_rate=0.3, unrest=0.96)
    records = list(played)
    while len(records) < EVENTS:
        records += [
            replace(record, seq=len(records) + place)
            for place, record in enumerate(played[1:], start=1)
        ]
    lines = [encode(record) for record in records[:EVENTS]]
    began_s = time.perf_counter()
    decoded = [decode(line) for line in lines]
    read_s = time.perf_counter()
    state = replay("r", decoded)
    folded_s = time.perf_counter()
    assert state.seq == EVENTS
    assert fingerprint(History("r", decoded).states[-1]) == fingerprint(state)
    record_property("events_decoded_per_s", round(EVENTS / (read_s - began_s)))
    record_property("events_folded_per_s", round(EVENTS / (folded_s - read_s)))
