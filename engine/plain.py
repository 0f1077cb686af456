"""What lies in a folder that somebody else fills: plain files, of a size, and nothing that a read
could wait for. A pipe in the place of a script holds whoever opens it for ever, a device never
ends, and a link that leads to itself is no OSError.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def read_plain(path: Path, most: int) -> bytes:
    """All of a plain file of `most` bytes or fewer. Raises OSError: it is none, or larger."""
    with open_plain(path) as file:
        body = file.read(most + 1)
    if len(body) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return body


def open_plain(path: Path) -> BinaryIO:
    """A plain file, opened to be read. Raises OSError: it is none."""
    # A pipe that nobody writes to opens at once so; Windows has neither.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(handle).st_mode
        if not stat.S_ISREG(found):
            why = errno.EISDIR if stat.S_ISDIR(found) else errno.ESPIPE
            raise OSError(why, os.strerror(why), str(path))
        return open(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def real(path: Path) -> Path:
    """Where it really lies, links followed; of one that leads in a circle, where that begins:
    whoever opens it is told. `Path.resolve` raises RuntimeError there."""
    return Path(os.path.realpath(path))
