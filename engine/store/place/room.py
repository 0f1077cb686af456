"""How much room is left on the disk that the data lie on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

FULL_BYTES: Final = 1024 * 1024
"""With less than that free the disk is full: SQLite writes on for a while in what it has."""
LOW_BYTES: Final = 100 * 10**6
"""With less than that free somebody should make room, while there is time."""
STEP_MB: Final = 10
"""How finely little room is told: an evening writes a megabyte now and then."""


def room(file: Path) -> int:
    """Bytes free where a file lies, or would. Raises OSError: nobody can look."""
    return shutil.disk_usage(file.parent).free


def left_mb(free_bytes: int) -> int | None:
    """Megabytes that are left, where that is little; None: there is enough."""
    if free_bytes >= LOW_BYTES:
        return None
    return 0 if free_bytes < FULL_BYTES else max(1, free_bytes // 10**6 // STEP_MB * STEP_MB)
