"""Who isn't in the room looks at the wall by a link: it shows what the wall shows, less how one
joins, and opens nothing else.

The link names the session and is signed together with its join code: another code (换邀请码) takes
back the link with it, at once, and so does the end of the evening. Nothing is kept of it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from msgspec.structs import replace

from engine.evening.house import House
from engine.evening.refusing import refused
from engine.store.sessions.sessions import Session
from engine.store.tokens import CODE_MS
from engine.views.session import SessionInfo

SIGNS: Final = 32
CURTAIN_MS: Final = 10 * 60_000
"""So long after it was closed the wall can still be looked at: whoever watched sees its end."""


def looking_link(house: House, session: Session) -> str:
    """The session's link, without the address before it."""
    said = f"wall:{session.id}:{session.code}"
    mac = hmac.new(house.key.encode(), said.encode(), hashlib.sha256).hexdigest()[:SIGNS]
    return f"{session.id}.{mac}"


async def looked_at(house: House, link: str) -> Session:
    """The session whose wall the link shows. Raises Refused looking_over: it is none, or was
    taken back, or the evening is over."""
    name, _, _ = link.partition(".")
    session = await house.sessions.find_session(name)
    if session is None or not _opens(house, session, link):
        raise refused("looking_over")
    return session


def _opens(house: House, session: Session, link: str) -> bool:
    now_ms = house.host.clock.now_ms()
    ends_ms = session.created_ms + CODE_MS
    if session.closed_ms is not None:
        ends_ms = min(ends_ms, session.closed_ms + CURTAIN_MS)
    known = looking_link(house, session)
    return now_ms < ends_ms and hmac.compare_digest(known.encode(), link.encode())


def without_joining(info: SessionInfo) -> SessionInfo:
    """Told to whoever only looks on: they learn neither code nor address."""
    return replace(info, code="", join_url="", addresses=(), unreachable=False, room_mb=None)
