"""The schema for editors: the compiler's own keys, and every sample of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from engine.author.new import starter
from engine.kinds.keys import Things
from engine.kinds.registry import KINDS
from engine.scenario.compile import _read
from engine.scenario.samples import SOUND, bad_sample
from engine.scenario.schema import TOLD, schema
from engine.script.catalogue import CATALOGUE
from engine.script.fields import Reader
from engine.script.source import Mapping, Node, Scalar, Sequence, read_source
from tests.support.depth import depth
from tests.support.scripts import MINI_TEXT

YIDA = Path(__file__).resolve().parents[3] / "scenarios" / "yida-1921" / "scenario.yaml"
VALIDATOR = jsonschema_rs.Draft7Validator(schema())

BEYOND = {
    "SC112", "SC113", "SC114", "SC115",          # names that mean something else, counts
    "SC201", "SC202", "SC203", "SC204",                   # names
    *(f"SC3{n:02}" for n in range(1, 11)),                 # guards
    "SC440", "SC441", "SC442", "SC443",
    "SC445", "SC446", "SC447", "SC448", "SC449", "SC450", "SC451",                                              # who is left to look on
    *(f"SC4{n:02}" for n in range(2, 40) if n != 10),     # flow and tasks
    "SC501", "SC502", "SC503", "SC504", "SC505",                 # history
}  # fmt: skip
"""What no schema can see: it knows shapes, not names, guards, flow or grounds."""


def plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: plain(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def core(node: Node) -> Any:
    """As an editor reads YAML 1.2, with its numbers, nothings, yes and no."""
    if isinstance(node, Mapping):
        return {key: core(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [core(item) for item in node.items]
    assert isinstance(node, Scalar)
    text = node.value
    if not node.plain:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


def refused(data: bytes) -> bool:
    root, issues = read_source(data, "test.yaml")
    return root is None or bool(issues) or not VALIDATOR.is_valid(plain(root))


@pytest.mark.parametrize("text", [SOUND, MINI_TEXT, YIDA.read_text("utf-8"), starter("x", "标题")])
def test_sound_scripts_pass(text: str) -> None:
    root, _ = read_source(text.encode(), "test.yaml")
    assert root is not None
    assert [error.message for error in VALIDATOR.iter_errors(plain(root))] == []


@pytest.mark.parametrize("code", CATALOGUE)
def test_samples_are_refused_but_for_what_no_schema_sees(code: str) -> None:
    assert refused(bad_sample(code)) == (code not in BEYOND)


def test_every_key_says_in_chinese_what_it_is_for() -> None:
    used: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.get("properties", {}).items():
                if isinstance(value, dict):
                    assert any("一" <= char <= "鿿" for char in value["description"])
                    used.add(key)
                    walk(value)
            for key, value in node.items():
                if key not in ("properties", "if", "then"):
                    walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(schema())
    own = {key.name for kind in KINDS.values() for key in kind.keys}
    own |= {
        key.name
        for kind in KINDS.values()
        for listed in kind.keys
        if isinstance(listed.shape, Things)
        for key in listed.shape.keys
    }
    assert set(TOLD) | own == used


# ── two descriptions of one language ────────────────────────────────────────────────────────────


def copied(node: Any) -> Any:
    """Reading gives a misnamed key its name; the original keeps it."""
    if isinstance(node, Mapping):
        copy = Mapping(node.line, node.column)
        copy.entries = {key: (at, copied(value)) for key, (at, value) in node.entries.items()}
        return copy
    if isinstance(node, Sequence):
        items = Sequence(node.line, node.column)
        items.items = [copied(item) for item in node.items]
        return items
    return node


def told(root: Mapping) -> list[str]:
    """Codes of what the compiler finds in the pieces, names and guards included."""
    reader = Reader("t")
    _read(reader, copied(root), "")
    return [each.code for each in reader.issues]


def read(text: str) -> Mapping:
    root, issues = read_source(text.encode(), "t")
    assert root is not None
    assert issues == []
    return root


PAGE = (YIDA.parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```yaml (?:top|tasks)\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.parametrize("block", SNIPPETS, ids=[block[:20] for block in SNIPPETS])
def test_every_snippet_of_the_reference_passes(block: str) -> None:
    framed = {**{key: core(node) for key, (_, node) in read(MINI_TEXT).entries.items()}}
    given = {key: core(node) for key, (_, node) in read(block).entries.items()}
    if set(given) <= set(framed) | {"level", "cover", "aims"}:
        framed |= given
    else:
        framed["scenes"]["search"]["tasks"] |= given
    assert [error.message for error in VALIDATOR.iter_errors(framed)] == []


DOCUMENTED = [
    # a piece of the sound script, and another form of the same that the reference allows
    ("next: [{go: back}]", "next: [back]"),
    ("next: [{go: back}]", "next: back"),
    ("next: [{go: back}]", "next: {go: back}"),
    ("next: [{go: back}]", "next:\n      - back"),
    ("next: [{if: w, go: z}, {go: z}]", "next: [{if: w, go: z}, z]"),
    ("barrier: all", "barrier: any"),
    ("barrier: all", "barrier: {count: 2}"),
    ("barrier: all", "barrier: [p, q]"),
    ("barrier: all", "barrier: p"),
    (
        "role: b, kind: read, ask: 读, story: 文",
        "role: b, kind: read, ask: 读, story: 文, hint: 一句话",
    ),
    (
        "role: b, kind: read, ask: 读, story: 文",
        "role: b, kind: read, ask: 读, story: 文, hint: {text: 一句话, cost: {m: +1}}",
    ),
    ("brief: 你是甲。", "brief: 你是甲。, seats: 2"),
    ("brief: 你是甲。", "brief: 你是甲。, seats: [0, 2]"),
    ("themes: [示例]", "themes: 示例"),
    ("themes: [示例]", "themes:"),
    ("sources: [s], objective", "sources: s, objective"),
    ("after: [p]", "after: p"),
    ("role: [a, b]", "role: all"),
    ("give: {k: a}", "give: {k: [a, b]}"),
    ("trap: t}", "trap: t, tell: {all: 一句话}}"),
    (
        "play: [p=, q=, b:find=s1, a:v=y, b:v=y], expect: {scene: one}",
        "play: p=, expect: {scene: one}",
    ),
    ("expect: {scene: one}", "expect: {traps: [], vars: {m: 0, w: false}}"),
    ("then: {detour: side}", "then: {detour: side}, hold: 1h"),
    ("hold: 30s", "hold: 30s, then: accept"),
    ("cost: {m: +1}", "cost: {m: -2}"),
    ("cost: {m: +1}", "cost: {w: true}"),
    ("title: 卡", "title: 1921-07-23"),
    ("title: 卡", "title: no"),
    ("title: 卡", "title: 19:21"),
    ("title: 卡", "title: 1921"),
    ("text: 桌", "text: 1.0"),
    ("kind: book", "kind: 007"),
    ("version: 1.0.0", "version: 1.0"),
    ("m: {int: [0, 3]", "m: {start: 1, int: [-1, 3]"),
    ("w: {bool: false}", "w: {bool: true, start: false}"),
]


@pytest.mark.parametrize(("piece", "form"), DOCUMENTED, ids=[form for _, form in DOCUMENTED])
def test_every_documented_form_passes_both(piece: str, form: str) -> None:
    assert piece in SOUND
    text = SOUND.replace(piece, form, 1)
    if "\n" not in form and "hold: 30s, then" in form:
        text = text.replace("hold: 30s, then: accept", "hold: 30s\n    then: accept")
    root = read(text)
    assert told(root) == []
    assert [error.message for error in VALIDATOR.iter_errors(core(root))] == []


FORMS = """''|[]|{}|文字|'文字'|5|'5'|true|'true'|30s|a|[a]|[a, b]|[1, 2]|f|[f]|one|{go: good}|
{if: w, go: good}|[good]|[{if: w, go: bad}, good]|{count: 1}|p|[p]|{a: 文字}|{k: a}|{k: [a, b]}|
{m: +1}|{w: true}|{text: 文字, cost: {m: +1}}|{text: 文字}|{id: n, text: 乙}|[{id: n, text: 乙}]|
{id: n, text: 乙, left: 甲, right: 丙}|{says: 甲, basis: 乙, sources: s}|{detour: side}|t|{t: 文字}|
{name: 甲, play: [], expect: {}}|{t: [文字]}|1921-07-23|007|1.0|all|any|-1""".replace(
    "\n", ""
).split("|")
FORMS.append("")
EACH = depth(4, 1)
"""Each key is given one form in so many, the next key the next ones."""
SHAPES = {"SC101", "SC102", "SC103", "SC104", "SC105", "SC109", "SC110"}
"""What a schema sees as well as the compiler does."""


def places(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node, Any]]:
    """Every value with its path (a list's items as ""), and where it stands in its parent."""
    if isinstance(node, Mapping):
        for key, (_, value) in node.entries.items():
            yield (*path, key), node, key
            yield from places(value, (*path, key))
    elif isinstance(node, Sequence):
        for number, value in enumerate(node.items):
            yield (*path, ""), node, number
            yield from places(value, (*path, ""))


def put(parent: Node, where: Any, value: Node) -> Node:
    """Put the value there; what stood there before."""
    if isinstance(parent, Mapping):
        key, before = parent.entries[where]
        parent.entries[where] = (key, value)
        return before
    assert isinstance(parent, Sequence)
    old: Node = parent.items[where]
    parent.items[where] = value
    return old


def test_schema_and_compiler_agree_on_every_form_at_every_key() -> None:
    """Whatever is put in the place of each value: what the compiler takes, no editor marks wrong;
    and whose shape it refuses, an editor marks."""
    root = read(SOUND)
    seen: set[tuple[str, ...]] = set()
    strict, loose = [], []
    for path, parent, where in list(places(root)):
        if path[-2:] in seen:
            continue
        seen.add(path[-2:])
        for form in FORMS[len(seen) % EACH :: EACH]:
            old = put(parent, where, read(f"x: {form}\n").entries["x"][1])
            codes, sound = told(root), VALIDATOR.is_valid(core(root))
            put(parent, where, old)
            strict += [(path, form)] if not codes and not sound else []
            loose += [(path, form, codes)] if sound and SHAPES & set(codes) else []
    assert strict == []
    assert loose == []
