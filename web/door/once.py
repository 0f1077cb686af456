"""What changes something takes effect once, however often it is sent.

A form carries a one-time key in its mark (`auth.py`), a program may send an `Idempotency-Key`.
The key is claimed before a route begins; whoever comes with it again, asking for the same, gets the
answer that was given, or waits for it. A refusal changes nothing and leaves the key unused. Routes
that know by themselves who came already (`by_itself`) only take the key.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, Final, TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import StoreUnavailable
from engine.store.receipts import ANSWER_MAX, Answer
from web.door.statuses import web_error
from web.services import Services, get_services

SAFE: Final = ("GET", "HEAD", "OPTIONS")
KEPT_HEADERS: Final = ("location", "set-cookie", "content-type", "content-disposition")
LOOK_S: Final = 0.05
WAIT_S: Final = 20.0
"""So long somebody waits for the answer to the same key; then they are asked to try again."""

F = TypeVar("F", bound=Callable[..., Any])
log = structlog.get_logger()


class AnsweredBefore(Exception):
    """This key was answered: here is that answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def by_itself(function: F) -> F:
    """Marks a route's function that makes sure of it itself, by `key_of`: the seat a key took is
    found by the key, even if the process ended before it could answer."""
    function.once_by_itself = True  # type: ignore[attr-defined]
    return function


def key_of(request: Request) -> str:
    """The one-time key that came with the request; empty: none."""
    found: str = getattr(request.state, "once_key", "")
    return found


async def claim(request: Request, services: Services, given: str, who: str, body: bytes) -> None:
    """Take the key for this request of `who`, an account's id. Raises AnsweredBefore, what it was
    answered; Refused busy."""
    request.state.once_key = given
    if hasattr(request.scope["route"].endpoint, "once_by_itself"):
        return
    about = f"{request.method} {request.url.path} {who} {hashlib.sha256(body).hexdigest()}"
    key, receipts = f"{given} {about}", services.database.receipts
    waited_s = 0.0
    while (mine := await receipts.claim(key)) is None:
        claimed, answer = await receipts.find(key, services.key)
        if answer is not None:
            request.state.once_answered = True  # the audit log has it already
            raise AnsweredBefore(answer)
        if claimed and waited_s >= WAIT_S:
            raise web_error("busy")
        await asyncio.sleep(LOOK_S)
        waited_s += LOOK_S
    request.state.once = key, mine


def repeated(request: Request, known: Exception) -> Response:
    """An answer given again."""
    assert isinstance(known, AnsweredBefore), "it handles no other"
    answer = known.answer
    response = Response(answer.body, answer.status)
    for name, value in answer.headers:
        response.headers.append(name, value)
    return response


class Once:
    """Keeps what was answered to a key, before it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        state = request.state
        begun: list[Message] = []
        body = bytearray()

        async def keeping(message: Message) -> None:
            if not hasattr(state, "once"):
                await send(message)
                return
            begun.append(message)
            if message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await self._keep(request, begun[0], bytes(body))
                    del state.once
                    for each in begun:
                        await send(each)

        try:
            await self._app(scope, receive, keeping)
        except BaseException:
            await self._let_go(request)
            raise

    async def _keep(self, request: Request, start: Message, body: bytes) -> None:
        services, status = get_services(request), start["status"]
        if status >= 400:
            await self._let_go(request)
            return
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in start["headers"]
            if name.decode("latin-1").lower() in KEPT_HEADERS
        )
        short = body if len(body) <= ANSWER_MAX else b""
        answer = Answer(status, headers, short)
        try:
            key, mine = request.state.once
            await services.database.receipts.fill(key, mine, services.key, answer)
        except StoreUnavailable:
            log.error("receipt.not_kept", path=request.scope["route"].path)

    async def _let_go(self, request: Request) -> None:
        if hasattr(request.state, "once"):
            try:
                await get_services(request).database.receipts.drop(*request.state.once)
            except StoreUnavailable:
                log.error("receipt.not_dropped", path=request.scope["route"].path)
