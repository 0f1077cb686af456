"""The pictures that scripts/pictures draws: as drawn, small, and nothing but drawings."""

from __future__ import annotations

import gzip
import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Final

import pytest

from engine.author.drawn import draws_only
from tests.support.scripts import compile_text
from tests.support.server import ROOT

SCENARIOS: Final = ROOT / "scenarios"
PACKED_MAX: Final = 25 * 1024
RED: Final = ("#b3261e", "#a8231b", "#e2503f")


def drawing() -> ModuleType:
    """The script, which finds what it is cut of beside itself."""
    sys.path.insert(0, str(ROOT / "scripts"))
    loader = SourceFileLoader("pictures", str(ROOT / "scripts" / "pictures"))
    spec = importlib.util.spec_from_loader("pictures", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    sys.path.remove(str(ROOT / "scripts"))
    return module


DRAWING: Final = drawing()
DRAWN: Final = [(script, name) for script, some in DRAWING.SCRIPTS.items() for name in sorted(some)]


@pytest.mark.parametrize(("script", "name"), DRAWN)
def test_a_picture_is_as_it_is_drawn(script: str, name: str) -> None:
    body = (SCENARIOS / script / f"{name}.svg").read_bytes()
    assert body.decode() == DRAWING.drawn(script, name)
    assert draws_only(body)
    assert len(gzip.compress(body)) <= PACKED_MAX
    assert not any(red in body.decode() for red in RED), "red is for a fall and the oath"


@pytest.mark.parametrize("script", sorted(DRAWING.SCRIPTS))
def test_every_scene_of_the_script_has_one(script: str) -> None:
    scenario = compile_text((SCENARIOS / script / "scenario.yaml").read_text(encoding="utf-8"))
    named = {scenario.cover}
    for scene in scenario.scenes.values():
        named |= {site.picture for site in scene.places.values()} or {scene.picture}
    assert named == {f"{name}.svg" for name in DRAWING.SCRIPTS[script]}
