"""Issues, worded: what is wrong, where, what to do. The words stand in the catalogue."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.errors import Issue, Lang, Place, Text
from engine.script.catalogue import ADVICE, CATALOGUE
from engine.script.catalogue.entry import Entry


def outside(code: str, place: Place, **values: object) -> Issue:
    """An issue of what lies beside the script, which compiling doesn't know."""
    return worded(ADVICE[code], place, **values)


def advice(code: str, place: Place, **values: object) -> Issue:
    """The advice with this code at `place`."""
    return msgspec.structs.replace(worded(ADVICE[code], place, **values), advice=True)


ISSUES_MAX: Final = 1_000
"""Issues told of one script."""
SHOWN_MAX: Final = 60
"""Characters of an author's word that an issue repeats."""
_MOST: Final = {"wanted": 200, "domain": 120, "nearest": 120, "stuck": 300}
"""Characters of a list of words, of which an author may need any."""


def issue(code: str, place: Place, **values: object) -> Issue:
    """The issue with this code at `place`, its sentences filled in: a Text by language, the rest as
    it is, long words cut short. `nearest`, if given and not empty, becomes “did you mean …?”; a
    Text is said as it is."""
    return worded(CATALOGUE[code], place, **values)


def worded(entry: Entry, place: Place, **values: object) -> Issue:
    """The issue of a catalogue's entry; see `issue`."""
    near = values.pop("nearest", "")
    values["nearest"] = (
        near
        if isinstance(near, Text)
        else Text(f"，是不是“{near}”？", f'; did you mean "{near}"?')
        if near
        else ""
    )
    zh = {name: _shown(value, "zh", _MOST.get(name)) for name, value in values.items()}
    en = {name: _shown(value, "en", _MOST.get(name)) for name, value in values.items()}

    def said(text: Text) -> Text:
        return Text(text.zh.format(**zh), text.en.format(**en))

    said_what, said_do = said(entry.message), said(entry.remedy)
    said_what = Text(said_what.zh.replace("？。", "？"), said_what.en.replace("?.", "?"))
    return Issue(code=entry.code, place=place, message=said_what, remedy=said_do)


def _shown(value: object, lang: Lang, most: int | None) -> str:
    most = most or SHOWN_MAX
    text = value.in_(lang) if isinstance(value, Text) else str(value)
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * most]).split())
    # A clause of ours brings along the space before it; what an author wrote doesn't.
    lead = " " if isinstance(value, Text) and value.in_(lang).startswith(" ") and text else ""
    return lead + (text if len(text) <= most else text[:most] + "…")
