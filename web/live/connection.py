"""One connection to `/live`: commands in, one after the other; the parts that changed, out.

It has one coroutine, which waits for messages and carries them out. What is shown needs none: in
the turn of the loop after a run has moved, all who watch it are called, make their parts and write.
Only where something has to be waited for, names that aren't known or a session's rows, a task looks
it up. A part is sent when what is kept of it isn't the object it was: lines hand out the same one
for as long as the part is the same, with its bytes (`framing.py`).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import msgspec
import structlog

from engine.errors import AppError, Refused, StoreError
from engine.evening.commanding import KINDS
from engine.evening.house import bell_of
from engine.evening.paces import Bucket
from engine.host.hub import Watch
from web import metrics
from web.door.limits import COMMANDS_BURST, COMMANDS_PER_S
from web.door.pipes import Pipe
from web.door.replies import tell_log
from web.door.statuses import web_error
from web.live.framing import Parts, beginning, changed_since, parts_frame
from web.live.lines import Line
from web.live.outbox import Outbox
from web.live.wire import CommandMessage, Hello, Ping, id_of, read_message, rejected
from web.services import Services

log = structlog.get_logger()

SEAT_CHECK_S: Final = 60
"""After so long a seat that says something is asked for its token again: the ring that withdrew it
may have been lost. No timer for each phone: there are thousands."""
CHECK_S: Final = 15
"""How often a console's or a wall's login is looked at again though nothing rang, which also keeps
it from idling."""
RESTARTING: Final = 1012
"""The close code of a server that stops (IANA, "service restart"): uvicorn sends it to every socket
once it takes no more, and clients come back at once."""
PASSING: Final = 1013
"""The close code of an error that passes (IANA, "try again later"): clients come back by
themselves. No `bye` goes before it, for that ends a page."""
LAST_WORD_S: Final = 0.1
TOO_FAST_MAX: Final = 200
"""Refusals for haste after which a socket is closed."""
CAME_MAX: Final = 2
"""So many messages wait for the one that is carried out; then no more is read."""


class _Gone(Exception):
    """They hung up, or we did."""


class _Stalled(Exception):
    """They don't read."""


class Connection:
    """What a line is shown and asks for over a pipe: its `Ear`."""

    __slots__ = (
        "_again", "_bucket", "_came", "_count", "_due", "_held", "_html", "_left", "_line",
        "_looked_s", "_looking", "_loop", "_outbox", "_over", "_pipe", "_sent", "_services",
        "_serving", "_time_pace", "_too_fast", "_waits", "_watch",
    )  # fmt: skip

    def __init__(self, services: Services, pipe: Pipe, line: Line, *, html: bool) -> None:
        self._services = services
        self._pipe = pipe
        self._line = line
        self._html = html
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox(pipe)
        self._bucket = Bucket(COMMANDS_PER_S, COMMANDS_BURST)
        self._too_fast = 0
        self._looked_s = self._loop.time()
        # what has come, and how it ended
        self._came: list[str | bytes] = []
        self._waits: asyncio.Future[None] | None = None
        self._held = False
        self._over: Exception | None = None
        self._left = False
        self._serving: asyncio.Task[Any] | None = None
        # what is shown
        self._sent: Parts = {}
        self._time_pace = 1
        self._count = 0
        self._due = False
        self._again = False
        self._looking: asyncio.Task[Any] | None = None
        heard = self._show if line.kind == "seat" else self.moved  # of several runs, once for all
        self._watch: Watch = services.host.call(heard, *line.runs)

    async def begin(self) -> None:
        """Show all there is, before anything that it leads to. Raises AppError."""
        self._looking = asyncio.current_task()
        try:
            self._put_parts(*await self._line.parts())
        finally:
            self._looking = None
        self.drained()

    async def serve(self) -> None:
        """Carry out what is asked until it ends. Raises AppError: why it was ended."""
        self._serving = asyncio.current_task()
        checking = asyncio.create_task(self._check()) if self._line.kind != "seat" else None
        try:
            while (data := await self._next()) is not None:
                await self._hear(data)
        except asyncio.CancelledError:
            if self._over is None or (self._serving is not None and self._serving.uncancel()):
                self._line.sent_away = True  # nobody but a server that stops ends a line so
                raise
        finally:
            self.end()
            await _ended(checking, self._looking)
        if isinstance(self._over, _Stalled):
            await self._last_word()
            await self._pipe.close(PASSING, "")
        elif self._over is not None and not isinstance(self._over, _Gone):
            raise self._over

    def end(self) -> None:
        """Show nothing more."""
        self._watch.end()
        if self._over is None:
            self._over = _Gone()

    def _end_by(self, why: Exception) -> None:
        """It is over, for the first reason there is. What is carried out goes on without it, unless
        they have just gone: who comes back is to find it done."""
        if self._over is not None:
            return
        self._over = why
        if self._waits is not None:
            self._wake()
        elif self._serving not in (None, asyncio.current_task()) and not isinstance(why, _Gone):
            assert self._serving is not None
            self._serving.cancel()

    # ── what comes ──────────────────────────────────────────────────────────────────────────────

    def said(self, data: str | bytes) -> None:
        """A message: it is carried out when those before it are."""
        self._came.append(data)
        if self._waits is not None:
            self._wake()
        elif len(self._came) >= CAME_MAX and not self._held:
            self._held = True
            self._pipe.hold(True)

    def gone(self, code: int) -> None:
        """What came before is carried out; then it ends."""
        if self._left:
            return
        self._left = True
        if code == RESTARTING:
            self._line.sent_away = True
        self._end_by(_Gone())
        self._wake()

    def broken(self) -> None:
        """As good as stalled."""
        self._end_by(_Stalled())

    def _wake(self) -> None:
        if self._waits is not None and not self._waits.done():
            self._waits.set_result(None)

    async def _next(self) -> str | bytes | None:
        """The next message; None: it is over."""
        if self._came:
            await asyncio.sleep(0)  # a message is there at once where many came: one a turn
        elif self._over is None:
            if self._held:
                self._held = False
                self._pipe.hold(False)
            await self._wait()
        if self._came and (self._over is None or isinstance(self._over, _Gone)):
            return self._came.pop(0)
        return None

    async def _wait(self) -> None:
        """Return once something has come, or it is over."""
        if self._came or self._over is not None:
            return  # let on, the pipe may have had something
        self._waits = self._loop.create_future()
        try:
            await self._waits
        finally:
            self._waits = None

    async def _last_word(self) -> None:
        """Nothing more can be written: is that because the server stops? It says so behind whatever
        came before."""
        if self._left:
            return
        self._pipe.hold(False)
        self._waits = self._loop.create_future()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._waits, LAST_WORD_S)

    async def _check(self) -> None:
        """A login that has ended ends the console and the wall: at once where it is ended through a
        server that is heard of, else within CHECK_S."""
        with self._services.host.watch(bell_of(self._line.account)) as bell:
            while True:
                try:
                    with suppress(StoreError):  # at first, too: it may have ended since the hello
                        await self._line.check()
                except Exception as error:  # noqa: BLE001 - whoever serves raises it
                    self._end_by(error)
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.moved(), CHECK_S)

    # ── what is shown ───────────────────────────────────────────────────────────────────────────

    def moved(self) -> None:
        """Something of what it shows has changed: it is shown in the next turn of the loop."""
        if not self._due:
            self._due = True
            self._loop.call_soon(self._show)

    def drained(self) -> None:
        """What it missed is shown as it is now."""
        if self._again and self._looking is None:
            self._again = False
            self.moved()

    def _show(self) -> None:
        self._due = False
        if self._over is not None:
            return
        if self._looking is not None or self._outbox.full:
            self._again = True
            return
        try:
            found = self._line.at_hand()
            if found is None:
                self._looking = self._loop.create_task(self._look_up(), name="look up")
            else:
                self._put_parts(*found)
        except Exception as error:  # noqa: BLE001 - whoever serves raises it
            self._end_by(error)

    async def _look_up(self) -> None:
        try:
            self._put_parts(*await self._line.parts())
            self._watch.cover(*self._line.runs)
        except Exception as error:  # noqa: BLE001 - whoever serves raises it
            self._end_by(error)
        finally:
            self._looking = None
        self.drained()

    def _put(self, message: dict[str, Any]) -> None:
        self._send(msgspec.json.encode(message))

    def _send(self, frame: bytes) -> None:
        self._outbox.put(frame)
        if self._outbox.stalled:
            self._end_by(_Stalled())

    def _put_parts(self, seq: int | None, parts: Parts) -> None:
        changed, self._sent = changed_since(self._sent, parts), parts
        line = self._line
        now_ms, pace = line.time()
        if not changed and pace == self._time_pace:
            return
        self._time_pace = pace
        self._count += 1
        whose = line.whose() if self._count == 1 else {}
        begun = beginning(self._count if seq is None else seq, now_ms, whose, pace=pace)
        self._send(parts_frame(begun, changed, line.kind, line.lang, html=self._html))

    # ── what is asked ───────────────────────────────────────────────────────────────────────────

    async def _hear(self, data: str | bytes) -> None:
        """A message. Raises Refused: too_fast, when it doesn't stop; seat_needed."""
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
            return
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
        now_s = self._loop.time()
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
            began_s = self._loop.time()
            try:
                more = await self._line.command(message)
            finally:
                metrics.COMMAND.observe(self._loop.time() - began_s)
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
        metrics.commands(do, outcome).inc()
        log.info("command", do=do, outcome=outcome, who=self._line.kind, runs=self._line.runs)


async def _ended(*tasks: asyncio.Task[Any] | None) -> None:
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    if running:
        await asyncio.gather(*running, return_exceptions=True)
