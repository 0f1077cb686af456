"""What every store asks of a batch."""

from __future__ import annotations

from collections.abc import Sequence

from engine.rules.events import Recorded


def command_key(recorded: Recorded) -> str:
    """What is unique in a run's log: who asked, and the command's own id."""
    return f"{recorded.by}:{recorded.command}"


def check_batch(expected_seq: int, batch: Sequence[Recorded]) -> None:
    """A batch that isn't the next events of whole commands, each once, is a bug."""
    assert batch, "a batch has an event"
    assert expected_seq >= 0, "seqs begin at 1"
    keys: set[str] = set()
    last = ""
    for seq, recorded in enumerate(batch, start=expected_seq + 1):
        assert recorded.seq == seq, f"seq {recorded.seq} stands where {seq} belongs"
        key = command_key(recorded)
        assert key == last or key not in keys, f"command {key} comes twice"
        keys.add(key)
        last = key
