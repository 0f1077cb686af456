"""What somebody looks for in a list of sessions, and which sheet of it they are shown.

No list ends silently: a sheet says how many there are, and every one can be turned to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
from fastapi import Depends

from engine import civil, typed
from engine.store.people.accounts import Account
from engine.store.sessions.listing import Wanted, Word
from engine.store.tokens import CODE_ALPHABET, CODE_LENGTH
from web.door.statuses import web_error
from web.services import Services

SHEET: Final = 25
"""Sessions on a sheet."""
WORDS_MAX: Final = 8
WORD_MAX: Final = 60
DIGITS_MAX: Final = 9


class Asked(msgspec.Struct, frozen=True):
    """What was asked for, as it stands in the address."""

    q: str = ""
    branch: str = ""
    scenario: str = ""
    since: str = ""
    until: str = ""
    page: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What narrows the list."""
        given = msgspec.structs.asdict(self)
        del given["page"]
        return {name: value for name, value in given.items() if value}


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


def day_ms(day: str, *, after: bool = False) -> int | None:
    """The day's first millisecond where the evenings are held, or (`after`) the next day's; None:
    no day was given. Raises Refused invalid."""
    if not day:
        return None
    try:
        return civil.day_ms(date.fromisoformat(day), after=after)
    except (ValueError, OverflowError) as error:
        raise web_error("invalid", what="日期") from error


async def wanted(services: Services, account: Account, asked: Asked) -> Wanted:
    """The sessions that somebody looks for, among those they see. Raises Refused invalid."""
    words = [word[:WORD_MAX] for word in asked.q.split()[:WORDS_MAX]]
    titles = await titles_of(services, account) if words else {}
    return Wanted(
        scope=account.scope,
        branch=asked.branch,
        scenario=asked.scenario,
        since_ms=day_ms(asked.since),
        until_ms=day_ms(asked.until, after=True),
        words=tuple(
            Word(word, tuple(n for n, title in titles.items() if word.lower() in title.lower()))
            for word in words
        ),
    )


async def titles_of(services: Services, account: Account) -> dict[str, str]:
    """Title by id of every script that somebody's sessions were opened on, most opened first."""
    scripts = await services.database.listing.scripts(Wanted(scope=account.scope))
    found = {}
    for name, digest, _ in scripts:
        found[name] = await services.library.title_of(digest, name)
    return found
