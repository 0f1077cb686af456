"""The keys authors write for a kind, declared once: reader, schema and reference come from them.

A `Key` has a name, a shape, and a word on what it is for. A shape reads a node to a value or notes
an issue and gives a harmless one, and knows its piece of the JSON Schema. A list of small things
(`Things`) declares the keys of those the same way, so what people read in them is known too: their
words are translated (`engine/scenario/strings.py`) without another line anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import msgspec

from engine.script import schemas
from engine.script.effects import EFFECT_KEYS, read_choices, read_effects, unlike
from engine.script.fields import Reader
from engine.script.names import Names
from engine.script.nodes import Choice
from engine.script.schemas import Schema
from engine.script.source import Mapping, Node, Scalar
from engine.script.text import normalise
from engine.values import Map, RoleId


class At:
    """A task's entry in the script, being read."""

    def __init__(
        self,
        reader: Reader,
        names: Names,
        entry: Mapping,
        key: Scalar,
        where: str,
        slots: Sequence[RoleId],
    ) -> None:
        """`key`: the task's id where it is written; `where`: its address, `scene.task`; `slots`:
        the parts it is done in."""
        self.reader, self.names, self.entry = reader, names, entry
        self.key, self.where, self.slots = key, where, slots

    def node(self, name: str) -> Node | None:
        """What is written under a key; None if it isn't there."""
        return self.reader.get(self.entry, name)

    def items(self, name: str) -> Sequence[Node]:
        """What stands in a list, as written."""
        return self.reader.items(self.node(name), name, alone="id")

    def issue(self, code: str, node: Node | None = None, **values: object) -> None:
        """Note an issue at the node; at the task's own name where there is none."""
        self.reader.issue(code, node or self.key, **values)

    def inside(self, entry: Mapping, where: str) -> At:
        """The same for a thing in one of its lists."""
        return At(self.reader, self.names, entry, self.key, where, self.slots)


class Shape(msgspec.Struct, frozen=True):
    """What stands under a key. The base: nothing is known of it."""

    said: ClassVar[bool] = False
    """People read it, so it has a translation."""

    def read(self, at: At, node: Node | None, name: str) -> Any:
        """The value, or a harmless one and an issue. `node` None: the key isn't there."""
        raise AssertionError(f"a shape says how {name} is read")

    def schema(self) -> Schema:
        """Its piece of the JSON Schema."""
        return schemas.TEXT


class Key(msgspec.Struct, frozen=True):
    """One key of a kind, or of a thing in one of its lists."""

    name: str
    shape: Shape
    told: str
    """What it is for, in the language of those who write it."""
    needed: bool = False
    field: str = ""
    """The field it becomes; empty: the one of its name."""
    example: str = ""
    """How it may be written, in YAML; with the names of the guide's small script. A kind's own keys
    have one."""

    @property
    def into(self) -> str:
        """The field it becomes."""
        return self.field or self.name

    def read(self, at: At) -> Any:
        """Its value in the entry."""
        return self.shape.read(at, at.node(self.name), self.name)


# ── values ──────────────────────────────────────────────────────────────────────────────────────


class Prose(Shape, frozen=True):
    """Words that people read."""

    said: ClassVar[bool] = True

    def read(self, at: At, node: Node | None, name: str) -> str:
        """The text, or an empty one."""
        return at.reader.text(node, name)


class Id(Shape, frozen=True):
    """The name of a thing in a list."""

    def read(self, at: At, node: Node | None, name: str) -> str:
        """The name."""
        return at.reader.name(node, name)

    def schema(self) -> Schema:
        """A name."""
        return schemas.ID


class Ref(Shape, frozen=True):
    """The name of something declared: a `trap`, `card`, `role`, `fact` …"""

    kind: str

    def read(self, at: At, node: Node | None, name: str) -> str | None:
        """The name; None where there is none."""
        return at.names.ref(node, self.kind) or None


class Inside(Shape, frozen=True):
    """The id of a thing in a list of the same task: the kind looks whether it is one."""

    def read(self, at: At, node: Node | None, name: str) -> str:
        """What is written."""
        return at.reader.text(node, name)


class Count(Shape, frozen=True):
    """A whole number from `low` to `high`."""

    low: int = 1
    high: int = 100
    default: int = 1

    def read(self, at: At, node: Node | None, name: str) -> int:
        """The number."""
        return at.reader.integer(node, name, self.low, self.high, default=self.default)

    def schema(self) -> Schema:
        """A whole number."""
        return schemas.COUNT if self.low >= 1 else schemas.WHOLE


class Flag(Shape, frozen=True):
    """`true` or `false`; false where it isn't there."""

    def read(self, at: At, node: Node | None, name: str) -> bool:
        """Whether it is so."""
        return at.reader.boolean(node, name)

    def schema(self) -> Schema:
        """Yes or no."""
        return schemas.BOOL


class Duration(Shape, frozen=True):
    """`30s`, `5m`; in milliseconds."""

    def read(self, at: At, node: Node | None, name: str) -> int:
        """Milliseconds; 0 where it isn't there."""
        return at.reader.duration_ms(node, name)

    def schema(self) -> Schema:
        """A length of time."""
        return schemas.DURATION


class Word(Shape, frozen=True):
    """One of some words; the first where nothing is written."""

    words: tuple[str, ...]

    def read(self, at: At, node: Node | None, name: str) -> str:
        """The word."""
        return at.reader.word(node, name, self.words, default=self.words[0])

    def schema(self) -> Schema:
        """One of them."""
        return schemas.word(*self.words)


class Typed(Shape, frozen=True):
    """Texts as people may type them, normalised; at least one."""

    def read(self, at: At, node: Node | None, name: str) -> tuple[str, ...]:
        """The texts that aren't empty."""
        found = (normalise(at.reader.text(item, name)) for item in at.reader.items(node, name))
        texts = tuple(text for text in found if text)
        if node is not None and not texts:
            at.issue("SC401", node, what=name, least=1)
        return texts

    def schema(self) -> Schema:
        """A text, or several."""
        return schemas.NAMES


class TypedTraps(Shape, frozen=True):
    """`ID` springs on every wrong text, `{ID: [texts]}` on those texts."""

    def read(self, at: At, node: Node | None, name: str) -> tuple[str | None, Map[str, str]]:
        """(the trap of every other text, normalised text → its trap)."""
        if not isinstance(node, Mapping):
            return at.names.ref(node, "trap") or None, Map()
        traps = {}
        for trap, (key, texts) in node.entries.items():
            known = at.names.ref(key, "trap")
            for item in at.reader.items(texts, name):
                if known:
                    traps[normalise(at.reader.text(item, name))] = trap
        return None, Map(traps)

    def schema(self) -> Schema:
        """Either way."""
        return {"anyOf": [schemas.TEXT, schemas.named(schemas.NAMES)]}


# ── lists of things ─────────────────────────────────────────────────────────────────────────────


class Listed(Shape, frozen=True):
    """A list of things with words of their own; the base of those below."""

    def made(self) -> type[msgspec.Struct]:
        """What the things are."""
        raise AssertionError("a list says what is in it")

    def spoken(self) -> tuple[str, ...]:
        """Their fields that people read."""
        return ()

    def carries(self) -> bool:
        """They have effects, with messages in them."""
        return False


class Things(Listed, frozen=True):
    """A list of small things, each a mapping with these keys and an `id`."""

    of: type[msgspec.Struct]
    keys: tuple[Key, ...]
    least: int = 2
    unlike: tuple[str, ...] = ()
    """Fields by which people tell them apart, besides the `id`."""
    effects: bool = False

    def read(self, at: At, node: Node | None, name: str) -> tuple[Any, ...]:
        """The things in the author's order."""
        nodes = at.reader.items(node, name, alone="id")
        found = tuple(self._one(at, item, name) for item in nodes)
        if node is not None and len(found) < self.least:
            at.issue("SC401", node, what=name, least=self.least)
        for field in ("id", *self.unlike):
            texts = [str(getattr(one, field)) for one in found]
            unlike(at.reader, nodes, texts, "SC202" if field == "id" else "SC203")
        return found

    def _one(self, at: At, node: Node, name: str) -> Any:
        entry = at.reader.mapping(node, name)
        more = EFFECT_KEYS if self.effects else ()
        known = (*(key.name for key in (ID, *self.keys)), *more)
        needed = tuple(key.name for key in (ID, *self.keys) if key.needed)
        at.reader.keys(entry, name, known, needed)
        inside = at.inside(entry, at.where)
        values = {key.into: key.read(inside) for key in (ID, *self.keys)}
        if self.effects:
            where = f"{at.where}.{values['id']}"
            values["effects"] = read_effects(at.reader, at.names, entry, where)
        return self.of(at=at.reader.place(node), **values)

    def made(self) -> type[msgspec.Struct]:
        """What the things are."""
        return self.of

    def spoken(self) -> tuple[str, ...]:
        """Their fields that people read."""
        return tuple(key.into for key in self.keys if key.shape.said)

    def carries(self) -> bool:
        """They have effects."""
        return self.effects

    def schema(self) -> Schema:
        """A list of mappings; where one is enough, one may stand alone."""
        keys = {key.name: key.shape.schema() for key in (ID, *self.keys)}
        keys |= schemas.EFFECTS if self.effects else {}
        told = {**schemas.COMMON, **{key.name: key.told for key in (ID, *self.keys)}}
        needed = tuple(key.name for key in (ID, *self.keys) if key.needed)
        one = schemas.mapping(keys, needed, told)
        if self.least < 2:
            return schemas.things(one)
        return {"type": "array", "items": one, "minItems": self.least}


class Choices(Listed, frozen=True):
    """Answers to choose from, two or more, as a rescue has them too."""

    priced: bool = False
    """They may cost something."""

    def read(self, at: At, node: Node | None, name: str) -> tuple[Choice, ...]:
        """The choices in the author's order."""
        return read_choices(at.reader, at.names, node, at.where, priced=self.priced)

    def made(self) -> type[msgspec.Struct]:
        """What the things are."""
        return Choice

    def spoken(self) -> tuple[str, ...]:
        """Their words."""
        return ("text",)

    def carries(self) -> bool:
        """They have effects."""
        return True

    def schema(self) -> Schema:
        """A list of two or more."""
        one = schemas.choice(plain=False, priced=self.priced)
        return {"type": ["array", "null"], "items": one, "minItems": 2}


ID: Final = Key("id", Id(), schemas.COMMON["id"], needed=True)
WORDS: Final = Key("text", Prose(), schemas.COMMON["text"], needed=True)
TRAP: Final = Key("trap", Ref("trap"), schemas.COMMON["trap"], example="july-first")
FACT: Final = Key("fact", Ref("fact"), schemas.COMMON["fact"], example="opened")
