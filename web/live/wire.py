"""Messages of the socket and the API, checked before anything looks at them (docs/wire.md)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from engine.errors import AppError, Lang
from engine.evening.commanding import ID_MAX
from web.door.bodies import UNREADABLE
from web.door.statuses import web_error


class Hello(msgspec.Struct, tag="hello", frozen=True):
    """The first message."""

    token: str = ""
    format: Literal["json", "html"] = "json"
    lang: Literal["zh", "en", ""] = ""
    """Empty: as the browser's cookie says."""
    as_: Literal["seat", "projector", "console", "onlooker"] = msgspec.field(
        default="seat", name="as"
    )
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
    cards: list[str] | None = None
    name: str | None = None
    run: str | None = None
    by: str | None = None
    """The seat it is meant from; with `run`, of a seat's command: for this connection alone."""


class Ping(msgspec.Struct, tag="ping", frozen=True):
    """Are you there?"""


Message = Hello | CommandMessage | Ping
_messages: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def read_message(data: str | bytes) -> Message:
    """The message of a frame. Raises Refused malformed."""
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
    cards: list[str] | None = None
    name: str | None = None


def rejected(name: str, error: AppError, lang: Lang = "zh") -> dict[str, Any]:
    """The `rejected` message of an error."""
    shape = error.in_(lang)
    return {"type": "rejected", "id": name, **shape}
