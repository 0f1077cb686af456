"""The two servers beside ours, of the same parts: uvicorn, its `websockets-sansio`, and SQLite.

    python -m bench.turns.peers echo PORT         sends, keeps nothing
    python -m bench.turns.peers least PORT FILE   commits, then sends

A client says `{"type":"hello","team":3}`; then each command is answered with an `ack`, and all of the
team get 1.5 KB with the act's number: what our own server says, less the sense. After as many acts as
the team has sockets the next round begins.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
import threading
from collections import defaultdict
from typing import Any, Final

import orjson
import uvicorn

from bench.turns.rounds import GO_ON, SCENES

TEAM: Final = "。" * 480
"""A team's changed view is some 1.5 KB."""
ROUND: Final = '"scene":{"id":"r%d"},"tasks":[{"choices":[{"id":"go","text":"' + GO_ON + '"}]}],'
GROUP_MAX: Final = 256

Row = tuple[int, int, bytes]


class Journal:
    """Rows on a thread of its own, as many in one durable transaction as wait."""

    def __init__(self, file: str) -> None:
        self._waiting: queue.SimpleQueue[tuple[Row, asyncio.Future[None]]] = queue.SimpleQueue()
        self._file = file
        threading.Thread(target=self._write, daemon=True).start()

    def keep(self, team: int, seq: int, act: bytes) -> asyncio.Future[None]:
        """Done once the act can't be lost."""
        kept = asyncio.get_running_loop().create_future()
        self._waiting.put(((team, seq, act), kept))
        return kept

    def _write(self) -> None:
        database = sqlite3.connect(self._file, isolation_level=None)
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=full")
        database.execute("create table acts (id integer primary key, team, seq, act blob)")
        database.execute("create unique index one on acts (team, seq)")
        while True:
            group = [self._waiting.get()]
            while len(group) < GROUP_MAX and not self._waiting.empty():
                group.append(self._waiting.get())
            database.execute("begin immediate")
            database.executemany(
                "insert into acts (team, seq, act) values (?, ?, ?)", [row for row, _ in group]
            )
            database.execute("commit")
            kept = [future for _, future in group]
            kept[0].get_loop().call_soon_threadsafe(_let_go, kept)


def _let_go(kept: list[asyncio.Future[None]]) -> None:
    for future in kept:
        if not future.done():
            future.set_result(None)


class Room:
    """A team's sockets."""

    def __init__(self) -> None:
        self.seq = 0
        self._acts = 0
        self.sends: list[Any] = []

    async def tell(self, command: str, acknowledge: Any, seq: int) -> None:
        """The one who acted hears that it counts; all see it."""
        await acknowledge(_text(f'{{"type":"ack","id":"{command}","seq":{seq}}}'))
        self._acts += 1
        turned, rest = divmod(self._acts, len(self.sends))
        view = _text(shown(seq, "" if rest else ROUND % (turned % SCENES)))
        for send in self.sends:
            await send(view)


def shown(seq: int, more: str) -> str:
    """A view; `more`: what else has changed."""
    return f'{{"type":"parts","seq":{seq},"parts":{{{more}"team":"{TEAM}"}}}}'


def _text(text: str) -> dict[str, str]:
    return {"type": "websocket.send", "text": text}


def app_of(journal: Journal | None) -> Any:
    """The server; without a journal it keeps nothing."""
    rooms: defaultdict[int, Room] = defaultdict(Room)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "websocket"
        await receive()
        await send({"type": "websocket.accept"})
        team = -1
        while (message := await receive())["type"] == "websocket.receive":
            said = orjson.loads(message["text"])
            if said["type"] == "hello":
                team = said["team"]
                rooms[team].sends.append(send)
                await send(_text(shown(0, ROUND % 0)))
                continue
            room = rooms[team]
            room.seq += 1
            seq = room.seq
            if journal is not None:
                await journal.keep(team, seq, orjson.dumps(said))
            await room.tell(said["id"], send, seq)
        rooms[team].sends.remove(send)

    return app


def main(kind: str, port: int, file: str = "") -> None:
    """Serve until killed."""
    uvicorn.run(
        app_of(Journal(file) if kind == "least" else None),
        port=port, log_level="warning", ws="websockets-sansio", lifespan="off",
        ws_per_message_deflate=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
