"""`compile_scenario`: an author's YAML to the frozen Scenario, or every issue found.

Three passes. `source` makes nodes that know their place. Then each section is read by the
language's own types, every name looked up among those declared (all keys are known before the
first is used); reading goes on after a mistake. Then it is checked as a whole (`checks.py`), as far
as it could be read; what needs exploration is left to the proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from engine.errors import Issue, Place, ScenarioError
from engine.scenario.checks import ALL, all_tasks, check_scenario
from engine.scenario.declarations import Declarations
from engine.scenario.model import Scenario, Scene
from engine.scenario.picks import with_picks
from engine.scenario.playtests import PlayTests
from engine.scenario.scenes import Scenes
from engine.script.fields import Reader
from engine.script.names import KINDS, Names
from engine.script.nodes import Effects, Tell
from engine.script.source import Mapping, Scalar, read_source
from engine.values import Map

TOP_KEYS: Final = (
    "format", "id", "version", "title", "summary", "minutes", "themes", "level", "cover",
    "objectives", "roles", "vars", "cards", "sources", "facts", "traps", "start", "scenes",
    "aims", "debrief", "absence", "tests",
)  # fmt: skip
_MENDED: Final = frozenset({"SC012", "SC014", "SC015", "SC016"})
"""Slips that are read beyond doubt as they were meant."""
NEEDED_KEYS: Final = ("format", "id", "title", "summary", "minutes", "roles", "start", "scenes")


def compile_scenario(data: bytes, file: str, *, digest: str | None = None) -> Scenario:
    """The Scenario of a script. `file` names it in places; `digest` defaults to the SHA-256 of
    `data`.

    Raises:
        ScenarioError: with every issue found, sorted by place.
    """
    root, issues = read_source(data, file)
    if root is None:
        raise ScenarioError(_sorted(issues))
    reader = Reader(file)
    reader.issues.extend(issues)
    scenario = _read(reader, root, digest or hashlib.sha256(data).hexdigest())
    if any(found.code not in _MENDED for found in issues):
        reader.lost.add(ALL)
    whole, left = check_scenario(scenario, reader.lost)
    reader.issues.extend(whole)
    if reader.issues:
        raise ScenarioError(_sorted(reader.issues), left)
    return scenario


def references(data: bytes, file: str) -> list[tuple[str, str, Place]]:
    """Every place at which a declared thing is named: its kind, its name, where. Those within a
    condition or a test's move stand at the whole of it; of a script that can't be read, none."""
    root, _ = read_source(data, file)
    if root is None:
        return []
    reader = Reader(file)
    _read(reader, root, "")
    return [(kind, name, reader.place(node)) for kind, name, node in reader.lookups]


def _sorted(issues: list[Issue]) -> list[Issue]:
    def order(found: Issue) -> tuple[int, int, str, str]:
        return found.place.line, found.place.column, found.code, found.message.zh

    return sorted(set(issues), key=order)


def _read(reader: Reader, root: Mapping, digest: str) -> Scenario:
    reader.keys(root, KINDS["script"], TOP_KEYS, NEEDED_KEYS)
    written = reader.get(root, "format")
    if written is not None and (not isinstance(written, Scalar) or written.value.strip() != "1"):
        shown = written.value if isinstance(written, Scalar) else "…"
        reader.issue("SC111", written, found=shown)
    names = Names(reader, root)
    told = Declarations(reader, names)
    variables = told.vars(reader.get(root, "vars"))
    names.vars = dict(variables)
    scenes = Scenes(reader, names).read(reader.get(root, "scenes"))
    traps = told.traps(reader.get(root, "traps"))
    names.here = ""
    start = names.ref(reader.get(root, "start"), "scene")
    scenario = Scenario(
        at=Place(reader.file, 1, 1),
        id=reader.name(reader.get(root, "id"), "id"),
        version=reader.text(reader.get(root, "version"), "version", default="0.0.0"),
        title=reader.text(reader.get(root, "title"), "title"),
        summary=reader.text(reader.get(root, "summary"), "summary"),
        minutes=reader.integer(reader.get(root, "minutes"), "minutes", 1, 600, default=1),
        digest=digest,
        cover=reader.picture(reader.get(root, "cover"), "cover"),
        level=reader.text(reader.get(root, "level"), "level"),
        themes=tuple(
            reader.text(item, "themes")
            for item in reader.items(reader.get(root, "themes"), "themes")
        ),
        objectives=Map(
            (name, reader.text(text, "objectives"))
            for name, _, text in reader.named(reader.get(root, "objectives"), "objectives")
        ),
        roles=told.roles(reader.get(root, "roles")),
        vars=variables,
        cards=told.cards(reader.get(root, "cards")),
        sources=told.sources(reader.get(root, "sources")),
        facts=told.facts(reader.get(root, "facts")),
        traps=traps,
        start=start,
        scenes=scenes,
        aims=told.aims(reader.get(root, "aims")),
        debrief=told.debrief(reader.get(root, "debrief"), root),
        absence=told.absence(reader.get(root, "absence"), root),
        tests=PlayTests(reader, names, scenes, traps).read(reader.get(root, "tests")),
        tells=Map(),
    )
    return scenario if reader.issues else _completed(scenario)


def _completed(scenario: Scenario) -> Scenario:
    """With what is drawn of tasks, the tells gathered, and the scenes marked that only a trap or a
    limit leads to."""
    reached = {way.go for scene in scenario.scenes.values() for way in scene.next}
    reached.add(scenario.start)

    def marked(scene: Scene) -> Scene:
        main = scene.id in reached or scene.ending is not None
        return scene if main else replace(scene, main=False)

    scenario = with_picks(scenario)
    return replace(
        scenario,
        scenes=Map((name, marked(scene)) for name, scene in scenario.scenes.items()),
        tells=Map((tell.id, tell) for tell in _tells(scenario)),
    )


def _tells(scenario: Scenario) -> Iterator[Tell]:
    effects: list[Effects] = []
    for task in all_tasks(scenario):
        effects += [task.effects, *(option.effects for option in task.body.options)]
    for trap in scenario.traps.values():
        if trap.rescue is not None:
            effects += [choice.effects for choice in trap.rescue.choices]
    for effect in effects:
        yield from effect.tells
