"""The pages that are said before there is a request to answer: its head can't be read, or there is
no room for whoever comes. No style sheet and no picture could be fetched then, so each page is one
piece, made when this module is loaded.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from engine.errors import Text

STYLE: Final = (
    "body{margin:0;background:#f5eee0;color:#23201b;text-align:center;"
    'font:17px/1.7 "PingFang SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif}'
    "main{max-width:30rem;margin:0 auto;padding:3rem 1.2rem}"
    "svg{width:11rem;max-width:60%}"
    'h1{font:700 1.5rem/1.4 "Noto Serif CJK SC","Songti SC",STSong,SimSun,serif;'
    "margin:1rem 0 .5rem;text-wrap:balance}"
    "small{color:#a8231b;letter-spacing:.1em}"
    "[lang=en]{color:#5f574a;font-size:.85rem}"
    "a{display:inline-block;padding:.6rem 1.1rem;background:#a8231b;color:#fdf6e9;"
    "text-decoration:none}"
)
BOAT: Final = (
    '<svg viewBox="0 0 440 280" fill="none" stroke="#23201b" stroke-width="4" aria-hidden="true">'
    '<path d="M20 236h400M50 254h300M120 270h230" stroke="#b3261e"/><path fill="#23201b" '
    'd="M60 190c30 34 290 34 330-8l-26-4H90z"/><path d="M112 180v-56h200v56z"/><path '
    'fill="#b3261e" d="M98 124c40-6 60-20 112-36 52 16 74 30 116 36z"/><path d="M350 178V40"/>'
    "</svg>"
)
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Final = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'".encode(),
    ),
    (b"connection", b"close"),
)


def _page(status: int, message: Text, remedy: Text, ways: str) -> bytes:
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{message.zh} · 红船</title><style>{STYLE}</style></head><body><main>{BOAT}"
        f"<br><small>{status}</small><h1>{message.zh}</h1><p>{remedy.zh}</p>{ways}"
        f'<p lang="en">{message.en} {remedy.en}</p></main></body></html>\n'
    ).encode()


_HOME: Final = '<p><a href="/join">输入邀请码</a></p>'
_AGAIN: Final = '<p><a href="">再试一次</a></p>'
_KNOWN: Final = {
    400: _page(
        400,
        Text("服务器读不懂这个请求。", "The request can't be read."),
        Text(
            "请重新扫大屏幕上的码，或换一个浏览器；还不行请找组织者。",
            "Scan the code on the wall again, or use another browser; else ask the facilitator.",
        ),
        _HOME,
    ),
    431: _page(
        431,
        Text("地址或 Cookie 太长了。", "The address or the cookies are too long."),
        Text(
            "请在浏览器的设置里清除这个网站的数据，再重新扫大屏幕上的码，或换一个浏览器。",
            "Clear this site's data in the browser's settings and scan the code on the wall again,"
            " or use another browser.",
        ),
        _HOME,
    ),
    503: _page(
        503,
        Text("连接太多，服务器一时接不下。", "Too many connections just now."),
        Text("请等几秒再试。", "Come back in a moment."),
        _AGAIN,
    ),
}


def told_as(status: int) -> int:
    """With which status, of those that have a page, it is said that a head is refused so."""
    return status if status in _KNOWN else 400


def page_of(status: int) -> bytes:
    """What is said with this status."""
    return _KNOWN[status]
