"""Every route called as everybody, with what is theirs and what is a foreign branch's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

import httpx
import pytest

from engine.evening.onlooking import looking_link
from engine.evening.relocating import HOLDER_S, link_for
from engine.review.fork import forked
from engine.rights import RIGHTS, RIGHTS_OF, ROLES, Role
from engine.store.sessions.activities import Activity
from engine.store.sessions.sessions import Session
from tests.engine.export.test_documents import png
from tests.support.evenings import evening, keep_evening
from tests.support.inside import Inside, inside, small
from tests.support.routes import Way, document, doors, every, routes, ways
from tests.support.scripts import MINI, compile_text
from web.app import create_app
from web.door.doors import SOCKETS, Door
from web.live.wire import Hello
from web.services import Services
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "rights.md"
SCRIPT = "first-congress-demo"
PLAIN = {"/openapi.json", "/static"}
"""What FastAPI and Starlette answer themselves: the API's description, and files for everybody."""

MATRIX = """
               run see prepare review practise export write read_audit manage
administrator   x   x     x      x       x       x      x       x        x
facilitator     x   x     x      x       x       x      -       -        -
author          -   -     x      -       -       -      x       -        -
trainer         -   x     x      x       x       x      -       -        -
auditor         -   x     -      -       -       -      -       x        -
"""

APP = create_app(Settings(scenarios=Path("nowhere"), secret="x", database_url="sqlite://"))
"""Only to read its routes; it is never opened."""
WAYS = ways(APP)


def matrix() -> dict[str, set[str]]:
    head, *rows = [line.split() for line in MATRIX.strip().splitlines()]
    return {
        row[0]: {right for right, mark in zip(head, row[1:], strict=True) if mark == "x"}
        for row in rows
    }


def test_the_table_of_rights_is_the_one_written_here() -> None:
    assert {role: set(rights) for role, rights in RIGHTS_OF.items()} == matrix()
    assert set(ROLES) == set(get_args(Role)) == set(matrix())
    assert set(RIGHTS) == set().union(*matrix().values())


def test_every_route_and_kind_of_socket_has_one_door() -> None:
    wrong = [route.path for route in routes(APP) if len(doors(route)) != 1]
    assert not wrong
    ours = {id(route) for route in routes(APP)}
    others = {getattr(route, "path", "?") for route in every(APP) if id(route) not in ours}
    assert others == PLAIN
    assert set(get_args(get_type_hints(Hello)["as_"])) == set(SOCKETS)


def test_what_changes_something_by_a_form_carries_the_mark() -> None:
    """The others are called by programs and by our scripts, with JSON and an Origin."""
    unmarked = {way.path for way in WAYS if way.method != "GET" and not way.form}
    assert {path for path in unmarked if not path.startswith("/api/")} == {
        "/review/{run}/notes",
        "/review/{run}/notes/{name}",
        *(f"/studio/{{name}}/{do}" for do in ("cards", "check", "graph", "prove", "play", "save")),
    }


def test_every_form_of_a_template_carries_the_mark() -> None:
    found = 0
    for file in sorted((ROOT / "web" / "templates").rglob("*.html")):
        for form in re.findall(r"<form\b.*?</form>", file.read_text(encoding="utf-8"), re.S):
            if 'method="post"' in form:
                found += 1
                assert "{{ m.mark(mark) }}" in form, (file.name, form[:80])
    assert found > 15


def test_the_page_of_rights_is_fresh(pytestconfig: pytest.Config) -> None:
    made = document(APP)
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


# ── everybody at every door ─────────────────────────────────────────────────────────────────────


class House(NamedTuple):
    """A running app with two branches, somebody of each role in one, and evenings in both."""

    app: Inside
    mark: str
    tokens: dict[str, str]
    """Bearer token by role."""
    seat: str
    """A participant's token."""
    objects: dict[str, Session]
    person: str
    branch: str


async def furnished(services: Services) -> dict[str, Any]:
    people, sessions = services.people, services.sessions
    branches = [await people.create_branch(name) for name in ("一支部", "二支部")]
    made: dict[str, Any] = {"tokens": {}, "objects": {}}
    owner = ""
    for role in ROLES:
        account = await people.create_account(role, (role,), branches[0].id if branches[0] else "")
        assert account is not None
        made["tokens"][role] = await people.create_login(account[0].id, 3600)
        owner = account[0].id
    victim = await people.create_account("victim", ("facilitator",))
    assert victim is not None
    made["person"] = victim[0].id
    log = evening(compile_text(MINI.decode()), "rights")
    for name, branch in zip(("own", "foreign"), branches, strict=True):
        assert branch is not None
        kept = await keep_evening(services.database, owner, MINI, [log, log], branch_id=branch.id)
        await services.database.activities.save(Activity(session=kept.id, photo=png()))
        made["objects"][name] = kept
    own = made["objects"]["own"]
    practice = await sessions.create_session(
        scenario=own.scenario,
        digest=own.digest,
        teams=1,
        owner=own.owner,
        branch=own.branch,
        origin=(own.runs[0].id, 5),
    )
    fork = forked(own.runs[0].id, log, len(log) // 2, services.host.clock.now_ms())
    await services.host.fork(practice.runs[0].id, fork)
    await sessions.create_seat(practice.runs[0].id, "张三")
    made["seat"] = await sessions.renew_token(own.runs[1].id, "s1")
    made["objects"]["practice"] = practice
    made["branch"] = own.branch
    for branch in branches:
        assert branch is not None
        drafts = services.database.drafts.within(branch.id)
        await drafts.save("draft", MINI, base=0, author="x")
        await drafts.keep_files("draft", {"x.png": png()})
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("rights")
    settings = small(folder, script=SCRIPT, admin_password="admin password")
    (settings.scenarios / SCRIPT / "x.png").write_bytes(png())
    with inside(settings) as app:
        made = app.run(furnished(app.services))
        yield House(app, app.mark(), **made)


async def filled(house: House, way: Way, subject: Session) -> dict[str, str]:
    """What stands in the path: everything is there, made anew where the last call took it away."""
    run = subject.runs[0].id
    values = {
        "code": subject.code,
        "run": run,
        "seat": "s1",
        "person": house.person,
        "branch": house.branch,
        "number": "1",
        "lang": "en",
        "file": "x.png" if "pictures" in way.path else "xapi.json",
        "name": subject.id,
    }
    if way.path.startswith("/scenarios"):
        values["name"] = SCRIPT
    elif way.path.startswith("/studio"):
        values["name"] = f"draft@{subject.branch}"
    elif "/notes/" in way.path:
        values["name"] = (
            await house.app.services.database.notes.add(run, 1, author="admin", text="")
        ).id
    if way.path == "/wall/{link}":
        values["link"] = looking_link(house.app.services, subject)
    elif "{link}" in way.path:
        seat, _ = await house.app.services.sessions.create_seat(run, "来人")
        values["link"] = await link_for(house.app.services, run, seat, HOLDER_S) or ""
    if way.path == "/seat/{token}":
        values["token"] = await house.app.services.sessions.renew_token(run, "s1") or ""
    return values


def call(house: House, way: Way, who: str, subject: Session) -> httpx.Response:
    values = house.app.run(filled(house, way, subject))
    headers = {} if way.door.page else {"content-type": "application/json"}
    if who in house.tokens:
        token = house.tokens[who]
        if way.path == "/logout":  # which is done: then by a login of its own
            token = house.app.run(again(house, token))
        headers["authorization"] = f"Bearer {token}"
    if who == "participant":
        headers["cookie"] = f"seat={house.seat}"
    runs = [run.id for run in subject.runs]
    params = {
        "a": runs[0],
        "b": runs[-1],
        "seq": "1",
        "screens": "s1",
        "scenario": SCRIPT,
        "next": "/",
    }
    body: dict[str, Any] = {"content": b'{"do": "pause"}'}
    if way.form:
        headers.pop("content-type", None)
        body = {"data": {"mark": house.mark, "seq": "3"}}
    if way.method == "GET":
        body = {}
    path = way.path.format(**values)
    return house.app.ask(way.method, path, params=params, headers=headers, **body)


async def again(house: House, token: str) -> str:
    """Another login of whoever has this one."""
    people = house.app.services.people
    account = await people.find_login(token)
    assert account is not None
    return await people.create_login(account.id, 3600)


def verdict(answer: httpx.Response) -> str:
    """`in`, or why not."""
    if answer.status_code == 303 and answer.headers["location"].startswith("/login?next="):
        return "login"
    if answer.status_code == 303 and answer.headers["location"] == "/join":
        return "seat"
    code = ""
    if answer.status_code >= 400:
        found = re.search(r'data-code="(\w+)"', answer.text)
        shown = answer.headers["content-type"].startswith("application/json")
        code = answer.json()["error"]["code"] if shown else found[1] if found else ""
    known = {"login_needed": "login", "no_right": "no right", "not_found": "not there"}
    return known.get(code, "in")


def expected(door: Door, who: str, subject: str) -> str:
    """By the door and the matrix above, nothing else."""
    if door.who == "public":
        return "in"
    if door.who == "participant":
        return "in" if who == "participant" else "seat"
    if door.who == "onlooker":
        return "no link"
    if who not in matrix():
        return "login"
    mine = matrix()[who]
    if door.right is not None and not {door.right, door.practice} & mine:
        return "no right"
    if door.of and subject == "foreign" and who != "administrator":
        return "not there"
    wanted = door.practice if door.practice and subject == "practice" else door.right
    return "in" if wanted is None or wanted in mine else "no right"


EVERYBODY = ("nobody", "participant", *matrix())


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.method} {way.path}")
def test_everybody_at_every_door(house: House, way: Way) -> None:
    subjects = ["own", "foreign"] if way.door.of else ["own"]
    if way.door.practice:
        subjects.append("practice")
    found, wanted = {}, {}
    for who in EVERYBODY:
        for subject in subjects:
            answer = call(house, way, who, house.objects[subject])
            assert answer.status_code < 500, (who, subject, answer.text)
            found[who, subject] = verdict(answer)
            wanted[who, subject] = expected(way.door, who, subject)
    assert found == wanted


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_note_is_its_authors_alone(house: House, method: str) -> None:
    """Whoever may write notes writes their own, administrators too: each is shown as signed."""
    run = house.objects["own"].runs[0].id
    notes = house.app.services.database.notes

    def ask(who: str, name: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {house.tokens[who]}"}
        path = f"/review/{run}/notes/{name}"
        return house.app.ask(method, path, headers=headers, json={"text": "改"})

    writers = [who for who, rights in matrix().items() if "review" in rights]
    assert len(writers) > 2
    for author in writers:
        note = house.app.run(notes.add(run, 1, author=author, text="原话"))
        for other in writers:
            if other != author:
                refused = ask(other, note.id)
                assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_yours")
                assert author in refused.json()["error"]["message"]
        assert note in house.app.run(notes.of_run(run)), "as its author wrote it"
        assert ask(author, note.id).status_code == 200
        assert note not in house.app.run(notes.of_run(run))


def heard(house: House, kind: str, token: str, subject: Session) -> str:
    hello = {"type": "hello", "as": kind, "token": token, "session": subject.id}
    message = house.app.hear(hello)
    assert message is not None
    codes = {"login_needed": "login", "no_right": "no right", "not_found": "not there"}
    codes |= {"seat_needed": "seat", "looking_over": "no link"}
    return codes[message["code"]] if message["type"] == "bye" else "in"


@pytest.mark.parametrize("kind", SOCKETS)
def test_everybody_at_every_kind_of_socket(house: House, kind: str) -> None:
    for who in EVERYBODY:
        token = {"nobody": "", "participant": house.seat, **house.tokens}[who]
        for subject in ("own", "foreign", "practice"):
            wanted = expected(SOCKETS[kind], who, subject)
            found = heard(house, kind, token, house.objects[subject])
            assert found == wanted, (who, subject)


def test_a_foreign_page_opens_no_socket(house: House) -> None:
    hello = {"type": "hello", "token": house.seat}
    assert house.app.hear(hello, origin="http://evil.example") is None
    own = house.app.hear(hello, origin="http://inside")
    assert own is not None
    assert own["type"] == "parts"
