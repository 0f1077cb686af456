"""`/studio`: where authors write. Every page and call needs a login."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from engine import civil, typed
from engine.author.new import starter
from engine.author.package import NOTES, PACKED_MAX, SCRIPT, Package, PackageError, pack, unpack
from engine.errors import AppError, QuotaError, Refused, ScenarioError
from engine.evening.library import NAME_MAX, PICTURES
from engine.fitting import attachment, plain
from engine.scenario import compile_scenario
from engine.scenario.strings import STRINGS
from engine.script.encoding import UTF8, Decoded, Encoding, UnreadableText, decoded
from engine.script.fields import ID
from engine.script.source import BYTES_MAX
from engine.store.people.accounts import Account
from engine.store.scripts.drafts import Drafts, Saved, StaleDraft
from engine.values import Map
from web import doorway, pages, studio
from web.auth import checked_form, chrome
from web.bodies import json_response, read_json
from web.doorway import takes
from web.errors import web_error
from web.refill import not_taken
from web.render import render_page
from web.replies import status_of
from web.rights import staff
from web.services import Services, ServicesDep
from web.work import CHECK, DRAW, EXPORT, IMPORT, PLAY, PROVE, work

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


class TextRequest(msgspec.Struct, frozen=True):
    """A text as it stands in the editor."""

    text: str
    base: int = 0
    """The draft it was made from; 0: none."""
    moves: list[studio.StudioMove] = []


async def _text(request: Request) -> TextRequest:
    body: TextRequest = await read_json(request, TextRequest, BODY_MAX)
    return body


def shelf_of(services: Services, account: Account) -> Drafts:
    """The drafts that the account may read and write: its branch's, or all."""
    return services.database.drafts.within(account.scope)


def get_named(name: str) -> str:
    """The name of a script, if it can be one. Raises Refused invalid."""
    if ID.fullmatch(name) is None:
        raise web_error("invalid", what="名字（字母开头，只用字母、数字、- 和 _）")
    return name


class Folder(msgspec.Struct, frozen=True):
    """What lies in the scenarios folder under a name."""

    text: bytes
    files: dict[str, bytes]


def get_folder(services: Services, name: str) -> Folder | None:
    """What lies in the menu under that name; None: nothing, or nothing that can be read."""
    name = name.partition("@")[0]
    if ID.fullmatch(name) is None or len(name) > NAME_MAX:  # before the disk is asked for it
        return None
    folder = Path(services.settings.scenarios) / name
    script = folder / SCRIPT
    try:
        if not script.is_file():
            return None
        files = {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.is_file()
            and not path.is_symlink()
            and (path.suffix.lower() in PICTURES or path.name in (NOTES, *STRINGS.values()))
        }
        return Folder(script.read_bytes(), files)
    except OSError:  # the menu says why; the other scripts are shown
        return None


async def _newest(services: Services, account: Account, name: str) -> tuple[Decoded, int]:
    """The text and number of the newest draft, else of what is in the menu (0). Raises Refused
    not_found, UnreadableText: what can be saved is never a guess that has lost a character."""
    draft = await shelf_of(services, account).newest(name)
    if draft is not None:
        return decoded(draft.text), draft.number
    folder = get_folder(services, name)
    if folder is None:
        raise web_error("not_found")
    return decoded(folder.text), 0


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


@router.get("")
async def shelf(request: Request, services: ServicesDep, account: PageAuthor) -> Response:
    """The scripts one can open, and the ways to begin one."""
    return HTMLResponse(await _shelf(request, services, account))


async def _shelf(request: Request, services: Services, account: Account) -> str:
    names = {entry.folder.name for entry in services.library.entries()}
    names |= set(await shelf_of(services, account).names())
    branches = {each.id: each.name for each in await services.people.list_branches()}
    rows = [await _row(services, account, name, branches) for name in sorted(names)]
    return render_page(pages.StudioPage(**chrome(request, services, account), scripts=tuple(rows)))


async def _again(
    request: Request, services: Services, account: Account, error: AppError
) -> Response:
    """The shelf, and in its form why it wasn't taken."""
    request.state.refusal = error.code  # for the audit log
    told = error.in_("zh")
    page = await _shelf(request, services, account)
    return await not_taken(request, page, f"{told['message']} {told['remedy']}", status_of(error))


async def _row(
    services: Services, account: Account, name: str, branches: dict[str, str]
) -> pages.ScriptRow:
    draft = await shelf_of(services, account).newest(name)
    folder = get_folder(services, name)
    text = draft.text if draft is not None else folder.text if folder is not None else b""
    title, issues = name, 0
    try:
        title = compile_scenario(text, name).title
    except ScenarioError as error:
        issues = len(error.issues)
    same = folder is not None and folder.text == text
    return pages.ScriptRow(
        name=name,
        branch=branches.get(name.partition("@")[2], ""),
        title=title,
        issues=issues,
        in_menu=folder is not None,
        ahead=folder is not None and not same,
        saved=_when(draft),
    )


def _when(draft: Saved | None) -> str:
    if draft is None:
        return ""
    at = civil.local(draft.at_ms)
    return f"第 {draft.number} 稿 · {draft.author} · {at:%m月%d日 %H:%M}"


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
        get_named(name)
        if await shelf_of(services, account).newest(name) or get_folder(services, name):
            raise web_error("taken", what=name)
        text = starter(name, typed.shown(title)[:60] or name).encode()
        await shelf_of(services, account).save(name, text, base=0, author=account.name)
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
        name = _id_of(read.text)
        replaced = await shelf_of(services, account).take_in(
            name, read.text.encode(), found.files, author=account.name
        )
    except (PackageError, UnreadableText, QuotaError, Refused) as error:
        return await _again(request, services, account, error)
    told = {
        "was": [read.encoding] if read.encoding != UTF8 else [],
        "replaced": replaced[:TOLD_MAX],
        "left_out": [plain(file)[:100] for file in found.left_out[:TOLD_MAX]],
    }
    query = urlencode({key: values for key, values in told.items() if values}, doseq=True)
    return RedirectResponse(f"/studio/{name}{'?' if query else ''}{query}", 303)


def _id_of(script: str) -> str:
    """The script's own id, sound or not."""
    found = re.search(r"^id:[ \t]*[\"']?([A-Za-z][A-Za-z0-9_-]{0,63})", script, re.MULTILINE)
    if found is None:
        raise web_error("invalid", what="剧本里没有 id")
    return get_named(found[1])


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
    text, number = await _newest(services, account, name)
    was = was or (text.encoding if text.encoding != UTF8 else None)
    history = await shelf_of(services, account).history(name)
    page = pages.EditorPage(
        **chrome(request, services, account),
        name=name,
        text=text.text,
        was=was or "",
        base=number,
        history=tuple((draft.number, _when(draft)) for draft in history),
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
    return json_response({"text": decoded(one.text).text, "when": _when(one)})


@router.get("/{name}/package.zip")
async def export(name: str, request: Request, services: ServicesDep, account: Writer) -> Response:
    """The newest draft and its pictures as a package; `X-Digest` is its digest."""
    text, _ = await _newest(services, account, name)
    files = await _files(services, account, name)
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
    body = (await _files(services, account, name)).get(file)
    media = PICTURES.get(file[file.rfind(".") :].lower())
    if body is None or media is None:
        raise web_error("not_found")
    return Response(body, media_type=media)


async def _files(services: Services, account: Account, name: str) -> dict[str, bytes]:
    kept = await shelf_of(services, account).files(name)
    folder = get_folder(services, name)
    return (folder.files if folder is not None else {}) | kept


# ── what the editor asks while one types ────────────────────────────────────────────────────────


@router.post("/{name}/check")
@takes(BODY_MAX)
async def check(name: str, request: Request, services: ServicesDep, account: Author) -> Response:
    """Issues of the text."""
    asked = await _text(request)
    found = await work(request, services, account.id, CHECK, studio.look, asked.text, name)
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
    found = await work(request, services, account.id, PROVE, studio.proof, asked.text, name)
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
    data = asked.text.encode()
    if len(data) > BYTES_MAX:
        raise web_error("invalid", what="剧本不能超过 1 MiB")
    try:
        saved = await shelf_of(services, account).save(
            name, data, base=asked.base, author=account.name
        )
    except StaleDraft as stale:
        theirs = stale.theirs
        shown: dict[str, Any] = {
            "error": stale.in_("zh"),
            "theirs": decoded(theirs.text).text,
            "number": theirs.number,
            "mine": asked.text,
        }
        return json_response(shown, 409)
    return json_response({"number": saved.number, "when": _when(saved)})
