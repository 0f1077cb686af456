"""Pictures by what they hold, not by what they are called: PNG, JPEG, WebP; how large, and clean.

A photo says where and when it was taken, and with whose phone. `read_picture` gives the picture
without: of a JPEG's metadata only the colour profile and the way up are kept, of a PNG's only what
draws. What follows the picture's end goes too. No pixel is decoded, so nothing here can be a bomb.
"""

from __future__ import annotations

import re
import struct
from typing import Final

import msgspec

SIDE_MAX: Final = 12_000
PIXELS_MAX: Final = 60_000_000
"""A phone's largest, and no more: every browser that shows it unpacks four bytes a pixel."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED: Final = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Where a scan's data ends: at the next marker that isn't part of it."""
_FILLED: Final = re.compile(rb"\xff(?!\xff)", re.DOTALL)
_SOS, _EOI, _APP1, _COMMENT = 0xDA, 0xD9, 0xE1, 0xFE
_ORIENTATION: Final = 0x0112


class Picture(msgspec.Struct, frozen=True):
    """A picture, clean."""

    media: str
    """Its media type."""
    width: int
    height: int
    body: bytes


def read_picture(body: bytes) -> Picture | None:
    """The picture in `body`; None: there is none, it is cut short, or it is too large to show."""
    try:
        if body.startswith(_PNG):
            found = _png(body)
        elif body.startswith(_JPEG):
            found = _jpeg(body)
        elif body[:4] == b"RIFF" and body[8:12] == b"WEBP":
            found = _webp(body)
        else:
            return None
    except (struct.error, IndexError):
        return None
    if found is None or not (0 < found.width <= SIDE_MAX and 0 < found.height <= SIDE_MAX):
        return None
    return found if found.width * found.height <= PIXELS_MAX else None


def _png(body: bytes) -> Picture | None:
    kept, at = [_PNG], len(_PNG)
    width, height = struct.unpack_from(">II", body, 16)
    if body[12:16] != b"IHDR":
        return None
    while True:
        (length,) = struct.unpack_from(">I", body, at)
        kind, end = body[at + 4 : at + 8], at + 12 + length
        if end > len(body):
            return None
        if kind not in _PNG_DROPPED:
            kept.append(body[at:end])
        if kind == b"IEND":
            return Picture("image/png", width, height, b"".join(kept))
        at = end


def _jpeg(body: bytes) -> Picture | None:
    kept, at, size = [b"\xff\xd8"], 2, (0, 0)
    while True:
        if body[at] != 0xFF:
            return None
        marker = body[at + 1]
        if marker == 0xFF:  # filled up
            at = _end_of(_FILLED, body, at)
            continue
        if marker == _EOI:
            kept.append(b"\xff\xd9")
            return Picture("image/jpeg", *size, b"".join(kept))
        if marker in _ALONE:
            kept.append(body[at : at + 2])
            at += 2
            continue
        (length,) = struct.unpack_from(">H", body, at + 2)
        end = at + 2 + length
        segment = body[at:end]
        if length < 2 or len(segment) < length + 2:
            return None
        if marker in _FRAMES:
            size = struct.unpack_from(">HH", segment, 5)[::-1]
        kept.append(_cleaned(marker, segment))
        at = end
        if marker == _SOS:
            end = _end_of(_MARKER, body, at)
            kept.append(body[at:end])
            at = end


def _end_of(pattern: re.Pattern[bytes], body: bytes, at: int) -> int:
    found = pattern.search(body, at)
    if found is None:
        raise IndexError("a picture without an end")
    return found.start()


def _cleaned(marker: int, segment: bytes) -> bytes:
    """The segment as it is kept: profile and colours stay, of EXIF only the way up."""
    if marker == _COMMENT or marker == 0xED:
        return b""
    if marker == _APP1:
        turned = _orientation(segment[4:])
        return _upright(turned) if turned > 1 else b""
    if 0xE0 <= marker <= 0xEF:
        kept = marker in (0xE0, 0xEE) or (marker == 0xE2 and segment[4:15] == b"ICC_PROFILE")
        return segment if kept else b""
    return segment


def _orientation(exif: bytes) -> int:
    """Which way up, 1 to 8; 0: not said."""
    if exif[:6] != b"Exif\0\0" or exif[6:8] not in (b"II", b"MM"):
        return 0
    tiff, order = exif[6:], "<" if exif[6:8] == b"II" else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for place in range(min(count, 200)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * place)
            if tag == _ORIENTATION:
                return int(value) if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _upright(turned: int) -> bytes:
    """An EXIF segment that says which way up, and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
    data = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data


def _webp(body: bytes) -> Picture | None:
    """As it is: nobody's phone writes these."""
    kind = body[12:16]
    if kind == b"VP8X":
        low = int.from_bytes(body[24:27], "little"), int.from_bytes(body[27:30], "little")
        width, height = low[0] + 1, low[1] + 1
    elif kind == b"VP8L" and body[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", body, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and body[23:26] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 26))
    else:
        return None
    (length,) = struct.unpack_from("<I", body, 4)
    return Picture("image/webp", width, height, body) if length + 8 <= len(body) else None
