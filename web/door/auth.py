"""Who is asking: staff by login (cookie or bearer token), participants by seat token.

Both live on the server and can be withdrawn; cookies hold nothing but the token. Forms carry a mark
bound to the cookie, and a foreign Origin is refused besides.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Form
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from engine.evening.actors import Guest
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import SeatHolder
from engine.store.tokens import new_token
from web.door.once import claim
from web.door.proxies import is_own
from web.door.statuses import web_error
from web.services import Services, ServicesDep, get_services
from web.settings import Settings

LOGIN_COOKIE: Final = "login"
SEAT_COOKIE: Final = "seat"
SEAT_S: Final = 7 * 24 * 3600
PHONE_COOKIE: Final = "phone"
"""Tells one browser from another, before anybody has a seat in it; and shows that it keeps any."""
PHONE_S: Final = 24 * 3600
USUAL_PORTS: Final = ("80", "443", "8000")
SAFE: Final = ("GET", "HEAD", "OPTIONS")
NOWHERE: Final = "?"
KEY_HEADER: Final = "Idempotency-Key"
KEY: Final = re.compile(r"[!-~]{8,200}", re.ASCII)


def address_of(connection: HTTPConnection) -> str:
    """The peer's address; "?": a proxy says one that is none, which isn't worth keeping."""
    said = connection.client.host if connection.client is not None else ""
    try:
        return str(ipaddress.ip_address(said.partition("%")[0]))
    except ValueError:
        return NOWHERE


def is_loopback(address: str) -> bool:
    """It is this machine itself, or a proxy on it, which has limits of its own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def may_watch(connection: HTTPConnection, settings: Settings) -> bool:
    """It comes from this machine, and not through a proxy nobody told us of; or from an address
    that may ask for figures."""
    try:
        address = ipaddress.ip_address(address_of(connection))
    except ValueError:
        return False
    if address.is_loopback:
        return bool(settings.proxies) or "x-forwarded-for" not in connection.headers
    allowed = (one.strip() for one in settings.metrics_from.split(","))
    return any(address in ipaddress.ip_network(one, strict=False) for one in allowed if one)


def check_origin(connection: HTTPConnection) -> None:
    """A browser's request must come from a page of ours. Raises Refused foreign_origin,
    proxy_host.

    No Origin at all: no browser's cross-site request.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return
    services = get_services(connection)
    if not is_own(origin, connection.headers, services.settings.allowed_origins()):
        raise services.proxies.foreign(origin, connection.headers)


def check_program(connection: HTTPConnection) -> None:
    """A call with JSON must say where it comes from, if a browser's cookie stands for the token.
    Raises Refused foreign_origin, proxy_host."""
    check_origin(connection)
    by_cookie = "authorization" not in connection.headers and bool(
        cookie_of(connection, LOGIN_COOKIE)
    )
    if by_cookie and "origin" not in connection.headers:
        raise web_error("foreign_origin")


def cookie_name(connection: HTTPConnection, name: str) -> str:
    """How a cookie of ours is called where the request came to: cookies know no ports, and two
    servers on one machine would take each other's away."""
    port = connection.headers.get("host", "").rpartition(":")[2]
    usual = not port.isascii() or not port.isdecimal() or port in USUAL_PORTS
    return name if usual else f"{name}_{port}"


def cookie_of(connection: HTTPConnection, name: str) -> str:
    """The browser's cookie; empty: none. One from before they were told apart by port counts."""
    cookies = connection.cookies
    return cookies.get(cookie_name(connection, name), "") or cookies.get(name, "")


def set_cookie(
    response: Response, request: Request, services: Services, name: str, token: str, max_age_s: int
) -> None:
    """Keep a token in the browser; over https alone where the server is reached so. Where somebody
    came another way, say by the address in the room, such a cookie would be lost at once."""
    response.set_cookie(
        cookie_name(request, name),
        token,
        max_age=max_age_s,
        httponly=True,
        samesite="lax",
        secure=over_https(request, services),
    )


def know_again(response: Response, request: Request, services: Services) -> Response:
    """Mark the browser, so that nobody is seated who couldn't keep the seat, and that whoever
    tries again, the answer to the first try being lost, is known."""
    if not cookie_of(request, PHONE_COOKIE):
        set_cookie(response, request, services, PHONE_COOKIE, new_token(), PHONE_S)
    return response


def over_https(request: Request, services: Services) -> bool:
    """The browser speaks https, as far as can be told behind a proxy."""
    said, public = request.headers.get("origin", ""), services.settings.public_url.lower()
    scheme = said.partition("://")[0].lower()
    if request.url.scheme == "https" or scheme == "https":
        return True
    host = request.headers.get("host", "").lower()
    in_the_room = host != urlsplit(public).netloc and _is_address(host)
    return public.startswith("https://") and scheme != "http" and not in_the_room


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return host.partition(":")[0] == "localhost"
    return True


def safe_next(target: str) -> str:
    """A path on this site, whatever was asked for."""
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if own and target.isprintable() else "/sessions"


def bearer_token(connection: HTTPConnection) -> str:
    """The token of the Authorization header, else the login cookie; empty: neither."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return cookie_of(connection, LOGIN_COOKIE)


async def find_account(connection: HTTPConnection, services: ServicesDep) -> Account | None:
    """Who asks, if logged in. Looked up once for each request, whoever asks first."""
    state = connection.state
    if not hasattr(state, "asking"):
        state.asking = await account_of(services, bearer_token(connection))
    account: Account | None = state.asking
    return account


MaybeAccountDep = Annotated[Account | None, Depends(find_account)]


async def account_of(services: Services, token: str) -> Account | None:
    """Whose login the token is."""
    idle_s = services.settings.idle_minutes * 60
    return await services.people.find_login(token, idle_s) if token else None


def guest_of(connection: HTTPConnection) -> Guest:
    """Whoever asks, as a guest of the evening: where from, and in which browser."""
    return Guest(address_of(connection), cookie_of(connection, PHONE_COOKIE))


async def get_account(account: MaybeAccountDep) -> Account:
    """Who asks. Raises Refused login_needed."""
    if account is None:
        raise web_error("login_needed")
    return account


def signed(key: str, text: str) -> str:
    """The mark that only this installation can put on a text."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


async def find_seat(connection: HTTPConnection, services: ServicesDep) -> SeatHolder | None:
    """The participant who asks, by cookie."""
    token = cookie_of(connection, SEAT_COOKIE)
    return await services.sessions.find_seat(token) if token else None


def chrome(request: Request, services: Services, account: Account | None) -> dict[str, Any]:
    """What every page receives, of who asks."""
    return {
        "account": account.name if account is not None else "",
        "may": account.rights if account is not None else frozenset(),
        "mark": form_mark_of(request, services),
    }


def form_mark(key: str, token: str, nonce: str) -> str:
    """What a form carries to show that our page made it for this browser, and once."""
    return f"{nonce}.{signed(key, f'form:{token}:{nonce}')}"


def form_mark_of(request: Request, services: Services) -> str:
    """A mark for the forms of one page, made for this browser; its nonce is their one-time key."""
    return form_mark(services.key, cookie_of(request, LOGIN_COOKIE), new_token())


async def checked_form(
    request: Request, services: ServicesDep, mark: Annotated[str, Form()] = ""
) -> None:
    """Refuses a form that isn't from a page of ours, and takes its one-time key. Raises
    foreign_origin, stale_form, busy; AnsweredBefore."""
    check_origin(request)
    nonce = mark.partition(".")[0]
    wanted = form_mark(services.key, cookie_of(request, LOGIN_COOKIE), nonce)
    if not nonce or not hmac.compare_digest(mark.encode(), wanted.encode()):
        raise web_error("stale_form")
    await claim(request, services, nonce, await _asker(request, services), await _filled(request))


async def once_by_header(request: Request, services: ServicesDep) -> None:
    """Takes the key that a program sends with what changes something. Raises Refused invalid,
    busy; AnsweredBefore."""
    key = request.headers.get(KEY_HEADER)
    if request.method not in SAFE and key is not None:
        if KEY.fullmatch(key) is None:
            raise web_error("invalid", what=f"{KEY_HEADER}: 8–200 ASCII")
        body = await request.body()
        await claim(request, services, key, await _asker(request, services), body)


async def _asker(request: Request, services: Services) -> str:
    account = await find_account(request, services)
    return account.id if account is not None else ""


async def _filled(request: Request) -> bytes:
    """What was filled in, told in short: the same form sent again is a request like any other
    though its parts may be cut differently."""
    told = hashlib.sha256()
    for name, value in (await request.form()).multi_items():
        if name == "mark":
            continue
        text = value if isinstance(value, str) else hashlib.sha256(await value.read()).hexdigest()
        if not isinstance(value, str):
            await value.seek(0)
        told.update(f"{len(name)}:{name}={len(text)}:{text}".encode())
    return told.digest()


AccountDep = Annotated[Account, Depends(get_account)]
MaybeSeatDep = Annotated[SeatHolder | None, Depends(find_seat)]
