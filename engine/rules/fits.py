"""Does a log fit the script it says it was played by?

`replay` folds a log without its script, so a byte that changed in the name of a role or a scene
folds as well as the right one, and is met only by whoever shows it. Here every name that an event
takes from its script is looked up in it, once, before anything is decided or shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from engine.errors import ReplayError, Text
from engine.rules.codec import tag_of
from engine.rules.events import AnyEvent, Recorded
from engine.rules.replay import replay
from engine.rules.state import State
from engine.scenario.model import Scenario

KIND_BY_FIELD: Final = {
    "role": "role",
    "roles": "role",
    "giver": "role",
    "scene": "scene",
    "next": "scene",
    "ending": "scene",
    "task": "task",
    "trap": "trap",
    "card": "card",
    "var": "var",
    "tell": "tell",
}
"""What the fields of events name; `to` names a role where there is a giver."""


def names_in(event: AnyEvent) -> Iterator[tuple[str, str]]:
    """(kind, name) of all that the event takes from its script; kinds as in `KIND_BY_FIELD`."""
    fields: tuple[str, ...] = type(event).__struct_fields__
    for field in fields:
        kind = KIND_BY_FIELD.get(field) or ("role" if field == "to" else None)
        value: Any = getattr(event, field) if kind is not None else None
        if not value:
            continue
        for name in value if isinstance(value, tuple) else (value,):
            assert kind is not None
            yield kind, name


def names_of(scenario: Scenario) -> dict[str, frozenset[str]]:
    """By kind, the names that the script has."""
    tasks = (task for scene in scenario.scenes.values() for task in scene.tasks)
    return {
        "role": frozenset(scenario.roles),
        "scene": frozenset(scenario.scenes),
        "task": frozenset(tasks),
        "trap": frozenset(scenario.traps),
        "card": frozenset(scenario.cards),
        "var": frozenset(scenario.vars),
        "tell": frozenset(scenario.tells),
    }


def check_fits(run: str, scenario: Scenario, records: Iterable[Recorded]) -> None:
    """Raises ReplayError: a record names what the script doesn't have."""
    known = names_of(scenario)
    for recorded in records:
        for kind, name in names_in(recorded.event):
            if name not in known[kind]:
                why = unknown(kind, name)
                raise ReplayError(run, recorded.seq, tag_of(recorded.event), why)


def sound(run: str, scenario: Scenario, records: Sequence[Recorded]) -> State:
    """What a whole log folds to. Raises ReplayError: it doesn't, or doesn't fit its script."""
    check_fits(run, scenario, records)
    return replay(run, records)


def unknown(kind: str, name: str) -> Text:
    """Why a record doesn't fit: the script has no such thing."""
    return Text(f"剧本里没有 {kind} {name!r}", f"the script has no {kind} {name!r}")
