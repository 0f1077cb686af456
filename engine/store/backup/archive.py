"""The file of a backup: lines of JSON in one gzip stream, the same from SQLite and PostgreSQL.

    {"format": "hongchuan.backup", "version": 1, "revision": "0006", "made_ms": …}
    {"part": "accounts", "columns": ["id", …], "binary": []}
    ["9f…", …]                                      a row; binary columns in base64
    {"rows": 1, "sha256": "…"}                      over the part's lines, its first included
    …                                               the next part
    {"parts": {"accounts": {"rows": 1, "sha256": "…"}, …}}

The last line is the manifest: what is cut off short has none. A reader holds one line in memory,
whatever the file says, and takes nothing after the first thing that isn't as written here.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

import msgspec

from engine.atomic import aside
from engine.errors import AppError, Text
from engine.plain import open_plain

FORMAT: Final = "hongchuan.backup"
VERSION: Final = 1
LINE_MAX: Final = 32 * 1024 * 1024
"""Bytes of a row: a photo of 8 MiB, in base64, thrice over."""
_EARLIEST: Final = 0
_UNFIT: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_UNREADABLE: Final = (msgspec.DecodeError, ValueError, RecursionError)


class BackupError(AppError):
    """A backup that can't be made or isn't taken."""


_WHY: Final[dict[str, tuple[str, str, str, str]]] = {
    "not_backup": ("{what} 不是红船的备份。", "{what} is no backup of this program.",
                   "请检查文件。", "Check the file."),
    "damaged": ("备份已损坏：{what}。", "The backup is damaged: {what}.",
                "什么也没有写入。请换一份备份。", "Nothing was written. Use another copy."),
    "cut": ("备份不完整，后面缺了一截。", "The backup is cut short.",
            "什么也没有写入。请重新拷贝，或换一份备份。",
            "Nothing was written. Copy it again, or use another one."),
    "too_large": ("备份里有一行大得不合理（{what}）。", "A line is beyond all measure ({what}).",
                  "这不是本程序写出的文件，没有读下去。", "This program wrote no such file."),
    "newer": ("备份来自更新的版本（{what}）。", "The backup is of a newer version ({what}).",
              "请先升级程序。", "Upgrade first."),
    "not_empty": ("数据库里已经有东西（{what}）。", "The database isn't empty ({what}).",
                  "备份只恢复到空的数据库；请换一个 HONGCHUAN_DATABASE_URL，或移走旧的。",
                  "Set HONGCHUAN_DATABASE_URL to an empty one, or move the old one away."),
    "misfit": ("数据库里有一格备份不了，什么也没有改：{what}。",
               "A value can't be backed up; nothing was changed: {what}.",
               "请停下服务器，把数据库文件连同 -wal、-shm 先拷一份，"
               "再用 sqlite3 改好这一格（UPDATE 表 SET 列 = … WHERE 主键 = …）；"
               "hongchuan verify 列出所有这样的格。",
               "Stop the server, copy the database with"
               " its -wal and -shm, and mend that value by sqlite3 (UPDATE table SET column = …"
               " WHERE key = …); `hongchuan verify` lists all of them."),
    "nothing": ("这里没有数据库：{what}。", "There is no database: {what}.",
                "请检查 HONGCHUAN_DATABASE_URL。", "Check HONGCHUAN_DATABASE_URL."),
    "exists": ("{what} 已经有了。", "{what} exists already.",
               "备份不覆盖旧的备份；请换一个名字。", "Choose another name."),
}  # fmt: skip


def backup_error(code: str, what: object = "") -> BackupError:
    """The error with this code. Raise it."""
    zh, en, do_zh, do_en = _WHY[code]
    told = what if isinstance(what, Text) else Text(str(what), str(what))
    message = Text(zh.format(what=told.zh), en.format(what=told.en))
    return BackupError(code, message, Text(do_zh, do_en))


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line."""

    format: str
    version: int
    revision: str
    """Of the tables."""
    made_ms: int


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table: its name, and what each place of a row means."""

    part: str
    columns: tuple[str, ...]
    binary: tuple[str, ...]


class PartEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many rows a part had, and SHA-256 over its lines."""

    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line: every part by name."""

    parts: dict[str, PartEnd]


Row = list[Any]


class Writer:
    """Writes the lines of a backup."""

    def __init__(self, out: IO[bytes], header: Header) -> None:
        self._out = out
        self._parts: dict[str, PartEnd] = {}
        self._digest = hashlib.sha256()
        self._name, self._rows = "", 0
        self._put(header)

    def _put(self, line: object) -> None:
        data = msgspec.json.encode(line) + b"\n"
        self._digest.update(data)
        self._out.write(data)

    def begin(self, part: Part) -> None:
        """Rows of this part follow."""
        self._name, self._rows, self._digest = part.part, 0, hashlib.sha256()
        self._put(part)

    def row(self, row: Sequence[Any]) -> None:
        """The next row."""
        self._rows += 1
        self._put(tuple(row))

    def end(self) -> None:
        """The part is whole."""
        ended = PartEnd(self._rows, self._digest.hexdigest())
        self._parts[self._name] = ended
        self._put(ended)

    def finish(self) -> Manifest:
        """Everything is written: the manifest."""
        manifest = Manifest(self._parts)
        self._put(manifest)
        return manifest


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A compressed stream that becomes `path` once it is whole and on the disk; for its owner's
    eyes alone. Raises BackupError exists, OSError."""
    if path.exists():
        raise backup_error("exists", path)
    try:
        with aside(path) as plain, gzip.GzipFile("", "wb", 6, plain, _EARLIEST) as packed:
            yield cast(IO[bytes], packed)
    except FileExistsError as error:  # somebody was quicker
        raise backup_error("exists", path) from error


class Reader:
    """Reads a backup from beginning to end, checking as it goes."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self._digest = hashlib.sha256()
        self._parts: dict[str, PartEnd] = {}
        self.header = self._header()
        self.manifest: Manifest | None = None
        """Known once everything has been read."""

    def _header(self) -> Header:
        try:
            data = self._stream.readline(1024)
            header = msgspec.json.decode(data, type=Header)
        except (OSError, EOFError, zlib.error, *_UNREADABLE) as error:
            raise backup_error("not_backup", self._name) from error
        if header.format != FORMAT:
            raise backup_error("not_backup", self._name)
        if header.version != VERSION:
            raise backup_error("newer", f"{header.format} {header.version}")
        return header

    def _line(self) -> bytes:
        try:
            data = self._stream.readline(LINE_MAX)
        except EOFError as error:
            raise backup_error("cut") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise backup_error("damaged", error) from error
        if not data:
            raise backup_error("cut")
        if not data.endswith(b"\n"):
            raise backup_error("too_large" if len(data) == LINE_MAX else "cut", self._name)
        return data

    def __iter__(self) -> Iterator[Part | Row]:
        """Each part, and after it its rows. Raises BackupError damaged, cut, too_large."""
        while True:
            data = self._line()
            try:
                if data.startswith(b'{"parts":'):
                    self._finish(msgspec.json.decode(data, type=Manifest))
                    return
                part = msgspec.json.decode(data, type=Part)
            except _UNREADABLE as error:
                raise backup_error("damaged", error) from error
            yield part
            yield from self._rows(part, data)

    def _rows(self, part: Part, first: bytes) -> Iterator[Row]:
        digest, count = hashlib.sha256(first), 0
        binary = [place for place, name in enumerate(part.columns) if name in part.binary]
        while True:
            data = self._line()
            try:
                found = msgspec.json.decode(data, type=PartEnd | Row)
                if isinstance(found, PartEnd):
                    break
                for place in binary:
                    if found[place] is not None:
                        found[place] = b64decode(found[place], validate=True)
            except (*_UNREADABLE, IndexError, TypeError) as error:
                raise backup_error("damaged", f"{part.part} {count + 1}") from error
            digest.update(data)
            count += 1
            if len(found) != len(part.columns) or any(isinstance(v, dict | list) for v in found):
                raise backup_error("damaged", f"{part.part} {count}")
            yield found
        if found != PartEnd(count, digest.hexdigest()) or part.part in self._parts:
            raise backup_error("damaged", f"{part.part}：摘要不符")
        self._parts[part.part] = found

    def _finish(self, manifest: Manifest) -> None:
        if manifest.parts != self._parts:
            raise backup_error("damaged", "清单不符")
        try:
            if self._stream.read(1):
                raise backup_error("damaged", "清单后面还有东西")
        except EOFError as error:
            raise backup_error("cut") from error
        except (OSError, zlib.error) as error:
            raise backup_error("damaged", error) from error
        self.manifest = manifest


def each_row(reader: Reader, begin: Callable[[Part], None], take: Callable[[Row], None]) -> None:
    """Hands every part and its rows on. What whoever takes them can't make anything of, no program
    of ours wrote, though its digests agree: anybody can reckon those. Raises BackupError damaged,
    cut, too_large."""
    name, count = "", 0
    for found in reader:
        try:
            if isinstance(found, Part):
                name, count = found.part, 0
                begin(found)
            else:
                count += 1
                take(found)
        except _UNFIT as error:
            raise backup_error("damaged", f"{name} {count}") from error


def manifest_of(path: Path) -> Manifest | None:
    """What a backup holds, as its last line says; None: it is none, or isn't whole."""
    try:
        with open_archive(path) as reader:
            for _ in reader:
                pass
            return reader.manifest
    except (BackupError, OSError):
        return None


@contextmanager
def open_archive(path: Path) -> Iterator[Reader]:
    """The backup at `path`. Raises OSError, BackupError not_backup, newer."""
    with open_plain(path) as plain, gzip.GzipFile(fileobj=plain) as packed:
        yield Reader(cast(IO[bytes], packed), path.name)
