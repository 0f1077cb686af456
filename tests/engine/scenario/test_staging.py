"""`say` and `cue`: read and kept, translated, and nothing that a run knows of."""

from __future__ import annotations

import pytest

from engine.errors import ScenarioError
from engine.scenario.samples import SOUND
from engine.scenario.strings import strings_of
from engine.script.cues import CUES
from tests.support.scripts import compile_text

STAGED = (
    SOUND.replace(
        "    title: 后一幕\n", "    title: 后一幕\n    say: 请看大屏。\n    cue: [steps, knock]\n"
    )
    .replace("    belief: 误区\n", "    belief: 误区\n    say: 谁来说说？\n    cue: blow\n")
    .replace("rescue: {role: any,", "rescue: {role: any, cue: chord,")
    + "debrief: {say: 请坐。}\n"
)


def test_they_are_kept_where_they_stand() -> None:
    script = compile_text(STAGED)
    assert script.scenes["z"].cues == ("steps", "knock")
    assert script.scenes["z"].say == "请看大屏。"
    trap = script.traps["t"]
    assert (trap.say, trap.cues) == ("谁来说说？", ("blow",))
    assert trap.rescue is not None
    assert trap.rescue.cues == ("chord",)
    assert script.debrief.say == "请坐。"


def test_what_is_said_is_translated_and_cues_are_not() -> None:
    found = strings_of(compile_text(STAGED))
    assert {"scenes.z.say", "traps.t.say", "debrief.say"} <= found.keys()
    assert not [address for address in found if address.endswith(("cue", "cues"))]


@pytest.mark.parametrize(
    ("written", "meant"), [("konck", "knock"), ("敲门声", "knock"), ("铃", "提示。")]
)
def test_an_unknown_cue_is_told_with_the_one_that_was_meant(written: str, meant: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_text(
            SOUND.replace("    title: 后一幕\n", f"    title: 后一幕\n    cue: {written}\n")
        )
    (issue,) = caught.value.issues
    assert issue.code == "SC118"
    assert written in issue.message.zh
    assert meant in issue.message.zh
    assert all(name in issue.remedy.zh for name in CUES)
