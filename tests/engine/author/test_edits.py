"""Edits by span: what was asked is there, and not another byte has moved."""

from __future__ import annotations

import difflib
from pathlib import Path as File
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.author.edits import Edited, fit, insert, put, remove
from engine.author.extents import LeftAlone, Path, Plain, Span, script_of
from engine.author.rename import SECTIONS, rename
from engine.scenario import compile_scenario
from tests.support.depth import depth

SHIPPED: Final = sorted((File(__file__).resolve().parents[3] / "scenarios").glob("*/scenario.yaml"))
TEXTS: Final = {file.parent.name: file.read_bytes().decode() for file in SHIPPED}
SCRIPTS: Final = {name: script_of(text) for name, text in TEXTS.items()}

HARD = st.sampled_from(
    ["1921-07-23", "no", "~", "null", "a: b", "a:", "# x", "x #y", "- a", "-", "?", "[a]", "{a}", "a, b",
     "“天黑了”", "'", '"', "\\n", "天，where: 甲", " 前", "后 ", "一\n二", "一\n\n二\n", "\n", "  缩\n进", "*a",
     "&a", "!a", "%a", "@a", "`a`", "|", ">", "好\t好", "😀", "\u3000好", "a\u00a0b", "---", "...", "+1"]
)  # fmt: skip
WORDS = st.one_of(HARD, st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
VALUES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True), inner, min_size=1,
                        max_size=3),
    ),
    max_leaves=5,
)  # fmt: skip


def walk(span: Span, path: Path = ()) -> list[tuple[Path, Span]]:
    """Every piece with its path."""
    below = [walk(value, (*path, key)) for key, (_, value) in span.entries.items()]
    below += [walk(item, (*path, at)) for at, item in enumerate(span.items)]
    return [(path, span), *(pair for each in below for pair in each)]


PIECES: Final = {name: walk(script.root) for name, script in SCRIPTS.items()}


@st.composite
def places(draw: st.DrawFn, *kinds: str) -> tuple[str, Path]:
    """A shipped script, and a path to a piece of one of these kinds."""
    name = draw(st.sampled_from(sorted(TEXTS)))
    found = [path for path, span in PIECES[name] if path and span.kind in kinds]
    return name, draw(st.sampled_from(found))


def at(tree: Plain, path: Path) -> Plain:
    for step in path:
        tree = tree[step]  # type: ignore[index]
    return tree


def nothing_else(before: str, edit: Edited) -> None:
    """The two texts differ by the splices alone, each is small, and undone it is as it was."""
    assert edit.undone() == before
    kept, now, old, new = [], [], 0, 0
    for one in edit.splices:
        kept.append(before[old : one.start])
        now.append(edit.text[new : new + one.start - old])
        new += one.start - old + len(one.new)
        old = one.start + len(one.old)
    assert [*kept, before[old:]] == [*now, edit.text[new:]]


def lines_changed(before: str, after: str) -> list[str]:
    old, new = before.splitlines(), after.splitlines()
    return [line for line in difflib.ndiff(old, new) if line[:1] in "+-"]


@settings(max_examples=depth(20, 3_000))
@given(places("text"), WORDS)
def test_a_text_is_changed_and_nothing_else(where: tuple[str, Path], value: str) -> None:
    name, path = where
    before, script = TEXTS[name], SCRIPTS[name]
    edit = put(before, path, value)
    nothing_else(before, edit)
    span = script.find(path)
    assert all(
        span.start <= one.start and one.start + len(one.old) <= span.end for one in edit.splices
    )
    after = script_of(edit.text)
    wanted = script.root.plain()
    at(wanted, path[:-1])[path[-1]] = value  # type: ignore[index]
    assert after.root.plain() == wanted
    # Set back, it says what it said: the same script, and where it was plain the same bytes.
    back = put(edit.text, path, span.value)
    assert script_of(back.text).root.plain() == script.root.plain()
    # Not where it begins with a quotation mark: the writer puts such a text in quotes.
    plain = not span.style and span.value[:1] not in "“”‘’"
    if plain and "\n" not in before[span.start : span.end] and not after.find(path).style:
        assert back.text == before


@settings(max_examples=depth(12, 2_000))
@given(places("map"), VALUES, st.integers(0, 30))
def test_a_key_is_added_in_its_place_and_taken_away(
    where: tuple[str, Path], value: Plain, place: int
) -> None:
    name, path = where
    before, span = TEXTS[name], SCRIPTS[name].find(where[1])
    assume(span.entries and "brand-new" not in span.entries)
    keys = list(span.entries)
    order = (*keys[:place], "brand-new", *keys[place:])
    edit = put(before, (*path, "brand-new"), value, order)
    nothing_else(before, edit)
    after = script_of(edit.text).find(path)
    assert list(after.entries) == list(order)
    assert after.entries["brand-new"][1].plain() == value
    assert remove(edit.text, (*path, "brand-new")).text == before


@settings(max_examples=depth(12, 2_000))
@given(places("list"), VALUES, st.integers(0, 30))
def test_an_item_is_added_in_its_place_and_taken_away(
    where: tuple[str, Path], value: Plain, place: int
) -> None:
    name, path = where
    before, span = TEXTS[name], SCRIPTS[name].find(path)
    assume(span.items)
    place = min(place, len(span.items))
    edit = insert(before, path, place, value)
    nothing_else(before, edit)
    wanted = [item.plain() for item in span.items]
    wanted.insert(place, value)
    assert script_of(edit.text).find(path).plain() == wanted
    assert remove(edit.text, (*path, place)).text == before


@settings(max_examples=depth(12, 2_000))
@given(places("text", "map", "list"))
def test_what_is_removed_is_gone_and_comments_stay(where: tuple[str, Path]) -> None:
    name, path = where
    before = TEXTS[name]
    edit = remove(before, path)
    nothing_else(before, edit)
    changed = lines_changed(before, edit.text)
    assert not [line for line in changed if line[2:].lstrip().startswith("#")]


@settings(max_examples=depth(6, 500))
@given(places("map"), st.data())
def test_a_thing_made_to_fit_keeps_what_is_the_same(
    where: tuple[str, Path], data: st.DataObject
) -> None:
    name, path = where
    before, span = TEXTS[name], SCRIPTS[name].find(path)
    assume(1 < len(span.entries) < 12)
    wanted = span.plain()
    assert isinstance(wanted, dict)
    assert fit(before, path, wanted) == Edited(before, ())
    key = data.draw(st.sampled_from(list(wanted)))
    wanted[key] = data.draw(VALUES)
    edit = fit(before, path, wanted)
    nothing_else(before, edit)
    assert script_of(edit.text).find(path).plain() == wanted
    kept = {other: value.plain() for other, (_, value) in span.entries.items() if other != key}
    now = script_of(edit.text).find(path)
    for other in kept:
        was, is_ = span.entries[other][1], now.entries[other][1]
        assert before[was.start : was.end] == edit.text[is_.start : is_.end]


IDS: Final = [
    (name, kind, id_)
    for name, script in SCRIPTS.items()
    for kind, section in SECTIONS.items()
    for id_ in (script.root.entries[section][1].entries if section in script.root.entries else ())
]


@settings(max_examples=depth(3, 400))
@given(st.sampled_from(IDS))
def test_an_id_is_renamed_wherever_it_is_named(which: tuple[str, str, str]) -> None:
    name, kind, old = which
    edit = rename(TEXTS[name], kind, old, "brand-new")
    nothing_else(TEXTS[name], edit)
    assert all((one.old, one.new) == (old, "brand-new") for one in edit.splices)
    compile_scenario(edit.text.encode(), name)
    assert rename(edit.text, kind, "brand-new", old).text == TEXTS[name]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_where_nothing_changes_the_digest_is_the_same(name: str) -> None:
    text = TEXTS[name]
    for path, span in PIECES[name][1:60:6]:
        assert put(text, path, span.plain()).text == text
    fitted = fit(text, ("facts",), SCRIPTS[name].find(("facts",)).plain())
    same, was = (compile_scenario(each.encode(), name) for each in (fitted.text, text))
    assert same.digest == was.digest


CRLF = "a: 1\r\nb:\r\n  - x\r\n  - y # 留\r\n"
MANNERS = [
    (lambda: put("a: '1'\n", ("a",), "it's"), "a: 'it''s'\n"),
    (lambda: put('a: "1"  # 注\n', ("a",), "2"), 'a: "2"  # 注\n'),
    (lambda: put("a: |\n   一\n   二\nb: 1\n", ("a",), "三\n四\n"), "a: |\n  三\n  四\nb: 1\n"),
    (lambda: put("a:   # 注\n", ("a",), "好"), "a: 好   # 注\n"),
    (lambda: put("a:\n  b: 1", ("a", "c"), "2"), "a:\n  b: 1\n  c: 2"),
    (lambda: put(CRLF, ("b", 1), "z"), CRLF.replace("y", "z")),
    (lambda: insert(CRLF, ("b",), 2, "z"), CRLF + "  - z\r\n"),
    (lambda: put("a: 1\n\nb:\n  c: 1\n", ("d",), {"e": "1"}), "a: 1\n\nb:\n  c: 1\n\nd:\n  e: 1\n"),
    (lambda: put("a: {b: 1}\n", ("a", "c"), "x, y"), 'a: {b: 1, c: "x, y"}\n'),
    (lambda: put("a: {}\n", ("a", "c"), {"d": "1"}), "a:\n  c:\n    d: 1\n"),
    (lambda: remove("a:\n  - b: 1\n    c: 2\n", ("a", 0, "b")), "a:\n  - c: 2\n"),
    (lambda: remove("a: [x, y, z]\n", ("a", 0)), "a: [y, z]\n"),
    (lambda: remove("a: 1\n# 留着\nb: 2\n", ("b",)), "a: 1\n# 留着\n"),
    (lambda: put("a:\n- x\n", ("c",), ["y", {"d": "1"}]), "a:\n- x\nc:\n- y\n- d: 1\n"),
]


@pytest.mark.parametrize(("edit", "text"), MANNERS, ids=range(len(MANNERS)))
def test_the_manner_of_the_file_is_kept(edit, text) -> None:  # type: ignore[no-untyped-def]
    assert edit().text == text


LEFT = [
    ("a: &x 1\nb: *x\n", ("a",), (1, 4), "锚点"),
    ("a: &x 1\nb: *x\n", ("b",), (2, 4), "锚点"),
    ("a: !!str 1\n", ("a",), (1, 4), "标签"),
    ("a: 1\na: 2\n", ("a",), (1, 1), "两次"),
    ("a: [1\nb: 2\n", ("a",), (2, 2), "读不下去"),
    ("a: {b, c: 1}\n", ("a", "b"), (1, 6), "特别"),
    ("a: 1\n---\nb: 1\n", ("a",), (2, 1), "读不下去"),
]


@pytest.mark.parametrize(("text", "path", "place", "why"), LEFT)
def test_what_a_form_cant_change_is_left_alone_and_told(
    text: str, path: Path, place: tuple[int, int], why: str
) -> None:
    with pytest.raises(LeftAlone) as left:
        put(text, path, "新")
    assert (left.value.line, left.value.column) == place
    assert why in left.value.message.zh


def test_a_control_character_is_refused_at_its_place() -> None:
    with pytest.raises(LeftAlone) as left:
        put("x: 1\na: 2\n", ("a",), "好\x07")
    assert left.value.line == 2
    assert "控制字符" in left.value.message.zh


def test_beside_an_anchor_all_else_is_edited() -> None:
    text = "a: &x 1\nb: *x\nc: {d: 1}\n"
    assert put(text, ("c", "d"), "2").text == text.replace("d: 1", "d: 2")
    with pytest.raises(LeftAlone):
        remove(text, ("a",))


@pytest.mark.parametrize(
    ("kind", "old", "new", "why"),
    [
        ("fact", "f-cross", "f-boats", "已经有了"),
        ("role", "scout", "any", "不能用"),
        ("fact", "f-nowhere", "f-x", "没有要改的"),
    ],
)
def test_a_rename_that_cant_be_whole_is_left_alone(kind: str, old: str, new: str, why: str) -> None:
    with pytest.raises(LeftAlone) as left:
        rename(TEXTS["luding-1935"], kind, old, new)
    assert why in left.value.message.zh
