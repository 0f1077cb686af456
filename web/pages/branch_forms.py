"""The forms of `/people` that found a branch and change one."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response

from engine import typed
from engine.errors import Refused
from engine.store.people.accounts import Branch
from web.door.audit import touches
from web.door.auth import checked_form
from web.door.statuses import web_error
from web.pages.asking import ask_fewer, fewer
from web.pages.people import Manager, back, fit_own, form_not_taken, form_refused, unlike
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]
DAYS_MAX: Final = 36_500


async def _branch_name(services: Services, text: str, own: str = "") -> str:
    """The name of a branch, which nobody takes for another; `own`: the id of the branch itself."""
    name = fit_own(text)
    return unlike(
        name, [each.name for each in await services.people.list_branches() if each.id != own]
    )


def _days(text: str) -> int | None:
    if not text.strip():
        return None
    days = typed.number(text, DAYS_MAX)
    if not days:
        raise web_error("invalid", what="保留天数（1 以上的整数，留空为一直保留）")
    return days


async def _why_not(services: Services, was: Branch, changed: Branch) -> Refused:
    """Why a branch wasn't changed."""
    if was in await services.people.list_branches():
        return web_error("taken", what=changed.name)
    return web_error("invalid", what=f"“{was.name}”刚刚被别人改过，没有再改；请看清楚再填")


@router.post("/people/branches", dependencies=Checked)
async def post_branch(
    request: Request,
    services: ServicesDep,
    account: Manager,
    name: Annotated[str, Form()] = "",
    retention_days: Annotated[str, Form()] = "",
) -> Response:
    """A new branch."""
    try:
        wanted, days = await _branch_name(services, name), _days(retention_days)
        made = await services.people.create_branch(wanted, days, fits=partial(unlike, wanted))
    except Refused as error:
        return await form_refused(request, services, account, error)
    if made is None:
        problem = f"“{wanted}”这个支部已经有了。"
        return await form_not_taken(request, services, account, problem, 409)
    touches(request, made.id)
    return back("founded")


@router.post("/people/branches/{branch}", dependencies=Checked)
async def post_branch_change(
    branch: str,
    request: Request,
    services: ServicesDep,
    account: Manager,
    name: Annotated[str, Form()] = "",
    retention_days: Annotated[str, Form()] = "",
    sure: Annotated[str, Form()] = "",
) -> Response:
    """Another name, another retention; where names would lapse by it, that is asked first."""
    was = {each.id: each for each in await services.people.list_branches()}.get(branch)
    if was is None:
        raise web_error("not_found")
    touches(request, branch)
    try:
        called = await _branch_name(services, name, branch)
        changed = Branch(branch, called, _days(retention_days))
        if not sure and fewer(was, changed):
            due = await services.database.privacy.due(branch, changed.retention_days)
            if due:
                return await ask_fewer(request, services, account, changed, due)
        fits = partial(unlike, called)
        if not await services.people.change_branch(changed, was, fits=fits):
            raise await _why_not(services, was, changed)
    except Refused as error:
        return await form_refused(request, services, account, error)
    return back("changed")
