"""What happened last in a run, in words, for the facilitator's desk."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Lang
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import SeatId
from engine.views.notices import covered_how, task_ask, worth_telling
from engine.views.parts.desk_parts import LogLine
from engine.views.wording import LOG, length, say


def _named(scenario: Scenario, state: State, names: Mapping[SeatId, str], seat: SeatId) -> str:
    """A name with its role beside it; empty for nobody."""
    held, name = state.seats.get(seat), names.get(seat, "")
    return f"{name}（{scenario.roles[held.role].name}）" if held is not None and name else name


def told_log(
    scenario: Scenario, state: State, names: Mapping[SeatId, str], lang: Lang
) -> tuple[LogLine, ...]:
    """Each, newest first."""
    shown = []
    for item in reversed(state.news):
        wording = item.kind if item.kind != "covered" else f"covered_{covered_how(state, item)}"
        if wording not in LOG or not worth_telling(item):
            continue
        values = {
            "name": _named(scenario, state, names, item.seat),
            "title": "",
            "role": "",
            "seconds": 0,
        }
        if item.kind == "trap":
            values["title"] = scenario.traps[item.subject].belief
        elif item.kind in ("covered", "uncovered"):
            values["role"] = scenario.roles[item.subject].name
        elif item.kind in ("skipped", "tied", "decided"):
            values["title"] = task_ask(scenario, item.subject)
        elif item.kind == "extended":
            values["seconds"] = int(item.subject) // 1000
        elif item.kind == "stood":
            values["length"] = length(int(item.subject), lang)
        elif item.kind == "timed_out":
            values["title"] = scenario.scenes[item.subject].title
        shown.append(LogLine(at_ms=item.at_ms, text=say(LOG, wording, lang, **values)))
    return tuple(shown)
