"""The wall of an evening for whoever isn't in the room: by a link, and only to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from engine.evening.onlooking import looked_at
from web.door.auth import form_mark_of
from web.door.doors import Public
from web.pages.evenings import ProjectorPage, wall_cues
from web.pages.render import render_page
from web.services import ServicesDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class OnlookersPage(ProjectorPage):
    """The same wall; its parts come over the socket by the link."""

    template: ClassVar[str] = "projector.html"


@router.get("/wall/{link}", dependencies=Public)
async def look_on(link: str, request: Request, services: ServicesDep) -> Response:
    """Whoever has the link sees the wall."""
    session = await looked_at(services, link)
    page = OnlookersPage(
        mark=form_mark_of(request, services),
        session="",
        code="",
        title=await services.library.title_of(session.digest, session.scenario),
        scenario=session.scenario,
        cues=wall_cues(),
        link=link,
    )
    response = HTMLResponse(render_page(page))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
