"""`/review/sessions/{id}`: what a session teaches, and its documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.errors import AppError
from engine.evening.actors import Staff
from engine.evening.filing import named, strike, unproved
from engine.evening.forgetting import erase
from engine.evening.practising import make_up
from engine.export import bundle, certificate
from engine.export.bundle import CERTIFICATES, documents, download_name, lean
from engine.export.photo import PHOTO_ZH
from engine.export.report import NotFiledError, Report, Seated, gather
from engine.fitting import attachment
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import Session
from web.door.auth import AccountDep, checked_form, chrome
from web.door.doors import staff
from web.door.statuses import web_error
from web.pages.asking import ask_erase
from web.pages.page import Page
from web.pages.refill import not_taken
from web.pages.render import render_page
from web.pages.work import DOCUMENT, PHOTO, PUSH, told_of, work
from web.services import Services, ServicesDep

router = APIRouter(prefix="/review", include_in_schema=False)
Checked = [Depends(checked_form)]
RunSession = Annotated[Session, Depends(staff("run", of="session"))]
ExportedSession = Annotated[Session, Depends(staff("export", of="session"))]
TakenSession = Annotated[Session, Depends(staff("export", of="session", gives="file"))]
MEDIA: Final = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
}
PNG: Final = b"\x89PNG"
"""Photos kept before they were all written as JPEG."""


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """What one session teaches, and its documents."""

    template: ClassVar[str] = "report.html"
    report: Report
    created: str
    """Local date and time of the first start."""
    branch: str
    """The session's; empty: the whole organisation's."""
    branches: tuple[tuple[str, str], ...]
    """(id, name) of those it may be given to; empty: by whoever looks, to none."""
    can_push: bool
    """A learning record store is set up."""
    unproved: bool
    """Its script was put into the menu to be tried out only, so it stays tried out."""
    told: str = ""
    """What has just been done, or why not."""
    people: tuple[tuple[str, str], ...] = ()
    """(run and seat, who) of everybody whose name can be erased by whoever looks."""
    seats: tuple[Seated, ...] = ()
    """Every seat, for whoever may strike people off."""


# ── one session ─────────────────────────────────────────────────────────────────────────────────


@router.get("/sessions/{name}")
async def get_report(
    request: Request,
    services: ServicesDep,
    session: Annotated[Session, Depends(staff("see", of="session", page=True))],
    account: AccountDep,
    told: str = "",
) -> Response:
    """What one session teaches."""
    report = await gather(services.database, session, services.reading.do)
    return await report_page(request, services, account, report, TOLD.get(told, ""))


TOLD: Final = {
    "saved": "活动信息记下了。",
    **{c: f"活动信息记下了，合影没有换：{why}" for c, why in (PHOTO_ZH | told_of(PHOTO)).items()},
    "pushed": "学习记录送到了。",
    "struck": "划掉了：实到人数、签到表、参加证明和学习记录里不再有这一位。",
    "restored": "恢复了。",
    "erased": "姓名已经清除，座位凭证也作废了。清除前的备份里还有，见数据库旁边的 before-erase。",
}


async def report_page(
    request: Request,
    services: Services,
    account: Account,
    report: Report,
    told: str,
    status: int = 200,
) -> Response:
    branches = await services.people.branch_names()
    page = ReportPage(
        **chrome(request, services, account),
        report=report,
        branch=branches.get(report.session.branch or "", ""),
        branches=tuple(branches.items()) if account.scope is None else (),
        created=f"{report.began:%Y年%m月%d日 %H:%M}",
        can_push=bool(services.settings.lrs_url),
        unproved=await unproved(services, report.session),
        told=told,
        people=tuple(named(report).items()) if "run" in account.rights else (),
        seats=tuple(report.seats) if "run" in account.rights else (),
    )
    return HTMLResponse(await services.reading.do(render_page, page), status)


@router.post("/sessions/{name}/erase", dependencies=Checked)
async def post_erase(
    request: Request,
    services: ServicesDep,
    session: RunSession,
    account: AccountDep,
    person: Annotated[str, Form()] = "",
    sure: Annotated[str, Form()] = "",
) -> Response:
    """Forget somebody who took part, once it was asked what that does."""
    report = await gather(services.database, session, services.reading.do)
    known = named(report)
    if person not in known:
        request.state.refusal = "invalid"  # for the audit log
        page = await report_page(request, services, account, report, "")
        told = "请选一个还有姓名的人。"
        return await not_taken(request, bytes(page.body).decode(), told, 422)
    if not sure:
        return await ask_erase(request, services, account, report, person, known[person])
    run, seat = person.split("/")
    await erase(services.database, Staff(account), session, run, seat, services)
    return RedirectResponse(f"/review/sessions/{session.id}?told=erased", 303)


@router.post("/sessions/{name}/strike", dependencies=Checked)
async def post_strike(
    services: ServicesDep,
    session: RunSession,
    account: AccountDep,
    person: Annotated[str, Form()] = "",
    off: Annotated[str, Form()] = "",
) -> Response:
    """Strike somebody off the documents, or put them back."""
    await strike(services, Staff(account), session, person, off=bool(off))
    told = "struck" if off else "restored"
    return RedirectResponse(f"/review/sessions/{session.id}?told={told}#present", 303)


@router.post("/sessions/{name}/make-up", dependencies=Checked)
async def post_make_up(services: ServicesDep, session: RunSession, account: AccountDep) -> Response:
    """A session for somebody who missed this one, to be played alone; its desk."""
    made = await make_up(services, Staff(account), session)
    return RedirectResponse(f"/sessions/{made.id}/console", 303)


@router.get("/sessions/{name}/photo")
async def get_photo(
    services: ServicesDep, session: Annotated[Session, Depends(staff("see", of="session"))]
) -> Response:
    """The group photo."""
    photo = (await services.database.activities.get(session.id)).photo
    if photo is None:
        raise web_error("not_found")
    return Response(photo, media_type="image/png" if photo.startswith(PNG) else "image/jpeg")


@router.post("/sessions/{name}/push", dependencies=Checked)
async def post_push(
    request: Request, services: ServicesDep, session: ExportedSession, account: AccountDep
) -> Response:
    """Send the statements to the learning record store."""
    settings = services.settings
    if not settings.lrs_url:
        raise web_error("no_lrs")
    if session.trial:
        raise NotFiledError
    report = await gather(services.database, session, services.reading.do)
    store = (settings.lrs_url, settings.lrs_key, settings.lrs_secret)
    given = (lean(report), settings.xapi_home, *store)
    try:
        await work(request, services, account.id, PUSH, bundle.sent, *given)
    except AppError as error:
        shown = error.in_("zh")
        return await report_page(
            request, services, account, report, f"{shown['message']} {shown['remedy']}", 502
        )
    return RedirectResponse(f"/review/sessions/{report.session.id}?told=pushed", 303)


@router.get("/sessions/{name}/certificates")
async def get_certificates(
    request: Request, services: ServicesDep, session: TakenSession, account: AccountDep
) -> Response:
    """Certificates, to be printed."""
    if session.trial:
        raise NotFiledError
    report = await gather(services.database, session, services.reading.do)
    policy = f"default-src 'none'; style-src '{certificate.style_hash()}'; frame-ancestors 'none'"
    given = (lean(report), services.settings.xapi_home, CERTIFICATES)
    page = await work(request, services, account.id, DOCUMENT, bundle.made, *given)
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


@router.get("/sessions/{name}/files/{file}")
async def get_file(
    file: str, request: Request, services: ServicesDep, session: TakenSession, account: AccountDep
) -> Response:
    """One of the documents."""
    report = await gather(services.database, session, services.reading.do)
    if session.trial and not file.endswith(".jsonl"):
        raise NotFiledError
    home = services.settings.xapi_home
    if file == CERTIFICATES or file not in documents(report, home):
        raise web_error("not_found")
    media = next(kind for suffix, kind in MEDIA.items() if file.endswith(suffix))
    headers = {"Content-Disposition": attachment(download_name(report, file))}
    given = (lean(report, file), home, file)
    body = await work(request, services, account.id, DOCUMENT, bundle.made, *given)
    return Response(body, media_type=media, headers=headers)
