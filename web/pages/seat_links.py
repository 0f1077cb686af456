"""A participant's seat moved to another phone or browser, by a link that works once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.errors import AppError
from engine.evening.actors import Guest
from engine.evening.relocating import DESK_S, HOLDER_S, link_for, move, opened
from engine.store.sessions.sessions import Session
from engine.values import RunId, SeatId
from engine.views.called import called
from engine.views.session import RunInfo
from web.door.auth import (
    SEAT_COOKIE,
    SEAT_S,
    AccountDep,
    MaybeSeatDep,
    address_of,
    checked_form,
    chrome,
    form_mark_of,
    guest_of,
    know_again,
    set_cookie,
)
from web.door.doors import LedPage as LedSessionPage
from web.door.doors import Public, Seated, staff
from web.door.once import by_itself
from web.door.replies import status_of
from web.door.statuses import web_error
from web.pages.page import Page
from web.pages.render import render_page
from web.pages.words import lang_of
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]
Led = Annotated[Session, Depends(staff("run", of="run", practice="practise"))]
LedPage = Annotated[Session, Depends(staff("run", of="run", practice="practise", page=True))]


@dataclass(frozen=True, kw_only=True)
class SeatPage(Page):
    """A participant's seat, to be moved to another phone."""

    template: ClassVar[str] = "seat.html"
    session: str
    run: str
    seat: str
    name: str
    whose: str
    """Team and role: two people may have one name."""
    link: str
    """Moves the seat, once."""


@dataclass(frozen=True, kw_only=True)
class SeatCode:
    """A seat and its link."""

    name: str
    role: str
    online: bool
    link: str


@dataclass(frozen=True, kw_only=True)
class SeatsPage(Page):
    """Every seat of a session with its code."""

    template: ClassVar[str] = "seats.html"
    session: str
    title: str
    teams: tuple[tuple[str, tuple[SeatCode, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class MovePage(Page):
    """Where a link to move a seat leads."""

    template: ClassVar[str] = "move.html"
    name: str
    whose: str
    """Team and role, as people read it."""
    mine: bool
    """The browser that asks has the seat."""
    link: str
    """The whole address of this page."""
    pass_: str
    problem: str = ""
    remedy: str = ""


# ── from the desk ───────────────────────────────────────────────────────────────────────────────


@router.get("/sessions/{name}/seats")
async def get_seats(
    request: Request, services: ServicesDep, session: LedSessionPage, account: AccountDep
) -> Response:
    """All seats with their codes."""
    infos = await services.whole_infos(session)
    teams = [(called(info.state), await _codes(services, session, info)) for info in infos]
    page = SeatsPage(
        **chrome(request, services, account),
        session=session.id,
        title=infos[0].scenario.title,
        teams=tuple((team, rows) for team, rows in teams if rows),
    )
    return HTMLResponse(render_page(page))


async def _codes(services: Services, session: Session, info: RunInfo) -> tuple[SeatCode, ...]:
    rows = []
    for seat, held in info.state.seats.items():
        link = None if held.left else await link_for(services, info.run, seat, DESK_S)
        if link is not None:
            role = info.scenario.roles[held.role].name
            whole = _whole(services, session, link)
            row = SeatCode(name=info.names.get(seat, ""), role=role, online=held.online, link=whole)
            rows.append(row)
    return tuple(rows)


def _whole(services: Services, session: Session, link: str) -> str:
    base = services.session_info(session).join_url.removesuffix(f"/join/{session.code}")
    return f"{base}/move/{link}"


@router.get("/seats/{run}/{seat}")
async def get_seat(
    run: str,
    seat: str,
    request: Request,
    services: ServicesDep,
    session: LedPage,
    account: AccountDep,
) -> Response:
    """Who sits there, and the link that moves the seat."""
    link = await link_for(services, run, seat, DESK_S)
    if link is None:
        raise web_error("not_found")
    page = SeatPage(
        **chrome(request, services, account),
        session=session.id,
        run=run,
        seat=seat,
        name=(await services.sessions.names(run))[seat],
        whose=await _whose(services, run, seat, request),
        link=_whole(services, session, link),
    )
    return HTMLResponse(render_page(page))


@router.post("/seats/{run}/{seat}", dependencies=Checked)
async def post_seat(run: str, seat: str, services: ServicesDep, session: Led) -> Response:
    """The old phone is out at once; links made before open nothing."""
    if await services.sessions.renew_token(run, seat) is None:
        raise web_error("not_found")
    services.ring_seats(run)
    return RedirectResponse(f"/seats/{run}/{seat}", 303)


# ── a participant's ─────────────────────────────────────────────────────────────────────────────


@router.get("/play/move")
async def move_mine(services: ServicesDep, seat: Seated) -> Response:
    """A link for one's own seat, as a page that is opened in the other browser."""
    link = await link_for(services, seat.run, seat.seat, HOLDER_S)
    if link is None:
        raise web_error("link_over")
    return RedirectResponse(f"/move/{link}", 303)


@router.get("/move/{link}", dependencies=Public)
async def get_move(
    link: str, request: Request, services: ServicesDep, seat: MaybeSeatDep
) -> Response:
    """The button that moves the seat here; for its holder, how to get to it from elsewhere."""
    found = await opened(services, guest_of(request), link)
    if found.moved:
        return _seated(request, services, found.token)
    mine = seat is not None and (seat.run, seat.seat) == (found.place.run, found.place.seat)
    page = await _move_page(request, services, link, mine=mine)
    return know_again(HTMLResponse(page), request, services)


@router.post("/move/{link}", dependencies=[*Public, *Checked])
@by_itself
async def post_move(link: str, request: Request, services: ServicesDep) -> Response:
    """Keep the seat in this browser and go to play."""
    try:
        token = await move(services, guest_of(request), link)
    except AppError as error:
        if error.code != "no_cookies":
            raise
        page = await _move_page(request, services, link, refused=error)
        return know_again(HTMLResponse(page, status_of(error)), request, services)
    return _seated(request, services, token)


async def _move_page(
    request: Request,
    services: Services,
    link: str,
    *,
    mine: bool = False,
    refused: AppError | None = None,
) -> str:
    found = await opened(services, Guest(address_of(request)), link)
    lang = lang_of(request)
    told = refused.in_(lang) if refused is not None else {"message": "", "remedy": ""}
    page = MovePage(
        mark=form_mark_of(request, services),
        name=found.place.name,
        whose=await _whose(services, found.place.run, found.place.seat, request),
        mine=mine,
        link=f"{request.base_url}move/{link}",
        pass_=link,
        problem=told["message"],
        remedy=told["remedy"],
    )
    return render_page(page, lang)


async def _whose(services: Services, run: RunId, seat: SeatId, request: Request) -> str:
    scenario, state = await services.host.state(run)
    lang = lang_of(request)
    script = await services.library.in_language(scenario, lang)
    held = state.seats.get(seat)
    team = called(state, lang)
    return f"{team} {script.roles[held.role].name}" if held is not None else team


def _seated(request: Request, services: Services, token: str) -> Response:
    response = RedirectResponse("/play", 303)
    set_cookie(response, request, services, SEAT_COOKIE, token, SEAT_S)
    return response


@router.get("/seat/{token}", dependencies=Public)
async def open_seat(token: str, request: Request, services: ServicesDep) -> Response:
    """Keep the seat in this phone and go to play. Whoever has the token has the seat."""
    address = address_of(request)
    services.limits.may_guess(address)
    if await services.sessions.find_seat(token) is None:
        services.limits.guessed_wrong(address)
        raise web_error("not_found")
    return _seated(request, services, token)
