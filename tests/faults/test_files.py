"""P14: hostile files and addresses are refused within a second, and nothing is ever fetched."""

from __future__ import annotations

import io
import re
import socket
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from html import escape

import httpx
import pytest

from engine.author.package import PackageError, unpack
from engine.author.picture import read_picture
from engine.errors import ScenarioError
from engine.scenario import compile_scenario
from tests.faults.figures import Figures
from tests.support.patience import PATIENCE_S
from tests.support.scripts import MINI, MINI_TEXT
from tests.support.server import ServerProcess
from web.pages.render import markdown

LIMIT_S = 1.0
MB = 1024 * 1024
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


# ── files, at the server's door ─────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "scenarios" / "mini").mkdir(parents=True)
    (folder / "scenarios" / "mini" / "scenario.yaml").write_bytes(MINI)
    running = ServerProcess(folder, scenarios=folder / "scenarios", password="一个测试用的密码")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def author(server: ServerProcess) -> Iterator[httpx.Client]:
    """A browser that is logged in."""
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as opened:
        account = {"name": "admin", "password": server.password}
        opened.cookies.set("login", opened.post("/api/token", json=account).json()["token"])
        opened.headers["origin"] = server.url
        yield opened


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], script: bytes = b"id: evil\n") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("scenario.yaml", script)
        for name, body in entries:
            archive.writestr(name, body)
    return out.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("evil.svg")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    text = chunk(b"tEXt", b"GPS\x0031.2,121.4")
    return b"\x89PNG\r\n\x1a\n" + head + text + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(
        b"IEND", b""
    )  # fmt: skip


PACKAGES: dict[str, Callable[[], bytes]] = {
    "slip": lambda: zipped(("../../evil.svg", SVG)),
    "slip by backslash": lambda: zipped(("..\\evil.svg", SVG)),
    "absolute": lambda: zipped(("/etc/cron.d/evil.svg", SVG)),
    "link": lambda: zipped((link(), b"/etc/passwd")),
    "bomb of zeros": lambda: zipped(("a.png", b"\0" * (200 * MB))),
    "bomb of many": lambda: zipped(*((f"{n}.svg", SVG + b" " * 5 * MB) for n in range(30))),
    "bomb of pixels": lambda: zipped(("a.png", png(60_000, 60_000))),
    "10 MB of YAML": lambda: zipped(script=b"id: evil\nx: " + b"a" * 10 * MB),
    "an address in an SVG": lambda: zipped(
        ("a.svg", b'<svg><image href="http://169.254.169.254/latest"/></svg>')
    ),
    "no picture": lambda: zipped(("a.png", b"\x89PNG\r\n\x1a\n<script>")),
    "larger than a package": lambda: zipped(("a.svg", SVG)) + b"\0" * 21 * MB,
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_hostile_package_is_refused(name: str, author: httpx.Client, figures: Figures) -> None:
    data = PACKAGES[name]()
    mark = author.get("/studio").text.split('name="mark" value="')[1].split('"')[0]
    began = time.monotonic()
    answer = author.post("/studio/import", data={"mark": mark}, files={"package": ("a.zip", data)})
    took_s = time.monotonic() - began
    assert answer.status_code in (413, 422), answer.text
    figures.at_most("P14", f"package, {name}: refused in", took_s, LIMIT_S, "s")
    assert author.get("/studio/evil").status_code == 404, "nothing of it was kept"


def aliases() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


TEXTS: dict[str, tuple[str, str]] = {
    "aliases": (aliases(), "SC007"),
    "merge keys": ("a: &a {x: 1}\nb: {<<: *a}\n", "SC007"),
    "brackets": ("[" * 50_000, "SC010"),
    "a tag": ("a: !!python/object/apply:os.system [id]\n", "SC008"),
    "a megabyte and more": ("x: " + "a" * (MB + 1), "SC001"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_an_issue(name: str, author: httpx.Client, figures: Figures) -> None:
    text, code = TEXTS[name]
    began = time.monotonic()
    answer = author.post("/studio/evil/check", json={"text": text})
    took_s = time.monotonic() - began
    assert code in {issue["code"] for issue in answer.json()["issues"]}
    figures.at_most("P14", f"script, {name}: refused in", took_s, LIMIT_S, "s")


def _in_pieces() -> Iterator[bytes]:
    yield b'{"text": "'
    for _ in range(10):
        yield b"a" * MB
    yield b'"}'


@pytest.mark.parametrize("said", [True, False], ids=["its length said", "in pieces"])
def test_ten_megabytes_are_not_even_read(
    said: bool, author: httpx.Client, figures: Figures
) -> None:
    body = b"".join(_in_pieces()) if said else _in_pieces()
    began = time.monotonic()
    headers = {"content-type": "application/json"}
    answer = author.post("/studio/evil/check", content=body, headers=headers)
    took_s = time.monotonic() - began
    figures.at_most("P14", "10 MB of text: refused in", took_s, LIMIT_S, "s")
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(b"x: " + b"a" * 10 * MB, "evil.yaml")
    assert caught.value.code == "SC001"


def test_a_form_of_a_stranger_fills_no_disk(server: ServerProcess) -> None:
    files = {"file": ("a", b"\0" * MB)}
    assert httpx.post(f"{server.url}/login", files=files, timeout=PATIENCE_S).status_code == 413


# ── addresses ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ear() -> Iterator[socket.socket]:
    """Listens on this machine; nobody must come."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.setblocking(False)
        yield listening
        with pytest.raises(BlockingIOError):
            listening.accept()


def addresses(ear: socket.socket) -> list[str]:
    port = ear.getsockname()[1]
    return [
        f"http://127.0.0.1:{port}/a.png",
        f"//127.0.0.1:{port}/a.png",
        f"http://localhost:{port}/a.png",
        f"http://2130706433:{port}/a.png",
        "http://169.254.169.254/latest/meta-data/a.png",
        f"http://[::1]:{port}/a.png",
        "file:///etc/passwd",
        "data:image/svg+xml,<svg/>",
        "javascript:alert(1)",
        "../../etc/passwd.png",
    ]


def test_an_address_is_no_picture(
    ear: socket.socket, author: httpx.Client, figures: Figures
) -> None:
    slowest_s = 0.0
    for address in addresses(ear):
        for where in ("cover", "picture"):
            text = with_picture(where, address)
            began = time.monotonic()
            found = author.post("/studio/evil/check", json={"text": text}).json()["issues"]
            slowest_s = max(slowest_s, time.monotonic() - began)
            assert [issue["code"] for issue in found] == ["SC114"], address
        if address.startswith("data:image/"):
            continue  # drawn in the drawing itself
        with pytest.raises(PackageError):
            unpack(zipped(("a.svg", f'<svg><image href="{address}"/></svg>'.encode())))
    figures.at_most("P14", "addresses: slowest refusal", slowest_s, LIMIT_S, "s")


def with_picture(where: str, address: str) -> str:
    line = f"{where}: '{address}'\n"
    if where == "cover":
        return MINI_TEXT.replace("minutes: 10\n", f"minutes: 10\n{line}")
    return MINI_TEXT.replace("    when: 1921", f"    {line}    when: 1921", 1)


LEADS_AWAY = re.compile(
    r"<(img|a|iframe|script|link|object|embed|image|video|audio)\b|<[^>]*\s(src|href)="
)


def test_an_address_in_a_story_is_text(ear: socket.socket, author: httpx.Client) -> None:
    for address in addresses(ear):
        ways = (
            f"![x]({address})", f"[x]({address})", f"<{address}>", f"[x][1]\n\n[1]: {address}",
            f'<img src="{address}">', f"<iframe src='{address}'></iframe>", address,
        )  # fmt: skip
        for way in ways:
            assert not LEADS_AWAY.search(markdown(way)), way
        story = " ".join(ways).replace("\n", " ").replace("'", "''")
        text = MINI_TEXT.replace("story: 会议开始不久……", f"story: '{story}'")
        phones = author.post("/studio/evil/play", json={"text": text, "moves": []}).json()["phones"]
        shown = phones[0]["parts"]["scene"]
        assert escape(address) in shown
        assert not LEADS_AWAY.search(shown), address


# ── photos ──────────────────────────────────────────────────────────────────────────────────────


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def photo(order: str = ">") -> bytes:
    """A phone's: turned, with a place, a profile, a comment and a second picture behind it."""
    place = "31°14′N 121°28′E".encode()
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, 6, 0)
    entries += struct.pack(f"{order}HHII", 0x8825, 4, 1, 200)
    tiff = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}IH", 8, 2) + entries
    return b"".join((
        b"\xff\xd8", segment(0xE0, b"JFIF\0"), segment(0xE1, b"Exif\0\0" + tiff + place),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + place), segment(0xED, place),
        segment(0xE2, b"ICC_PROFILE\0\1\1profile"), segment(0xE2, b"MPF\0" + place),
        segment(0xFE, place), segment(0xDB, b"\0" * 65),
        segment(0xC0, struct.pack(">BHHB", 8, 3000, 4000, 1) + b"\1\x11\0"),
        segment(0xDA, b"\1\1\0\0\x3f\0"), b"data\xff\x00\xff\xd0more", segment(0xC4, b"\0" * 17),
        segment(0xDA, b"\1\1\0\0\x3f\0"), b"second scan", b"\xff\xd9", photo_behind(place),
    ))  # fmt: skip


def photo_behind(place: bytes) -> bytes:
    return b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + place) + b"\xff\xd9"


@pytest.mark.parametrize("order", [">", "<"])
def test_a_photo_keeps_its_way_up_and_loses_its_place(order: str) -> None:
    found = read_picture(photo(order))
    assert found is not None
    assert (found.media, found.width, found.height) == ("image/jpeg", 4000, 3000)
    assert "121°".encode() not in found.body
    assert found.body.count(b"Exif") == 1
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in found.body
    for kept in (b"JFIF", b"ICC_PROFILE", b"data\xff\x00\xff\xd0more", b"second scan\xff\xd9"):
        assert kept in found.body
    assert found.body.endswith(b"\xff\xd9")
    again = read_picture(found.body)
    assert again == found


def test_a_drawing_loses_what_it_says_besides() -> None:
    found = read_picture(png(4, 3) + b"behind")
    assert found is not None
    assert b"GPS" not in found.body
    assert found.body.endswith(b"IEND\xaeB`\x82")
    assert read_picture(found.body) == found


def test_what_is_no_photo(figures: Figures) -> None:
    whole = photo()
    end = whole.index(b"second scan\xff\xd9") + 13
    for length in range(end):
        assert read_picture(whole[:length]) is None, length
    for other in (b"", b"GIF89a", SVG, png(60_000, 1), png(12_000, 12_000), png(0, 4)):
        assert read_picture(other) is None
    began = time.process_time()
    assert read_picture(b"\xff\xd8\xff" + b"\xff" * 8 * MB) is None
    assert read_picture(b"\xff\xd8" + segment(0xDA, b"\0") + b"\xff\x00" * 4 * MB) is None
    took_s = time.process_time() - began
    figures.at_most("P14", "photos that are none: refused in", took_s, LIMIT_S, "s")
