"""Reading YAML: places, and everything the language refuses."""

from __future__ import annotations

import pytest

from engine.errors import ScenarioError
from engine.scenario import compile_scenario
from engine.script.source import BYTES_MAX, Mapping, Scalar, Sequence, read_source


def found(data: bytes) -> list[tuple[str, int, int]]:
    """Code, line and column of every issue of the text itself."""
    return [(i.code, i.place.line, i.place.column) for i in read_source(data, "t.yaml")[1]]


def test_every_node_knows_its_place() -> None:
    root, issues = read_source("\ufeff标题: 一\n列:\n  - {a: 二}\n".encode(), "t.yaml")
    assert issues == []
    assert isinstance(root, Mapping)
    title, items = root.entries["标题"][1], root.entries["列"][1]
    assert isinstance(title, Scalar)
    assert (title.line, title.column, title.value) == (1, 5, "一")
    assert isinstance(items, Sequence)
    inner = items.items[0]
    assert isinstance(inner, Mapping)
    key, value = inner.entries["a"]
    assert (key.line, key.column, value.column) == (3, 6, 9)


@pytest.mark.parametrize(
    ("data", "issues"),
    [
        (b"a: 1\n# \xff", [("SC002", 2, 3)]),
        ("a: 一\n二\xff".encode()[:-1], [("SC002", 2, 2)]),
        (b"a: 1\nb: {c: 1", [("SC003", 2, 1)]),
        (b"a: b: c", [("SC003", 1, 5)]),
        (b"", [("SC004", 1, 1)]),
        (b"# nothing\n", [("SC004", 1, 1)]),
        (b"word", [("SC005", 1, 1)]),
        (b"a: 1\nb: {a: 1,\n  a: 2}\na: 3\n", [("SC006", 3, 3), ("SC006", 4, 1)]),
        (b"a: &x 1\nb: *x\n", [("SC007", 1, 4), ("SC007", 2, 4)]),
        (b"a: !!int 1\nb: !mine [1]\n", [("SC008", 1, 4), ("SC008", 2, 4)]),
        (b"a: 1\n---\na: 2\n", [("SC009", 2, 1)]),
        (b"a: " + b"[" * 32, [("SC010", 1, 35)]),
        (b"? [a]\n: 1\n? {b: c}\n: 2\n", [("SC011", 1, 3), ("SC011", 3, 3)]),
        (b'a: "b\\0"\n', [("SC012", 1, 4)]),
    ],
)
def test_what_is_refused_has_its_place(data: bytes, issues: list[tuple[str, int, int]]) -> None:
    assert found(data) == issues


def test_thirty_two_levels_are_allowed() -> None:
    assert found(b"a: " + b"[" * 31 + b"]" * 31) == []


def test_a_mebibyte_is_allowed_and_no_more() -> None:
    data = b"a: 1\n#" + b"x" * (BYTES_MAX - 6)
    assert found(data) == []
    assert found(data + b"x") == [("SC001", 1, 1)]


def test_refusals_of_every_sort_come_out_together() -> None:
    data = b"a: &x 1\na: !t 2\nb: *x\n? [k]\n: 3\n"
    assert [code for code, _, _ in found(data)] == ["SC007", "SC008", "SC006", "SC007", "SC011"]


def test_a_hint_for_editors_is_a_comment() -> None:
    data = b"# yaml-language-server: $schema=../scenario.schema.json\na: 1\n"
    assert found(data) == []


@pytest.mark.parametrize(
    "piece", ["[", "{a: ", "- ", "? ", "a: [", "&a [", "'", "\t", "a: x\n", "*a ", "- - - -\n"]
)
def test_a_mebibyte_of_nonsense_is_refused(piece: str) -> None:
    data = (piece * (BYTES_MAX // len(piece)))[: BYTES_MAX - 8].encode()
    with pytest.raises(ScenarioError):
        compile_scenario(data, "t.yaml")
