"""Scenes: stories, tasks, barrier, time limit, ways out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from engine.scenario.model import BACK, Barrier, Next, Scene, Task, TimeLimit
from engine.scenario.picks import read_picks
from engine.scenario.sites import read_sites
from engine.scenario.task_fields import Tasks
from engine.script.effects import read_price
from engine.script.fields import Reader
from engine.script.names import KINDS, Names, the
from engine.script.source import Mapping, Node, Scalar, Sequence
from engine.values import Map

TICKS_MAX: Final = 12
"""How often a scene's clock may eat: each is explored by the proof."""
SCENE_KEYS: Final = (
    "title", "when", "story", "story_for", "picture", "time", "tasks", "barrier", "next",
    "ending", "facts", "say", "cue", "places", "pick",
)  # fmt: skip


class Scenes:
    """Reads the scenes of one script."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.r = reader
        self.names = names
        self.tasks = Tasks(reader, names)

    def read(self, node: Node | None) -> Map[str, Scene]:
        """Scenes in the script's order."""
        scenes = {}
        for name, key, value in self.r.named(node, "scenes"):
            self.names.here = name
            entry = self.r.mapping(value, the("scene", name))
            scenes[name] = self._scene(name, key, entry)
        return Map(scenes)

    def _scene(self, name: str, key: Scalar, entry: Mapping) -> Scene:
        r, what = self.r, the("scene", name)
        r.keys(entry, what, SCENE_KEYS, ("title", "story"))
        ending: Any = r.word(r.get(entry, "ending"), "ending", ("good", "mixed", "bad"), default="")
        tasks = self._tasks(name, entry)
        if "ending" in entry.entries:
            for extra in ("tasks", "barrier", "next", "time", "places", "pick"):
                if extra in entry.entries:
                    r.issue("SC406", entry.entries[extra][0], name=extra)
        else:
            self._flow(key, entry, tasks)
        return Scene(
            at=r.place(key),
            id=name,
            title=r.text(r.get(entry, "title"), "title"),
            when=r.text(r.get(entry, "when"), "when"),
            story=r.text(r.get(entry, "story"), "story"),
            story_for=Map(
                (role, r.text(text, "story_for"))
                for role, at, text in r.references(r.get(entry, "story_for"), "story_for")
                if self.names.ref(at, "role")
            ),
            picture=r.picture(r.get(entry, "picture"), "picture"),
            places=read_sites(r, self.names, r.get(entry, "places")),
            pick=read_picks(r, r.get(entry, "pick"), tasks),
            time=self._time(r.get(entry, "time")),
            tasks=tasks,
            barrier=None if ending else self._barrier(name, r.get(entry, "barrier"), key, tasks),
            next=self._next(r.get(entry, "next")),
            ending=ending or None,
            facts=self.names.refs(r.get(entry, "facts"), "fact"),
            say=r.text(r.get(entry, "say"), "say"),
            cues=r.cues(r.get(entry, "cue")),
        )

    def _tasks(self, scene: str, entry: Mapping) -> Map[str, Task]:
        read = {}
        for name, key, value in self.r.named(self.r.get(entry, "tasks"), "tasks"):
            task = self.tasks.read(scene, name, key, value)
            if task is not None:
                read[name] = task
        return Map(read)

    def _flow(self, key: Scalar, entry: Mapping, tasks: Map[str, Task]) -> None:
        """What only a scene that isn't an ending must have."""
        if not self.names.tasks.get(key.value):
            self.r.issue("SC408", key)
        ways = self.r.items(self.r.get(entry, "next"), "next", alone="go")
        if not ways:
            self.r.issue("SC405", key)
        for number, way in enumerate(ways):
            conditional = isinstance(way, Mapping) and "if" in way.entries
            last = number == len(ways) - 1
            if last and conditional:
                self.r.issue("SC404", way)
            if not last and not conditional:
                self.r.issue("SC423", ways[number + 1])

    def _next(self, node: Node | None) -> tuple[Next, ...]:
        ways = []
        for item in self.r.items(node, "next", alone="go"):
            if isinstance(item, Scalar):
                target = self.names.ref(item, "scene", also=(BACK,))
                ways.append(Next(at=self.r.place(item), go=target))
                continue
            entry = self.r.mapping(item, "next")
            self.r.keys(entry, "next", ("if", "go"), ("go",))
            go = self.names.ref(self.r.get(entry, "go"), "scene", also=(BACK,))
            guard = self.tasks.guard(self.r.get(entry, "if"))
            ways.append(Next(at=self.r.place(item), go=go, guard=guard))
        return tuple(way for way in ways if way.go)

    def _time(self, node: Node | None) -> TimeLimit | None:
        if node is None:
            return None
        r, entry = self.r, self.r.mapping(node, "time")
        r.keys(entry, "time", ("limit", "then", "every", "set"), ("limit", "then"))
        then = self.names.ref(r.get(entry, "then"), "scene", also=(BACK,))
        limit_ms = r.duration_ms(r.get(entry, "limit"), "limit", default=60_000, least_ms=1_000)
        every_ms = r.duration_ms(r.get(entry, "every"), "every", least_ms=1_000)
        sets = read_price(r, self.tasks.names, r.get(entry, "set"), "set")
        if ("every" in entry.entries) != ("set" in entry.entries):
            r.issue("SC432", node)
        found = TimeLimit(
            at=r.place(node), limit_ms=limit_ms, then=then, every_ms=every_ms, sets=sets
        )
        if every_ms and sets and not 1 <= found.ticks <= TICKS_MAX:
            r.issue("SC433", node, number=found.ticks, most=TICKS_MAX)
        return found

    def _barrier(
        self, scene: str, node: Node | None, key: Scalar, tasks: Map[str, Task]
    ) -> Barrier:
        r = self.r
        place = r.place(node or key)
        known = self.names.tasks.get(scene, ())
        if isinstance(node, Mapping):
            r.keys(node, "barrier", ("count",), ("count",))
            count = r.integer(r.get(node, "count"), "count", 1, 1000, default=1)
            number = sum(not task.optional for task in tasks.values())
            if count > number:
                r.issue("SC417", node, count=count, number=number)
            return Barrier(at=place, kind="count", count=count)
        if isinstance(node, Sequence):
            named = []
            for item in node.items:
                name = r.text(item, "barrier")
                if name in known:
                    named.append(name)
                else:
                    r.lost.add("task")
                    r.unknown(KINDS["task"], item, name, known)
            if not node.items:
                r.issue("SC401", node, what="barrier", least=1)
            self._compulsory(node, [tasks[name] for name in named if name in tasks])
            return Barrier(at=place, kind="tasks", tasks=tuple(named))
        if isinstance(node, Scalar) and node.value in known and node.value not in ("all", "any"):
            self._compulsory(node, [tasks[node.value]] if node.value in tasks else [])
            return Barrier(at=place, kind="tasks", tasks=(node.value,))
        kind: Any = r.word(node, "barrier", ("all", "any"), default="all")
        if kind == "all":
            self._compulsory(node or key, tasks.values())
        return Barrier(at=place, kind=kind)

    def _compulsory(self, node: Node, tasks: Collection[Task]) -> None:
        """Note a barrier that waits for optional tasks only."""
        if tasks and all(task.optional for task in tasks):
            self.r.issue("SC418", node)
