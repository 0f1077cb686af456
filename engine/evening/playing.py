"""What a seat does in its run: by whatever line it came, as the holder of that seat."""

from __future__ import annotations

from typing import Protocol

from engine.evening.commanding import SEAT_KINDS, Said, build_command
from engine.evening.house import House
from engine.evening.refusing import refused
from engine.store.sessions.sessions import SeatHolder


class Meant(Said, Protocol):
    """A seat's command; it may say from which seat it is meant."""

    @property
    def by(self) -> str | None:
        """The seat it is meant from, where it knows."""


async def play(house: House, holder: SeatHolder, asked: Meant) -> int:
    """Carry out a seat's command; the seq under which it stands in the log.

    Raises:
        Refused: unknown_command, malformed, not_this_seat (it is meant from another one).
        AppError: as `Host.execute`.
    """
    if asked.do in SEAT_KINDS and not _mine(holder, asked):
        raise refused("not_this_seat")  # what no seat may say isn't another seat's either
    at_ms = house.host.clock.now_ms()
    command = build_command(SEAT_KINDS, asked, name=asked.id, by=holder.seat, at_ms=at_ms)
    return await house.host.execute(holder.run, command, drawn=True)


def _mine(holder: SeatHolder, asked: Meant) -> bool:
    """It is meant for this seat. Pages keep what wasn't acknowledged, and a browser's cookie may
    have become another seat's meanwhile. `seat` of a rescue names the teammate."""
    kind = SEAT_KINDS.get(asked.do)
    named = kind is not None and "seat" in kind.__struct_fields__
    seats = {asked.by, None if named else asked.seat} - {None}
    return asked.run in (None, holder.run) and seats <= {holder.seat}
