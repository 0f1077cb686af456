"""What every store must know of a batch: that it is one command's, and under which key."""

from __future__ import annotations

from collections.abc import Sequence

from engine.rules.events import Recorded


def command_key(recorded: Recorded) -> str:
    """What is unique in a run's log: who asked, and the command's own id."""
    return f"{recorded.by}:{recorded.command}"


def check_batch(expected_seq: int, batch: Sequence[Recorded]) -> str:
    """The key of the batch's command. A batch that isn't one command's next events is a bug."""
    assert batch, "a batch has an event"
    assert expected_seq >= 0, "seqs begin at 1"
    for place, recorded in enumerate(batch, start=expected_seq + 1):
        assert recorded.seq == place, f"seq {recorded.seq} stands where {place} belongs"
    keys = {command_key(recorded) for recorded in batch}
    assert len(keys) == 1, f"a batch is one command's, not {len(keys)}"
    return keys.pop()
