"""照着一部改: what is in the menu, or a draft of one's own, begun anew under an id of its own.

Pictures, sounds and translations go along; the other script stays as it is.
"""

from __future__ import annotations

import msgspec

from engine import typed
from engine.author.remix import id_for, remixed, title_in
from engine.errors import Text
from engine.evening.actors import Actor
from engine.evening.house import House
from engine.evening.library import Entry
from engine.evening.publishing import (
    TITLE_MAX,
    files_of,
    get_folder,
    get_named,
    newest,
    shelf_of,
    writer,
)
from engine.evening.refusing import invalid, refused
from engine.script.encoding import decoded
from engine.store.people.accounts import Account
from engine.store.scripts.drafts import StaleDraft


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What a script is made after."""

    name: str
    title: str
    told: str
    """Which state of it, in a few words."""
    text: str
    files: dict[str, bytes]


async def from_menu(house: House, account: Account, name: str) -> Source:
    """What the account's menu has under that name. Raises Refused not_found, broken_scenario."""
    entry = await house.library.get(name, account)
    assert entry.scenario is not None, "get() refuses broken ones"
    which = f" {entry.scenario.version} 版" if entry.put is None else f"第 {entry.put.number} 稿"
    return Source(
        name=name,
        title=entry.scenario.title,
        told=f"菜单里的{which}",
        text=decoded(entry.text).text,
        files=await _files(house, entry),
    )


async def _files(house: House, entry: Entry) -> dict[str, bytes]:
    if entry.put is None:
        folder = get_folder(house, entry.folder.name)
        return folder.files if folder is not None else {}
    kept = await house.database.menu.files(entry.put.id)
    bodies = {file: await house.database.pictures.find(kept[file]) for file in kept}
    return {file: body for file, body in bodies.items() if body is not None}


async def from_shelf(house: House, account: Account, name: str) -> Source:
    """The newest draft of a script on the account's shelf. Raises Refused not_found,
    UnreadableText."""
    read, number = await newest(house, account, name)
    return Source(
        name=name,
        title=title_in(read.text) or name.partition("@")[0],
        told=f"第 {number} 稿" if number else "scenarios 文件夹里的那一份",
        text=read.text,
        files=await files_of(house, account, name),
    )


async def proposed(house: House, account: Account, source: Source, title: str = "") -> str:
    """An id that the copy can have: made of its title, else of the source's id."""
    puts = {put.name for put in await house.database.menu.current()}
    taken = {*house.library.folders(), *await shelf_of(house, account).names(), *puts}
    return id_for(title, source.name.partition("@")[0], taken)


async def copy(house: House, actor: Actor, source: Source, title: str, name: str) -> str:
    """Begin a script after another, as the first draft on the actor's shelf; its id. `name` empty:
    the program makes one. The same once more (a button pressed twice) is done already.

    Raises:
        Refused: no_right, invalid, taken.
        LeftAlone: the text is written in a way that isn't edited.
        QuotaError.
    """
    account = writer(actor)
    title = typed.shown(title)[:TITLE_MAX].strip()
    if not title:
        raise invalid(Text("请写一个标题", "Give it a title"))
    name = get_named(typed.shown(name).strip() or await proposed(house, account, source, title))
    after = f"照着“{source.title}”（{source.name.partition('@')[0]}，{source.told}）改的"
    text = remixed(source.text, name, title, after).encode()
    shelf = shelf_of(house, account)
    before = await shelf.newest(name)
    if before is not None and before.text == text:
        return name
    if before is not None or get_folder(house, name) is not None:
        raise refused("taken", what=name)
    try:
        await shelf.take_in(name, text, source.files, author=account.name, begins=True)
    except StaleDraft as error:
        raise refused("taken", what=name) from error
    return name
