"""What browsers load besides pages: scripts, styles, pictures.

All of it stands under an address that names its version, `/static/<version>/…`, and whoever loaded
it keeps it for good. What a style or a script names by a relative address is of the same version by
itself, so a page never mixes yesterday's files with today's: where the server was updated while a
page was loading, what it still asks for isn't there any more (404, kept by nobody), and the page
says that it isn't whole.
"""

from __future__ import annotations

import os
import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from engine.kinds.registry import FOLDERS, KINDS

FOLDER: Final = Path(__file__).parents[1] / "static"
KEPT: Final = "public, max-age=31536000, immutable"
_VERSION: Final = re.compile(r"[0-9a-f]{12}")

STYLES: Final = (
    "base", "controls", "menu", "phone", "cards", "desk", "wall", "river", "studio", "lists",
)  # fmt: skip
"""The blocks of `css/` that every page has, in the order in which one gives way to the next."""
TRAINERS_STYLES: Final = ("stage", "review")
"""The trainer's room has these after them."""

BROUGHT: Final = {
    f"kinds/{name}/{file.name}": file
    for pattern in ("kind.css", "kind.js")
    for name in KINDS
    for file in Path(FOLDERS, name).glob(pattern)
}
"""What kinds of tasks bring along, styles first: their path here → the file. Beside it stands code,
which isn't served."""


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
    return found.hexdigest()[:12]


def address(path: str) -> str:
    """Where a file of `static/` is, in the version that is served.

    Raises:
        FileNotFoundError: there is no such file; a page would be without it.
    """
    if path not in BROUGHT and not (FOLDER / path).is_file():
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
        answer = await super().get_response(path, scope)
        # On some Windows `.js` is text/plain, by a registry anybody may write; no browser runs a
        # module that is called so.
        if path.endswith(".js"):
            answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
        return answer
