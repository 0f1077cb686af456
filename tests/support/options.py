"""Options as a client knows them: by what it reads there, since ids are drawn anew in each run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.kinds.kind import Kind
from engine.kinds.options import Draw
from engine.scenario.model import Task
from engine.script.nodes import Choice

Parts = Mapping[str, Any]


def lists_of(part: Parts) -> dict[str, list[Parts]]:
    """The lists of options that a task or a rescue question shows, by side."""
    return {
        side: listed
        for side, listed in part.items()
        if isinstance(listed, list) and listed and all(_is_option(one) for one in listed)
    }


def _is_option(one: object) -> bool:
    return isinstance(one, Mapping) and {"id", "text"} <= one.keys()


def shown(part: Parts) -> dict[str, str]:
    """What a task or a rescue question shows: an option's words → its id on the wire."""
    return {one["text"]: one["id"] for listed in lists_of(part).values() for one in listed}


def draws_of(part: Parts, body: Kind) -> dict[str, Draw]:
    """What was drawn for each side, as far as the part shows it."""
    found, lists = {}, lists_of(part)
    for side, texts in body.sides.items():
        by_text = {text: name for name, text in texts.items()}
        told = {by_text[one["text"]]: str(one["id"]) for one in lists.get(side, ())}
        found[side] = Draw(tuple(told), told)
    return found


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
    said = tuple(answer)
    return task.body.form.told(draws_of(part, task.body), said) if task.body.sides else list(said)


def chosen(part: Parts, choices: Iterable[Choice], answer: Iterable[str]) -> list[str]:
    """Choices by the author's ids as they are called where they are shown; a rescue's too."""
    texts, by_text = {choice.id: choice.text for choice in choices}, shown(part)
    return [by_text[texts[name]] for name in answer]
