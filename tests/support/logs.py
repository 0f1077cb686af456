"""Batches of events for tests of stores: any command will do."""

from __future__ import annotations

from engine.rules.events import AnyEvent, Recorded, RunOpened, SeatReady, TaskAnswered, TaskDone
from engine.values import Map


def batch(seq: int, command: str, *events: AnyEvent, by: str = "s1") -> tuple[Recorded, ...]:
    """`events` as one command's, the first at `seq`."""
    return tuple(
        Recorded(seq=place, by=by, command=command, event=event)
        for place, event in enumerate(events, start=seq)
    )


def ready(seq: int, command: str, *, by: str = "s1", count: int = 1) -> tuple[Recorded, ...]:
    """A batch of `count` plain events."""
    return batch(seq, command, *(SeatReady(at_ms=seq, seat=by) for _ in range(count)), by=by)


def opened() -> tuple[Recorded, ...]:
    """The first event of a run, with every kind of value in it."""
    event = RunOpened(
        at_ms=1_900_000_000_000,
        scenario="示例",
        digest="d" * 64,
        seed="seed",
        team=2,
        vars=Map({"m": 3, "w": False, "x": "后门"}),
        roles=("a", "b"),
        grace_ms=60_000,
        absence="share",
    )
    return batch(1, "open", event, by="host")


def answered(seq: int) -> tuple[Recorded, ...]:
    """An answer in Chinese, with what it brings about."""
    answer = TaskAnswered(
        at_ms=5, task="date", slot="a", seat="s1", answer=("王会长",), verdict="right", done=True
    )
    return batch(seq, "c1", answer, TaskDone(at_ms=5, task="date"))
