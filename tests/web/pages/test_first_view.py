"""The play page carries the first view: the one its socket is sent next, or none, and nothing in it can
be pressed before the page is live."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree, html  # type: ignore[import-untyped]

from engine.errors import RunBroken
from engine.views.seat import PARTS
from tests.web.pages.test_locked import Desk, room
from tests.web.pages.test_moves import app
from web.live.first import CARRIED
from web.pages.render import fragment

__all__ = ["app", "room"]


def page(room: Desk, lang: str = "zh") -> Any:
    """The phone's page, as a tree."""
    cookies = f"seat={room.token}; language={lang}"
    answer = room.app.ask("GET", "/play", headers={"cookie": cookies})
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def inner(tree: Any) -> str:
    """What stands in it, blanks between tags left out."""
    for one in tree.iter():
        if isinstance(one.tag, str):
            one.text, one.tail = (text and " ".join(text.split()) for text in (one.text, one.tail))
    return "".join([tree.text or "", *(etree.tostring(one, encoding="unicode") for one in tree)])


def carried(tree: Any) -> dict[str, str]:
    """The parts of a page, by name."""
    return {one.get("data-part", ""): inner(one) for one in tree.xpath("//*[@data-part]")}


def sent(room: Desk, lang: str) -> dict[str, str]:
    """The parts its socket is sent first."""
    hello = {"type": "hello", "token": room.token, "format": "html", "lang": lang}
    heard: dict[str, Any] | None = room.app.hear(hello)
    assert heard is not None
    return {
        name: inner(html.fragment_fromstring(text, create_parent="div"))
        for name, text in heard["parts"].items()
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("acts", [[], ["start"], ["start", "pause"], ["start", "close"]])
def test_the_page_carries_what_its_socket_is_sent_first(
    room: Desk, acts: list[str], lang: str
) -> None:
    for do in acts:
        assert room.say(do).status_code == 200
    first, heard = carried(page(room, lang)), sent(room, lang)
    assert first.keys() == heard.keys() == {*PARTS}
    assert first.pop("team") == "", "who isn't connected yet would read that they are away"
    assert first == {name: heard[name] for name in CARRIED}
    assert first["scene"]


def test_nothing_of_it_can_be_pressed_before_the_page_is_live(room: Desk) -> None:
    room.say("start")
    tree = page(room)
    assert tree.xpath("//*[@data-part]//form[@data-do]"), "there is something to press"
    within = "ancestor::fieldset[@data-rests and @disabled]"
    pressed = "self::button or self::input or self::select or self::textarea"
    loose = tree.xpath(f"//*[@data-part]//*[{pressed}][not({within})]")
    assert [etree.tostring(one) for one in loose] == []
    (told,) = tree.xpath("//*[@data-offline]")
    assert "正在连接" in told.text_content()
    assert told.get("hidden") is None


def test_where_it_cant_be_told_the_page_comes_without(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(run: str) -> None:
        raise RunBroken(run, "its log can't be read")

    monkeypatch.setattr(room.app.services.host, "state", broken)
    monkeypatch.setattr(room.app.services.host, "at_hand", lambda run: None)
    found = carried(page(room))
    assert "正在入座" in found.pop("scene")
    assert {*found.values()} == {""}


def test_a_fragment_is_made_once_for_page_and_socket(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def noted(kind: str, name: str, kept: Any, lang: Any) -> str:
        made.append(name)
        return fragment(kind, name, kept, lang)

    monkeypatch.setattr("web.live.framing.fragment", noted)
    page(room)
    assert {*made} == {*CARRIED}
    made.clear()
    sent(room, "zh")
    assert {*made} <= {"team"}
