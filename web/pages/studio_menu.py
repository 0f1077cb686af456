"""`/studio/{name}/menu`: a draft is put into the menu, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine import civil
from engine.errors import QuotaError, Refused
from engine.evening.actors import Staff
from engine.evening.publishing import get_folder, shelf_of, stands
from engine.evening.putting import put_into_menu, take_out
from engine.store.people.accounts import Account
from engine.store.scripts.puts import Put
from engine.work.bounds import WorkError
from web.door.auth import checked_form, chrome
from web.pages.page import Page
from web.pages.refill import form_refused
from web.pages.render import render_page
from web.pages.studio import PageWriter, Writer
from web.pages.studio_told import proved, told_draft, told_proof, told_put, told_standing
from web.services import Services, ServicesDep

router = APIRouter(prefix="/studio", include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class PastPut:
    """How a script was in the menu once."""

    put: str
    """As which draft, by whom, when."""
    proved: bool
    taken: str
    """By whom and when it was taken back, or another took its place."""


@dataclass(frozen=True, kw_only=True)
class StudioMenuPage(Page):
    """How a script stands in the menu, and what puts it there."""

    template: ClassVar[str] = "studio_menu.html"
    name: str
    told: str
    """How it stands there, in a sentence."""
    put: str
    """By which act; empty: by none."""
    put_id: str
    proved: bool
    """What is there was."""
    folder: bool
    """A script of its name lies in the scenarios folder."""
    draft: int
    """The newest draft; 0: none."""
    saved: str
    """Its number, author and time."""
    branch: str
    """Whose menu it would be in; empty: everybody's."""
    past: tuple[PastPut, ...]
    """Newest first."""


async def _page(request: Request, services: Services, account: Account, name: str) -> str:
    shelf, folder = shelf_of(services, account), get_folder(services, name)
    key = shelf.key(name)
    acts = await services.database.menu.of_script(key)
    put = next((one for one in acts if one.taken_ms is None), None)
    found = stands(put, folder.text if folder else None, await shelf.newest(name))
    branches = await services.people.branch_names()
    return render_page(
        StudioMenuPage(
            **chrome(request, services, account),
            name=name,
            told=told_standing(found),
            put=told_put(put),
            put_id=put.id if put is not None else "",
            proved=put is not None and put.proved,
            folder=found.folder,
            draft=found.draft.number if found.draft is not None else 0,
            saved=told_draft(found.draft),
            branch=branches.get(key.partition("@")[2], ""),
            past=tuple(_past(one) for one in acts if one.taken_ms is not None),
        )
    )


def _past(put: Put) -> PastPut:
    at = civil.local(put.taken_ms or 0)
    return PastPut(
        put=told_put(put), proved=put.proved, taken=f"{put.taken_by} · {at:%m月%d日 %H:%M}"
    )


@router.get("/{name}/menu")
async def menu(name: str, request: Request, services: ServicesDep, account: PageWriter) -> Response:
    """How the script stands in the menu."""
    return HTMLResponse(await _page(request, services, account, name))


@router.post("/{name}/menu", dependencies=[Depends(checked_form)])
async def put(
    name: str,
    request: Request,
    services: ServicesDep,
    account: Writer,
    draft: Annotated[int, Form()],
    trial: Annotated[str, Form()] = "",
) -> Response:
    """Put this draft into the menu; with `trial` unproved, to be tried out only."""

    async def prove(text: str) -> str:
        return told_proof(await proved(request, services, account, text, name))

    try:
        await put_into_menu(services, Staff(account), name, draft, None if trial else prove)
    except (QuotaError, Refused, WorkError) as error:
        page = await _page(request, services, account, name)
        return await form_refused(request, page, error)
    return RedirectResponse(f"/studio/{name}/menu", 303)


@router.post("/{name}/menu/taken", dependencies=[Depends(checked_form)])
async def take_back(
    name: str,
    services: ServicesDep,
    account: Writer,
    put: Annotated[str, Form()],
) -> Response:
    """Take back what was put there by this act; where it is there no more, nothing is done."""
    await take_out(services, Staff(account), name, put)
    return RedirectResponse(f"/studio/{name}/menu", 303)
