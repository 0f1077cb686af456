"""A seat's first view, as its page carries it: there to be read before any script has come."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from engine.errors import AppError, Lang
from engine.store.sessions.sessions import SeatHolder
from engine.views.seat import PARTS
from web.live.framing import Parts, fragments
from web.live.lines import shown_to
from web.services import Services

CARRIED: Final = tuple(name for name in PARTS if name != "team")
"""The parts that a page carries. Who is connected is told by the socket: until then a phone would
read of itself that it is not."""


async def first_view(services: Services, holder: SeatHolder, lang: Lang) -> dict[str, Markup]:
    """Fragments by part: what the seat's socket would be sent now. Where that can't be told just
    now, all are empty: the page is good without, and its socket says why."""
    try:
        parts = await _shown(services, holder, lang)
        shown = fragments({name: parts[name] for name in CARRIED}, "seat", lang)
    except AppError:
        shown = {}
    # Everything in them was escaped when it was made.
    return {name: Markup(shown.get(name, "")) for name in CARRIED}  # noqa: S704


async def _shown(services: Services, holder: SeatHolder, lang: Lang) -> Parts:
    if services.settings.redis_url:
        await services.host.refresh(holder.run)
    found = services.at_hand(holder.run, lang)
    if found is None:
        async with services.arriving:  # whoever comes in a crowd waits for turn, as at the socket
            scenario, state = await services.host.state(holder.run)
            names = await services.names(holder.run)
            found = state, await services.views(holder.run, scenario, lang), names
    return shown_to(services, holder, lang, found)
