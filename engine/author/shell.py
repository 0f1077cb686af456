"""The shell of a package that people zipped by hand: names, folders, and what else lies in it.

Explorer writes Chinese names in the code page of its Windows and doesn't say so; Finder writes
UTF-8 without saying so, decomposed; both zip the folder around the files, and what they keep for
themselves.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from engine.author.new import SCHEMA_FILE
from engine.normal import normal

_UTF8_FLAG: Final = 0x800
_UNICODE_PATH: Final = 0x7075
"""Extra field in which a zip program keeps the true name (Info-ZIP, APPNOTE 4.6.9)."""
_NEEDLESS: Final = re.compile(
    r"(^|/)(__MACOSX|\.git|\.svn|\.vscode|\.idea)/|"
    r"(^|/)(\._[^/]*|\.DS_Store|\.localized|\.directory|\.gitignore|Icon\r|"
    rf"Thumbs\.db|ehthumbs\.db|desktop\.ini|~\$[^/]*|[^/]+(~|\.bak|\.tmp|\.swp)|"
    rf"{re.escape(SCHEMA_FILE)})$",
    re.IGNORECASE,
)
"""What computers and editors put beside a script, and no package needs."""


def laid_out(archive: zipfile.ZipFile) -> tuple[dict[str, list[zipfile.ZipInfo]], list[str]]:
    """The entries by name, more than one where names are given twice, and the names of what is left
    out. Names are composed (NFC), without the folder around everything."""
    names = list(zip(_names(archive.infolist()), archive.infolist(), strict=True))
    left_out = [name for name, _ in names if _NEEDLESS.search(name)]
    kept = [(n, i) for n, i in names if not n.endswith("/") and not _NEEDLESS.search(n)]
    around = len(_folder([name for name, _ in kept]))
    kept = [(name[around:], info) for name, info in kept]
    found: dict[str, list[zipfile.ZipInfo]] = {}
    for name, info in kept:
        found.setdefault(name, []).append(info)
    return found, [name for name in left_out if not name.endswith("/")]


def _names(infos: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Each entry's name. Names that don't say how they are written are written alike: in UTF-8 if
    all of them can be, else in GB18030."""
    raw = [_raw(info) for info in infos]
    codec = "utf-8" if all(_reads(name, "utf-8") for name in raw) else "gb18030"
    for info, name in zip(infos, raw, strict=True):
        shown = _told(info) or info.orig_filename
        if name and _reads(name, codec):
            shown = name.decode(codec)
        yield normal("NFC", shown.replace("\\", "/"))


def _raw(info: zipfile.ZipInfo) -> bytes:
    """The bytes of a name that doesn't say how it is written; empty: it does."""
    if info.flag_bits & _UTF8_FLAG or info.orig_filename.isascii() or _told(info):
        return b""
    try:
        return info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return b""


def _reads(name: bytes, codec: str) -> bool:
    try:
        name.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _told(info: zipfile.ZipInfo) -> str:
    """The name in the extra field; empty: there is none."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = (int.from_bytes(extra[at : at + 2], "little") for at in (0, 2))
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and _reads(field[5:], "utf-8"):
            return field[5:].decode()
    return ""


def _folder(names: list[str]) -> str:
    """The folders around everything, with their slashes; empty: there is none."""
    shared = os.path.commonprefix(names)
    deep = 0
    for each in shared.split("/")[:-1]:
        if each in ("", ".", "..") or ":" in each:
            break
        deep += len(each) + 1
    return shared[:deep]
