"""Templates read of a part what its struct has, and every field is shown or says for whom it is.

Each template of a part is walked with the types of what it is given: loops, macros, filters and
conditions hand them on. A name that no struct there has is found; a field that none of them reads has
to say in its string that it is for programs.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from types import GenericAlias
from typing import Any, Final

import msgspec
import pytest
from jinja2 import nodes

from engine.kinds.registry import KINDS
from engine.views.parts.shared import Broken
from engine.views.parts.task_parts import LockedTask, OpenTask, WatchedTask
from engine.views.parts.wall_parts import WallTeam
from engine.views.tasks import task_type
from tests.support.shapes import FOR_PROGRAMS, VIEWS, structs_in, told, told_of
from web.pages.render import environment

Types = frozenset[Any]
"""What a value may be; empty: nothing that is known here."""
NONE: Final[Types] = frozenset()
THE_SAME: Final = {"list", "reverse", "sort", "selectattr", "rejectattr", "default", "d"}
"""Filters that hand on what they are given."""
TASK_TYPES: Final = frozenset(
    {LockedTask, WatchedTask, *(task_type(kind) for kind in KINDS.values())}
)


def parsed(name: str) -> nodes.Template:
    """A template as Jinja reads it."""
    made = environment()
    assert made.loader is not None
    return made.parse(made.loader.get_source(made, name)[0])


class Reader:
    """Walks templates, and keeps what was read of which struct."""

    def __init__(self) -> None:
        self.read: set[tuple[type, str]] = set()
        self.wrong: list[str] = []
        self._where = ""
        self._macros = {m.name: m for m in parsed("macros.html").find_all(nodes.Macro)}
        self._walked: set[tuple[str, tuple[Types, ...]]] = set()

    def template(self, name: str, given: dict[str, Types]) -> None:
        """One of them, with the types of its variables."""
        self._where = name
        self._body(parsed(name).body, dict(given))

    def _body(self, body: Iterable[nodes.Node], known: dict[str, Types]) -> None:
        for node in body:
            self._statement(node, known)

    def _statement(self, node: nodes.Node, known: dict[str, Types]) -> None:
        if isinstance(node, nodes.For):
            inner = dict(known)
            self._bind(node.target, self._items(self._of(node.iter, known)), inner)
            if node.test is not None:
                self._of(node.test, inner)
            self._body(node.body, inner)
            self._body(node.else_, known)
        elif isinstance(node, nodes.Assign):
            self._bind(node.target, self._of(node.node, known), known)
        elif isinstance(node, nodes.Macro):
            self._macros[node.name] = node
        elif isinstance(node, nodes.CallBlock):
            self._of(node.call, known)
            self._body(node.body, known)
        elif isinstance(node, nodes.Expr):
            self._of(node, known)
        else:
            for child in node.iter_child_nodes():
                self._statement(child, known)

    def _bind(self, target: nodes.Node, types: Types, known: dict[str, Types]) -> None:
        if isinstance(target, nodes.Name):
            known[target.name] = types
        else:
            known.update({name.name: NONE for name in target.find_all(nodes.Name)})

    def _items(self, types: Types) -> Types:
        """What lists of these types hold."""
        return frozenset(arg for kind in types for arg in self._item(kind))

    def _item(self, kind: Any) -> Iterator[Any]:
        if typing.get_origin(kind) is tuple:
            yield from self._split(typing.get_args(kind)[0])

    def _split(self, kind: Any) -> Iterator[Any]:
        """The types of a union; only structs and lists matter."""
        if typing.get_origin(kind) is tuple or (isinstance(kind, type) and structs_in(kind)):
            yield from TASK_TYPES if kind in (LockedTask, WatchedTask, OpenTask) else [kind]
        else:
            for arg in typing.get_args(kind):
                yield from self._split(arg)

    def _of(self, node: nodes.Node | None, known: dict[str, Types]) -> Types:
        """The types of an expression; whatever is in it is read."""
        if isinstance(node, nodes.Name):
            return known.get(node.name, NONE)
        if isinstance(node, nodes.Getattr):
            return self._field(self._of(node.node, known), node.attr)
        if isinstance(node, nodes.Getitem):
            types = self._of(node.node, known)
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                return self._field(types, node.arg.value)
            self._of(node.arg, known)
            return types if isinstance(node.arg, nodes.Slice) else self._items(types)
        if isinstance(node, nodes.Filter):
            return self._filter(node, known)
        if isinstance(node, nodes.Call):
            return self._call(node, known)
        found = NONE
        for child in node.iter_child_nodes() if node is not None else ():
            types = self._of(child, known)
            if isinstance(node, nodes.CondExpr | nodes.Or | nodes.And | nodes.Add):
                found |= types
        return found

    def _field(self, types: Types, name: str) -> Types:
        structs = [kind for kind in types if isinstance(kind, type)]
        having = [kind for kind in structs if hasattr(kind, name)]
        if structs and not having:
            self.wrong.append(f"{self._where}: {sorted(k.__name__ for k in structs)}.{name}")
        found = set()
        for kind in having:
            for base in kind.__mro__:
                self.read.add((base, name))
            for field in msgspec.structs.fields(kind):
                if field.name == name:
                    found |= set(self._split(field.type))
        return frozenset(found)

    def _filter(self, node: nodes.Filter, known: dict[str, Types]) -> Types:
        types = self._of(node.node, known) if node.node is not None else NONE
        for arg in node.args:
            self._of(arg, known)
        named = [arg.value.value for arg in node.kwargs if isinstance(arg.value, nodes.Const)]
        if node.name in ("selectattr", "rejectattr"):
            named = [node.args[0].value] if isinstance(node.args[0], nodes.Const) else []
        if node.name in ("selectattr", "rejectattr", "map"):
            inner = NONE
            for name in named:
                inner |= self._field(self._items(types), name)
            if node.name == "map" and named:
                return frozenset(GenericAlias(tuple, (kind, ...)) for kind in inner)
        return types if node.name in THE_SAME else NONE

    def _call(self, node: nodes.Call, known: dict[str, Types]) -> Types:
        args = [self._of(arg, known) for arg in node.args]
        for named in node.kwargs:
            self._of(named.value, known)
        called = node.node
        name = called.attr if isinstance(called, nodes.Getattr) else getattr(called, "name", "")
        if isinstance(called, nodes.Getattr) and name not in self._macros:
            self._of(called.node, known)
        if name == "item" and isinstance(node.args[0], nodes.Const):
            self._item_of(node.args[0].value, args[1])
        macro = self._macros.get(name)
        if macro is not None and (name, tuple(args)) not in self._walked:
            self._walked.add((name, tuple(args)))
            given = {one.name: NONE for one in macro.args}
            given |= dict(zip(given, args, strict=False))
            # A macro written in the template itself sees its variables.
            self._body(macro.body, {**known, **given})
        return NONE

    def _item_of(self, name: str, types: Types) -> None:
        """A list's item, which has a template of its own."""
        if (name, (types,)) not in self._walked:
            self._walked.add((name, (types,)))
            where = self._where
            self.template(f"parts/seat/{name}.html", {name: types})
            self._where = where


def walked() -> Reader:
    """All templates of parts."""
    reader = Reader()
    view: type[msgspec.Struct]
    for audience, view in VIEWS.items():
        for part in msgspec.structs.fields(view):
            types = frozenset(reader._split(part.type))
            reader.template(f"parts/{audience}/{part.name}.html", {"part": types})
    for audience in ("projector", "console"):
        reader.template(f"parts/{audience}/broken.html", {"part": frozenset({Broken})})
    for name, kind in KINDS.items():
        reader.template(f"kinds/{name}/seat.html", {"task": frozenset({task_type(kind)})})
    return reader


READ: Final = walked()


def everything() -> Iterator[type[msgspec.Struct]]:
    """Every struct that a part is made of, and whatever those begin with."""
    roots: list[type[msgspec.Struct]] = [*VIEWS.values(), Broken]
    roots += [kind.shows for kind in KINDS.values()]
    ahead, seen = [*roots], set(roots)
    while ahead:
        one = ahead.pop()
        if one not in VIEWS.values():
            yield one
        above = [base for base in one.__bases__ if getattr(base, "__struct_fields__", ())]
        ahead += [base for base in above if base not in seen]
        seen.update(above)
        for field in msgspec.structs.fields(one):
            if told_of(one, field.name).startswith(FOR_PROGRAMS):
                continue  # so is all of it
            for inner in structs_in(field.type):
                if inner not in seen:
                    seen.add(inner)
                    ahead.append(inner)


def test_templates_read_what_there_is() -> None:
    assert READ.wrong == []
    assert len(READ.read) > 200


@pytest.mark.parametrize("struct", sorted(everything(), key=str))
def test_a_field_is_said_and_is_shown_or_for_programs(struct: type) -> None:
    """Where it is the struct's own: it may be shown of one that has it from there."""
    kinds = [task_type(kind) for kind in KINDS.values() if issubclass(kind.shows, struct)]
    for name, said in told(struct).items():
        assert said, f"{struct.__name__}.{name} says nothing"
        shown = any((one, name) in READ.read for one in (struct, *kinds))
        assert shown != said.startswith(FOR_PROGRAMS), f"{struct.__name__}.{name}: {said}"


def test_such_a_name_would_be_found() -> None:
    reader = Reader()
    tree = environment().parse(
        "{% for s in part.seats %}{{ s.nam }}{% endfor %}{{ part.seats|map(attribute='no')|list }}"
        "{% for s in part.seats|selectattr('lost') %}{% endfor %}{{ part.seats[0].way }}"
    )
    reader._body(tree.body, {"part": frozenset({WallTeam})})
    assert [one.rpartition(".")[2] for one in reader.wrong] == ["nam", "no", "lost", "way"]
