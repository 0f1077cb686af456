"""Whether a run can be shown to everybody whose it is."""

from __future__ import annotations

from engine.host.mailbox import Mailbox
from engine.values import Map
from engine.views.console import run_part
from engine.views.seat import RunViews
from engine.views.session import RunInfo


def check_shows(mailbox: Mailbox) -> None:
    """A run that nobody can be shown isn't taken up either: what is decided on what can't be true
    would stand in its log for good. Raises whatever a view does that doesn't find what it names."""
    scenario, state = mailbox.scenario, mailbox.state
    run_part(RunInfo(mailbox.run, scenario, state, {}), "zh")
    views = RunViews(scenario)
    for seat in state.seats:
        views.seat(state, seat, Map())
