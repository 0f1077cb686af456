"""`/studio/{name}/files`: what lies beside a script, and what an import or an author laid aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.evening.actors import Staff
from engine.evening.library import PICTURES
from engine.evening.publishing import get_folder, move_file, shelf_of
from web.door.auth import checked_form, chrome
from web.pages.page import Page
from web.pages.render import render_page
from web.pages.replays import local_time
from web.pages.studio import PageWriter, Writer
from web.services import ServicesDep

router = APIRouter(prefix="/studio", include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class FilesPage(Page):
    """What lies beside a script that is being written."""

    template: ClassVar[str] = "files.html"
    name: str
    files: tuple[tuple[str, int, bool, bool], ...]
    """(file, bytes, it can be laid aside, it is a picture)."""
    aside: tuple[tuple[str, int, str, int], ...]
    """(file, when in ms, when in words, bytes), newest first."""


@router.get("/{name}/files")
async def files(
    name: str, request: Request, services: ServicesDep, account: PageWriter
) -> Response:
    """The files beside a script, and those laid aside."""
    folder = get_folder(services, name)
    drafts = shelf_of(services, account)
    kept = await drafts.files(name)
    beside = {file: len(body) for file, body in (folder.files if folder else {}).items()}
    page = FilesPage(
        **chrome(request, services, account),
        name=name,
        files=tuple(
            (file, size, file in kept, _shown(file))
            for file, size in sorted((beside | {f: len(body) for f, body in kept.items()}).items())
        ),
        aside=tuple(
            (one.file, one.at_ms, local_time(one.at_ms), one.size)
            for one in await drafts.aside(name)
        ),
    )
    return HTMLResponse(render_page(page))


def _shown(file: str) -> bool:
    """It is a picture, which the page can show."""
    return file[file.rfind(".") :].lower() in PICTURES


@router.post("/{name}/files", dependencies=[Depends(checked_form)])
async def move(
    name: str,
    services: ServicesDep,
    account: Writer,
    file: Annotated[str, Form()],
    at_ms: Annotated[int, Form()] = 0,
) -> Response:
    """Lay a file aside; with `at_ms`, bring back the one that was laid aside then."""
    how: Literal["aside", "back"] = "back" if at_ms else "aside"
    await move_file(services, Staff(account), name, file, how, at_ms)
    return RedirectResponse(f"/studio/{name}/files", 303)
