"""`/people`: accounts and branches, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar, Final, cast, get_args

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine import lookalikes
from engine.errors import Refused, Text
from engine.evening.naming import fit_name
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
NAME_MAX: Final = 24
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


def fit_own(text: str) -> str:
    """The name of an account or a branch. Raises Refused invalid."""
    return fit_name(text, NAME_MAX, Text("名字", "name"))


async def _account_name(services: Services, text: str) -> str:
    """The name of a new account, which nobody takes for another's. Raises Refused invalid."""
    name = fit_own(text)
    others = [each.name for each in await services.people.list_accounts()]
    return unlike(name, others)


def unlike(name: str, others: list[str]) -> str:
    """The name. One that is there already, to the letter, is told of by who finds it."""
    problem = lookalikes.problem_with(name, others) if name not in others else None
    if problem is not None:
        raise web_error("invalid", what=f"名字{problem.zh}")
    return name


def _roles(given: list[str]) -> tuple[Role, ...]:
    roles = tuple(cast(Role, role) for role in given if role in get_args(Role))
    if not roles:
        raise web_error("invalid", what="至少勾一个角色")
    return roles


def _leads(roles: tuple[Role, ...]) -> bool:
    return "administrator" in roles


async def _unsure(
    request: Request, services: Services, account: Account, own: str, found: Account
) -> Response | None:
    """The page that asks for one's own password, where giving `found` a way in needs it; None: it
    was given, or isn't needed."""
    try:
        await check_sure(request, services, account, own, always=_leads(found.roles))
    except Refused as error:
        return await form_refused(request, services, account, error)
    return None


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
    try:
        wanted, given = await _account_name(services, name), _roles(roles)
        if not branch and await services.people.list_branches():
            raise web_error("invalid", what="请选一个支部，或选“全组织”")
        await check_sure(request, services, account, own, always=_leads(given))
        touches(request, _branch(branch))
        made = await services.people.create_account(
            wanted, given, _branch(branch), fits=partial(unlike, wanted)
        )
    except Refused as error:
        return await form_refused(request, services, account, error)
    if made is None:
        problem = f"“{wanted}”这个账号已经有了，换一个名字。"
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
    try:
        given = _roles(roles)
        if found.name == ADMIN:
            raise web_error("invalid", what="这个账号不能这样改")
        grave = _leads(given) or _leads(found.roles)
        await check_sure(request, services, account, own, always=grave)
        if not await services.people.change_account(found.id, given, _branch(branch)):
            raise web_error("invalid", what="这个账号或支部不能这样改")
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
    refused = await _unsure(request, services, account, own, found)
    if refused is not None:
        return refused
    keep = bearer_token(request) if found.id == account.id else ""
    made = await services.people.set_password(found.id, None, keep)
    return await people_page(request, services, account, shown=(found.name, made))


@router.post("/accounts/{person}/disable", dependencies=Checked)
async def post_disable(
    person: str, request: Request, services: ServicesDep, account: Manager
) -> Response:
    """Keep an account out."""
    found = await _person(request, services, person)
    if found.id == account.id or not await services.people.set_disabled(found.id, True):
        raise web_error("invalid", what="不能停用自己，也不能停用 admin")
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
    refused = await _unsure(request, services, account, own, found)
    if refused is not None:
        return refused
    await services.people.set_disabled(found.id, False)
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
    refused = await _unsure(request, services, account, own, found)
    if refused is not None:
        return refused
    await services.people.drop_totp(found.id)
    return back("dropped")
