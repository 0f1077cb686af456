"""Who has the database next, within this process; and that nobody dawdles who has it.

SQLite has one writer at a time. Whoever finds the file taken sleeps, up to a tenth of a second, and
looks again; who writes one transaction after the other is back by then. So whoever plays waited for
seconds while the audit log took down what strangers were refused. Here they stand in a row: the log
of the runs goes first, and after each of its groups one of the others, in the order in which they
came. Other processes (a command in a terminal) are SQLite's business still.

And a request that goes on step by step beside those who play (`web/door/weir.py`) goes on at once
while it has a connection, or waits for one: what it keeps others wait for, players among them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.errors import StoreUnavailable
from engine.store.faults import unavailable

ROW: Final = "precedence"
"""Where an engine keeps its row, among its execution options."""
_holds: Final[ContextVar[bool]] = ContextVar("holds", default=False)


def holds() -> bool:
    """This task has what others wait for."""
    return _holds.get()


@contextmanager
def _holding() -> Iterator[None]:
    before = _holds.set(True)
    try:
        yield
    finally:
        _holds.reset(before)


class Precedence:
    """The row of those who write into one SQLite file."""

    def __init__(self, patience_s: float) -> None:
        """`patience_s`: so long one waits for one's turn, as for other processes."""
        self._patience_s = patience_s
        self._taken = False
        self._log: Callable[[], None] | None = None
        self._row: deque[asyncio.Future[None]] = deque()

    def first(self, write: Callable[[], None], give_up: Callable[[], None]) -> None:
        """Call `write` once nobody writes, before all others that wait; `done` is called after it.
        Else `give_up`, if that takes too long."""
        if not self._taken:
            self._taken = True
            write()
            return
        assert self._log is None, "one group of the log at a time"

        def late() -> None:
            self._log = None
            give_up()

        timer = asyncio.get_running_loop().call_later(self._patience_s, late)

        def mine() -> None:
            timer.cancel()
            write()

        self._log = mine

    def done(self) -> None:
        """Whoever had the file has it no more."""
        if self._log is not None:
            write, self._log = self._log, None
            write()
            return
        while self._row:
            turn = self._row.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """For rows: in the order in which they came. Raises StoreUnavailable: it took too long."""
        if self._taken:
            await self._wait()
        self._taken = True
        try:
            yield
        finally:
            self.done()

    async def _wait(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._row.append(turn)
        try:
            async with asyncio.timeout(self._patience_s):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.done()  # it was given to somebody who had just gone
            if isinstance(error, TimeoutError):
                raise StoreUnavailable("others write") from error
            raise


@asynccontextmanager
async def reads(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection to read by. Raises StoreUnavailable."""
    with _holding(), unavailable():
        async with engine.connect() as db:
            yield db


@asynccontextmanager
async def writes(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that writes; committed at its end. SQLite takes its lock at its beginning.
    Raises StoreUnavailable."""
    row: Precedence | None = engine.get_execution_options().get(ROW)
    to_write = engine.execution_options(writing=True)
    with _holding(), unavailable():
        if row is None:
            async with to_write.begin() as db:
                yield db
        else:
            async with row.turn(), to_write.begin() as db:
                yield db
