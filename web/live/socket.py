"""The socket `/live`: parts out, commands in (docs/wire.md).

One connection is three tasks: one reads messages, one waits for its runs to move and puts the parts
that changed, one writes. A part is sent when it isn't the object it was (`RunViews` hands out the
same object while nothing it is made of has changed), and isn't equal to it. HTML fragments are
rendered once for each part object and shared by all sockets that show it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import msgspec
import orjson
import structlog
from fastapi import APIRouter, Request, Response, WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from engine.errors import AppError, LostScript, Refused, RunBroken, StoreError
from engine.evening.commanding import KINDS
from engine.evening.house import bell_of
from engine.evening.joining import arrived
from engine.evening.paces import Bucket
from engine.host.hub import Watch
from web import metrics
from web.door.audit import Actor, refused_hello
from web.door.auth import LOGIN_COOKIE, SEAT_COOKIE, address_of, cookie_of
from web.door.bodies import json_response
from web.door.doors import Public
from web.door.limits import COMMANDS_BURST, COMMANDS_PER_S
from web.door.proxies import is_own
from web.door.replies import status_of, tell_log
from web.door.statuses import web_error
from web.live.lines import Line, Parts, SeatLine, SessionLine, led_session
from web.live.outbox import Outbox
from web.live.wire import CommandMessage, Hello, Ping, id_of, read_message, rejected
from web.pages.words import lang_of
from web.services import Services, ServicesDep, get_services

router = APIRouter()
log = structlog.get_logger()

HELLO_S: Final = 10
SEAT_CHECK_S: Final = 60
"""After so long a seat that says something is asked for its token again: the ring that withdrew it
may have been lost. No timer for each phone: there are thousands."""
CHECK_S: Final = 15
"""How often a console's or a wall's login is looked at again though nothing rang, which also keeps
it from idling."""
RESTARTING: Final = 1012
"""The close code of a server that stops (IANA, "service restart"): uvicorn sends it to every socket
once it takes no more, and clients come back at once."""
LAST_WORD_S: Final = 0.1
TOO_FAST_MAX: Final = 200
"""Refusals for haste after which a socket is closed."""
SOCKETS_MAX: Final = 64
"""Sockets of one seat or one account at a time. A phone has a page or two, a desk a console and a
wall for each of its evenings; beyond, each is a copy that costs what all the others cost."""
FAILED: Final = 1011
"""The close code of a fault of ours (IANA, "internal error")."""
PASSING: Final = 1013
"""The close code of an error that passes (IANA, "try again later"): clients come back by
themselves. No `bye` goes before it, for that ends a page."""


@router.websocket("/live", dependencies=Public)
async def live(socket: WebSocket) -> None:
    """One connection, from hello to its end."""
    services = get_services(socket)
    await socket.accept()
    metrics.SOCKETS.inc()
    try:
        hello = await _hello(socket)
        if hello is None:
            return
        async with _line(services, socket, hello) as line:
            with services.limits.socket(line.pace, SOCKETS_MAX):
                await _Connection(services, socket, hello, line).serve()
    except TimeoutError:
        await _close(socket, PASSING, "hello")  # a line that stalls: nothing is wrong with who came
    except AppError as error:
        tell_log(error, kind="live", route="hello")
        refused_hello(services.database.audit, socket, error)
        if passes(error):
            await _close(socket, PASSING, error.code)
        else:
            await _bye(socket, error)
    except WebSocketDisconnect:
        pass
    except RuntimeError as error:
        if socket.client_state is socket.application_state is WebSocketState.CONNECTED:
            log.exception("live.failed")  # ours: of a phone that went the socket would know
            await _close(socket, FAILED, "failed")
        else:
            log.info("live.gone", why=str(error))
    finally:
        metrics.SOCKETS.dec()


@router.get("/live", dependencies=Public, include_in_schema=False)
async def why_no_socket(request: Request, services: ServicesDep, at: str = "") -> Response:
    """Asked by a page that gets no socket: is it a proxy, and which of its two mistakes?

    A handshake whose Upgrade header was dropped on the way comes here as well. `at`: the origin
    under which the browser opened the page.
    """
    if "sec-websocket-key" in request.headers:
        error = services.proxies.stripped()
    elif at and not is_own(at, request.headers, services.settings.allowed_origins()):
        services.proxies.foreign(at, request.headers)
        error = web_error("proxy_host")
    else:
        error = services.proxies.why_no_socket()
    return json_response({"error": error.in_(lang_of(request))}, status_of(error))


def passes(error: AppError) -> bool:
    """The same hello may be taken in a moment: nothing is wrong with it."""
    if isinstance(error, RunBroken | LostScript):
        return False  # nor with the line; whoever waits is told why in vain
    return isinstance(error, StoreError) or status_of(error) in (429, 500, 503)


async def _hello(socket: WebSocket) -> Hello | None:
    message = read_message(await asyncio.wait_for(_receive(socket), HELLO_S))
    if not isinstance(message, Hello):
        raise web_error("malformed", what="hello")
    return message


async def _receive(socket: WebSocket) -> str | bytes:
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", 1006))
    data: str | bytes | None = received.get("text")
    return data if data is not None else received.get("bytes") or b""


async def _bye(socket: WebSocket, error: AppError) -> None:
    shape = {"type": "bye", **error.in_(lang_of(socket))}
    try:
        await socket.send_text(orjson.dumps(shape).decode())
    except (WebSocketDisconnect, RuntimeError, OSError):
        return
    await _close(socket, 1008, error.code)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        await socket.close(code, reason)


# ── whose line it is ────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def _line(services: Services, socket: WebSocket, hello: Hello) -> AsyncIterator[Line]:
    """The line of a hello. Raises Refused seat_needed, login_needed, not_found."""
    if hello.as_ == "seat":
        services.presence.arriving += 1
        try:
            async with services.arriving:
                line = await _seat_line(services, socket, hello)
        finally:
            services.presence.arriving -= 1
        try:
            yield line
        finally:
            await services.presence.disconnected(line.run, line.seat, sent_away=line.sent_away)
        return
    token = hello.token or cookie_of(socket, LOGIN_COOKIE)
    account, session = await led_session(services, token, hello.as_, hello.session)
    for run in session.runs:
        services.presence.expect(run.id)
    actor = Actor.of_account(account, session, address_of(socket))
    yield SessionLine(services, session, hello.as_, token, actor, account)


async def _seat_line(services: Services, socket: WebSocket, hello: Hello) -> SeatLine:
    """A seat's line; it counts as connected then. Raises Refused seat_needed, other_seat."""
    token, rung = hello.token or cookie_of(socket, SEAT_COOKIE), services.seats_rung
    holder = await services.sessions.find_seat(token) if token else None
    if holder is None:
        raise web_error("seat_needed")
    if hello.run not in ("", holder.run) or hello.seat not in ("", holder.seat):
        raise web_error("other_seat")
    lang = hello.lang or lang_of(socket)
    if services.settings.redis_url:
        await services.host.refresh(holder.run)
    await services.names(holder.run)
    await services.presence.connected(holder.run, holder.seat)
    await arrived(services, holder)
    return SeatLine(services, holder, lang, token, rung)


# ── one connection ──────────────────────────────────────────────────────────────────────────────


class _Connection:
    """The three tasks of a connection, and what it was sent last."""

    def __init__(self, services: Services, socket: WebSocket, hello: Hello, line: Line) -> None:
        self._services = services
        self._socket = socket
        self._html = hello.format == "html"
        self._line = line
        self._bucket = Bucket(COMMANDS_PER_S, COMMANDS_BURST)
        self._outbox = Outbox(socket)
        self._too_fast = 0
        self._sent: Parts = {}
        self._count = 0
        self._looked_s = asyncio.get_running_loop().time()

    async def serve(self) -> None:
        """Run until one of the tasks ends; then end them all."""
        with self._services.host.watch(*self._line.runs) as watch:
            tasks = {
                asyncio.create_task(self._outbox.write(), name="write"),
                asyncio.create_task(self._read(), name="read"),
                asyncio.create_task(self._show(watch), name="show"),
            }
            if self._line.kind != "seat":
                tasks.add(asyncio.create_task(self._check(), name="check"))
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                self._line.sent_away = True  # nobody but a server that stops ends a line so
                raise
            finally:
                for task in tasks:
                    task.cancel()
                outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        self._line.sent_away = any(
            isinstance(outcome, WebSocketDisconnect) and outcome.code == RESTARTING
            for outcome in outcomes
        )
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect):
                raise outcome
        if self._outbox.stalled:
            self._line.sent_away = self._line.sent_away or await self._was_sent_away()
            await self._socket.close(1013)

    async def _was_sent_away(self) -> bool:
        """Nothing more can be written: is that because the server stops? It says so behind whatever
        came before."""
        try:
            async with asyncio.timeout(LAST_WORD_S):
                while True:
                    await _receive(self._socket)
        except WebSocketDisconnect as gone:
            return gone.code == RESTARTING
        except (TimeoutError, RuntimeError):
            return False

    async def _check(self) -> None:
        """A login that has ended ends the console and the wall: at once where it is ended through a
        server that is heard of, else within CHECK_S."""
        with self._services.host.watch(bell_of(self._line.account)) as bell:
            while True:
                with suppress(StoreError):  # at first, too: it may have ended since the hello
                    await self._line.check()
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.moved(), CHECK_S)

    def _put(self, message: dict[str, Any]) -> None:
        self._outbox.put(msgspec.json.encode(message).decode())

    async def _show(self, watch: Watch) -> None:
        while True:
            await self._put_parts()
            watch.cover(*self._line.runs)
            await watch.moved()

    async def _put_parts(self) -> None:
        seq, parts = await self._line.parts()
        changed = {
            name: part
            for name, part in parts.items()
            if name not in self._sent or (part is not self._sent[name] and part != self._sent[name])
        }
        self._sent = parts
        if not changed:
            return
        self._count += 1
        if self._html:
            changed = self._services.fragments.render(self._line.kind, changed, self._line.lang)
        self._put(
            {
                "type": "parts",
                "seq": self._count if seq is None else seq,
                "now_ms": self._line.now_ms(),
                **(self._line.whose() if self._count == 1 else {}),
                "parts": changed,
            }
        )

    async def _read(self) -> None:
        while True:
            data = await _receive(self._socket)
            await asyncio.sleep(0)  # a message is there at once where many came: one a turn
            await self._look_again()
            hasty = self._haste()
            try:
                if hasty:
                    raise web_error("too_fast")
                message = read_message(data)
                if isinstance(message, Hello):
                    raise web_error("malformed", what="hello")
            except Refused as error:
                self._refuse(data, error)
                continue
            if isinstance(message, Ping):
                self._put({"type": "pong", "now_ms": self._line.now_ms()})
            else:
                await self._command(message)

    def _asks_each_time(self) -> bool:
        """Whether a command is done is asked when it comes: a bell is to end what is shown, and may
        be lost. Of staff always; of seats, of which there are thousands, while no other worker is
        heard."""
        relay = self._services.relay
        return self._line.kind != "seat" or (relay is not None and not relay.connected)

    async def _look_again(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if self._line.kind == "seat" and now_s - self._looked_s > SEAT_CHECK_S:
            self._looked_s = now_s
            with suppress(StoreError):
                await self._line.check()

    def _refuse(self, data: str | bytes, error: Refused) -> None:
        self._note("?", error.code)
        self._line.actor.refused(self._services.database.audit, "?", error)
        self._put(rejected(id_of(data), error, self._line.lang))

    def _haste(self) -> bool:
        """Counts a message; True: too fast. Raises Refused too_fast when it doesn't stop."""
        if self._bucket.take() and self._services.limits.pace(self._line.pace).take():
            return False
        self._too_fast += 1
        if self._too_fast > TOO_FAST_MAX:
            raise web_error("too_fast")
        return True

    async def _command(self, message: CommandMessage) -> None:
        do = message.do if message.do in KINDS else "?"
        audit, actor = self._services.database.audit, self._line.actor
        try:
            await actor.may(audit)
            if self._asks_each_time():
                await self._line.check()
            with metrics.COMMAND.time():
                more = await self._line.command(message)
            await actor.did(audit, do)
        except AppError as error:
            self._note(do, error.code)
            tell_log(error, kind="live", route=do)
            actor.refused(audit, do, error)
            self._put(rejected(message.id, error, self._line.lang))
        else:
            self._note(do, "ack")
            self._put({"type": "ack", "id": message.id, "seq": self._count, **more})

    def _note(self, do: str, outcome: str) -> None:
        """Count a command, and log it."""
        metrics.COMMANDS.labels(do, outcome).inc()
        log.info("command", do=do, outcome=outcome, who=self._line.kind, runs=self._line.runs)
