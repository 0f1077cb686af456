"""The audit log: who of the staff did what, and what was refused to whom. Each entry carries the
hash of the one before it, so that none can be changed, taken out or put in unseen.

An act of staff is on the disk before it is answered. A refusal may trail by a moment: the first of
its kind is written at once, its repeats within a window are folded into a count, and a flood of
ever new ones becomes a number, so that nobody fills the disk by being refused. All workers write
one chain; who comes second reads its end again.

An act that can't be written is owed: it is kept in memory and written first, and until then no
further act is taken (`ready`). So at most the acts that were under way when the log failed are
answered without having been recorded, and each of them is in the server's own log. A refusal that
can't be written is only counted: what strangers do stops nobody.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import msgspec
import structlog
from msgspec.structs import replace
from sqlalchemy import Table, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.errors import StoreUnavailable
from engine.store.audit.entries import EVERY
from engine.store.audit.entries import Entry as Entry
from engine.store.audit.entries import Written as Written
from engine.store.audit.refused import Refusals
from engine.store.faults import unavailable
from engine.store.precedence import writes
from engine.store.tables import AuditTable

FIRST: Final = "0" * 64
"""What the first entry has for the hash before it."""
GROUP_MAX: Final = 256
TRIES_MAX: Final = 8
WINDOW_S: Final = 30.0
"""Refusals alike within so long are one entry with a count."""
GATHERED_S: Final = 0.25
"""Refusals that nobody waits for are written together, so often: each commit is one that those who
play wait for."""
OWED_MAX: Final = 1_000

_LOCK: Final = text("SELECT pg_advisory_xact_lock(19210731)")
"""One writer at a time on PostgreSQL, as SQLite has it anyway: retries alone could starve."""
_AUDIT: Final[Table] = AuditTable.__table__  # type: ignore[attr-defined]

log = structlog.get_logger()


_TOLD: Final = (
    "at_ms", "kind", "who", "branch", "act", "target", "outcome", "count", "address",
)  # fmt: skip
"""What is hashed, in this order for ever."""
_encoder: Final = msgspec.json.Encoder()


def hash_of(previous: str, seq: int, fields: Mapping[str, Any]) -> str:
    """The hash of the entry with these fields at `seq`, after the one with hash `previous`."""
    told = [previous, seq, *(fields[name] for name in _TOLD)]
    return hashlib.sha256(_encoder.encode(told)).hexdigest()


class Chain:
    """Follows a chain from its beginning."""

    def __init__(self, noted: str = "") -> None:
        self.seq = 0
        self.hash = FIRST
        """The head so far: noted elsewhere, it shows a tail cut off."""
        self._noted = noted
        self.has_noted = not noted
        """The hash that somebody noted as the head is among them."""

    def follow(self, row: Mapping[str, Any]) -> Iterable[str]:
        """What is wrong with the next entry, or between it and the one before."""
        seq, expected = row["seq"], self.seq + 1
        if seq != expected:
            missing = f"第 {expected} 条" if seq == expected + 1 else f"第 {expected}–{seq - 1} 条"
            yield f"审计记录：少了{missing}"
        elif row["previous"] != self.hash:
            yield f"审计记录：第 {seq} 条与前一条接不上（前一条被改过，或这一条是插进来的）"
        if hash_of(row["previous"], seq, row) != row["hash"]:
            yield f"审计记录：第 {seq} 条被改过"
        self.seq, self.hash = seq, row["hash"]
        self.has_noted = self.has_noted or self.hash == self._noted


class _Waiting:
    """An entry that waits for the writer; `done` where somebody waits for it."""

    __slots__ = ("done", "entry")

    def __init__(self, entry: Entry, done: asyncio.Future[None] | None) -> None:
        self.entry = entry
        self.done = done

    def settle(self, error: StoreUnavailable | None) -> None:
        if self.done is None or self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(StoreUnavailable(error.why))


class Audit:
    """The audit log of one database, as this process writes it."""

    def __init__(
        self, engine: AsyncEngine, clock: Callable[[], int], *, window_s: float = WINDOW_S
    ) -> None:
        self._engine = engine
        self._clock, self._window_s = clock, window_s
        self._waiting: deque[_Waiting] = deque()
        self._owed: deque[Entry] = deque(maxlen=OWED_MAX)
        self._waited_for = asyncio.Event()
        """What waits is to be written now."""
        self._closing = False
        self._writer: asyncio.Task[None] | None = None
        self._folding: asyncio.Task[None] | None = None
        self._of_accounts, self._of_others = Refusals(clock()), Refusals(clock())

    # ── acts ────────────────────────────────────────────────────────────────────────────────────

    async def ready(self) -> None:
        """May staff act? Writes what is owed. Raises StoreUnavailable: no, the log fails."""
        if self._owed:
            await self._put(None)

    async def act(self, entry: Entry) -> None:
        """Record an act; it is durable on return.

        Raises:
            StoreUnavailable: it isn't yet; it is owed, and in the server's log.
        """
        await self._put(replace(entry, at_ms=self._clock()))

    async def _put(self, entry: Entry | None) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(entry or _NOTHING, done))
        self._waited_for.set()
        self._start()
        await done

    # ── refusals ────────────────────────────────────────────────────────────────────────────────

    def refused(self, entry: Entry) -> None:
        """Record a refusal, soon. Never waits, never fails."""
        now_ms = self._clock()
        if self._refusals(entry).is_first(entry, now_ms):
            self._waiting.append(_Waiting(replace(entry, at_ms=now_ms), None))
            self._start()
        if self._folding is None:
            self._folding = asyncio.create_task(self._fold(), name="audit-folds")

    def _refusals(self, entry: Entry) -> Refusals:
        """Accounts have a budget of their own: no stranger can hide what is refused to them."""
        return self._of_accounts if entry.kind == "staff" else self._of_others

    async def _fold(self) -> None:
        """Write the counts at the end of each window, until one was quiet."""
        while self._of_accounts.waiting or self._of_others.waiting:
            await asyncio.sleep(self._window_s)
            self._count_up()
        self._folding = None

    def _count_up(self) -> None:
        for refusals in (self._of_accounts, self._of_others):
            told = refusals.count_up(self._clock())
            self._waiting.extend(_Waiting(entry, None) for entry in told)
        self._start()

    # ── the writer ──────────────────────────────────────────────────────────────────────────────

    def _start(self) -> None:
        if self._writer is None and self._waiting:
            self._writer = asyncio.create_task(self._write_all(), name="audit-writer")

    async def close(self) -> None:
        """Write what waits and what is owed."""
        self._closing = True
        self._waited_for.set()
        if self._folding is not None:
            self._folding.cancel()
            await asyncio.gather(self._folding, return_exceptions=True)
        self._count_up()
        if self._owed:
            self._waiting.append(_Waiting(_NOTHING, None))
            self._start()
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        while self._waiting:
            await self._gather()
            count = min(GROUP_MAX, len(self._waiting))
            await self._write_group([self._waiting.popleft() for _ in range(count)])
        self._writer = None

    async def _gather(self) -> None:
        """Return once somebody waits for what is to be written, or so much later."""
        if self._closing or any(each.done is not None for each in self._waiting):
            return
        self._waited_for.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._waited_for.wait(), GATHERED_S)

    async def _write_group(self, group: list[_Waiting]) -> None:
        """Write them, and tell whoever waits. Never raises: the writer must go on."""
        entries = [*self._owed, *(each.entry for each in group if each.entry is not _NOTHING)]
        try:
            await self._commit(entries)
        except StoreUnavailable as error:
            self._fail(group, error)
        except Exception:  # noqa: BLE001 - one of them can't be written, the others can
            await self._write_singly(group)
        else:
            self._owed.clear()
            for each in group:
                each.settle(None)

    async def _write_singly(self, group: list[_Waiting]) -> None:
        """Write those that can be; what never can be is told in the server's log and dropped, for
        nothing may stop the log for ever."""
        owed = [_Waiting(entry, None) for entry in self._owed]
        for each in owed:
            if not await self._write_one(each):
                break
            self._owed.popleft()
        for each in group:
            if not self._owed and (each.entry is _NOTHING or await self._write_one(each)):
                each.settle(None)
            else:
                self._fail([each], StoreUnavailable("the log fails"))

    async def _write_one(self, one: _Waiting) -> bool:
        """Write or drop it. False: try again later."""
        try:
            await self._commit([one.entry])
        except StoreUnavailable:
            return False
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            told = msgspec.structs.asdict(one.entry)
            log.critical("audit.dropped", why=repr(error), **told)
            one.settle(StoreUnavailable(repr(error)))
        return True

    def _fail(self, group: list[_Waiting], error: StoreUnavailable) -> None:
        for each in group:
            if each.entry is not _NOTHING:
                told = msgspec.structs.asdict(each.entry)
                log.error("audit.not_written", why=error.why, **told)
                if each.done is not None:
                    self._owed.append(each.entry)
                else:
                    self._refusals(each.entry).lost(each.entry)
            each.settle(error)

    async def _commit(self, entries: list[Entry]) -> None:
        for _ in range(TRIES_MAX):
            try:
                async with writes(self._engine) as db:
                    await _append(db, entries)
            except IntegrityError:
                continue
            return
        raise StoreUnavailable(f"others wrote first, {TRIES_MAX} times")

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    async def read(
        self, *conditions: Any, below: int | None = None, limit: int = 100
    ) -> list[Written]:
        """Entries under SQL conditions (`found_by`), newest first, with seqs under `below`."""
        query = select(_AUDIT).order_by(_AUDIT.c.seq.desc()).limit(limit)
        if below is not None:
            query = query.where(_AUDIT.c.seq < below)
        with unavailable():
            async with self._engine.connect() as db:
                rows = await db.execute(query.where(*conditions))
                return [Written(**row._mapping) for row in rows]


_NOTHING: Final = Entry(kind="nobody", act="")
"""Stands in the queue for "write what is owed"."""


async def _append(db: AsyncConnection, entries: list[Entry]) -> None:
    if db.dialect.name == "postgresql":
        await db.execute(_LOCK)
    newest = select(_AUDIT.c.seq, _AUDIT.c.hash).order_by(_AUDIT.c.seq.desc()).limit(1)
    last = (await db.execute(newest)).first()
    seq, previous = (last.seq, last.hash) if last is not None else (0, FIRST)
    rows = []
    for entry in entries:
        seq += 1
        row = msgspec.structs.asdict(entry)
        row |= {"seq": seq, "previous": previous, "hash": hash_of(previous, seq, row)}
        previous = row["hash"]
        rows.append(row)
    if rows:
        await db.execute(insert(_AUDIT), rows)
    else:
        await db.execute(select(1))


def found_by(
    *,
    who: str = "",
    act: str = "",
    refused: bool = False,
    since_ms: int | None = None,
    until_ms: int | None = None,
    branch: str | None = None,
) -> list[Any]:
    """Conditions for `Audit.read`. `act`: its beginning; `branch`: only that one's, and what
    was every branch's."""
    conditions: list[Any] = []
    if who:
        conditions.append(_AUDIT.c.who == who)
    if act:
        conditions.append(_AUDIT.c.act.startswith(act, autoescape=True))
    if refused:
        conditions.append(_AUDIT.c.outcome != "ok")
    if since_ms is not None:
        conditions.append(_AUDIT.c.at_ms >= since_ms)
    if until_ms is not None:
        conditions.append(_AUDIT.c.at_ms < until_ms)
    if branch is not None:
        conditions.append(_AUDIT.c.branch.in_((branch, EVERY)))
    return conditions
