"""Templates to HTML: whole pages, and the parts that the socket sends.

Everything is escaped (a plain Jinja environment wouldn't); stories are Markdown without HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import segno
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from engine.civil import local
from engine.errors import Lang
from engine.kinds.registry import FOLDERS, KINDS
from engine.review.attending import present
from engine.rights import ROLES
from engine.views.wording import STATUS_ZH, WAITING
from web.pages import assets
from web.pages.words import LANGUAGES, word

if TYPE_CHECKING:
    from engine.review.learning import Tally
    from web.pages.page import Page

_HERE: Final = Path(__file__).parents[1]
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["image", "link", "autolink", "html_block", "html_inline"]
)

PHASE_ZH: Final = {
    "lobby": "候场",
    "playing": "进行中",
    "paused": "已暂停",
    "ended": "已结束",
    "debrief": "复盘中",
    "closed": "已关闭",
    "broken": "打不开",
}
KINDS_ZH: Final = {"trial": "试玩", "practice": "演练", "make_up": "补课"}
"""Kinds of sessions that aren't an evening of their own."""


def markdown(text: str) -> Markup:
    """A story as HTML: paragraphs, emphasis, lists, quotations; no links, pictures or HTML."""
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


class Unindented(FileSystemLoader):
    """Templates indented by one space at most: more is for those who write them, and would be a
    fifth of all bytes on the socket. None at all would be a space lost: after a block's tag Jinja
    takes the end of the line away. Nothing is indented where it would show, in `pre`, `textarea`.
    """

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """As Jinja asks for it; a line stays the line it was."""
        source, path, fresh = super().get_source(environment, template)
        return re.sub(r"\n[ \t]+", "\n ", source), path, fresh


@cache
def environment(lang: Lang = "zh") -> Environment:
    """The environment of all templates, in one language."""
    made = Environment(
        loader=ChoiceLoader(
            [
                Unindented(_HERE / "templates"),
                PrefixLoader({"kinds": Unindented(FOLDERS)}),
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
    made.globals["status_zh"] = STATUS_ZH
    made.globals["phase_zh"] = PHASE_ZH
    made.globals["kinds_zh"] = KINDS_ZH
    made.globals["told_tally"] = told_tally
    made.globals["present"] = present
    made.globals["why_zh"] = {name: text.zh for name, text in WAITING.items()}
    made.globals["roles_zh"] = ROLES
    made.globals["asset"] = assets.address
    made.globals["styles"] = [f"css/{name}.css" for name in assets.STYLES]
    made.globals["brought"] = tuple(assets.BROUGHT)
    made.globals["trainers_styles"] = [f"css/{name}.css" for name in assets.TRAINERS_STYLES]
    made.globals["lang"] = lang
    made.globals["languages"] = LANGUAGES
    made.globals["t"] = partial(word, lang)
    made.globals["grade"] = {name: word(lang, text) for name, text in STATUS_ZH.items()}
    made.globals["kinds"] = {name: kind.label.in_(lang) for name, kind in KINDS.items()}
    return made


def render_page(page: Page, lang: Lang = "zh") -> str:
    """The page as HTML."""
    given = {field.name: getattr(page, field.name) for field in fields(page)}
    return environment(lang).get_template(page.template).render(**given)


def render_parts(kind: str, parts: dict[str, Any], lang: Lang = "zh") -> dict[str, str]:
    """Fragments by part name. `kind`: seat, projector or console."""
    return {
        name: environment(lang).get_template(f"parts/{kind}/{name}.html").render(part=part).strip()
        for name, part in parts.items()
    }
