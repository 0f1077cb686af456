"""Where a spot lies on the scene's picture: `at: [x, y, r]`."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.kinds.keys import At, Shape
from engine.script.schemas import Schema
from engine.script.source import Node, Scalar, Sequence

WHOLE: Final = 100


class Circle(msgspec.Struct, frozen=True):
    """A place on a picture, in hundredths: its middle from the left and from the top, and how far
    it reaches, in hundredths of the picture's width."""

    x: int
    y: int
    r: int


class OnPicture(Shape, frozen=True):
    """Three whole numbers; the circle lies on the picture."""

    def read(self, at: At, node: Node | None, name: str) -> Circle | None:
        """The circle; None where there is none, or none that lies on a picture."""
        if node is None:
            return None
        found = [_number(item) for item in node.items] if isinstance(node, Sequence) else []
        if len(found) == 3 and None not in found:
            x, y, r = (one or 0 for one in found)
            if r >= 1 and r <= min(x, y) and max(x, y) + r <= WHOLE:
                return Circle(x, y, r)
        shown = ", ".join("?" if one is None else str(one) for one in found)
        at.issue("SC441", node, found=f"[{shown}]")
        return None

    def schema(self) -> Schema:
        """Three numbers of 0 to 100."""
        number = {"type": ["integer", "string"], "minimum": 0, "maximum": WHOLE}
        return {"type": "array", "items": number, "minItems": 3, "maxItems": 3}


def _number(node: Node) -> int | None:
    text = node.value.strip() if isinstance(node, Scalar) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None
