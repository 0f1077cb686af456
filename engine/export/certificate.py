"""Certificates of participation: one page of HTML, one sheet of paper a person."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.export.report import Report

_HERE = Path(__file__).parent


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What one person's says."""

    name: str
    team: int
    """0: there was one team only."""
    role: str
    topic: str
    branch: str
    held: str
    date: str
    ending: str
    learnt: tuple[str, ...]
    """Objectives the person met."""


def certificates(report: Report) -> list[Certificate]:
    """One for everybody who was there and has a name, by team and seat."""
    filled = report.filled
    endings = {played.team: report.ending(played) for played in report.runs}
    return [
        Certificate(
            name=one.name,
            team=one.team if len(report.runs) > 1 else 0,
            role=one.role,
            topic=filled.topic,
            branch=report.branch,
            held=filled.held,
            date=f"{report.began:%Y年%m月%d日}",
            ending=endings[one.team],
            learnt=tuple(
                report.scenario.objectives[name]
                for name, outcome in one.person.outcomes.items()
                if outcome.grade == "met"
            ),
        )
        for one in report.attendants
        if one.name
    ]


def page(report: Report) -> str:
    """The whole page; it needs nothing but itself."""
    template = _environment().get_template("certificates.html")
    style = Markup(_style())  # noqa: S704 - our own file
    return template.render(
        certificates=certificates(report), title=report.filled.topic, style=style
    )


def style_hash() -> str:
    """The page's style for a Content-Security-Policy, `sha256-…`."""
    return f"sha256-{b64encode(sha256(_style().encode()).digest()).decode()}"


@cache
def _style() -> str:
    return (_HERE / "certificates.css").read_text(encoding="utf-8").strip()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
