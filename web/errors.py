"""What the web layer itself refuses, in words. How that is answered: `replies.py`.

The hands of the workshop import it as well, so it asks for little.
"""

from __future__ import annotations

from typing import Final

from engine import typed
from engine.errors import AppError, Text


class WebError(AppError):
    """An error the web layer itself tells: no such page, not logged in, too fast."""

    def __init__(self, status: int, code: str, message: Text, remedy: Text) -> None:
        super().__init__(code, message, remedy)
        self.status = status
        self.retry_s = RETRY_S.get(code, 0)
        """After how long to try again; 0: nothing to wait for."""


class GoFirst(WebError):
    """A page that asks for something else first, a login or a seat."""

    def __init__(self, to: str) -> None:
        needed = web_error("seat_needed" if to.startswith("/join") else "login_needed")
        super().__init__(needed.status, needed.code, needed.message, needed.remedy)
        self.to = to


RETRY_S: Final = {"too_fast": 5, "lobby_busy": 5, "locked_out": 300}


_KNOWN: Final[dict[str, tuple[int, Text, Text]]] = {
    code: (status, Text(*message), Text(*remedy))
    for code, status, message, remedy in (
        ("not_found", 404, ("没有找到。", "Not found."),
         ("请检查地址或邀请码。", "Check the address or the code.")),
        ("busy", 409, ("您刚才按的那一下还在办。", "What you sent just now is still being done."),
         ("请等几秒再看。", "Look again in a few seconds.")),
        ("no_cookies", 409,
         ("这个浏览器不保存 Cookie，入了座也记不住您，所以还没有给您安排座位。",
          "This browser keeps no cookies, so it couldn't keep a seat; none was taken."),
         ("请在浏览器的设置里允许 Cookie（不要“阻止所有 Cookie”），或换一个浏览器再扫一次码。",
          "Allow cookies in its settings, or scan the code with another browser.")),
        ("no_such_seat", 404,
         ("没有用这个姓名、又掉了线的座位。", "No seat of that name is offline."),
         ("请照入座时写的姓名填写；座位还在线的，过一分钟再试。还是不行，请组织者打开“各个座位的码”。",
          "Write the name as you did when you took the seat, or ask for its code at the desk.")),
        ("joining_locked", 409,
         ("组织者已经关上入座，新来的暂时不能坐下。",
          "Joining is locked: nobody new can sit down now."),
         ("请当面告诉组织者，请他在控制台点“打开入座”，再试一次。",
          "Ask the facilitator to unlock joining at the console, then try again.")),
        ("lobby_busy", 429,
         ("现在一起来入座的太多，前面的座位还在等手机连上，这一次没有排到。",
          "Too many take a seat at once; those before still wait for their phones."),
         ("请等几秒，再按一次“入座”；一直排不到，请组织者在控制台点“请没有到的退出”，或者换邀请码。",
          "Try again in a few seconds; else ask the facilitator to remove who never came, or to "
          "renew the code.")),
        ("no_such_address", 409,
         ("这台电脑现在没有这个地址。", "This machine doesn't have that address now."),
         ("请在控制台“换一个地址”里另选一个。", "Choose another one at the console.")),
        ("link_over", 410,
         ("这个链接用过了，或者过期了。", "This link was used, or is out of date."),
         ("请在原来的浏览器里再点一次“换浏览器、换手机”，或请组织者给一个新的码。",
          "Make another one in the old browser, or ask the facilitator for one.")),
        ("not_allowed", 405, ("不能这样操作。", "That isn't done this way."),
         ("请从页面上的按钮操作。", "Use the buttons of the page.")),
        ("invalid", 422, ("填写的内容不合要求：{what}", "That won't do: {what}"),
         ("请改好再提交。", "Correct it and try again.")),
        ("login_needed", 401, ("请先登录。", "Log in first."),
         ("组织者请用账号和密码登录。", "Facilitators log in by name and password.")),
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
        ("no_right", 403, ("您的账号不能做这件事。", "Your account may not do that."),
         ("请管理员给您的账号加上角色。", "An administrator can give you the role.")),
        ("not_yours", 403,
         ("这是“{what}”写的，只有本人能改、能删。", "{what} wrote this; nobody else changes it."),
         ("请另写一条，或请对方来改。", "Write one of your own, or ask its author.")),
        ("too_large", 413, ("发来的内容太大了。", "That is too large."),
         ("请缩小以后再发；合影要在 8 MB 以内。",
          "Make it smaller and send it again; a photo may have 8 MB.")),
        ("too_fast", 429, ("操作太快了。", "Too fast."),
         ("请稍等几秒再试。", "Wait a few seconds.")),
        ("locked_out", 429, ("登录失败次数过多。", "Too many failed logins."),
         ("请五分钟后再试。", "Try again in five minutes.")),
        ("seat_needed", 401, ("您还没有入座。", "You have no seat yet."),
         ("请扫码或输入邀请码入座。", "Scan the code, or enter it.")),
        ("other_seat", 409,
         ("这个浏览器换到了另一个座位，这一页不再是您的。",
          "This browser has moved to another seat; this page is yours no more."),
         ("按“重新打开”到现在的座位去；想两个座位都用，请用两部手机。",
          "Open the page again to go to that seat; for two seats, use two phones.")),
        ("not_this_seat", 409,
         ("这条操作是给另一个座位的，没有执行。",
          "That was meant for another seat; nothing was done."),
         ("请在现在的页面上再按一次。", "Press again on the page as it is now.")),
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
        ("broken_scenario", 409, ("这个剧本还有错误，不能开场。", "This script has issues."),
         ("请作者先改好剧本。", "Its author has to mend it first.")),
        ("no_lrs", 409, ("还没有设学习记录库。", "No learning record store is set up."),
         ("请先设好 HONGCHUAN_LRS_URL 等，再重新启动。", "Set HONGCHUAN_LRS_URL and restart.")),
        ("not_read", 503,
         ("现在读不出来，什么也没有改。", "It can't be read now; nothing was changed."),
         ("请稍候刷新；若一直如此，请组织者检查磁盘和数据库。",
          "Reload in a moment; else the facilitator should check disk and database.")),
        ("not_played", 404, ("这一局还没有开演。", "This run hasn't begun."),
         ("开演之后再来重演。", "Come back once it has.")),
        ("not_practice", 409, ("只有演练可以快进。", "Only practice runs can be wound on."),
         ("请在重演页分出一局演练。", "Fork one from a replay.")),
        ("taken", 409, ("“{what}”已经有了。", '"{what}" exists already.'),
         ("换一个名字，或打开已有的那个。", "Choose another name, or open that one.")),
        ("unknown_command", 422, ("不认识的操作“{what}”。", 'Unknown command "{what}".'),
         ("请刷新页面再试。", "Reload the page.")),
        ("malformed", 422, ("看不懂这条消息：{what}", "That message can't be read: {what}"),
         ("请刷新页面再试。", "Reload the page.")),
        ("failed", 500, ("程序出错了。", "Something went wrong."),
         ("请再试一次；若仍不行，请联系维护者。", "Try again; else call a maintainer.")),
    )
}  # fmt: skip


def web_error(code: str, **values: object) -> WebError:
    """The WebError with this code. Raise it."""
    status, message, remedy = _KNOWN[code]
    return WebError(status, code, message.format(**values), remedy.format(**values))


CODES: Final = frozenset(_KNOWN)
"""Every code of a WebError."""


def fit_name(text: str, most: int, what: Text) -> str:
    """A name as it is shown. Raises WebError invalid, which says what is wrong with it."""
    problem = typed.problem_with(text, most)
    if problem is None:
        return typed.shown(text)
    raise invalid(Text(f"{what.zh}{problem.zh}", f"{what.en}: {problem.en}"))


def invalid(told: Text) -> WebError:
    """What was filled in won't do, as `told`. Raise it."""
    status, message, remedy = _KNOWN["invalid"]
    said = Text(message.zh.format(what=told.zh), message.en.format(what=told.en))
    return WebError(status, "invalid", said, remedy)


def message_of(code: str) -> Text | None:
    """What the WebError with this code says, with its `{what}` still open."""
    known = _KNOWN.get(code)
    return known[1] if known is not None else None
