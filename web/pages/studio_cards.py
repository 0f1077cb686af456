"""The studio's cards, worked out from a text: the list, one form, and the text after a change.

As with the rest of the studio nothing is kept between two requests: the text comes with each, and
goes back changed; saving it as a draft is the editor's own way, with its rule for conflicts.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.author.carded import Changed, save, take_away
from engine.author.cards import SECTIONS, Deck, Form, Issue, without_keys
from engine.author.extents import LeftAlone, Script, script_of
from engine.author.foreseen import foresee, halted, look_ahead
from engine.author.wizard import WIZARD, Step, steps, write
from engine.errors import ScenarioError
from engine.scenario import compile_scenario
from web.pages.render import environment

FIELDS_MAX: Final = 2_000


class CardAct(msgspec.Struct, frozen=True):
    """What is wanted of the cards: shown, one of them open, saved or taken away."""

    act: str = ""
    """save, remove; of the wizard look: what is said of it so far; empty: only shown."""
    section: str = ""
    """Of the card that is open, or `wizard`; empty: none is."""
    id: str = ""
    """Empty: a new one."""
    given: dict[str, str] = {}
    was: dict[str, str] = {}


def cards(text: str, name: str, asked: CardAct) -> dict[str, Any]:
    """The cards as HTML, and the text where the act has changed it."""
    try:
        return _cards(text, name, asked)
    except LeftAlone as left:
        told = f"{left.message.zh}{left.remedy.zh}"
        # What was typed in a card stays in the page, until the source can be read again.
        html = _rendered(None, None, told) if not asked.act and not _readable(text) else None
        return {"html": html, "text": None, "problem": told, "line": left.line}


def _readable(text: str) -> bool:
    try:
        script_of(text)
    except LeftAlone:
        return False
    return True


def _cards(text: str, name: str, asked: CardAct) -> dict[str, Any]:
    section = asked.section if asked.section in SECTIONS else ""
    done = Changed(text, asked.id, {})
    if len(asked.given) > FIELDS_MAX:
        done = Changed(text, asked.id, {"": "这张卡片太大了，请在源文里写。"})
    elif asked.section == WIZARD:
        return _wizard(text, name, asked)
    elif section and asked.act == "save":
        done = save(text, section, asked.id, asked.given, asked.was)
    elif section and asked.act == "remove":
        done = take_away(text, section, asked.id)
    if done.problems:
        # What was given stays in the page; it is told only where it can't be taken.
        return {"html": None, "text": None, "problems": dict(done.problems)}
    script = script_of(done.text)
    deck = Deck.of(script, _issues(script, name))
    form = deck.form(section, asked.id) if section and not asked.act else None
    return {
        "html": _rendered(deck, form, ""),
        "text": done.text if done.text != text else None,
        "id": done.id,
    }


def _wizard(text: str, name: str, asked: CardAct) -> dict[str, Any]:
    """The wizard; what is said of a filling; or the text with the misconception in it."""
    script = script_of(text)
    if asked.act == "look":
        ahead = look_ahead(text, asked.given)
        fields = (*ahead.issues, *ahead.advice)
        told = {one: "\n".join(filter(None, (ahead.issues.get(one), ahead.advice.get(one))))
                for one in fields}  # fmt: skip
        return {"html": None, "text": None, "told": told}
    if asked.act != "save":
        html = _rendered(Deck.of(script, _issues(script, name)), None, "", steps=steps(script))
        return {"html": html, "text": None, "id": ""}
    done = write(text, asked.given)
    problems = done.problems or foresee(text, done).issues
    if problems:
        return {"html": None, "text": None, "problems": dict(problems)}
    script = script_of(done.text)
    behind = halted(text, done)
    note = _BEHIND.format(number=behind) if behind else ""
    html = _rendered(Deck.of(script, _issues(script, name)), None, "", note=note)
    return {"html": html, "text": done.text, "id": done.trap, "section": "traps"}


_BEHIND: Final = (
    "写好了，试玩和上演都照新的。剧本的自测（源文的 tests）有 {number} 条还没有答这道题，"
    "会停在这里，要在源文里补上这一步。"
)


def _issues(script: Script, name: str) -> tuple[Issue, ...]:
    try:
        compile_scenario(script.text.encode(), f"{name}/scenario.yaml")
    except ScenarioError as error:
        return tuple(
            Issue(script.at(each.place.line - 1, each.place.column - 1),
                  without_keys(f"{each.message.zh}{each.remedy.zh}"))
            for each in error.issues
        )  # fmt: skip
    return ()


def _rendered(
    deck: Deck | None,
    form: Form | None,
    left: str,
    *,
    steps: tuple[Step, ...] = (),
    note: str = "",
) -> str:
    given = {
        "sections": [
            (section, label, deck.cards(section) if deck is not None else ())
            for section, label in SECTIONS.items()
        ],
        "form": form,
        "left": left,
        "steps": steps,
        "note": note,
    }
    return environment().get_template("cards.html").render(**given)
