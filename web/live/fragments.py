"""HTML of parts, rendered once for each part object however many sockets show it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from engine.errors import Lang
from web.pages.render import render_parts

KEPT: Final = 512


class Fragments:
    """The fragments rendered last. A part is known by its identity: views hand out one object."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, Lang, int], tuple[Any, str]] = OrderedDict()

    def render(self, kind: str, parts: dict[str, Any], lang: Lang = "zh") -> dict[str, str]:
        """Fragments by part name."""
        return {name: self._fragment(kind, name, lang, part) for name, part in parts.items()}

    def clear(self) -> None:
        """Forget them all: somebody's name stands in some."""
        self._known.clear()

    def _fragment(self, kind: str, name: str, lang: Lang, part: Any) -> str:
        key = (kind, name, lang, id(part))
        known = self._known.get(key)
        if known is not None and known[0] is part:
            self._known.move_to_end(key)
            return known[1]
        html = render_parts(kind, {name: part}, lang)[name]
        if part is not None:
            # The part is kept beside its fragment, so its id can't be given to another object.
            self._known[key] = (part, html)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return html
