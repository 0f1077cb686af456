"""What every request passes before any route sees it, and before its body is read: how often, from
where, who, how much, written how; on sockets too. The one place for all of it.

An ASGI middleware, for a body must be counted while it is read, whoever reads it, and a route's own
dependencies are asked only when it has been read.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeVar

from fastapi.dependencies.models import Dependant
from fastapi.params import File
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import AppError, Refused
from web.door.auth import address_of, check_origin, find_account, is_loopback
from web.door.doors import door_of
from web.door.listening import has_room, say_crowded
from web.door.replies import respond
from web.door.shape import FORM, JSON, PARTS, check_head, check_type, has_body
from web.door.statuses import STATUS, web_error
from web.services import get_services

BODY_MAX: Final = 64 * 1024
"""Bytes of a body, unless its route says otherwise."""
SPILLED_MAX: Final = 16 * 1024 * 1024
SPILLED_S: Final = 5.0
"""So much of a body, for so long, is still taken in and forgotten once it was refused: whoever is
cut off in the middle of sending sees a broken connection, and not what is wrong. A photo of a
phone's camera has less; what comes in crumbs is cut off before (`patience.py`)."""
SAFE: Final = ("GET", "HEAD", "OPTIONS")
NUL: Final = re.compile(rb"\x00|%00")
"""No address and nothing that is kept has one: PostgreSQL's texts can't hold it."""
UNCOUNTED: Final = ("/static/", "/healthz", "/readyz", "/metrics")
ANY_HOST: Final = ("/static/", "/healthz", "/readyz")
"""What tells nothing: whoever watches over machines asks by whatever name they have."""
PASSING: Final = 1013
POLICY: Final = 1008

F = TypeVar("F", bound=Callable[..., Any])


class Way(NamedTuple):
    """One route, as far as its door goes."""

    route: APIRoute
    bytes_max: int
    types: tuple[str, ...]
    """Content-Types of its bodies."""
    staff: Callable[..., Awaitable[Any]] | None
    """Asks whether an account may; None: not only staff may."""


def takes(bytes_max: int) -> Callable[[F], F]:
    """Marks a route's function: its bodies may be so large."""

    def mark(function: F) -> F:
        function.bytes_max = bytes_max  # type: ignore[attr-defined]
        return function

    return mark


def ways_of(routes: list[Any]) -> list[Way]:
    """What the routes say of themselves."""
    return [
        Way(
            route,
            getattr(route.endpoint, "bytes_max", BODY_MAX),
            _types(route),
            next((call for call in _calls(route.dependant) if _is_staffs(call)), None),
        )
        for route in (context.original_route for context in iter_route_contexts(routes))
        if isinstance(route, APIRoute)
    ]


def _types(route: APIRoute) -> tuple[str, ...]:
    """A form's parts cost forty microseconds each to find, so only a file may come in them."""
    if route.body_field is None:
        return (JSON,)
    files = any(isinstance(field.field_info, File) for field in route.dependant.body_params)
    return (FORM, PARTS) if files else (FORM,)


def _calls(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _is_staffs(call: object) -> bool:
    door = door_of(call)
    return door is not None and door.who == "staff"


class Doorway:
    """Refuses what comes too often, from elsewhere, from nobody who may, or in no shape."""

    def __init__(self, app: ASGIApp, ways: Callable[[], list[Way]]) -> None:
        self._app = app
        self._ways = ways
        self._known: list[Way] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, or answer in the one error shape."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            most = await self._judge(request)
        except AppError as error:
            await _refuse(request, error, receive, send)
            return
        await _Counted(self._app, scope, receive, send, most).run()

    async def _judge(self, request: Request) -> int:
        """How many bytes its body may have. Raises AppError: whatever is wrong with it."""
        headers = request.headers
        check_head(headers)
        _check_sender(request)
        if NUL.search(request.scope["path"].encode() + b"?" + request.scope["query_string"]):
            raise web_error("not_found")
        if request.method in SAFE:
            return BODY_MAX
        check_origin(request)
        way = self._way(request)
        most = way.bytes_max if way is not None else BODY_MAX
        said = headers.get("content-length", "")
        if said.isdecimal() and int(said) > most:
            raise web_error("too_large")
        if has_body(headers) and way is not None:
            check_type(headers, way.types)
            if way.staff is not None:
                services = get_services(request)
                await way.staff(request, services, await find_account(request, services))
        return most

    def _way(self, request: Request) -> Way | None:
        """The route it asks for; None: there is no such route. Said in the scope, as the router
        will say it again: refusals are recorded by their routes."""
        if self._known is None:
            self._known = self._ways()
        for way in self._known:
            if request.method not in (way.route.methods or ()):
                continue
            if found := way.route.path_regex.match(request.url.path):
                request.scope.update(route=way.route, path_params=found.groupdict())
                return way
        return None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            check_head(connection.headers)
            _check_sender(connection)
            check_origin(connection)
            if not has_room():
                say_crowded("socket")
                raise web_error("crowded")
        except Refused as error:
            await receive()  # "connect"
            passes = STATUS[error.code] in (429, 503)
            if passes:  # it may come back; the others are told nothing
                await send({"type": "websocket.accept"})
            code = PASSING if passes else POLICY
            await send({"type": "websocket.close", "code": code, "reason": error.code})
            return
        await self._app(scope, receive, send)


def _check_sender(connection: HTTPConnection) -> None:
    """Count a request, and look at whom it is for. This machine itself is not counted, nor a proxy
    on it: it has limits of its own, and everybody behind it. Raises Refused too_fast,
    wrong_host."""
    address, path, services = address_of(connection), connection.url.path, get_services(connection)
    if not path.startswith(UNCOUNTED) and not is_loopback(address):
        services.limits.request(address)
    host = connection.headers.get("host", "")
    if not path.startswith(ANY_HOST) and not services.hosts.is_ours(host):
        raise services.proxies.foreign_host(host)


async def _refuse(request: Request, error: AppError, receive: Receive, send: Send) -> None:
    """Say what is wrong, whole, and then take in a little of what is still being sent."""
    answer = respond(request, error)
    if not has_body(request.headers):
        await answer(request.scope, receive, send)
        return
    answer.headers["connection"] = "close"

    async def before_the_end(message: Message) -> None:
        await send({**message, "more_body": True} if "body" in message else message)

    await answer(request.scope, receive, before_the_end)
    with suppress(TimeoutError):
        await asyncio.wait_for(_spill(receive), SPILLED_S)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _spill(receive: Receive) -> None:
    left, more = SPILLED_MAX, True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message.get("more_body", False)


class _Counted:
    """One request whose body is counted while it is read."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        self._app, self._scope, self._receive, self._send = app, scope, receive, send
        self._left = most
        self._begun = False

    async def run(self) -> None:
        try:
            await self._app(self._scope, self._read, self._write)
        except ClientDisconnect:
            if self._left >= 0:
                raise
        if self._left < 0 and not self._begun:
            error = web_error("too_large")
            await _refuse(Request(self._scope), error, self._receive, self._send)

    async def _read(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                return {"type": "http.disconnect"}
        return message

    async def _write(self, message: Message) -> None:
        """What the app says; nothing, once the body was too large: `run` says why."""
        if self._left >= 0 or self._begun:
            self._begun = True
            await self._send(message)
