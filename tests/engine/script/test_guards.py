"""Conditions: what they mean, and what is refused where."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.evolve import EMPTY
from engine.scenario import holds
from engine.script.guards import Facts, GuardError, parse_guard
from engine.script.nodes import Not, Sprung
from engine.values import Map, Value

KINDS: dict[str, tuple[str, Collection[Value]]] = {
    "w": ("bool", ()),
    "m": ("int", range(4)),
    "x": ("one_of", ("none", "front")),
}


class Declared:
    """Names for guards: a bool, an int 0–3, a one_of; trap t, card k, tasks."""

    def var_kind(self, name: str) -> tuple[str, Collection[Value]] | None:
        return KINDS.get(name)

    def known(self, kind: str, name: str) -> bool:
        return (kind, name) in {("trap", "t"), ("card", "k"), ("card", "l")}

    def task(self, scene: str | None, name: str) -> list[tuple[str, str]]:
        if name == "twice" and scene is None:
            return [("one", name), ("two", name)]
        return [("one", "p")] if name == "p" and scene in (None, "one") else []

    def word(self, name: str) -> bool:
        return name in ("none", "front")

    def nearest(self, kind: str, name: str) -> str:
        return ""


class Known:
    """What has happened: w, two mistakes, out by the front; t sprang, p is done, a holds k."""

    vars: Mapping[str, Value] = Map({"w": True, "m": 2, "x": "front"})
    sprung: Mapping[str, int] = Map({"t": 1})
    done: Collection[str] = ("one.p",)
    holders: Mapping[str, Collection[str]] = Map({"k": ("a",)})


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("w", True),
        ("not w", False),
        ("not not w", True),
        ("m >= 2 and x == front", True),
        ("m > 2 or x != none", True),
        ("(m < 2 or w) and not trap.t", False),
        ("w == false or m == 2", True),
        ("trap.t and done.p and done.one.p and has.k", True),
        ("w or w and m == 0", True),
        ("2 <= m", True),
        ("front == x", True),
        ("has.l", False),
        ("m != 2 or x == none", False),
        ("not (w and m < 2)", True),
        ("not w or w", True),
    ],
)
def test_a_guard_holds(text: str, truth: bool) -> None:
    assert holds(parse_guard(text, Declared()), Known()) is truth


@given(st.text(alphabet="wmxt01 ()=<>!andortrap.done-", max_size=40))
def test_any_guard_is_read_or_refused(text: str) -> None:
    try:
        guard = parse_guard(text, Declared())
    except GuardError:
        return
    assert holds(guard, Known()) in (True, False)


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("", "SC310", 0),
        ("w and", "SC310", 5),
        ("w = true", "SC301", 2),
        ("w AND w", "SC301", 2),
        ("m >= 2000000", "SC301", 5),
        ("(w or m > 1", "SC303", 11),
        ("not " * 40 + "w", "SC302", 84),
        ("(" * 40 + "w", "SC302", 21),
        ("w and nope", "SC304", 6),
        ("nope == 1", "SC304", 0),
        ("trap.k", "SC304", 0),
        ("w and has.t", "SC304", 6),
        ("done.nope", "SC304", 0),
        ("done.twice", "SC305", 0),
        ("other.p", "SC304", 0),
        ("w == 1", "SC306", 2),
        ("m == x", "SC306", 2),
        ("m", "SC307", 0),
        ("w or 1", "SC307", 5),
        ("true", "SC307", 0),
        ("x < front", "SC308", 2),
        ("w >= true", "SC308", 2),
        ("m > 4", "SC309", 4),
        ("x == back", "SC309", 5),
    ],
)
def test_a_guard_that_cannot_be_is_refused_at_its_place(text: str, code: str, offset: int) -> None:
    with pytest.raises(GuardError) as caught:
        parse_guard(text, Declared())
    assert (caught.value.code, caught.value.offset) == (code, offset)


@pytest.mark.parametrize(("written", "meant"), [("w && w", "and"), ("w 或 w", "or"), ("!w", "not")])
def test_what_other_languages_write_gets_our_word(written: str, meant: str) -> None:
    with pytest.raises(GuardError) as caught:
        parse_guard(written, Declared())
    assert caught.value.values["nearest"] == meant


def test_a_run_is_what_guards_are_asked_of() -> None:
    facts: Facts = EMPTY
    assert holds(Not(Sprung("t")), facts)
