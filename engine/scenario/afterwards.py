"""What is told once the play is over: what became of the people, and a sentence of today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.script.fields import Reader
from engine.script.nodes import Citation, Fate, Words
from engine.script.source import Node, Scalar

DEBRIEF_KEYS: Final = ("facts", "fates", "discuss", "words", "oath", "reflect", "say")
SOURCED_KEYS: Final = ("text", "sources")
Cited = Callable[[Node | None, Node, str], tuple[Citation, ...]]
"""(what is written under `sources`, at what, called how) → what it rests on."""


def read_fates(r: Reader, node: Node | None, cited: Cited) -> tuple[Fate, ...]:
    """What became of each, in the author's order."""
    return tuple(_fate(r, item, cited) for item in r.items(node, "fates", alone="who"))


def _fate(r: Reader, node: Node, cited: Cited) -> Fate:
    entry = r.mapping(node, "fates")
    r.keys(entry, "fates", ("who", *SOURCED_KEYS), ("who", "text"))
    who = r.text(r.get(entry, "who"), "who")
    return Fate(
        at=r.place(node),
        who=who,
        text=r.text(r.get(entry, "text"), "text"),
        sources=cited(r.get(entry, "sources"), node, who),
    )


def read_words(r: Reader, node: Node | None, cited: Cited) -> Words | None:
    """The sentence; alone, it has no source."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return Words(at=r.place(node), text=r.text(node, "words"))
    entry = r.mapping(node, "words")
    r.keys(entry, "words", SOURCED_KEYS, ("text",))
    text = r.text(r.get(entry, "text"), "text")
    return Words(at=r.place(node), text=text, sources=cited(r.get(entry, "sources"), node, text))
