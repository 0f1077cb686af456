"""JSON over HTTP: bodies checked before anything looks at them, answers."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import orjson
from fastapi import Request, Response

from web.door.auth import check_program
from web.door.statuses import web_error

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a message that is none raises: no JSON, no UTF-8, brackets without end."""


def read_body(data: bytes, kind: type[Any]) -> Any:
    """The body of a request as `kind`. Raises Refused invalid."""
    try:
        return msgspec.json.decode(data or b"{}", type=kind)
    except UNREADABLE as error:
        raise web_error("invalid", what=str(error)) from error


async def read_json(request: Request, kind: type[Any], bytes_max: int) -> Any:
    """The body of a request as `kind`. Raises Refused foreign_origin, invalid."""
    check_program(request)
    if int(request.headers.get("content-length", "0") or 0) > bytes_max:
        raise web_error("invalid", what=f"> {bytes_max} B")
    return read_body(await request.body(), kind)


def json_response(content: object, status: int = 200) -> Response:
    """`content` as JSON; parts of views in it as they go over the socket."""
    body = orjson.dumps(content, default=msgspec.to_builtins)
    return Response(body, status, media_type="application/json")
