"""What an author's commands cost, start included: processor time and time, here and in another
checkout.

    .venv/bin/python -m bench.commands --beside ../old
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich import print as say

from tests.support.server import ROOT

SCRIPTS: Final = [f"scenarios/{one.parent.name}" for one in (ROOT / "scenarios").glob("*/*.yaml")]
ASKED: Final = {
    "check the flagship": ("check", "scenarios/yida-1921"),
    "prove all": ("prove", *sorted({*SCRIPTS})),
}


def cost_s(root: Path, *asked: str) -> tuple[float, float]:
    """(processor seconds, seconds) of a command and whatever it starts."""
    before, began_s = os.times(), time.monotonic()
    command = [str(root / ".venv/bin/hongchuan"), *asked]
    done = subprocess.run(command, cwd=root, check=False, stdout=subprocess.DEVNULL)
    assert done.returncode in (0, 1), f"{root} can't {asked}"
    took_s, after = time.monotonic() - began_s, os.times()
    used = (
        after.children_user,
        after.children_system,
        before.children_user,
        before.children_system,
    )
    return used[0] + used[1] - used[2] - used[3], took_s


def main(
    beside: Annotated[Path | None, typer.Option(help="another checkout, measured too")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Measure, by turns; the least of the rounds."""
    roots = [ROOT] if beside is None else [ROOT, beside.absolute()]
    for what, asked in ASKED.items():
        known = [
            one for one in asked if not one.startswith("scenarios/") or _everywhere(roots, one)
        ]
        found = [[cost_s(root, *known) for root in roots] for _ in range(rounds)]
        for place, root in enumerate(roots):
            used_s, took_s = map(min, zip(*[each[place] for each in found], strict=True))
            say(f"{what}, {root}: {used_s:.2f} s of processor, {took_s:.2f} s")


def _everywhere(roots: list[Path], script: str) -> bool:
    return all((root / script / "scenario.yaml").exists() for root in roots)


if __name__ == "__main__":
    typer.run(main)
