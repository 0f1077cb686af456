"""What a screen offers to press is taken: nobody is offered what the rules would refuse just now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.errors import Rejection
from engine.evening.commanding import DESK_KINDS, SEAT_KINDS
from engine.evening.leading import BESIDE
from engine.rules import commands as cmd
from engine.rules.deck import deck
from tests.support.screens import LIMITED, Evening, Screen
from tests.support.table import Table


def lobby() -> Evening:
    return Evening(started=False)


def playing() -> Evening:
    evening = Evening(LIMITED)
    evening.one.play("give-k=k")
    return evening


def somebody_fell() -> Evening:
    evening = playing()
    evening.one.play("use-t=w")
    evening.one.do(cmd.GoAway, "s3")
    return evening


def covered() -> Evening:
    evening = playing()
    evening.one.desk(cmd.HandOver, role="b", seat="s1")
    return evening


def half_paused() -> Evening:
    evening = somebody_fell()
    evening.two.desk(cmd.Pause)
    return evening


def paused() -> Evening:
    evening = covered()
    evening.all(cmd.Pause)
    return evening


def one_has_ended() -> Evening:
    evening = covered()
    evening.one.desk(cmd.Jump, scene="good")
    return evening


def ended() -> Evening:
    evening = one_has_ended()
    evening.two.desk(cmd.Jump, scene="bad")
    return evening


def debriefed(card: str) -> Callable[[], Evening]:
    def made() -> Evening:
        evening = ended()
        evening.debrief(card)
        return evening

    return made


def written() -> Evening:
    evening = debriefed("reflect")()
    for seat in ("s1", "s2"):
        evening.one.do(cmd.Submit, seat, task="reflect", answer=("收获",))
    evening.one.desk(cmd.HideReflection, seat="s1")
    return evening


def closed() -> Evening:
    evening = written()
    evening.all(cmd.Close)
    return evening


MOMENTS: dict[str, Callable[[], Evening]] = {
    "lobby": lobby, "playing": playing, "somebody fell": somebody_fell, "covered": covered,
    "half paused": half_paused, "paused": paused, "one has ended": one_has_ended, "ended": ended,
    "first card": debriefed("ending"), "discussion": debriefed("discuss"),
    "last card": debriefed("reflect"), "written": written, "closed": closed,
}  # fmt: skip
FIELDS = ("task", "role", "seat", "card", "scene", "to")
WRONG_ANSWERS = {
    "one_choice", "some_choices", "whole_order", "whole_match", "empty_text", "unknown_choice",
}  # fmt: skip
"""Refusals of an answer, not of answering."""


def offered(screen: Screen) -> list[Mapping[str, str]]:
    """The data of every button and form that can be pressed."""
    path = "//*[self::button or self::form][@data-do][not(@disabled)]"
    found = [
        one
        for one in screen.html.xpath(path)
        if not one.xpath("ancestor::fieldset[@disabled]|.//fieldset[@disabled]")
    ]
    return [{k[5:]: v for k, v in one.attrib.items() if k.startswith("data-")} for one in found]


def given(kind: type[Any], data: Mapping[str, str]) -> dict[str, Any]:
    fields = {name: data[name] for name in FIELDS if name in data}
    known: dict[str, Any] = {
        name: value for name, value in fields.items() if name in kind.__struct_fields__
    }
    if "seconds" in data:
        known["seconds"] = int(data["seconds"])
    if "answer" in kind.__struct_fields__:
        known["answer"] = (data["answer"],) if "answer" in data else ()
    return known


def debrief(team: Table, evening: Evening, to: str) -> None:
    if to == "open":
        cards = deck(team.scenario, [one.state for one in evening.teams])
        team.desk(cmd.OpenDebrief, deck=cards)
    else:
        team.desk(cmd.MoveDebrief, step=team.state.step + (1 if to == "next" else -1))


def press_at_the_desk(evening: Evening, data: Mapping[str, str]) -> None:
    """As `engine.evening.leading` does: it is taken if one team takes it."""
    teams = [evening.teams[int(data["run"][1:]) - 1]] if "run" in data else evening.teams
    refused = []
    for team in teams:
        try:
            if data["do"] == "debrief":
                debrief(team, evening, data["to"])
            elif data["do"] == "draw":
                team.desk(cmd.DrawSpeaker)
            else:
                kind = DESK_KINDS[data["do"]]
                team.desk(kind, **given(kind, data))
        except Rejection as rejection:
            refused.append(rejection)
    assert len(refused) < len(teams), refused


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_the_desk_offers_is_taken(moment: str) -> None:
    """Forms aside, which offer everything there is and say what doesn't go; and what is the
    session's rather than a run's."""
    here = MOMENTS[moment]
    for data in offered(here().desk):
        if data.get("collect") != "fields" and data["do"] not in BESIDE:
            press_at_the_desk(here(), data)


@pytest.mark.parametrize("moment", [name for name in MOMENTS if name != "paused"])
@pytest.mark.parametrize("seat", ["s1", "s2"])
def test_what_a_phone_offers_is_taken(moment: str, seat: str) -> None:
    """In a pause forms stay as they are, with what was typed; that it is one stands at the top."""
    here = MOMENTS[moment]
    for data in offered(here().phone(seat)):
        kind, refused = SEAT_KINDS[data["do"]], ""
        try:
            here().one.do(kind, seat, **given(kind, data))
        except Rejection as rejection:
            refused = rejection.code
        assert refused in {"", *WRONG_ANSWERS}, data


@pytest.mark.parametrize("moment", MOMENTS)
def test_whom_a_screen_asks_in_finds_a_seat(moment: str) -> None:
    here = MOMENTS[moment]
    for screen in (here().desk, here().wall):
        if not any(word in screen.text for word in ("迟到", "中途加入", "扫码入座")):
            continue
        free = [team for team in here().teams if team.state.phase in ("lobby", "playing")]
        assert free, "nobody can come in any more"
        free[0].seat()
