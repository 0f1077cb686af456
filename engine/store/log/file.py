"""Writes the event log into a SQLite file, by a thread and a connection of its own.

Through the pool, each statement of a transaction is a way to a thread and back, by way of three
libraries; here a group is one way, with statements that stay prepared. Everything else (rows,
audit, reading) keeps to the pool.

How each log ends is remembered as long as nobody else has written to the file, which SQLite tells
within the transaction (`data_version`). What isn't remembered is read; after an error, nothing is.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Final

import msgspec

from engine.errors import StoreUnavailable
from engine.rules.chain import Key
from engine.store.faults import unavailable
from engine.store.log.waiting import Head, Tell, Waiting, judge
from engine.store.precedence import Precedence
from engine.values import RunId

HEADS_MAX: Final = 10_000
"""Logs whose ends are remembered."""

_VERSION: Final = "PRAGMA data_version"
_HEAD: Final = "SELECT last_seq, link FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1"
_INSERT: Final = "INSERT INTO events (run, seq, last_seq, body, link) VALUES (?, ?, ?, ?, ?)"


class Place(msgspec.Struct, frozen=True):
    """A SQLite file, and how it is opened and looked at."""

    file: Path
    prepare: Callable[[sqlite3.Connection], None]
    """Sets a new connection up."""
    check: Callable[[], None]
    """Raises StoreUnavailable where what lies at the path isn't what was opened."""


class FileWriter:
    """A Writer with a thread of its own."""

    def __init__(self, place: Place, key: Key, row: Precedence) -> None:
        """`row`: of those who write into the same file by the pool."""
        self._place = place
        self._row = row
        self._key = key
        self._asked: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._heads: dict[RunId, Head] = {}
        self._version = -1
        """Of the file, when the heads were right."""

    def begin(self, group: list[Waiting], tell: Tell) -> None:
        """See `Writer.begin`."""
        loop = asyncio.get_running_loop()
        try:
            self._start()
        except RuntimeError as error:  # the system gives no thread
            loop.call_soon(tell, group, StoreUnavailable(str(error)))
            return
        late = partial(tell, group, StoreUnavailable("others write"))
        told = partial(self._told, tell)
        self._row.first(partial(self._asked.put, partial(self._answer, loop, group, told)), late)

    def _told(self, tell: Tell, group: list[Waiting], error: BaseException | None) -> None:
        self._row.done()
        tell(group, error)

    def _start(self) -> None:
        if self._thread is None:
            thread = Thread(target=self._serve, name="event-writer", daemon=True)
            thread.start()
            self._thread = thread

    async def close(self) -> None:
        """See `Writer.close`."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._asked.put(None)
            thread.join()  # it has nothing else to do

    # ── in the thread ───────────────────────────────────────────────────────────────────────────

    def _serve(self) -> None:
        while (asked := self._asked.get()) is not None:
            asked()
        self._let_go()

    def _answer(self, loop: asyncio.AbstractEventLoop, group: list[Waiting], tell: Tell) -> None:
        error: BaseException | None = None
        try:
            with unavailable():
                self._write(group)
        except BaseException as caught:  # noqa: BLE001 - told to whoever sent them
            error = caught
        try:
            loop.call_soon_threadsafe(tell, group, error)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    def _write(self, group: list[Waiting]) -> None:
        self._place.check()
        connection = self._connection or self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._place.check()
            self._insert(connection, group)
            self._place.check()
            connection.execute("COMMIT")
        except BaseException:
            self._heads.clear()
            self._roll_back(connection)
            raise

    def _insert(self, connection: sqlite3.Connection, group: list[Waiting]) -> None:
        [(version,)] = connection.execute(_VERSION)
        if version != self._version or len(self._heads) > HEADS_MAX:
            self._heads.clear()
            self._version = version
        for append in group:
            if append.run not in self._heads:
                [head] = connection.execute(_HEAD, (append.run,)).fetchall() or [(0, "")]
                self._heads[append.run] = head
        connection.executemany(_INSERT, judge(group, self._heads, self._key))

    def _connect(self) -> sqlite3.Connection:
        # It never makes a file: one that isn't there has been moved, and what it holds with it.
        where = f"{self._place.file.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(where, uri=True, isolation_level=None)
        try:
            self._place.prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._let_go()

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
