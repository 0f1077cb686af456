"""How somebody logs in, and shows again that it is they who did: passwords, codes, tries, and the
browsers an account is known by.

A try is counted against the browser where the account has logged in from it before, and against the
address otherwise: a meeting room has one address, and whoever guesses there must not lock out the
one who leads.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from engine import typed
from engine.store.networks import host_of
from engine.store.people.accounts import Account, Changed
from engine.store.people.passwords import LineFull
from engine.store.tokens import hash_token, new_token
from web.door.auth import address_of, bearer_token, cookie_of, is_loopback, set_cookie, signed
from web.door.statuses import web_error
from web.services import Services

LOGIN_S: Final = 12 * 3600
TICKET_S: Final = 300
SURE_S: Final = 600
"""So long after a login its password needn't be asked for again, where that is enough."""
DEVICE_COOKIE: Final = "known"
DEVICE_S: Final = 180 * 24 * 3600
DEVICE: Final = re.compile(r"[\w-]{20,64}(\.[0-9a-f]{32}){1,8}", re.ASCII)
"""Which browser it is, and marks of the accounts that have logged in from it, the newest first."""
DEVICE_ACCOUNTS_MAX: Final = 8


async def log_in(request: Request, services: Services, name: str, password: str, code: str) -> str:
    """A login's token. Raises Refused wrong_password, code_needed, wrong_code, locked_out,
    too_fast."""
    account = await check_password(request, services, name, password)
    return await finish_login(request, services, account, code)


async def check_password(request: Request, services: Services, name: str, password: str) -> Account:
    """Whose password it is. Raises Refused wrong_password, locked_out, too_fast."""
    name = typed.shown(name)
    note_login(request, await services.people.find_named(name))
    account = await _check(request, services, name, password)
    if account is None:
        raise web_error("wrong_password")
    return account


def note_login(request: Request, account: Account | None) -> None:
    """Whose login the request asks for, for the audit log."""
    request.state.login_of = account


async def _check(request: Request, services: Services, name: str, password: str) -> Account | None:
    """Whose password it is; the try is counted. Raises Refused locked_out, too_fast."""
    device = device_of(request, services, name)
    # Known browsers of one account wait in one queue: whoever has an account can't fill the line.
    whose = f"account {name}" if device else host_of(address_of(request))
    try:
        async with services.people.line.turn(whose, known=bool(device)):
            await begin_try(request, services, name)
            return await services.people.check_login(name, password)
    except LineFull as error:
        raise web_error("too_fast") from error


async def begin_try(request: Request, services: Services, name: str) -> None:
    """Count a try to log in. Raises Refused locked_out, too_fast."""
    where = _where(request, services, name)
    if not is_loopback(where):  # as of requests
        services.limits.login(where)
    wait_ms = await services.database.attempts.begin(name, where)
    if wait_ms:
        locked = web_error("locked_out")
        locked.retry_s = -(-wait_ms // 1000)
        raise locked


async def end_try(request: Request, services: Services, name: str) -> None:
    """The try succeeded."""
    where = _where(request, services, name)
    services.limits.logged_in(where)
    await services.database.attempts.succeeded(name, where)


def _where(request: Request, services: Services, name: str) -> str:
    """What a try is counted against."""
    return device_of(request, services, name) or address_of(request)


async def knows(
    request: Request, services: Services, account: Account, password: str
) -> Account | None:
    """The account, as it was when the password was found its own; None: it isn't. The try is
    counted. Raises Refused locked_out, too_fast."""
    found = await _check(request, services, account.name, password)
    if found is not None:
        await end_try(request, services, account.name)
    return found


# ── browsers that are known ─────────────────────────────────────────────────────────────────────


def device_of(connection: HTTPConnection, services: Services, name: str) -> str:
    """The browser, if the account of this name has logged in from it before; empty: it hasn't. The
    cookie opens nothing; it can't be made by others, nor used for another account."""
    nonce, *marks = cookie_of(connection, DEVICE_COOKIE).split(".")
    wanted = _device_mark(services, nonce, name).encode()
    if any(hmac.compare_digest(mark.encode(), wanted) for mark in marks[:DEVICE_ACCOUNTS_MAX]):
        return "device " + hash_token(nonce)[:16]
    return ""


def know_device(
    response: Response, request: Request, services: Services, account: Account
) -> Response:
    """Mark the browser as one that the account has logged in from."""
    found = DEVICE.fullmatch(cookie_of(request, DEVICE_COOKIE))
    nonce, *marks = found[0].split(".") if found else [new_token()]
    mine = _device_mark(services, nonce, account.name)
    kept = [mine, *(mark for mark in marks if mark != mine)][:DEVICE_ACCOUNTS_MAX]
    set_cookie(response, request, services, DEVICE_COOKIE, ".".join([nonce, *kept]), DEVICE_S)
    return response


async def is_fresh(request: Request, services: Services) -> bool:
    """Whoever asks has given their password within SURE_S."""
    made_ms = await services.people.login_made(bearer_token(request))
    return made_ms is not None and services.host.clock.now_ms() - made_ms < SURE_S * 1000


async def check_sure(
    request: Request, services: Services, account: Account, own: str, *, always: bool
) -> None:
    """Whoever gives somebody a way in knows the password of the account that does it: a login's
    cookie, in whoever's hands, opens no other door. `always`: the way leads to an administrator's
    account; else a login of the last SURE_S is enough. Raises Refused own_password, locked_out,
    too_fast."""
    if not own and not always and await is_fresh(request, services):
        return
    if not own or not await knows(request, services, account, own):
        raise web_error("own_password")


def _device_mark(services: Services, nonce: str, name: str) -> str:
    return signed(services.key, f"device:{nonce}:{name}")[:32]


# ── what more a login asks for ──────────────────────────────────────────────────────────────────


async def finish_login(request: Request, services: Services, account: Account, code: str) -> str:
    """A login's token for who knew the password. Raises Refused code_needed, wrong_code."""
    if account.totp:
        if not code.strip():
            raise web_error("code_needed")
        if not await services.people.use_code(account.id, code):
            raise web_error("wrong_code")
    await end_try(request, services, account.name)
    made = services.people.create_login
    try:
        return await made(account.id, LOGIN_S, address_of(request), checked=account)
    except Changed as error:  # between the password and here
        raise web_error("wrong_password") from error


async def ticket(services: Services, account: Account) -> str:
    """Shows for some minutes that somebody knew the account's password of now."""
    until_s = services.host.clock.now_ms() // 1000 + TICKET_S
    text = f"{account.id}.{until_s}.{_password_mark(services, account)}"
    return f"{text}.{signed(services.key, f'ticket:{text}')}"


async def ticket_account(services: Services, given: str) -> Account | None:
    """The account of a ticket that still counts: the password is the same, and codes are set up,
    for a ticket alone lets nobody in."""
    text, _, mark = given.rpartition(".")
    if not hmac.compare_digest(mark.encode(), signed(services.key, f"ticket:{text}").encode()):
        return None
    name, until_s, known = text.split(".")
    if int(until_s) * 1000 <= services.host.clock.now_ms():
        return None
    account = await services.people.find_account(name)
    if account is None or account.disabled_ms is not None or not account.totp:
        return None
    return account if known == _password_mark(services, account) else None


def _password_mark(services: Services, account: Account) -> str:
    """Another one as soon as the password is another."""
    return signed(services.key, f"password:{account.mark}")
