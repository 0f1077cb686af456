"""A draft is put into the menu, and taken back.

What is put is one saved draft, with the pictures and translations that lie beside it then: kept by
digest, so that nobody's writing on changes it. It is proved by this program before, that very text;
what isn't proved can be put there to be tried out only, and then it says so. Drafts of a branch
come into the menu of that branch, those of the whole organisation into everybody's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from engine.errors import ScenarioError
from engine.evening.actors import Actor
from engine.evening.house import House
from engine.evening.library import FILE_MAX, shown_by
from engine.evening.publishing import files_of, shelf_of, writer
from engine.evening.refusing import refused
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.scenario.strings import STRINGS
from engine.store.scripts.drafts import Draft
from engine.store.scripts.puts import Put

Prove = Callable[[str], Awaitable[str]]
"""Proves a text: what was found, in a sentence; empty: nothing, and the house remembers it
(`proved`)."""


async def put_into_menu(
    house: House, actor: Actor, name: str, number: int, prove: Prove | None
) -> Put:
    """Put the draft with this number into the menu, in place of what was there of it; what is there
    just so stays. `prove` None: to be tried out only.

    Raises:
        Refused: no_right, not_found, broken_scenario, other_id, unproved.
        QuotaError.
    """
    account = writer(actor)
    shelf = shelf_of(house, account)
    draft = await shelf.find(name, number)
    if draft is None:
        raise refused("not_found")
    scenario = await house.reading.do(_sound, draft.text)
    key = shelf.key(name)
    if scenario.id != key.partition("@")[0]:
        raise refused("other_id", what=scenario.id)
    files = _needed(scenario, await files_of(house, account, name))
    if prove is not None:
        await _check_proved(house, draft, scenario, files, prove)
    await house.database.texts.keep(scenario.digest, scenario.id, scenario.version, draft.text)
    kept = await house.database.pictures.keep(files)
    return await house.database.menu.put(
        key, number, scenario.digest, kept, who=account.name, proved=prove is not None
    )


async def take_out(house: House, actor: Actor, name: str, put: str) -> bool:
    """Take a script out of the menu, if it is there by this act; evenings that were opened go on.
    False: it isn't. Raises Refused no_right."""
    account = writer(actor)
    key = shelf_of(house, account).key(name)
    return await house.database.menu.take_back(key, put, who=account.name)


def _sound(text: bytes) -> Scenario:
    """Raises Refused broken_scenario."""
    try:
        return compile_scenario(text, "")
    except ScenarioError as error:
        raise refused("broken_scenario") from error


def _needed(scenario: Scenario, files: dict[str, bytes]) -> dict[str, bytes]:
    """What goes along: what the script shows, and its translations."""
    wanted = {*shown_by(scenario), *STRINGS.values()}
    return {file: body for file, body in files.items() if file in wanted and len(body) <= FILE_MAX}


async def _check_proved(
    house: House, draft: Draft, scenario: Scenario, files: dict[str, bytes], prove: Prove
) -> None:
    """Raises Refused unproved."""
    missing = sorted({*shown_by(scenario)} - {""} - set(files))
    if missing:
        raise refused("unproved", what=f"缺 {'、'.join(missing)}，手机上会是空白。")
    if house.proved.find(scenario.digest):
        return
    found = await prove(draft.text.decode())
    if found:
        raise refused("unproved", what=found)
