"""A process of people at their desks, who ask for whatever takes long, over and over.

    python -m tests.faults.labours NAME < the desk, as JSON

"begun" goes out once the first has been asked for; it goes on until it is ended.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from PIL import Image

from tests.faults.crowd import say
from tests.support.patience import PATIENCE_S
from tests.support.proxy import pause

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = "lianzheng"
AT_ONCE: Final = 3
"""Requests of one account at the same time: three tabs."""


class Desk(msgspec.Struct):
    """What they work with."""

    url: str
    database_url: str
    token: str
    played: list[str]
    """Sessions that were played."""
    long: str
    """One whose run is long."""
    long_run: str
    runs: list[str]
    """Of `played`."""


class Clerk:
    """A browser that is logged in."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.text = (ROOT / "scenarios" / SCRIPT / "scenario.yaml").read_text(encoding="utf-8")
        self.http = httpx.AsyncClient(
            base_url=desk.url,
            timeout=PATIENCE_S,
            cookies={"login": desk.token},
            headers={"origin": desk.url},
        )

    async def get(self, path: str) -> httpx.Response:
        """A page."""
        return await self.http.get(path)

    async def studio(self, what: str, **content: Any) -> None:
        """What the studio asks for of a text."""
        await self.http.post(f"/studio/{SCRIPT}/{what}", json={"text": self.text, **content})

    async def form(self, path: str, page: str = "/studio", **given: Any) -> httpx.Response:
        """Send a form of ours. `given`: `data`, `files`."""
        shown = (await self.get(page)).text
        mark = shown.split('name="mark" value="')[1].split('"')[0]
        data = {**given.pop("data", {}), "mark": mark}
        return await self.http.post(path, data=data, **given)


Labour = Callable[[Clerk], Awaitable[object]]


def zipped(files: dict[str, bytes]) -> bytes:
    """A package with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scenario.yaml", "format: 1\nid: brought\ntitle: 党史\n")
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


def picture(kind: str, width: int, height: int) -> bytes:
    """A picture that can't be made small."""
    out = io.BytesIO()
    noise = os.urandom(width * height * 3)
    Image.frombytes("RGB", (width, height), noise).save(out, kind, quality=80)
    return out.getvalue()


_made: dict[str, bytes] = {}


def once(name: str, make: Callable[[], bytes]) -> bytes:
    """What takes long to make, made once."""
    if name not in _made:
        _made[name] = make()
    return _made[name]


def importing(name: str, make: Callable[[], dict[str, bytes]]) -> Labour:
    """Bring in a package."""

    async def labour(clerk: Clerk) -> object:
        data = once(name, lambda: zipped(make()))
        return await clerk.form("/studio/import", files={"package": ("a.zip", data)})

    return labour


async def _photo(clerk: Clerk) -> object:
    data = once("photo", lambda: picture("JPEG", 4_000, 3_000))
    path = f"/review/sessions/{clerk.desk.played[0]}"
    return await clerk.form(f"{path}/activity", path, files={"photo": ("a.jpg", data)})


async def _push(clerk: Clerk) -> object:
    path = f"/review/sessions/{clerk.desk.played[0]}"
    return await clerk.form(f"{path}/push", path)


async def _erase(clerk: Clerk) -> object:
    """Forget somebody; a backup is taken before."""
    path = f"/review/sessions/{clerk.desk.played[-1]}"
    shown = (await clerk.get(path)).text
    known = shown.partition('<select name="person"')[2].split('<option value="')[2:3]
    if not known:
        await pause(0.5)
        return None
    person = known[0].partition('"')[0]
    return await clerk.form(f"{path}/erase", path, data={"person": person, "sure": "1"})


async def _save(clerk: Clerk) -> object:
    """Another draft, of a text that is as large as one may be; and the shelf."""
    text = clerk.text + "# " + "红" * 60_000 + "\n"
    for number in range(6):
        await clerk.http.post(f"/studio/large{number}/save", json={"text": text, "base": 0})
    return await clerk.get("/studio")


async def _open(clerk: Clerk) -> object:
    """A session of sixty teams, and its console."""
    made = await clerk.http.post("/api/sessions", json={"scenario": SCRIPT, "teams": 60})
    if made.status_code != 201:
        await pause(0.5)
        return None
    return await clerk.get(f"/sessions/{made.json()['id']}/console")


def command(*words: str) -> Labour:
    """A command in another terminal, upon the same database."""

    async def labour(clerk: Clerk) -> object:
        with tempfile.TemporaryDirectory() as folder:
            given = [
                word.replace("{folder}", folder).replace("{long}", clerk.desk.long)
                for word in words
            ]
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "engine.cli", *given),
                cwd=ROOT,
                env={**os.environ, "HONGCHUAN_DATABASE_URL": clerk.desk.database_url},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                return await process.wait()
            finally:
                with suppress(ProcessLookupError):
                    process.kill()

    return labour


def page(path: str) -> Labour:
    """A page, again and again."""

    async def labour(clerk: Clerk) -> object:
        desk = clerk.desk
        return await clerk.get(
            path.format(
                played=desk.played[0], run=desk.runs[0], other=desk.runs[1], long=desk.long,
                long_run=desk.long_run,
            )
        )  # fmt: skip

    return labour


def file(name: str, session: str = "{played}") -> Labour:
    """A document."""
    return page(f"/review/sessions/{session}/files/{name}")


WAIT: Final = {"seat": "", "wait_s": 3_600}
LABOURS: Final[dict[str, Labour]] = {
    # ── authors ──
    "check as one types": lambda clerk: clerk.studio("check"),
    "picture": lambda clerk: clerk.studio("graph"),
    "trial play": lambda clerk: clerk.studio("play", moves=[WAIT] * 500),
    "prove": lambda clerk: clerk.studio("prove"),
    "package import": importing(
        "large", lambda: {f"{n}.png": picture("PNG", 600, 500) for n in range(16)}
    ),
    "SVG full of blanks": importing(
        "blanks",
        lambda: {
            f"{n}.svg": b'<svg xmlns="http://www.w3.org/2000/svg"' + b" " * MIB + b"/>"
            for n in range(16)
        },
    ),
    "SVG of many elements": importing(
        "elements",
        lambda: {
            f"{n}.svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 200_000 + b"</svg>"
            for n in range(8)
        },
    ),
    "package export": page("/studio/yida-1921/package.zip"),
    "drafts and the shelf": _save,
    # ── those who lead, and who look back ──
    "a session of sixty teams": _open,
    "the list of sessions": page("/sessions"),
    "photo": _photo,
    "push to a store that hangs": _push,
    "erasing, with its backup": _erase,
    "report": page("/review/sessions/{played}"),
    "report of a long run": page("/review/sessions/{long}"),
    "replay of a long run": page("/review/{long_run}"),
    "a moment of a long run": page("/review/{long_run}/moment?seq=2900&screens=wall"),
    "log of a long run": page("/review/{long_run}/log.jsonl"),
    "two runs beside each other": page("/review/compare?a={run}&b={other}"),
    "trends": page("/review"),
    "trends of a long run": page("/review?scenario=round"),
    "heat map": page("/review/heat.svg"),
    "Word": file("record.docx"),
    "Excel": file("attendance.xlsx"),
    "certificates": page("/review/sessions/{played}/certificates"),
    "statements of a long run": file("statements.jsonl", "{long}"),
    "Word of a long run": file("record.docx", "{long}"),
    "audit": page("/audit"),
    "audit, all of it": page("/audit/log.jsonl"),
    "people": page("/people"),
    # ── another terminal ──
    "hongchuan prove": command("prove", f"scenarios/{SCRIPT}"),
    "hongchuan verify": command("verify"),
    "hongchuan backup": command("backup", "{folder}/backup.db"),
    "hongchuan report": command("report", "{long}", "-o", "{folder}/report"),
}
MIB: Final = 1 << 20


async def main(name: str) -> None:
    """Work."""
    desk = msgspec.json.decode(sys.stdin.readline(), type=Desk)
    clerk = Clerk(desk)
    await LABOURS[name](clerk) if name.startswith(("SVG", "package", "photo")) else None

    async def again() -> None:
        while True:
            with suppress(httpx.HTTPError):
                await LABOURS[name](clerk)
            await pause(0)

    working = [asyncio.create_task(again()) for _ in range(AT_ONCE)]
    say("begun")
    await asyncio.gather(*working)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
