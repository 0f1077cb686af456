"""What requests are refused, in words, and the HTTP status of every refusal. How that is answered:
`replies.py`. What an evening refuses, however it was asked: `engine/evening/refusing.py`.
"""

from __future__ import annotations

from typing import Final

from engine.errors import Refused, Text
from engine.evening import refusing
from engine.evening.refusing import refused


class GoFirst(Refused):
    """A page that asks for something else first, a login or a seat."""

    def __init__(self, to: str) -> None:
        needed = web_error("seat_needed" if to.startswith("/join") else "login_needed")
        super().__init__(needed.code, needed.message, needed.remedy)
        self.to = to


RETRY_S: Final = {"locked_out": 300}


_KNOWN: Final[dict[str, tuple[int, Text, Text]]] = {
    code: (status, Text(*message), Text(*remedy))
    for code, status, message, remedy in (
        ("busy", 409, ("您刚才按的那一下还在办。", "What you sent just now is still being done."),
         ("请等几秒再看。", "Look again in a few seconds.")),
        ("not_allowed", 405, ("不能这样操作。", "That isn't done this way."),
         ("请从页面上的按钮操作。", "Use the buttons of the page.")),
        ("wrong_password", 401, ("账号或密码不对。", "Wrong name or password."),
         ("忘了密码，请管理员重设；admin 的密码在第一次启动时显示过。",
          "An administrator can reset it; that of admin was shown at the first start.")),
        ("own_password", 403,
         ("这一步要先填您自己的登录密码。", "This asks for your own password first."),
         ("请在“您自己的密码”里填对，再按一次。", "Fill in your own password, and try again.")),
        ("code_needed", 401, ("请填动态码。", "A code is needed."),
         ("打开手机上的验证器，填现在的六位数字。", "Enter the six digits your device shows.")),
        ("wrong_code", 401, ("动态码不对，或者用过了。", "Wrong code, or used before."),
         ("等下一个码再试；手机的时间要准。", "Wait for the next; is the device's clock right?")),
        ("too_large", 413, ("发来的内容太大了。", "That is too large."),
         ("请缩小以后再发；合影要在 8 MB 以内。",
          "Make it smaller and send it again; a photo may have 8 MB.")),
        ("locked_out", 429, ("登录失败次数过多。", "Too many failed logins."),
         ("请五分钟后再试。", "Try again in five minutes.")),
        ("seat_needed", 401, ("您还没有入座。", "You have no seat yet."),
         ("请扫码或输入邀请码入座。", "Scan the code, or enter it.")),
        ("other_seat", 409,
         ("这个浏览器换到了另一个座位，这一页不再是您的。",
          "This browser has moved to another seat; this page is yours no more."),
         ("按“重新打开”到现在的座位去；想两个座位都用，请用两部手机。",
          "Open the page again to go to that seat; for two seats, use two phones.")),
        ("foreign_origin", 403,
         ("请求来自别的网站，或者中间的代理改了地址。",
          "The request came from another site, or a proxy between changed the address."),
         ("请直接打开本站再操作；还不行，请组织者看服务器的日志，那里写着怎么设。",
          "Open this site and try there; else the server's log says what to set.")),
        ("proxy_host", 403,
         ("服务器前面的代理改了地址，手机连不上。不是您的手机的问题。",
          "A proxy in front of the server changes the address. It isn't your phone."),
         ("请告诉组织者：服务器的日志里写着代理要怎么设。",
          "Tell the facilitator: the server's log says how to set the proxy.")),
        ("wrong_host", 421,
         ("不能用“{what}”这个地址打开。", 'This can\'t be opened by the name "{what}".'),
         ("请重新扫大屏幕上的码，或用组织者给的地址。要让大家用这个名字，请管理员把它写进设置"
          " HONGCHUAN_HOSTS，再重新启动。",
          "Scan the code on the wall again, or use the address you were given. To let people use "
          "this name, write it into the setting HONGCHUAN_HOSTS and restart.")),
        ("malformed_head", 400,
         ("请求的头写得不对：{what}", "The request's head is wrong: {what}"),
         ("同一项只写一次；长度和分块只写一样。", "Say each thing once; a length or chunks.")),
        ("wrong_type", 415,
         ("不收这样写的内容：{what}", "What is written so isn't taken: {what}"),
         ("程序请发 application/json，表单请用本站的页面；一律用 UTF-8，不压缩。",
          "Programs send application/json, forms come from our pages; all in UTF-8, not packed.")),
        ("only_here", 403,
         ("这一页只给管理机器的人看。", "That is for those who watch over the machine."),
         ("请在服务器本机上打开，或设 HONGCHUAN_METRICS_FROM。",
          "Ask from the machine itself, or set HONGCHUAN_METRICS_FROM.")),
        ("no_upgrade", 426,
         ("服务器前面的代理没有放行实时连接。不是您的手机的问题。",
          "A proxy in front of the server doesn't pass live connections. It isn't your phone."),
         ("请告诉组织者：服务器的日志里写着代理要怎么设。",
          "Tell the facilitator: the server's log says how to set the proxy.")),
        ("socket_blocked", 409,
         ("网页打得开，实时连接却被挡住了。",
          "The page opens, but the live connection is blocked."),
         ("请换一个浏览器，关掉 VPN 和安全软件，或换一个网络再试；还不行请找组织者。",
          "Try another browser, switch off VPN and security software, or use another network; "
          "else ask the facilitator.")),
        ("stale_form", 403, ("页面放得太久，已经失效。", "The page is out of date."),
         ("请返回上一页，刷新后再试。", "Go back, reload and try again.")),
        ("no_lrs", 409, ("还没有设学习记录库。", "No learning record store is set up."),
         ("请先设好 HONGCHUAN_LRS_URL 等，再重新启动。", "Set HONGCHUAN_LRS_URL and restart.")),
        ("not_read", 503,
         ("现在读不出来，什么也没有改。", "It can't be read now; nothing was changed."),
         ("请稍候刷新；若一直如此，请组织者检查磁盘和数据库。",
          "Reload in a moment; else the facilitator should check disk and database.")),
        ("crowded", 503,
         ("连接太多，服务器一时接不下。", "Too many connections just now."),
         ("请等几秒，会自动再连。一直这样，请组织者看服务器的日志。",
          "Wait a few seconds; it connects by itself. Else see the server's log.")),
        ("failed", 500, ("程序出错了。", "Something went wrong."),
         ("请再试一次；若仍不行，请联系维护者。", "Try again; else call a maintainer.")),
    )
}  # fmt: skip

STATUS: Final[dict[str, int]] = {code: known[0] for code, known in _KNOWN.items()} | {
    "not_found": 404,
    "no_cookies": 409,
    "no_such_seat": 404,
    "joining_locked": 409,
    "lobby_busy": 429,
    "no_such_address": 409,
    "link_over": 410,
    "looking_over": 404,
    "invalid": 422,
    "no_right": 403,
    "not_yours": 403,
    "too_fast": 429,
    "broken_scenario": 409,
    "unproved": 409,
    "other_id": 409,
    "not_played": 404,
    "not_practice": 409,
    "not_rehearsal": 409,
    "taken": 409,
    "unknown_command": 422,
    "malformed": 422,
    "login_needed": 401,
    "not_this_seat": 409,
}
"""The HTTP status of every Refused, by code."""

CODES: Final = frozenset(STATUS)
"""Every code of a Refused."""

assert CODES == refusing.CODES | set(_KNOWN), "what an evening refuses has its status"


def web_error(code: str, **values: object) -> Refused:
    """The refusal with this code. Raise it."""
    if code in refusing.CODES:
        return refused(code, **values)
    _, message, remedy = _KNOWN[code]
    error = Refused(code, message.format(**values), remedy.format(**values))
    error.retry_s = RETRY_S.get(code, 0)
    return error


def message_of(code: str) -> Text | None:
    """What the refusal with this code says, with its `{what}` still open."""
    known = _KNOWN.get(code)
    return known[1] if known is not None else refusing.message_of(code)
