"""Options as a client knows them: by what it reads there, since ids are drawn anew in each run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.scenario.model import Choose, Match, Order, Search, Select, Task, Vote
from engine.script.nodes import Choice

Parts = Mapping[str, Any]
SIDES = ("choices", "items", "left", "right", "spots")


def shown(part: Parts) -> dict[str, str]:
    """What a task or a rescue question shows: an option's words → its id on the wire."""
    return {one["text"]: one["id"] for side in SIDES for one in part.get(side, ())}


def asked(parts: Parts, task: str | None) -> Iterator[Parts]:
    """The parts of a seat that ask this: a task; None: a rescue."""
    if task is None:
        yield from parts.get("rescues") or ()
    else:
        yield from (one for one in parts.get("tasks") or () if one["id"] == task)


def said(parts: Parts, task: str | None, answer: Iterable[str]) -> list[str]:
    """An answer in words as a seat says it, a pair as `left=right`. What isn't shown stays."""
    by_text = {text: name for part in asked(parts, task) for text, name in shown(part).items()}
    return [
        by_text[text]
        if text in by_text
        else "=".join(by_text.get(one, one) for one in text.split("="))
        for text in answer
    ]


def shows(parts: Parts, task: str | None, answer: Iterable[str]) -> bool:
    """All that is answered with is there to be chosen, or nothing there is chosen from."""
    found = [shown(part) for part in asked(parts, task)]
    return any(not texts or set(answer) <= set(texts) for texts in found)


def wire(part: Parts, task: Task, answer: Iterable[str]) -> list[str]:
    """An answer by the author's ids as a seat says it that is shown this part."""
    match task.body:
        case Choose(choices=choices) | Select(choices=choices) | Vote(choices=choices):
            return chosen(part, choices, answer)
        case Order(items=items):
            texts = {item.id: item.text for item in items}
        case Search(spots=spots):
            texts = {spot.id: spot.text for spot in spots}
        case Match(pairs=pairs):
            left, right = _ids(part["left"]), _ids(part["right"])
            lefts, rights = {p.id: p.left for p in pairs}, {p.id: p.right for p in pairs}
            both = (pair.partition("=") for pair in answer)
            return [f"{left[lefts[one]]}={right[rights[other]]}" for one, _, other in both]
        case _:
            return list(answer)
    by_text = shown(part)
    return [by_text[texts[name]] for name in answer]


def chosen(part: Parts, choices: Iterable[Choice], answer: Iterable[str]) -> list[str]:
    """Choices by the author's ids as they are called where they are shown; a rescue's too."""
    texts, by_text = {choice.id: choice.text for choice in choices}, shown(part)
    return [by_text[texts[name]] for name in answer]


def _ids(listed: Iterable[Parts]) -> dict[str, str]:
    return {one["text"]: one["id"] for one in listed}
