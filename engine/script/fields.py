"""Typed reading of nodes: each reader gives a value or notes an issue and gives a harmless one.

Compiling goes on after a mistake, so that all mistakes of a script come out at once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as Mapping_
from typing import Final

from engine.errors import Issue, Place, Text
from engine.script.cues import CUES, SOUND
from engine.script.issues import ISSUES_MAX, issue
from engine.script.looks import look
from engine.script.meant import duration_meant, folded, key_of, number_meant, word_meant
from engine.script.signs import named
from engine.script.slips import key_meant, look_for_colon, look_for_space
from engine.script.source import Mapping, Node, Scalar, Sequence

ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_PICTURE: Final = re.compile(r"[\w-][\w.-]{0,99}\.(svg|png|jpg|jpeg|webp)")
_DURATION: Final = re.compile(r"([0-9]{1,6})(s|m|h)")
_UNIT_MS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000}
DURATION_MS_MAX: Final = 24 * 3_600_000


_TAKEN_IN: Final = re.compile(r"[ ]*([，、；;])[ ]*([A-Za-z][\w-]*)[ ]*[:：][ ]*")
_TWO: Final = re.compile(r"([A-Za-z][\w-]*)[ ]*([：﹕∶])([^：:，]*)([，、；])[ ]*([A-Za-z][\w-]*)")
_COLON: Final = Text("英文的“:”", '":"')
_COMMA: Final = Text("英文的“,”", '","')
LOOKS_MAX: Final = 20_000
"""Comparisons that go into “did you mean …?”, so that a file of nonsense is refused quickly too."""

Shown = Mapping_[str, str]
"""Names by what people call the things (`meant.folded`)."""
NOTHING_SHOWN: Final[Shown] = {}
_LOSING: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("SC013", "SC103", "SC104", "SC105", "SC112", "SC117"), ("all",)),
    "SC107": ("scene",),
}
"""Issues with which more is lost than the value alone."""
_NAMING: Final = {
    **dict.fromkeys(("start", "scenes", "go", "then", "detour"), ("scene",)),
    "roles": ("all",),
    "truth": ("fact",),
    "role": ("role",),
    "card": ("card",),
    "to": ("role",),
}
"""Keys without which nobody knows what was to be named."""
What = str | Text
"""What an issue speaks of: a key as the author writes it, or a noun in two languages."""


class Reader:
    """Reads nodes of one file and gathers the issues."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[Issue] = []
        self.lost: set[str] = set()
        """Kinds of names some of which couldn't be read, so that nobody knows what they lead to."""
        self.lookups: list[tuple[str, str, Node]] = []
        """Every name that was looked up: its kind, the name, where it is written."""
        self._looks = 0

    def place(self, node: Node) -> Place:
        """Where the node begins."""
        return Place(self.file, node.line, node.column)

    def issue(self, code: str, node: Node, **values: object) -> None:
        """Note an issue at the node."""
        self.lost.update(_LOSING.get(code, ()))
        if len(self.issues) < ISSUES_MAX:
            self.issues.append(issue(code, self.place(node), **values))
        elif self.issues[-1].code != "SC013":
            self.issues.append(issue("SC013", self.place(node)))

    def nearest(self, name: str, known: Collection[str], shown: Shown = NOTHING_SHOWN) -> str:
        """The known name that is meant by `name`, or else the one most like it; empty if none is.
        `shown`: how people call what is known."""
        meant = word_meant(name, known) or shown.get(folded(name), "")
        if meant:
            return meant
        self._looks += len(known)
        if self._looks > LOOKS_MAX or len(name) > 64:
            return ""
        found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        return found[0] if found else ""

    def unknown(
        self,
        kind: What,
        node: Node,
        name: str,
        known: Collection[str],
        also: tuple[str, ...] = (),
        shown: Shown = NOTHING_SHOWN,
    ) -> None:
        """Note that `name` isn't declared, with the nearest of those that are (or of `also`)."""
        near = self.nearest(name, also) or self.nearest(name, known, shown)
        self.issue("SC201", node, kind=kind, name=name, nearest=near)

    # ── shapes ──────────────────────────────────────────────────────────────────────────────────

    def mapping(self, node: Node | None, what: What) -> Mapping:
        """The node as a mapping; an empty one where it is none or missing."""
        if isinstance(node, Mapping):
            return node
        if node is not None and not is_empty(node):
            self._not_a_mapping(node, what)
        line, column = (node.line, node.column) if node is not None else (1, 1)
        return Mapping(line, column)

    def _not_a_mapping(self, node: Node, what: What) -> None:
        """One line without its colon, or without the space behind it, is all there is."""
        slip = (
            look(node.value, (look_for_colon, look_for_space)) if isinstance(node, Scalar) else None
        )
        if slip is None or not isinstance(node, Scalar) or not node.plain:
            self.issue("SC103", node, what=what)
            return
        at = Scalar(node.line, node.column + slip.column, "", True)
        self.issue(slip.code, at, **slip.values)

    def keys(
        self, node: Mapping, what: What, known: Collection[str], needed: Collection[str]
    ) -> None:
        """Note unknown keys and missing ones; a known one with a slip in it is read as meant."""
        for name in [name for name in node.entries if name not in known]:
            self._slip_in_key(node, name, known)
        for name in [name for name in known if name in node.entries]:
            self._slip_in_value(node, name, needed)
        self._unknown_keys(node, what, known)
        for name in needed:
            if name not in node.entries:
                self.issue("SC102", node, name=name, what=what)
                self.lost.update(_NAMING.get(name, ()))

    def _unknown_keys(self, node: Mapping, what: What, known: Collection[str]) -> None:
        """Note them; one that is meant for a key which isn't there is read as that, so that one
        slip is told once, and not again by all that it holds."""
        for name, (key, value) in list(node.entries.items()):
            if name not in known and is_empty(value) and ID.fullmatch(name) is None:
                self.issue("SC117", key, name=name)
            elif name not in known:
                meant = key_of(name, known) or self.nearest(name, known)
                self.issue("SC101", key, name=name, what=what, nearest=meant)
                if meant and meant not in node.entries:
                    node.entries[meant] = node.entries.pop(name)

    def _slip_in_key(self, node: Mapping, name: str, known: Collection[str]) -> None:
        meant = key_meant(name, known)
        key, value = node.entries[name]
        two = _TWO.fullmatch(name)
        if two is not None and {two[1], two[5]} <= set(known) - node.entries.keys():
            self._two_entries(node, name, two)
            return
        if meant is None or meant.key in node.entries or (meant.text and not is_empty(value)):
            return
        at = Scalar(key.line, key.column + meant.column, "", True)
        self.issue(meant.code, at, **meant.values)
        if meant.text:
            value = Scalar(key.line, at.column + 1, meant.text, True)
        entries = {
            (meant.key if old == name else old): (key, value) if old == name else entry
            for old, entry in node.entries.items()
        }
        node.entries.clear()
        node.entries.update(entries)

    def _two_entries(self, node: Mapping, name: str, two: re.Match[str]) -> None:
        """`role：a，ask: 问`: what was read as one key is an entry and the next one's key."""
        key, value = node.entries.pop(name)
        for at, wanted in ((two.start(2), _COLON), (two.start(4), _COMMA)):
            values = {"char": name[at], "name": named(name[at]), "wanted": wanted}
            self.issue("SC014", Scalar(key.line, key.column + at, "", True), **values)
        first = Scalar(key.line, key.column + two.start(3), two[3].strip(), True)
        node.entries[two[1]] = (key, first)
        node.entries[two[5]] = (Scalar(key.line, key.column + two.start(5), two[5], True), value)

    def _slip_in_value(self, node: Mapping, name: str, needed: Collection[str]) -> None:
        """A word that took in a needed entry after it, since its comma and colon are none."""
        key, value = node.entries[name]
        if not isinstance(value, Scalar) or not value.plain:
            return
        found = _TAKEN_IN.search(value.value)
        if found is None or found[2] not in needed or found[2] in node.entries:
            return
        text, at = value.value, value.column + found.start(1)
        values = {"char": found[1], "name": named(found[1]), "wanted": _COMMA}
        self.issue("SC014", Scalar(value.line, at, "", True), **values)
        own = Scalar(value.line, value.column, text[: found.start()].rstrip(), True)
        rest = Scalar(value.line, value.column + found.end(), text[found.end() :].strip(), True)
        node.entries[name] = (key, own)
        node.entries[found[2]] = (Scalar(value.line, at + 1, found[2], True), rest)
        self._slip_in_value(node, found[2], needed)

    def named(self, node: Node | None, what: What) -> Iterator[tuple[str, Scalar, Node]]:
        """The entries of a mapping from ids to things: (id, its key, the thing)."""
        for name, (key, value) in self.mapping(node, what).entries.items():
            if ID.fullmatch(name) is None:
                self.issue("SC108", key, name=name)
            yield name, key, value

    def references(self, node: Node | None, what: What) -> Iterator[tuple[str, Scalar, Node]]:
        """The entries of a mapping from ids that are declared elsewhere."""
        for name, (key, value) in self.mapping(node, what).entries.items():
            yield name, key, value

    def items(self, node: Node | None, what: What, *, alone: str = "") -> list[Node]:
        """The items of a list; a lone scalar counts as a list of one, and so does a lone mapping
        with the key `alone`."""
        if node is None or is_empty(node):
            return []
        if isinstance(node, Sequence):
            return node.items
        if isinstance(node, Scalar) or (isinstance(node, Mapping) and alone in node.entries):
            return [node]
        self.issue("SC104", node, what=what)
        return []

    # ── values ──────────────────────────────────────────────────────────────────────────────────

    def get(self, node: Mapping, name: str) -> Node | None:
        """The value of a key; None if it isn't there."""
        entry = node.entries.get(name)
        return entry[1] if entry is not None else None

    def text(self, node: Node | None, what: What, *, default: str = "") -> str:
        """Text; an empty one is noted where the key was written."""
        if node is None:
            return default
        if not isinstance(node, Scalar):
            self.issue("SC105", node, what=what)
            return default
        if not node.value.strip():
            self.issue("SC109", node, what=what)
        return node.value.strip()

    def name(self, node: Node | None, what: What) -> str:
        """An id."""
        found = self.text(node, what)
        if node is not None and found and ID.fullmatch(found) is None:
            self.issue("SC108", node, name=found)
        return found

    def picture(self, node: Node | None, what: What) -> str:
        """The name of a picture file beside the script."""
        found = self.text(node, what)
        if node is not None and found and _PICTURE.fullmatch(found) is None:
            self.issue("SC114", node, found=found)
        return found

    def cues(self, node: Node | None) -> tuple[str, ...]:
        """Names of `CUES`, or of sound files beside the script, in the order in which they come."""
        found = []
        for item in self.items(node, "cue"):
            name = self.text(item, "cue")
            if name in CUES or SOUND.fullmatch(name):
                found.append(name)
            elif name:
                called = {folded(told.zh): cue for cue, told in CUES.items()}
                near = self.nearest(name, tuple(CUES), called)
                self.issue("SC118", item, found=name, nearest=near)
        return tuple(found)

    def boolean(self, node: Node | None, what: What, *, default: bool = False) -> bool:
        """`true` or `false`, written just so."""
        if node is None:
            return default
        if isinstance(node, Scalar) and node.value.strip() in ("true", "false"):
            return node.value.strip() == "true"
        near = word_meant(_shown(node), ("true", "false"))
        wanted = "true / false"
        self.issue("SC106", node, what=what, wanted=wanted, found=_shown(node), nearest=near)
        return default

    def integer(
        self, node: Node | None, what: What, low: int, high: int, *, default: int = 0
    ) -> int:
        """A whole number from `low` to `high`."""
        if node is None:
            return default
        value = node.value.strip() if isinstance(node, Scalar) else ""
        if re.fullmatch(r"[+-]?[0-9]{1,9}", value) and low <= int(value) <= high:
            return int(value)
        near = number_meant(value)
        near = near if near and low <= int(near) <= high else ""
        wanted = f"{low} … {high}"
        self.issue("SC106", node, what=what, wanted=wanted, found=_shown(node), nearest=near)
        return default

    def word(
        self,
        node: Node | None,
        what: What,
        words: tuple[str, ...],
        *,
        default: str,
        shown: Shown = NOTHING_SHOWN,
    ) -> str:
        """One of `words`. `shown`: what else people call them."""
        if node is None:
            return default
        value = node.value.strip() if isinstance(node, Scalar) else ""
        if value in words:
            return value
        close = self.nearest(value, words, shown)
        wanted = " / ".join(words)
        self.issue("SC107", node, what=what, wanted=wanted, found=_shown(node), nearest=close)
        return default

    def duration_ms(
        self, node: Node | None, what: What, *, default: int = 0, least_ms: int = 0
    ) -> int:
        """`30s`, `5m`, `1h` in milliseconds, a day at most."""
        if node is None:
            return default
        found = _DURATION.fullmatch(node.value.strip()) if isinstance(node, Scalar) else None
        if found is not None:
            ms = int(found[1]) * _UNIT_MS[found[2]]
            if least_ms <= ms <= DURATION_MS_MAX:
                return ms
        near = duration_meant(node.value) if isinstance(node, Scalar) else ""
        self.issue("SC110", node, what=what, found=_shown(node), nearest=near)
        return default


def is_empty(node: Node) -> bool:
    """A plain scalar with nothing in it: a key written without a value."""
    return isinstance(node, Scalar) and node.plain and node.value in ("", "~", "null")


def _shown(node: Node) -> str:
    return node.value if isinstance(node, Scalar) else "…"
