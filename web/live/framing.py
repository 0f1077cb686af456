"""Frames of parts, put together of what is kept of each part: one that hasn't changed is neither
compared nor encoded, and one that has is encoded once, for all who are shown it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
import orjson

from engine.errors import Lang
from engine.views.kept import Kept
from web.pages.render import fragment

Parts = Mapping[str, Kept]
"""What a line shows, by name."""

HTML: Final = "html"
_NOBODYS: Final[Mapping[str, str]] = {}


def changed_since(before: Parts, parts: Parts) -> Parts:
    """The parts that aren't what they were."""
    if parts is before:
        return {}
    return {name: kept for name, kept in parts.items() if before.get(name) is not kept}


def beginning(
    seq: int, now_ms: int, whose: Mapping[str, str] = _NOBODYS, *, pace: int = 1
) -> bytes:
    """What stands before the parts of a message. `pace`: of `now_ms`; 1 isn't said."""
    more = b"," + msgspec.json.encode(whose)[1:-1] if whose else b""
    if pace != 1:
        more += b',"pace":%d' % pace
    return b'{"type":"parts","seq":%d,"now_ms":%d%b' % (seq, now_ms, more)


def parts_frame(begun: bytes, parts: Parts, kind: str, lang: Lang, *, html: bool) -> bytes:
    """The message with these parts, behind its `beginning`: as the fragments of a `kind` of page,
    or as JSON."""
    if html:
        made = [kept.wire(HTML, _html, kind, name, lang) for name, kept in parts.items()]
    else:
        # Its name is put before it anew each time: kept with it, each part was there twice.
        made = [b'"%b":%b' % (name.encode(), kept.json()) for name, kept in parts.items()]
    return b'%b,"parts":{%b}}' % (begun, b",".join(made))


def fragments(parts: Parts, kind: str, lang: Lang) -> dict[str, str]:
    """The same fragments by name, as a page carries them; they are made once for both."""
    made = [kept.wire(HTML, _html, kind, name, lang) for name, kept in parts.items()]
    found: dict[str, str] = orjson.loads(b"{%b}" % b",".join(made))
    return found


def _html(kept: Kept, kind: str, name: str, lang: Lang) -> bytes:
    return b'"%b":%b' % (name.encode(), orjson.dumps(fragment(kind, name, kept, lang)))
