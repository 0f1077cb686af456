"""What browsers load besides pages: scripts, styles, pictures.

All of it stands under an address that names its version, `/static/<version>/…`, and whoever loaded
it keeps it for good. What a style or a script names by a relative address is of the same version by
itself, so a page never mixes yesterday's files with today's: where the server was updated while a
page was loading, what it still asks for isn't there any more (404, kept by nobody), and the page
says that it isn't whole.

On a slow line a request costs more than what comes of it. So the blocks of style, and the live
page's modules, which are many for those who write them, come as one sheet and one script
(`bundled.py`), and texts packed for who takes them so (`packed.py`).
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from engine.kinds.registry import FOLDERS, KINDS
from web.pages import packed
from web.pages.bundled import bundle

FOLDER: Final = Path(__file__).parents[1] / "static"
KEPT: Final = "public, max-age=31536000, immutable"
_VERSION: Final = re.compile(r"[0-9a-f]{12}")

STYLES: Final = (
    "base", "controls", "menu", "phone", "cards", "stack", "strip", "sheets", "desk", "river",
    "lists",
)  # fmt: skip
"""The blocks of `css/` that every page has, in the order in which one gives way to the next."""
WALL_STYLES: Final = ("wall", "arrivals", "lanes", "acts", "papers", "sizes")
"""The wall has these after them, and the trainer's room, which shows it."""
DESK_STYLES: Final = ("prompts",)
"""The console has these after them, and what is printed for whoever leads."""
WORKSHOP_STYLES: Final = ("studio",)
"""The workshop has these after them; a phone at table doesn't wait for them."""
TRAINERS_STYLES: Final = (*WORKSHOP_STYLES, "stage", "review")
"""The trainer's room has these after them; it shows phones as the workshop does."""
OWN_STYLES: Final = ("keepsake", "rehearsal", "role_cards", "prologue")
"""One page each has, of the same name."""

BROUGHT: Final = {
    f"kinds/{name}/{file.name}": file
    for pattern in ("kind.css", "kind.js")
    for name in KINDS
    for file in Path(FOLDERS, name).glob(pattern)
}
"""What kinds of tasks bring along, styles first: their path here → the file. Beside it stands code,
which isn't served."""


SHEET: Final = "css/pages.css"
"""What every page has, in one: those blocks, then what kinds bring along. It stands where they do,
so that what they name by a relative address is found."""

LIVE_MODULES: Final = (
    "clock", "ask", "drafts", "forms", "aloud", "line", "bar", "signal", "stack",
    "live",
)  # fmt: skip
"""The live page's, each after those that it imports."""
LIVE: Final = "live-all.js"
"""All of them in one."""

TEXTS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is packed, by the end of its name; sounds and pictures are so already."""


@cache
def sheet() -> bytes:
    """The one sheet of every page."""
    files = [FOLDER / "css" / f"{name}.css" for name in STYLES]
    files += [file for path, file in BROUGHT.items() if path.endswith(".css")]
    return b"\n".join(file.read_bytes() for file in files)


@cache
def live() -> bytes:
    """The one script of those modules."""
    texts = {name: (FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in LIVE_MODULES}
    return bundle(texts).encode()


MADE: Final[Mapping[str, Callable[[], bytes]]] = {SHEET: sheet, LIVE: live}
"""What is put together of files: its path here → its content."""


@cache
def version() -> str:
    """The version of all files together: it changes when one of them does."""
    found = sha256()
    for file in sorted(FOLDER.rglob("*")):
        if file.is_file():
            found.update(f"{file.relative_to(FOLDER).as_posix()}\0".encode())
            found.update(sha256(file.read_bytes()).digest())
    for path, file in BROUGHT.items():
        found.update(f"{path}\0".encode())
        found.update(sha256(file.read_bytes()).digest())
    for path, make in MADE.items():  # the order of what it is made of is in no file
        found.update(f"{path}\0".encode())
        found.update(sha256(make()).digest())
    return found.hexdigest()[:12]


def address(path: str) -> str:
    """Where a file of `static/` is, in the version that is served.

    Raises:
        FileNotFoundError: there is no such file; a page would be without it.
    """
    if path not in BROUGHT and path not in MADE and not (FOLDER / path).is_file():
        raise FileNotFoundError(path)
    return f"/static/{version()}/{path}"


class Assets(StaticFiles):
    """Serves them: under their version for good, and under their bare name for a look."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """As Starlette asks for it; what a kind brought along is where it lies."""
        brought = BROUGHT.get(path.replace(os.sep, "/"))
        return super().lookup_path(path) if brought is None else (str(brought), brought.stat())

    async def get_response(self, path: str, scope: Scope) -> Response:
        """As Starlette asks for it.

        Raises:
            HTTPException: 404, of this version or of another.
        """
        named, _, rest = path.replace(os.sep, "/").partition("/")
        if not _VERSION.fullmatch(named):
            return await self._found(path, scope)
        if named != version():
            raise HTTPException(404)
        answer = await self._found(rest, scope)
        answer.headers["Cache-Control"] = KEPT
        return answer

    async def _found(self, path: str, scope: Scope) -> Response:
        headers, make = Headers(scope=scope), MADE.get(path.replace(os.sep, "/"))
        kind = TEXTS.get(Path(path).suffix)
        if make is not None and kind is not None and scope["method"] in ("GET", "HEAD"):
            return self._unless_known(packed.text(make(), kind, headers), headers)
        answer = await super().get_response(path, scope)
        if kind is None:
            return answer
        if isinstance(answer, FileResponse) and packed.taken(headers) and "range" not in headers:
            content = await asyncio.to_thread(Path(answer.path).read_bytes)
            return self._unless_known(packed.text(content, kind, headers), headers)
        # On some Windows `.js` is text/plain, by a registry anybody may write; no browser runs a
        # module that is called so.
        answer.headers["Content-Type"] = kind
        answer.headers["Vary"] = packed.VARIES
        return answer

    def _unless_known(self, answer: Response, headers: Headers) -> Response:
        known = self.is_not_modified(answer.headers, headers)
        return NotModifiedResponse(answer.headers) if known else answer
