"""A script and its pictures in one `.zip`, to hand on. What comes in is trusted in nothing.

    scenario.yaml   the script
    *.svg *.png …   its pictures
    *.mp3           its sounds
    NOTES.zh.md     notes, if there are any
    strings.en.yaml its words in English, if there are any
    manifest.json   {"digest": …}

The digest is over names and contents, whatever the zip looks like; the same script and pictures
always make the same bytes. Names are flat: a folder around everything is taken off, as people zip
folders (`shell.py`), and what no package needs is left out and listed; anything else that has a
path is refused, and so is whatever could be more than it says.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.author.drawn import draws_only
from engine.author.picture import read_picture
from engine.author.shell import laid_out
from engine.author.sound import read_sound
from engine.errors import AppError, Text
from engine.scenario.strings import STRINGS
from engine.script.source import BYTES_MAX
from engine.values import Map

SCRIPT: Final = "scenario.yaml"
MANIFEST: Final = "manifest.json"
NOTES: Final = "NOTES.zh.md"
PACKED_MAX: Final = 20 * 1024 * 1024
UNPACKED_MAX: Final = 40 * 1024 * 1024
FILE_MAX: Final = 5 * 1024 * 1024
FILES_MAX: Final = 200
DIRECTORY_MAX: Final = 1024 * 1024
"""Of a zip's list of its entries: thousands, with what computers put beside a script."""
_OTHERS: Final = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip"}
"""Packed by others, as the first bytes say; a name ending in .zip says nothing."""
_PACKED: Final = (".zip", ".rar", ".7z")
_NAME: Final = re.compile(r"[\w-][\w.-]{0,99}")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_KINDS: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}


class PackageError(AppError):
    """A package that isn't taken."""


_WHY: Final[dict[str, tuple[str, str, str, str]]] = {
    "not_zip": ("这不是完好的 zip 文件。", "This is no sound zip file.",
                "请重新打包或重新下载。", "Pack it or download it again."),
    "rar": ("这是 {name} 文件，不是 zip。", "This is a {name} file, and no zip.",
            "请把它解开，再用电脑自带的压缩功能打成 zip。",
            "Unpack it, and zip it with what your system offers."),
    "inner_zip": ("包里没有 scenario.yaml，只有另一个压缩包：{name}。",
                  "There is no scenario.yaml, but another archive: {name}.",
                  "请把里面的那个解开，直接导入它。", "Unpack it, and import what is in it."),
    "long_script": ("剧本太长：{name}。", "The script is too long: {name}.",
                    "剧本不超过 1 MiB；图片、声音请放成单独的文件。",
                    "At most 1 MiB; pictures and sounds are files of their own."),
    "too_large": ("文件太大：{name}。", "Too large: {name}.",
                  "一共不超过 40 MiB（压缩后 20 MiB），一个文件不超过 5 MiB。",
                  "At most 40 MiB (20 MiB packed), 5 MiB a file."),
    "too_many": ("文件太多。", "Too many files.",
                 "一个剧本包最多 200 个文件。", "A package has at most 200 files."),
    "bad_name": ("文件名不行：{name}。", "This name won't do: {name}.",
                 "只用字母、汉字、数字、-、_ 和点，不带文件夹。",
                 "Letters, digits, -, _ and dots, without folders."),
    "twice": ("有两个同名文件：{name}。", "Two files have one name: {name}.",
              "请删掉一个。", "Remove one."),
    "link": ("{name} 不是普通文件。", "{name} is no plain file.",
             "包里不能有链接。", "A package holds no links."),
    "locked": ("{name} 加了密码。", "{name} is encrypted.",
               "请去掉密码再打包。", "Pack it without a password."),
    "odd_zip": ("{name} 的压缩方式不常用，读不了。", "{name} is compressed in a way we don't read.",
                "请用电脑自带的压缩功能重新打包。", "Zip it anew with what your system offers."),
    "bad_kind": ("{name} 不是剧本包里该有的。", "{name} doesn't belong into a package.",
                 "只收 scenario.yaml、译文、图片、MP3 声音和 NOTES.zh.md。",
                 "A script, its strings, pictures, MP3 sounds and notes only."),
    "bad_picture": ("{name} 不是它所说的图片，或带有脚本、外部链接，或图形多得手机画不动。",
                    "{name} isn't the picture it says, or holds scripts or outside links, or more"
                    " shapes than a phone can draw.",
                    "请换一张图；SVG 请另存为普通 SVG，不要嵌照片，图形不要太多。",
                    "Use another picture; save an SVG as a plain one, without photos, and not too"
                    " many shapes in it."),
    "bad_sound": ("{name} 不是 MP3 声音。", "{name} is no MP3 sound.",
                  "请另存为 MP3。", "Save it as MP3."),
    "no_script": ("包里没有 scenario.yaml。", "There is no scenario.yaml.",
                  "请把剧本命名为 scenario.yaml。", "Name the script scenario.yaml."),
    "bad_digest": ("内容与清单上的摘要不符。", "The contents don't match the manifest's digest.",
                   "可能在路上损坏或被改过；请向对方再要一份，或去掉 manifest.json。",
                   "Ask for another copy, or remove manifest.json."),
}  # fmt: skip


def _refused(code: str, name: str = "") -> PackageError:
    zh, en, do_zh, do_en = _WHY[code]
    shown = "".join(c if c.isprintable() else "?" for c in name[:60])
    return PackageError(code, Text(zh, en).format(name=shown), Text(do_zh, do_en))


class Package(msgspec.Struct, frozen=True):
    """A script with its files, by name."""

    script: bytes
    files: Map[str, bytes]
    left_out: tuple[str, ...] = ()
    """Names of what lay in the zip and no package needs."""

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents, hex; the same for the same, however packed."""
        whole = hashlib.sha256()
        for name, body in sorted({SCRIPT: self.script, **self.files}.items()):
            whole.update(f"{len(name.encode())}:{name}:{len(body)}:".encode() + body)
        return whole.hexdigest()


def pack(script: bytes, files: Mapping[str, bytes]) -> bytes:
    """The zip of a script and its files; equal for equal contents."""
    package = Package(script, Map(files))
    manifest = json.dumps({"digest": package.digest}).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in sorted({SCRIPT: script, MANIFEST: manifest, **files}.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, body)
    return out.getvalue()


def unpack(data: bytes) -> Package:
    """The package in a zip. Raises PackageError with a code of the table above."""
    if len(data) > PACKED_MAX:
        raise _refused("too_large", "zip")
    if packer := next((name for sign, name in _OTHERS.items() if data.startswith(sign)), None):
        raise _refused("rar", packer)
    source = _Bounded(data)
    try:
        with zipfile.ZipFile(source) as archive:
            source.most = len(data)
            bodies, left_out = _bodies(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise _refused("not_zip") from error
    script = bodies.pop(SCRIPT, None)
    if script is None:
        inner = next((name for name in bodies if name.lower().endswith(_PACKED)), None)
        raise _refused("inner_zip", inner) if inner else _refused("no_script")
    manifest = bodies.pop(MANIFEST, None)
    for name, body in bodies.items():
        check_file(name, body)
    package = Package(script, Map(sorted(bodies.items())), tuple(left_out))
    if manifest is not None and _digest_in(manifest) != package.digest:
        raise _refused("bad_digest")
    return package


class _Bounded(io.BytesIO):
    """A zip, of whose list of entries only so much is read: to take apart one of megabytes, with
    names and notes of 64 KB each, takes far longer than to read 200 files."""

    most = DIRECTORY_MAX

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file. Raises PackageError too_many."""
        if size is not None and size > self.most:
            raise _refused("too_many")
        return super().read(size)


def _bodies(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[str]]:
    """(bodies by name, names of what is left out)."""
    entries, left_out = laid_out(archive)
    if sum(map(len, entries.values())) > FILES_MAX:
        raise _refused("too_many")
    bodies: dict[str, bytes] = {}
    seen: set[str] = set()
    left = UNPACKED_MAX
    for name, infos in entries.items():
        if _NAME.fullmatch(name) is None:
            raise _refused("bad_name", name)
        if name.casefold() in seen or len(infos) > 1:
            raise _refused("twice", name)
        seen.add(name.casefold())
        bodies[name] = _read(archive, infos[0], name, left)
        left -= len(bodies[name])
    return bodies, left_out


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, left: int) -> bytes:
    """The body, by what it is and not by what it says it is."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _refused("link", name)
    if info.flag_bits & 0x1:
        raise _refused("locked", name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused("odd_zip", name)
    most = min(BYTES_MAX if name == SCRIPT else FILE_MAX, left)
    with archive.open(info) as stream:
        body = stream.read(most + 1)
    if len(body) > most:
        raise _refused("long_script" if name == SCRIPT else "too_large", name)
    return body


def check_file(name: str, body: bytes) -> None:
    """A file beside a script is a picture or a sound of the kind its name says, or the notes.

    Raises PackageError bad_name, bad_kind, bad_picture, bad_sound, too_large.
    """
    if _NAME.fullmatch(name) is None:
        raise _refused("bad_name", name)
    if len(body) > FILE_MAX:
        raise _refused("too_large", name)
    kind = name[name.rfind(".") :].lower()
    if name == NOTES or name in STRINGS.values():
        return
    if kind == ".mp3":
        if read_sound(body) is None:
            raise _refused("bad_sound", name)
    elif kind == ".svg":
        if not draws_only(body):
            raise _refused("bad_picture", name)
    elif kind not in _KINDS:
        raise _refused("bad_kind", name)
    elif (found := read_picture(body)) is None or found.media != _KINDS[kind]:
        raise _refused("bad_picture", name)


def _digest_in(manifest: bytes) -> str:
    try:
        found = json.loads(manifest)
    except (ValueError, RecursionError) as error:
        raise _refused("bad_digest") from error
    return str(found.get("digest", "")) if isinstance(found, dict) else ""
