"""`scripts/setup` does nothing where nothing is to be done, and knows a folder that was moved. The kind:
a stamp that doesn't hold everything it stands for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.server import ROOT

PYTHON = """#!/bin/sh
echo "$@" >>"$CALLS"
"""
"""In the place of Python: it does whatever it is asked for, and says so."""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with the scripts, the locks, and a `.venv`."""
    house = tmp_path / "house"
    (house / "scripts").mkdir(parents=True)
    for name in ("scripts/setup", "scripts/setup-lrs", "pyproject.toml"):
        shutil.copy(ROOT / name, house / name)
    for lock in ROOT.glob("requirements*.txt"):
        shutil.copy(lock, house / lock.name)
    for venv in (".venv", ".venv-lrs"):
        programs = house / venv / "bin"
        programs.mkdir(parents=True)
        (programs / "python").write_text(PYTHON, encoding="utf-8")
        (programs / "python").chmod(0o755)
    tool = house / ".venv" / "bin" / "tool"
    tool.write_text(f"#!{house}/.venv/bin/python3\nprint(1)\n", encoding="utf-8")
    tool.chmod(0o755)
    return house


def calls(house: Path, script: str, *words: str) -> int:
    """How often the script called for Python."""
    told = house.parent / "calls"
    told.unlink(missing_ok=True)
    environment = {**os.environ, "CALLS": str(told)}
    subprocess.run([f"scripts/{script}", *words], cwd=house, env=environment, check=True)
    return len(told.read_text(encoding="utf-8").splitlines()) if told.exists() else 0


@pytest.mark.parametrize("how", [Path.rename, shutil.copytree], ids=["moved", "copied"])
@pytest.mark.parametrize(
    "words", [["setup"], ["setup", "--dev"], ["setup-lrs"]], ids=lambda words: " ".join(words)
)
def test_a_folder_in_another_place_is_set_up_anew(
    words: list[str], how: object, house: Path
) -> None:
    assert calls(house, *words)
    assert not calls(house, *words)
    there = house.with_name("elsewhere & more")
    how(house, there)  # type: ignore[operator]
    assert calls(there, *words)
    assert not calls(there, *words)
    if words[0] == "setup":
        tool = there / ".venv" / "bin" / "tool"
        first = tool.read_text(encoding="utf-8").splitlines()
        assert first == [f"#!{there}/.venv/bin/python3", "print(1)"]
        assert os.access(tool, os.X_OK)
