"""What seats and desks ask for, as commands of the rules."""

from __future__ import annotations

import re
from typing import Any, Final, Protocol, get_args

import msgspec

from engine.evening.refusing import refused
from engine.fitting import plain
from engine.rules import commands as cmd

ID_MAX: Final = 64
ID_PATTERN: Final = "^[^\\u0000-\\u001f\\u007f]*$"
"""No control characters in an id: PostgreSQL, for one, keeps no NUL."""
_ID: Final = re.compile(ID_PATTERN[:-1] + r"\Z")


class Said(Protocol):
    """A command as somebody said it, by whatever way; which fields count depends on `do`."""

    @property
    def id(self) -> str:
        """Its own; empty: it has none yet."""

    @property
    def do(self) -> str:
        """What is asked for."""

    @property
    def run(self) -> str | None:
        """The run it is for; None: all of the session's."""

    @property
    def seat(self) -> str | None:
        """The seat that it names."""

    @property
    def to(self) -> str | int | None:
        """Where the debrief goes, or who gets a card."""

    @property
    def address(self) -> str | None:
        """Where phones are to join."""

    @property
    def claim(self) -> str | None:
        """The claim that is settled."""

    @property
    def seats(self) -> list[str] | None:
        """Of whom it was asked about, each as run/seat."""

    @property
    def cards(self) -> list[str] | None:
        """The debrief's, in order."""

    @property
    def name(self) -> str | None:
        """What a team is to be called."""


SEAT_KINDS: Final[dict[str, type[Any]]] = {
    str(kind.__struct_config__.tag): kind
    for kind in get_args(cmd.SeatCommand)
    if kind not in (cmd.TakeSeat, cmd.GoAway, cmd.ComeBack)
}
"""What a seat may `do`."""
DESK_KINDS: Final[dict[str, type[Any]]] = {
    str(kind.__struct_config__.tag): kind
    for kind in get_args(cmd.FacilitatorCommand)
    if kind not in (cmd.OpenDebrief, cmd.MoveDebrief, cmd.DrawSpeaker)
}
"""What the facilitator may `do`, less what concerns all runs at once (`leading.py`)."""

OF_ONE: Final = ("remove", "name_team", "add_seat")
"""What is done for one team, never for all."""
KINDS: Final = frozenset({
    *SEAT_KINDS, *DESK_KINDS, "debrief", "draw", "add_team", "address", "agree", "decline",
    "lock", "unlock", "renew_code", "remove_absent",
})  # fmt: skip
"""All that anybody may `do`: what is counted and kept by its name. A name that somebody made up
would be kept for ever."""


def build_command(
    kinds: dict[str, type[Any]],
    asked: Said,
    *,
    name: str,
    by: str,
    at_ms: int,
) -> Any:
    """The rules' command of what was asked for. Raises Refused unknown_command, malformed."""
    kind = kinds.get(asked.do)
    if kind is None:
        raise refused("unknown_command", what=asked.do[:ID_MAX])
    if not name or len(name) > ID_MAX or not _ID.match(name):
        raise refused("malformed", what="id")
    given = {
        field: value
        for field in kind.__struct_fields__
        if field not in ("id", "at_ms", "by") and (value := getattr(asked, field, None)) is not None
    }
    # What people typed goes into the log, onto the wall and into Word: cleaned here, once.
    if "answer" in given:
        given["answer"] = tuple(plain(one) for one in given["answer"])
    try:
        return msgspec.convert({"id": name, "at_ms": at_ms, "by": by, **given}, kind)
    except msgspec.ValidationError as error:
        raise refused("malformed", what=str(error)) from error
