"""What is refused to whoever asks for something of an evening, in words.

The hands of the workshop import it as well, so it asks for little.
"""

from __future__ import annotations

from typing import Final

from engine.errors import Refused, Text

RETRY_S: Final = {"too_fast": 5, "lobby_busy": 5}

_KNOWN: Final[dict[str, tuple[Text, Text]]] = {
    code: (Text(*message), Text(*remedy))
    for code, message, remedy in (
        ("not_found", ("没有找到。", "Not found."),
         ("请检查地址或邀请码。", "Check the address or the code.")),
        ("no_cookies",
         ("这个浏览器不保存 Cookie，入了座也记不住您，所以还没有给您安排座位。",
          "This browser keeps no cookies, so it couldn't keep a seat; none was taken."),
         ("请在浏览器的设置里允许 Cookie（不要“阻止所有 Cookie”），或换一个浏览器再扫一次码。",
          "Allow cookies in its settings, or scan the code with another browser.")),
        ("no_such_seat",
         ("没有用这个姓名、又掉了线的座位。", "No seat of that name is offline."),
         ("请照入座时写的姓名填写；座位还在线的，过一分钟再试。还是不行，请组织者打开“各个座位的码”。",
          "Write the name as you did when you took the seat, or ask for its code at the desk.")),
        ("joining_locked",
         ("组织者已经关上入座，新来的暂时不能坐下。",
          "Joining is locked: nobody new can sit down now."),
         ("请当面告诉组织者，请他在控制台点“打开入座”，再试一次。",
          "Ask the facilitator to unlock joining at the console, then try again.")),
        ("lobby_busy",
         ("现在一起来入座的太多，前面的座位还在等手机连上，这一次没有排到。",
          "Too many take a seat at once; those before still wait for their phones."),
         ("请等几秒，再按一次“入座”；一直排不到，请组织者在控制台点“请没有到的退出”，或者换邀请码。",
          "Try again in a few seconds; else ask the facilitator to remove who never came, or to "
          "renew the code.")),
        ("no_such_address",
         ("这台电脑现在没有这个地址。", "This machine doesn't have that address now."),
         ("请在控制台“换一个地址”里另选一个。", "Choose another one at the console.")),
        ("link_over",
         ("这个链接用过了，或者过期了。", "This link was used, or is out of date."),
         ("请在原来的浏览器里再点一次“换浏览器、换手机”，或请组织者给一个新的码。",
          "Make another one in the old browser, or ask the facilitator for one.")),
        ("looking_over",
         ("这个旁观的链接用不了：已经收回，或者这一场已经散了。",
          "This link to look on is out of use: it was taken back, or the evening is over."),
         ("请向组织者要新的链接。", "Ask the facilitator for a new one.")),
        ("invalid", ("填写的内容不合要求：{what}", "That won't do: {what}"),
         ("请改好再提交。", "Correct it and try again.")),
        ("no_right", ("您的账号不能做这件事。", "Your account may not do that."),
         ("请管理员给您的账号加上角色。", "An administrator can give you the role.")),
        ("not_yours",
         ("这是“{what}”写的，只有本人能改、能删。", "{what} wrote this; nobody else changes it."),
         ("请另写一条，或请对方来改。", "Write one of your own, or ask its author.")),
        ("too_fast", ("操作太快了。", "Too fast."),
         ("请稍等几秒再试。", "Wait a few seconds.")),
        ("broken_scenario", ("这个剧本还有错误，不能开场。", "This script has issues."),
         ("请作者先改好剧本。", "Its author has to mend it first.")),
        ("unproved",
         ("这一稿没有证明成，没有放进菜单：{what}",
          "This draft isn't proved, so it wasn't put into the menu: {what}"),
         ("请在工坊里按“证明”，改好再放；也可以先“作试演放进菜单”。",
          "Prove it in the workshop and mend it, or put it there to be tried out.")),
        ("other_id",
         ("源文里的 id 是“{what}”，和这个剧本的名字不一样，没有放进菜单。",
          'The script\'s id is "{what}", which isn\'t the name it goes by.'),
         ("请把源文第一段的 id 改回来，存一稿，再放；要当另一部，就另存一部。",
          "Write the name there and save; or save it as another script.")),
        ("not_played", ("这一局还没有开演。", "This run hasn't begun."),
         ("开演之后再来重演。", "Come back once it has.")),
        ("not_rehearsal", ("只有试演能变快慢。", "Only a rehearsal's time can be changed."),
         ("请在剧本页点“带替身试演”。", "Begin one from the script's page.")),
        ("not_practice", ("只有演练可以快进。", "Only practice runs can be wound on."),
         ("请在重演页分出一局演练。", "Fork one from a replay.")),
        ("taken", ("“{what}”已经有了。", '"{what}" exists already.'),
         ("换一个名字，或打开已有的那个。", "Choose another name, or open that one.")),
        ("unknown_command", ("不认识的操作“{what}”。", 'Unknown command "{what}".'),
         ("请刷新页面再试。", "Reload the page.")),
        ("malformed", ("看不懂这条消息：{what}", "That message can't be read: {what}"),
         ("请刷新页面再试。", "Reload the page.")),
        ("login_needed", ("请先登录。", "Log in first."),
         ("组织者请用账号和密码登录。", "Facilitators log in by name and password.")),
        ("not_this_seat",
         ("这条操作是给另一个座位的，没有执行。",
          "That was meant for another seat; nothing was done."),
         ("请在现在的页面上再按一次。", "Press again on the page as it is now.")),
    )
}  # fmt: skip

CODES: Final = frozenset(_KNOWN)


def refused(code: str, **values: object) -> Refused:
    """The refusal with this code. Raise it."""
    message, remedy = _KNOWN[code]
    error = Refused(code, message.format(**values), remedy.format(**values))
    error.retry_s = RETRY_S.get(code, 0)
    return error


def invalid(told: Text) -> Refused:
    """What was filled in won't do, as `told`. Raise it."""
    message, remedy = _KNOWN["invalid"]
    said = Text(message.zh.format(what=told.zh), message.en.format(what=told.en))
    return Refused("invalid", said, remedy)


def message_of(code: str) -> Text | None:
    """What the refusal with this code says, with its `{what}` still open."""
    known = _KNOWN.get(code)
    return known[0] if known is not None else None
