"""Reading scripts: text stays text, names resolve, any bytes at all give a Scenario or issues."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ScenarioError
from engine.kinds.enter.kind import Enter
from engine.scenario import compile_scenario
from engine.scenario.samples import SOUND
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


def compiles_or_tells(data: bytes) -> None:
    try:
        compile_scenario(data, "t.yaml")
    except ScenarioError as error:
        told = error.issues
    else:
        return
    assert told
    for issue in told:
        assert issue.message.zh.encode()
        assert issue.message.en.encode()


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_scenario_or_issues(data: bytes) -> None:
    compiles_or_tells(data)


PIECES = st.sampled_from(
    """{ } [ ] : - a roles &x *x !!int | > ' " ? # --- scenes: é … tasks: ({""".split()
    + ["\n  ", "\n", "\t", "\x00", "format: 1", "if: (", "tasks: {p: {role: a}}"]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40))
def test_any_pieces_of_yaml_give_a_scenario_or_issues(pieces: list[str]) -> None:
    compiles_or_tells("".join(pieces).encode())


@settings(max_examples=300)
@given(st.integers(0, len(MINI)), st.integers(0, 40), st.text(max_size=6))
def test_a_spoilt_script_gives_a_scenario_or_issues(at: int, cut: int, put: str) -> None:
    compiles_or_tells(MINI[:at] + put.encode("utf-8", "replace") + MINI[at + cut :])
