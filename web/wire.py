"""Messages of the socket and the API, checked before anything looks at them (docs/wire.md)."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, get_args

import msgspec

from engine.errors import AppError, Lang, Text
from engine.fitting import plain
from engine.lookalikes import pretends
from engine.rules import commands as cmd
from web.errors import WebError, fit_name, invalid, web_error

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a message that is none raises: no JSON, no UTF-8, brackets without end."""
NAME_MAX: Final = 24
ID_MAX: Final = 64
ID_PATTERN: Final = "^[^\\u0000-\\u001f\\u007f]*$"
"""No control characters in an id: PostgreSQL, for one, keeps no NUL."""


class Hello(msgspec.Struct, tag="hello", frozen=True):
    """The first message."""

    token: str = ""
    format: Literal["json", "html"] = "json"
    lang: Literal["zh", "en", ""] = ""
    """Empty: as the browser's cookie says."""
    as_: Literal["seat", "projector", "console"] = msgspec.field(default="seat", name="as")
    session: str = ""
    run: str = ""
    seat: str = ""
    """Whose page it is, where it knows: one browser has one cookie, and may show two seats."""


class CommandMessage(msgspec.Struct, tag="command", frozen=True):
    """A command; which other fields count depends on `do`."""

    id: str
    do: str
    task: str | None = None
    answer: list[str] = []
    role: str | None = None
    card: str | None = None
    to: str | int | None = None
    seat: str | None = None
    seconds: int | None = None
    scene: str | None = None
    address: str | None = None
    claim: str | None = None
    seats: list[str] | None = None
    run: str | None = None
    by: str | None = None
    """The seat it is meant from; with `run`, of a seat's command: for this connection alone."""


class Ping(msgspec.Struct, tag="ping", frozen=True):
    """Are you there?"""


Message = Hello | CommandMessage | Ping
_messages: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def read_message(data: str | bytes) -> Message:
    """The message of a frame. Raises WebError malformed."""
    try:
        return _messages.decode(data)
    except UNREADABLE as error:
        raise web_error("malformed", what=str(error)) from error


class _Named(msgspec.Struct, frozen=True):
    """Whatever it is, it has an id."""

    id: str = ""


def id_of(data: str | bytes) -> str:
    """The id of a message that couldn't be read, so that its refusal finds its sender; or empty."""
    try:
        return msgspec.json.decode(data, type=_Named).id[:ID_MAX]
    except UNREADABLE:
        return ""


class DeskRequest(msgspec.Struct, frozen=True):
    """A facilitator's command over HTTP."""

    do: str
    id: str = ""
    run: str | None = None
    task: str | None = None
    role: str | None = None
    seat: str | None = None
    seconds: int | None = None
    scene: str | None = None
    to: str | int | None = None
    address: str | None = None
    claim: str | None = None
    seats: list[str] | None = None


def read_body(data: bytes, kind: type[Any]) -> Any:
    """The body of a request as `kind`. Raises WebError invalid."""
    try:
        return msgspec.json.decode(data or b"{}", type=kind)
    except UNREADABLE as error:
        raise web_error("invalid", what=str(error)) from error


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
"""What the facilitator may `do`, less what concerns all runs at once (`desk.py`)."""

KINDS: Final = frozenset({
    *SEAT_KINDS, *DESK_KINDS, "debrief", "draw", "add_team", "address", "agree", "decline",
    "lock", "unlock", "renew_code", "remove_absent",
})  # fmt: skip
"""All that anybody may `do`: what is counted and kept by its name. A name that somebody made up
would be kept for ever."""


def build_command(
    kinds: dict[str, type[Any]],
    message: CommandMessage | DeskRequest,
    *,
    name: str,
    by: str,
    at_ms: int,
) -> Any:
    """The engine's command of a message. Raises WebError unknown_command, malformed."""
    kind = kinds.get(message.do)
    if kind is None:
        raise web_error("unknown_command", what=message.do[:ID_MAX])
    if not name or len(name) > ID_MAX or not re.fullmatch(ID_PATTERN, name):
        raise web_error("malformed", what="id")
    given = {
        field: value
        for field in kind.__struct_fields__
        if field not in ("id", "at_ms", "by")
        and (value := getattr(message, field, None)) is not None
    }
    # What people typed goes into the log, onto the wall and into Word: cleaned here, once.
    if "answer" in given:
        given["answer"] = tuple(plain(one) for one in given["answer"])
    try:
        command = kind(id=name, at_ms=at_ms, by=by, **given)
        return msgspec.convert(msgspec.to_builtins(command), kind)
    except (TypeError, msgspec.ValidationError) as error:
        raise web_error("malformed", what=str(error)) from error


def participant_name(text: str) -> str:
    """A name fit to be shown: 1 to 24 signs that can be seen. Raises WebError invalid."""
    return fit_name(text, NAME_MAX, Text("姓名", "name"))


def seat_name(text: str) -> str:
    """The name of somebody who sits down: nobody's who leads, nor the program's. Whoever sat down
    under one before is still found by `participant_name`. Raises WebError invalid."""
    name = participant_name(text)
    problem = pretends(name)
    if problem is not None:
        raise invalid(Text(f"姓名{problem.zh}", f"name: {problem.en}"))
    return name


def rejected(name: str, error: AppError, lang: Lang = "zh") -> dict[str, Any]:
    """The `rejected` message of an error."""
    shape = error.in_(lang)
    return {"type": "rejected", "id": name, **shape}


__all__ = [
    "DESK_KINDS", "KINDS", "SEAT_KINDS", "CommandMessage", "DeskRequest", "Hello", "Ping",
    "WebError", "build_command", "id_of", "participant_name", "read_body", "read_message",
    "rejected", "seat_name",
]  # fmt: skip
