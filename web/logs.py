"""One line an event, for people or, as JSON, for machines: ours and uvicorn's alike (structlog).

A line names runs, seats and codes, never a participant's name, an answer or a token.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Final, Literal

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

_SHARED: Final[list[structlog.typing.Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(kind: Literal["console", "json"]) -> None:
    """Write log lines to standard error in that form, from now on. Called once a process.

    For people at a laptop, what they should know; for machines, every request and command too.
    """
    structlog.contextvars.bind_contextvars(pid=os.getpid())
    shape: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta
    ]
    if kind == "json":
        shape += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # A traceback with the values of its variables would print passwords.
        plain = structlog.dev.plain_traceback
        colors = sys.stderr.isatty()
        shape += [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=shape)
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO if kind == "json" else logging.WARNING)


class RequestLog:
    """Says of every request its route, answer and time; its path may hold a join code."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and note how it ended."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        began_s, status = time.monotonic(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            log.info(
                "request",
                method=scope["method"],
                route=getattr(scope.get("route"), "path", "?"),
                status=status,
                ms=round((time.monotonic() - began_s) * 1000, 1),
            )
