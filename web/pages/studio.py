"""`/studio`: where authors write. Every page and call needs a login."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.author.package import PACKED_MAX, Package, PackageError, pack, unpack
from engine.errors import AppError, QuotaError, Refused
from engine.evening import publishing
from engine.evening.actors import Staff
from engine.evening.library import PICTURES
from engine.evening.publishing import Script, begin, files_of, newest, scripts, shelf_of, take_in
from engine.fitting import attachment, plain
from engine.script.encoding import UTF8, Encoding, UnreadableText, decoded
from engine.script.source import BYTES_MAX
from engine.store.people.accounts import Account
from engine.store.scripts.drafts import StaleDraft
from engine.values import Map
from web.door import doorway
from web.door.auth import checked_form, chrome
from web.door.bodies import json_response, read_json
from web.door.doors import staff
from web.door.doorway import takes
from web.door.statuses import web_error
from web.pages import studio_cards
from web.pages import studio_work as studio
from web.pages.page import Page
from web.pages.refill import form_refused
from web.pages.render import render_page
from web.pages.studio_told import proved, told_draft, told_standing
from web.pages.work import CHECK, DRAW, EXPORT, IMPORT, PLAY, work
from web.services import Services, ServicesDep

router = APIRouter(prefix="/studio", include_in_schema=False)
Checked = [Depends(checked_form)]
Author = Annotated[Account, Depends(staff("write"))]
PageAuthor = Annotated[Account, Depends(staff("write", page=True))]
Writer = Annotated[Account, Depends(staff("write", of="script"))]
"""An author whose shelf, or the menu, has the script of the path."""
PageWriter = Annotated[Account, Depends(staff("write", of="script", page=True))]
BODY_MAX: Final = 3 * BYTES_MAX
TOLD_MAX: Final = 20
"""Names of files that are told of after an import."""


@dataclass(frozen=True, kw_only=True)
class ScriptRow:
    """A script on the studio's shelf."""

    name: str
    branch: str
    """Whose shelf it stands on, for who sees several; empty: one's own."""
    title: str
    issues: int
    menu: str
    """How it stands in the menu."""
    trial: bool
    """There unproved, to be tried out."""
    saved: str
    """Number, author and time of the newest draft; empty: none."""


@dataclass(frozen=True, kw_only=True)
class StudioPage(Page):
    """The studio's shelf."""

    template: ClassVar[str] = "studio.html"
    scripts: tuple[ScriptRow, ...]


@dataclass(frozen=True, kw_only=True)
class EditorPage(Page):
    """A script being written."""

    template: ClassVar[str] = "editor.html"
    name: str
    text: str
    was: str
    """The encoding the text came in, where that wasn't UTF-8; else empty."""
    base: int
    """Number of the draft shown; 0: what is in the menu."""
    history: tuple[tuple[int, str], ...]
    """(number, when and by whom), newest first."""
    replaced: tuple[str, ...] = ()
    """Files that an import has just put in place of others."""
    left_out: tuple[str, ...] = ()
    """What lay in the package and isn't needed."""


class TextRequest(msgspec.Struct, frozen=True):
    """A text as it stands in the editor."""

    text: str
    base: int = 0
    """The draft it was made from; 0: none."""
    moves: list[studio.StudioMove] = []


class CardsRequest(studio_cards.CardAct, frozen=True, kw_only=True):
    """A text, and what is wanted of its cards."""

    text: str


async def _text(request: Request) -> TextRequest:
    body: TextRequest = await read_json(request, TextRequest, BODY_MAX)
    return body


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


@router.get("")
async def shelf(request: Request, services: ServicesDep, account: PageAuthor) -> Response:
    """The scripts one can open, and the ways to begin one."""
    return HTMLResponse(await _shelf(request, services, account))


async def _shelf(request: Request, services: Services, account: Account) -> str:
    branches = await services.people.branch_names()
    rows = [_row(script, branches) for script in await scripts(services, account)]
    return render_page(StudioPage(**chrome(request, services, account), scripts=tuple(rows)))


async def _again(
    request: Request, services: Services, account: Account, error: AppError
) -> Response:
    """The shelf, and in its form why it wasn't taken."""
    return await form_refused(request, await _shelf(request, services, account), error)


def _row(script: Script, branches: dict[str, str]) -> ScriptRow:
    return ScriptRow(
        name=script.name,
        branch=branches.get(script.name.partition("@")[2], ""),
        title=script.title,
        issues=script.issues,
        menu=told_standing(script.stands),
        trial=script.stands.put is not None and not script.stands.put.proved,
        saved=told_draft(script.stands.draft),
    )


@router.post("/new", dependencies=Checked)
async def new(
    request: Request,
    services: ServicesDep,
    account: Author,
    name: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
) -> Response:
    """Begin a script."""
    try:
        await begin(services, Staff(account), name, title)
    except (QuotaError, Refused) as error:
        return await _again(request, services, account, error)
    return RedirectResponse(f"/studio/{name}", 303)


@router.post("/import", dependencies=Checked)
@takes(PACKED_MAX + doorway.BODY_MAX)
async def import_package(
    request: Request, services: ServicesDep, account: Author, package: Annotated[UploadFile, File()]
) -> Response:
    """Take in a package: its script becomes the newest draft under its own id."""
    try:
        packed = await package.read(PACKED_MAX + 1)
        found = await work(request, services, account.id, IMPORT, unpack, packed)
        read = decoded(found.script)
        name, replaced = await take_in(services, Staff(account), read.text, found.files)
    except (PackageError, UnreadableText, QuotaError, Refused) as error:
        return await _again(request, services, account, error)
    told = {
        "was": [read.encoding] if read.encoding != UTF8 else [],
        "replaced": replaced[:TOLD_MAX],
        "left_out": [plain(file)[:100] for file in found.left_out[:TOLD_MAX]],
    }
    query = urlencode({key: values for key, values in told.items() if values}, doseq=True)
    return RedirectResponse(f"/studio/{name}{'?' if query else ''}{query}", 303)


@router.get("/{name}")
async def editor(
    name: str,
    request: Request,
    services: ServicesDep,
    account: PageWriter,
    was: Encoding | None = None,
    replaced: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    left_out: Annotated[list[str], Query()] = [],  # noqa: B006
) -> Response:
    """The editor with its phones. Of an import: `was`, the encoding that its text came in, what it
    `replaced`, and what was `left_out` of it."""
    text, number = await newest(services, account, name)
    was = was or (text.encoding if text.encoding != UTF8 else None)
    history = await shelf_of(services, account).history(name)
    page = EditorPage(
        **chrome(request, services, account),
        name=name,
        text=text.text,
        was=was or "",
        base=number,
        history=tuple((draft.number, told_draft(draft)) for draft in history),
        replaced=tuple(replaced[:TOLD_MAX]),
        left_out=tuple(left_out[:TOLD_MAX]),
    )
    return HTMLResponse(render_page(page))


@router.get("/{name}/drafts/{number}")
async def draft(name: str, number: int, services: ServicesDep, account: Writer) -> Response:
    """One saved draft's text."""
    one = await shelf_of(services, account).find(name, number)
    if one is None:
        raise web_error("not_found")
    return json_response({"text": decoded(one.text).text, "when": told_draft(one)})


@router.get("/{name}/package.zip")
async def export(name: str, request: Request, services: ServicesDep, account: Writer) -> Response:
    """The newest draft and its pictures as a package; `X-Digest` is its digest."""
    text, _ = await newest(services, account, name)
    files = await files_of(services, account, name)
    package = Package(text.text.encode(), Map(files))
    data = await work(request, services, account.id, EXPORT, pack, package.script, files)
    headers = {
        "Content-Disposition": attachment(f"{name.partition('@')[0]}.zip"),
        "X-Digest": package.digest,
    }
    return Response(data, media_type="application/zip", headers=headers)


@router.get("/{name}/pictures/{file}")
async def picture(name: str, file: str, services: ServicesDep, account: Writer) -> Response:
    """A picture of the draft's."""
    body = (await files_of(services, account, name)).get(file)
    media = PICTURES.get(file[file.rfind(".") :].lower())
    if body is None or media is None:
        raise web_error("not_found")
    return Response(body, media_type=media)


# ── what the editor asks while one types ────────────────────────────────────────────────────────


@router.post("/{name}/check")
@takes(BODY_MAX)
async def check(name: str, request: Request, services: ServicesDep, account: Author) -> Response:
    """Issues of the text."""
    asked = await _text(request)
    found = await work(request, services, account.id, CHECK, studio.look, asked.text, name)
    return json_response(found)


@router.post("/{name}/cards")
@takes(BODY_MAX)
async def cards(name: str, request: Request, services: ServicesDep, account: Author) -> Response:
    """The text's cards, and the text after a card was saved or taken away."""
    asked: CardsRequest = await read_json(request, CardsRequest, BODY_MAX)
    found = await work(request, services, account.id, CHECK, studio_cards.cards, asked.text, name,
                       asked)  # fmt: skip
    return json_response(found)


@router.post("/{name}/graph")
@takes(BODY_MAX)
async def graph(name: str, request: Request, services: ServicesDep, account: Author) -> Response:
    """The text as a picture."""
    asked = await _text(request)
    found = await work(request, services, account.id, DRAW, studio.draw, asked.text, name)
    return json_response(found)


@router.post("/{name}/prove")
@takes(BODY_MAX)
async def prove(name: str, request: Request, services: ServicesDep, account: Author) -> Response:
    """What the proof says."""
    asked = await _text(request)
    found = await proved(request, services, account, asked.text, name)
    return json_response(found)


@router.post("/{name}/play")
@takes(BODY_MAX)
async def play(name: str, request: Request, services: ServicesDep, account: Author) -> Response:
    """The phones after the moves."""
    asked = await _text(request)
    moves = asked.moves[: studio.MOVES_MAX]
    found = await work(request, services, account.id, PLAY, studio.play, asked.text, name, moves)
    return json_response(found)


@router.get("/{name}/work")
async def standing(name: str, services: ServicesDep, account: Author) -> Response:
    """Where the account's long job stands, through this process; `{}`: it has none."""
    found = services.workshop.standing(account.id)
    return json_response(msgspec.to_builtins(found) if found is not None else {})


@router.post("/{name}/save")
@takes(BODY_MAX)
async def save(name: str, request: Request, services: ServicesDep, account: Writer) -> Response:
    """Save a draft on top of `base`; 409 with both versions if somebody else saved meanwhile."""
    asked = await _text(request)
    try:
        saved = await publishing.save(services, Staff(account), name, asked.text, asked.base)
    except StaleDraft as stale:
        theirs = stale.theirs
        shown: dict[str, Any] = {
            "error": stale.in_("zh"),
            "theirs": decoded(theirs.text).text,
            "number": theirs.number,
            "mine": asked.text,
        }
        return json_response(shown, 409)
    return json_response({"number": saved.number, "when": told_draft(saved)})
