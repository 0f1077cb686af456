"""Writing a file aside: it is there all at once, whole and on the disk, or there is nothing new.

On Linux it has no name until it is whole (O_TMPFILE): killed at any moment, the program leaves
nothing. File systems that can't (a stick's, a share's) get a hidden name, `.NAME.….hongchuan-part`,
which is locked while somebody writes it; whoever writes into that folder next takes away those that
nobody holds any more.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

PART: Final = ".hongchuan-part"
"""Nobody else's hidden files end so."""
PROC: Final = Path("/proc/self/fd")
_NO_NAMELESS: Final = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS}
"""What systems and file systems without O_TMPFILE say to it."""


@contextmanager
def aside(path: Path, *, over: bool = False, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """A file that becomes `path` when the block ends well. `over`: in the place of what is there.

    Raises OSError; FileExistsError without `over`, where something is there by then.
    """
    sweep(path.parent)
    handle, name = _begun(path)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.chmod(name or out.fileno(), mode)
            os.fsync(out.fileno())
            if name is None:
                name = _named(out.fileno(), path, over=over)
        if name is not None:
            _put(name, path, over=over)
    finally:
        if name is not None:
            name.unlink(missing_ok=True)
    _keep_name(path.parent)


@contextmanager
def named_aside(path: Path, *, mode: int = 0o600) -> Iterator[Path]:
    """The same for who writes by a name, as SQLite does: where to write, a hidden file that becomes
    `path` when the block ends well. Raises OSError; FileExistsError where something is there."""
    sweep(path.parent)
    handle, name = _hidden(path)
    try:
        yield name
        os.chmod(handle, mode)
        os.fsync(handle)
        _put(name, path, over=False)
    finally:
        name.unlink(missing_ok=True)
        os.close(handle)
    _keep_name(path.parent)


def sweep(folder: Path) -> None:
    """Take away what others began there and never finished: whoever holds it no more is dead."""
    for file in folder.glob(f".*{PART}"):
        with suppress(OSError):  # somebody else's, or another sweeper was quicker
            if file.is_symlink() or not file.is_file():
                continue
            handle = os.open(file, os.O_RDWR)
            try:
                held = not _locked(handle)
            finally:
                os.close(handle)
            if not held:
                file.unlink()


def _begun(path: Path) -> tuple[int, Path | None]:
    """(an open file, its name; None: it has none yet). Raises OSError, by the name asked for."""
    nameless = getattr(os, "O_TMPFILE", 0)
    try:
        if nameless and PROC.is_dir():
            with _unless_unknown():
                return os.open(path.parent, nameless | os.O_RDWR | os.O_CLOEXEC, 0o600), None
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    return _hidden(path)


def _hidden(path: Path) -> tuple[int, Path]:
    """An open, locked file and its name. Raises OSError, by the name asked for."""
    try:
        while True:
            handle, name = tempfile.mkstemp(PART, f".{path.name[:100]}.", path.parent)
            with suppress(OSError):  # a file system without locks: nobody sweeps there, either
                _locked(handle)
            if Path(name).exists():  # a sweeper may have come between its making and its lock
                return handle, Path(name)
            os.close(handle)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def _unless_unknown() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_NAMELESS:
            raise


def _named(handle: int, path: Path, *, over: bool) -> Path | None:
    """Give a nameless file its name, a hidden one where it is to take another's place; what is
    still to be put there. Raises FileExistsError."""
    hidden = path.with_name(f".{path.name[:100]}.{os.urandom(4).hex()}{PART}")
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # With a folder said, Python follows the link of /proc; without one it would link the link.
        os.link(PROC / str(handle), hidden if over else path, src_dir_fd=folder)
    except FileExistsError:
        raise
    except OSError:  # no links there, or none out of /proc
        with (PROC / str(handle)).open("rb") as made, hidden.open("xb") as copy:
            shutil.copyfileobj(made, copy)
            copy.flush()
            os.fchmod(copy.fileno(), os.fstat(handle).st_mode & 0o777)
            os.fsync(copy.fileno())
        return hidden
    finally:
        os.close(folder)
    return hidden if over else None


def _put(name: Path, path: Path, *, over: bool) -> None:
    if over:
        name.replace(path)
        return
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except OSError:  # a stick's file system knows no links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        name.rename(path)


def _keep_name(folder: Path) -> None:
    """Let the new name outlive a crash too."""
    with suppress(OSError):  # some file systems, and Windows, open no folders
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


if sys.platform == "win32":

    def _locked(handle: int) -> bool:
        return True  # nobody takes a file away there that is open

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
