"""The workshop: jobs in line, and the hands that do them.

A job is a function of a module and what it is given, all by value. It waits in its lane; an account
has one job at a time in each, and the rest of its own queue up behind that, so that nobody stands
behind another's heap. Its hand is killed, with whatever it started, when the time is over or nobody
waits for the job any more: nothing asks the job, so nothing in it can hold out.

Hands are started when they are first needed, kept for the next job, and sent home when nobody
has needed them for a while.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar, TypeVarTuple, cast
from weakref import WeakValueDictionary

import msgspec
import structlog

from engine.work.bounds import Lane, Limits, WorkError, work_error
from engine.work.hand import LENGTH, READY, Job, Reply, pack

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

AT_ONCE: Final[dict[Lane, int]] = {"quick": 2, "trial": 2, "long": 2, "paper": 2, "send": 2}
"""Jobs of a lane that are done at the same time. They have what the evenings leave of the
processors, so more would only take more memory."""
WAITING_MAX: Final = 8
"""Jobs of one account that wait in one lane."""
IDLE_S: Final = 300.0
"""So long a hand is kept that nobody needs."""
START_S: Final = 60.0
"""So long a hand may take to be ready, beside whatever else the machine has to do."""
KEPT: Final = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "HONGCHUAN_ZONE",
)  # fmt: skip
"""What a hand has of the server's environment: neither database nor passwords."""

log = structlog.get_logger()


class Standing(msgspec.Struct, frozen=True):
    """Where an account's job stands."""

    ahead: int
    """How many are before it; 0: it is being done."""
    since_s: float
    """So long it has been done; 0: it waits."""
    wall_s: float


class _Turn:
    """One job in line."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.began_s: float | None = None


class Workshop:
    """The work of one server process."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        """`modules`: what hands import before their first job."""
        self._modules = tuple(modules)
        self._idle: list[_Hand] = []
        self._dying: list[_Hand] = []
        self._all: set[_Hand] = set()
        self._lanes = {lane: asyncio.Semaphore(most) for lane, most in AT_ONCE.items()}
        self._own: WeakValueDictionary[tuple[str, Lane], asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[tuple[str, Lane]] = Counter()
        self._turns: dict[tuple[str, Lane], _Turn] = {}
        self._closed = False

    async def do(self, limits: Limits, function: Callable[[*Ts], T], *given: *Ts, who: str) -> T:
        """What the function returns for what it is given, done by a hand. `who`: the account it is
        for. Cancelled, it ends at once.

        Raises:
            WorkError: it took too long or too much; or so much of theirs waits already.
            AppError: what the function raised.
        """
        key = (who, limits.lane)
        if self._waiting[key] >= WAITING_MAX:
            raise work_error("work_waiting", limits)
        asked = pack(Job(function, given, limits))
        self._waiting[key] += 1
        try:
            async with self._turn(key, limits) as turn:
                reply = await self._done(asked, turn)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
        return cast("T", _value(reply, limits))

    @asynccontextmanager
    async def _turn(self, key: tuple[str, Lane], limits: Limits) -> AsyncIterator[_Turn]:
        own = self._own.setdefault(key, asyncio.Lock())
        async with own:
            turn = self._turns[key] = _Turn(limits)
            try:
                async with self._lanes[limits.lane]:
                    yield turn
            finally:
                del self._turns[key]

    async def _done(self, asked: bytes, turn: _Turn) -> Reply:
        hand = self._take()
        try:
            async with asyncio.timeout(START_S):
                await hand.ready()
            turn.began_s = asyncio.get_running_loop().time()
            async with asyncio.timeout(turn.limits.wall_s):
                reply = await hand.do(asked)
        except TimeoutError:
            self._kill(hand)
            code = "work_lost" if turn.began_s is None else "work_long"
            raise work_error(code, turn.limits) from None
        except EOFError:
            self._kill(hand)
            log.warning("work.lost", what=turn.limits.what.en, status=hand.process.returncode)
            raise work_error("work_lost", turn.limits) from None
        except BaseException:
            self._kill(hand)
            raise
        if reply.last or self._closed:
            self._kill(hand)
        else:
            self._put_back(hand)
        return reply

    def standing(self, who: str) -> Standing | None:
        """Where the long job of the account stands; None: it has none."""
        turn = self._turns.get((who, "long"))
        if turn is None:
            return None
        if turn.began_s is None:
            before = itertools.takewhile(lambda one: one is not turn, self._turns.values())
            ahead = 1 + sum(one.began_s is None and one.limits.lane == "long" for one in before)
            return Standing(ahead, 0, turn.limits.wall_s)
        since_s = asyncio.get_running_loop().time() - turn.began_s
        return Standing(0, since_s, turn.limits.wall_s)

    # ── hands ───────────────────────────────────────────────────────────────────────────────────

    def warm(self) -> None:
        """Somebody is about to need a hand: have one ready."""
        if not self._all and not self._closed:
            self._put_back(self._made())

    def _take(self) -> _Hand:
        self._reap()
        while self._idle:
            hand = self._idle.pop()
            hand.wanted()
            if hand.process.poll() is None:
                return hand
            self._kill(hand)
        return self._made()

    def _made(self) -> _Hand:
        hand = _Hand(self._modules)
        self._all.add(hand)
        return hand

    def _put_back(self, hand: _Hand) -> None:
        self._idle.append(hand)
        hand.unwanted(IDLE_S, lambda: self._send_home(hand))

    def _send_home(self, hand: _Hand) -> None:
        if hand in self._idle:
            self._idle.remove(hand)
            self._kill(hand)

    def _kill(self, hand: _Hand) -> None:
        self._all.discard(hand)
        hand.kill()
        self._dying.append(hand)
        self._reap()

    def _reap(self) -> None:
        """Let go of those who have ended. One that held a gigabyte needs a moment for it."""
        self._dying = [hand for hand in self._dying if hand.process.poll() is None]

    async def close(self) -> None:
        """Nothing is done any more, and nobody is left."""
        self._closed = True
        for hand in list(self._all):
            self._kill(hand)
        self._idle.clear()
        dying, self._dying = self._dying, []
        for hand in dying:
            hand.process.wait()  # killed: it is a matter of milliseconds


class _Hand:
    """A hand, from the server's side."""

    def __init__(self, modules: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            command = [sys.executable, "-m", "engine.work.hand", str(theirs.fileno()), *modules]
            # A session of its own: Ctrl-C is the server's, and whatever it starts dies with it.
            self.process = subprocess.Popen(  # noqa: S603 - this program
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        self._line = ours
        self._ready = False
        self._home: asyncio.TimerHandle | None = None

    async def ready(self) -> None:
        """Returns once it can begin. Raises EOFError: it has died."""
        if not self._ready:
            assert await self._exactly(len(READY)) == READY, "a hand says so first"
            self._ready = True

    async def do(self, asked: bytes) -> Reply:
        """Its reply. Raises EOFError: it has died."""
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._line, asked)
            (size,) = LENGTH.unpack(await self._exactly(LENGTH.size))
            reply: Reply = pickle.loads(await self._exactly(size))  # noqa: S301 - our own program
        except ConnectionError as error:
            raise EOFError from error
        return reply

    async def _exactly(self, size: int) -> bytearray:
        loop, into = asyncio.get_running_loop(), bytearray(size)
        left = memoryview(into)
        while left:
            came = await loop.sock_recv_into(self._line, left)
            if not came:
                raise EOFError
            left = left[came:]
        return into

    def unwanted(self, for_s: float, go: Callable[[], None]) -> None:
        """Nobody needs it; in so many seconds it goes."""
        self._home = asyncio.get_running_loop().call_later(for_s, go)

    def wanted(self) -> None:
        """It is needed."""
        if self._home is not None:
            self._home.cancel()
            self._home = None

    def kill(self) -> None:
        """End it and all that it has started."""
        self.wanted()
        self._line.close()
        with suppress(OSError):
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(one or os.getcwd() for one in sys.path)}


def _value(reply: Reply, limits: Limits) -> object:
    if reply.outcome == "work_large":
        raise work_error("work_large", limits)
    value = pickle.loads(reply.value)  # noqa: S301 - from our own hand
    if reply.outcome == "done":
        return value
    if reply.outcome == "told":
        raise value
    raise RuntimeError(f"{limits.what.en}:\n{value}")


__all__ = ["Standing", "WorkError", "Workshop"]
