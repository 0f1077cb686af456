"""Edits of a script by its spans: what a form or a program changes, and not another character.

Every edit is a tuple of splices of the text; comments, order and layout of all else stay byte for
byte. Before anybody gets to see it, the new text is read back and compared with what was wanted: if
it says anything else, or more has changed than was asked, the text is left alone and the place is
told (`LeftAlone`). So a form may be bold about a script it has never seen.

    text = put(text, ("facts", "f-1", "status"), "contested").text
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.author.extents import ABSENT, ODD, LeftAlone, Path, Plain, Script, Span, script_of
from engine.author.splices import (
    COMMENT,
    Key,
    Splice,
    dash_of,
    in_brackets,
    in_lines,
    place_of,
    removal,
    splice,
)
from engine.author.writing import Writer, scalar


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after an edit."""

    text: str
    splices: tuple[Splice, ...]
    """In the order of the text; they don't overlap. None: there was nothing to change."""

    def undone(self) -> str:
        """The text before."""
        text = self.text
        for one in self.splices:
            end = one.start + len(one.new)
            assert text[one.start : end] == one.new, "the text is another's"
            text = text[: one.start] + one.old + text[end:]
        return text


def put(text: str, path: Path, value: Plain, order: Key = ()) -> Edited:
    """The value at the path: changed where it is, else added, a key after those that stand before
    it in `order`. Raises LeftAlone."""
    script = script_of(text)
    if script.has(path):
        return _changed(script, path, value)
    return _added(script, path, value, order)


def insert(text: str, path: Path, place: int, value: Plain) -> Edited:
    """An item more in the list at the path, so that it is the `place`-th (from 0)."""
    script = script_of(text)
    span = script.find(path)

    def wanted(tree: Plain) -> None:
        _list_at(tree, path).insert(place, value)

    if span.kind != "list" or not span.items:
        return _replaced(script, path, [value])
    return _checked(script, _item_splices(script, span, place, value), wanted)


def remove(text: str, path: Path) -> Edited:
    """Without what is at the path. Of the last one in its mapping or list the key stays, with
    nothing behind it. Raises LeftAlone."""
    script = script_of(text)
    script.find(path)
    parent, step = script.find(path[:-1]), path[-1]
    _whole(script, script.find(path))

    def wanted(tree: Plain) -> None:
        above = _at(tree, path[:-1])
        del above[step]  # type: ignore[arg-type, union-attr]

    return _checked(script, [removal(script, parent, step)], wanted)


def fit(text: str, path: Path, value: Plain, order: dict[str, Key] | None = None) -> Edited:
    """The value at the path, by as few and as small edits as lead there: keys that are the same,
    and items that are, stay as they are written. `order`: of a mapping's keys, by the key that
    the mapping stands under."""
    now = text
    for _ in range(_STEPS_MAX):
        script = script_of(now)
        edit = _step(script, path, value, order or {})
        if edit is None:
            return Edited(now, _difference(text, now))
        now = edit.text
    raise LeftAlone(1, 1, ODD)


_STEPS_MAX: Final = 500


def _step(script: Script, path: Path, value: Plain, order: dict[str, Key]) -> Edited | None:
    """The next small edit on the way; None: it is there."""
    text = script.text
    if not script.has(path):
        under = next((step for step in reversed(path[:-1]) if isinstance(step, str)), "")
        return put(text, path, value, order.get(under, ()))
    span = script.find(path)
    if _same(span.plain(), value):
        return None
    if span.kind == "map" and span.entries and isinstance(value, dict) and value:
        gone = next((key for key in span.entries if key not in value), None)
        if gone is not None and (len(span.entries) > 1):
            return remove(text, (*path, gone))
        steps = (_step(script, (*path, key), one, order) for key, one in value.items())
        return next((edit for edit in steps if edit is not None), None)
    if span.kind == "list" and span.items and isinstance(value, list) and value:
        return _list_step(script, path, span, value, order)
    return put(text, path, value)


def _list_step(
    script: Script, path: Path, span: Span, value: list[Plain], order: dict[str, Key]
) -> Edited | None:
    was, wanted = [repr(one.plain()) for one in span.items], [repr(one) for one in value]
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, wanted, False).get_opcodes():
        if tag == "replace":
            return _step(script, (*path, i1), value[j1], order)
        if tag == "delete" and i2 > i1:
            return remove(script.text, (*path, i1))
        if tag == "insert" and j2 > j1:
            return insert(script.text, path, i1, value[j1])
    return None


# ── one edit ────────────────────────────────────────────────────────────────────────────────────


def _changed(script: Script, path: Path, value: Plain) -> Edited:
    span = script.find(path)
    if _same(span.plain(), value):
        return Edited(script.text, ())
    if span.kind == "text" and isinstance(value, str) and value and not span.empty:
        return _scalar_changed(script, path, span, value)
    return _replaced(script, path, value)


def _scalar_changed(script: Script, path: Path, span: Span, value: str) -> Edited:
    flow = _in_flow(script, path)
    rest = script.text[span.end : script.line_end(span.end)].strip()
    indent = 0 if rest or flow else _indent(script, path) + Writer(script).manner.step
    try:
        new = scalar(value, flow=flow, like=span.style, indent=indent, newline=script.newline)
    except LeftAlone as error:
        raise script.left(span.start, error.why) from error
    return _checked(script, [splice(script, span.start, span.end, new)], _setting(path, value))


def _replaced(script: Script, path: Path, value: Plain) -> Edited:
    """What is at the path written anew, whatever it was."""
    span = script.find(path)
    _whole(script, span)
    if "#" in script.text[span.start : span.end] and span.kind != "text":
        raise script.left(span.start, COMMENT)
    flow = _in_flow(script, path)
    writer, indent = Writer(script), _indent(script, path)
    if isinstance(path[-1], int) and not flow:
        new = writer.item(value, None, indent)
    else:
        new = writer.piece(value, _sibling(script, path), indent, flow=flow)
    start = span.start
    if new.startswith(("\n", "\r")):
        start = len(script.text[:start].rstrip(" \r\n")) if not span.empty else start
    elif script.text[start - 1] not in " \t" and span.empty:
        new = " " + new
    elif not span.flow and span.kind != "text" and isinstance(path[-1], str):
        start = len(script.text[:start].rstrip(" \r\n"))  # it stood on lines below its key
        new = " " + new
    return _checked(script, [splice(script, start, span.end, new)], _setting(path, value))


def _added(script: Script, path: Path, value: Plain, order: Key) -> Edited:
    above, key = path[:-1], path[-1]
    if not script.has(above) or not isinstance(key, str):
        raise script.left(0, ABSENT)
    span = script.find(above)
    if span.kind != "map" or not span.entries:
        if span.kind == "list" or (span.kind == "text" and span.value not in ("", "~", "null")):
            raise script.left(span.start, ODD)
        return _replaced(script, above, {key: value})
    names = list(span.entries)
    place = place_of(names, key, order)
    writer, model = Writer(script), _sibling(script, path)
    if span.flow:
        if script.text[span.start] != "{":
            raise script.left(span.start, ODD)
        written = writer.entry(key, value, model, 0, flow=True)
        splice = in_brackets(script, list(span.entries.values()), place, written)
    else:
        first = span.entries[names[0]][0]
        indent = script.column(first.start)
        written = writer.entry(key, value, model, indent, flow=False)
        pairs = list(span.entries.values())
        splice = in_lines(script, [(k.start, v.end) for k, v in pairs], place, written, indent)

    def wanted(tree: Plain) -> None:
        _map_at(tree, above)[key] = value

    return _checked(script, [splice], wanted)


def _item_splices(script: Script, span: Span, place: int, value: Plain) -> list[Splice]:
    writer, model = Writer(script), span.items[min(max(place - 1, 0), len(span.items) - 1)]
    if span.flow:
        written = writer.piece(value, model, 0, flow=True)
        pairs = [(item, item) for item in span.items]
        return [in_brackets(script, pairs, place, written)]
    indent = script.column(span.start)
    written = "- " + writer.item(value, model, indent)
    ends = [(dash_of(script, span, at), item.end) for at, item in enumerate(span.items)]
    return [in_lines(script, ends, place, written, indent)]


# ── what is compared ────────────────────────────────────────────────────────────────────────────


def _checked(script: Script, splices: list[Splice], wanted: Callable[[Plain], object]) -> Edited:
    """The text with the splices, if it says what it said but for what is wanted."""
    text, moved = script.text, 0
    for one in sorted(splices, key=lambda splice: splice.start):
        at = one.start + moved
        text = text[:at] + one.new + text[at + len(one.old) :]
        moved += len(one.new) - len(one.old)
    tree = script.root.plain()
    wanted(tree)
    try:
        found = script_of(text).root
    except LeftAlone as error:
        raise script.left(splices[0].start, ODD) from error
    if not _same(found.plain(), tree):
        raise script.left(splices[0].start, ODD)
    return Edited(text, tuple(splices))


def _same(one: Plain, other: Plain) -> bool:
    """They say the same; nothing at all, and a list or a mapping of nothing, are one."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other or (not one and not other)


def _setting(path: Path, value: Plain) -> Callable[[Plain], object]:
    def wanted(tree: Plain) -> None:
        _at(tree, path[:-1])[path[-1]] = value  # type: ignore[index]

    return wanted


def _at(tree: Plain, path: Path) -> Plain:
    for step in path:
        tree = tree[step]  # type: ignore[index]
    return tree


def _map_at(tree: Plain, path: Path) -> dict[str, Plain]:
    found = _at(tree, path)
    assert isinstance(found, dict)
    return found


def _list_at(tree: Plain, path: Path) -> list[Plain]:
    found = _at(tree, path)
    assert isinstance(found, list)
    return found


def _whole(script: Script, span: Span) -> None:
    """Nothing below it reaches elsewhere."""
    for piece in span.pieces():
        if piece.fixed is not None:
            raise script.left(piece.start, piece.fixed)


def _in_flow(script: Script, path: Path) -> bool:
    return any(script.find(path[:depth]).flow for depth in range(len(path)))


def _indent(script: Script, path: Path) -> int:
    """The column of the key, or the dash, that the path's piece stands behind."""
    parent, step = script.find(path[:-1]), path[-1]
    if isinstance(step, int):
        return script.column(parent.start)
    return script.column(parent.entries[step][0].start)


def _sibling(script: Script, path: Path) -> Span | None:
    """A piece of the same sort, whose manner is taken: under the same key in the nearest thing of
    the same list or mapping, else the nearest in its own mapping that is no text."""
    above = script.find(path[:-1])
    if len(path) > 2:
        kin = script.find(path[:-2])
        for one in reversed([value for _, value in kin.entries.values()] + kin.items):
            entry = one.entries.get(path[-1]) if isinstance(path[-1], str) else None
            if entry is not None:
                return entry[1]
    others = [value for _, value in above.entries.values()]
    if len(path) == 2:
        return next((one for one in reversed(others) if one.kind == "map"), None)
    if path[-2:-1] == ("tasks",):
        asking = (one for one in reversed(others) if "choices" in one.entries and not one.flow)
        return next(asking, None)
    return None


def _difference(before: str, after: str) -> tuple[Splice, ...]:
    """What two texts differ by, as one splice."""
    if before == after:
        return ()
    least = min(len(before), len(after))
    start = next((n for n in range(least) if before[n] != after[n]), least)
    end = 0
    while end < least - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return (Splice(start, before[start : len(before) - end], after[start : len(after) - end]),)
