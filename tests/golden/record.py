"""Records an evening for ever: `python -m tests.golden.record NAME SCENARIO_FOLDER`.

A real server, and bots on real sockets that slip, rescue each other, drop out and come back. Kept
in `tests/golden/NAME/`: the script, the log, the names, and for each seat what it was sent live, in
the order in which it was sent: `{"line", "seq", "parts": {part: SHA-256 of its JSON}}`. A new
`line` is a new connection, which is sent everything afresh.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import connect

from engine.kinds.forms import Answer
from tests.e2e.answers import AnswerKey, load
from tests.e2e.bots import Bot
from tests.support.options import chosen
from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess

HERE = Path(__file__).resolve().parent
PASSWORD = "七月二十三日"
NAMES = ("赵春兰", "钱卫国", "孙晓梅", "李建军", "周颖")


def digest(part: Any) -> str:
    """What is kept of a part."""
    return hashlib.sha256(orjson.dumps(part)).hexdigest()


class Witness(Bot):
    """A bot that slips once at every trap it meets and writes down what it is sent."""

    def __init__(self, url: str, token: str, key: AnswerKey) -> None:
        self.url, self.token = url, token
        self.sent: list[dict[str, Any]] = []
        self.line = 0
        self._slipped: set[tuple[str, str]] = set()
        super().__init__(None, key)  # type: ignore[arg-type]

    async def connect(self) -> None:
        """Open a connection and hear all parts."""
        self.line += 1
        self.seq, self.parts = 0, {}
        self.socket = await connect(f"{self.url.replace('http', 'ws', 1)}/live")
        hello = {"type": "hello", "token": self.token, "format": "json"}
        await self.socket.send(json.dumps(hello))
        while not self.parts:
            await self.hear()

    async def hear(self, timeout_s: float | None = None) -> None:
        """As a bot hears, and write it down."""
        before = dict(self.parts)
        await super().hear(timeout_s)
        changed = {
            name: digest(part)
            for name, part in self.parts.items()
            if name not in before or before[name] is not part
        }
        if changed:
            self.sent.append({"line": self.line, "seq": self.seq, "parts": changed})

    async def _act(self) -> float | None:
        await self._rescue()
        if any(refusal["code"] == "held" for refusal in self.refused):
            # It answered before it heard that it was held: what it asked then, it asks again.
            self.refused.clear()
            self._asked.clear()
        return await super()._act() or 1.0

    async def _rescue(self) -> None:
        for offer in self.parts["rescues"]:
            if not offer["tried"]:
                trap = next(
                    t for t in self.key.scenario.traps.values() if t.belief == offer["trap"]
                )
                assert trap.rescue is not None, "what is offered is there"
                right = chosen(offer, trap.rescue.choices, self.key.rescue(trap.id))
                await self.say("rescue", seat=offer["seat"], answer=right)

    def _answer(self, task: dict[str, Any]) -> Answer | None:
        scene = self.parts["scene"]["id"]
        wrong = self.key.trapped(scene, task["id"])
        if (
            wrong is not None
            and (scene, task["id"]) not in self._slipped
            and len(self._slipped) < 2
        ):
            self._slipped.add((scene, task["id"]))
            return wrong[:1]
        return super()._answer(task)


async def evening(server: ServerProcess, key: AnswerKey) -> tuple[bytes, list[Witness]]:
    """Play it; the log, and who saw what."""
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S) as desk:
        login = await desk.post("/api/token", json={"name": "admin", "password": PASSWORD})
        desk.headers["Authorization"] = f"Bearer {login.json()['token']}"
        opened = await desk.post("/api/sessions", json={"scenario": key.scenario.id, "teams": 1})
        session = opened.json()
        people = []
        for role, name in zip(key.scenario.roles, NAMES, strict=False):
            place = {"name": name, "role": role}
            seat = await desk.post(f"/api/sessions/{session['code']}/seats", json=place)
            people.append(Witness(server.url, seat.json()["token"], key))
            await people[-1].connect()

        async def do(**body: Any) -> None:
            answer = await desk.post(f"/api/sessions/{session['id']}/commands", json=body)
            assert answer.status_code == 200, answer.text

        for one in people:
            await one.say("ready")
            await one.answered()
        await do(do="start")
        await asyncio.gather(*(one.until("playing") for one in people))
        await do(do="pause")
        await asyncio.gather(*(one.until("paused") for one in people))
        await people[-1].socket.close()
        await people[-1].connect()
        await do(do="resume")
        await asyncio.gather(*(one.until("playing") for one in people))
        await asyncio.gather(*(one.play() for one in people))
        await do(do="debrief", to="open")
        await asyncio.gather(*(one.until("debrief") for one in people))
        await do(do="draw")
        for _ in range(people[0].parts["debrief"]["steps"] - 1):
            await do(do="debrief", to="next")
        for one in people:
            await one.say(
                "submit", task="reflect", answer=[f"{one.parts['me']['name']}懂得了警觉。"]
            )
            await one.answered()
        await do(do="close")
        await asyncio.gather(*(one.until("closed") for one in people))
        log = await desk.get(f"/api/runs/{session['runs'][0]}/log")
    for one in people:
        await one.socket.close()
    return log.content, people


def keep(out: Path, folder: Path, log: bytes, people: list[Witness]) -> None:
    """Write it all down."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "scenario.yaml", out / "scenario.yaml")
    (out / "log.jsonl").write_bytes(log)
    names = {one.parts["me"]["seat"]: one.parts["me"]["name"] for one in people}
    (out / "names.json").write_text(json.dumps(names, ensure_ascii=False) + "\n", encoding="utf-8")
    for one in people:
        lines = "".join(json.dumps(entry) + "\n" for entry in one.sent)
        (out / f"{one.parts['me']['seat']}.jsonl").write_text(lines, encoding="utf-8")


def main(name: str, folder: Path) -> None:
    """Record one."""
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        scripts = here / "scenarios" / name
        shutil.copytree(folder, scripts)
        server = ServerProcess(here, scenarios=here / "scenarios", password=PASSWORD)
        server.start()
        try:
            keep(HERE / name, scripts, *asyncio.run(evening(server, AnswerKey(load(scripts)))))
        finally:
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
