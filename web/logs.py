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

FOREIGN: Final = ("uvicorn", "asyncio", "websockets")
"""Whose lines aren't ours."""
SELDOM_S: Final = 60
SELDOM_MAX: Final = 1_000
"""Things said that are remembered."""

_SHARED: Final[list[structlog.typing.Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(kind: Literal["console", "json"]) -> None:
    """Write log lines to standard error in that form, from now on. Called once a process.

    For people at a laptop, what they should know; for machines, every request and command too. What
    isn't written isn't made up either: that is asked first, for there are two lines a command.
    """
    least = logging.INFO if kind == "json" else logging.WARNING
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
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=shape)
    )
    handler.addFilter(Strangers())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(least)


class Seldom:
    """The same thing is said once a minute: what fails for everybody fails a thousand times."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[float, int]] = {}

    def again(self, what: str) -> int | None:
        """How often it wasn't said since it last was; None: it isn't to be said now."""
        now_s = time.monotonic()
        said_s, more = self._said.get(what, (-SELDOM_S, 0))
        if now_s - said_s < SELDOM_S:
            self._said[what] = (said_s, more + 1)
            return None
        if len(self._said) >= SELDOM_MAX:
            self._said.clear()
        self._said[what] = (now_s, 0)
        return more


class Strangers(logging.Filter):
    """What uvicorn and asyncio say of what strangers send, each thing once a minute: a head that is
    none, a frame that is no UTF-8 had a line each, or a traceback, and filled the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._seldom = Seldom()

    def filter(self, record: logging.LogRecord) -> bool:
        """Is it said?"""
        if record.levelno < logging.WARNING or not record.name.startswith(FOREIGN):
            return True
        more = self._seldom.again(f"{record.name} {record.msg} {_where(record)}")
        if more:
            record.msg = f"{record.msg} (+{more})"
        return more is not None


def _where(record: logging.LogRecord) -> str:
    """What broke, and where: another fault is another thing."""
    trace = record.exc_info[2] if record.exc_info else None
    if trace is None or record.exc_info is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{record.exc_info[0]} {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


class RequestLog:
    """Says of every request its route, answer and time; its path may hold a join code. A failure
    that nobody else has told of is told here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._seldom = Seldom()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and note how it ended."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        began_s, status = time.monotonic(), 500
        state = scope.setdefault("state", {})

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "?")
            if status >= 500 and not state.get("told"):
                more = self._seldom.again(f"{route} {status}")
                if more is not None:
                    told = {"kind": "http", "route": route, "status": status}
                    log.error("answered.failure", more=more, **told)
            log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                ms=round((time.monotonic() - began_s) * 1000, 1),
            )
