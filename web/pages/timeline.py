"""A run's timeline as a page draws it: places in percent, so that it fits any width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.review.course import Course
from engine.review.telling import Mark
from engine.scenario.model import Scenario

GLYPHS: Final[dict[str, str]] = {
    "right": "●", "answer": "○", "missed": "▲", "trap": "◆", "other": "·",
}  # fmt: skip
"""A sign for each kind of mark, told apart without colour."""


@dataclass(frozen=True)
class Piece:
    """A band, a stretch or a sign."""

    x: float
    """Percent of the width."""
    width: float
    seq: int
    kind: str
    text: str

    @property
    def glyph(self) -> str:
        """The sign it is drawn as; empty for a band or a stretch."""
        return GLYPHS.get(self.kind, "")


@dataclass(frozen=True)
class Lane:
    """A role's line; the team's is the last."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Timeline:
    """Bands of scenes above lanes of roles."""

    total_ms: int
    bands: tuple[Piece, ...]
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    """All that the lanes show, in order, told in words."""


def timeline(scenario: Scenario, course: Course, marks: list[Mark]) -> Timeline:
    """The timeline of a run and of the `marks` told of it."""
    total_ms = max(1, course.axis[-1])

    def percent(ms: int) -> float:
        return round(100 * ms / total_ms, 3)

    def piece(mark: Mark) -> Piece:
        width = percent(mark.until_ms - mark.axis_ms)
        return Piece(percent(mark.axis_ms), width, mark.seq, mark.kind, mark.text)

    bands = []
    for band in course.bands:
        began = course.axis[band.seq - 1]
        until = max(began, course.axis_at(band.until_ms))
        title = scenario.scenes[band.scene].title
        bands.append(Piece(percent(began), percent(until - began), band.seq, "scene", title))
    roles = [role for role in scenario.roles if role in course.role_by_seat.values()]
    lanes = [
        Lane(scenario.roles[role].name, tuple(piece(mark) for mark in marks if mark.role == role))
        for role in roles
    ]
    lanes.append(Lane("全队", tuple(piece(mark) for mark in marks if mark.role not in roles)))
    return Timeline(total_ms, tuple(bands), tuple(lanes), tuple(marks))
