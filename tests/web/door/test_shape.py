"""The shape of a request is judged before its body is read: by whom, to whom, how large, of which type,
in which character set; on every route and on the socket.

Held by a body that must not be asked for: whatever is refused by its head is refused unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers

from engine.errors import Refused
from tests.support import routes
from tests.support.inside import ADDRESS, Inside, inside, small
from tests.support.patience import soon
from tests.web.pages.test_people import PASSWORD
from web.door.doorway import BODY_MAX, SAFE
from web.door.hosts import Hosts
from web.door.limits import Limits
from web.door.shape import check_head, check_type

BOUNDARY = "multipart/form-data; boundary=b"
FORM = "application/x-www-form-urlencoded"
ODD_CHARSETS = ("punycode", "idna", "utf-7", "utf-16", "hex", "zlib", "bz2", "latin-1", "gb18030")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(
        tmp_path_factory.mktemp("shape"),
        admin_password=PASSWORD,
        public_url="https://party.example.cn",
        hosts="party.lan",
    )
    with inside(settings) as opened:
        yield opened


UPLOADS = ("/studio/import", "/review/sessions/{name}/activity")
READ = 0
"""Instead of a status: the body was asked for."""


def judged(app: Inside, method: str, path: str, **headers: str) -> int:
    """The status of a request whose body never comes; READ: the app waits for it."""

    async def ask() -> int:
        seen: list[int] = []

        async def receive() -> Any:
            seen.append(READ)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen.append(message["status"])

        known = {"host": "inside", "content-length": "9"}
        known.update({name.replace("_", "-"): value for name, value in headers.items()})
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
            "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
            "root_path": "", "client": (ADDRESS, 1), "server": ("inside", 80),
            "headers": [(name.encode(), value.encode()) for name, value in known.items()],
        }  # fmt: skip
        await app.app(scope, receive, send)
        return seen[0]

    return app.run(soon(ask()))


def changing(app: Inside) -> list[routes.Way]:
    return [way for way in routes.ways(app.app) if way.method not in SAFE]


def typed(way: routes.Way) -> str:
    """The Content-Type that its bodies have."""
    return BOUNDARY if way.path in UPLOADS else FORM if way.form else "application/json"


def test_every_route_is_shut_to_nobody_before_a_byte_is_read(app: Inside) -> None:
    """Staff's routes: those that take uploads are among them."""
    shut = [way for way in changing(app) if way.door.who == "staff"]
    assert len(shut) > 30
    for way in shut:
        path = way.path.replace("{", "").replace("}", "")
        kind = typed(way)
        assert judged(app, way.method, path, content_type=kind) in (303, 401), way


@pytest.mark.parametrize("charset", ODD_CHARSETS)
def test_no_route_lets_the_client_choose_how_it_is_read(app: Inside, charset: str) -> None:
    for way in changing(app):
        path = way.path.replace("{", "").replace("}", "")
        kind = typed(way)
        odd = f"{kind}; charset={charset}"
        assert judged(app, way.method, path, content_type=odd) == 415, way


@pytest.mark.parametrize(
    ("status", "name", "value"),
    [
        (READ, "content_type", FORM),
        (READ, "content_type", FORM + ";charset=UTF-8"),
        (415, "content_type", BOUNDARY),
        (415, "content_type", FORM + '; charset="punycode"'),
        (415, "content_type", FORM + "; CHARSET = punycode"),
        (415, "content_type", FORM + "; charset=utf-8; charset=punycode"),
        (415, "content_type", "text/plain"),
        (415, "content_type", "multipart/mixed; boundary=b"),
        (415, "content_encoding", "gzip"),
        (415, "content_encoding", "br"),
        (413, "content_length", str(BODY_MAX + 1)),
        (400, "transfer_encoding", "chunked"),
        (421, "host", "evil.example"),
        (421, "host", ""),
        (421, "host", "party.example.cn.evil.example"),
        (421, "host", "x@localhost"),
        (403, "origin", "null"),
        (403, "origin", "http://evil.example"),
    ],
)  # fmt: skip
def test_a_form_by_its_head(app: Inside, status: int, name: str, value: str) -> None:
    assert judged(app, "POST", "/login", **{name: value}) == status


def test_what_is_said_twice_is_refused() -> None:
    for name in ("host", "content-type", "content-length", "authorization", "origin"):
        with pytest.raises(Refused) as refused:
            check_head(Headers(raw=[(name.encode(), b"a"), (name.encode(), b"b")]))
        assert refused.value.code == "malformed_head"
    check_head(Headers({"host": "x"}))
    check_type(Headers({}), (FORM,))


@pytest.mark.parametrize(
    "more", ["boundary=" + "b" * 71, "boundary=", "boundary=b; charset*=utf-8''punycode"]
)
def test_the_parts_of_an_upload_by_their_head(app: Inside, more: str) -> None:
    odd = f"multipart/form-data; {more}"
    for path in UPLOADS:
        assert judged(app, "POST", path.replace("{name}", "x"), content_type=odd) == 415


def test_only_files_come_in_parts(app: Inside) -> None:
    for way in changing(app):
        path = way.path.replace("{", "").replace("}", "")
        asked = judged(app, way.method, path, content_type=BOUNDARY)
        assert (asked == 415) == (way.path not in UPLOADS), way


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost:8000", True),
        ("LOCALHOST", True),
        ("127.0.0.1:8123", True),
        ("192.168.1.20:8000", True),
        ("[::1]:8000", True),
        ("party.example.cn", True),
        ("party.lan:8000", True),
        ("party.lan.", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("[::1", False),
        ("", False),
        ("a/localhost", False),
    ],
)
def test_names_that_are_ours(app: Inside, host: str, ours: bool) -> None:
    assert app.services.hosts.is_ours(host) == ours
    assert Hosts(app.services.settings).is_ours(host) == ours
    answer = app.ask("GET", "/login", headers={"host": host})
    assert answer.status_code == (200 if ours else 421)
    assert app.ask("GET", "/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"host": ""}, {"origin": "null"}, {"origin": "http://evil.example"}],
)
def test_sockets_pass_the_same_door(app: Inside, headers: dict[str, str]) -> None:
    assert app.hear({"type": "hello", "token": "x"}, **headers) is None


def test_handshakes_are_counted(app: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.services.limits, "_buckets", {})
    monkeypatch.setattr("web.door.limits.REQUESTS_MAX", 3)
    monkeypatch.setattr("web.door.limits.REQUESTS_PER_S", 0)
    hello = {"type": "hello", "token": "nobody"}
    assert [app.ends(hello)[1] for _ in range(5)] == [1008] * 3 + [1013] * 2
    monkeypatch.setattr(app.services.limits, "_buckets", {})


# ── what comes back ─────────────────────────────────────────────────────────────────────────────


def test_answers_to_what_breaks_are_headed_like_any(
    app: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(account: Any) -> Any:
        raise LookupError

    monkeypatch.setattr(app.services.library, "entries", broken)
    for path in ("/", "/api/scenarios"):
        answer = app.ask("GET", path)
        assert answer.status_code == 500
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "scheme", "told"),
    [
        ("party.example.cn", "https", True),
        ("party.example.cn", "http", True),
        ("192.168.1.20", "http", False),
        ("localhost", "http", True),
    ],
)
def test_who_came_by_https_is_told_to_keep_to_it(
    app: Inside, host: str, scheme: str, told: bool
) -> None:
    """The second: behind a proxy that doesn't say so."""
    headers = {"host": host}
    answer = app.ask("GET", f"{scheme}://{host}/login", headers=headers)
    assert ("strict-transport-security" in answer.headers) == (told and host != "localhost")


def test_figures_are_for_who_watches_over_the_machine(app: Inside) -> None:
    assert app.ask("GET", "/metrics").status_code == 403
    assert app.ask("GET", "/metrics", address="127.0.0.1").status_code == 200
    by_proxy = {"x-forwarded-for": "192.0.2.7"}
    answer: httpx.Response = app.ask("GET", "/metrics", address="127.0.0.1", headers=by_proxy)
    assert answer.status_code == 403, "a proxy on this machine that nobody told us of"


@pytest.mark.parametrize("said", ["unknown", "<b>x</b>", "1.2.3", "_hidden", "x" * 500, ""])
def test_an_address_that_is_none_is_not_kept(app: Inside, said: str) -> None:
    body = {"name": "nobody", "password": "x"}
    answer = app.ask("POST", "/api/token", address=said, json=body)
    assert answer.status_code == 401
    kept = app.run(_addresses(app))
    assert said not in kept or said == ""


async def _addresses(app: Inside) -> set[str]:
    found = await app.services.database.audit.read()
    return {entry.address for entry in found}


@pytest.mark.parametrize(
    "name", ["a" * 300, "字" * 100, "a" * 300 + ".png", "..", ".", "x.png/", "~"]
)
@pytest.mark.parametrize(
    "path",
    [
        "/scenarios/{name}",
        "/scenarios/{name}/pictures/a.png",
        "/scenarios/first-congress-demo/pictures/{name}",
        "/scenarios/first-congress-demo/pictures/{name}.png",
        "/studio/{name}",
        "/static/{name}",
        "/static/{name}/{name}.js",
    ],
)
def test_the_disk_is_asked_for_no_unchecked_name(app: Inside, path: str, name: str) -> None:
    body = {"name": "admin", "password": PASSWORD}
    token = app.ask("POST", "/api/token", json=body).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    answer = app.ask("GET", path.replace("{name}", name), headers=headers)
    assert answer.status_code < 500, answer.text


def test_a_seat_or_an_account_has_some_sockets_and_no_more() -> None:
    limits = Limits()
    for _ in range(3):
        limits.socket("seat r/s1", 3)
    with pytest.raises(Refused, match="too_fast"):
        limits.socket("seat r/s1", 3)
    limits.socket("seat r/s2", 3)
    limits.socket_gone("seat r/s1")
    limits.socket("seat r/s1", 3)
