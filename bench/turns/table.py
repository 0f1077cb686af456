"""What was measured, as tables and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table

Row = dict[str, Any]
"""`what` (saturated, 200/s …), `server`, `round`, and figures by name."""

Figures = dict[str, tuple[str, int]]
"""Heading and decimals, by figure."""

WIDTH: Final = 150
ACTS: Final[Figures] = {
    "per_s": ("acts/s", 0),
    "cpu_us": ("µs of processor an act", 0),
    "core_busy": ("core busy", 2),
    "starved": ("waits for it", 2),
    "p50_ms": ("p50 ms", 1),
    "p99_ms": ("p99 ms", 1),
    "frames": ("views an act", 2),
    "frame_bytes": ("bytes a view", 0),
    "generator_busy": ("generator busy", 2),
    "generator_starved": ("waits", 2),
    "generator_late_p99_ms": ("p99 late ms", 1),
}
IDLE: Final[Figures] = {
    "phone_kib": ("KiB a phone", 1),
    "mib": ("MiB in all", 0),
    "core_busy": ("core busy", 3),
}
JOINS: Final[Figures] = {
    "per_s": ("in/s", 0),
    "refused": ("refused", 0),
    "cpu_us": ("µs of processor a phone", 0),
    "core_busy": ("core busy", 2),
    "starved": ("waits for it", 2),
    "p50_ms": ("p50 ms", 1),
    "p99_ms": ("p99 ms", 1),
    "generator_busy": ("generator busy", 2),
    "generator_starved": ("waits", 2),
}
GROWTH: Final[Figures] = {
    "cpu_us": ("µs of processor an act", 0),
    "times": ("of the first", 2),
    "frames": ("views an act", 2),
    "view_us": ("µs a view", 0),
    "frame_bytes": ("bytes a view", 0),
    "per_s": ("acts/s", 0),
    "core_busy": ("core busy", 2),
    "starved": ("waits for it", 2),
    "p99_ms": ("p99 ms", 1),
}
COMPARED: Final = ("per_s", "cpu_us", "core_busy", "p50_ms", "p99_ms", "phone_kib")
"""Figures of which a ratio says something."""
BEHIND: Final = 0.97
"""Who does less than this part of what is due can't."""
LATE_MS: Final = 1000
"""Nor who shows one act of a hundred so late."""


def print_rows(rows: list[Row], figures: Figures) -> None:
    """A line for each server and workload: the median of the rounds, and from the least to the most."""
    table = Table("", "server", padding=0)
    for heading, _ in figures.values():
        table.add_column(heading, justify="right")
    for what in dict.fromkeys(row["what"] for row in rows):
        for server in dict.fromkeys(row["server"] for row in rows):
            mine = [row for row in rows if (row["what"], row["server"]) == (what, server)]
            if mine:
                cells = (_cell([row[name] for row in mine], n) for name, (_, n) in figures.items())
                table.add_row(what, server + _failures(mine), *cells)
        table.add_section()
    Console(width=WIDTH).print(table)


def _cell(values: list[float], decimals: int) -> str:
    middle = f"{statistics.median(values):.{decimals}f}"
    if len(values) == 1:
        return middle
    return f"{middle}\n{min(values):.{decimals}f}–{max(values):.{decimals}f}"


def _failures(rows: list[Row]) -> str:
    failed = sum(not could(row) for row in rows)
    return f"\ncan't {failed}/{len(rows)}" if failed else ""


def could(row: Row) -> bool:
    """The server did what was due."""
    if "rate" not in row:
        return True
    return bool(row["per_s"] >= BEHIND * row["rate"] and row["p99_ms"] <= LATE_MS)


def ratios(rows: list[Row], to: Iterable[str], figures: Iterable[str]) -> list[Row]:
    """Of each server to each of `to`, by workload: the median of the rounds' ratios. Only servers
    that could do what was due are compared."""
    found: list[Row] = []
    names = compared(figures)
    for what in dict.fromkeys(row["what"] for row in rows):
        here = [row for row in rows if row["what"] == what and could(row)]
        for base in to:
            bases = {row["round"]: row for row in here if row["server"] == base}
            for server in dict.fromkeys(row["server"] for row in here if row["server"] != base):
                pairs = [
                    (row, bases[row["round"]])
                    for row in here
                    if row["server"] == server and row["round"] in bases
                ]
                if pairs:
                    made = {
                        name: statistics.median(row[name] / below[name] for row, below in pairs)
                        for name in names
                        if all(below[name] for _, below in pairs)
                    }
                    found.append({"what": what, "server": server, "to": base, **made})
    return found


def compared(figures: Iterable[str]) -> list[str]:
    """Those of which a ratio says something."""
    return [name for name in figures if name in COMPARED]


def print_ratios(found: list[Row], figures: Figures) -> None:
    """A line for each."""
    names = compared(figures)
    table = Table("", "server", "÷", *(figures[name][0] for name in names), padding=0)
    for row in found:
        cells = (f"{row[name]:.2f}" if name in row else "" for name in names)
        table.add_row(row["what"], row["server"], row["to"], *cells)
    Console(width=WIDTH).print(table)


def keep(file: Path, **found: Any) -> None:
    """Write it as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
