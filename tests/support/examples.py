"""What the folders of the kinds hold for tests: tasks, and what each answer amounts to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from engine.kinds.registry import FOLDERS, KINDS
from engine.scenario.model import Task
from tests.engine.rules.conftest import script


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in KINDS:
        text = (Path(FOLDERS) / name / "examples.yaml").read_text(encoding="utf-8")
        for number, example in enumerate(yaml.safe_load_all(text), 1):
            yield f"{name} {number}", example


EXAMPLES = dict(examples())
"""`kind number` → the example."""


def written(example: dict[str, Any]) -> str:
    task = json.dumps({"role": "a", **example["task"]}, ensure_ascii=False)
    return f"q: {task}\nstay: {{role: b, kind: read, ask: 等, story: 还有一项。, give: {{k: a}}}}\n"


def task_of(example: dict[str, Any]) -> Task:
    return script(written(example)).scenes["one"].tasks["q"]
