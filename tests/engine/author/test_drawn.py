"""An SVG holds what is listed, and nothing else; and nobody's drawing takes long to be looked at."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.author.drawn import DEPTH_MAX, PIECES_MAX, USES_MAX, draws_only

NS = "xmlns='http://www.w3.org/2000/svg'"
LINKED = "xmlns:x='http://www.w3.org/1999/xlink'"
SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"


def drawing(inner: str, more: str = "") -> bytes:
    return f"<svg {NS} {LINKED} {more}>{inner}</svg>".encode()


TAKEN = {
    "a style": drawing("<style>.a{fill:#fff;transform:rotate(3deg)}</style>"),
    "a filter": drawing("<filter id='f'><feGaussianBlur stdDeviation='2'/></filter>"),
    "moving": drawing("<rect><animate attributeName='x' to='3' dur='1s'/></rect>"),
    "Inkscape's own": drawing(
        "<i:namedview i:zoom='2'/><g i:label='(one) url(http)'/>",
        "xmlns:i='http://www.inkscape.org/namespaces/inkscape'",
    ),
    "what Inkscape notes of its window": drawing(
        "<s:namedview id='n' pagecolor='#fff' bordercolor='#666' showgrid='false'/><metadata/>",
        "xmlns:s='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd'",
    ),
    "a place in it": drawing("<a href='#b'><use x:href=' #c'/></a>"),
    "words": drawing("<text class='f(x)' aria-label='a@b (c)'>@import url(http://x)</text>"),
}
REFUSED = {
    "a name nobody listed": drawing("<listener/>"),
    "an attribute nobody listed": drawing("<rect formaction='#a'/>"),
    "a script": drawing("<script>1</script>"),
    "a script of HTML": drawing("<h:script/>", "xmlns:h='http://www.w3.org/1999/xhtml'"),
    "a page inside": drawing("<foreignObject/>"),
    "a picture from elsewhere": drawing("<image href='//x/y.png'/>"),
    "a picture within": drawing("<image href='data:image/svg+xml,x'/>"),
    "another drawing": drawing("<use x:href='other.svg#a'/>"),
    "a base": drawing("<g xml:base='http://x/'><use href='#a'/></g>"),
    "a link that is animated": drawing("<a><animate attributeName='href' values='http://x'/></a>"),
    "a handler": drawing("<rect onclick='x()'/>"),
    "a handler that is animated": drawing("<set attributeName='onload' to='x()'/>"),
    "an escape": drawing(r"<rect style='fill:u\72l(http://x)'/>"),
    "an import": drawing("<style>@import 'http://x';</style>"),
    "a face": drawing("<style>@font-face{src:url(#a)}</style>"),
    "a set of images": drawing("<rect style='fill:image-set(\"http://x\" 1x)'/>"),
    "an address with blanks": drawing("<rect fill='URL( &quot; http://x)'/>"),
    "a second address": drawing("<style>a{fill:url(#a)}b{fill:url(http://x)}</style>"),
    "another encoding": b"<?xml version='1.0' encoding='utf-7'?>" + drawing("+ADw-script/+AD4-"),
    "an encoding of one byte": b"<?xml version='1.0' encoding='koi8-r'?>" + drawing(""),
    "UTF-16": drawing("<rect/>").decode().encode("utf-16"),
    "too deep": drawing("<g>" * DEPTH_MAX + "</g>" * DEPTH_MAX),
    "shown by what is shown": drawing(
        "<g id='a'><use href='#b'/><use href='#b'/></g><use href='#a'/>"
    ),
    "more than can be laid out": drawing("<g/>" * PIECES_MAX),
    "a crowd shown again and again": drawing("<g/>" * 2_000 + "<use href='#a'/>" * 200),
    "shown too often": drawing("<use href='#a'/>" * (USES_MAX + 1)),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_listed_is_taken(name: str) -> None:
    assert draws_only(TAKEN[name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_listed_is_refused(name: str) -> None:
    assert not draws_only(REFUSED[name])


def test_every_drawing_of_our_scripts_is_taken() -> None:
    found = sorted(SCENARIOS.glob("*/*.svg"))
    assert found
    assert [file.name for file in found if not draws_only(file.read_bytes())] == []


LONG: dict[str, Callable[[int], bytes]] = {
    "blanks in an address": lambda size: drawing(f"<rect fill='url({' ' * size}#a)'/>"),
    "blanks in a style": lambda size: drawing(f"<style>url({' ' * size}#a)</style>"),
    "brackets": lambda size: drawing(f"<rect fill='{'(' * size}'/>"),
    "addresses": lambda size: drawing(f"<rect fill='{'url(' * (size // 4)}'/>"),
    "one word": lambda size: drawing(f"<rect fill='{'a' * size}('/>"),
    "half a scheme": lambda size: drawing(f"<rect fill='{'j a v ' * (size // 6)}'/>"),
    "attributes": lambda size: drawing("", " ".join(f"data-{n}=''" for n in range(size // 12))),
    "depth": lambda size: drawing("<g>" * (size // 3)),
    "uses": lambda size: drawing("<use href='#a'/>" * (size // 16)),
    "pieces of style": lambda size: drawing(f"<style>{'a<!---->' * (size // 8)}</style>"),
    "namespaces": lambda size: drawing("".join(f"<g xmlns:n{n}='x'/>" for n in range(size // 20))),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_twice_as_long_takes_twice_the_time(name: str) -> None:
    """A regular expression went over 20,000 blanks 200 million times, and held everybody up."""
    once, twice = _work_s(LONG[name](10_000)), _work_s(LONG[name](20_000))
    assert twice < 3 * once + 0.02
    draws_only(LONG[name](1_000_000))  # and comes to an end


def _work_s(body: bytes) -> float:
    """Processor time of a look, the least of three."""
    found = []
    for _ in range(3):
        began_s = time.process_time()
        draws_only(body)
        found.append(time.process_time() - began_s)
    return min(found)
