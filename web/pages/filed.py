"""What a branch puts on file about a session: the form on the page of what was learnt."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from engine.evening.actors import Staff
from engine.evening.filing import count_in, fit_words, hold_for, save_activity
from engine.export.photo import BYTES_MAX, PhotoError, fitted
from engine.export.report import gather
from engine.store.people.accounts import Account
from engine.store.sessions.activities import Activity
from engine.store.sessions.sessions import Session
from engine.work.bounds import WorkError
from web.door.audit import touches
from web.door.auth import AccountDep
from web.door.doorway import takes
from web.pages.refill import not_taken
from web.pages.reports import Checked, RunSession, report_page
from web.pages.work import PHOTO, work
from web.services import Services, ServicesDep

router = APIRouter(prefix="/review", include_in_schema=False)


@router.post("/sessions/{name}/activity", dependencies=Checked)
@takes(2 * BYTES_MAX)
async def post_activity(
    request: Request,
    services: ServicesDep,
    session: RunSession,
    account: AccountDep,
    photo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep what the branch files about the session."""
    form = await request.form()
    words, actor = fit_words(form), Staff(account)
    branch = str(form.get("branch", ""))
    touches(request, *await hold_for(services, actor, session, branch))
    await count_in(services, actor, session, str(form.get("kind", "")))
    sent = await photo.read(BYTES_MAX + 1) if photo is not None else b""
    picture, told = b"", "saved"
    if sent:
        try:
            picture = await work(request, services, account.id, PHOTO, fitted, sent)
        except (PhotoError, WorkError) as error:
            # The words are kept all the same, and the photo of before.
            told = error.code
    filled = Activity(session=session.id, photo=picture or None, **words)
    only = {*words, *(["photo"] if picture or form.get("drop_photo") else [])}
    seen = str(form["seen"]) if "seen" in form else None
    if not await save_activity(services, actor, session, filled, only=only, seen=seen):
        return await _changed_meanwhile(request, services, account, session, words)
    place = "#activity" if told == "saved" else ""  # what is wrong is told at the top
    return RedirectResponse(f"/review/sessions/{session.id}?told={told}{place}", 303)


async def _changed_meanwhile(
    request: Request,
    services: Services,
    account: Account,
    session: Session,
    words: dict[str, str],
) -> Response:
    """The form as it was sent, and what somebody else wrote while it was filled in."""
    request.state.refusal = "invalid"  # for the audit log
    report = await gather(services.database, session, services.reading.do)
    theirs = report.activity.words
    differ = [f"“{theirs[name]}”" for name in words if theirs[name] != words[name]]
    told = f"您填的时候，别人也改过这张表，没有存。现在表上不同的是：{'、'.join(differ)}。"
    told += "下面是您填的；要以它为准，就再存一次。"
    page = await report_page(request, services, account, report, "")
    return await not_taken(request, bytes(page.body).decode(), told, 409)
