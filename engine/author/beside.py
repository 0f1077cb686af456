"""What lies beside a script, held against what it names: pictures missing, misnamed, left over."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.author.paths import ScriptFile
from engine.errors import Issue, Place
from engine.scenario.advice import advise, pictures, sounds
from engine.scenario.strings import STRINGS
from engine.script.issues import advice, outside
from engine.script.source import read_source

SUFFIXES: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp")


def look_beside(script: ScriptFile) -> list[Issue]:
    """Pictures that aren't there or differ in case, which are issues; and advice: on pictures that
    nothing names, and on the words of the script and of the strings files beside it."""
    root, _ = read_source(script.data, script.name)
    named = list(pictures(root, script.name)) if root is not None else []
    there = {path.name for path in script.folder.iterdir() if path.suffix.lower() in SUFFIXES}
    found = advise(script.data, script.name)
    by_fold = {name.casefold(): name for name in sorted(there)}
    for name, at in named:
        if name and name not in there:
            near = by_fold.get(name.casefold())
            found.append(
                outside("SC812", at, name=name, found=near)
                if near is not None
                else outside("SC811", at, name=name)
            )
    lies = {path.name for path in script.folder.iterdir()}
    for name, at in sounds(root, script.name) if root is not None else ():
        if name not in lies:
            found.append(outside("SC814", at, name=name))
    used = {name.casefold() for name, _ in named}
    found += [
        advice("SC813", Place(script.name, 1, 1), name=name)
        for name in sorted(there)
        if root is not None
        and Path(script.name).name == "scenario.yaml"
        and name.casefold() not in used
    ]
    for words in (script.folder / file for file in STRINGS.values()):
        if words.is_file():
            found += advise(words.read_bytes(), str(words))
    return found
