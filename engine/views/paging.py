"""How what people wrote is laid out on the wall: pages of two columns, three short ones in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

Size = Literal["short", "tall", "whole"]

SHORT_MAX: Final = 60
TALL_MAX: Final = 170
COLUMNS: Final = 2
ROWS: Final = 3


def size_of(text: str) -> Size:
    """What room it takes: a third of a column, a column, a page."""
    long = len(text) + 20 * text.count("\n")
    return "short" if long <= SHORT_MAX else "tall" if long <= TALL_MAX else "whole"


def paged(texts: Iterable[str]) -> Iterator[tuple[int, Size]]:
    """(on which page, how large) of each, in their order."""
    page, column, row = 0, 0, 0
    for text in texts:
        size = size_of(text)
        if size == "whole" and (column or row):
            page, column, row = page + 1, 0, 0
        elif size == "tall" and row:
            column, row = column + 1, 0
        if column == COLUMNS:
            page, column, row = page + 1, 0, 0
        yield page, size
        row += 1 if size == "short" else ROWS
        column += COLUMNS if size == "whole" else 0
        if row >= ROWS:
            column, row = column + (size != "whole"), 0
