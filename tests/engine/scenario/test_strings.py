"""A script's words in another language: all of them, none besides, and nothing else differs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from engine.errors import ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.samples import SOUND
from engine.scenario.strings import STRINGS, strings_of, translated

SCENARIO = compile_scenario(SOUND.encode(), "t.yaml")
SCRIPTS = sorted(Path("scenarios").glob("*/strings.*.yaml"))


def tree(words: dict[str, str]) -> bytes:
    """A strings file of words by address."""
    root: dict[str, object] = {}
    for address, text in words.items():
        *way, last = address.split(".")
        inner = root
        for name in way:
            inner = inner.setdefault(name, {})  # type: ignore[assignment]
        inner[last] = text
    return yaml.safe_dump(root, allow_unicode=True).encode()


def shouted(**changes: str | None) -> bytes:
    words = {address: f"{text}!" for address, text in strings_of(SCENARIO).items()}
    for address, text in changes.items():
        if text is None:
            del words[address]
        else:
            words[address] = text
    return tree(words)


def issues(data: bytes) -> list[tuple[str, int]]:
    with pytest.raises(ScenarioError) as caught:
        translated(SCENARIO, data, "strings.en.yaml")
    return [(issue.code, issue.place.line) for issue in caught.value.issues]


def test_every_word_is_replaced_and_nothing_else() -> None:
    said = translated(SCENARIO, shouted(), "strings.en.yaml")
    assert said != SCENARIO
    assert strings_of(said) == {name: f"{text}!" for name, text in strings_of(SCENARIO).items()}
    back = translated(said, tree(strings_of(SCENARIO)), "strings.en.yaml")
    assert back == SCENARIO


def test_an_address_tells_where_a_text_stands() -> None:
    own = strings_of(SCENARIO)
    assert own["scenes.one.tasks.ask.choices.r.text"] == "对"
    assert own["facts.c.accounts.2.says"] == "乙说"
    assert own["traps.t.rescue.ask"] == "拉一把？"
    assert not any(".body" in address or ".at" in address for address in own)


def test_a_lone_text_stands_for_a_things_own_words() -> None:
    data = shouted().decode()
    words = yaml.safe_load(data)
    words["scenes"]["one"]["tasks"]["ask"]["choices"]["r"] = "对!"
    short = yaml.safe_dump(words, allow_unicode=True).encode()
    assert translated(SCENARIO, short, "x") == translated(SCENARIO, data.encode(), "x")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"title": None}, ["SC701"]),
        ({"title": " "}, ["SC703"]),
        ({"scenes.one.nothing": "x"}, ["SC702"]),
        ({"title": None, "roles.c.name": "x"}, ["SC702", "SC701"]),
    ],
)
def test_missing_empty_and_orphaned_strings_are_issues(
    changes: dict[str, str | None], codes: list[str]
) -> None:
    found = issues(shouted(**changes))
    assert [code for code, _ in found] == codes
    assert all(line >= 1 for _, line in found)


def test_what_is_no_yaml_is_told_as_such() -> None:
    assert issues(b"title: [")[0][0].startswith("SC0")


@pytest.mark.parametrize("file", SCRIPTS, ids=str)
def test_our_strings_files_are_whole(file: Path) -> None:
    script = file.with_name("scenario.yaml")
    scenario = compile_scenario(script.read_bytes(), str(script))
    said = translated(scenario, file.read_bytes(), str(file))
    assert file.name in STRINGS.values()
    assert [*said.tells] == [*scenario.tells]
    assert not any("\u4e00" <= sign <= "\u9fff" for text in _played(said) for sign in text)


def _played(said: object) -> list[str]:
    """What is read in play; sources go by the titles they are found by."""
    words = strings_of(said)  # type: ignore[arg-type]
    return [text for name, text in words.items() if not name.startswith("sources.")]


def test_one_script_at_least_has_words_in_english() -> None:
    assert SCRIPTS
