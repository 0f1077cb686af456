"""A participant's page for a seat whose phone has another address, browser or body now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.errors import AppError
from engine.evening.claiming import become, claim
from engine.evening.joining import session_of
from web.door.auth import (
    checked_form,
    form_mark_of,
    guest_of,
    know_again,
)
from web.door.doors import Public
from web.door.once import by_itself
from web.door.replies import status_of
from web.pages.page import Page
from web.pages.refill import not_taken
from web.pages.render import render_page
from web.pages.words import lang_of
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class ClaimPage(Page):
    """Somebody says that an offline seat is theirs."""

    template: ClassVar[str] = "claim.html"
    code: str
    settled: str = ""
    """`waiting`, `declined`, or empty: nothing is claimed."""
    number: str = ""
    """While it waits: what the desk is shown, too."""


@router.get("/join/{code}/claim", dependencies=Public)
async def get_claim(code: str, request: Request, services: ServicesDep) -> Response:
    """What became of it; once the desk has agreed, the button that moves the seat here."""
    session = await session_of(services, guest_of(request), code)
    found = await become(services, guest_of(request), session)
    if found is not None and found[0] == "agreed":
        return RedirectResponse(f"/move/{found[1]}", 303)
    settled, number = found or ("", "")
    page = _page(request, services, session.code, settled=settled, number=number)
    return know_again(HTMLResponse(page), request, services)


@router.post("/join/{code}/claim", dependencies=[*Public, Depends(checked_form)])
@by_itself
async def post_claim(
    code: str, request: Request, services: ServicesDep, name: Annotated[str, Form()] = ""
) -> Response:
    """Ask the desk for the seat of that name."""
    try:
        await claim(services, guest_of(request), code, name)
    except AppError as error:
        if error.code == "not_found":
            raise
        told = error.in_(lang_of(request))
        problem = f"{told['message']} {told['remedy']}"
        page = _page(request, services, code)
        shown = await not_taken(request, page, problem, status_of(error))
        return know_again(shown, request, services)
    return RedirectResponse(f"/join/{code}/claim", 303)


def _page(
    request: Request, services: Services, code: str, *, settled: str = "", number: str = ""
) -> str:
    mark = form_mark_of(request, services)
    page = ClaimPage(mark=mark, code=code, settled=settled, number=number)
    return render_page(page, lang_of(request))
