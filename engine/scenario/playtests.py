"""The script's own `tests`: moves and expectations, every name in them looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.normal import normal
from engine.scenario.model import Expect, PlayTest, Scene, Task
from engine.scenario.picks import drawn_by
from engine.script.fields import Reader
from engine.script.meant import folded
from engine.script.names import KINDS, Names
from engine.script.nodes import Trap
from engine.script.source import Mapping as MappingNode
from engine.script.source import Node, Scalar
from engine.values import Map, Value

_MOVE: Final = re.compile(r"(?:([\w-]+)\s*:\s*)?([\w-]+)\s*=\s*(.*)", re.DOTALL)
_MOVES: Final = ("rescue", "wait", "hint", "hand", "away", "back", "leave", "reflect")
_LATER: Final = ("draw", "show")
"""Moves of later, that a task's name may be in scripts of before."""
_WAIT: Final = re.compile(r"[0-9]{1,6}(s|m|h)")


class PlayTests:
    """Reads the tests of one script, whose scenes and traps have been read."""

    def __init__(
        self,
        reader: Reader,
        names: Names,
        scenes: Mapping[str, Scene],
        traps: Mapping[str, Trap],
    ) -> None:
        self.r = reader
        self.names = names
        self._endings = tuple(scene.id for scene in scenes.values() if scene.ending)
        picks = [drawn_by(scene) for scene in scenes.values()]
        self._picks = {var.id: var for var in picks if var is not None}
        self._tasks: dict[str, list[Task]] = {}
        for scene in scenes.values():
            for task in scene.tasks.values():
                self._tasks.setdefault(task.id, []).append(task)
        self._rescues = {
            choice.id: choice.text
            for trap in traps.values()
            if trap.rescue is not None
            for choice in trap.rescue.choices
        }

    def read(self, node: Node | None) -> tuple[PlayTest, ...]:
        """The tests in the script's order."""
        r, tests = self.r, []
        for item in r.items(node, "tests", alone="play"):
            entry = r.mapping(item, "tests")
            r.keys(entry, "tests", ("name", "play", "expect"), ("name", "play", "expect"))
            moves = r.items(r.get(entry, "play"), "play")
            tests.append(
                PlayTest(
                    at=r.place(item),
                    name=r.text(r.get(entry, "name"), "name"),
                    play=tuple(self._move(move) for move in moves),
                    expect=self._expect(r.get(entry, "expect"), item),
                )
            )
        return tuple(tests)

    # ── moves ───────────────────────────────────────────────────────────────────────────────────

    def _move(self, node: Node) -> str:
        text = self.r.text(node, "play")
        found = _MOVE.fullmatch(text)
        if found is None:
            if text:
                plain = normal("NFKC", text)
                near = plain if _MOVE.fullmatch(plain) and plain != text else ""
                self.r.issue("SC204", node, found=text, nearest=near)
            return text
        role, name, value = found[1], found[2], found[3].strip()
        if role is not None:
            self._known("role", node, role)
        if name in _MOVES or (name in _LATER and name not in self.names.declared("task")):
            self._verb(node, name, value, text)
        elif self._known("task", node, name):
            self._answer(node, name, value)
        return text

    def _known(self, kind: str, node: Node, name: str) -> bool:
        if kind != "task":
            return bool(self.names.ref(node, kind, name=name))
        known = self.names.declared(kind)
        if name not in known:
            self.r.unknown(KINDS[kind], node, name, known)
        return name in known

    def _verb(self, node: Node, verb: str, value: str, text: str) -> None:
        if verb == "rescue":
            self._ids(node, value, self._rescues)
        elif verb == "hint":
            self._known("task", node, value)
        elif verb in ("hand", "show"):
            card, arrow, role = (part.strip() for part in value.partition(">"))
            if not arrow:
                self.r.issue("SC204", node, found=text)
            elif self._known("card", node, card):
                self._known("role", node, role)
        elif verb == "draw":
            self._draw(node, value, text)
        elif verb == "wait":
            if _WAIT.fullmatch(value) is None:
                self.r.issue("SC204", node, found=text)
        elif verb != "reflect":
            self._known("role", node, value)

    def _draw(self, node: Node, value: str, text: str) -> None:
        name, _, word = (part.strip() for part in value.partition(":"))
        var = self.names.vars.get(name) or self._picks.get(name)
        if var is None or not var.drawn:
            self._known("var", node, name)
        if var is None or not var.drawn or word not in map(spelt, var.domain):
            self.r.issue("SC204", node, found=text)

    def _answer(self, node: Node, name: str, value: str) -> None:
        """Ids of a task's answer; which of several tasks of that name is meant, the play knows."""
        tasks = self._tasks.get(name, [])
        if tasks and not any(task.body.form.typed for task in tasks):
            self._ids(node, value, {id_: text for task in tasks for id_, text in _words(task)})

    def _ids(self, node: Node, value: str, known: Mapping[str, str]) -> None:
        shown = {folded(text): id_ for id_, text in known.items()}
        for part in re.split("[,=]", value):
            if part.strip() and part.strip() not in known:
                self.r.unknown(KINDS["choice"], node, part.strip(), known, shown=shown)

    # ── expectations ────────────────────────────────────────────────────────────────────────────

    def _expect(self, node: Node | None, test: Node) -> Expect:
        r, names = self.r, self.names
        entry = r.mapping(node, "expect")
        r.keys(entry, "expect", ("ending", "scene", "traps", "vars"), ())
        traps = r.get(entry, "traps")
        return Expect(
            at=r.place(node or test),
            ending=self._ending(r.get(entry, "ending")),
            scene=names.ref(r.get(entry, "scene"), "scene") or None,
            traps=names.refs(traps, "trap") if traps is not None else None,
            vars=Map(self._vars(entry)),
        )

    def _ending(self, node: Node | None) -> str | None:
        if node is None:
            return None
        name = self.r.text(node, "ending")
        if name and name not in self._endings:
            self.r.unknown(KINDS["ending"], node, name, self._endings)
        return name

    def _vars(self, entry: MappingNode) -> dict[str, Value]:
        r, values = self.r, dict[str, Value]()
        for name, key, value in r.references(r.get(entry, "vars"), "vars"):
            var = self.names.vars.get(name)
            text = value.value if isinstance(value, Scalar) else ""
            if var is None:
                self.names.ref(key, "var")
            elif var.kind == "int":
                values[name] = r.integer(value, name, var.low, var.high)
            elif var.kind == "bool":
                values[name] = r.boolean(value, name)
            else:
                values[name] = r.word(value, name, var.values, default=text)
        return values


def spelt(value: Value) -> str:
    """A variable's value, as scripts write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(task: Task) -> Iterator[tuple[str, str]]:
    """The ids an answer to the task is made of, each with its text; of two with one id the
    first's."""
    known: dict[str, str] = {}
    for option in task.body.options:
        known.setdefault(option.id, option.text)
    yield from known.items()
