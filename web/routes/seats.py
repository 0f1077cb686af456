"""A participant's seat moved to another phone: a fresh link, which makes the old one useless."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.store.sessions import Session
from web.auth import SEAT_COOKIE, SEAT_S, AccountDep, address_of, checked_form, chrome, set_cookie
from web.errors import web_error
from web.people_pages import SeatPage
from web.render import render_page
from web.rights import Public, staff
from web.services import ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]
Led = Annotated[Session, Depends(staff("run", of="run", practice="practise"))]
LedPage = Annotated[Session, Depends(staff("run", of="run", practice="practise", page=True))]


@router.get("/seats/{run}/{seat}")
async def get_seat(
    run: str,
    seat: str,
    request: Request,
    services: ServicesDep,
    session: LedPage,
    account: AccountDep,
) -> Response:
    """Who sits there, and the button that makes a fresh link."""
    name = (await services.sessions.names(run)).get(seat)
    if name is None:
        raise web_error("not_found")
    more = chrome(request, services, account)
    page = SeatPage(**more, session=session.id, run=run, seat=seat, name=name, link="")
    return HTMLResponse(render_page(page))


@router.post("/seats/{run}/{seat}", dependencies=Checked)
async def post_seat(
    run: str, seat: str, request: Request, services: ServicesDep, session: Led, account: AccountDep
) -> Response:
    """A fresh link; the old phone is out at once."""
    name = (await services.sessions.names(run)).get(seat)
    token = await services.sessions.renew_token(run, seat)
    if name is None or token is None:
        raise web_error("not_found")
    services.ring_seats(run)
    info = services.session_info(session)
    base = info.join_url.removesuffix(f"/join/{session.code}")
    more = chrome(request, services, account)
    link = f"{base}/seat/{token}"
    page = SeatPage(**more, session=session.id, run=run, seat=seat, name=name, link=link)
    return HTMLResponse(render_page(page))


@router.get("/seat/{token}", dependencies=Public)
async def open_seat(token: str, request: Request, services: ServicesDep) -> Response:
    """Keep the seat in this phone and go to play. Whoever has the link has the seat."""
    address = address_of(request)
    services.limits.may_guess(address)
    if await services.sessions.find_seat(token) is None:
        services.limits.guessed_wrong(address)
        raise web_error("not_found")
    response = RedirectResponse("/play", 303)
    set_cookie(response, request, services, SEAT_COOKIE, token, SEAT_S)
    return response
