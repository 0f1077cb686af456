"""Whose a SQLite database is: one server's at a time, and what the last one left there.

Two servers on one file would each tell their own phones their own story. So whoever serves, puts a
backup back, or migrates holds a lock for as long: `.NAME.lock` beside the file, which the system
lets go when its process ends, however it ends. Not on the database itself: whoever closes any
handle of that file lets go of all of SQLite's own locks. Hidden, so that who moves the database
aside doesn't take it along.

In the lock lies a note: who holds it, and where it serves.

PostgreSQL is looked after by itself, and serves any number of workers: there is nothing to lock.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine.plain import real
from engine.store.place.unopened import CantOpen, opening

NOTE_BYTES: Final = 512

_ours: Final[dict[Path, Custody]] = {}
"""What this process holds: a lock asked for again by its own holder is no other's."""


class Note(msgspec.Struct, frozen=True):
    """What lies in a lock."""

    pid: int = 0
    address: str = ""
    """Where it serves; empty: it doesn't, or not yet."""
    kept_ms: int = 0
    """The newest sign of life that was in the database; 0: a server never had it."""


class Custody:
    """A lock that is held; `handle` None: there is nothing to lock."""

    def __init__(self, handle: int | None, before: Note) -> None:
        self._handle = handle
        self.before = before
        """What the last holder left."""
        self._held = Note(os.getpid(), kept_ms=before.kept_ms)

    def note(self, address: str = "") -> None:
        """Leave word where it serves. A full disk takes none, and is told of elsewhere."""
        self._leave(replace(self._held, address=address))

    def keep(self, kept_ms: int) -> None:
        """Leave word of what the database held: a later start tells by it whether it still does."""
        if kept_ms > self._held.kept_ms:
            self._leave(replace(self._held, kept_ms=kept_ms))

    def _leave(self, note: Note) -> None:
        self._held = note
        if self._handle is None:
            return
        told = msgspec.json.encode(note)
        try:
            os.pwrite(self._handle, told.ljust(NOTE_BYTES), 0)
        except OSError:
            return


@contextmanager
def holding(url: str) -> Iterator[Custody]:
    """The database of `url` is this process's until the block ends. Raises CantOpen held,
    no_folder, bad_url."""
    file = file_of(url)
    if file is None or file in _ours:
        yield Custody(None, Note()) if file is None else _ours[file]
        return
    with opening(url):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(lock_of(file), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(handle):
            held = _noted(handle)
            raise CantOpen("held", what=held.address or f"pid {held.pid}", file=file)
        _ours[file] = custody = Custody(handle, _noted(handle))
        custody.note()
        try:
            yield custody
        finally:
            del _ours[file]
    finally:
        os.close(handle)


def witness(url: str, kept_ms: int) -> None:
    """Leave word in the lock, if this process holds it, of what the database holds."""
    file = file_of(url)
    if file in _ours:
        _ours[file].keep(kept_ms)


def file_of(url: str) -> Path | None:
    """The file of a SQLite database, with its whole path; None: it isn't in a file."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None  # opening it says so
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return real(Path(str(parsed.database)))


def lock_of(file: Path) -> Path:
    """Where the lock of a database is."""
    return file.with_name(f".{file.name}.lock")


def is_held(file: Path) -> bool:
    """Whether somebody holds the lock of a database that lies where nothing can be written."""
    try:
        handle = os.open(lock_of(file), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _locked(handle)
    finally:
        os.close(handle)


def _noted(handle: int) -> Note:
    try:
        return msgspec.json.decode(os.pread(handle, NOTE_BYTES, 0), type=Note)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Note()  # new, or half written when its disk was full


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            os.lseek(handle, NOTE_BYTES, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks: a lock nobody can take keeps nobody out
        return True
