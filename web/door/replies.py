"""Errors as answers: one JSON shape for programs, one page for people."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from engine.author.extents import LeftAlone
from engine.author.package import PackageError
from engine.errors import (
    AppError,
    LostScript,
    QuotaError,
    Refused,
    Rejection,
    ReplayError,
    RunBroken,
    ScenarioError,
    StoreError,
    StoreUnavailable,
    Text,
    Unkeepable,
)
from engine.evening.refusing import invalid
from engine.export.report import NotFiledError, NothingPlayedError
from engine.review.fork import CannotForkError
from engine.script.encoding import UnreadableText
from engine.work.bounds import WorkError
from web.door.statuses import STATUS, GoFirst, web_error
from web.logs import Seldom
from web.pages.page import ErrorPage
from web.pages.render import render_page
from web.pages.words import lang_of

_PASSING: Final = frozenset({429, 500, 503})
"""What may be better in a moment, without anybody doing anything about it."""
_WORK: Final = {"work_waiting": 429, "work_lost": 503}
_STATUS: Final = {404: "not_found", 405: "not_allowed", 401: "login_needed", 422: "invalid"}

log = structlog.get_logger()


UNREADABLE_RUN: Final = RunBroken | ReplayError | LostScript
"""A run that can't be taken up, as a whole or for what was asked."""


def status_of(error: AppError) -> int:
    """The HTTP status an error is told with."""
    if isinstance(error, Refused):
        return STATUS[error.code]
    if isinstance(error, UNREADABLE_RUN):
        return 409  # the program goes on; what it would need isn't as it should be
    if isinstance(
        error, Rejection | QuotaError | CannotForkError | NothingPlayedError | NotFiledError
    ):
        return 409
    if isinstance(error, StoreError):
        return 503
    if isinstance(error, WorkError):
        return _WORK.get(error.code, 422)
    known = ScenarioError | LeftAlone | PackageError | UnreadableText | Unkeepable
    return 422 if isinstance(error, known) else 500


def retry_headers(error: AppError) -> dict[str, str]:
    """When to try again, for whoever has to wait."""
    retry_s = error.retry_s if isinstance(error, Refused) else 0
    return {"Retry-After": str(retry_s)} if retry_s else {}


def respond(request: Request, error: AppError) -> Response:
    """The error as JSON under /api and to whoever sent JSON, as a page elsewhere."""
    lang = lang_of(request)
    if isinstance(error, StoreUnavailable) and _only_reads(request, error):
        error = _unread(error)
    request.state.refusal = error.code  # for the audit log
    status, shape = status_of(error), error.in_(lang)
    request.state.told = tell_log(
        error, kind="http", route=getattr(request.scope.get("route"), "path", "?")
    )
    headers = retry_headers(error)
    program = request.url.path.startswith(("/api", "/healthz", "/readyz", "/metrics"))
    if program or request.headers.get("content-type", "").startswith("application/json"):
        return JSONResponse({"error": shape}, status, headers)
    if isinstance(error, GoFirst):
        return RedirectResponse(error.to, 303)
    page = ErrorPage(
        **getattr(request.state, "chrome", {}),
        status=status,
        code=error.code,
        message=shape["message"],
        remedy=shape["remedy"],
        back=_back(request),
        again=_here(request) if request.method == "GET" and status in _PASSING else "",
    )
    return HTMLResponse(render_page(page, lang), status, headers)


def _only_reads(request: Request, error: StoreUnavailable) -> bool:
    """Nothing was to be saved. /readyz tries whether anything would be."""
    looks = request.method in ("GET", "HEAD") and request.url.path != "/readyz"
    return looks and error.code == "not_saved"


def _unread(error: StoreUnavailable) -> Refused:
    """What is said to whoever only wanted to look; the log is told why all the same."""
    told = web_error("not_read")
    told.__cause__, told.args = error, (f"{told.code}: {error.why}",)
    return told


def tell_log(error: AppError, *, kind: str, route: str) -> bool:
    """Whoever looks after the installation is told what went wrong in it, not only whoever asked:
    an answer that is nobody's mistake has its line in the log, the same one once a minute. False:
    it is somebody's mistake."""
    status = status_of(error)
    if isinstance(error, RunBroken):
        return True  # said when it was found: its pages and phones ask again and again
    if status < 500 and not isinstance(error, UNREADABLE_RUN):
        return False
    why = str(getattr(error, "why", "") or error)
    more = _seldom.again(f"{error.code} {kind} {route} {why}")
    if more is not None:
        told = {name: getattr(error, name) for name in ("run", "seq") if hasattr(error, name)}
        cause = repr(error.__cause__) if error.__cause__ is not None else None
        log.error(
            "answered.failure",
            kind=kind, route=route, code=error.code, why=why, cause=cause, more=more, **told,
        )  # fmt: skip
    return True


_seldom: Final = Seldom()


def _back(request: Request) -> str:
    """The path of the page that led here, if it is another one and ours; else empty."""
    try:
        came = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    ours = came.netloc != "" and came.netloc == request.headers.get("host", "")
    if not ours or not came.path.startswith("/") or came.path.startswith("//"):
        return ""
    path = came.path + (f"?{came.query}" if came.query else "")
    return "" if request.method == "GET" and path == _here(request) else path


def _here(request: Request) -> str:
    path = "/" + request.url.path.lstrip("/")  # `//x` would lead to another host
    return path + (f"?{request.url.query}" if request.url.query else "")


def add_error_handlers(app: FastAPI) -> None:
    """Let every error of the app come out in the one shape."""

    @app.exception_handler(AppError)
    async def known(request: Request, error: AppError) -> Response:
        return respond(request, error)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = _STATUS.get(error.status_code, "failed" if error.status_code >= 500 else "")
        told = Text("服务器读不懂发来的内容", str(error.detail))  # by whoever wrote the framework
        answer = respond(request, web_error(code, what="") if code else invalid(told))
        answer.status_code = error.status_code
        answer.headers.update(error.headers or {})  # Allow, with a 405
        return answer

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # nobody hears it; nor is it worth a line of the log

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> Response:
        return respond(request, invalid(_first(error)))

    @app.exception_handler(Exception)
    async def unknown(request: Request, error: Exception) -> Response:
        return respond(request, web_error("failed"))


_WRONG: Final = {
    "missing": "没有填",
    "int": "要是一个整数",
    "float": "要是一个数",
    "bool": "要是“是”或“否”（true、false）",
    "greater": "太小了",
    "less": "太大了",
    "string_too_long": "太长了",
    "string_too_short": "太短了",
    "too_long": "太多了",
    "literal": "不是可以选的",
    "enum": "不是可以选的",
}
"""What the framework finds wrong with a field, by how its name for that begins."""


def _first(error: RequestValidationError) -> Text:
    """The first field that won't do, and why; in English in the framework's own words."""
    details: list[Any] = list(error.errors())
    if not details:
        return Text("写得不对", "it can't be read")
    kind = str(details[0].get("type", ""))
    why = next((told for name, told in _WRONG.items() if kind.startswith(name)), "写得不对")
    where = ".".join(str(part) for part in details[0].get("loc", ()) if part != "body")
    field = where.split(".", 1)[-1] if where.startswith(("query.", "path.")) else where
    return Text(f"“{field}”{why}", f"{where}: {details[0].get('msg', '')}")
