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

from engine.store.sessions.sessions import Place
from engine.store.tokens import hash_token, token_for
from engine.values import RunId, SeatId
from web.errors import web_error
from web.services import Services

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


async def link_for(services: Services, run: RunId, seat: SeatId, lasts_s: int) -> str | None:
    """The seat's link, without the address before it; None: nobody sits there."""
    place = await services.sessions.find_place(run, seat)
    if place is None or not place.name:
        return None
    until_s = services.host.clock.now_ms() // 1000 + lasts_s
    return _written(services.key, place, until_s)


async def opened(services: Services, link: str, phone: str) -> Opened:
    """What the link leads to, for this browser. Raises WebError link_over."""
    parts = link.split(".")
    if len(parts) != 4 or not parts[2].isascii() or not parts[2].isdecimal():
        raise web_error("link_over")
    run, seat, until = parts[0], parts[1], parts[2][:12]
    place = await services.sessions.find_place(run, seat)
    if place is None or not place.name:
        raise web_error("link_over")
    token = token_for(services.key, f"move:{link}:{phone}")
    if phone and place.token_hash == hash_token(token):
        return Opened(place, token, moved=True)
    fresh = hmac.compare_digest(_written(services.key, place, int(until)).encode(), link.encode())
    if not fresh or int(until) * 1000 <= services.host.clock.now_ms():
        raise web_error("link_over")
    return Opened(place, token, moved=False)


async def move(services: Services, link: str, phone: str) -> str:
    """The token of the seat, in this browser now; the old one is out. Raises WebError no_cookies,
    link_over."""
    if not phone:
        raise web_error("no_cookies")
    found = await opened(services, link, phone)
    if not found.moved:
        if not await services.sessions.move_seat(found.place, found.token):
            raise web_error("link_over")
        services.ring_seats(found.place.run)
    return found.token


def _written(key: str, place: Place, until_s: int) -> str:
    said = f"{place.run}.{place.seat}.{until_s}"
    text = f"move:{said}:{place.token_hash}"
    return f"{said}.{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:SIGNS]}"
