"""Packages: what comes in is trusted in nothing, what goes out comes back the same."""

from __future__ import annotations

import io
import stat
import struct
import time
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.author.drawing import svg
from engine.author.package import FILE_MAX, FILES_MAX, PackageError, pack, unpack
from engine.author.sound import read_sound
from engine.proof.graph import dot
from engine.scenario import compile_scenario

SCRIPT = b"format: 1\nid: x\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
YIDA = Path(__file__).resolve().parents[3] / "scenarios" / "yida-1921"


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], script: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if script:
            archive.writestr("scenario.yaml", SCRIPT)
        for name, body in entries:
            archive.writestr(name, body)
    return out.getvalue()


def listed(name: Callable[[int], str], count: int, extra: bytes = b"") -> bytes:
    """A zip of empty files whose list is all there is to it."""
    files = central = b""
    for number in range(count):
        path, at = name(number).encode(), len(files)
        files += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0x800, *[0] * 6, len(path), 0) + path
        sizes = len(path), len(extra)
        central += struct.pack("<IHHHHHHIIIHH", 0x02014B50, 20, 20, 0x800, *[0] * 6, *sizes)
        central += struct.pack("<HHHII", 0, 0, 0, 0, at) + path + extra
    ends = count, count, len(central), len(files), 0
    return files + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, *ends)


def link() -> bytes:
    info = zipfile.ZipInfo("evil.svg")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


def locked() -> bytes:
    data = bytearray(zipped(("a.svg", SVG)))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def squeezed(how: int) -> bytes:
    out = io.BytesIO(zipped())
    with zipfile.ZipFile(out, "a", how) as archive:
        archive.writestr("a.svg", SVG)
    return out.getvalue()


def nonsense() -> bytes:
    """What bzip2 would read as such, wasn't made by it: found by fuzzing."""
    data = bytearray(squeezed(zipfile.ZIP_BZIP2))
    at = data.find(b"BZh") + 4
    data[at : at + 6] = b"\0" * 6
    return bytes(data)


def nameless() -> bytes:
    """A file with no name at all: found by fuzzing."""
    data = bytearray(zipped(("a.svg", b"")))
    local, central = data.find(b"a.svg") - 30, data.rfind(b"a.svg") - 46
    data[local + 26], data[central + 28] = 0, 0
    size, offset = struct.unpack("<II", data[-10:-2])
    data[-10:-2] = struct.pack("<II", size - 5, offset - 5)
    return bytes(data.replace(b"a.svg", b""))


ATTACKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "slip": ("bad_name", lambda: zipped(("../evil.svg", SVG))),
    "slip by folder": ("bad_name", lambda: zipped(("a/../../evil.svg", SVG))),
    "absolute": ("bad_name", lambda: zipped(("/etc/evil.svg", SVG))),
    "drive": ("bad_name", lambda: zipped(("C:evil.svg", SVG))),
    "backslash": ("bad_name", lambda: zipped(("a\\evil.svg", SVG))),
    "folder": ("bad_name", lambda: zipped(("pictures/a.svg", SVG))),
    "hidden": ("bad_name", lambda: zipped((".htaccess", b"x"))),
    "link": ("link", link),
    "locked": ("locked", locked),
    "bzip2": ("odd_zip", lambda: squeezed(zipfile.ZIP_BZIP2)),
    "lzma": ("odd_zip", lambda: squeezed(zipfile.ZIP_LZMA)),
    "bzip2 of nonsense": ("odd_zip", nonsense),
    "no name": ("bad_name", nameless),
    "twice by case": ("twice", lambda: zipped(("a.svg", SVG), ("A.svg", SVG))),
    "program": ("bad_kind", lambda: zipped(("run.py", b"print()"))),
    "page": ("bad_kind", lambda: zipped(("a.html", b"<script>"))),
    "svg with script": ("bad_picture", lambda: zipped(("a.svg", b"<svg><script>1</script></svg>"))),
    "svg with handler": ("bad_picture", lambda: zipped(("a.svg", b'<svg onload="x()"/>'))),
    "svg with link": (
        "bad_picture",
        lambda: zipped(("a.svg", b'<svg><image href="http://x/y.png"/></svg>')),
    ),
    "svg with entity": ("bad_picture", lambda: zipped(("a.svg", b"<!DOCTYPE svg []><svg/>"))),
    "no png": ("bad_picture", lambda: zipped(("a.png", b"GIF89a"))),
    "too many": ("too_many", lambda: zipped(*((f"p{n}.svg", SVG) for n in range(FILES_MAX)))),
    "bomb": ("too_large", lambda: zipped(("a.png", b"\0" * (FILE_MAX + 1)))),
    "nested folders": ("too_many", lambda: listed(lambda n: f"{'a/' * 30_000}{n}.svg", 30)),
    "endless notes": (
        "too_many",
        lambda: listed(lambda n: f"{n}.svg", 30, b"\xfe\xca\x00\x00" * 16_000),
    ),
    "thousands": ("too_many", lambda: listed(lambda n: f"__MACOSX/{n}.svg", 30_000)),
    "a long script": ("long_script", lambda: zipped(("scenario.yaml", b"#" * 2**21), script=False)),
    "rar": ("rar", lambda: b"Rar!\x1a\x07\x01\x00"),
    "7z": ("rar", lambda: b"7z\xbc\xaf\x27\x1c"),
    "in another": ("inner_zip", lambda: zipped(("a.zip", zipped()), script=False)),
    "no script": ("no_script", lambda: zipped(("a.svg", SVG), script=False)),
    "changed": ("bad_digest", lambda: zipped(("manifest.json", b'{"digest": "0"}'))),
    "manifest of nonsense": ("bad_digest", lambda: zipped(("manifest.json", b"[" * 100))),
    "nothing": ("not_zip", lambda: b""),
    "text": ("not_zip", lambda: b"format: 1"),
    "half": ("not_zip", lambda: zipped(("a.svg", SVG))[:-30]),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_refused(name: str) -> None:
    code, data = ATTACKS[name]
    with pytest.raises(PackageError) as caught:
        unpack(data())
    assert caught.value.code == code
    assert caught.value.message.zh
    assert caught.value.remedy.en


def test_a_list_of_its_files_is_soon_read() -> None:
    """Many folders around everything, in a list that is just taken: its names were gone through once
    for each of them, and again."""
    deep = listed(lambda n: f"{'a/' * 30_000}{n}.svg", 16)
    began_s = time.process_time()
    with pytest.raises(PackageError) as caught:
        unpack(deep)
    assert caught.value.code == "no_script"
    assert time.process_time() - began_s < 1


def test_a_bomb_takes_no_memory() -> None:
    data = zipped(("a.png", b"\0" * (200 * 1024 * 1024)))
    tracemalloc.start()
    with pytest.raises(PackageError):
        unpack(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 * FILE_MAX


def test_a_folder_around_everything_is_taken_off() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mine/", b"")
        archive.writestr("mine/scenario.yaml", SCRIPT)
        archive.writestr("mine/a.svg", SVG)
        archive.writestr("__MACOSX/mine/._a.svg", b"x")
    assert set(unpack(out.getvalue()).files) == {"a.svg"}


def test_the_first_scenario_comes_back_with_the_same_digest() -> None:
    files = {f.name: f.read_bytes() for f in YIDA.iterdir() if f.name != "scenario.yaml"}
    data = pack((YIDA / "scenario.yaml").read_bytes(), files)
    found = unpack(data)
    assert pack(found.script, found.files) == data
    assert found.files == files


# ── zipped by hand ──────────────────────────────────────────────────────────────────────────────


def by_hand(*entries: tuple[bytes, bytes]) -> bytes:
    """A zip whose names are these bytes, saying nothing of how they are written."""
    out, places = io.BytesIO(), {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, body) in enumerate(entries):
            place = f"{number:03d}" + "x" * (len(name) - 3)
            places[place.encode()] = name
            archive.writestr(place, body)
    data = out.getvalue()
    for placed, named in places.items():
        data = data.replace(placed, named)
    return data


PICTURE = "会场图.svg"
WRITTEN: dict[str, Callable[[str], bytes]] = {
    "Explorer (GBK)": lambda name: name.encode("gb18030"),
    "UTF-8 unsaid": lambda name: name.encode(),
    "Finder (decomposed)": lambda name: unicodedata.normalize("NFD", name).encode(),
}
AROUND = ("", "剧本/", "我的剧本 (1)/", "下载/剧本/", "a b.c/")
BESIDE = (
    "__MACOSX/._scenario.yaml", ".DS_Store", "Thumbs.db", "desktop.ini", "scenario.schema.json",
    "._会场图.svg", "scenario.yaml~", "scenario.yaml.bak", ".vscode/settings.json",
)  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("slash", ["/", "\\"])
def test_what_people_zip_is_taken(written: str, around: str, slash: str) -> None:
    picture = PICTURE if written != "Finder (decomposed)" else "café-图.svg"
    names = [around + "scenario.yaml", around + picture, *(around + name for name in BESIDE)]
    bodies = [SCRIPT, SVG, *(b"x" for _ in BESIDE)]
    encode = WRITTEN[written]
    entries = [(encode(n.replace("/", slash)), b) for n, b in zip(names, bodies, strict=True)]
    found = unpack(by_hand(*entries))
    assert (found.script, set(found.files)) == (SCRIPT, {picture})
    assert len(found.left_out) == len(BESIDE), "and listed"
    assert unpack(pack(found.script, found.files)).digest == found.digest


def test_names_of_one_zip_are_written_alike() -> None:
    """联通 in GBK happens to be sound UTF-8 as well."""
    pair = [("联通.svg".encode("gb18030"), SVG), ("南湖.svg".encode("gb18030"), SVG)]
    found = unpack(by_hand((b"scenario.yaml", SCRIPT), *pair))
    assert set(found.files) == {"联通.svg", "南湖.svg"}


def test_a_name_told_in_an_extra_field_is_taken() -> None:
    info = zipfile.ZipInfo("???.svg".replace("?", "_"))
    told = b"\x01\0\0\0\0" + PICTURE.encode()
    info.extra = struct.pack("<HH", 0x7075, len(told)) + told
    assert set(unpack(zipped((info, SVG))).files) == {PICTURE}


@given(st.lists(st.tuples(st.binary(min_size=3, max_size=40), st.just(SVG)), max_size=4))
def test_any_names_give_a_package_or_a_refusal(entries: list[tuple[bytes, bytes]]) -> None:
    with suppress(PackageError):
        for name in unpack(by_hand((b"scenario.yaml", SCRIPT), *entries)).files:
            assert "/" not in name


DRAWINGS = {
    "plain": SVG,
    "DOCTYPE": b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
    + SVG,
    "comment": b"<!-- made by hand -->\n" + SVG,
    "mark": b"\xef\xbb\xbf" + SVG,
    "label": b'<svg xmlns="http://www.w3.org/2000/svg"><text>step one = 2; href="http://x"</text></svg>',
    "own gradient": b'<svg xmlns="http://www.w3.org/2000/svg"><rect fill="url(#g)" style="fill:url(#g)"/></svg>',
    "own use": b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#g"/></svg>',
}
DOINGS = {
    "entity": b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
    "other document": b"<!DOCTYPE html><svg/>",
    "sheet": b'<?xml-stylesheet href="http://x/a.css"?><svg/>',
    "namespaced script": b'<svg xmlns:s="http://www.w3.org/2000/svg"><s:script/></svg>',
    "foreign": b"<svg><foreignObject/></svg>",
    "handler": b'<svg><a OnClick="x()"/></svg>',
    "javascript": b'<svg><a href="java&#10;script:x()"/></svg>',
    "import": b"<svg><style>@im<!-- -->port 'x'; @import 'http://x'</style></svg>",
    "url": b'<svg><rect style="fill:url(http://x/y)"/></svg>',
    "animated link": b'<svg><a><set attributeName="xlink:href" to="http://x"/></a></svg>',
    "not whole": b"<svg><path>",
    "no drawing": b"<html><svg/></html>",
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_what_draws_only_is_taken(name: str) -> None:
    assert set(unpack(zipped(("a.svg", DRAWINGS[name]))).files) == {"a.svg"}


@pytest.mark.parametrize("name", DOINGS)
def test_what_does_more_is_refused(name: str) -> None:
    with pytest.raises(PackageError, match="bad_picture"):
        unpack(zipped(("a.svg", DOINGS[name])))


def test_our_own_graph_is_a_picture_for_a_package() -> None:
    scenario = compile_scenario((YIDA / "scenario.yaml").read_bytes(), "yida")
    title = replace(scenario.scenes[scenario.start], title="step one = 2\x07")
    odd = replace(scenario, scenes=scenario.scenes.set(scenario.start, title))
    drawing = svg(dot(odd)).encode()
    assert set(unpack(zipped(("a.svg", drawing))).files) == {"a.svg"}


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_give_a_package_or_a_refusal(data: bytes) -> None:
    for body in (data, zipped()[:40] + data, zipped(("a.svg", SVG))[: len(data)] + data):
        with suppress(PackageError):
            assert unpack(body).script


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.svg", fullmatch=True), st.just(SVG), max_size=5))
def test_what_goes_out_comes_back(files: dict[str, bytes]) -> None:
    assert unpack(pack(SCRIPT, files)).files == files


KNOCK = (Path(__file__).resolve().parents[3] / "web/static/sounds/knock.mp3").read_bytes()
TAGGED = b"ID3\x04\x00\x00\x00\x00\x00\x05hello" + KNOCK + b"TAG" + bytes(125)


@pytest.mark.parametrize("body", [KNOCK, TAGGED])
def test_a_sound_is_taken_by_what_it_holds(body: bytes) -> None:
    assert unpack(zipped(("钟声.mp3", body))).files["钟声.mp3"] == body
    assert read_sound(body) == KNOCK


@pytest.mark.parametrize(
    "body",
    [b"", b"RIFF" + KNOCK, SVG, b"\xff\xfb", b"\xff\xfb\xf0\x00", b"\xff\xff\x90\x00",
     b"ID3\x04\x00\x00\xff\xff\xff\xff" + KNOCK, b"ID3\x04\x00\x00\x00\x00\x7f\x7f" + KNOCK[:99],
     b"<script>alert(1)</script>"],
)  # fmt: skip
def test_what_is_no_sound_is_refused(body: bytes) -> None:
    with pytest.raises(PackageError) as refusal:
        unpack(zipped(("a.mp3", body)))
    assert refusal.value.code == "bad_sound"
