"""What stands at the head of every answer, the one to a failure of ours included.

An ASGI middleware outside of all others that may answer: what the framework says by itself when
something breaks is made outside of any middleware, and had none of it.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.door.auth import over_https
from web.door.replies import respond
from web.door.statuses import web_error
from web.services import get_services

HOST: Final = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?", re.ASCII)
# `no-referrer` would make browsers send `Origin: null` with our own forms.
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
APART: Final = ("Cross-Origin-Opener-Policy", "same-origin")
HTTPS_ONLY: Final = ("Strict-Transport-Security", "max-age=15552000")
"""Half a year. Of this name alone: what else runs beneath it isn't ours to decide."""


def policy(host: str, *, framed: bool = False, frames: bool = False) -> str:
    """What our pages may do: nothing inline, nothing from elsewhere. Sockets are named besides, for
    older phones don't count them as `'self'`. `framed`: one of ours may show it in a frame;
    `frames`: it is the one that shows them (`web/pages/rehearsal.py`)."""
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    ancestors = "'self'" if framed else "'none'"
    children = "; frame-src 'self'" if frames else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"media-src 'self'; font-src 'self'; connect-src 'self'{sockets}; object-src 'none'; "
        "base-uri 'none'; "
        f"form-action 'self'; frame-ancestors {ancestors}{children}"
    )


def let_frame(response: Response, request: Request, **which: bool) -> Response:
    """The answer, which may be `framed`, or `frames` others (`policy`)."""
    own = policy(request.headers.get("host", ""), **which)
    response.headers["Content-Security-Policy"] = own
    return response


class Headed:
    """Heads each answer, and answers in the one shape where something breaks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, begun = Request(scope), False

        async def heading(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message.setdefault("headers", [])
                _add_headers(request, message["status"], MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, heading)
        except Exception:
            if not begun:
                await respond(request, web_error("failed"))(scope, receive, heading)
            raise  # to be told in the log


def _add_headers(request: Request, status: int, headers: MutableHeaders) -> None:
    headers.setdefault("Content-Security-Policy", policy(request.headers.get("host", "")))
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    # Browsers say where a request comes from to those alone whom they trust: https, this machine.
    # Anywhere else they ignore this header, and complain of it on every page.
    if request.url.scheme == "https" or "sec-fetch-site" in request.headers:
        headers.setdefault(*APART)
    if over_https(request, get_services(request)):
        headers.setdefault(*HTTPS_ONLY)
    if status >= 400 or not request.url.path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
