"""What tests measured is printed when all are done: figures are read, never asserted."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden`: write down what recorded evenings show now."""
    parser.addoption("--update-golden", action="store_true", help="what evenings show now is right")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each figure that `record_property` kept."""
    lines = [
        f"{report.nodeid}: {name} = {value}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if report.when == "call"
    ]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)
