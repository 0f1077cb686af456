"""What was answered to whoever sent a one-time key, so that the same key twice gets it again.

A receipt is claimed before anything is done and filled in once it is: whoever comes with the same
key meanwhile waits for that answer. Receipts lapse. What they hold may be a password that is shown
once: it is sealed by the key itself, which is kept nowhere but where it came from, and by the
installation's secret.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.store.repository import Repository, table_of
from engine.store.tables import ReceiptTable

KEPT_MS: Final = 3_600_000
"""An hour: longer than anybody tries again with the same page."""
ABANDONED_MS: Final = 60_000
"""A claim without an answer after so long was somebody's whose process ended."""
ANSWER_MAX: Final = 256 * 1024
"""Bytes of an answer; of a larger one it is only kept that it was given."""

_receipt = table_of(ReceiptTable)


class Answer(msgspec.Struct, frozen=True):
    """An answer as it was given."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Receipts(Repository):
    """The receipts of one database. Raises StoreUnavailable throughout."""

    async def claim(self, key: str) -> int | None:
        """Take a key that nobody has used: which claim it is. None: somebody has, or is about
        to."""
        now_ms = self._clock()
        try:
            async with self._writing() as db:
                await db.execute(delete(_receipt).where(_receipt.c.at_ms < now_ms - KEPT_MS))
                stale = (_receipt.c.answer.is_(None)) & (_receipt.c.at_ms < now_ms - ABANDONED_MS)
                await db.execute(delete(_receipt).where(_receipt.c.key_hash == _hash(key), stale))
                row = {"key_hash": _hash(key), "at_ms": now_ms, "answer": None}
                await db.execute(insert(_receipt), [row])
        except IntegrityError:
            return None
        return now_ms

    async def fill(self, key: str, claim: int, secret: str, answer: Answer) -> bool:
        """Keep what was answered. False: the claim was taken for abandoned, and is another's."""
        sealed = _sealed(key, secret, msgspec.json.encode(answer))
        async with self._writing() as db:
            done = await db.execute(update(_receipt).where(_one(key, claim)).values(answer=sealed))
        return bool(done.rowcount)

    async def drop(self, key: str, claim: int) -> bool:
        """Nothing was done: the key may be used again. False: the claim is another's by now."""
        async with self._writing() as db:
            done = await db.execute(delete(_receipt).where(_one(key, claim)))
        return bool(done.rowcount)

    async def find(self, key: str, secret: str) -> tuple[bool, Answer | None]:
        """(somebody has claimed the key, what was answered; None: not yet)."""
        wanted = select(_receipt.c.answer).where(_receipt.c.key_hash == _hash(key))
        async with self._reading() as db:
            row = (await db.execute(wanted)).first()
        if row is None or row.answer is None:
            return row is not None, None
        return True, msgspec.json.decode(_sealed(key, secret, row.answer), type=Answer)


def _one(key: str, claim: int) -> ColumnElement[bool]:
    return and_(
        _receipt.c.key_hash == _hash(key),
        _receipt.c.at_ms == claim,
        _receipt.c.answer.is_(None),
    )


def _hash(key: str) -> str:
    return hashlib.sha256(f"receipt:{key}".encode()).hexdigest()


def _sealed(key: str, secret: str, body: bytes) -> bytes:
    """Sealed, or unsealed again: a key seals one answer only, so its stream is used once."""
    stream = hashlib.shake_256(f"seal:{secret}:{key}".encode()).digest(len(body))
    return bytes(a ^ b for a, b in zip(body, stream, strict=True))
