"""Which sessions somebody looks for, among those they see."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from engine import civil
from engine.evening.house import House
from engine.evening.refusing import refused
from engine.store.people.accounts import Account
from engine.store.sessions.listing import Wanted, Word

WORDS_MAX: Final = 8
WORD_MAX: Final = 60


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


def day_ms(day: str, *, after: bool = False) -> int | None:
    """The day's first millisecond where the evenings are held, or (`after`) the next day's; None:
    no day was given. Raises Refused invalid."""
    if not day:
        return None
    try:
        return civil.day_ms(date.fromisoformat(day), after=after)
    except (ValueError, OverflowError) as error:
        raise refused("invalid", what="日期") from error


async def wanted(house: House, account: Account, asked: Asked) -> Wanted:
    """The sessions that somebody looks for, among those they see. Raises Refused invalid."""
    words = [word[:WORD_MAX] for word in asked.q.split()[:WORDS_MAX]]
    titles = await titles_of(house, account) if words else {}
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


async def titles_of(house: House, account: Account) -> dict[str, str]:
    """Title by id of every script that somebody's sessions were opened on, most opened first."""
    scripts = await house.database.listing.scripts(Wanted(scope=account.scope))
    found = {}
    for name, digest, _ in scripts:
        found[name] = await house.library.title_of(digest, name)
    return found
