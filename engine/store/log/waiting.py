"""Appends that wait to be written together; and whoever writes them, as the store asks it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from engine.errors import ConcurrentAppend, StoreError
from engine.rules.chain import Key, link
from engine.rules.codec import encode
from engine.rules.events import Recorded
from engine.store.faults import check_keepable
from engine.store.log.batch import check_batch
from engine.values import RunId

Head = tuple[int, str]
"""(last seq, last link) of a log; (0, "") of one that is empty."""


class Row(NamedTuple):
    """An append as the table keeps it."""

    run: RunId
    seq: int
    last_seq: int
    body: bytes
    link: str


class Waiting:
    """An append that waits for the writer."""

    __slots__ = ("begun_s", "body", "done", "expected_seq", "run", "verdict")

    def __init__(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        """Raises Unkeepable, or what a record raises that can't be written as a line: it hits its
        own sender, and nobody whose append would be in the same transaction."""
        check_batch(expected_seq, batch)
        check_keepable(run)
        loop = asyncio.get_running_loop()
        self.run = run
        self.expected_seq = expected_seq
        self.body = body_of(batch)
        self.done: asyncio.Future[None] = loop.create_future()
        self.begun_s = loop.time()
        self.verdict: StoreError | None = None
        """Why it isn't in the transaction that was committed; None: it is."""

    def settle(self, error: BaseException | None) -> None:
        """Tell whoever sent it, unless they have gone."""
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


Tell = Callable[[list[Waiting], BaseException | None], None]
"""What became of a group: it is durable, each append by its own verdict; or the error for which
nothing of it was written."""


class Writer(Protocol):
    """Writes one group at a time."""

    def begin(self, group: list[Waiting], tell: Tell) -> None:
        """Write, in one transaction, what holds of the group. `tell` is called once, on the loop
        that runs now, after the commit or its failure."""

    async def close(self) -> None:
        """Let go of what it holds; no group is being written."""


def judge(group: Iterable[Waiting], heads: dict[RunId, Head], key: Key) -> list[Row]:
    """The rows of those that hold, in order; each append gets its verdict. `heads`: how the logs of
    the runs end, moved on with each row; a run without events may be missing."""
    rows = []
    for append in group:
        last_seq, previous = heads.get(append.run, (0, ""))
        if append.expected_seq != last_seq:
            append.verdict = ConcurrentAppend(append.run, append.expected_seq, last_seq)
            continue
        append.verdict = None
        row = append_row(key, previous, append.run, last_seq + 1, append.body)
        rows.append(row)
        heads[append.run] = (row.last_seq, row.link)
    return rows


def body_of(batch: Sequence[Recorded]) -> bytes:
    """What an append keeps of its records: the lines of a log."""
    return b"\n".join(map(encode, batch))


def append_row(key: Key, previous: str, run: RunId, seq: int, body: bytes) -> Row:
    """An append as the table keeps it: its first record is `seq`, and `previous` is the link of the
    one before."""
    last_seq = seq + body.count(b"\n")
    return Row(run, seq, last_seq, body, link(key, previous, run, seq, body))
