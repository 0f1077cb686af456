"""The wall's sounds: one for each cue that is heard, made here, small, and like what they are."""

from __future__ import annotations

import importlib.util
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Final

import pytest

from engine.script.cues import CUES, UNHEARD
from tests.support.server import ROOT

HEARD: Final = sorted(CUES.keys() - UNHEARD)
FOLDER: Final = ROOT / "web" / "static" / "sounds"
BYTES_MAX: Final = 60 * 1024


@pytest.fixture(scope="module")
def recipes() -> ModuleType:
    loader = SourceFileLoader("sounds", str(ROOT / "scripts" / "sounds"))
    spec = importlib.util.spec_from_loader("sounds", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_every_cue_that_is_heard_has_a_recipe_and_a_file(recipes: ModuleType) -> None:
    assert sorted(recipes.RECIPES) == HEARD
    assert sorted(path.stem for path in FOLDER.iterdir()) == HEARD
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 512 * 1024


@pytest.mark.parametrize("name", HEARD)
def test_a_file_is_small_and_mono(name: str) -> None:
    body = (FOLDER / f"{name}.mp3").read_bytes()
    assert len(body) <= BYTES_MAX
    assert body[0] == 0xFF, "a frame's first byte: no tags"
    assert body[1] & 0xE0 == 0xE0
    assert body[3] >> 6 == 3, "mono"


@pytest.mark.parametrize("name", HEARD)
def test_a_sound_is_loud_enough_and_begins_and_ends_in_nothing(
    name: str, recipes: ModuleType
) -> None:
    sound = recipes.sampled(name)
    peak = max(map(abs, sound))
    assert abs(peak - recipes.GROUNDS.get(name, recipes.PEAK)) < 0.02
    assert max(abs(sound[0]), abs(sound[-1])) < 0.001
    assert sound == recipes.sampled(name), "the same each time"


def test_three_are_knocked_and_the_last_is_the_loudest(recipes: ModuleType) -> None:
    sound = recipes.sampled("knock")
    step = recipes.RATE // 100
    loud = [max(map(abs, sound[n : n + step])) for n in range(0, len(sound), step)]
    begins = [n for n in range(2, len(loud)) if loud[n] > 0.25 > max(loud[n - 2 : n])]
    assert len(begins) == 3
    gaps_s = [(b - a) / 100 for a, b in zip(begins, begins[1:], strict=False)]
    assert all(abs(gap_s - 0.29) < 0.03 for gap_s in gaps_s)
    peaks = [max(loud[n : n + 10]) for n in begins]
    assert peaks[-1] == max(peaks)
