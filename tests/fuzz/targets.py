"""What is fuzzed: each target takes drawn input and says, in assertions, what must come of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec.structs import asdict

from engine.author.fmt import FormatError, formatted
from engine.author.package import PackageError, pack, unpack
from engine.errors import Refused, ReplayError, ScenarioError
from engine.evening.commanding import DESK_KINDS, SEAT_KINDS, build_command
from engine.proof.dice import random_play
from engine.proof.playthrough import Playthrough
from engine.rules.codec import decode_log, encode
from engine.rules.replay import replay
from engine.rules.settle import EndlessError
from engine.scenario import compile_scenario, holds
from engine.scenario.strings import strings_of, translated
from engine.script.guards import GuardError, parse_guard
from engine.views.console import console
from engine.views.seat import RunViews
from engine.views.session import RunInfo, SessionInfo, projector
from tests.engine.script.test_guards import Declared, Known
from tests.fuzz import inputs
from tests.fuzz.markup import PROSE, tags_of
from tests.support.parts import sent
from web.live.wire import CommandMessage, id_of, read_message, rejected
from web.pages.render import markdown, render_parts

PLAY_STEPS_MAX = 60
ISSUE_CODE = re.compile(r"SC\d{3}")


def _told(error: ScenarioError) -> None:
    """Every issue has a code, a place and words."""
    assert error.issues
    for issue in error.issues:
        assert ISSUE_CODE.fullmatch(issue.code)
        assert issue.place.line >= 1
        assert issue.place.column >= 1
        assert issue.message.zh
        assert issue.message.en


def check_script(data: bytes) -> None:
    """Any bytes give a Scenario or a ScenarioError; what compiles can be played, replayed, shown."""
    try:
        scenario = compile_scenario(data, "fuzz.yaml")
    except ScenarioError as error:
        _told(error)
        return
    try:
        table = Playthrough(scenario, seed="fuzz")
        random_play(
            scenario, "fuzz", wrong_rate=0.5, unrest=0.2, steps_max=PLAY_STEPS_MAX, table=table
        )
    except EndlessError:
        return  # a circle of empty scenes compiles; the proof finds it (SC605)
    lines = [encode(record) for record in table.records]
    assert replay("r", decode_log("r", lines)) == table.state
    for seat in table.state.seats:
        sent(RunViews(scenario).seat(table.state, seat, {}))


def check_fmt(data: bytes) -> None:
    """Tidying leaves a script as it is or changes nothing of what it means, and twice is as once."""
    text = data.decode("utf-8", "replace")
    try:
        done = formatted(text)
    except FormatError:
        return
    assert formatted(done) == done


def check_overlay(drawn: tuple[str, bytes]) -> None:
    """Any bytes give the script in other words, or a ScenarioError."""
    name, data = drawn
    scenario = inputs.SCENARIOS[name]
    try:
        said = translated(scenario, data, "strings.en.yaml")
    except ScenarioError as error:
        _told(error)
        return
    assert strings_of(said).keys() == strings_of(scenario).keys()
    back = translated(said, inputs.dumped(inputs.overlay_of(strings_of(scenario))), "x")
    assert back == scenario


def check_package(data: bytes) -> None:
    """Any bytes give a package of flat names, that packs to the same again, or a PackageError."""
    try:
        package = unpack(data)
    except PackageError:
        return
    assert not [name for name in package.files if re.search(r"[/\\:\x00]|^\.", name)]
    assert unpack(pack(package.script, package.files)) == package


def check_guard(text: str) -> None:
    """Any text is a condition that holds or doesn't, or a GuardError within it."""
    try:
        guard = parse_guard(text, Declared())
    except GuardError as error:
        where = error.offset
    else:
        assert holds(guard, Known()) in (True, False)
        return
    assert 0 <= where <= len(text)


def check_markdown(text: str) -> None:
    """Any text is prose: no tag but those of prose, no attribute, no comment."""
    html = str(markdown(text))
    assert tags_of(html) <= PROSE
    assert not re.search(r"<\w+ (?!start=\"\d+\"|class=\"language-[^\"<>]*\"|/>)", html), html


def check_parts(drawn: tuple[str, list[str], str, str]) -> None:
    """However a script's words and people's names are chosen, no part becomes other markup."""
    name, texts, person, seed = drawn
    plain = inputs.SCENARIOS[name]
    words = {
        address: f"{texts[number % len(texts)]}{text}"
        for number, (address, text) in enumerate(strings_of(plain).items())
    }
    try:
        scenario = translated(plain, inputs.dumped(inputs.overlay_of(words)), "x")
    except ScenarioError:
        assume(False)
    views, session = RunViews(scenario), SessionInfo("x", "CODE", "http://h/join/CODE")
    people = {f"s{number}": person for number in range(1, 6)}
    table = Playthrough(scenario, seed=seed)
    random_play(scenario, seed, wrong_rate=0.5, steps_max=12, table=table)
    for seat in table.state.seats:
        _rendered("seat", asdict(views.seat(table.state, seat, people)))
    infos = [RunInfo("r", scenario, table.state, people)]
    _rendered("projector", asdict(projector(session, infos)))
    _rendered("console", asdict(console(session, infos)))


def _rendered(kind: str, parts: dict[str, Any]) -> None:
    for html in render_parts(kind, parts).values():
        tags_of(html)


def check_wire(data: bytes) -> None:
    """Any frame is a message or is refused; any command is the engine's or is refused; each refusal
    can be sent, and has the id it is about."""
    try:
        message = read_message(data)
    except Refused as error:
        orjson.dumps(rejected(id_of(data), error))
        return
    if not isinstance(message, CommandMessage):
        return
    for kinds in (SEAT_KINDS, DESK_KINDS):
        try:
            command = build_command(kinds, message, name=message.id, by="s1", at_ms=1)
        except Refused as error:
            orjson.dumps(rejected(message.id, error))
        else:
            assert (command.id, command.by, command.at_ms) == (message.id, "s1", 1)


def check_log(data: bytes) -> None:
    """Any lines fold to a state, or are a ReplayError."""
    try:
        replay("r", decode_log("r", data.splitlines()))
    except ReplayError:
        return


LOG = (inputs.ROOT / "tests" / "golden" / "mini" / "log.jsonl").read_text(encoding="utf-8")
json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8), inputs.leaves,
        st.sampled_from(("s1", "recorder", "note", "date", "d1", "next", "\x00", "x" * 70)),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
frames = st.one_of(
    st.binary(max_size=60),
    st.fixed_dictionaries(
        {"type": st.sampled_from(("command", "command", "command", "hello", "ping", "zq"))},
        optional={
            "id": st.text(max_size=5) | json_values,
            "do": st.sampled_from((*SEAT_KINDS, *DESK_KINDS)) | json_values,
            "answer": st.lists(st.text(max_size=5), max_size=3) | json_values,
            **{
                field: st.text(max_size=5) | json_values
                for field in ("task", "role", "card", "to", "seat", "seconds", "scene", "run")
            },
        },
    ).map(lambda message: _json(message)),
)


def _json(message: object) -> bytes:
    import json

    return json.dumps(message).encode()


TARGETS: dict[str, tuple[SearchStrategy[Any], Callable[[Any], None]]] = {
    "script": (inputs.scripts(), check_script),
    "fmt": (inputs.scripts(), check_fmt),
    "overlay": (inputs.overlays(), check_overlay),
    "package": (inputs.packages(), check_package),
    "guard": (inputs.guards, check_guard),
    "markdown": (inputs.hostile_texts, check_markdown),
    "parts": (
        st.tuples(
            st.sampled_from(sorted(inputs.SCRIPTS)),
            st.lists(inputs.hostile_texts, min_size=1, max_size=4),
            inputs.hostile_texts,
            st.sampled_from("0123456789"),
        ),
        check_parts,
    ),
    "wire": (frames, check_wire),
    "log": (inputs.mangled(LOG), check_log),
}
"""Name → (what is drawn, what must come of it)."""
