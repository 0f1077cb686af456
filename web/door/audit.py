"""The audit log's place in the web: every request that changes something, every one that takes
people's names out, and every socket.

`Audited` sees all requests. What an account does is on the disk before the answer leaves; while
the log can't be written, no act is taken. Refusals, whosever, follow a moment later. `web/live`
tells of commands on sockets through `Actor`. A route that takes names out says so at its door
(`gives`), and is recorded before the first byte leaves. An entry is its branch's: of the session
that the door found, else of whoever acts; a route that touches another one says so (`touches`).
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from typing import Any, Final

import msgspec
import structlog
from msgspec.structs import replace
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import AppError, StoreUnavailable
from engine.evening.commanding import KINDS
from engine.store.audit.trail import Audit, Entry
from engine.store.people.accounts import Account
from engine.store.sessions.sessions import SeatHolder, Session
from web.door.auth import address_of, find_account
from web.door.doorway import BODY_MAX
from web.door.replies import respond
from web.services import Services, get_services

SAFE: Final = ("GET", "HEAD", "OPTIONS")
LOOKED_MS: Final = 10 * 60_000
"""Whoever looks at the same again within so long is told of once: programs ask every second."""
LOOKS_MAX: Final = 1_000
LOGINS: Final = ("/login", "/api/token")
COMMANDS: Final = "/api/sessions/{name}/commands"
_ASKS: Final = re.compile(r"/api/sessions/[^/]+/commands")
"""Where the body says what is asked for. Answers of participants don't come this way."""
SECRETS: Final = ("code", "token")
"""What in a path opens something: that isn't kept."""
METHODS: Final = ("POST", "PUT", "PATCH", "DELETE")
TARGET_MAX: Final = 120
WHO_MAX: Final = 60

log = structlog.get_logger()


class Actor(msgspec.Struct, frozen=True):
    """Who speaks on a socket, and where."""

    entry: Entry

    @staticmethod
    def of_seat(holder: SeatHolder) -> Actor:
        """A participant: a seat of a run, neither name nor address."""
        told = Entry(kind="seat", act="", who=holder.seat, branch=holder.branch, target=holder.run)
        return Actor(told)

    @staticmethod
    def of_account(account: Account, session: Session, address: str) -> Actor:
        """Somebody at a session's console."""
        return Actor(
            Entry(
                kind="staff",
                act="",
                who=account.name,
                branch=session.branch,
                target=session.id,
                address=address,
            )
        )

    async def may(self, audit: Audit) -> None:
        """Before a command. Raises StoreUnavailable: what staff do couldn't be recorded."""
        if self.entry.kind == "staff":
            await audit.ready()

    async def did(self, audit: Audit, do: str) -> None:
        """A command was carried out. On the disk on return, or in the server's log."""
        if self.entry.kind == "staff":
            await _recorded(audit, replace(self.entry, act=command(do)))

    def refused(self, audit: Audit, do: str, error: AppError) -> None:
        """A command was refused."""
        audit.refused(replace(self.entry, act=command(do), outcome=error.code))


def touches(request: HTTPConnection, *branches: str | None) -> None:
    """What is done is these branches' business: each one's auditors are to see it."""
    known = getattr(request.state, "touched", ())
    request.state.touched = tuple(dict.fromkeys((*known, *branches)))


def refused_hello(audit: Audit, address: str, error: AppError) -> None:
    """Somebody was refused a socket, or lost theirs."""
    told = Entry(kind="nobody", act="live", outcome=error.code, address=address)
    audit.refused(told)


def command(do: object) -> str:
    """How a command is called in the log; any nonsense has one name."""
    return f"command {do}" if isinstance(do, str) and do in KINDS else "command ?"


async def _recorded(audit: Audit, entry: Entry) -> None:
    """Record what was done. If that fails it was done all the same: the audit log owes it, the
    server's log tells it, and no further act is taken until it is written."""
    try:
        await audit.act(entry)
    except StoreUnavailable:
        log.error("audit.act_unrecorded", who=entry.who, act=entry.act, target=entry.target)


class Audited:
    """The middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._looked: OrderedDict[tuple[str, ...], int] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        services = get_services(request)
        if scope["method"] in SAFE:
            await _Taking(self._app, request, services, self._looked).serve(receive, send)
            return
        try:
            account = await find_account(request, services)
            if account is not None:
                await services.database.audit.ready()
        except StoreUnavailable as error:
            await respond(request, error)(scope, receive, send)
            return
        await _Request(self._app, request, services, account).serve(receive, send)


class _Request:
    """One request that means to change something."""

    def __init__(
        self, app: ASGIApp, request: Request, services: Services, account: Account | None
    ) -> None:
        self._app = app
        self._request = request
        self._services = services
        self._account = account
        self._body = bytearray()
        self._told = False
        _ = request.state  # made before the scope is copied, so that routes leave word in it

    async def serve(self, receive: Receive, send: Send) -> None:
        came: deque[Message] = deque()
        asks = _ASKS.fullmatch(self._request.url.path)

        async def hear() -> Message:
            message = await receive()
            if asks and len(self._body) <= BODY_MAX:
                self._body += message.get("body", b"")
            return message

        if asks and self._account is not None and self._small():
            # What was asked for is told even where it was refused before anybody looked.
            while not came or came[-1].get("more_body"):
                came.append(await hear())

        async def heard() -> Message:
            return came.popleft() if came else await hear()

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._record(message["status"])
            await send(message)

        try:
            await self._app(self._request.scope, heard, answered)
        except Exception:
            await self._record(500)
            raise

    def _small(self) -> bool:
        """The body says that it is no larger than such bodies may be."""
        said = self._request.headers.get("content-length", "")
        return said.isdecimal() and int(said) <= BODY_MAX

    async def _record(self, status: int) -> None:
        if self._told or hasattr(self._request.state, "once_answered"):
            return
        self._told = True
        await self._tell(status)

    async def _tell(self, status: int) -> None:
        audit, entry = self._services.database.audit, self._entry(status)
        touched: tuple[str | None, ...] = getattr(self._request.state, "touched", ())
        if status >= 400:
            audit.refused(entry)
        elif entry.kind == "staff":
            for branch in touched or (entry.branch,):
                await _recorded(audit, replace(entry, branch=branch))

    def _entry(self, status: int) -> Entry:
        scope = self._request.scope
        path = self._route()
        given = scope.get("path_params", {})
        named = [str(value) for name, value in given.items() if name not in SECRETS]
        method = scope["method"] if scope["method"] in (*METHODS, "GET") else "?"
        code = getattr(self._request.state, "refusal", str(status))
        entry = Entry(
            kind="nobody",
            act=f"{method} {path}",
            target="/".join(named)[:TARGET_MAX],
            outcome=code if status >= 400 else "ok",
            address=address_of(self._request),
        )
        if path in LOGINS:
            return self._login(entry)
        if path == COMMANDS:
            entry = replace(entry, act=command(self._asked().get("do")))
        if self._account is None:
            return entry
        account = self._account
        return replace(
            entry, kind="staff", who=account.name[:WHO_MAX], branch=self._branch(account)
        )

    def _route(self) -> str:
        """The path as the route declares it."""
        path: str = getattr(self._request.scope.get("route"), "path", "?")
        return path

    def _branch(self, account: Account) -> str | None:
        """The branch of the session that the door found; else that of whoever acts."""
        session: Session | None = getattr(self._request.state, "session", None)
        return session.branch if session is not None else account.branch

    def _login(self, entry: Entry) -> Entry:
        """A login names the account it was for. Names that are none aren't kept: people type
        their password there."""
        account: Account | None = getattr(self._request.state, "login_of", None)
        told = replace(entry, act="login", target="")
        if account is None:
            return told
        return replace(told, kind="staff", who=account.name[:WHO_MAX], branch=account.branch)

    def _asked(self) -> dict[str, Any]:
        """The fields of a JSON body, as far as they were seen."""
        try:
            found: dict[str, Any] = msgspec.json.decode(bytes(self._body), type=dict[str, Any])
        except (msgspec.DecodeError, ValueError, RecursionError):
            return {}
        return found


class _Taking(_Request):
    """One request that changes nothing: it is told where it takes names out, and was let in or
    refused."""

    def __init__(
        self,
        app: ASGIApp,
        request: Request,
        services: Services,
        looked: OrderedDict[tuple[str, ...], int],
    ) -> None:
        super().__init__(app, request, services, None)
        self._looked = looked

    async def _record(self, status: int) -> None:
        gives = getattr(self._request.state, "gives", "")
        if self._told or not gives:
            return
        self._told, self._account = True, getattr(self._request.state, "taker", None)
        if status >= 400 or gives == "file" or self._first_look():
            await self._tell(status)

    def _first_look(self) -> bool:
        """Whoever asks hasn't looked at this for a while."""
        now_ms, session = self._services.host.clock.now_ms(), self._request.state.session
        looked = (self._account.id if self._account else "", session.id, self._route())
        last_ms = self._looked.pop(looked, None)
        if last_ms is not None and now_ms - last_ms < LOOKED_MS:
            self._looked[looked] = last_ms
            return False
        self._looked[looked] = now_ms
        while len(self._looked) > LOOKS_MAX:
            self._looked.popitem(last=False)
        return True
