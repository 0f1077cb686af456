"""Participants' pages in English: every word has its English, and whole evenings show no other."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
from msgspec.structs import asdict

from engine.kinds.registry import FOLDERS
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.rules.deck import deck
from engine.scenario import compile_scenario
from engine.scenario.strings import translated
from engine.views.seat import RunViews
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened
from web.pages.render import render_parts
from web.pages.words import ENGLISH

TEMPLATES = Path("web/templates")
ROUTES = Path("web/pages")
WORDED = re.compile(r'\bword\(lang, "([^"]+)"')
FOLDER = Path("scenarios/yida-1921")
QUOTED = re.compile(r"'([^']*[\u3000-\u9fff\uff00-\uffef·][^']*)'")
CJK = re.compile(r"[\u4e00-\u9fff]")
CITED = re.compile(r'<cite>.*?</cite>|<p class="sources">.*?</p>', re.DOTALL)


def said() -> set[str]:
    """Everything templates say by `t` and routes by `word`."""
    found: set[str] = set()
    for file in ROUTES.glob("*.py"):
        found |= set(WORDED.findall(file.read_text(encoding="utf-8")))
    pages = (*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.svg"), *Path(FOLDERS).rglob("*.html"))
    for file in pages:
        for call in re.split(r"(?<![\w.])t\(", file.read_text(encoding="utf-8"))[1:]:
            argument = call[: call.find("}}")] if "}}" in call else call
            ends = argument.find(")")
            found |= set(QUOTED.findall(argument[: ends if ends > 0 else None]))
    return found


def test_everything_said_has_its_english_and_nothing_is_left_over() -> None:
    assert said() - set(ENGLISH) == set()
    assert set(ENGLISH) - said() == set()


def test_english_keeps_the_blanks_to_be_filled() -> None:
    for text, words in ENGLISH.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", words)), text


def evening() -> Playthrough:
    """An evening on `yida-1921`, to be played in the script's own first test."""
    return Playthrough(compile_scenario((FOLDER / "scenario.yaml").read_bytes(), "s"))


def test_a_whole_evening_shows_english_only() -> None:
    table = evening()
    own = table.scenario
    english = translated(own, (FOLDER / "strings.en.yaml").read_bytes(), "s")
    views = RunViews(english)
    shown = 0

    def look() -> None:
        nonlocal shown
        names = {seat: f"Guest {seat}" for seat in table.state.seats}
        for seat in table.state.seats:
            parts = views.seat(table.state, seat, names, "en")
            for name, html in render_parts("seat", asdict(parts), "en").items():
                chinese = CJK.search(CITED.sub("", html))
                assert chinese is None, (name, html[max(0, chinese.start() - 80) :][:160])
                shown += len(html)

    for move in own.tests[0].play:
        table.move(move)
        look()
    assert table.state.ending == "clear"
    cards = deck(own, [table.state])
    table.do(cmd.OpenDebrief, cmd.FACILITATOR, deck=cards)
    for step in range(1, len(cards)):
        table.do(cmd.MoveDebrief, cmd.FACILITATOR, step=step)
        look()
    assert shown > 100_000


def test_traps_and_rescues_show_english_too() -> None:
    table = evening()
    english = translated(table.scenario, (FOLDER / "strings.en.yaml").read_bytes(), "s")
    views = RunViews(english)
    table.move("lodging=same")
    for seat in table.state.seats:
        parts = views.seat(table.state, seat, {}, "en")
        for html in render_parts("seat", asdict(parts), "en").values():
            assert CJK.search(CITED.sub("", html)) is None


def test_a_participant_chooses_english(server: ServerProcess, desk: httpx.Client) -> None:
    code = opened(desk)["code"]
    with httpx.Client(base_url=server.url, follow_redirects=True) as phone:
        assert "您的姓名" in phone.get(f"/join/{code}").text
        english = phone.get("/language/en", params={"next": f"/join/{code}"})
        assert english.url.path == f"/join/{code}"
        assert "Your name" in english.text
        assert '<html lang="en"' in english.text
        assert "您的姓名" not in english.text
        refused = phone.get("/join/ZZZZZZ")
        assert "There is no such join code" in refused.text
        again = phone.get("/language/zh", params={"next": "//elsewhere.example/"})
        assert again.url.host == "127.0.0.1"
        assert "您的姓名" in phone.get(f"/join/{code}").text
        assert phone.get("/language/fr").status_code == 404
