"""The studio's work: look at a text as it is typed, draw it, prove it, play it on phones.

Nothing is kept between two requests. A play is the text and the moves so far; each request plays
them again from the beginning, by the rules and with the views and templates of a live evening. So
stepping back is leaving out the last move, an edit is seen at once in the same situation, and a
restarted server has forgotten nothing.
"""

from __future__ import annotations

import time
from typing import Any, Final

import msgspec
from msgspec.structs import asdict

from engine.author.drawing import DrawingError, svg
from engine.author.printed import advice_line, last_line, odds_lines, results
from engine.errors import Issue, Refused, Rejection, ScenarioError
from engine.evening.commanding import SEAT_KINDS, build_command
from engine.proof.graph import dot
from engine.proof.playthrough import Playthrough
from engine.proof.prove import GROUPS, prove
from engine.rules.deadlines import next_deadline
from engine.rules.settle import EndlessError
from engine.scenario import compile_scenario
from engine.scenario.advice import advise
from engine.scenario.model import Scenario
from engine.values import Map
from engine.views.seat import RunViews
from web.live.wire import CommandMessage
from web.pages.render import render_parts

MOVES_MAX: Final = 500
PROVE_S: Final = 30
THINK_MS: Final = 5_000
"""What passes before each move: a played evening isn't played in an instant."""


class StudioMove(msgspec.Struct, frozen=True):
    """A move on one of the phones, or time going by."""

    seat: str = ""
    command: dict[str, Any] = {}
    wait_s: int = 0
    """Seconds that go by instead; -1: until something happens by itself."""


def issue_json(issue: Issue) -> dict[str, Any]:
    """An issue as the editor shows it."""
    return {
        "code": issue.code,
        "line": issue.place.line,
        "column": issue.place.column,
        "message": issue.message.zh,
        "remedy": issue.remedy.zh,
        "play": list(issue.play) if issue.play is not None else None,
        "advice": issue.advice,
    }


def _left(text: str, name: str) -> str:
    """What can't be looked at until the issues are mended."""
    try:
        compile_scenario(text.encode(), name)
    except ScenarioError as error:
        return "、".join(each.zh for each in error.left)
    return ""


def compiled(text: str, name: str) -> tuple[Scenario | None, list[dict[str, Any]]]:
    """The scenario, or its issues."""
    try:
        return compile_scenario(text.encode(), f"{name}/scenario.yaml"), []
    except ScenarioError as error:
        return None, [issue_json(issue) for issue in error.issues]


def look(text: str, name: str) -> dict[str, Any]:
    """The issues of the text as it is typed, and advice on what may be meant otherwise."""
    scenario, issues = compiled(text, name)
    advice = [issue_json(each) for each in advise(text.encode(), name)]
    return {
        "issues": issues,
        "advice": advice,
        "left": _left(text, name) if issues else "",
        "title": scenario.title if scenario is not None else "",
    }


def draw(text: str, name: str) -> dict[str, Any]:
    """The text as a picture, or why there is none."""
    scenario, issues = compiled(text, name)
    if scenario is None:
        return {"svg": "", "problem": f"先改好 {len(issues)} 处问题，再画图。"}
    try:
        drawn = svg(dot(scenario))
    except DrawingError as error:
        return {"svg": "", "problem": f"{error.message.zh}{error.remedy.zh}"}
    return {"svg": drawn[drawn.index("<svg") :], "problem": ""}


def proof(text: str, name: str) -> dict[str, Any]:
    """What the proof says of the text, within half a minute."""
    scenario, issues = compiled(text, name)
    if scenario is None:
        none: dict[str, Any] = {"groups": [], "advice": [], "advised": "", "odds": [], "line": ""}
        return {"issues": issues, "proved": False} | none
    ends = time.monotonic() + PROVE_S
    found = prove(scenario, spent=lambda: time.monotonic() > ends, advise=True)
    return {
        "issues": [issue_json(issue) for issue in found.issues],
        "advice": [issue_json(issue) for issue in found.advice],
        "advised": advice_line(found),
        "odds": odds_lines(scenario, found),
        "groups": [
            {"name": group, "known": known, "result": result}
            for group, known, result in zip(GROUPS, found.proved, results(found), strict=True)
        ],
        "line": last_line(found),
        "proved": found.sound,
    }


def play(text: str, name: str, moves: list[StudioMove]) -> dict[str, Any]:
    """Every role's phone after the moves. A move that is refused ends the play there: `made` says
    how many were made, `refused` why the next wasn't."""
    scenario, issues = compiled(text, name)
    if scenario is None:
        return {"issues": issues}
    try:
        table = Playthrough(scenario, seed="studio")
    except EndlessError:
        return {"issues": [], "phones": [], "made": 0, "refused": _ENDLESS, "waits": False}
    made, refused = 0, None
    for move in moves[:MOVES_MAX]:
        try:
            _make(table, move, made)
        except (Rejection, Refused) as error:
            refused = error.in_("zh")
            break
        except EndlessError:
            refused = _ENDLESS
            break
        made += 1
    return {
        "issues": [],
        "made": made,
        "refused": refused,
        "waits": next_deadline(scenario, table.state) is not None,
        "phones": _phones(scenario, table, name),
    }


_ENDLESS: Final = {
    "code": "endless",
    "message": "剧本在这里自己不停地转圈。",
    "remedy": "圈子里至少要有一幕带着一个任务。",
}


def _make(table: Playthrough, move: StudioMove, number: int) -> None:
    if move.wait_s:
        due = next_deadline(table.scenario, table.state)
        until_ms = due.at_ms - table.now_ms if due is not None else THINK_MS
        table.advance(until_ms if move.wait_s < 0 else min(move.wait_s, 3_600) * 1_000)
        return
    table.advance(THINK_MS)
    message = msgspec.convert({"id": "", "do": "", **move.command}, CommandMessage)
    table.decide(
        build_command(SEAT_KINDS, message, name=f"m{number}", by=move.seat, at_ms=table.now_ms)
    )


def _phones(scenario: Scenario, table: Playthrough, name: str) -> list[dict[str, Any]]:
    """The phones as they are live, but for the pictures: a draft may have its own."""
    live, own = f"/scenarios/{scenario.id}/pictures/", f"/studio/{name}/pictures/"
    views = RunViews(scenario)
    names = Map((seat, scenario.roles[held.role].name) for seat, held in table.state.seats.items())
    return [
        {
            "seat": seat,
            "name": scenario.roles[held.role].name,
            "parts": {
                part: html.replace(live, own)
                for part, html in render_parts(
                    "seat", asdict(views.seat(table.state, seat, names))
                ).items()
            },
        }
        for seat, held in table.state.seats.items()
    ]
