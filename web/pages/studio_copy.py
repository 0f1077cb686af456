"""照着一部改: a script is begun after one of the menu (`/scenarios/{name}/copy`) or after a draft
(`/studio/{name}/copy`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.author.extents import LeftAlone
from engine.errors import QuotaError, Refused
from engine.evening.actors import Staff
from engine.evening.copying import Source, copy, from_menu, from_shelf, proposed
from engine.store.people.accounts import Account
from web.door.auth import checked_form, chrome
from web.pages.page import Page
from web.pages.refill import form_refused
from web.pages.render import render_page
from web.pages.studio import Author, PageAuthor, PageWriter, Writer
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]


@dataclass(frozen=True, kw_only=True)
class CopyPage(Page):
    """What a script is made after, and what the new one is called."""

    template: ClassVar[str] = "studio_copy.html"
    title: str
    """Of the one it is made after."""
    told: str
    """Which state of it."""
    files: int
    """How many go along."""
    back: str
    """The page that led here."""
    here: str
    """This page."""
    name: str
    """The id the new one gets unless another is given."""


async def _page(
    request: Request, services: Services, account: Account, source: Source, back: str
) -> str:
    return render_page(
        CopyPage(
            **chrome(request, services, account),
            title=source.title,
            told=source.told,
            files=len(source.files),
            back=back,
            here=f"{back}/copy",
            name=await proposed(services, account, source),
        )
    )


async def _begin(
    request: Request, services: Services, account: Account, source: Source, back: str,
    title: str, name: str,
) -> Response:  # fmt: skip
    try:
        made = await copy(services, Staff(account), source, title, name)
    except (LeftAlone, QuotaError, Refused) as error:
        page = await _page(request, services, account, source, back)
        return await form_refused(request, page, error)
    return RedirectResponse(f"/studio/{made}", 303)


@router.get("/scenarios/{name}/copy")
async def of_menu(
    name: str, request: Request, services: ServicesDep, account: PageAuthor
) -> Response:
    """Begin after what is in the menu."""
    source = await from_menu(services, account, name)
    return HTMLResponse(await _page(request, services, account, source, f"/scenarios/{name}"))


@router.post("/scenarios/{name}/copy", dependencies=Checked)
async def copy_of_menu(
    name: str,
    request: Request,
    services: ServicesDep,
    account: Author,
    title: Annotated[str, Form()] = "",
    called: Annotated[str, Form()] = "",
) -> Response:
    """Begin it."""
    source, back = await from_menu(services, account, name), f"/scenarios/{name}"
    return await _begin(request, services, account, source, back, title, called)


@router.get("/studio/{name}/copy")
async def of_draft(
    name: str, request: Request, services: ServicesDep, account: PageWriter
) -> Response:
    """Begin after the newest draft."""
    source = await from_shelf(services, account, name)
    return HTMLResponse(await _page(request, services, account, source, f"/studio/{name}"))


@router.post("/studio/{name}/copy", dependencies=Checked)
async def copy_of_draft(
    name: str,
    request: Request,
    services: ServicesDep,
    account: Writer,
    title: Annotated[str, Form()] = "",
    called: Annotated[str, Form()] = "",
) -> Response:
    """Begin it."""
    source, back = await from_shelf(services, account, name), f"/studio/{name}"
    return await _begin(request, services, account, source, back, title, called)
