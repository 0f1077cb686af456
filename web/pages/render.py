"""Templates to HTML: whole pages, and the parts that the socket sends.

Everything is escaped (a plain Jinja environment wouldn't); stories are Markdown without HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import segno
from jinja2 import ChoiceLoader, PrefixLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from engine.civil import local
from engine.errors import Lang
from engine.kinds.registry import FOLDERS, KINDS
from engine.review.attending import present
from engine.rights import ROLES
from engine.views.kept import Kept
from engine.views.wording import MARKS, WAITING
from web.pages import assets, typeset
from web.pages.settled import Settled, Written
from web.pages.words import LANGUAGES, word

if TYPE_CHECKING:
    from engine.review.learning import Tally
    from web.pages.page import Page

_HERE: Final = Path(__file__).parents[1]
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["image", "link", "autolink", "html_block", "html_inline"]
)

ITEM: Final = "item"

PHASE_ZH: Final = {
    "lobby": "候场",
    "playing": "进行中",
    "paused": "已暂停",
    "ended": "已结束",
    "debrief": "复盘中",
    "closed": "已关闭",
    "broken": "打不开",
}
KINDS_ZH: Final = {"trial": "试玩", "practice": "演练", "make_up": "补课", "rehearsal": "试演"}
"""Kinds of sessions that aren't an evening of their own."""


@lru_cache(maxsize=512)
def markdown(text: str) -> Markup:
    """A story as HTML: paragraphs, emphasis, lists, quotations; no links, pictures or HTML. Kept:
    all phones of all teams are shown the same few."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - html is off, everything else escaped


@lru_cache(maxsize=256)
def qr(text: str) -> Markup:
    """A QR code as inline SVG, dark modules only. Kept: one takes eight milliseconds, and a whole
    room asks for the same."""
    code = segno.make(text, error="m")
    drawn = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by segno


def hour(at_ms: int) -> str:
    """An instant of this evening, `19:05`."""
    return f"{local(at_ms):%H:%M}"


def told_tally(found: Tally) -> str:
    """How many stand where, in words."""
    # Only here: it knows the store, and the hands of the workshop render phones without one.
    from engine.export.report import told_tally as told

    return told(found)


@cache
def environment(lang: Lang = "zh") -> Settled:
    """The environment of all templates, in one language."""
    made = Settled(
        loader=ChoiceLoader(
            [
                Written(_HERE / "templates", lang),
                PrefixLoader({"kinds": Written(FOLDERS, lang)}),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["markdown"] = markdown
    made.filters["qr"] = qr
    made.filters["hour"] = hour
    made.filters["fit"] = typeset.fit
    made.filters["broken"] = typeset.broken
    made.filters["head"] = typeset.head
    made.filters["titled"] = typeset.titled
    made.filters["sentences"] = typeset.sentences
    made.filters["plain"] = typeset.plain
    made.globals["phase_zh"] = PHASE_ZH
    made.globals["kinds_zh"] = KINDS_ZH
    made.globals["told_tally"] = told_tally
    made.globals["present"] = present
    made.globals["why_zh"] = {name: text.zh for name, text in WAITING.items()}
    made.globals["roles_zh"] = ROLES
    made.globals["asset"] = assets.address
    made.globals["styles"] = assets.SHEET
    made.globals["brought"] = tuple(assets.BROUGHT)
    made.globals["wall_styles"] = [f"css/{name}.css" for name in assets.WALL_STYLES]
    made.globals["desk_styles"] = [f"css/{name}.css" for name in assets.DESK_STYLES]
    made.globals["workshop_styles"] = [f"css/{name}.css" for name in assets.WORKSHOP_STYLES]
    made.globals["trainers_styles"] = [f"css/{name}.css" for name in assets.TRAINERS_STYLES]
    made.globals["lang"] = lang
    made.globals["languages"] = LANGUAGES
    made.globals["t"] = partial(word, lang)
    made.globals["item"] = partial(render_item, lang)
    made.globals["marks_told"] = {name: text.in_(lang) for name, text in MARKS.items()}
    made.globals["kinds"] = {name: kind.label.in_(lang) for name, kind in KINDS.items()}
    return made


def render_page(page: Page, lang: Lang = "zh") -> str:
    """The page as HTML."""
    given = {field.name: getattr(page, field.name) for field in fields(page)}
    return environment(lang).get_template(page.template).render(**given)


def render_parts(kind: str, parts: Mapping[str, Any], lang: Lang = "zh") -> dict[str, str]:
    """Fragments by part name. `kind`: seat, projector or console."""
    return {name: fragment(kind, name, Kept(part), lang) for name, part in parts.items()}


def fragment(kind: str, name: str, kept: Kept, lang: Lang = "zh") -> str:
    """A part as HTML; the items of a list that are kept singly, as they are kept."""
    template = environment(lang).get_template(f"parts/{kind}/{name}.html")
    if not kept.pieces:
        return template.render(part=kept.part).strip()
    by_id = {id(piece.part): piece for piece in kept.pieces}

    def item(name: str, part: object) -> Markup:
        return by_id[id(part)].wire(ITEM, lambda each: render_item(lang, name, each.part))

    return template.render(part=kept.part, item=item).strip()


def render_item(lang: Lang, name: str, part: object) -> Markup:
    """An item of a seat's list as HTML: its template is given it under the template's own name."""
    template = environment(lang).get_template(f"parts/seat/{name}.html")
    return Markup(template.render({name: part}))  # noqa: S704 - escaped by its template
