"""The socket `/live`: who comes, whose line it is, and why it ends (docs/wire.md)."""

from __future__ import annotations

import asyncio
from typing import Final

import orjson
import structlog
from fastapi import APIRouter, Request, Response, WebSocket, WebSocketDisconnect

from engine.errors import AppError, Lang, LostScript, RunBroken, StoreError
from engine.evening.joining import arrived
from engine.evening.onlooking import looked_at
from web import metrics
from web.door.audit import Actor, refused_hello
from web.door.auth import LOGIN_COOKIE, SEAT_COOKIE, address_of, cookie_of
from web.door.bodies import json_response
from web.door.doors import Public
from web.door.pipes import Pipe, pipe_of, receive
from web.door.proxies import is_own
from web.door.replies import status_of, tell_log
from web.door.statuses import web_error
from web.live.connection import PASSING, Connection
from web.live.lines import Line, OnlookerLine, SeatLine, SessionLine, led_session
from web.live.wire import Hello, read_message
from web.pages.words import lang_of
from web.services import Services, ServicesDep, get_services

router = APIRouter()
log = structlog.get_logger()

HELLO_S: Final = 10
SOCKETS_MAX: Final = 64
"""Sockets of one seat or one account at a time. A phone has a page or two, a desk a console and a
wall for each of its evenings; beyond, each is a copy that costs what all the others cost."""
FAILED: Final = 1011
"""The close code of a fault of ours (IANA, "internal error")."""


@router.websocket("/live", dependencies=Public)
async def live(socket: WebSocket) -> None:
    """One connection, from hello to its end; what follows the first parts, by its pipe."""
    pipe = pipe_of(socket)
    visit = Visit(get_services(socket), pipe, address_of(socket), lang_of(socket))
    await socket.accept()
    connection = await visit.come(socket)
    if connection is not None:
        await pipe.carry(connection, visit.stay)


@router.get("/live", dependencies=Public, include_in_schema=False)
async def why_no_socket(request: Request, services: ServicesDep, at: str = "") -> Response:
    """Asked by a page that gets no socket: is it a proxy, and which of its two mistakes?

    A handshake whose Upgrade header was dropped on the way comes here as well. `at`: the origin
    under which the browser opened the page.
    """
    if "sec-websocket-key" in request.headers:
        error = services.proxies.stripped()
    elif at and not is_own(at, request.headers, services.settings.allowed_origins()):
        services.proxies.foreign(at, request.headers)
        error = web_error("proxy_host")
    else:
        error = services.proxies.why_no_socket()
    return json_response({"error": error.in_(lang_of(request))}, status_of(error))


def passes(error: AppError) -> bool:
    """The same hello may be taken in a moment: nothing is wrong with it."""
    if isinstance(error, RunBroken | LostScript):
        return False  # nor with the line; whoever waits is told why in vain
    return isinstance(error, StoreError) or status_of(error) in (429, 500, 503)


# ── from the hello to the end ───────────────────────────────────────────────────────────────────


class Visit:
    """Somebody at a socket, whoever they turn out to be. It keeps no more than it needs: the
    request they came with is forgotten once they are let in."""

    __slots__ = ("_address", "_connection", "_lang", "_line", "_pipe", "_services", "_sits")

    def __init__(self, services: Services, pipe: Pipe, address: str, lang: Lang) -> None:
        self._services = services
        self._pipe = pipe
        self._address = address
        self._lang = lang
        self._line: Line | None = None
        self._connection: Connection | None = None
        self._sits = False
        """It counts among the sockets of the seat or the account."""

    async def come(self, socket: WebSocket) -> Connection | None:
        """Hear the hello, and show what there is to show. None: nobody is let in."""
        metrics.SOCKETS.inc()
        failure: Exception | None = None
        try:
            hello = await _hello(socket)
            self._line = line = await _line(self._services, socket, hello)
            self._services.limits.socket(line.pace, SOCKETS_MAX)
            self._sits = True
            html = hello.format == "html"
            self._connection = Connection(self._services, self._pipe, line, html=html)
            await self._connection.begin()
            return self._connection
        except Exception as error:  # noqa: BLE001 - told below, once they are gone from the lists
            failure = error
        except asyncio.CancelledError:
            if self._line is not None:
                self._line.sent_away = True  # nobody but a server that stops ends a line so
            await self._leave()
            raise
        await self._leave()
        await self._say_why(failure)
        return None

    async def stay(self) -> None:
        """From the first parts to the end."""
        assert self._connection is not None, "they have come"
        failure: Exception | None = None
        try:
            await self._connection.serve()
        except Exception as error:  # noqa: BLE001 - told below
            failure = error
        finally:
            await self._leave()
        if failure is not None:
            await self._say_why(failure)

    async def _leave(self) -> None:
        try:
            if self._connection is not None:
                self._connection.end()
            if self._sits and self._line is not None:
                self._services.limits.socket_gone(self._line.pace)
            if self._line is not None:
                await self._line.left()
        finally:
            metrics.SOCKETS.dec()

    async def _say_why(self, error: Exception) -> None:
        """Close it as the error asks for. Raises whatever is none of those we know."""
        if isinstance(error, WebSocketDisconnect):
            return
        if isinstance(error, TimeoutError):
            # A line that stalls: nothing is wrong with who came.
            await self._pipe.close(PASSING, "hello")
        elif isinstance(error, AppError):
            tell_log(error, kind="live", route="hello")
            refused_hello(self._services.database.audit, self._address, error)
            if passes(error):
                await self._pipe.close(PASSING, error.code)
            else:
                shape = {"type": "bye", **error.in_(self._lang)}
                await self._pipe.close(1008, error.code, orjson.dumps(shape))
        elif isinstance(error, RuntimeError):
            log.error("live.failed", exc_info=error)
            await self._pipe.close(FAILED, "failed")
        else:
            raise error


async def _hello(socket: WebSocket) -> Hello:
    """Raises Refused malformed, TimeoutError, WebSocketDisconnect."""
    message = read_message(await asyncio.wait_for(receive(socket), HELLO_S))
    if not isinstance(message, Hello):
        raise web_error("malformed", what="hello")
    return message


# ── whose line it is ────────────────────────────────────────────────────────────────────────────


async def _line(services: Services, socket: WebSocket, hello: Hello) -> Line:
    """The line of a hello, to be left. Raises Refused seat_needed, login_needed, not_found."""
    if hello.as_ == "seat":
        services.presence.arriving += 1
        try:
            async with services.arriving:
                return await _seat_line(services, socket, hello)
        finally:
            services.presence.arriving -= 1
    if hello.as_ == "onlooker":
        session = await looked_at(services, hello.token)
        for run in session.runs:
            services.presence.expect(run.id)
        return OnlookerLine(services, session, hello.token, address_of(socket))
    token = hello.token or cookie_of(socket, LOGIN_COOKIE)
    account, session = await led_session(services, token, hello.as_, hello.session)
    for run in session.runs:
        services.presence.expect(run.id)
    actor = Actor.of_account(account, session, address_of(socket))
    return SessionLine(services, session, hello.as_, token, actor, account)


async def _seat_line(services: Services, socket: WebSocket, hello: Hello) -> SeatLine:
    """A seat's line; it counts as connected then. Raises Refused seat_needed, other_seat."""
    token, rung = hello.token or cookie_of(socket, SEAT_COOKIE), services.seats_rung
    holder = await services.sessions.find_seat(token) if token else None
    if holder is None:
        raise web_error("seat_needed")
    if hello.run not in ("", holder.run) or hello.seat not in ("", holder.seat):
        raise web_error("other_seat")
    lang = hello.lang or lang_of(socket)
    if services.settings.redis_url:
        await services.host.refresh(holder.run)
    await services.names(holder.run)
    await services.presence.connected(holder.run, holder.seat)
    line = SeatLine(services, holder, lang, token, rung)
    try:
        await arrived(services, holder)
    except BaseException as error:  # nobody has the line yet who would leave it
        line.sent_away = isinstance(error, asyncio.CancelledError)
        await line.left()
        raise
    return line
