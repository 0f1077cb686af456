"""What a client gets right at first sight that reads no text: before options were drawn, and now.

    make cheat                                      40 evenings of each script
    .venv/bin/python -m bench.cheat --evenings 200

It knows what is in the bytes (ids, places, order of elements, attributes) and tries every trick of
tests/support/cheat.py on everything that is asked. "Best" is the trick that was right most often, of
those that know nothing of earlier evenings; "by heart" the better of those that do. Of so many, the
luckiest is a little above chance where few things are asked: "unlikely" says how likely chance alone
is as far off as the one that was furthest off, either way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from engine.scenario import compile_scenario
from tests.support.cheated import GROUPS, Scores, cheated

WIDTH = 132


def _best(scores: Scores, group: str, *, by_heart: bool) -> tuple[str, float]:
    """The trick that did best, and how often it was right."""
    mine = {
        trick: score.right / score.asked
        for (of, trick), score in scores.items()
        if of == group and (trick.endswith("last time")) == by_heart
    }
    name = max(mine, key=lambda trick: mine[trick], default="")
    return name, mine.get(name, 0.0)


def _row(name: str, group: str, before: Scores, now: Scores) -> list[str]:
    mine = [score for (of, _), score in now.items() if of == group]
    tries, right = sum(one.asked for one in mine), sum(one.right for one in mine)
    trick, most = _best(before, group, by_heart=False)
    times = max(one.asked for one in mine)
    return [
        name,
        group,
        str(times),
        f"{sum(one.chances for one in mine) / tries:.1%}",
        f"{most:.1%}",
        trick,
        f"{_best(before, group, by_heart=True)[1]:.1%}",
        f"{right / tries:.1%}",
        f"{_best(now, group, by_heart=False)[1]:.1%}",
        f"{_best(now, group, by_heart=True)[1]:.1%}",
        f"{min(one.unlikely() for one in mine):.1g}",
    ]


def main(evenings: Annotated[int, typer.Option(help="Of each script.", min=1)] = 40) -> None:
    """Play, and print the table."""
    table = Table(title=f"right at first sight, {evenings} evenings of each script")
    for head in ("script", "asked", "times", "chance", "before: best", "by", "by heart", "now: all", "best", "by heart", "unlikely"):  # fmt: skip
        table.add_column(head)
    for path in sorted(Path("scenarios").glob("*/scenario.yaml")):
        script = compile_scenario(path.read_bytes(), path.name)
        before, now = (cheated(script, evenings, drawn=drawn) for drawn in (False, True))
        for group in GROUPS:
            if any(of == group for of, _ in now):
                table.add_row(*_row(script.id, group, before, now))
        table.add_section()
    Console(width=WIDTH).print(table)


if __name__ == "__main__":
    typer.run(main)
