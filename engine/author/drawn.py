"""An SVG that draws, and does nothing else: it runs no script and fetches nothing.

It is read by a parser, not searched for words, so that a label reading `step one = 2` is one, and
what an editor or Graphviz writes above a drawing (a comment, a DOCTYPE that names the standard)
does no harm. A DOCTYPE that declares something of its own is refused: entities hide in it.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

_DOING: Final = frozenset({"script", "foreignobject", "iframe", "embed", "object", "handler"})
_LEADING: Final = frozenset({"href", "src", "base"})
_OUTSIDE: Final = re.compile(r"\s*(?:#|data:image/|$)", re.IGNORECASE)
"""An address that stays inside the drawing."""
_STYLED: Final = re.compile(r"@import|url\(\s*[\"']?(?!\s*#)|expression\(", re.IGNORECASE)
_SCHEME: Final = re.compile(r"j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t\s*:", re.IGNORECASE)


class _DoesMoreError(Exception):
    """It isn't a drawing alone."""


def draws_only(body: bytes) -> bool:
    """It is a whole SVG, and nothing but a drawing."""
    parser = expat.ParserCreate(namespace_separator=" ")
    reader = _Reader()
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.ProcessingInstructionHandler = reader.instruction
    parser.StartElementHandler = reader.element
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, _DoesMoreError, ValueError):
        return False
    return True


class _Reader:
    def __init__(self) -> None:
        self._open: list[str] = []
        self._style: list[str] = []
        self._begun = False

    def doctype(self, name: str, system: str | None, public: str | None, own: int) -> None:
        _refuse(bool(own) or name.rpartition(":")[2] != "svg")

    def instruction(self, target: str, data: str) -> None:
        _refuse(True)  # a style sheet from elsewhere; `<?xml …?>` isn't one

    def element(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        _refuse(not self._begun and tag != "svg")
        _refuse(tag in _DOING)
        self._begun = True
        self._open.append(tag)
        for key, value in attributes.items():
            called = _local(key)
            _refuse(called.startswith("on"))
            _refuse(called in _LEADING and _OUTSIDE.match(value) is None)
            _refuse(called == "attributename" and _local(value) in _LEADING)
            _refuse(_STYLED.search(value) is not None or _SCHEME.search(value) is not None)

    def end(self, name: str) -> None:
        if self._open.pop() == "style":
            _refuse(_STYLED.search("".join(self._style)) is not None)
            self._style.clear()

    def text(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self._style.append(data)


def _local(name: str) -> str:
    """A name without its namespace or prefix, in small letters."""
    return name.rpartition(" ")[2].rpartition(":")[2].lower()


def _refuse(wrong: bool) -> None:
    if wrong:
        raise _DoesMoreError
