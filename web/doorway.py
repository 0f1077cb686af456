"""What every request passes before any route sees it: how often, from where, how much.

An ASGI middleware, for a body must be counted while it is read, whoever reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.auth import address_of, check_origin, is_loopback
from web.errors import WebError, respond, web_error
from web.services import get_services

BODY_MAX: Final = 64 * 1024
"""Bytes of a body, unless its route says otherwise."""
SPILLED_MAX: Final = 64 * 1024 * 1024
"""Bytes of a body too large that are still taken in and forgotten: whoever is answered in the
middle of sending sees a broken connection, and not what is wrong."""
SAFE: Final = ("GET", "HEAD", "OPTIONS")
NUL: Final = re.compile(rb"\x00|%00")
"""No address and nothing that is kept has one: PostgreSQL's texts can't hold it."""
UNCOUNTED: Final = ("/static/", "/healthz", "/readyz", "/metrics")

Limits = list[tuple[re.Pattern[str], int]]
F = TypeVar("F", bound=Callable[..., Any])


def takes(bytes_max: int) -> Callable[[F], F]:
    """Marks a route's function: its bodies may be so large."""

    def mark(function: F) -> F:
        function.bytes_max = bytes_max  # type: ignore[attr-defined]
        return function

    return mark


def limits_of(routes: list[Any]) -> Limits:
    """(path, bytes) of the routes that say how large their bodies may be."""
    return [
        (route.path_regex, route.endpoint.bytes_max)
        for route in (context.original_route for context in iter_route_contexts(routes))
        if isinstance(route, APIRoute) and hasattr(route.endpoint, "bytes_max")
    ]


class Doorway:
    """Refuses what comes too often, from elsewhere, or is too large."""

    def __init__(self, app: ASGIApp, limits: Callable[[], Limits]) -> None:
        self._app = app
        self._limits = limits
        self._known: Limits | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, or answer in the one error shape."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        said = request.headers.get("content-length", "")
        size = int(said) if said.isdecimal() else 0
        try:
            _count(request)
            if NUL.search(scope["path"].encode() + b"?" + scope["query_string"]):
                raise web_error("not_found")
            if request.method not in SAFE:
                check_origin(request)
            most = self._most(request.url.path)
            if size > most:
                raise web_error("too_large")
        except WebError as error:
            if error.code == "too_large" and size <= SPILLED_MAX:
                await _spill(receive)
            await respond(request, error)(scope, receive, send)
            return
        await _Counted(self._app, scope, receive, send, most).run()

    def _most(self, path: str) -> int:
        if self._known is None:
            self._known = self._limits()
        return next((most for where, most in self._known if where.match(path)), BODY_MAX)


def _count(connection: HTTPConnection) -> None:
    """Count a request. This machine itself is not counted, nor a proxy on it: it has limits of its
    own, and everybody behind it. Raises WebError too_fast."""
    address = address_of(connection)
    if connection.url.path.startswith(UNCOUNTED) or is_loopback(address):
        return
    get_services(connection).limits.request(address)


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
            await _spill(self._receive)
            answer = respond(Request(self._scope), web_error("too_large"))
            await answer(self._scope, self._receive, self._send)

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
