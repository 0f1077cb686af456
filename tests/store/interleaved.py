"""One act, and what somebody else does between two of its statements.

An act is stopped before each statement that it sends, and before its commits, one after the other.
There somebody else's act is done over another connection. Where that has to wait for the first, it
is done once the first is through. Whatever comes of the two has to be what comes of them one after
the other, in either order: else something was asked, changed, and done as if it hadn't.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.util import await_only

from engine.errors import AppError, StoreUnavailable
from engine.store.database import Database

Act = Callable[[Database, Any], Awaitable[object]]
SHORT_MS = 60
"""So long the other waits for a lock before it is put off."""
PAUSES_MAX = 60


@dataclass(frozen=True)
class Row:
    """Two acts that may meet."""

    method: str
    """Of a repository: the one that is stopped in between."""
    meanwhile: str
    act: Act
    other: Act
    look: Act
    """What stands there in the end, of what either may change."""
    ground: Any = None
    """What they meet on, where that isn't the usual; the test knows."""

    def __str__(self) -> str:
        return f"{self.method}, meanwhile {self.meanwhile}"


async def told(act: Act, database: Database, ground: Any) -> object:
    """What it says; the code of a refusal."""
    try:
        return await act(database, ground)
    except StoreUnavailable:
        raise
    except AppError as error:
        return error.code


def plain(found: object, ground: Any) -> str:
    """The same for every ground: but for its mark, they are alike."""
    return repr(found).replace(ground.mark, "·")


class Stop:
    """Does something before the statement with this number."""

    def __init__(self, database: Database, number: int, do: Callable[[], Awaitable[None]]) -> None:
        self._engine, self._number, self._do = database.engine.sync_engine, number, do
        self._count = 0
        self.ends = 0
        """The number of the commit, or of what comes instead, that ends the transaction in which it
        was done; 0: there were fewer statements."""

    def _statement(self, *_: Any) -> None:
        self._count += 1
        if self._count == self._number:
            await_only(self._do())

    def _end(self, *_: Any) -> None:
        self._statement()
        if self._count >= self._number and not self.ends:
            self.ends = self._count

    def _listeners(self) -> list[tuple[str, Callable[..., None]]]:
        ends = [(name, self._end) for name in ("commit", "rollback")]
        return [("before_cursor_execute", self._statement), *ends]

    def __enter__(self) -> Stop:
        for name, listener in self._listeners():
            event.listen(self._engine, name, listener)
        return self

    def __exit__(self, *_: object) -> None:
        for name, listener in self._listeners():
            event.remove(self._engine, name, listener)


async def outcome(row: Row, ground: Any, first: Database, second: Database) -> str:
    """What comes of the act and then the other."""
    said = await told(row.act, first, ground), await told(row.other, second, ground)
    return plain((said, await row.look(first, ground)), ground)


async def swapped(row: Row, ground: Any, first: Database, second: Database) -> str:
    """What comes of the other and then the act."""
    other = await told(row.other, second, ground)
    said = await told(row.act, first, ground), other
    return plain((said, await row.look(first, ground)), ground)


async def between(
    row: Row, ground: Any, first: Database, second: Database, number: int
) -> tuple[int, str]:
    """(the number of the statement to stop before next, 0: there was none with this number; what
    comes of both where the other is done before this one)."""
    heard: list[object] = []

    async def meanwhile() -> None:
        try:
            heard.append(await told(row.other, second, ground))
        except StoreUnavailable:
            return  # it has to wait

    with Stop(first, number, meanwhile) as stop:
        said = await told(row.act, first, ground)
    # Whoever has to wait waits until the transaction is through.
    after = number if heard else max(number, stop.ends)
    if not heard:
        heard.append(await told(row.other, second, ground))
    found = plain(((said, heard[0]), await row.look(first, ground)), ground)
    return (after + 1 if stop.ends else 0), found


async def serial(
    row: Row, ground: Callable[[], Awaitable[Any]], first: Database, second: Database
) -> None:
    """Asserts that the two come out as one after the other, wherever the act is stopped."""
    allowed = [
        await outcome(row, await ground(), first, second),
        await swapped(row, await ground(), first, second),
    ]
    number = 1
    while number:
        assert number <= PAUSES_MAX, f"{row}: an act without end"
        after, found = await between(row, await ground(), first, second, number)
        assert found in allowed, f"{row}, stopped before statement {number}"
        number = after
