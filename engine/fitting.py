"""Text as a format takes it: cleaned of what it can't hold, cut where it holds no more.

People type, and scripts say, what no form foresaw: control characters, lone surrogates, a sentence
where Word keeps 255 characters. Whatever goes into a file or a header passes through here; what was
left out is told by an ellipsis, never by an error.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

PROPERTY_MAX: Final = 255
"""Characters of a property of a Word or Excel document (ECMA-376, part 1, 15.2.12.1)."""
CELL_MAX: Final = 32_767
"""Characters of an Excel cell, as UTF-16 counts them."""
SHEET_MAX: Final = 31
FILE_MAX: Final = 180
"""Bytes of a file's name as UTF-8: 255 in most file systems, less what is put around it."""

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (production [2], Char)."""
_DRAWN_OVER: Final = re.compile("[\u202a-\u202e\u2066-\u2069\x7f-\x84\x86-\x9f]")
"""Control characters that XML allows and nobody wants: they turn a line of text round."""
_NOT_IN_FILES: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_NOT_IN_SHEETS: Final = re.compile(r"[\[\]:*?/\\']")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for itself."""


def plain(text: str) -> str:
    """Text that any XML, HTML or JSON may hold; line ends are `\\n`."""
    kept = _DRAWN_OVER.sub("", _NOT_XML.sub("", text))
    return kept.replace("\r\n", "\n").replace("\r", "\n")


def line(text: str, most: int) -> str:
    """Text in one line of at most so many characters."""
    return cut(" ".join(plain(text).split()), most)


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis: at most so many UTF-16 units."""
    if _units(text) <= most:
        return text
    kept = text[: most - 1]
    while _units(kept) > most - 1:
        kept = kept[:-1]
    return kept + "…"


def _units(text: str) -> int:
    return len(text) + sum(c > "\uffff" for c in text)


def cell(text: str) -> str:
    """Text for an Excel cell."""
    return cut(plain(text), CELL_MAX)


def document_property(text: str) -> str:
    """Text for a title, an author and the like of a document."""
    return line(text, PROPERTY_MAX)


def sheet_name(text: str) -> str:
    """A name that Excel takes for a sheet; never empty."""
    return line(_NOT_IN_SHEETS.sub("", text), SHEET_MAX) or "表"


def file_name(*words: str, suffix: str) -> str:
    """A file's name that every system takes: the words that aren't empty, joined by `-`."""
    kept = (" ".join(_NOT_IN_FILES.sub(" ", plain(word)).split()) for word in words)
    name = "-".join(word for word in kept if word).strip(". ")
    while len(name.encode()) > FILE_MAX:
        name = name[:-1]
    name = name.rstrip(". ") or "文件"
    return ("_" if _RESERVED.match(name) else "") + name + suffix


def attachment(name: str) -> str:
    """`Content-Disposition` for a download of that name (RFC 6266): programs that know no UTF-8
    get it in ASCII."""
    known = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "" for c in name)
    stem, _, suffix = known.rpartition(".")
    plain_name = f"{stem.strip('-_. ') or 'hongchuan'}.{suffix}"
    return f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name, safe='')}"
