"""The menu, a scenario in full, its answers, and opening a session on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from engine import typed
from engine.author.answers import SceneAnswers, answers
from engine.errors import Issue, Refused
from engine.evening.actors import Staff
from engine.evening.choosing import Wish, choices, sizes_of, team_sizes, teams_for
from engine.evening.library import Entry
from engine.evening.naming import team_names
from engine.evening.opening import TEAMS_MAX, open_session
from engine.scenario.model import Scenario
from engine.store.people.accounts import Account
from engine.store.sessions.listing import WHOLE, Wanted
from engine.views.learnt import fates, words_card
from engine.views.parts.desk_parts import PromptCard
from engine.views.parts.shared import FateTold, WordsCard
from engine.views.prompting import prompts
from web.door.audit import touches
from web.door.auth import MaybeAccountDep, checked_form, chrome
from web.door.doors import Public, staff
from web.pages.page import Page
from web.pages.refill import not_taken
from web.pages.render import render_page
from web.pages.studio_told import told_put
from web.services import Services, ServicesDep

router = APIRouter(include_in_schema=False)
Checked = [Depends(checked_form)]


@dataclass(frozen=True, kw_only=True)
class BrokenScenario:
    """A script that doesn't compile, for the home page."""

    folder: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, kw_only=True)
class Dish:
    """A scenario of the menu."""

    name: str
    """What its pages go by."""
    scenario: Scenario
    sizes: tuple[int, int]
    """(fewest, most) people of a team."""
    put: str
    """Which draft it is, by whom (to who is logged in), since when; empty: it came from the
    scenarios folder."""
    branch: str
    """Whose own it is; empty: everybody's."""
    trial: bool
    """It was put there unproved: it may be tried out only."""


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """The menu of scenarios, and the box for a join code."""

    template: ClassVar[str] = "home.html"
    dishes: tuple[Dish, ...]
    """Those that fit the wish."""
    of: int
    """Of so many."""
    wish: Wish
    themes: tuple[str, ...]
    levels: tuple[str, ...]
    broken: tuple[BrokenScenario, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScenarioPage(Page):
    """A scenario in full, and the form that opens a session on it."""

    template: ClassVar[str] = "scenario.html"
    dish: Dish
    people: int = 0
    """How many are expected; 0: nobody has said."""
    teams: int = 0
    """In how many teams they play it; 0: they don't, or nobody has said how many they are."""
    split: tuple[int, ...] = ()
    """How many are in each of them then."""
    branches: tuple[tuple[str, str], ...] = ()
    """(id, name) of those it may be held for; empty: there is nothing to choose."""
    branch: str = ""
    """The one that is chosen unless another is."""
    first: bool = False
    """No evening was ever opened among the sessions that the account sees."""


@dataclass(frozen=True, kw_only=True)
class AnswersPage(Page):
    """A scenario's answers, for whoever prepares to lead it."""

    template: ClassVar[str] = "answers.html"
    name: str
    """What its pages go by."""
    scenario: Scenario
    scenes: tuple[SceneAnswers, ...]
    fates: tuple[FateTold, ...] = ()
    """What is told at the end of what became of the people."""
    words: WordsCard | None = None
    """The sentence that is shown then; None: there is none."""


@dataclass(frozen=True, kw_only=True)
class PromptsPage(Page):
    """All of a scenario's cards for whoever leads, to print."""

    template: ClassVar[str] = "prompts.html"
    back: str
    """The page that led here."""
    scenario: Scenario
    cards: tuple[PromptCard, ...]


def html(page: Page) -> HTMLResponse:
    """A page."""
    return HTMLResponse(render_page(page))


@router.get("/", dependencies=Public)
async def home(
    request: Request,
    services: ServicesDep,
    account: MaybeAccountDep,
    theme: str = "",
    minutes: str = "",
    people: str = "",
    level: str = "",
) -> Response:
    """The menu."""
    entries = await services.library.entries(account)
    broken = [
        BrokenScenario(folder=entry.name, issues=entry.issues)
        for entry in entries
        if entry.issues and account is not None and "prepare" in account.rights
    ]
    named = await services.people.branch_names() if any(entry.put for entry in entries) else {}
    dishes = [_dish(entry, account, named) for entry in entries if entry.scenario is not None]
    wish = Wish(theme, _number(minutes), _number(people), level)
    themes, levels = choices([dish.scenario for dish in dishes])
    return html(
        HomePage(
            **chrome(request, services, account),
            dishes=tuple(dish for dish in dishes if wish.fits(dish.scenario)),
            of=len(dishes),
            wish=wish,
            themes=themes,
            levels=levels,
            broken=tuple(broken),
        )
    )


def _dish(entry: Entry, account: Account | None, branches: dict[str, str]) -> Dish:
    shown, put = entry.shown, entry.put
    assert shown is not None, "asked of sound ones only"
    return Dish(
        name=entry.name,
        scenario=shown,
        sizes=team_sizes(shown),
        put=told_put(put, named=account is not None),
        branch=branches.get(put.branch, "") if put is not None else "",
        trial=put is not None and not put.proved,
    )


def _number(text: str) -> int:
    """A number somebody filled in; 0 for anything else."""
    return typed.number(text, 9_999) or 0


@router.get("/scenarios/{name}", dependencies=Public)
async def scenario(
    name: str,
    request: Request,
    services: ServicesDep,
    account: MaybeAccountDep,
    people: str = "",
) -> Response:
    """A scenario in full. `people`: how many are expected."""
    return html(await _scenario(request, services, account, name, people))


async def _scenario(
    request: Request, services: Services, account: Account | None, name: str, people: str = ""
) -> ScenarioPage:
    entry = await services.library.get(name, account)
    branches = await services.people.branch_names() if entry.put is not None else {}
    dish = _dish(entry, account, branches)
    expected = _number(people)
    teams = teams_for(dish.scenario, expected)
    return ScenarioPage(
        **chrome(request, services, account),
        dish=dish,
        people=expected,
        teams=teams,
        split=sizes_of(expected, teams) if teams else (),
        **await _opening(services, account),
    )


async def _opening(services: Services, account: Account | None) -> dict[str, Any]:
    """What the form that opens a session offers to whoever looks."""
    if account is None or "run" not in account.rights:
        return {}
    branches = await services.people.list_branches() if account.scope is None else []
    led = await services.database.listing.count(Wanted(scope=account.scope, evenings=True))
    return {
        "branches": tuple((each.id, each.name) for each in branches),
        "branch": account.branch or WHOLE,
        "first": not led,
    }


@router.get("/scenarios/{name}/answers")
async def get_answers(
    name: str,
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("prepare", page=True))],
) -> Response:
    """The answers, for facilitators."""
    found = await services.library.scenario(name, account)
    return html(
        AnswersPage(
            **chrome(request, services, account),
            name=name,
            scenario=found,
            scenes=tuple(answers(found)),
            fates=fates(found),
            words=words_card(found, "") if found.debrief.words is not None else None,
        )
    )


@router.get("/scenarios/{name}/prompts")
async def get_prompts(
    name: str,
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("prepare", page=True))],
) -> Response:
    """What to say at each moment, on paper."""
    found = await services.library.scenario(name, account)
    cards = tuple(prompts(found))
    told = chrome(request, services, account)
    return html(PromptsPage(**told, back=f"/scenarios/{name}", scenario=found, cards=cards))


KEPT: Final = "public, max-age=31536000, immutable"
"""What a digest names never changes."""


@router.get("/scenarios/{name}/pictures/{file}", dependencies=Public)
async def picture(name: str, file: str, services: ServicesDep, of: str = "") -> Response:
    """A picture beside the script; `of`: the one with that digest, as a session began with it."""
    if of:
        body, media = await services.library.kept_picture(file, of)
        return Response(body, media_type=media, headers={"Cache-Control": KEPT})
    path, media = await services.library.picture(name, file)
    return FileResponse(path, media_type=media)


@router.post("/scenarios/{name}/sessions", dependencies=Checked)
async def post_session(
    name: str,
    request: Request,
    services: ServicesDep,
    account: Annotated[Account, Depends(staff("run"))],
    teams: Annotated[str, Form()] = "1",
    branch: Annotated[str, Form()] = "",
    trial: Annotated[str, Form()] = "",
    called: Annotated[str, Form()] = "",
    abreast: Annotated[str, Form()] = "",
) -> Response:
    """Open a session and go to its desk."""
    number = _number(teams.strip())
    if not 1 <= number <= TEAMS_MAX:
        request.state.refusal = "invalid"  # for the audit log
        page = render_page(await _scenario(request, services, account, name))
        return await not_taken(request, page, f"队数要在 1 到 {TEAMS_MAX} 之间。", 422)
    try:
        names = team_names(called, number)
    except Refused as error:
        request.state.refusal = error.code  # for the audit log
        page = render_page(await _scenario(request, services, account, name))
        return await not_taken(request, page, error.message.zh, 422)
    opened = await open_session(
        services, Staff(account), name, number, branch=branch or None, trial=bool(trial),
        called=names, abreast=bool(abreast),
    )  # fmt: skip
    touches(request, opened.branch)
    return RedirectResponse(f"/sessions/{opened.id}/console", 303)
