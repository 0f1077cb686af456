"""How much of what one connection sent is parsed in a turn of the loop.

The kernel hands over up to 256 KiB at once, and a parser works off all of it before anybody else is
heard: 43,000 empty frames, or as many chunks of one byte, take a third of a second and more. Limits
on messages and bodies don't see them, for they count what is carried, not the work of carrying it.
So parsers are fed by slices, let in one by one (`weir.py`), and count what they make of them
(`patience.py` chunks, `frames.py` frames).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from web.door.weir import weir

SLICE: Final = 2 * 1024
"""Bytes parsed at once: 340 frames, or chunks, of the shortest sort; two milliseconds."""
PARTS_SLICE: Final = 4 * 1024
"""Of a form in parts: eighty of the shortest, three milliseconds."""
LARGE_SLICE: Final = 64 * 1024
"""Of what costs by its bytes alone: any other body whose length was told."""
PLAYED: Final = 1024
"""So much at once comes of somebody who plays: a command has 150 bytes."""


class Valve:
    """A transport whose reading two may stop: the protocol, while its own queue is full, and we,
    while something is left that isn't parsed."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport: asyncio.Transport = getattr(transport, "inner", transport)
        # Asked so often that looking them up would be felt.
        self.write = self._transport.write
        self.is_closing = self._transport.is_closing
        self.get_write_buffer_size = self._transport.get_write_buffer_size
        self._held = False
        self.stopped = False
        """The protocol takes no more for now."""
        self.on_resume: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    @property
    def inner(self) -> asyncio.Transport:
        """The transport itself."""
        return self._transport

    def pause_reading(self) -> None:
        """The protocol has enough."""
        self.stopped = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """The protocol takes more."""
        self.stopped = False
        if not self._held:
            self._transport.resume_reading()
        self.on_resume()

    def hold(self, held: bool) -> None:
        """Something is left to be parsed; or nothing is."""
        self._held = held
        if held:
            self._transport.pause_reading()
        elif not self.stopped and not self._transport.is_closing():
            self._transport.resume_reading()


class Turns:
    """What a connection sent, handed to its parser a slice a turn."""

    def __init__(
        self,
        transport: asyncio.Transport,
        feed: Callable[[bytes], None],
        slice_now: Callable[[], int] = lambda: SLICE,
        plays: Callable[[], bool] = lambda: False,
    ) -> None:
        """`plays`: whose it is needn't wait for newcomers, as long as little comes at once."""
        self.valve = Valve(transport)
        self.valve.on_resume = self._soon
        self._feed = feed
        self._slice_now = slice_now
        self._plays = plays
        self._left = bytearray()
        self._weir = weir()
        self._whose = str((transport.get_extra_info("peername") or ("",))[0])
        self._due = False

    def received(self, data: bytes) -> None:
        """More has come. What came before it goes first."""
        if self._plays() and not self._left and not self.valve.stopped and len(data) <= PLAYED:
            self._feed(data)
            return
        self._left += data
        self.valve.hold(True)
        self._soon()

    def rest(self) -> bytes:
        """What wasn't parsed; it is another's from now on, and nothing more comes of it here."""
        rest = bytes(self._left)
        self._left.clear()
        self.valve.hold(False)
        return rest

    def _turn(self) -> None:
        self._due = False
        if self.valve.stopped or not self._left:
            return
        size = self._slice_now()
        data = bytes(self._left[:size])
        del self._left[:size]
        self._feed(data)
        if self._left:
            self._soon()
        else:
            self.valve.hold(False)

    def _soon(self) -> None:
        if self._left and not self._due:
            self._due = True
            self._weir.wait(self._turn, self._whose)
