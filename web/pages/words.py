"""The words of participants' pages in English. Templates say them in Chinese: `{{ t('入座') }}`.

The tests hold that everything said so stands here, and that nothing here is said no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from engine.errors import Lang
from engine.kinds.registry import KINDS

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

LANGUAGES: Final[dict[Lang, str]] = {"zh": "中文", "en": "English"}
"""What a participant can choose, each named in its own words."""
LANGUAGE_COOKIE: Final = "language"

_PAGES: Final = {
    "红船": "Red Boat",
    "· 红船": "· Red Boat",
    "加入 · 红船": "Join · Red Boat",
    "跳到正文": "Skip to the content",
    "大字": "Large type",
    "加入": "Join",
    "组织者登录": "Facilitators",
    "主导航": "Main navigation",
    "语言": "Language",
    "红船 · 情景式主题党日 · 史实有据，争议存疑": "Red Boat · history you play, with its sources",
    # joining
    "输入邀请码": "Enter the join code",
    "邀请码": "Join code",
    "八位字母和数字，在大屏幕上；也可以直接扫二维码。": (
        "Eight letters and digits, on the big screen; or scan the QR code."
    ),
    "没有这个邀请码，或这一场已经结束。": "There is no such join code, or its session is over.",
    "这里输错的次数太多了。请过一分钟再试。": (
        "Too many wrong codes from here. Please try again in a minute."
    ),
    "这部手机已离开座位：组织者请您退出、换了手机或清除了姓名。": (
        "This phone has left its seat: the facilitator asked you to leave, moved the seat to "
        "another phone, or erased your name."
    ),
    "纪念卡": "Keepsake",
    "领纪念卡": "Your keepsake",
    "长按这张图，就能存到手机；截屏也行。": (
        "Press and hold the picture to keep it on your phone; a screenshot will do as well."
    ),
    "存成图片": "Save as a picture",
    "回到座位": "Back to your seat",
    " 饰 ": " as ",
    "走到了：{ending}": "Came to: {ending}",
    "我放下的误区": "What I believe no longer",
    "史实是": "What is so",
    "把我拉上来的：{who}": "Pulled out by: {who}",
    "我写下的一句": "What I wrote",
    "请找组织者。": "Please see the facilitator.",
    "下一步": "Next",
    "您的姓名": "Your name",
    "姓名会显示在大屏幕和队友手机上，也用在名单和证明上；可以请组织者清除。": (
        "Your name is shown on the big screen and your teammates' phones, and goes on the list and "
        "the certificate; the facilitator can erase it."
    ),
    "作答会一直留着，请不要在里面写自己或别人的姓名。": (
        "What you write in answers stays: please write nobody's name there."
    ),
    "哪一队": "Which team",
    "由系统分配": "Whichever needs one",
    "去人最少的一队": "The smallest team",
    "第 {n} 队": "Team {n}",
    "已有 {n} 人": "{n} so far",
    "已有 {n} 人，已满": "{n}, full",
    "组织者已经关上入座。": "Joining is locked.",
    "新来的暂时坐不下：请当面告诉组织者，请他在控制台点“打开入座”，再按这一页的“入座”。": (
        "Nobody new can sit down now: ask the facilitator to unlock joining at the console, then"
        " press the button of this page."
    ),
    "每一队都满了。": "Every team is full.",
    "开演前，请组织者在控制台点“加一队”，再刷新这一页；开演后，请和队友合看手机，或看大屏幕。": (
        "Before it starts: ask the facilitator to add a team on the desk, then reload. Once it has"
        " started: look on with a teammate, or watch the wall."
    ),
    "扮演谁": "Whom to play",
    "补上还缺的角色": "A role that is still free",
    "已有人扮演": "Taken",
    "入座": "Take a seat",
    "回首页": "Home",
    "返回上一页": "Back",
    "再试一次": "Try again",
    # another browser
    "已经入座了，换了网址、浏览器或手机？不用再入座。": (
        "Seated already, with another address, browser or phone now? Don't take another seat. "
    ),
    "请组织者在控制台打开“各个座位的码”，扫您名字下面的那个，就回到原来的座位，做过的都还在。": (
        "Ask the facilitator for the codes of all seats and scan yours; all you did is there. "
    ),
    "原来的浏览器还开着，点里面的“换浏览器、换手机”也行。": (
        "Or tap “Another browser or phone” in the old browser, if it is still open."
    ),
    "换浏览器、换手机": "Another browser or phone",
    "换到这里 · 红船": "Move here · Red Boat",
    "您现在就在这个浏览器里。要换到另一个浏览器或另一部手机，在那边打开这一页，点“坐到这里”。": (
        "You are in this browser now. To move to another browser or phone, open this page there "
        "and tap “Sit here”."
    ),
    "在微信里：点右上角“…”，选“在浏览器打开”，这一页会在浏览器里打开。": (
        "In WeChat: tap “…” in the corner and “Open in Browser”; this page opens there."
    ),
    "另一部手机：扫这个码。": "Another phone: scan this code.",
    "这个链接半小时内有效，只能用一次；谁打开它谁就坐到您的座位上，请不要发给别人。": (
        "The link works once, for half an hour; whoever opens it can take your seat, so send it "
        "to nobody."
    ),
    "不换了，回去": "Stay here",
    "坐到这里以后，原来的那个浏览器会退出；做过的都还在。": (
        "The old browser leaves the seat then; all you did stays."
    ),
    "坐到这里": "Sit here",
    # a seat that is claimed
    "回到原来的座位 · 红船": "Back to your seat · Hongchuan",
    "回到原来的座位": "Back to your seat",
    "正在等组织者同意。": "Waiting for the facilitator to agree. ",
    "请组织者看一眼控制台；同意以后，这一页会自己往下走。": (
        "Ask the facilitator to look at the console; this page goes on by itself then."
    ),
    "您的号码": "Your number",
    "请把这一页给组织者看：控制台上也写着这个号码。": (
        "Show this page to the facilitator: the console has the same number."
    ),
    "再看一次": "Look again",
    "组织者没有同意。": "The facilitator didn't agree. ",
    "请当面说一声，再试一次；或请组织者打开“各个座位的码”。": (
        "Tell them who you are and try again, or ask for the codes of all seats."
    ),
    "换了网址、浏览器或手机，又回不到原来的那个？写上入座时的姓名。": (
        "Another address, browser or phone, and no way back to the old one? Write the name you "
        "took your seat with. "
    ),
    "组织者点“同意”以后，就回到原来的座位，做过的都还在。": (
        "Once the facilitator agrees you are back in it, with all you did."
    ),
    "入座时的姓名": "The name you took your seat with",
    "请组织者同意": "Ask the facilitator",
    "还没有入座过？从这里入座": "No seat yet? Take one here",
    "都不方便的话，": "If neither will do: ",
    "写上姓名，请组织者同意": "write your name, and the facilitator agrees",
    # the line
    "正在连接……可以先看，稍候再答。": "Connecting … you can read; answer in a moment.",
    "连接断开，正在重连……您填写的内容都保留着。": (
        "Disconnected; connecting again … what you typed is kept."
    ),
    "服务器一时忙不过来，马上再试……您填写的内容都保留着。": (
        "The server is busy; trying again … what you typed is kept."
    ),
    "还没有连上服务器，正在再试……请看手机和组织者的电脑是不是连着同一个 Wi-Fi。": (
        "The server isn't reached yet; trying again … is your phone on the same Wi-Fi as the "
        "facilitator's computer?"
    ),
    "这一页没有载全。请重新打开；还不行请换一个浏览器，或找组织者。": (
        "This page didn't load whole. Open it again; else try another browser, or ask the "
        "facilitator."
    ),
    "等了十秒还没有打开？请重新打开；还不行请换一个浏览器，关掉 VPN，或找组织者。": (
        "Still nothing after ten seconds? Open it again; else try another browser, switch off "
        "your VPN, or ask the facilitator."
    ),
    "这一页要用 JavaScript：请在浏览器的设置里允许它，或换一个浏览器。": (
        "This page needs JavaScript: allow it in the browser's settings, or use another browser."
    ),
    "没有送到，已经作废。请看现在的样子，需要的话再按一次。": (
        "That didn't arrive in time and was dropped. Look at the page as it is now, and press "
        "again if it is still needed."
    ),
    "重新打开": "Open again",
    "正在入座……": "Taking your seat …",
    # signs between words
    "；": "; ",
    "、": ", ",
    "，": ", ",
    "（{what}）": " ({what})",
    "是": "yes",
    "否": "no",
    # what is learnt
    "误区": "Misconception",
    "为何易信": "Why it is believed",
    "出处：": "Sources: ",
    "剩余": "Left",
    # lobby, me, team
    "候场": "Before the start",
    "看完角色说明，点“准备好了”，等组织者宣布开始。": (
        "Read about your role and tap “Ready”; the facilitator will start."
    ),
    "已准备好，等组织者开始。": "You are ready; the facilitator will start.",
    "准备好了": "Ready",
    "换一个角色": "Take another role",
    "目标": "Goal",
    # how one plays, once through
    "教一遍玩法": "How to play, once through",
    "不看了": "Skip",
    "接着": "Go on",
    "一，选一项": "One: a choice",
    "队友问您手机上写着什么，您怎么办？": "A teammate asks what your phone says. What do you do?",
    "念给他听": "Read it aloud",
    "把手机递给他看": "Hand the phone over",
    "先不告诉他": "Say nothing yet",
    "还不对，再想想：您知道的，别人看不见。": "Not yet right: what you know, nobody else sees.",
    "✓ 对了。": "✓ Right.",
    "正式演的时候，这里写着史实是什么，出处在哪里。再看看答错了会怎样。": (
        "In the play this says what is so, and where it is written. Now see what a fall is."
    ),
    "二，误区": "Two: a misconception",
    "“递过去看更快”": "“Showing it is quicker”",
    "看一眼是快，可是谁也不讲话了。掉进误区不要紧：等几十秒，或者队友答对一问，把您拉上来。": (
        "A look is quick, yet nobody talks any more. To fall is no harm: you wait some "
        "seconds, or a teammate answers a question and pulls you out."
    ),
    "小周在答……": "Zhou is answering …",
    "小周答对了，把您拉了上来。": "Zhou was right and pulled you out.",
    "三，拉一把": "Three: a rescue",
    "小周踩空了，答对这一问，把他拉上来": "Zhou fell: answer this and pull him out",
    "他以为：自己做完，就没有他的事了。全队怎样才走得下去？": (
        "He thought that he was done with his own. What lets a team go on?"
    ),
    "有一个人做完就行": "One who is done is enough",
    "各人做完各人的一份": "Each does their own part",
    "还不对。正式演的时候，一人只有一次，拉不上来，别的队友还能拉。再选一次。": (
        "Not right. In the play each has one try, then it is another teammate's turn. Choose again."
    ),
    "您把小周拉了上来。": "You pulled Zhou out.",
    "谁拉了谁，大屏幕会写出来。": "The wall says who pulled whom.",
    "四，等一等": "Four: a wait",
    "您的做完了，在等小周": "You are done; all wait for Zhou",
    "他的题目您也看得见：帮着想，说给他听，别替他按。手机最下面一条，一直写着在等谁。": (
        "You see his question, too: help him think, tell him, press nothing for him. The bar "
        "at the foot always says who is waited for."
    ),
    "小周在做……": "Zhou is at it …",
    "都做完了，下一幕开始。您会玩了。": (
        "All are done, the next scene begins. You know how to play."
    ),
    "您已离开这一局。": "You have left this run.",
    "重新打开本页即可回来。": "Open this page again to come back.",
    "误区！": "Misconception!",
    "您掉进了这个误区，暂时不能行动。听队友怎么说：他们可以把您拉回来。": (
        "You fell for this and can't act for a while. Listen: a teammate can get you out."
    ),
    "时间到了也会自动恢复。": "It also ends by itself.",
    "我们队": "Our team",
    "不在线": "offline",
    "暂停行动": "held",
    "完成": "Done",
    "已准备": "ready",
    "在线": "online",
    "等他们完成，可以帮着想一想。": "You may help them think while you wait.",
    "消息": "Messages",
    # the phone's strip and bar
    "我": "Me",
    "翻看": "Look up",
    "故事": "Story",
    "卡片": "Cards",
    "学到": "Learnt",
    "学到的": "What you have learnt",
    "全队": "Team",
    "我手上的几件": "What is mine to do",
    "轮到你了": "Your turn",
    "可做可不做": "If you like",
    "这一幕我们走完了": "We are through with this act",
    "别的队": "the other teams",
    "还在这一幕": "still in this act",
    "他们走完，大家一起进下一幕；等的时候不算时间。": (
        "When they are through, all go on together. The clock stands while you wait."
    ),
    "现在等队友": "It is your teammates' turn",
    "在等 {who}": "Waiting for {who}",
    "{who}等 {n} 位": "{who} and others, {n} in all",
    "全队 {done} / {all}": "Team {done} / {all}",
    "还有": "Left:",
    "大屏上也在讲这一幕": "It is told on the big screen too",
    "请稍等": "One moment",
    "请抬头看大屏幕": "Please look up at the big screen",
    "等组织者开始": "Waiting for the facilitator",
    "看好了": "Read",
    "收起": "Close",
    "知道了": "Got it",
    "抬头看": "Look up",
    "轮到我时响一声": "A tone when it is my turn",
    "这里还没有东西。": "There is nothing here yet.",
    "我的卡片": "My cards",
    "交给：": "Hand to: ",
    "给他看：": "Show to: ",
    "{who}给您看的": "shown by {who}",
    "看完还在他手里；这一幕过去就收起。": "They keep it; it goes when the scene is over.",
    # the scene
    "在这里的：{who}": "Here: {who}",
    "别人在另一处：这里的事他们看不见，交卡片、念出来，他们才知道。": (
        "The others are elsewhere and don't see this: hand them a card, or read it out."
    ),
    "结局": "Ending",
    "第 {n} 幕，共 {all} 幕": "Scene {n} of {all}",
    "暂停中": "Paused",
    "组织者让大家先停一停，时间也停着。": "The facilitator has paused; the clock stands too.",
    "这一局已经关闭。": "This run is closed.",
    "谢谢参加。": "Thank you for coming.",
    "只有您知道": "Only you know",
    "这一局结束了。": "This run is over.",
    "请抬头看大屏幕，等组织者带大家复盘。": "Look at the big screen; the debrief comes next.",
    # tasks
    "我的任务": "My tasks",
    "· 可做可不做": "· optional",
    "· 谁先做都行": "· whoever comes first",
    "· 队友在做": "· a teammate's",
    "先商量": "Talk it over first",
    "可以作答了": "You may answer now",
    "{who}在想这个。您看不到选项，可以帮着想，说给他们听。": (
        "This is for {who}. You don't see the options; think along, and tell them aloud."
    ),
    "等{who}完成": "Waiting for {who}",
    "先做完前面的一项": "The task before it comes first",
    "前面也有您自己的一项。": "One of them is yours.",
    "试过了": "tried",
    "代价：{what}": "costs {what}",
    "：": ": ",
    "只有您看得见。": "Nobody else sees it.",
    "每过 {n} 秒：{what}": "every {n} s: {what}",
    "下一次": "next in",
    "打算：{what}": "is after: {what}",
    "您的打算": "What you are after",
    "达成了": "it came to that",
    "没有达成": "it didn't come to that",
    "没有走到结局": "no ending reached",
    "不够付": "more than you have",
    "现在不能选了": "can't be chosen now",
    "只能交出去或给人看一次：先商量好给谁。": (
        "It can be handed on, or shown, once: agree first to whom."
    ),
    "这张只能出手一次，已经用过了，就留在您手里。": (
        "It could be handed on, or shown, once, and was: it stays with you."
    ),
    "刚才的回答是一个误区：“{belief}”。": "What you answered is a misconception: “{belief}”.",
    "已过，但记错了": "Over, but it isn't so",
    "替身代答的": "Answered by a stand-in",
    "队友代答的": "Answered by a teammate",
    "代{who}保管": "kept for {who}",
    "您代办的角色": "You act for this role too",
    "您上一步": "What you did last",
    "做完了": "finished",
    "正在做": "working",
    "还没有人": "nobody yet",
    "前面的任务做完，这里就会打开。": "This opens as soon as the tasks before it are done.",
    "还不对，再想想，或者问问队友。": "Not yet right; think again, or ask your teammates.",
    "对了 {n} 处，其余再想想。": "{n} are in the right place; think again about the others.",
    "还没有一处是对的，再想想。": "None is in the right place yet; think again.",
    "看提示": "Show a hint",
    "提示": "Hint",
    "组织者跳过了这一项": "Skipped by the facilitator",
    "确定": "Submit",
    "写好了": "Done",
    # rescue
    "{name}（{role}）踩空了": "{name} ({role}) has fallen in",
    "答对这一问，把人拉上来": "Answer this, and pull them out",
    "等一下": "Later",
    "您试过一次了，请别的队友来，或等时间到。": (
        "You have had your try; let another teammate, or wait until the time is up."
    ),
    "您自己也被拦着，请别的队友来，或等时间到。": (
        "You are held yourself; let another teammate, or wait until the time is up."
    ),
    "拉一把": "Pull",
    "接着做": "Go on",
    "谢谢": "Thank you",
    # a nudge
    "组织者请您看一看手上这一项；做不下去，就问问身边的人。": (
        "The facilitator asks you to look at what is yours to do; if you are stuck, ask around."
    ),
    "这就去": "On it",
    # debrief
    "复盘": "Debrief",
    "已写": "Written",
    "请 {name} 说一说": "{name}, please speak",
    "改好了": "Changed",
    "已记录，还可以再改。": "Noted; you may still change it.",
}
ENGLISH: Final[Mapping[str, str]] = {
    **_PAGES,
    **{text: said for kind in KINDS.values() for text, said in kind.words.items()},
}
"""Chinese → English: what pages say, and what the kinds of tasks say on theirs."""


def lang_of(connection: HTTPConnection) -> Lang:
    """The language this browser chose; Chinese unless it did."""
    return "en" if connection.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def word(lang: Lang, text: str, **values: object) -> str:
    """What a page says, in `lang`. Raises KeyError: there is no English for it."""
    said = text if lang == "zh" else ENGLISH[text]
    return said.format(**values) if values else said
