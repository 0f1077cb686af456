"""A sound by what it holds: MPEG audio, without the tags that say where it comes from."""

from __future__ import annotations

from typing import Final

_TAG: Final = b"ID3"
_TAG_HEAD: Final = 10
_TAIL: Final = b"TAG"
_TAIL_SIZE: Final = 128


def read_sound(body: bytes) -> bytes | None:
    """The sound in `body`, without what stands before and behind it; None: there is none."""
    while body.startswith(_TAG):
        size = body[6:_TAG_HEAD]
        if len(size) < 4 or any(byte > 0x7F for byte in size):
            return None
        length = size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]
        body = body[_TAG_HEAD + length :]
    if body[-_TAIL_SIZE:].startswith(_TAIL):
        body = body[:-_TAIL_SIZE]
    return body if _begins_a_frame(body) else None


def _begins_a_frame(body: bytes) -> bool:
    """Eleven bits of sync, layer III, and a bit rate and a sampling rate that there are."""
    if len(body) < 4 or body[0] != 0xFF or body[1] & 0xE0 != 0xE0:
        return False
    layer, version = body[1] >> 1 & 3, body[1] >> 3 & 3
    rates = body[2] >> 4, body[2] >> 2 & 3
    return layer == 1 and version != 1 and rates[0] not in (0, 15) and rates[1] != 3
