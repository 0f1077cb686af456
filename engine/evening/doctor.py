"""Before an evening: is this machine as an evening needs it? Nothing is changed by looking.

Each check looks at one thing and says what is so, and what to do where it isn't good. What can't be
seen from here, whether a phone gets through, is tried by a phone (`hongchuan doctor --phone`).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path
from typing import Final, Literal

import msgspec

from engine.civil import local
from engine.errors import Text, reason_of
from engine.evening.addresses import addresses
from engine.store.place.custody import file_of
from engine.store.place.reach import held_revision
from engine.store.place.room import FULL_BYTES, LOW_BYTES, room
from engine.store.place.unopened import CantOpen
from engine.store.place.whose import revisions_known

BUILT: Final = 1_793_491_200_000
"""2026-11-01, milliseconds since 1970: no clock that is right says less."""
FAR_MS: Final = 5 * 365 * 86_400_000
"""A clock so far after this program was written is wrong, or the program is old."""
ASKED_S: Final = 5
NOTHING: Final = Text("", "")
MB: Final = 1_000_000


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    what: Text
    state: Literal["good", "mind", "bad"]
    """`mind`: an evening goes, but somebody should know."""
    told: Text
    remedy: Text = NOTHING


def port(host: str, number: int) -> Finding:
    """Whether one may listen there."""
    what = Text("端口", "port")
    try:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, number))
    except OSError as error:
        reason = reason_of(error)
        return Finding(
            what,
            "bad",
            Text(f"{number} 用不了：{reason.zh}", f"{number} can't be used: {reason.en}"),
            Text(
                f"红船已经开着，就不用管；没有开着，请关掉占用它的程序，或设 HONGCHUAN_PORT="
                f"{number + 1}。",
                f"If this program runs already, all is well; else close what holds it, or set"
                f" HONGCHUAN_PORT={number + 1}.",
            ),
        )
    return Finding(what, "good", Text(f"{number} 空着", f"{number} is free"))


def network(host: str, number: int) -> Finding:
    """Whether phones have an address to come to."""
    what = Text("地址", "addresses")
    found = [one for one in addresses(number, host=host) if one.likely]
    if not found:
        return Finding(
            what,
            "bad",
            Text("没有手机够得着的地址", "none that a phone could reach"),
            Text(
                "请连上会议室的无线网或网线；没有网络，就用手机或这台电脑开一个热点（组织者手册“手机打不开网页怎么办”）。",
                "Join the room's network; where there is none, open a hotspot on a phone or on this"
                " machine.",
            ),
        )
    told = "、".join(one.url for one in found)
    if len(found) > 1:
        return Finding(
            what,
            "mind",
            Text(f"有 {len(found)} 个：{told}", f"{len(found)}: {', '.join(o.url for o in found)}"),
            Text(
                "控制台上可以选大家用哪一个；不用的网卡和 VPN，先断开。",
                "The console lets you choose; disconnect cards and VPNs that nobody uses.",
            ),
        )
    return Finding(what, "good", Text(told, told))


def firewall(number: int, etc: Path = Path("/etc"), run: Path = Path("/run")) -> Finding:
    """What is known to shut ports. Whether it does, only a phone can tell."""
    what = Text("防火墙", "firewall")
    opens = {
        "ufw": (_says(etc / "ufw" / "ufw.conf", "ENABLED=yes"), f"sudo ufw allow {number}/tcp"),
        "firewalld": (
            (run / "firewalld.pid").exists(),
            f"sudo firewall-cmd --add-port={number}/tcp",
        ),
    }
    for name, (there, command) in opens.items():
        if there:
            return Finding(
                what,
                "mind",
                Text(f"{name} 开着", f"{name} is on"),
                Text(
                    f"手机连不上时，请放行：{command}",
                    f"If phones can't connect, let them through: {command}",
                ),
            )
    return Finding(
        what,
        "good",
        Text("没有看到拦着的（Windows 第一次启动会问：允许“专用网络”）",
             "none was seen (Windows asks at the first start: allow private networks)"),
    )  # fmt: skip


def _says(file: Path, line: str) -> bool:
    try:
        return line in file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False


def clock(now_ms: int) -> Finding:
    """Whether this machine's clock may be right."""
    what, shown = Text("时间", "clock"), local(now_ms)
    told = f"{shown:%Y-%m-%d %H:%M}"
    if not BUILT <= now_ms <= BUILT + FAR_MS:
        return Finding(
            what,
            "bad",
            Text(f"{told}，不像是对的", f"{told}, which can't be right"),
            Text(
                "请把电脑的日期和时间调对，再启动：记录和证明上印的就是它。",
                "Set date and time before you start: records and certificates print them.",
            ),
        )
    return Finding(what, "good", Text(told, told))


def disk(url: str) -> Finding:
    """Whether there is room where things are kept."""
    what, file = Text("磁盘", "disk"), file_of(url)
    if file is None:
        return Finding(what, "good", Text("数据不在这台电脑上", "data aren't on this machine"))
    folder = next(each for each in file.parents if each.exists())
    try:
        free = room(folder / file.name)
    except OSError as error:
        reason = reason_of(error)
        return Finding(
            what,
            "bad",
            Text(f"{folder} 看不了：{reason.zh}", f"{folder}: {reason.en}"),
            Text("请让运行本程序的用户可以读写它。", "Let the program's user read and write it."),
        )
    told = Text(f"{folder} 还有 {free // MB} MB", f"{folder}: {free // MB} MB free")
    if free < LOW_BYTES:
        remedy = Text(
            "请腾出一些空间：清空回收站，移走旧的备份。",
            "Make room: empty the bin, move old backups away.",
        )
        return Finding(what, "bad" if free < FULL_BYTES else "mind", told, remedy)
    return Finding(what, "good", told)


def graphs() -> Finding:
    """What the workshop draws a script with."""
    what = Text("画图", "graphs")
    if shutil.which("dot") is None:
        return Finding(
            what,
            "mind",
            Text(
                "没有 Graphviz，工坊不画剧本的图；玩一晚上用不着",
                "no Graphviz: no graphs of scripts",
            ),
            Text(
                "要画图，请装它：apt-get install graphviz，或 graphviz.org 的安装包。",
                "To have them, install it: apt-get install graphviz, or from graphviz.org.",
            ),
        )
    if shutil.which("fc-list") is not None and not _prints(["fc-list", ":lang=zh"]):
        return Finding(
            what,
            "mind",
            Text("没有中文字体，图里的字会是方块", "no Chinese font: graphs show boxes"),
            Text("请装一个：apt-get install fonts-noto-cjk。", "apt-get install fonts-noto-cjk."),
        )
    return Finding(what, "good", Text("有 Graphviz 和字体", "Graphviz and fonts are there"))


def _prints(command: list[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - two words of ours
            command, capture_output=True, timeout=ASKED_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return True  # it can't be asked: nothing is claimed
    return bool(done.stdout.strip())


async def database(url: str) -> Finding:
    """Whose it is, of which version, and what this program would do to it."""
    what = Text("数据库", "database")
    try:
        held = await held_revision(url)
    except CantOpen as error:
        return Finding(what, "bad", error.message, error.remedy)
    newest = revisions_known()[-1]
    if held is None:
        return Finding(
            what, "good", Text("还没有，第一次启动时建", "none yet: the first start makes it")
        )
    if held == newest:
        return Finding(
            what, "good", Text(f"{held} 版，就是这个程序的", f"version {held}, this one's")
        )
    file = file_of(url)
    size = file.stat().st_size // MB + 1 if file is not None else 0
    return Finding(
        what,
        "mind",
        Text(
            f"是 {held} 版，这个程序是 {newest} 版", f"version {held}, and this program is {newest}"
        ),
        Text(
            f"启动时先备份（约 {size} MB，放在旁边），再升级；退回去的办法见 docs/backup.md。",
            f"The next start makes a backup beside it (about {size} MB), then upgrades it; the way"
            " back: docs/backup.md.",
        ),
    )
