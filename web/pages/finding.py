"""What an address asks for of a list of sessions, and which sheet of it is shown.

No list ends silently: a sheet says how many there are, and every one can be turned to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
from fastapi import Depends

from engine import typed
from engine.evening.seeking import Asked
from engine.store.tokens import CODE_ALPHABET, CODE_LENGTH

SHEET: Final = 25
"""Sessions on a sheet."""
DIGITS_MAX: Final = 9


def asked(
    q: str = "",
    branch: str = "",
    scenario: str = "",
    since: str = "",
    until: str = "",
    page: str = "",
) -> Asked:
    """What the address asks for."""
    plain = typed.code(q, CODE_ALPHABET)
    signs = sum(sign.isalnum() for sign in q)
    meant = plain if len(plain) == CODE_LENGTH == signs else typed.shown(q)
    return Asked(meant, branch, scenario, since, until, page)


AskedDep = Annotated[Asked, Depends(asked)]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet of a list; `number` counts from 1."""

    number: int
    sheets: int
    total: int
    """In the whole list."""
    size: int
    others: tuple[tuple[str, str], ...]
    """What else stands in the address."""

    @property
    def query(self) -> str:
        """What else stands in the address, ready for one more."""
        return urlencode(self.others)

    @property
    def first(self) -> int:
        """Place of its first entry, from 0."""
        return (self.number - 1) * self.size


def sheet(asked: Asked, total: int, more: Mapping[str, str] | None = None) -> Sheet:
    """The sheet asked for; one that isn't there is the nearest that is."""
    wanted = typed.number(asked.page, 10**DIGITS_MAX) or 1
    sheets = max(1, -(-total // SHEET))
    others = tuple({**asked.query, **(more or {})}.items())
    number = min(max(1, wanted), sheets)
    return Sheet(number=number, sheets=sheets, total=total, size=SHEET, others=others)
