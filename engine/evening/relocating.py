"""A seat moves to another browser: by a link that works once.

The link names the seat and is signed together with the token that the seat has now, as a hash: once
the seat has moved it has another token, and the link opens nothing. Nothing happens until somebody
presses the button in the new browser, since previews open links too, and only in a browser that has
shown that it keeps cookies: until then the old one has the seat. Whoever presses twice, or lost the
answer, has the same token again.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

import msgspec

from engine.evening.actors import Guest
from engine.evening.house import House
from engine.evening.refusing import refused
from engine.store.sessions.sessions import Place
from engine.store.tokens import hash_token, token_for
from engine.values import RunId, SeatId

HOLDER_S: Final = 30 * 60
"""So long a participant's own link works."""
DESK_S: Final = 3 * 3600
"""So long the desk's do: an evening."""
SIGNS: Final = 32


class Opened(msgspec.Struct, frozen=True):
    """What a link leads to."""

    place: Place
    token: str
    """The token that the seat will have in this browser."""
    moved: bool
    """It has it already."""


async def link_for(house: House, run: RunId, seat: SeatId, lasts_s: int) -> str | None:
    """The seat's link, without the address before it; None: nobody sits there."""
    place = await house.sessions.find_place(run, seat)
    if place is None or not place.name:
        return None
    until_s = house.host.clock.now_ms() // 1000 + lasts_s
    return _written(house.key, place, until_s)


async def opened(house: House, guest: Guest, link: str) -> Opened:
    """What the link leads to, for this browser. Raises Refused link_over."""
    phone = guest.phone
    parts = link.split(".")
    if len(parts) != 4 or not parts[2].isascii() or not parts[2].isdecimal():
        raise refused("link_over")
    run, seat, until = parts[0], parts[1], parts[2][:12]
    place = await house.sessions.find_place(run, seat)
    if place is None or not place.name:
        raise refused("link_over")
    token = token_for(house.key, f"move:{link}:{phone}")
    if phone and place.token_hash == hash_token(token):
        return Opened(place, token, moved=True)
    fresh = hmac.compare_digest(_written(house.key, place, int(until)).encode(), link.encode())
    if not fresh or int(until) * 1000 <= house.host.clock.now_ms():
        raise refused("link_over")
    return Opened(place, token, moved=False)


async def move(house: House, guest: Guest, link: str) -> str:
    """The token of the seat, in this browser now; the old one is out. Raises Refused no_cookies,
    link_over."""
    if not guest.phone:
        raise refused("no_cookies")
    found = await opened(house, guest, link)
    if not found.moved:
        if not await house.sessions.move_seat(found.place, found.token):
            raise refused("link_over")
        house.ring_seats(found.place.run)
    return found.token


def _written(key: str, place: Place, until_s: int) -> str:
    said = f"{place.run}.{place.seat}.{until_s}"
    text = f"move:{said}:{place.token_hash}"
    return f"{said}.{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:SIGNS]}"
