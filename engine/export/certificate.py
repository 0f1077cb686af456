"""Certificates of participation: one page of HTML, one sheet of paper a person."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.export.report import Attendant, Report
from engine.fitting import plain
from engine.review.learning import Grade

_HERE = Path(__file__).parent


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What one person's says."""

    name: str
    team: int
    """0: there was one team only."""
    team_name: str
    """Empty: it was given none."""
    role: str
    topic: str
    branch: str
    held: str
    date: str
    ending: str
    once: tuple[str, ...]
    """Objectives on which the person was right at once."""
    learnt: tuple[str, ...]
    """Objectives they learnt on the way. What they didn't show stands on no certificate."""
    head: str
    """Of the team's log (`engine/rules/chain.py`), which all of this rests on."""


def certificates(report: Report) -> list[Certificate]:
    """One for everybody who was there and has a name, by team and seat."""
    filled = report.filled
    called = {played.run: played.course.called for played in report.runs}
    return [
        Certificate(
            name=plain(one.name),
            team=one.team if len(report.runs) > 1 else 0,
            team_name=plain(called.get(one.run, "")),
            role=plain(one.role),
            topic=plain(filled.topic),
            branch=plain(report.branch),
            held=plain(filled.held),
            date=f"{report.began:%Y年%m月%d日}",
            ending=one.ending,
            once=_shown(report, one, "once"),
            learnt=_shown(report, one, "learnt"),
            head=report.head(one.run),
        )
        for one in report.attendants
        if one.name
    ]


def _shown(report: Report, one: Attendant, grade: Grade) -> tuple[str, ...]:
    return tuple(
        plain(report.scenario.objectives[name])
        for name, outcome in one.person.outcomes.items()
        if outcome.grade == grade
    )


def page(report: Report) -> str:
    """The whole page; it needs nothing but itself."""
    template = _environment().get_template("certificates.html")
    # To the letter what `style_hash` is of: no formatter of templates may add a line to it.
    style = Markup(f"<style>{_style()}</style>")  # noqa: S704 - our own file
    return template.render(
        certificates=certificates(report), title=plain(report.filled.topic), style=style
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
