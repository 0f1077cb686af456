"""What an author may not have meant, in a text that can be read: told at `check` and in the studio.

A script compiles with any of it, for kept texts have to compile for ever. Advice is given on what
YAML takes for something else without a word: a `#` in the middle of a sentence, a line that became
the end of the sentence above, commas that join where they were to part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.errors import Issue, Place
from engine.script.cues import SOUND
from engine.script.encoding import UTF8, UnreadableText, decoded
from engine.script.issues import advice
from engine.script.signs import CONTROL, named
from engine.script.source import BYTES_MAX, Mapping, Node, Scalar, Sequence, read_text

LISTS: Final = ("themes", "accept", "discuss")
"""Keys of lists of free words; in lists of names a joined one is unknown, and told so."""
PART_MAX: Final = 8
"""Characters of a word; what is longer is a sentence, which may hold a comma."""
TITLES: Final = ("title", "name")
_EMPTY: Final = ("~", "null", "Null", "NULL")
_LOST: Final = re.compile(f"{CONTROL.pattern}|[\ufffd\ue000-\uf8ff]")
"""Nobody sees it, or it stands for what was lost on the way here."""
_TAIL: Final = re.compile(r"[,;]$|[}\]]+[,;]?$")
_COMMENT: Final = re.compile(r"([ \t]+)#(.*)")
_SWALLOWED: Final = re.compile(r"[-－—–•·●*][ ]*\S|[A-Za-z][\w-]*[ ]*[:：]")
_SENTENCE: Final = re.compile(r"[。！？!?；;：…]")


def advise(data: bytes, file: str) -> list[Issue]:
    """Advice on a script's or a strings file's bytes, in document order."""
    try:
        read = decoded(data)
    except UnreadableText:
        return []
    found: list[Issue] = []
    if read.encoding != UTF8:
        found.append(advice("SC801", Place(file, 1, 1), encoding=read.encoding))
    if len(data) > BYTES_MAX:
        return found
    root, issues, text = read_text(read.text, file)
    if root is not None:
        adviser = _Adviser(text, file)
        adviser.walk(root, "")
        told = {issue.place.line for issue in issues}
        adviser.found = [each for each in adviser.found if each.place.line not in told]
        found += adviser.found
    return sorted(set(found), key=lambda each: (each.place.line, each.place.column))


def pictures(root: Node, file: str) -> Iterator[tuple[str, Place]]:
    """Every picture that the script names, with where."""
    if isinstance(root, Mapping):
        for name, (_, value) in root.entries.items():
            if name in ("picture", "cover") and isinstance(value, Scalar):
                yield value.value.strip(), Place(file, value.line, value.column)
            yield from pictures(value, file)


def sounds(root: Node, file: str) -> Iterator[tuple[str, Place]]:
    """Every sound file that the script names as a cue, with where."""
    if isinstance(root, Mapping):
        for name, (_, value) in root.entries.items():
            yield from _heard(value, file) if name == "cue" else sounds(value, file)


def _heard(node: Node, file: str) -> Iterator[tuple[str, Place]]:
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Scalar) and SOUND.fullmatch(item.value.strip()):
            yield item.value.strip(), Place(file, item.line, item.column)


def _closes(text: str) -> bool:
    """Its last bracket closes one that it opens, or it has none."""
    char = text.rstrip(",;")[-1:]
    opener = {"}": "{", "]": "["}.get(char)
    return opener is not None and text.count(opener) >= text.count(char)


class _Adviser:
    def __init__(self, text: str, file: str) -> None:
        self._lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", text)
        self._file = file
        self.found: list[Issue] = []

    def _tell(self, code: str, line: int, column: int, **values: object) -> None:
        self.found.append(advice(code, Place(self._file, line, column), **values))

    def walk(self, node: Node, key: str) -> None:
        """Look at the node and all in it; `key` is the one it stands behind."""
        if isinstance(node, Mapping):
            for name, (_, value) in node.entries.items():
                self.walk(value, name)
        elif isinstance(node, Sequence):
            if key in LISTS and len(node.items) == 1:
                self._joined(node.items[0])
            for item in node.items:
                self.walk(item, key)
        elif isinstance(node, Scalar):
            self._scalar(node, key)

    def _scalar(self, node: Scalar, key: str) -> None:
        odd = _LOST.search(node.value)
        if odd is not None:
            self._tell("SC806", node.line, node.column, name=named(odd[0]))
        if not node.plain:
            return
        if node.value in _EMPTY:
            self._tell("SC804", node.line, node.column, found=node.value)
        if key == "themes":
            self._joined(node)
        if key in TITLES and re.fullmatch("“[^“”]*”|【[^【】]*】", node.value):
            self._tell("SC807", node.line, node.column, found=node.value[0])
        tail = _TAIL.search(node.value)
        if tail is not None and not _closes(node.value):
            self._tell("SC808", node.line, node.column, found=tail[0])
        self._lines_of(node)

    def _joined(self, node: Node) -> None:
        """One word that is several, with commas no list is parted by."""
        if not isinstance(node, Scalar):
            return
        if re.fullmatch(r"【.*】|[（(].*[)）]", node.value):
            self._tell("SC805", node.line, node.column, found=node.value)
        parts = [part.strip() for part in re.split("[，、]", node.value)]
        words = all(0 < len(part) <= PART_MAX for part in parts)
        if len(parts) > 1 and words and not _SENTENCE.search(node.value):
            self._tell("SC805", node.line, node.column, found=node.value)

    def _lines_of(self, node: Scalar) -> None:
        """Follow a plain text through its lines: what it took in, and what it left out."""
        left = "".join(node.value.split())
        at = node.column - 1
        for number in range(node.line - 1, len(self._lines)):
            line = self._lines[number]
            piece = line[at:].lstrip(" \t")
            if number >= node.line and piece and _SWALLOWED.match(piece):
                self._tell("SC803", number + 1, len(line) - len(piece) + 1, found=piece)
            end = at
            while left and end < len(line):
                if not line[end].isspace():
                    if line[end] != left[0]:
                        return
                    left = left[1:]
                end += 1
            if not left:
                self._left_out(node, number + 1, line, end)
                return
            at = 0

    def _left_out(self, node: Scalar, line: int, text: str, end: int) -> None:
        """A comment behind a text that may belong to it: joined to its `#`, or close to it."""
        found = _COMMENT.match(text, end)
        if found is None or found[2][:1] in ("!", ""):
            return
        prose = not node.value or not node.value.isascii() or " " in node.value
        close = not found[2].startswith(" ") or len(found[1]) == 1
        if prose and close and (node.value or not found[2].startswith(" ")):
            self._tell("SC802", line, found.end(1) + 1, rest=f"#{found[2]}")
