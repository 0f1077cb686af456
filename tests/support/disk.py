"""A disk of a few megabytes, to be filled: a tmpfs that the test mounts."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PIECE_BYTES = 4096


class SmallDisk:
    """A mounted tmpfs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, *, left_bytes: int = 0) -> int:
        """Write until nothing more goes in, but so much; how many bytes that took."""
        with self._filler.open("ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(PIECE_BYTES))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        os.truncate(self._filler, max(0, self._filler.stat().st_size - left_bytes))
        return self._filler.stat().st_size

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink()


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[SmallDisk]:
    """A disk of that size at `folder`, for as long as the context lasts."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (
        f"a tmpfs can't be mounted ({done.stderr.strip()}): a full disk is tested by filling one, "
        "which takes root, or a container that may mount (docker run --cap-add SYS_ADMIN)"
    )
    try:
        yield SmallDisk(folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            (folder / "filler").unlink()
        subprocess.run(["umount", str(folder)], check=True)
