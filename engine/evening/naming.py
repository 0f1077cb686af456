"""What people who join may be called."""

from __future__ import annotations

from typing import Final

from engine import typed
from engine.errors import Text
from engine.evening.refusing import invalid
from engine.lookalikes import pretends

NAME_MAX: Final = 24


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
