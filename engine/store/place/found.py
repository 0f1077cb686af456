"""What a start finds: how much is kept, and whether it is what was kept before.

A database that is gone, emptied, or looked for from another folder is made anew, and an older copy
is as good as any: nothing fails, and everything is missing. So whoever starts the server is told
what there is, and what speaks against its being all.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import msgspec

from engine.civil import local
from engine.errors import Text
from engine.rules.chain import key_named, key_of
from engine.store.backup.copies import copies
from engine.store.database import Database
from engine.store.place.anew import has_no_table
from engine.store.place.custody import Note, file_of
from engine.store.place.room import left_mb, room
from engine.store.place.secret import secret_file
from engine.store.place.unopened import shown

ANEW_MS: Final = 10 * 60_000
"""A secret that is so much older than a new database isn't of this installation's first start, even
where the first tries failed."""


class Before(msgspec.Struct, frozen=True):
    """What lay there before the database was opened."""

    new: bool
    """There was none, an empty file, or one that a start was making which was cut short."""
    traces: tuple[Text, ...] = ()
    """What says that there has been one."""


class Found(msgspec.Struct, frozen=True):
    """What is there once it is open."""

    place: str
    new: bool
    sessions: int
    newest_ms: int
    doubts: tuple[Text, ...] = ()
    """What speaks against its being all that was kept."""

    def told(self) -> Text:
        """In a few words."""
        if self.new:
            return Text("新的空库", "new and empty")
        if not self.sessions:
            return Text("还没有场次", "no sessions yet")
        day = local(self.newest_ms)
        count = "1 session" if self.sessions == 1 else f"{self.sessions} sessions, the newest"
        return Text(
            f"{self.sessions} 场，最近 {day.year}年{day.month}月{day.day}日",
            f"{count} of {day:%Y-%m-%d}",
        )


def look_before(url: str, secret: Path | None, now_ms: int, note: Note) -> Before:
    """What lies there, before anything is opened. `secret`: the file it was kept in; None: it is
    set. Nothing is changed."""
    file = file_of(url)
    if file is None or (file.exists() and file.stat().st_size and not has_no_table(file)):
        return Before(new=False)
    traces = []
    if file.exists() and not file.stat().st_size:
        traces.append(Text("数据库文件是空的（0 字节）", "the file is empty (0 bytes)"))
    if note.kept_ms:
        traces.append(Text("这里开过服务器", "a server has run here"))
    if copies(url):
        traces.append(Text("旁边有备份", "backups lie beside it"))
    if secret is not None and secret.exists():
        if secret.stat().st_mtime * 1000 < now_ms - ANEW_MS:
            traces.append(Text("密钥比它早", "the secret is older"))
    return Before(new=True, traces=tuple(traces))


async def look(
    database: Database, before: Before, note: Note, secrets: Collection[str] = ()
) -> Found:
    """What is there, and what is missing. `secrets`: the one in use, and those before it. Raises
    StoreUnavailable."""
    sessions, newest_ms = await database.listing.summary()
    file = file_of(database.url)
    doubts = []
    if before.new and before.traces:
        zh, en = "、".join(t.zh for t in before.traces), "; ".join(t.en for t in before.traces)
        doubts.append(
            Text(
                f"数据库是刚建的新库，可是{zh}。以前用过红船，就先停下，把原来的数据库文件放回来，"
                "或在原来的文件夹里启动，或用 hongchuan restore 恢复备份。",
                f"The database was made just now, but {en}. If it was in use before, stop, and put"
                " its file back, start in the folder it was started in, or restore a backup.",
            )
        )
    kept_ms = await database.alive.newest_ms()
    if not before.new and note.kept_ms > kept_ms > 0:
        last, has = (f"{local(at_ms):%Y-%m-%d %H:%M:%S}" for at_ms in (note.kept_ms, kept_ms))
        doubts.append(
            Text(
                f"数据库不是最新的：它到过 {last}，现在只到 {has}。"
                "也许旁边的 -wal 不在了，或放的是旧的一份。请先停下，找到了就放回来。",
                f"The database isn't the newest: it reached {last}, and has {has} now. Its -wal may"
                " be gone, or this is an older copy. Stop, and put the other back if you find it.",
            )
        )
    used = key_named(await database.listing.newest_link())
    if used and secrets and used not in {key_of(each).name for each in secrets}:
        place = secret_file()
        doubts.append(
            Text(
                "密钥不是原来的那一把：最近的记录不是用它做的链，hongchuan verify 会说链不对。"
                f"请停下，放回原来的密钥（HONGCHUAN_SECRET 或 {place}）；有意换的，"
                f"把旧的写进 {place}.former。",
                "The secret is another one: the newest logs aren't chained with it, and verify will"
                f" say so. Stop, and put the old one back (HONGCHUAN_SECRET or {place}); if it was"
                f" changed on purpose, write the old one into {place}.former.",
            )
        )
    if file is not None and (left := left_mb(room(file))) is not None:
        doubts.append(
            Text(
                f"磁盘快满了，只剩 {left} MB：满了以后什么也保存不了。请先腾出一些空间。",
                f"The disk is filling up, {left} MB are left. When it is full nothing can be saved:"
                " make room first.",
            )
        )
    return Found(shown(database.url), before.new, sessions, newest_ms, tuple(doubts))
