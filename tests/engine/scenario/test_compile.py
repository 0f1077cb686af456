"""Reading scripts: text stays text, names resolve, any bytes at all give a Scenario or issues."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ScenarioError
from engine.scenario import compile_scenario, holds, normalise
from engine.scenario.guards import GuardError, parse_guard
from engine.scenario.model import Enter
from engine.scenario.samples import SOUND
from engine.values import Map
from tests.support.scripts import MINI, MINI_TEXT, compile_text


def test_the_miniature_compiles() -> None:
    scenario = compile_text(MINI_TEXT)
    assert list(scenario.scenes) == ["shanghai", "search", "lake", "broken"]
    task = scenario.scenes["shanghai"].tasks["compare"]
    assert isinstance(task.body, Enter)
    assert task.at.line == MINI_TEXT[: MINI_TEXT.index("compare:")].count("\n") + 1
    assert scenario.traps["july-first"].hold_ms == 30_000
    assert scenario.roles["lookout"].seats_max == 2
    assert len(scenario.tests) == 2


@pytest.mark.parametrize(
    "written", ["1921-07-23", "no", "19:21", "0o17", "1e3", "~x", "=", "null!"]
)
def test_scalars_stay_text(written: str) -> None:
    scenario = compile_text(SOUND.replace("title: 示例", f"title: {written}"))
    assert scenario.title == written


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("七月二十三日", "7月23日"),
        ("７月 ２３日。", "7月23日"),
        ("一九二一年", "1921年"),
        ("“王会长”", "王会长"),
        ("《新青年》", "新青年"),
        ("ABC def", "abcdef"),
        ("十", "10"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("两千", "2千"),
    ],
)
def test_what_people_type_is_normalised(typed: str, same: str) -> None:
    assert normalise(typed) == same == normalise(same)


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


class Declared:
    """Names for guards: a bool, an int 0–3, a one_of; trap t, card k, tasks."""

    def var_kind(self, name: str) -> tuple[str, object] | None:
        kinds = {"w": ("bool", ()), "m": ("int", range(4)), "x": ("one_of", ("none", "front"))}
        return kinds.get(name)

    def known(self, kind: str, name: str) -> bool:
        return (kind, name) in {("trap", "t"), ("card", "k")}

    def task(self, scene: str | None, name: str) -> list[tuple[str, str]]:
        return [("one", "p")] if name == "p" and scene in (None, "one") else []

    def nearest(self, kind: str, name: str) -> str:
        return ""


class Facts:
    vars = Map({"w": True, "m": 2, "x": "front"})
    sprung = Map({"t": 1})
    done = ("one.p",)
    holders = Map({"k": ("a",)})


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
    ],
)
def test_a_guard_holds(text: str, truth: bool) -> None:
    assert holds(parse_guard(text, Declared()), Facts()) is truth  # type: ignore[arg-type]


@given(st.text(alphabet="wmxt01 ()=<>!andortrap.done-", max_size=40))
def test_any_guard_is_read_or_refused(text: str) -> None:
    try:
        guard = parse_guard(text, Declared())  # type: ignore[arg-type]
    except GuardError:
        return
    assert holds(guard, Facts()) in (True, False)


def compiles_or_tells(data: bytes) -> None:
    try:
        compile_scenario(data, "t.yaml")
    except ScenarioError as error:
        assert error.issues


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_scenario_or_issues(data: bytes) -> None:
    compiles_or_tells(data)


PIECES = st.sampled_from(
    ["{", "}", "[", "]", ":", "-", "\n  ", "\n", "a", "roles", "&x", "*x", "!!int", "|", ">", "'", '"',
     "format: 1", "?", "#", "\t", "---", "scenes:", "\x00", "é", "…", "if: (", "tasks: {p: {role: a}}"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_pieces_of_yaml_give_a_scenario_or_issues(pieces: list[str]) -> None:
    compiles_or_tells("".join(pieces).encode())


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(MINI)), st.integers(0, 40), st.text(max_size=6))
def test_a_spoilt_script_gives_a_scenario_or_issues(at: int, cut: int, put: str) -> None:
    compiles_or_tells(MINI[:at] + put.encode("utf-8", "replace") + MINI[at + cut :])
