"""What an author may not have meant, in a text that can be read: told at `check` and in the studio.

A script compiles with any of it, for kept texts have to compile for ever.
"""

from __future__ import annotations

from engine.errors import Issue, Place
from engine.scenario.encoding import UTF8, UnreadableText, decoded
from engine.scenario.issues import advice


def advise(data: bytes, file: str) -> list[Issue]:
    """Advice on a script's or a strings file's bytes, in document order."""
    try:
        read = decoded(data)
    except UnreadableText:
        return []
    found: list[Issue] = []
    if read.encoding != UTF8:
        found.append(advice("SC801", Place(file, 1, 1), encoding=read.encoding))
    return found
