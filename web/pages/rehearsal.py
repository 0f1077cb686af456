"""带替身试演: wall, console and one phone on one page, with stand-ins for all others.

The three are the pages of every evening, in frames: what a facilitator learns here is what there
will be. Our pages let nobody frame them, not even us, but for those of a rehearsal; where a screen
is too small for three, each opens in a window of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine import typed
from engine.evening.actors import Staff
from engine.evening.practising import wind_on
from engine.evening.rehearsing import end, go_at, rehearse
from engine.host.run_time import PACES
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import Session
from web.door.audit import touches
from web.door.auth import (
    SEAT_COOKIE,
    SEAT_S,
    AccountDep,
    checked_form,
    chrome,
    guest_of,
    set_cookie,
)
from web.door.doors import staff
from web.door.heads import let_frame
from web.door.statuses import web_error
from web.pages.page import Page
from web.pages.render import render_page
from web.services import ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]
Led = Annotated[Session, Depends(staff("run", of="session"))]
LedPage = Annotated[Session, Depends(staff("run", of="session", page=True))]


@dataclass(frozen=True, kw_only=True)
class RehearsalPage(Page):
    """Wall, console and phone of a rehearsal, and what makes it go faster."""

    template: ClassVar[str] = "rehearsal.html"
    session: str
    title: str
    scenario: str
    pace: int
    """How fast it goes now."""
    paces: tuple[int, ...] = PACES


@router.post("/scenarios/{name}/rehearsals", dependencies=Checked)
async def post_rehearsal(
    name: str,
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("run"))],
    role: Annotated[str, Form()] = "",
) -> Response:
    """Begin to rehearse the script, with this role in hand."""
    guest = guest_of(request)
    made, token = await rehearse(services, Staff(account), guest, name, role or None)
    touches(request, made.branch)
    response = RedirectResponse(f"/sessions/{made.id}/rehearsal", 303)
    set_cookie(response, request, services, SEAT_COOKIE, token, SEAT_S)
    return response


@router.get("/sessions/{name}/rehearsal")
async def rehearsal(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """The three on one page. Raises Refused not_rehearsal."""
    if session.kind != "rehearsal":
        raise web_error("not_rehearsal")
    page = RehearsalPage(
        **chrome(request, services, account),
        session=session.id,
        title=await services.library.title_of(session.digest, session.scenario),
        scenario=session.scenario,
        pace=services.host.time(session.runs[0].id)[1],
    )
    return let_frame(HTMLResponse(render_page(page)), request, frames=True)


@router.post("/sessions/{name}/pace", dependencies=Checked)
async def post_pace(
    services: ServicesDep, session: Led, account: AccountDep, pace: Annotated[str, Form()] = ""
) -> Response:
    """Let its clocks and stand-ins go so many times as fast."""
    await go_at(services, Staff(account), session, typed.number(pace, 99) or 0)
    return RedirectResponse(f"/sessions/{session.id}/rehearsal", 303)


@router.post("/sessions/{name}/wind-on", dependencies=Checked)
async def post_wind_on(services: ServicesDep, session: Led, account: AccountDep) -> Response:
    """Let it come to where whoever rehearses is needed. Raises Refused not_practice."""
    await wind_on(services, Staff(account), session, session.runs[0].id)
    return RedirectResponse(f"/sessions/{session.id}/rehearsal", 303)


@router.post("/sessions/{name}/rehearsed", dependencies=Checked)
async def post_rehearsed(services: ServicesDep, session: Led, account: AccountDep) -> Response:
    """End it, and go back to the script."""
    await end(services, Staff(account), session)
    return RedirectResponse(await services.library.address_of(session), 303)
