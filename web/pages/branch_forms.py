"""The forms of `/people` that found a branch and change one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from engine.errors import Refused
from engine.evening.actors import Staff
from engine.evening.managing import branch_name, change_branch, days_of, fit_own, found_branch
from engine.store.people.accounts import Branch
from web.door.audit import touches
from web.door.auth import checked_form
from web.door.statuses import web_error
from web.pages.asking import ask_fewer, fewer
from web.pages.people import Manager, back, form_not_taken, form_refused
from web.services import ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]


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
        made = await found_branch(services, Staff(account), name, retention_days)
    except Refused as error:
        return await form_refused(request, services, account, error)
    if made is None:
        problem = f"“{fit_own(name)}”这个支部已经有了。"
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
        called = await branch_name(services, name, branch)
        changed = Branch(branch, called, days_of(retention_days))
        if not sure and fewer(was, changed):
            due = await services.database.privacy.due(branch, changed.retention_days)
            if due:
                return await ask_fewer(request, services, account, changed, due)
        await change_branch(services, Staff(account), was, changed)
    except Refused as error:
        return await form_refused(request, services, account, error)
    return back("changed")
