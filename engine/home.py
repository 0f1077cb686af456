"""Where an installation keeps what is its own, and where what came with it lies.

A checkout keeps it in the folder it is started in: `var/`, and scripts in `scenarios/`. A program
that is installed has no such folder and is started anywhere: there it is the user's place for data.
HONGCHUAN_HOME names another, for either.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).with_name("shipped")
"""What a wheel brings besides code (setup.py). A checkout has none: it lies where it is written."""


def installed() -> bool:
    """Whether this is a wheel's code."""
    return SHIPPED.is_dir()


COMMAND: Final = "hongchuan serve" if installed() else "make serve"
"""What starts the server here."""


def home() -> Path:
    """Where this environment keeps what is its own; relative in a checkout, as it always was."""
    named = os.environ.get("HONGCHUAN_HOME")
    if named:
        return Path(named).expanduser()
    if not installed():
        return Path()
    from platformdirs import user_data_path  # a checkout needn't wait for it

    return user_data_path("hongchuan", appauthor=False)


def data_folder() -> Path:
    """The folder of the database and the secret, of nobody else's to read."""
    return home() / "var"


def database_url() -> str:
    """Where everything is kept unless HONGCHUAN_DATABASE_URL says otherwise."""
    return f"sqlite:///{(data_folder() / 'hongchuan.db').as_posix()}"


def scenarios() -> Path:
    """The folder of one's own scripts; in a checkout, of all."""
    return home() / "scenarios"


def shipped_scenarios() -> Path | None:
    """The folder of those that came with a wheel."""
    return SHIPPED / "scenarios" if installed() else None
