"""The structs of views in words: the rows of docs/wire.md."""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import msgspec

from engine.kinds.choices import OfChoicesShown
from engine.kinds.shown import Listed, Named, Part, Titled
from engine.views.parts import shared
from engine.views.parts.desk_parts import DeskView
from engine.views.parts.seat_parts import SeatView, Teammate
from engine.views.parts.task_parts import LockedTask, OpenTask, Task, WatchedTask
from engine.views.parts.wall_parts import WallSession, WallView

CARDS: Final = typing.get_args(shared.AnyCard)
SHAPES: Final[dict[type, str]] = {
    Listed: "option",
    Named: "named",
    Titled: "titled",
    shared.Learnt: "learnt",
    shared.Account: "account",
    shared.Meter: "meter",
    shared.SiteTold: "place",
    shared.Station: "station",
    shared.DebriefCard: "card",
    **{card: f"card {card.__struct_config__.tag}" for card in CARDS},
    shared.TeamEnding: "ending",
    shared.FateTold: "fate",
    shared.Broken: "broken",
    shared.BrokenTeam: "broken team",
    Task: "task",
    LockedTask: "task locked",
    WatchedTask: "task watched",
    OpenTask: "task open",
}
"""What is told once, wherever it stands."""
ABOVE: Final = {
    Teammate: "a seat's `team[]`",
    WallSession: "a projector's `session`",
    Task: "*task*",
    shared.DebriefCard: "*card*",
    OfChoicesShown: "`choose`",
}
"""Structs that others begin with."""
VIEWS: Final[dict[str, type[Part]]] = {"seat": SeatView, "projector": WallView, "console": DeskView}
FOR_PROGRAMS: Final = "For programs: "
"""What a field's string begins with that no page shows."""


@cache
def told(struct: type) -> dict[str, str]:
    """What the string under each of a struct's own fields says; one without says nothing."""
    (defined,) = ast.parse(inspect.getsource(struct)).body
    assert isinstance(defined, ast.ClassDef)
    found = {}
    for line, after in zip(defined.body, [*defined.body[1:], None], strict=True):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            said = after.value if isinstance(after, ast.Expr) else None
            text = said.value if isinstance(said, ast.Constant) else ""
            found[line.target.id] = " ".join(str(text).split())
    return found


def told_of(struct: type, name: str) -> str:
    """What is said of a field, wherever the struct has it from."""
    return next(told(one)[name] for one in struct.__mro__ if name in _own(one))


def _own(struct: type) -> frozenset[str]:
    """The fields that a struct doesn't have from its bases."""
    if not issubclass(struct, msgspec.Struct) or struct in (msgspec.Struct, Part):
        return frozenset()
    inherited = {
        name for base in struct.__bases__ for name in getattr(base, "__struct_fields__", ())
    }
    return frozenset(set(struct.__struct_fields__) - inherited)


def structs_in(kind: Any) -> list[type[msgspec.Struct]]:
    """The structs that a field's type is made of, itself included."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [one for arg in typing.get_args(kind) for one in structs_in(arg)]


def said(kind: Any) -> str:
    """A type in words."""
    args = typing.get_args(kind)
    if kind in (str, int, bool):
        return {str: "text", int: "int", bool: "bool"}[kind]
    if kind is types.NoneType:
        return "null"
    if typing.get_origin(kind) is typing.Literal:
        return " \\| ".join(f"`{word}`" if word else "empty" for word in args)
    if typing.get_origin(kind) is tuple:
        return f"[{said(args[0])}]"
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        some = [one for one in args if one is not msgspec.UnsetType]
        if all(one in CARDS for one in some):
            return "*card*"
        if set(some) == {LockedTask, WatchedTask, OpenTask}:
            return "*task*"
        return " \\| ".join(said(one) for one in some)
    return f"*{SHAPES[kind]}*" if kind in SHAPES else "{…}"


def rows(struct: type, place: str) -> Iterator[str]:
    """A struct's own fields, and below them those of whatever only it is made of."""
    below = []
    for base in struct.__bases__:
        if base in ABOVE:
            yield f"| {place} | … | | as of {ABOVE[base]}, and: |"
    tag = struct.__struct_config__.tag  # type: ignore[attr-defined]
    if tag:
        yield f"| {place} | `kind` | `{tag}` | Which it is. |"
    for one in msgspec.structs.fields(struct):
        if one.name not in _own(struct):
            continue
        words = _plain(told_of(struct, one.name))
        yield f"| {place} | `{one.encode_name}` | {said(one.type)} | {words} |"
        path = f"{one.encode_name}[]" if typing.get_origin(one.type) is tuple else one.encode_name
        for inner in structs_in(one.type):
            if inner not in SHAPES:
                below.append(
                    (
                        inner,
                        f"{place} `{path}`" if place.startswith("*") else f"{place[:-1]}.{path}`",
                    )
                )
    for inner, path in below:
        yield from rows(inner, path)


def _plain(words: str) -> str:
    """Here it is for programs all of it."""
    own = words.removeprefix(FOR_PROGRAMS)
    return own[:1].upper() + own[1:]


def parts(view: type[Part]) -> Iterator[str]:
    """All parts of an audience."""
    for one in msgspec.structs.fields(view):
        words = told_of(view, one.name) or _first(one.type)
        is_ = "a list" if typing.get_origin(one.type) is tuple else "{…}"
        yield f"| `{one.encode_name}` | | {_as(one.type, is_)} | {words} |"
        many = "[]" if typing.get_origin(one.type) is tuple else ""
        for struct in structs_in(one.type):
            if struct not in SHAPES:
                yield from rows(struct, f"`{one.encode_name}{many}`")


def _as(kind: Any, otherwise: str) -> str:
    shapes = [SHAPES[one] for one in structs_in(kind) if one in SHAPES]
    return said(kind) if shapes else otherwise


def _first(kind: Any) -> str:
    return " ".join(str(inspect.getdoc(structs_in(kind)[0])).split())


def shapes() -> Iterator[str]:
    """What is told once."""
    for struct, name in SHAPES.items():
        yield from rows(struct, f"*{name}*")
