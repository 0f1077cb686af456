"""Workers that serve the same runs tell each other "run X is now at n", over Redis.

Redis carries nothing else: what a run is stands in its log, which every worker reads for itself.
A message that is lost, late or doubled does no harm, for each worker also asks the store once a
second how far its runs have come. So while Redis is away everything is a second late, and nothing
is lost; nobody has to be told that it is back.

A second question goes round: who has this seat's phone? A seat that the log calls online and no
worker claims is called away (`presence.py`).

What Redis isn't used for, and why:

- To carry the events themselves. They would come by two ways, lost, late or twice by one of them;
  who hears a number and reads the log has one way, and one order.
- To keep anything: locks, who leads a run, a list of who is connected. What is kept there has to
  be written again by whoever lives and to lapse for whoever died, and is wrong in between; and
  Redis would need a disk and a backup. So phones are asked for when it matters, and then twice.
- To be waited for. `moved` puts its word into a queue and returns; what doesn't fit is dropped.
  An acknowledgement that waited for Redis would make Redis a second database.

Nor do workers get on without it, by the poll alone: a second is too long between an answer and a
teammate who sees it. And the poll isn't left to times when Redis is known to be away: a message can
be lost while everything looks well.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from engine.errors import StoreError
from engine.host.host import Host
from engine.store.log.contract import EventStore
from engine.store.tokens import new_id
from engine.values import RunId, SeatId

CHANNEL: Final = "hongchuan"
POLL_S: Final = 1.0
"""How often the store is asked, whatever Redis says."""
RETRY_S: Final = 1.0
"""Redis is tried again after so long."""
WAITING_MAX: Final = 10_000
"""Messages kept while Redis is slow; more are dropped, and the poll heals."""
TIMEOUT_S: Final = 2.0

log = structlog.get_logger()


class Moved(msgspec.Struct, tag="moved", frozen=True):
    """A run is now at `seq`; 0: something beside its log has changed."""

    sender: str
    run: RunId
    seq: int


class Who(msgspec.Struct, tag="who", frozen=True):
    """Whose phones of this run do you have?"""

    sender: str
    run: RunId


class Here(msgspec.Struct, tag="here", frozen=True):
    """These."""

    sender: str
    run: RunId
    seats: tuple[SeatId, ...]


_decoder: msgspec.json.Decoder[Moved | Who | Here] = msgspec.json.Decoder(Moved | Who | Here)


class Relay:
    """This worker's ear and voice among the workers."""

    def __init__(self, url: str, host: Host, store: EventStore) -> None:
        self._redis: Any = Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_S, health_check_interval=10
        )
        self._host = host
        self._store = store
        self._name = new_id()
        self._out: asyncio.Queue[bytes] = asyncio.Queue(WAITING_MAX)
        self._tasks: list[asyncio.Task[None]] = []
        self._hears: bool | None = None
        """What is said there is heard here; None: that isn't known yet."""
        self._speaks = True
        """What was said last was taken."""
        self.on_beside: Callable[[RunId], None] = lambda run: None
        """Something beside a run's log has changed."""
        self.on_who: Callable[[RunId], tuple[SeatId, ...]] = lambda run: ()
        """The seats of a run whose phones this worker has."""
        self.on_here: Callable[[RunId, tuple[SeatId, ...]], None] = lambda run, seats: None
        """Another worker has the phones of these."""

    @property
    def connected(self) -> bool | None:
        """Redis answers, both ways, each as it was last; None: that isn't known yet."""
        return self._hears if self._speaks else False

    def start(self) -> None:
        """Begin to tell, to hear, and to ask the store."""
        for doing in (self._speak, self._listen, self._poll):
            self._tasks.append(asyncio.create_task(doing(), name=f"relay{doing.__name__}"))

    async def close(self) -> None:
        """Leave the others."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    def moved(self, run: RunId, seq: int) -> None:
        """Tell the others that a run is at `seq`."""
        self._put(Moved(self._name, run, seq))

    def ask_who(self, run: RunId) -> None:
        """Ask whose phones of a run the others have; answers come through `on_here`."""
        self._put(Who(self._name, run))

    def _put(self, message: Moved | Who | Here) -> None:
        try:
            self._out.put_nowait(msgspec.json.encode(message))
        except asyncio.QueueFull:
            return

    async def _speak(self) -> None:
        while True:
            message = await self._out.get()
            try:
                await asyncio.wait_for(self._redis.publish(CHANNEL, message), TIMEOUT_S)
                self._speaks = True
            except (RedisError, OSError, TimeoutError) as error:
                self._away(error)
                self._speaks = False
                # Said again until it is heard: nobody else finds out that Redis is back.
                self._put_back(message)
                await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        while True:
            try:
                async for message in self._messages():
                    self._heed(message)
            except (RedisError, OSError) as error:
                self._away(error)
                self._hears = False
            await asyncio.sleep(RETRY_S)

    def _away(self, error: Exception) -> None:
        if self.connected is not False:
            log.warning("redis.away", why=str(error) or type(error).__name__)

    def _put_back(self, message: bytes) -> None:
        if self._out.empty():
            self._out.put_nowait(message)  # else the next one finds out

    async def _messages(self) -> AsyncIterator[Moved | Who | Here]:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(CHANNEL)
            self._hears = True
            async for item in channel.listen():
                try:
                    message = _decoder.decode(item["data"])
                except (msgspec.DecodeError, RecursionError):
                    continue  # another version's, or somebody else's
                if message.sender != self._name:
                    yield message

    def _heed(self, message: Moved | Who | Here) -> None:
        """Do what it asks for. What fails for one run is told, and keeps nobody from the next."""
        try:
            self._hear(message)
        except Exception:
            log.exception("relay.failed", run=message.run)

    def _hear(self, message: Moved | Who | Here) -> None:
        if isinstance(message, Here):
            self.on_here(message.run, message.seats)
        elif isinstance(message, Who):
            seats = self.on_who(message.run)
            if seats:
                self._put(Here(self._name, message.run, seats))
        elif message.seq:
            self._host.heard({message.run: message.seq})
        else:
            self.on_beside(message.run)

    async def _poll(self) -> None:
        told = ""
        while True:
            await asyncio.sleep(POLL_S)
            try:
                heads = await self._store.heads(self._host.watched())
            except StoreError as error:
                if str(error) != told:  # once a second, for as long as a database is away
                    log.warning("poll.failed", why=str(error))
                told = str(error)
                continue
            except Exception:  # a poll that ended would never heal anything again
                log.exception("poll.failed")
                continue
            told = ""
            for run, seq in heads.items():
                self._heed(Moved("", run, seq))
