"""Events to JSON and back, for the store and for logs carried elsewhere.

Stored form: the event alone, `{"tag": "task.done", "at_ms": …, …}`, with its version beside it. A
line of a log: `{"seq", "by", "command", "v", "event"}`. A tag never changes its meaning: when the
shape of an event changes, its version in VERSION_BY_TAG goes up and an upcaster turns the old JSON
into the new, one version at a time, so that logs recorded today fold for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, get_args, get_origin

import msgspec

from engine.errors import ReplayError
from engine.rules.events import AnyEvent, Recorded
from engine.values import Map

VERSION_BY_TAG: Final[dict[str, int]] = {}
"""Tags whose shape has changed; all others are at version 1."""

UPCASTERS: Final[dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""(tag, version) → a function from that version's JSON to the next version's."""

TAGS: Final = frozenset(str(kind.__struct_config__.tag) for kind in get_args(AnyEvent))


def _read_map(kind: type, value: Any) -> Any:
    if (get_origin(kind) or kind) is Map:
        return Map(value)
    raise NotImplementedError(f"no decoding for {kind}")  # pragma: no cover


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a log, its event still raw."""

    seq: int
    by: str
    command: str
    v: int
    event: msgspec.Raw


_encoder = msgspec.json.Encoder()
_events: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent, dec_hook=_read_map)
_lines = msgspec.json.Decoder(Line)


def tag_of(event: AnyEvent) -> str:
    """The event's stable tag, e.g. `task.done`."""
    return str(event.__struct_config__.tag)


def version_of(tag: str) -> int:
    """The version events with this tag are written in."""
    return VERSION_BY_TAG.get(tag, 1)


def encode_event(event: AnyEvent) -> bytes:
    """The event as one JSON object."""
    return _encoder.encode(event)


def decode_event(data: bytes | msgspec.Raw, version: int) -> AnyEvent:
    """The event of its JSON, brought up from `version`.

    Raises:
        msgspec.ValidationError, msgspec.DecodeError: not an event of that version; or of one that
            only a later program knows, which may mean by the same fields something else.
    """
    event: AnyEvent
    if UPCASTERS:
        raw = msgspec.json.decode(data)
        while upcast := UPCASTERS.get((raw["tag"], version)):
            raw, version = upcast(raw), version + 1
        event = msgspec.convert(raw, AnyEvent, dec_hook=_read_map)
    else:
        event = _events.decode(data)
    if version > version_of(tag_of(event)):
        raise msgspec.ValidationError(f"version {version} is a later program's")
    return event


def encode(recorded: Recorded) -> bytes:
    """One line of a log, without the line's end."""
    return _encoder.encode(
        Line(
            seq=recorded.seq,
            by=recorded.by,
            command=recorded.command,
            v=version_of(tag_of(recorded.event)),
            event=msgspec.Raw(encode_event(recorded.event)),
        )
    )


def decode(data: bytes) -> Recorded:
    """The recorded event of one line.

    Raises:
        msgspec.ValidationError, msgspec.DecodeError: not a line of a log.
    """
    line = _lines.decode(data)
    return Recorded(
        seq=line.seq, by=line.by, command=line.command, event=decode_event(line.event, line.v)
    )


def decode_log(run: str, lines: Iterable[bytes]) -> Iterator[Recorded]:
    """The events of a JSONL log; blank lines are passed over.

    Raises:
        ReplayError: a line isn't a recorded event; `seq` is the one it would have had.
    """
    seq = 0
    for data in lines:
        if not data.strip():
            continue
        seq += 1
        try:
            yield decode(data)
        except (msgspec.DecodeError, KeyError, TypeError) as error:
            raise ReplayError(run, seq, "", error) from error
