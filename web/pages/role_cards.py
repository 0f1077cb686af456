"""A card for each seat, to print and cut: who one is, and a code that leads to that seat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from engine.rules.absence import seats_of
from engine.views.called import called
from engine.views.session import RunInfo
from web.door.auth import AccountDep, chrome
from web.door.doors import LedPage
from web.pages.page import Page
from web.pages.render import render_page
from web.services import ServicesDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class RoleCard:
    """A seat."""

    team: str
    """What the team is called; empty: there is one only."""
    role: str
    brief: str
    link: str
    """Where the form of joining has both filled in."""


@dataclass(frozen=True, kw_only=True)
class RoleCardsPage(Page):
    """All of a session's."""

    template: ClassVar[str] = "role_cards.html"
    session: str
    title: str
    code: str
    join_url: str
    unreachable: bool
    cards: tuple[RoleCard, ...]


@router.get("/sessions/{name}/role-cards")
async def role_cards(
    request: Request, services: ServicesDep, session: LedPage, account: AccountDep
) -> Response:
    """By team and role; of the teams that can be opened."""
    runs, _ = await services.run_infos(session)
    info = services.session_info(session)
    page = RoleCardsPage(
        **chrome(request, services, account),
        session=session.id,
        title=await services.library.title_of(session.digest, session.scenario),
        code=info.code,
        join_url=info.join_url,
        unreachable=info.unreachable,
        cards=tuple(card for run in runs for card in _cards(run, info.join_url, len(runs) > 1)),
    )
    return HTMLResponse(render_page(page))


def _cards(run: RunInfo, join_url: str, several: bool) -> list[RoleCard]:
    return [
        RoleCard(
            team=called(run.state) if several or run.state.aside.called else "",
            role=role.name,
            brief=role.brief,
            link=f"{join_url}?{urlencode({'team': run.state.team, 'role': role.id})}",
        )
        for role in run.scenario.roles.values()
        for _ in range(seats_of(run.state, role))
    ]
