"""A declared thing under another id, wherever the script names it.

The compiler knows every place at which a name is looked up; conditions and the moves of tests are
taken apart by their own signs. That none was missed, and nothing else was taken for the name, is
not trusted: the script is compiled under an id that stands nowhere in it, and must be the very
script it was, but for that id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from engine.author.edits import Edited
from engine.author.extents import ABSENT, Path, Script, Span, script_of
from engine.author.splices import Splice
from engine.errors import ScenarioError, Text
from engine.scenario.compile import compile_scenario, references
from engine.script.fields import ID
from engine.script.names import RESERVED

SECTIONS: Final = {
    "role": "roles", "var": "vars", "card": "cards", "source": "sources", "fact": "facts",
    "objective": "objectives", "trap": "traps", "scene": "scenes",
}  # fmt: skip
_GUARDED: Final = ("if", "met")
_IN_GUARD: Final = {
    "trap": r"\btrap\.",
    "card": r"\bhas\.",
    "scene": r"\bdone\.",
    "var": r"(?<!\.)",
}
_IN_MOVE: Final = {
    "role": r"(?:^[\"']?|[=>]\s*)", "card": r"=\s*", "var": r"\bdraw=\s*",
    "scene": r"\bdraw=\s*pick\.",
}  # fmt: skip
_KEY: Final = -1
"""In a path: the key itself, and not what it leads to."""
BAD: Final = Text("这个名字不能用", "the name can't be used")
USED: Final = Text("这个名字已经有了", "the name is there already")
MISSED: Final = Text("有的地方认不出来", "not every place could be found")


def rename(text: str, kind: str, old: str, new: str) -> Edited:
    """The thing of that kind (`SECTIONS`) under its new id, at every place. Raises LeftAlone."""
    script = script_of(text)
    section = SECTIONS[kind]
    if not script.has((section, old)):
        raise script.left(script.root.start, ABSENT)
    key = script.find((section,)).entries[old][0]
    if ID.fullmatch(new) is None or new in RESERVED.get(kind, ()):
        raise script.left(key.start, BAD)
    if script.has((section, new)):
        raise script.left(key.start, USED)
    found = sorted(set(_tokens(script, kind, old)))
    fresh = next(name for n in range(10**6) if (name := f"fresh{n}") not in text)
    if not _alike(text, _spliced(text, found, old, fresh), old, fresh):
        raise script.left(key.start, MISSED)
    splices = tuple(Splice(at, old, new) for at in found)
    return Edited(_spliced(text, found, old, new), splices)


def _spliced(text: str, found: list[int], old: str, new: str) -> str:
    parts, done = [], 0
    for at in found:
        parts += [text[done:at], new]
        done = at + len(old)
    return "".join([*parts, text[done:]])


def _tokens(script: Script, kind: str, old: str) -> Iterator[int]:
    """Where the name stands."""
    named = {
        (place.line, place.column)
        for its, name, place in references(script.text.encode(), "")
        if its == kind and name == old
    }
    yield from _within(script, script.find((SECTIONS[kind],)).entries[old][0], "", old)
    for path, piece in _pieces(script.root, ()):
        whole = piece.value.strip() == old
        if script.place(piece.start) in named and piece.kind == "text":
            if piece.fixed is not None:
                raise script.left(piece.start, piece.fixed)
            yield from _within(script, piece, "" if whole else _IN_MOVE.get(kind, ""), old)
        elif path[-1] in _GUARDED and kind in _IN_GUARD:
            yield from _within(script, piece, _IN_GUARD[kind], old)
        elif whole and _expects(path, kind):
            yield from _within(script, piece, "", old)
        elif path[:1] == ("tests",) and "play" in path and kind in ("scene", "var"):
            yield from _within(script, piece, _IN_MOVE[kind], old)


def _expects(path: Path, kind: str) -> bool:
    """It stands where a test expects something, and the compiler doesn't look it up as a name."""
    return path[:1] == ("tests",) and (
        (kind == "scene" and path[-1] == "ending")
        or (kind == "var" and path[-2:] == ("vars", _KEY))
    )


def _within(script: Script, piece: Span, before: str, old: str) -> Iterator[int]:
    written = script.text[piece.start : piece.end]
    for found in re.finditer(rf"{before}(?<![\w-])({re.escape(old)})(?![\w-])", written):
        yield piece.start + found.start(1)


def _pieces(span: Span, path: Path) -> Iterator[tuple[Path, Span]]:
    """Every text below, keys too, with where it stands."""
    if span.kind == "text":
        yield path, span
    for name, (key, value) in span.entries.items():
        yield (*path, _KEY), key
        yield from _pieces(value, (*path, name))
    for at, item in enumerate(span.items):
        yield from _pieces(item, (*path, at))


# ── that it is the same script ──────────────────────────────────────────────────────────────────


def _alike(before: str, after: str, old: str, new: str) -> bool:
    """Both compile to the same, but for the name; or both have the same issues."""
    return bool(_meant(before, "", "") == _meant(after, new, old))


def _meant(text: str, name: str, instead: str) -> Any:
    try:
        scenario = compile_scenario(text.encode(), "", digest="-")
    except ScenarioError as error:
        return Counter((issue.code, issue.place.line) for issue in error.issues)
    return _without_places(msgspec.to_builtins(scenario, enc_hook=dict), name, instead)


def _without_places(value: Any, name: str, instead: str) -> Any:
    if isinstance(value, dict):
        return [
            (_without_places(key, name, instead), _without_places(one, name, instead))
            for key, one in value.items()
            if key != "at"
        ]
    if isinstance(value, list | tuple):
        return [_without_places(one, name, instead) for one in value]
    return value.replace(name, instead) if isinstance(value, str) and name else value
