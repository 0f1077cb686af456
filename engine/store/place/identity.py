"""The files of a SQLite database: still there, and still those that were opened?

A file that is deleted, moved, or replaced by another one stays open for who has it: SQLite goes on
writing into what has no name any more, and says that all is well. So each transaction that means to
write looks first, and again before it commits, whether what lies at the path is what was opened:
the database, the log beside it (`-wal`), and the index of that log (`-shm`). Three calls of stat
take some microseconds; a commit takes milliseconds. Nothing is remembered of a difference: where
the same files are put back, what was refused works again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.errors import StoreUnavailable

BESIDE: Final = ("", "-wal", "-shm")
"""What belongs to one database, by the endings of its files."""

Mark = tuple[int, int]
"""(device, inode): which file it is, whatever it is called."""


class Moved(StoreUnavailable):
    """What lies at the path isn't what was opened: nothing is written any more."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} isn't the file that was opened: moved, deleted or replaced")
        self.path = path


class Identity:
    """Which files one process has open."""

    def __init__(self, path: Path) -> None:
        self._files = tuple(Path(f"{path.absolute()}{ending}") for ending in BESIDE)
        self._marks: tuple[Mark | None, ...] | None = None

    def hold(self) -> None:
        """What lies there now is what was opened. Raises Moved: the database isn't there."""
        marks = tuple(mark_of(file) for file in self._files)
        if marks[0] is None:
            raise Moved(self._files[0])
        self._marks = marks

    def check(self) -> None:
        """Raises Moved where something else lies there now, or nothing. Passes before `hold`."""
        for file, mark in zip(self._files, self._marks or (), strict=False):
            if mark is not None and mark_of(file) != mark:
                raise Moved(file)


def mark_of(file: Path) -> Mark | None:
    """Which file that is; None: there is none, or nobody can look."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
