"""`hongchuan`: what authors and operators type.

    hongchuan                            the server, and its first page in this machine's browser
    hongchuan serve [--workers N]        the server, as `python server.py`
    hongchuan check PATH… [--json]       structure; exit 0 sound, 1 issues, 2 can't be read
    hongchuan prove PATH… [--json]       every way it can be played; --save keeps the plays as tests
    hongchuan test PATH [--json]         the script's own `tests:`, and what they leave out
    hongchuan play PATH                  all roles in one terminal
    hongchuan graph PATH -o x.svg        the script as a picture; --log draws where teams went
    hongchuan schema                     the JSON Schema that editors check scripts by
    hongchuan new DIR                    a scenario to begin with
    hongchuan sources PATH… -o FILE      the bibliography, and what is still to be checked
    hongchuan strings PATH               every text people read, by address, to be translated
    hongchuan fmt PATH                   tidies a script; its meaning stays
    hongchuan replay LOG --scenario PATH folds a log; where would it go otherwise now?
    hongchuan report SESSION -o DIR      a session's documents: record, workbook, certificates, …
    hongchuan export SESSION [--push]    its xAPI statements; --push sends them to the record store
    hongchuan backup FILE                everything kept, in one snapshot; the server goes on
    hongchuan restore FILE               puts a backup into an empty database
    hongchuan erase SESSION|RUN [SEAT]   forgets a participant's name, for good
    hongchuan lapse                      forgets everybody whose branch keeps them no longer
    hongchuan verify [FILE]              folds every log, follows the audit chain
    hongchuan doctor [--phone]           is this machine as an evening needs it?
    hongchuan upgrade-check              what this program's start would do to the database

PATH is a script or its folder.

A command is imported when it is asked for, and brings along what it needs itself: an author types
`check` fifty times an evening, and waits neither for a database nor for a proof. What each may
import is held by `tests/cli/test_imports.py`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections import UserDict
from importlib import import_module
from typing import Any, Final

import typer

from engine.boundary import WordedGroup
from engine.work.bounds import NICE

NEW_MAX: Final = 100_000
"""New objects between two looks for cycles: what a command makes holds hardly any, and it soon
ends. Python looks after 700, and a proof's graph of plays was gone through again and again."""

PLACES: Final = {
    "serve": "serving:serve",
    "check": "authoring:check",
    "strings": "authoring:strings",
    "prove": "trying:prove_script",
    "test": "trying:run_tests",
    "play": "trying:play",
    "graph": "trying:graph",
    "schema": "authoring:print_schema",
    "new": "authoring:new",
    "sources": "authoring:sources",
    "fmt": "authoring:fmt",
    "replay": "replaying:replay_log",
    "report": "exporting:report",
    "export": "exporting:export",
    "backup": "keeping:backup",
    "restore": "keeping:restore",
    "verify": "keeping:verify",
    "erase": "keeping:erase",
    "lapse": "keeping:lapse",
    "doctor": "doctoring:doctor",
    "upgrade-check": "doctoring:upgrade_check",
}
"""Where each command is: a module beside this one, and its function."""


class _OnDemand(UserDict[str, Any]):
    """Commands by name, from PLACES; each is imported when it is looked at."""

    def __getitem__(self, name: str) -> Any:
        module, _, function = self.data[name].partition(":")
        one = typer.Typer(add_completion=False)
        one.command(name)(getattr(import_module(f"engine.cli.{module}"), function))
        return typer.main.get_command(one)


class _Group(WordedGroup):
    """The commands, in the order of PLACES."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _OnDemand(PLACES)


class _Commands(typer.Typer):
    """Typed in a terminal of the machine on which an evening may be played."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Run what was typed. Only `serve` serves those who play; all else stands back for them."""
        gc.set_threshold(NEW_MAX)
        if sys.platform != "win32" and sys.argv[1:2] not in ([], ["serve"]):
            os.nice(NICE)
        return super().__call__(*given, **named)


main = _Commands(cls=_Group, add_completion=False, help="红船 · hongchuan")


@main.callback(invoke_without_command=True)
def _said(asked: typer.Context) -> None:
    """Without a word: whoever installed it and types its name wants to see it."""
    if asked.invoked_subcommand is None:
        os.environ.setdefault("HONGCHUAN_OPEN", "1")
        asked.invoke(import_module("engine.cli.serving").serve, workers=1)
