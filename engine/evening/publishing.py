"""Scripts being written: which there are, their newest texts; a draft begun, taken in, saved.

What lies in the scenarios folder is everybody's to play from, and nobody here changes it; drafts
are a branch's own, and come into the menu by `putting.py`. A script's text is its newest draft,
else what lies in the folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import msgspec

from engine import typed
from engine.author.new import starter
from engine.author.package import NOTES, SCRIPT
from engine.errors import ScenarioError
from engine.evening.actors import WRITE, Actor, Staff, allowed
from engine.evening.house import House
from engine.evening.library import FILES, TEXT_MAX
from engine.evening.refusing import refused
from engine.plain import read_plain
from engine.scenario import compile_scenario
from engine.scenario.strings import STRINGS
from engine.script.encoding import Decoded, decoded
from engine.script.fields import ID
from engine.script.source import BYTES_MAX
from engine.store.people.accounts import Account
from engine.store.scripts.drafts import Draft, Drafts, Saved
from engine.store.scripts.puts import Put

TITLE_MAX: Final = 60


def writer(actor: Actor) -> Account:
    """Whoever writes. Raises Refused login_needed, no_right."""
    staff = allowed(actor, WRITE)
    assert isinstance(staff, Staff), "a draft has an author"
    return staff.account


def shelf_of(house: House, account: Account) -> Drafts:
    """The drafts that the account may read and write: its branch's, or all."""
    return house.database.drafts.within(account.scope)


def get_named(name: str) -> str:
    """The name of a script, if it can be one. Raises Refused invalid."""
    if ID.fullmatch(name) is None:
        raise refused("invalid", what="名字（字母开头，只用字母、数字、- 和 _）")
    return name


def id_of(script: str) -> str:
    """A text's own id, sound or not. Raises Refused invalid."""
    found = re.search(r"^id:[ \t]*[\"']?([A-Za-z][A-Za-z0-9_-]{0,63})", script, re.MULTILINE)
    if found is None:
        raise refused("invalid", what="剧本里没有 id")
    return get_named(found[1])


class Folder(msgspec.Struct, frozen=True):
    """What lies in the scenarios folder under a name."""

    text: bytes
    files: dict[str, bytes]


def get_folder(house: House, name: str) -> Folder | None:
    """What lies in the menu under that name; None: nothing, or nothing that can be read."""
    try:
        folder = house.library.folder_of(name.partition("@")[0])
        if folder is None:
            return None
        return Folder(
            read_plain(folder / SCRIPT, TEXT_MAX),
            {
                path.name: read_plain(path, TEXT_MAX)
                for path in sorted(folder.iterdir())
                if _beside(path)
            },
        )
    except OSError:  # the menu says why; the other scripts are shown
        return None


def _beside(path: Path) -> bool:
    known = path.suffix.lower() in FILES or path.name in (NOTES, *STRINGS.values())
    return known and path.is_file() and not path.is_symlink()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a script stands in the menu, beside its drafts."""

    put: Put | None
    """By which act it is there; None: it isn't, or lies in the scenarios folder."""
    folder: bool
    """A script of its name lies in the scenarios folder."""
    draft: Saved | None
    """The newest."""
    changed: bool
    """It says something else than what is in the menu."""


def stands(put: Put | None, folder: bytes | None, draft: Draft | None) -> Standing:
    """How a script stands by the act that is in force, the text in the folder, its newest draft."""
    if draft is None:
        changed = False
    elif put is not None:
        changed = sha256(draft.text).hexdigest() != put.digest
    else:
        changed = folder is not None and folder != draft.text
    return Standing(put=put, folder=folder is not None, draft=draft, changed=changed)


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A script as it stands on the shelf."""

    name: str
    title: str
    issues: int
    stands: Standing


async def scripts(house: House, account: Account) -> list[Script]:
    """Those one can open, by name."""
    shelf = shelf_of(house, account)
    names = {*house.library.folders(), *await shelf.names()}
    puts = {put.name: put for put in await house.database.menu.current()}
    return [
        await _script(house, account, name, puts.get(shelf.key(name))) for name in sorted(names)
    ]


async def _script(house: House, account: Account, name: str, put: Put | None) -> Script:
    draft = await shelf_of(house, account).newest(name)
    folder = get_folder(house, name)
    text = draft.text if draft is not None else folder.text if folder is not None else b""
    key = sha256(text).hexdigest()
    known = house.judged.find(key)
    title, issues = known or house.judged.keep(key, await house.reading.do(_judged, text))
    found = stands(put, folder.text if folder is not None else None, draft)
    return Script(name=name, title=title or name, issues=issues, stands=found)


def _judged(text: bytes) -> tuple[str, int]:
    """The title, empty where the text is unsound; and how many issues it has."""
    try:
        return compile_scenario(text, "").title, 0
    except ScenarioError as error:
        return "", len(error.issues)


async def newest(house: House, account: Account, name: str) -> tuple[Decoded, int]:
    """The text and number of the newest draft, else of what is in the menu (0). Raises Refused
    not_found, UnreadableText: what can be saved is never a guess that has lost a character."""
    draft = await shelf_of(house, account).newest(name)
    if draft is not None:
        return decoded(draft.text), draft.number
    folder = get_folder(house, name)
    if folder is None:
        raise refused("not_found")
    return decoded(folder.text), 0


async def files_of(house: House, account: Account, name: str) -> dict[str, bytes]:
    """What lies beside the script: the drafts' own, and what the menu has that they haven't."""
    kept = await shelf_of(house, account).files(name)
    folder = get_folder(house, name)
    return (folder.files if folder is not None else {}) | kept


async def begin(house: House, actor: Actor, name: str, title: str) -> None:
    """A script to begin with. Raises Refused invalid, taken, no_right; QuotaError."""
    account = writer(actor)
    get_named(name)
    if await shelf_of(house, account).newest(name) or get_folder(house, name):
        raise refused("taken", what=name)
    text = starter(name, typed.shown(title)[:TITLE_MAX] or name).encode()
    await shelf_of(house, account).save(name, text, base=0, author=account.name)


async def take_in(
    house: House, actor: Actor, script: str, files: Mapping[str, bytes]
) -> tuple[str, list[str]]:
    """What a package brought becomes the newest draft under its own id: (the id, files that were
    replaced). Raises Refused invalid, no_right; QuotaError."""
    account = writer(actor)
    name = id_of(script)
    replaced = await shelf_of(house, account).take_in(
        name, script.encode(), files, author=account.name
    )
    return name, replaced


async def save(house: House, actor: Actor, name: str, text: str, base: int) -> Saved:
    """A draft on top of the one that its author had seen (`base`). Raises StaleDraft: somebody else
    saved meanwhile; Refused invalid, no_right; QuotaError."""
    account = writer(actor)
    data = text.encode()
    if len(data) > BYTES_MAX:
        raise refused("invalid", what="剧本不能超过 1 MiB")
    return await shelf_of(house, account).save(name, data, base=base, author=account.name)


async def move_file(
    house: House, actor: Actor, name: str, file: str, move: Literal["aside", "back"], at_ms: int = 0
) -> None:
    """Lay a file aside, or bring back the one that was laid aside at `at_ms`. Raises Refused
    not_found, no_right."""
    drafts = shelf_of(house, writer(actor))
    back = move == "back"
    done = await (drafts.bring_back(name, file, at_ms) if back else drafts.lay_aside(name, file))
    if not done:
        raise refused("not_found")
