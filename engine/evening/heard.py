"""What no log has, once for each command: a late copy hears what the first did, and does nothing.

A log knows by itself which commands it took. What is written beside them is known by a receipt
(`engine/store/receipts.py`), which is kept for an hour: a client asks again within seconds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from engine.evening.house import House
from engine.store.receipts import Answer

Outcome = list[dict[str, Any]]
"""What each run said, as it is answered."""
Doing = Callable[[], Awaitable[Outcome]]
DONE = 200


async def once(house: House, key: str, do: Doing, meanwhile: Doing) -> Outcome:
    """Do it, unless `key` says that it is done: then what was answered. `meanwhile`: the answer
    while another copy is at it. What fails may be asked for again by the same key. Raises as both,
    and StoreUnavailable."""
    receipts = house.database.receipts
    claim = await receipts.claim(key)
    if claim is None:
        _, known = await receipts.find(key, house.key)
        return msgspec.json.decode(known.body, type=Outcome) if known else await meanwhile()
    try:
        outcome = await do()
        await receipts.fill(key, claim, house.key, Answer(DONE, (), msgspec.json.encode(outcome)))
    except BaseException:
        await receipts.drop(key, claim)
        raise
    return outcome
