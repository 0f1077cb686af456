"""What people who join may be called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from engine import typed
from engine.errors import Text
from engine.evening.refusing import invalid, refused
from engine.lookalikes import pretends

_BETWEEN: Final = re.compile(r"[、，,；;\n]")
NAME_MAX: Final = 24
TEAM_NAME_MAX: Final = 8
"""Of a team: it stands in a lane of the wall beside eleven others."""


def fit_name(text: str, most: int, what: Text) -> str:
    """A name as it is shown. Raises Refused invalid, which says what is wrong with it."""
    problem = typed.problem_with(text, most)
    if problem is None:
        return typed.shown(text)
    raise invalid(Text(f"{what.zh}{problem.zh}", f"{what.en}: {problem.en}"))


def participant_name(text: str) -> str:
    """A name fit to be shown: 1 to 24 signs that can be seen. Raises Refused invalid."""
    return fit_name(text, NAME_MAX, Text("姓名", "name"))


def seat_name(text: str) -> str:
    """The name of somebody who sits down: nobody's who leads, nor the program's. Whoever sat down
    under one before is still found by `participant_name`. Raises Refused invalid."""
    name = participant_name(text)
    problem = pretends(name)
    if problem is not None:
        raise invalid(Text(f"姓名{problem.zh}", f"name: {problem.en}"))
    return name


def team_name(text: str, others: Iterable[tuple[int, str]]) -> str:
    """What a team may be called: 1 to 8 signs that can be seen, or empty for its number. `others`:
    number and name of each other team, for no two are called alike. Raises Refused invalid,
    taken."""
    if not typed.shown(text):
        return ""
    name = fit_name(text, TEAM_NAME_MAX, Text("队名", "team name"))
    if alike(name) in {alike(said) for number, own in others for said in (own, f"第{number}队")}:
        raise refused("taken", what=name)
    return name


def team_names(text: str, teams: int) -> tuple[str, ...]:
    """What teams are to be called, in order, as written in one line with a mark between. Raises
    Refused invalid, taken."""
    found: list[tuple[int, str]] = []
    for number, one in enumerate(_BETWEEN.split(text.strip()) if text.strip() else (), start=1):
        blank = [(team, "") for team in range(1, teams + 1) if team > number]
        found.append((number, team_name(one, [*found, *blank])))
    if len(found) > teams:
        raise invalid(Text(f"队名有 {len(found)} 个，只有 {teams} 队", "more names than teams"))
    return tuple(name for _, name in found)


def alike(name: str) -> str:
    """A team's name without what nobody hears."""
    return "".join(name.casefold().split())
