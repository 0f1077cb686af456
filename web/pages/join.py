"""Joining: the code, the seat, the phone; and the language one reads in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from engine import typed
from engine.errors import AppError, Lang
from engine.evening.joining import gone, session_of, take_seat, unclaimed
from engine.rules.absence import has_room, seats_of
from engine.store.tokens import CODE_ALPHABET
from web.door.auth import (
    PHONE_COOKIE,
    SEAT_COOKIE,
    SEAT_S,
    MaybeSeatDep,
    checked_form,
    cookie_of,
    form_mark_of,
    guest_of,
    know_again,
    safe_next,
    set_cookie,
)
from web.door.doors import Public, Seated
from web.door.heads import let_frame
from web.door.once import by_itself, key_of
from web.door.replies import retry_headers, status_of, tell_log
from web.door.statuses import web_error
from web.live.first import first_view
from web.pages.packed import pack_page
from web.pages.page import Page
from web.pages.refill import not_taken, refilled
from web.pages.render import qr, render_page
from web.pages.words import LANGUAGE_COOKIE, LANGUAGES, lang_of, word
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]


TEAM_MAX: Final = 999
LANGUAGE_S: Final = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class FreeRole:
    """A role with room in a team."""

    id: str
    name: str
    brief: str
    free: bool


@dataclass(frozen=True, kw_only=True)
class TeamChoice:
    """A team that can be joined."""

    team: int
    taken: int
    room: int
    roles: tuple[FreeRole, ...] = ()
    team_name: str = ""

    @property
    def full(self) -> bool:
        """Nobody fits in."""
        return self.taken >= self.room


@dataclass(frozen=True, kw_only=True)
class JoinPage(Page):
    """Taking a seat: code, name, team, role."""

    template: ClassVar[str] = "join.html"
    code: str = ""
    title: str = ""
    """Empty: the code isn't known yet."""
    summary: str = ""
    teams: tuple[TeamChoice, ...] = ()
    name: str = ""
    problem: str = ""
    remedy: str = ""
    seated: bool = False
    """This phone has a seat already."""
    again: bool = False
    """It is to have another one besides."""
    locked: bool = False
    """Nobody new sits down just now."""
    team: int = 0
    """Which is picked, as a printed card says; 0: none."""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class ProloguePage(Page):
    """How one plays; a part of the phone's page."""

    template: ClassVar[str] = "prologue.html"


@dataclass(frozen=True, kw_only=True)
class PlayPage(Page):
    """The phone. Its first view comes with it; the socket brings what changes."""

    template: ClassVar[str] = "play.html"
    title: str
    scenario: str
    code: str
    run: str
    seat: str
    """Whose page it is: said in its hello, for the cookie may become another seat's."""
    parts: Mapping[str, Markup]
    """The first view, by part; all empty where it can't be told just now."""


def _html(page: Page, status: int = 200, lang: Lang = "zh") -> HTMLResponse:
    return HTMLResponse(render_page(page, lang), status)


# ── participants ────────────────────────────────────────────────────────────────────────────────


@router.get("/language/{lang}", dependencies=Public)
async def language(lang: str, services: ServicesDep, next: str = "/join") -> Response:
    """Choose the language of a participant's pages, and go on."""
    if lang not in LANGUAGES:
        raise web_error("not_found")
    response = RedirectResponse(safe_next(next), 303)
    response.set_cookie(LANGUAGE_COOKIE, lang, max_age=LANGUAGE_S, httponly=True, samesite="lax")
    return response


@router.get("/join", dependencies=Public)
async def join(request: Request, services: ServicesDep, code: str = "", left: str = "") -> Response:
    """The box for a join code. `left`: a phone whose seat is gone comes here."""
    if code.strip():
        plain = typed.code(code, CODE_ALPHABET) or quote(typed.shown(code), safe="")
        return RedirectResponse(f"/join/{plain or '-'}", 303)
    lang, mark = lang_of(request), form_mark_of(request, services)
    if not left:
        return _html(JoinPage(mark=mark), lang=lang)
    gone = word(lang, "这部手机已离开座位：组织者请您退出、换了手机或清除了姓名。")
    page = JoinPage(mark=mark, problem=gone, remedy=word(lang, "请找组织者。"))
    return _html(page, lang=lang)


@router.get("/join/{code}", dependencies=Public)
async def join_code(
    code: str, request: Request, services: ServicesDep, seat: MaybeSeatDep
) -> Response:
    """Name, team, role. Whoever has a seat here already goes to play."""
    try:
        page = await _join_page(request, services, code)
    except AppError as error:
        return _not_joined(request, services, error, code)
    if seat is not None and "again" not in request.query_params:
        session = await services.sessions.session_of_run(seat.run)
        here = session is not None and session.code == page.code
        if here and not gone(*await services.host.state(seat.run), seat.seat):
            return RedirectResponse("/play", 303)
    return know_again(_html(page, lang=lang_of(request)), request, services)


def _not_joined(request: Request, services: Services, error: AppError, code: str) -> Response:
    """The box again, and why the code led nowhere."""
    lang = lang_of(request)
    if error.code == "too_fast":
        problem, remedy = word(lang, "这里输错的次数太多了。请过一分钟再试。"), ""
    elif error.code == "not_found":
        problem = word(lang, "没有这个邀请码，或这一场已经结束。")
        remedy = error.in_(lang)["remedy"]
    else:  # the code is right: it is us
        tell_log(error, kind="http", route="/join/{code}")
        problem, remedy = error.in_(lang)["message"], error.in_(lang)["remedy"]
    page = JoinPage(mark=form_mark_of(request, services), problem=problem, remedy=remedy)
    shown = refilled(render_page(page, lang), "/join", {"code": [code]})
    return HTMLResponse(shown, status_of(error), retry_headers(error))


async def _join_page(
    request: Request,
    services: Services,
    code: str,
) -> JoinPage:
    session = await session_of(services, guest_of(request), code)
    infos = await services.whole_infos(session)
    first = await services.library.in_language(infos[0].scenario, lang_of(request))
    teams = []
    for info in infos:
        practice = session.kind == "practice"
        taken = [seat.role for seat in info.state.seats.values() if not seat.left]
        roles = tuple(
            FreeRole(
                id=role.id,
                name=role.name,
                brief=role.brief,
                free=bool(unclaimed(info.state, info.names, role.id))
                if practice
                else has_room(info.state, role),
            )
            for role in first.roles.values()
        )
        room = sum(seats_of(info.state, role) for role in first.roles.values())
        name = info.state.aside.called
        teams.append(
            TeamChoice(
                team=info.state.team, taken=len(taken), room=room, roles=roles, team_name=name
            )
        )
    return JoinPage(
        mark=form_mark_of(request, services),
        code=session.code,
        title=first.title,
        summary=first.summary,
        teams=tuple(teams),
        again="again" in request.query_params,
        locked=session.locked_ms is not None,
        team=typed.number(request.query_params.get("team", ""), TEAM_MAX) or 0,
        role=request.query_params.get("role", ""),
    )


@router.post("/join/{code}", dependencies=[*Public, *Checked])
@by_itself
async def post_join(
    code: str,
    request: Request,
    services: ServicesDep,
    name: Annotated[str, Form()] = "",
    team: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
) -> Response:
    """Take a seat and go to play."""
    wanted = typed.number(team, TEAM_MAX)
    phone = cookie_of(request, PHONE_COOKIE)
    key = phone if "again" not in request.query_params else key_of(request)
    try:
        if not phone:
            raise web_error("no_cookies")
        taken = await take_seat(services, guest_of(request), code, name, wanted, role, key)
    except AppError as error:
        tell_log(error, kind="http", route="/join/{code}")
        lang = lang_of(request)
        told = error.in_(lang)
        page = await _join_page(request, services, code)
        page = replace(page, locked=page.locked and error.code != "joining_locked")  # said once
        problem = f"{told['message']} {told['remedy']}"
        shown = await not_taken(request, render_page(page, lang), problem, status_of(error))
        return know_again(shown, request, services)
    response = RedirectResponse("/play", 303)
    set_cookie(response, request, services, SEAT_COOKIE, taken["token"], SEAT_S)
    return response


@router.get("/play")
async def play(request: Request, services: ServicesDep, seat: Seated) -> Response:
    """The phone."""
    session = await services.sessions.session_of_run(seat.run)
    assert session is not None, "a seat's run has its session"
    lang = lang_of(request)
    script = await services.library.scenario_of_digest(session.digest, session.scenario)
    found = await services.library.in_language(script, lang)
    page = PlayPage(
        title=found.title,
        scenario=found.id,
        code=session.code,
        run=seat.run,
        seat=seat.seat,
        parts=await first_view(services, seat, lang),
    )
    packed = pack_page(_html(page, lang=lang), request.headers)
    return let_frame(packed, request, framed=session.kind == "rehearsal")


@router.get("/prologue.html", dependencies=Public)
async def prologue(request: Request) -> Response:
    """How one plays, once through: a phone's page fetches it when somebody asks for it."""
    return _html(ProloguePage(), lang=lang_of(request))


@router.get("/qr/{code}.svg", dependencies=Public)
async def get_qr(code: str, request: Request, services: ServicesDep, address: str = "") -> Response:
    """The QR code of a session's join URL."""
    session = await session_of(services, guest_of(request), code)
    known = [one.url for one in services.reachable()]
    info = services.session_info(session)
    url = f"{address}/join/{session.code}" if address in known else info.join_url
    drawn = str(qr(url)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(drawn, media_type="image/svg+xml")
