"""The schema for editors: the compiler's own keys, and every sample of the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from engine.author.new import starter
from engine.scenario.issues import CATALOGUE
from engine.scenario.samples import SOUND, bad_sample
from engine.scenario.schema import TOLD, schema
from engine.scenario.source import Mapping, Node, Scalar, Sequence, read_source
from tests.support.scripts import MINI_TEXT

YIDA = Path(__file__).resolve().parents[3] / "scenarios" / "yida-1921" / "scenario.yaml"
VALIDATOR = jsonschema_rs.Draft7Validator(schema())

BEYOND = {
    "SC109", "SC112", "SC113", "SC114", "SC115",          # names that mean something else, counts
    "SC201", "SC202", "SC203", "SC204",                   # names
    *(f"SC3{n:02}" for n in range(1, 11)),                 # guards
    *(f"SC4{n:02}" for n in range(2, 27) if n != 10),     # flow and tasks
    "SC501", "SC502", "SC503", "SC504",                   # history
}  # fmt: skip
"""What no schema can see: it knows shapes, not names, guards, flow or grounds."""


def plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: plain(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


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
    assert set(TOLD) - {"right_side"} == used
