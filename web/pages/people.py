"""`/people`: accounts and branches, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.errors import Refused
from engine.evening.actors import Staff
from engine.evening.managing import (
    Sure,
    change_account,
    disable,
    drop_codes,
    enable,
    fit_own,
    found_account,
    new_password,
)
from engine.rights import Role
from engine.store.people.accounts import ADMIN, Account, Branch
from web.door.audit import touches
from web.door.auth import bearer_token, checked_form, chrome
from web.door.doors import staff
from web.door.logins import check_sure, is_fresh
from web.door.replies import status_of
from web.door.statuses import web_error
from web.pages.account import clock_time
from web.pages.page import Page
from web.pages.refill import not_taken
from web.pages.render import render_page
from web.services import Services, ServicesDep

router = APIRouter(prefix="/people", include_in_schema=False)
Checked = [Depends(checked_form)]
Manager = Annotated[Account, Depends(staff("manage"))]
EVERYWHERE: Final = "all"
"""Chosen for an account of the whole organisation."""
TOLD: Final = {
    "changed": "改好了。",
    "disabled": "已停用，登录都已结束。",
    "enabled": "已恢复。",
    "ended": "登录都已结束。",
    "dropped": "动态码已关闭。",
    "founded": "支部已加上。",
}


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """An account in the list."""

    id: str
    name: str
    roles: tuple[Role, ...]
    branch: str
    branch_name: str
    disabled: bool
    totp: bool
    logins: int
    seen: str
    """When it was last seen; empty: it isn't logged in."""
    fixed: bool
    """`admin`, who stays what it is."""


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """Accounts and branches."""

    template: ClassVar[str] = "people.html"
    people: tuple[PersonRow, ...]
    branches: tuple[Branch, ...]
    shown: tuple[str, str] | None
    """(account, password), shown this once."""
    asks: bool
    """Who asks must give their own password with whatever lets somebody in; else only where an
    administrator's account is let in."""
    told: str
    problem: str


@router.get("")
async def get_people(
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("manage", page=True))],
    told: str = "",
) -> Response:
    """Everybody, and the branches."""
    return await people_page(request, services, account, told=TOLD.get(told, ""))


async def people_page(
    request: Request,
    services: Services,
    account: Account,
    *,
    told: str = "",
    problem: str = "",
    shown: tuple[str, str] | None = None,
    asks: bool = False,
    status: int = 200,
) -> Response:
    """Everybody, and the branches."""
    people = services.people
    branches = await people.list_branches()
    names = {branch.id: branch.name for branch in branches}
    idle_s = services.settings.idle_minutes * 60
    rows = []
    for each in await people.list_accounts():
        logins = await people.list_logins(each.id, idle_s)
        seen = max((login.last_seen_ms for login in logins), default=0)
        rows.append(
            PersonRow(
                id=each.id,
                name=each.name,
                roles=each.roles,
                branch=each.branch or "",
                branch_name=names.get(each.branch or "", ""),
                disabled=each.disabled_ms is not None,
                totp=each.totp,
                logins=len(logins),
                seen=clock_time(seen) if seen else "",
                fixed=each.name == ADMIN,
            )
        )
    page = PeoplePage(
        **chrome(request, services, account),
        people=tuple(rows),
        branches=tuple(branches),
        shown=shown,
        asks=asks or not await is_fresh(request, services),
        told=told,
        problem=problem,
    )
    return HTMLResponse(render_page(page), status)


async def form_refused(
    request: Request, services: Services, account: Account, error: Refused
) -> Response:
    """The page, and on it why a form wasn't taken."""
    request.state.refusal = error.code  # for the audit log
    told = error.in_("zh")
    asks = error.code == "own_password"
    problem = f"{told['message']}{told['remedy']}"
    return await form_not_taken(request, services, account, problem, status_of(error), asks=asks)


async def form_not_taken(
    request: Request,
    services: Services,
    account: Account,
    problem: str,
    status: int,
    *,
    asks: bool = False,
) -> Response:
    """The page, with `problem` at the form that was sent."""
    page = await people_page(request, services, account, asks=asks)
    return await not_taken(request, bytes(page.body).decode(), problem, status)


def _branch(given: str) -> str | None:
    """The branch that was chosen; None: the whole organisation."""
    return given if given not in ("", EVERYWHERE) else None


def _sure(request: Request, services: Services, account: Account, own: str) -> Sure:
    """Whoever asks shows that it is they, by their own password (`own`)."""

    async def sure(always: bool) -> None:
        await check_sure(request, services, account, own, always=always)

    return sure


async def _person(request: Request, services: Services, name: str) -> Account:
    found = await services.people.find_account(name)
    if found is None:
        raise web_error("not_found")
    touches(request, found.branch)
    return found


def back(told: str) -> Response:
    """To the page, which tells it."""
    return RedirectResponse(f"/people?told={told}", 303)


@router.post("", dependencies=Checked)
async def post_person(
    request: Request,
    services: ServicesDep,
    account: Manager,
    name: Annotated[str, Form()] = "",
    roles: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
    branch: Annotated[str, Form()] = "",
    own: Annotated[str, Form()] = "",
) -> Response:
    """A new account; its password is shown once."""
    touches(request, _branch(branch))
    sure = _sure(request, services, account, own)
    where, chosen = _branch(branch), bool(branch)
    try:
        made = await found_account(
            services, Staff(account), name, roles, where, sure, chosen=chosen
        )
    except Refused as error:
        return await form_refused(request, services, account, error)
    if made is None:
        problem = f"“{fit_own(name)}”这个账号已经有了，换一个名字。"
        return await form_not_taken(request, services, account, problem, 409)
    return await people_page(request, services, account, shown=(made[0].name, made[1]), status=201)


@router.post("/accounts/{person}", dependencies=Checked)
async def post_change(
    person: str,
    request: Request,
    services: ServicesDep,
    account: Manager,
    roles: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
    branch: Annotated[str, Form()] = "",
    own: Annotated[str, Form()] = "",
) -> Response:
    """Other roles, another branch."""
    found = await _person(request, services, person)
    touches(request, _branch(branch))
    sure = _sure(request, services, account, own)
    try:
        await change_account(services, Staff(account), found, roles, _branch(branch), sure)
    except Refused as error:
        return await form_refused(request, services, account, error)
    return back("changed")


@router.post("/accounts/{person}/password", dependencies=Checked)
async def post_password(
    person: str,
    request: Request,
    services: ServicesDep,
    account: Manager,
    own: Annotated[str, Form()] = "",
) -> Response:
    """A new password, shown once; it ends the account's logins."""
    found = await _person(request, services, person)
    keep = bearer_token(request) if found.id == account.id else ""
    sure = _sure(request, services, account, own)
    try:
        made = await new_password(services, Staff(account), found, sure, keep)
    except Refused as error:
        return await form_refused(request, services, account, error)
    return await people_page(request, services, account, shown=(found.name, made))


@router.post("/accounts/{person}/disable", dependencies=Checked)
async def post_disable(
    person: str, request: Request, services: ServicesDep, account: Manager
) -> Response:
    """Keep an account out."""
    found = await _person(request, services, person)
    await disable(services, Staff(account), found)
    return back("disabled")


@router.post("/accounts/{person}/enable", dependencies=Checked)
async def post_enable(
    person: str,
    request: Request,
    services: ServicesDep,
    account: Manager,
    own: Annotated[str, Form()] = "",
) -> Response:
    """Let it in again."""
    found = await _person(request, services, person)
    try:
        await enable(services, Staff(account), found, _sure(request, services, account, own))
    except Refused as error:
        return await form_refused(request, services, account, error)
    return back("enabled")


@router.post("/accounts/{person}/logins/end", dependencies=Checked)
async def post_end(
    person: str, request: Request, services: ServicesDep, account: Manager
) -> Response:
    """End its logins."""
    found = await _person(request, services, person)
    await services.people.end_logins(found.id, keep=bearer_token(request))
    return back("ended")


@router.post("/accounts/{person}/codes/drop", dependencies=Checked)
async def post_drop(
    person: str,
    request: Request,
    services: ServicesDep,
    account: Manager,
    own: Annotated[str, Form()] = "",
) -> Response:
    """Ask it for no codes: whoever lost the device gets in by the password again."""
    found = await _person(request, services, person)
    try:
        await drop_codes(services, Staff(account), found, _sure(request, services, account, own))
    except Refused as error:
        return await form_refused(request, services, account, error)
    return back("dropped")
