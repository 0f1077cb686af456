"""What tests measured is printed when all are done, and the promises' figures are kept in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.depth import go_deep

FIGURES = Path(__file__).resolve().parent.parent / "var" / "faults.json"
"""What the long form measured, one entry a figure."""

settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")
"""How long an example takes says what else the machine does."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden`: write down what recorded evenings show now."""
    parser.addoption("--update-golden", action="store_true", help="what evenings show now is right")
    parser.addoption("--long", action="store_true", help="faults at the promises' full figures")


def pytest_configure(config: pytest.Config) -> None:
    """In every process that runs tests, before it collects any."""
    if config.getoption("--long"):
        go_deep()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """One line for each figure that `record_property` kept; the promises' as a table."""
    kept = [
        (report.nodeid, name, value)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if report.when == "call"
    ]
    figures = [value for _, name, value in kept if name == "figure"]
    lines = [f"{place}: {name} = {value}" for place, name, value in kept if name != "figure"]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)
    if figures:
        _promises(terminalreporter, figures)
        if config.getoption("--long"):
            FIGURES.parent.mkdir(exist_ok=True)
            text = json.dumps(figures, ensure_ascii=False, indent=1)
            FIGURES.write_text(text + "\n", encoding="utf-8")


def _promises(terminalreporter: pytest.TerminalReporter, figures: list[dict[str, Any]]) -> None:
    terminalreporter.section("promises under faults")
    figures.sort(key=lambda figure: (int(figure["promise"][1:]), figure["figure"]))
    for figure in figures:
        held = "held  " if figure["held"] else "BROKEN"
        measured = f"{figure['measured']:g} {figure['unit']}".strip()
        terminalreporter.write_line(
            f"{figure['promise']:4} {held} {figure['figure']}: {measured} ({figure['reach']})"
        )
