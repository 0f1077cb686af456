"""A script of one's own, made after another: all that it says, under another id and title.

Where it comes from stands in its first line, as a comment: the language has no key for that, and a
comment goes along wherever the text goes. Nothing else of the text changes.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from engine.author.cards import free_id
from engine.author.edits import put
from engine.author.extents import LeftAlone, script_of
from engine.script.fields import ID

VERSION: Final = "0.1.0"
"""Of what is only begun."""
ID_MAX: Final = 60
"""Signs of an id that the program makes; there may be a number behind it."""
_SCHEMA: Final = "# yaml-language-server:"


def remixed(text: str, name: str, title: str, after: str) -> str:
    """The text under this id and title, at its first version. `after`: what it was made after, in a
    line. Raises LeftAlone: an edit can't be made here."""
    for key, value in (("id", name), ("title", title), ("version", VERSION)):
        text = put(text, (key,), value, ("format", "id", "version", "title")).text
    lines = text.splitlines(keepends=True)
    place = 1 if lines and lines[0].startswith(_SCHEMA) else 0
    said = " ".join("".join(c if c.isprintable() else " " for c in after).split())
    return "".join([*lines[:place], f"# {said}\n", *lines[place:]])


def title_in(text: str) -> str:
    """The title a text says it has; empty: none that can be read."""
    try:
        script = script_of(text)
        found = script.find(("title",)).plain() if script.has(("title",)) else ""
    except LeftAlone:
        return ""
    return found if isinstance(found, str) else ""


def id_for(title: str, source: str, taken: Container[str]) -> str:
    """An id that isn't taken: of the Latin words in the title, else the source's with a number."""
    words = "-".join(re.findall(r"[A-Za-z0-9]+", title)).lower()[:ID_MAX].strip("-")
    if ID.fullmatch(words) is not None and words not in taken:
        return words
    stem = source if ID.fullmatch(words) is None else words
    return free_id(stem[:ID_MAX], 2, taken)
