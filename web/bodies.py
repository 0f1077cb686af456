"""Bodies over HTTP: none longer than its address takes; JSON checked before anybody looks at it."""

from __future__ import annotations

from typing import Any, Final

import orjson
from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.author.package import PACKED_MAX
from engine.scenario.source import BYTES_MAX
from web.auth import check_origin
from web.errors import respond, web_error
from web.wire import read_body

BODY_MAX: Final = 256 * 1024
"""Of a form or a command."""
PHOTO_MAX: Final = 8 * 1024 * 1024
AROUND: Final = 64 * 1024
"""What a form has beside its file."""


async def read_json(request: Request, kind: type[Any], bytes_max: int) -> Any:
    """The body of a request as `kind`. Raises WebError foreign_origin, invalid."""
    check_origin(request)
    body = await request.body()
    if len(body) > bytes_max:
        raise web_error("invalid", what=f"> {bytes_max} B")
    return read_body(body, kind)


def json_response(content: object, status: int = 200) -> Response:
    """`content` as JSON."""
    return Response(orjson.dumps(content), status, media_type="application/json")


def body_max(path: str) -> int:
    """How long a body that address takes."""
    if path == "/studio/import":
        return PACKED_MAX + AROUND
    if path.startswith("/studio/"):
        return 3 * BYTES_MAX
    if path.startswith("/review/") and path.endswith("/activity"):
        return PHOTO_MAX + AROUND
    return BODY_MAX


class BoundedBodies:
    """Refuses a body that is too long: at once where it says so, else when it has come so far.

    Forms are spooled to the disk as they come, before anybody asks who sent them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, request = body_max(scope["path"]), Request(scope)
        said = request.headers.get("content-length", "0")
        if not said.isdecimal() or int(said) > most:
            await respond(request, web_error("too_large"))(scope, receive, send)
            return
        came = 0

        async def bounded() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise web_error("too_large")
            return message

        await self._app(scope, bounded, send)
