"""纪念卡: what somebody takes home of an evening, as a picture of their own.

It is drawn here as SVG and made a PNG by the phone: no font, no library, no internet. Only the
seat's own cookie shows it, and it says what the log holds and the name that was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from engine import civil
from engine.review.keepsake import Keepsake, keepsake
from engine.store.sessions.sessions import SeatHolder
from web.door.doors import Seated
from web.door.statuses import GoFirst
from web.pages.page import Page
from web.pages.render import render_page
from web.pages.words import lang_of
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)
OVER: Final = ("ended", "debrief", "closed")


@dataclass(frozen=True, kw_only=True)
class KeepsakePage(Page):
    """The picture, to be kept."""

    template: ClassVar[str] = "keepsake.html"


@dataclass(frozen=True, kw_only=True)
class KeepsakePicture(Page):
    """The picture itself, as SVG."""

    template: ClassVar[str] = "keepsake.svg"
    title: str
    card: Keepsake
    name: str
    helper: str
    """The helper's name; empty: forgotten, or nobody."""
    date: str
    branch: str


@router.get("/play/keepsake")
async def get_keepsake(request: Request, services: ServicesDep, seat: Seated) -> Response:
    """The page; before the end there is nothing to keep yet."""
    await _sure_over(services, seat)
    return HTMLResponse(render_page(KeepsakePage(), lang_of(request)))


@router.get("/play/keepsake.svg")
async def get_picture(request: Request, services: ServicesDep, seat: Seated) -> Response:
    """The picture."""
    await _sure_over(services, seat)
    lang = lang_of(request)
    scenario, state = await services.host.state(seat.run)
    told = await services.library.in_language(scenario, lang)
    records = await services.database.store.read(seat.run)
    card = await services.reading.do(keepsake, told, state, records, seat.seat)
    names = await services.names(seat.run)
    branches = await services.people.branch_names()
    ended = civil.local(state.ended_ms or state.now_ms)
    picture = KeepsakePicture(
        title=told.title,
        card=card,
        name=names.get(seat.seat, ""),
        helper=names.get(card.helper, ""),
        date=f"{ended:%Y-%m-%d}",
        branch=branches.get(seat.branch or "", ""),
    )
    return Response(render_page(picture, lang), media_type="image/svg+xml")


async def _sure_over(services: Services, seat: SeatHolder) -> None:
    _, state = await services.host.state(seat.run)
    if state.phase not in OVER:
        raise GoFirst("/play")
