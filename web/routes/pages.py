"""The pages people open, and the forms that work without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine import civil, typed
from engine.errors import AppError, Lang
from engine.evening.joining import gone, session_of, take_seat, unclaimed
from engine.rules.absence import has_room
from engine.rules.state import State
from engine.store.people.accounts import Account
from engine.store.sessions.listing import WHOLE
from engine.store.sessions.sessions import Session
from engine.store.tokens import CODE_ALPHABET
from engine.values import RunId
from engine.views.session import session_phase
from web import list_pages, pages
from web.asking import lapsing
from web.auth import (
    PHONE_COOKIE,
    SEAT_COOKIE,
    SEAT_S,
    AccountDep,
    MaybeSeatDep,
    checked_form,
    chrome,
    cookie_of,
    form_mark_of,
    guest_of,
    know_again,
    safe_next,
    set_cookie,
)
from web.errors import web_error
from web.finding import AskedDep, sheet, titles_of, wanted
from web.once import by_itself, key_of
from web.refill import not_taken, refilled
from web.render import qr, render_page
from web.replies import retry_headers, status_of, tell_log
from web.rights import LedPage, Public, Seated, staff
from web.services import Services, ServicesDep
from web.words import LANGUAGE_COOKIE, LANGUAGES, lang_of, word

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]


TEAM_MAX: Final = 999
LANGUAGE_S: Final = 365 * 24 * 3600


def _html(page: pages.Page, status: int = 200, lang: Lang = "zh") -> HTMLResponse:
    return HTMLResponse(render_page(page, lang), status)


# ── the facilitator ─────────────────────────────────────────────────────────────────────────────


@router.get("/sessions")
async def sessions(
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("see", page=True))],
    asked: AskedDep,
) -> Response:
    """The branch's sessions."""
    looked_for = await wanted(services, account, asked)
    listing = services.database.listing
    one = sheet(asked, await listing.count(looked_for))
    own = await listing.page(looked_for, first=one.first, count=one.size)
    outlines = await listing.outlines([run.id for session in own for run in session.runs])
    branches = {each.id: each.name for each in await services.people.list_branches()}
    branched = account.scope is None and bool(branches)
    page = list_pages.SessionsPage(
        **chrome(request, services, account),
        sessions=tuple([await _row(services, session, branches, outlines) for session in own]),
        lapsing=await _lapsing(services, account),
        branched=branched,
        sheet=one,
        asked=asked,
        branches=((WHOLE, "全组织"), *branches.items()) if branched else (),
        scripts=tuple((await titles_of(services, account)).items()),
    )
    return _html(page)


async def _lapsing(services: Services, account: Account) -> tuple[str, ...]:
    """Whose names go by themselves: said days before, to whoever leads sessions there."""
    if "run" not in account.rights:
        return ()
    return lapsing(await services.database.privacy.due(account.scope))


async def _row(
    services: Services,
    session: Session,
    branches: dict[str, str],
    outlines: dict[RunId, State],
) -> list_pages.SessionRow:
    created = civil.local(session.created_ms)
    states, broken = await _states(services, session, outlines)
    return list_pages.SessionRow(
        id=session.id,
        code=session.code,
        title=await services.library.title_of(session.digest, session.scenario),
        created=f"{created:%Y-%m-%d %H:%M}",
        teams=len(session.runs),
        phase=session_phase(states) if states else "broken",
        broken=broken or int(not session.runs),
        kind=session.kind,
        branch=branches.get(session.branch or "", ""),
        seats=sum(not seat.left for state in states for seat in state.seats.values()),
    )


async def _states(
    services: Services, session: Session, outlines: dict[RunId, State]
) -> tuple[list[State], int]:
    """(what is known of its runs, how many are broken). Where a log can't be read as it should be,
    its session is opened, which finds out what is wrong with it."""
    if all(run.id in outlines for run in session.runs):
        return [outlines[run.id] for run in session.runs], 0
    infos, broken = await services.run_infos(session)
    return [info.state for info in infos], len(broken)


@router.get("/sessions/{name}/console")
async def console(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """The desk."""
    title = await services.library.title_of(session.digest, session.scenario)
    return _html(
        pages.ConsolePage(
            **chrome(request, services, account),
            session=session.id,
            code=session.code,
            title=title,
            scenario=session.scenario,
            run=session.runs[0].id if session.runs else "",
            kind=session.kind,
            origin=session.origin_run or "",
        )
    )


@router.get("/sessions/{name}/projector")
async def projector(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """The wall."""
    title = await services.library.title_of(session.digest, session.scenario)
    return _html(
        pages.ProjectorPage(
            **chrome(request, services, account),
            session=session.id,
            code=session.code,
            title=title,
            scenario=session.scenario,
        )
    )


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
        return _html(pages.JoinPage(mark=mark), lang=lang)
    gone = word(lang, "这部手机已离开座位：组织者请您退出、换了手机或清除了姓名。")
    page = pages.JoinPage(mark=mark, problem=gone, remedy=word(lang, "请找组织者。"))
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
    page = pages.JoinPage(mark=form_mark_of(request, services), problem=problem, remedy=remedy)
    shown = refilled(render_page(page, lang), "/join", {"code": [code]})
    return HTMLResponse(shown, status_of(error), retry_headers(error))


async def _join_page(
    request: Request,
    services: Services,
    code: str,
) -> pages.JoinPage:
    session = await session_of(services, guest_of(request), code)
    infos = await services.whole_infos(session)
    first = await services.library.in_language(infos[0].scenario, lang_of(request))
    teams = []
    for info in infos:
        practice = session.kind == "practice"
        taken = [seat.role for seat in info.state.seats.values() if not seat.left]
        roles = tuple(
            pages.FreeRole(
                id=role.id,
                name=role.name,
                brief=role.brief,
                free=bool(unclaimed(info.state, info.names, role.id))
                if practice
                else has_room(info.state, role),
            )
            for role in first.roles.values()
        )
        room = sum(role.seats_max for role in first.roles.values())
        teams.append(
            pages.TeamChoice(team=info.state.team, taken=len(taken), room=room, roles=roles)
        )
    return pages.JoinPage(
        mark=form_mark_of(request, services),
        code=session.code,
        title=first.title,
        summary=first.summary,
        teams=tuple(teams),
        again="again" in request.query_params,
        locked=session.locked_ms is not None,
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
    page = pages.PlayPage(
        title=found.title, scenario=found.id, code=session.code, run=seat.run, seat=seat.seat
    )
    return _html(page, lang=lang)


@router.get("/qr/{code}.svg", dependencies=Public)
async def get_qr(code: str, request: Request, services: ServicesDep, address: str = "") -> Response:
    """The QR code of a session's join URL."""
    session = await session_of(services, guest_of(request), code)
    known = [one.url for one in services.reachable()]
    info = services.session_info(session)
    url = f"{address}/join/{session.code}" if address in known else info.join_url
    drawn = str(qr(url)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(drawn, media_type="image/svg+xml")
