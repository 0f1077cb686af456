"""Logging in and out, and one's own account: password, codes, logins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine import civil, typed
from engine.errors import AppError
from engine.evening.managing import PASSWORD_MIN, password_problem
from engine.rights import Right, Role
from engine.store.people import totp
from engine.store.people.accounts import ADMIN, Account, Changed, login_id
from web.door.auth import (
    LOGIN_COOKIE,
    account_of,
    bearer_token,
    checked_form,
    chrome,
    cookie_name,
    cookie_of,
    safe_next,
    set_cookie,
)
from web.door.doors import Public, staff
from web.door.logins import (
    LOGIN_S,
    begin_try,
    check_password,
    end_try,
    finish_login,
    know_device,
    knows,
    note_login,
    ticket,
    ticket_account,
)
from web.door.replies import retry_headers, status_of
from web.door.statuses import web_error
from web.pages.page import Page
from web.pages.refill import not_taken
from web.pages.render import render_page
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]
Own = Annotated[Account, Depends(staff())]
FIRST_PAGES: Final[dict[Right, str]] = {
    "see": "/sessions",
    "write": "/studio",
    "read_audit": "/audit",
}
"""What a login opens, by the first of these rights that it has."""


@dataclass(frozen=True, kw_only=True)
class LoginPage(Page):
    """The login: name and password, then the code where there is one."""

    template: ClassVar[str] = "login.html"
    next: str = "/sessions"
    name: str = ""
    """What was typed."""
    problem: str = ""
    remedy: str = ""
    ticket: str = ""
    """The password was right; now the code is asked for."""


@dataclass(frozen=True, kw_only=True)
class LoginRow:
    """One of one's logins."""

    here: bool
    """The one that asks."""
    address: str
    since: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    """One's own account."""

    template: ClassVar[str] = "account.html"
    roles: tuple[Role, ...]
    branch: str
    """Its name; empty: the whole organisation."""
    totp: bool
    secret: str
    """Waits to be confirmed; empty: none does."""
    uri: str
    logins: tuple[LoginRow, ...]
    password_min: int
    told: str
    problem: str


def _html(page: Page, status: int = 200) -> HTMLResponse:
    return HTMLResponse(render_page(page), status)


@router.get("/login", dependencies=Public)
async def login(request: Request, services: ServicesDep, next: str = "/sessions") -> Response:
    """The login form."""
    page = LoginPage(**chrome(request, services, None), next=safe_next(next), name=ADMIN)
    return _html(page)


@router.post("/login", dependencies=[*Public, *Checked])
async def post_login(
    request: Request,
    services: ServicesDep,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    passed: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/sessions",
) -> Response:
    """Log in: by name and password first, then by a code where the account has one."""
    try:
        if passed:
            account = await _second_step(request, services, passed)
        else:
            account = await check_password(request, services, typed.shown(name), password)
            passed = await ticket(services, account) if account.totp else ""
            code = ""
        token = await finish_login(request, services, account, code)
    except AppError as error:
        return _again(request, services, error, passed, next, name)
    response = RedirectResponse(await _landing(services, token, next), 303)
    set_cookie(response, request, services, LOGIN_COOKIE, token, LOGIN_S)
    return know_device(response, request, services, account)


async def _second_step(request: Request, services: Services, passed: str) -> Account:
    account = await ticket_account(services, passed)
    if account is None:
        raise web_error("login_needed")
    note_login(request, account)
    await begin_try(request, services, account.name)
    return account


async def _landing(services: Services, token: str, asked: str) -> str:
    """Where a fresh login goes: what was asked for, else the first page that it may see."""
    target = safe_next(asked)
    if target != "/sessions":
        return target
    account = await account_of(services, token)
    rights = account.rights if account is not None else frozenset[Right]()
    return next((page for right, page in FIRST_PAGES.items() if right in rights), "/account")


def _again(
    request: Request, services: Services, error: AppError, passed: str, next: str, name: str
) -> Response:
    told = error.in_("zh")
    request.state.refusal = error.code  # for the audit log
    first = passed and error.code == "code_needed"
    page = LoginPage(
        **chrome(request, services, None),
        next=safe_next(next),
        name=name,
        problem="" if first else told["message"],
        remedy=told["remedy"],
        ticket=passed if error.code in ("code_needed", "wrong_code") else "",
    )
    return HTMLResponse(render_page(page), status_of(error), retry_headers(error))


@router.post("/logout", dependencies=[*Public, *Checked])
async def post_logout(request: Request, services: ServicesDep) -> Response:
    """Log out, everywhere this login was used."""
    for token in {bearer_token(request), cookie_of(request, LOGIN_COOKIE)} - {""}:
        await services.people.end_login(token)
    response = RedirectResponse("/", 303)
    response.delete_cookie(cookie_name(request, LOGIN_COOKIE))
    return response


# ── one's own account ───────────────────────────────────────────────────────────────────────────

TOLD: Final = {
    "password": "密码改好了，别处的登录都已结束。",
    "confirmed": "动态码已启用。下次登录，输完密码再填六位动态码。",
    "dropped": "动态码已关闭。",
    "cancelled": "没有启用动态码。",
    "ended": "别处的登录都已结束。",
}


@router.get("/account")
async def get_account(
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff(page=True))],
    told: str = "",
) -> Response:
    """One's own account."""
    return await _page(request, services, account, told=TOLD.get(told, ""))


async def _page(
    request: Request,
    services: Services,
    account: Account,
    *,
    told: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    secret = await services.people.find_totp(account.id)
    here = login_id(bearer_token(request))
    logins = await services.people.list_logins(account.id, services.settings.idle_minutes * 60)
    branches = await services.people.branch_names()
    page = AccountPage(
        **chrome(request, services, account),
        roles=account.roles,
        branch=branches.get(account.branch or "", ""),
        totp=account.totp,
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)) if secret else "",
        uri=totp.uri(secret, account.name) if secret else "",
        logins=tuple(
            LoginRow(
                here=login.id == here,
                address=login.address,
                since=clock_time(login.created_ms),
                seen=clock_time(login.last_seen_ms),
            )
            for login in logins
        ),
        password_min=PASSWORD_MIN,
        told=told,
        problem=problem,
    )
    return _html(page, status)


def clock_time(at_ms: int) -> str:
    """An instant in a list."""
    return f"{civil.local(at_ms):%m月%d日 %H:%M}"


@router.post("/account/password", dependencies=Checked)
async def post_password(
    request: Request,
    services: ServicesDep,
    account: Own,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Another password; it ends the other logins."""
    problem = password_problem(new, again, account.name)
    if not problem:
        known = await knows(request, services, account, old)
        problem = await _renewed(request, services, known, new)
    if problem:
        return await _page(request, services, account, problem=problem, status=422)
    return RedirectResponse("/account?told=password", 303)


async def _renewed(request: Request, services: Services, known: Account | None, new: str) -> str:
    """The password is another, if the old one still is what it was; why not."""
    if known is None:
        return "原来的密码不对。"
    try:
        keep = bearer_token(request)
        await services.people.set_password(known.id, new, keep, checked=known)
    except Changed:
        return "原来的密码刚刚被别人改掉了，没有再改。请找管理员。"
    return ""


@router.post("/account/logins/end", dependencies=Checked)
async def post_end_logins(request: Request, services: ServicesDep, account: Own) -> Response:
    """End the other logins."""
    await services.people.end_logins(account.id, keep=bearer_token(request))
    return RedirectResponse("/account?told=ended", 303)


@router.post("/account/codes", dependencies=Checked)
async def post_codes(
    request: Request, services: ServicesDep, account: Own, password: Annotated[str, Form()] = ""
) -> Response:
    """Begin with codes: a secret to be scanned, and confirmed by a first code."""
    if account.totp:
        raise web_error("taken", what="动态码")
    if not await knows(request, services, account, password):
        return await _page(request, services, account, problem="密码不对。", status=422)
    try:
        await services.people.begin_totp(account.id)
    except Changed as error:  # confirmed meanwhile, in another window
        raise web_error("taken", what="动态码") from error
    return RedirectResponse("/account#codes", 303)


@router.post("/account/codes/confirm", dependencies=Checked)
async def post_confirm(
    request: Request, services: ServicesDep, account: Own, code: Annotated[str, Form()] = ""
) -> Response:
    """The device shows the right code: from now on it is asked for."""
    await begin_try(request, services, account.name)
    if not await services.people.use_code(account.id, code):
        told = web_error("wrong_code").in_("zh")
        page = await _page(request, services, account)
        problem = f"{told['message']}{told['remedy']}"
        return await not_taken(request, bytes(page.body).decode(), problem, 422)
    await end_try(request, services, account.name)
    return RedirectResponse("/account?told=confirmed", 303)


@router.post("/account/codes/drop", dependencies=Checked)
async def post_drop(
    request: Request, services: ServicesDep, account: Own, password: Annotated[str, Form()] = ""
) -> Response:
    """No codes any more. Those that nobody confirmed yet go without the password."""
    if not account.totp and await services.people.drop_totp(account.id, waiting=True):
        return RedirectResponse("/account?told=cancelled", 303)
    if not await knows(request, services, account, password):
        return await _page(request, services, account, problem="密码不对。", status=422)
    await services.people.drop_totp(account.id)
    return RedirectResponse("/account?told=dropped", 303)
