"""In what order a line is looked at for slips: the surer ones before those that only may be one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.script.braces import (
    look_for_between,
    look_for_bracket,
    look_for_comma,
    look_for_entry_comma,
    look_for_inside,
    look_for_sign,
    look_for_text_colon,
)
from engine.script.slips import (
    Slip,
    look_for_colon,
    look_for_control,
    look_for_dress,
    look_for_fence,
    look_for_gap,
    look_for_indent,
    look_for_mark,
    look_for_no_colon,
    look_for_space,
)

LINE_MAX: Final = 4_000
"""Characters of a line that are looked at."""

SURE: Final[tuple[Callable[[str], Slip | None], ...]] = (
    look_for_control,
    look_for_indent,
    look_for_colon,
    look_for_comma,
)
"""Looked for in every line, once a text can't be read."""
NEAR: Final[tuple[Callable[[str], Slip | None], ...]] = (
    *SURE,
    look_for_fence,
    look_for_gap,
    look_for_mark,
    look_for_dress,
    look_for_inside,
    look_for_between,
    look_for_entry_comma,
    look_for_bracket,
    look_for_sign,
    look_for_space,
    look_for_text_colon,
    look_for_no_colon,
)
"""Looked for in the lines that the parser had in view."""


def look(line: str, sorts: tuple[Callable[[str], Slip | None], ...]) -> Slip | None:
    """The first slip of these sorts in the line; comments have none."""
    if len(line) > LINE_MAX or line.lstrip().startswith("#"):
        return None
    for sort in sorts:
        slip = sort(line)
        if slip is not None:
            return slip
    return None
