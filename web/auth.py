"""Who is asking: facilitators by login (cookie or bearer token), participants by seat token.

Both live on the server and can be withdrawn; cookies hold nothing but the token. Forms carry a mark
bound to the cookie, and a foreign Origin is refused besides.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Form
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from engine.store.people import Account
from engine.store.sessions import SeatHolder, Session
from web.errors import web_error
from web.services import Services, ServicesDep

LOGIN_COOKIE: Final = "login"
SEAT_COOKIE: Final = "seat"
LOGIN_S: Final = 12 * 3600
SEAT_S: Final = 7 * 24 * 3600


def address_of(connection: HTTPConnection) -> str:
    """The peer's address."""
    return connection.client.host if connection.client is not None else "?"


def check_origin(connection: HTTPConnection) -> None:
    """A browser's request must come from a page of ours. Raises WebError foreign_origin.

    No Origin at all: no browser's cross-site request.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return
    if urlsplit(origin).netloc.lower() != connection.headers.get("host", "").lower():
        raise web_error("foreign_origin")


def set_cookie(response: Response, name: str, token: str, max_age_s: int) -> None:
    """Keep a token in the browser."""
    response.set_cookie(name, token, max_age=max_age_s, httponly=True, samesite="lax")


def bearer_token(connection: HTTPConnection) -> str:
    """The token of the Authorization header, else the login cookie; empty: neither."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return connection.cookies.get(LOGIN_COOKIE, "")


async def find_account(connection: HTTPConnection, services: ServicesDep) -> Account | None:
    """The facilitator who asks, if logged in."""
    token = bearer_token(connection)
    return await services.people.find_login(token) if token else None


async def get_account(connection: HTTPConnection, services: ServicesDep) -> Account:
    """The facilitator who asks. Raises WebError login_needed."""
    account = await find_account(connection, services)
    if account is None:
        raise web_error("login_needed")
    return account


async def log_in(services: Services, name: str, password: str, address: str) -> str:
    """A login's token. Raises WebError wrong_password, locked_out."""
    services.limits.check_login(name, address)
    account = await services.people.check_login(name, password)
    if account is None:
        services.limits.login_failed(name, address)
        raise web_error("wrong_password")
    services.limits.login_succeeded(name, address)
    return await services.people.create_login(account.id, LOGIN_S, address)


async def own_session(services: Services, account: Account, name: str) -> Session:
    """The account's session with this id; others' look as if they weren't there."""
    session = await services.sessions.find_session(name)
    if session is None or not account.reaches(session.branch):
        raise web_error("not_found")
    return session


async def find_seat(connection: HTTPConnection, services: ServicesDep) -> SeatHolder | None:
    """The participant who asks, by cookie."""
    token = connection.cookies.get(SEAT_COOKIE, "")
    return await services.sessions.find_seat(token) if token else None


def form_mark(key: str, token: str) -> str:
    """What a form carries to show that our page made it for this browser."""
    return hmac.new(key.encode(), f"form:{token}".encode(), hashlib.sha256).hexdigest()


def form_mark_of(request: Request, services: Services) -> str:
    """The mark of this browser's forms."""
    return form_mark(services.key, request.cookies.get(LOGIN_COOKIE, ""))


async def checked_form(
    request: Request, services: ServicesDep, mark: Annotated[str, Form()] = ""
) -> None:
    """Refuses a form that isn't from a page of ours. Raises foreign_origin, stale_form."""
    check_origin(request)
    if not hmac.compare_digest(mark, form_mark_of(request, services)):
        raise web_error("stale_form")


AccountDep = Annotated[Account, Depends(get_account)]
MaybeAccountDep = Annotated[Account | None, Depends(find_account)]
MaybeSeatDep = Annotated[SeatHolder | None, Depends(find_seat)]
