"""What logs and the audit trail are sealed with, as commands that check them find it."""

from __future__ import annotations

import typer

from engine.boundary import UNREADABLE, tell_error
from engine.store.place.secret import secrets_known


def known_secrets() -> tuple[str, ...]:
    """The installation's secret and those before it; empty: there is none here. Exits and says why
    if it can't be read."""
    try:
        return secrets_known()
    except OSError as error:
        tell_error(error)
        raise typer.Exit(UNREADABLE) from error
