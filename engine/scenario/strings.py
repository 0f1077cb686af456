"""A script's words in another language: `strings.en.yaml` beside `scenario.yaml`.

The file has the shape of the script, with words only; what has an id goes by its id, other items
of a list by their number from 1. A lone text stands for a thing's own words:

    traps:
      t-july1:
        belief: The congress opened on July 1
        rescue: {choices: {y38: "A date of 1938", y21: "The opening day"}}

Words may be in another language; what is played may not differ. So an overlay adds nothing and
leaves nothing out: a missing string is an issue, and so is one that the script doesn't have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.errors import Place, ScenarioError, Text
from engine.kinds.keys import Listed
from engine.kinds.kind import Kind
from engine.kinds.registry import KINDS
from engine.scenario import model
from engine.scenario.model import Scenario
from engine.script import nodes
from engine.script.catalogue.entry import Entry
from engine.script.issues import worded
from engine.script.source import Mapping, Node, Scalar, Sequence, read_source
from engine.values import Map

STRINGS: Final[dict[str, str]] = {"en": "strings.en.yaml"}
"""Language → the name of its file."""

_WORDS: Final[dict[type, tuple[str, ...]]] = {
    nodes.Role: ("name", "brief", "goal"),
    nodes.Var: ("label",),
    nodes.Card: ("title", "text"),
    nodes.Source: ("cite", "note"),
    nodes.Fact: ("text",),
    nodes.Citation: ("where", "quote"),
    nodes.Fate: ("who", "text"),
    nodes.Words: ("text",),
    nodes.Account: ("says", "basis"),
    nodes.Tell: ("text",),
    nodes.Rescue: ("ask",),
    nodes.Aim: ("text",),
    nodes.Trap: ("belief", "why", "say"),
    model.Hint: ("text",),
    model.Task: ("ask",),
    model.Scene: ("title", "when", "story", "story_for", "say"),
    model.Site: ("title", "story"),
    model.Debrief: ("discuss", "reflect", "say"),
    model.Scenario: ("title", "summary", "level", "themes", "objectives"),
}
"""Which fields hold words that people read. A field may hold a text, several, or a map of them."""
_DEEPER: Final[dict[type, tuple[str, ...]]] = {
    model.Scenario: (
        "roles", "vars", "cards", "sources", "facts", "traps", "scenes", "aims",
        "debrief",
    ),
    nodes.Fact: ("sources", "accounts"),
    nodes.Account: ("sources",),
    nodes.Fate: ("sources",),
    nodes.Words: ("sources",),
    model.Debrief: ("fates", "words"),
    nodes.Trap: ("rescue",),
    nodes.Rescue: ("choices",),
    model.Scene: ("places", "tasks"),
    model.Task: ("body", "hint", "effects"),
    nodes.Effects: ("tells",),
}  # fmt: skip
"""Which fields hold things that have words."""


def _learn(kind: type[Kind]) -> None:
    """A kind's keys say which of its fields people read."""
    lists = {key.into: key.shape for key in kind.keys if isinstance(key.shape, Listed)}
    _WORDS[kind] = tuple(key.into for key in kind.keys if key.shape.said)
    _DEEPER[kind] = tuple(lists)
    for shape in lists.values():
        _WORDS[shape.made()] = shape.spoken()
        _DEEPER[shape.made()] = ("effects",) if shape.carries() else ()


for _kind in KINDS.values():
    _learn(_kind)

_UNSAID: Final = ("body", "effects")
"""Fields the script writes into the thing itself."""
_OWN: Final = ("text", "cite")
"""What a lone text stands for."""

TRANSLATION: Final = {
    entry.code: entry
    for entry in (
        Entry(
            "SC701",
            Text("没有译文：{name}({text})。", "Not translated: {name} ({text})."),
            Text("请在译文文件里补上。", "Add it to the strings file."),
            "",
            "",
        ),
        Entry(
            "SC702",
            Text("剧本里没有这一条：{name}。", "The script has no such string: {name}."),
            Text("剧本改过，或名字写错了；请改好或删去。", "Correct its name, or remove it."),
            "",
            "",
        ),
        Entry(
            "SC703",
            Text("这里要写译文：{name}。", "A text belongs here: {name}."),
            Text("写一段文字，不能留空。", "Write some words; it can't stay empty."),
            "",
            "",
        ),
    )
}

Say = Callable[[str, str], str]
"""(address, text) → the text to have there."""


def strings_of(scenario: Scenario) -> dict[str, str]:
    """Every string people read, by its address, in the script's order; empty ones are left out."""
    found: dict[str, str] = {}

    def note(address: str, text: str) -> str:
        found[address] = text
        return text

    _said(scenario, "", note)
    return found


def translated(scenario: Scenario, data: bytes, file: str) -> Scenario:
    """The scenario with the words of a strings file; everything else stays.

    Raises:
        ScenarioError: strings missing, empty, or unknown; the file isn't YAML.
    """
    root, issues = read_source(data, file)
    if root is None:
        raise ScenarioError(issues)
    own = strings_of(scenario)
    words: dict[str, str] = {}
    for address, node in _leaves(root, ""):
        known = next((a for a in _meant(address) if a in own), None)
        place = Place(file, node.line, node.column)
        if known is None:
            issues.append(worded(TRANSLATION["SC702"], place, name=address))
        elif not isinstance(node, Scalar) or not node.value.strip():
            issues.append(worded(TRANSLATION["SC703"], place, name=address))
            words[known] = ""
        else:
            words[known] = node.value.strip()
    start = Place(file, 1, 1)
    issues += [
        worded(TRANSLATION["SC701"], start, name=address, text=text)
        for address, text in own.items()
        if address not in words
    ]
    if issues:
        raise ScenarioError(issues)
    said: Scenario = _said(scenario, "", lambda address, _: words[address])
    tells = {tell.id: tell for tell in _tells(said)}
    return replace(said, tells=Map((name, tells[name]) for name in scenario.tells))


def _meant(address: str) -> Iterator[str]:
    yield address
    yield from (f"{address}.{field}" for field in _OWN)


def _leaves(node: Node, address: str) -> Iterator[tuple[str, Node]]:
    """(address, node) of every end of the tree."""
    inner: list[tuple[str, Node]] = []
    if isinstance(node, Mapping):
        inner = [(name, value) for name, (_, value) in node.entries.items()]
    elif isinstance(node, Sequence):
        inner = [(str(number), value) for number, value in enumerate(node.items, start=1)]
    for name, value in inner:
        yield from _leaves(value, f"{address}.{name}" if address else name)
    if not inner:
        yield address, node


# ── walking ─────────────────────────────────────────────────────────────────────────────────────


def _said(thing: Any, address: str, say: Say) -> Any:
    """The thing with every string replaced by what `say` gives for it."""
    if isinstance(thing, str):
        return say(address, thing) if thing else thing
    if isinstance(thing, Map):
        return Map((name, _said(value, _at(address, name), say)) for name, value in thing.items())
    if isinstance(thing, tuple):
        named = [(_name(item, number), item) for number, item in enumerate(thing, start=1)]
        return tuple(_said(item, _at(address, name), say) for name, item in named)
    if not isinstance(thing, msgspec.Struct):
        return thing
    fields = (*_WORDS.get(type(thing), ()), *_DEEPER.get(type(thing), ()))
    said = {field: _said(getattr(thing, field), _within(address, field), say) for field in fields}
    return replace(thing, **said)


def _within(address: str, field: str) -> str:
    if field in _UNSAID:
        return address
    return _at(address, "tell" if field == "tells" else field)


def _at(address: str, name: str) -> str:
    return f"{address}.{name}" if address else name


def _name(item: Any, number: int) -> str:
    if isinstance(item, nodes.Tell):
        return item.role
    return str(getattr(item, "id", number))


def _tells(thing: Any) -> Iterator[nodes.Tell]:
    if isinstance(thing, nodes.Tell):
        yield thing
    elif isinstance(thing, Map):
        for value in thing.values():
            yield from _tells(value)
    elif isinstance(thing, tuple):
        for item in thing:
            yield from _tells(item)
    elif isinstance(thing, msgspec.Struct):
        for field in _DEEPER.get(type(thing), ()):
            yield from _tells(getattr(thing, field))
