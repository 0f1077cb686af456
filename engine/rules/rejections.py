"""Every reason a command can be refused for, in words for the person who sent it.

Why an answer is refused, the kinds say (`engine/kinds`). A refused command changes nothing. Codes
are stable: clients and tests go by them.
"""

from __future__ import annotations

from typing import Final

from engine.errors import Rejection, Text
from engine.kinds.refusals import SHARED, Refusals, refusal
from engine.kinds.registry import REFUSALS

_OWN: Final = {
    code: (Text(*message), Text(*remedy))
    for code, message, remedy in (
        (
            "not_started",
            ("活动还没有开始。", "The evening hasn't begun."),
            ("请等组织者宣布开始。", "Wait for the facilitator to start it."),
        ),
        (
            "started",
            ("活动已经开始了。", "The evening has begun already."),
            ("需要调整请告诉组织者。", "Ask the facilitator if something must change."),
        ),
        (
            "paused",
            ("活动暂停中，现在不能操作。", "The evening is paused."),
            (
                "请等组织者继续；您填写的内容不会丢。",
                "Wait until it goes on; what you typed is kept.",
            ),
        ),
        (
            "abreast",
            ("这一幕您队已经过了，在等别的队。", "Your team is through with this act, and waits."),
            (
                "等他们到了，一起进下一幕；组织者也可以放行。",
                "All go on together; the facilitator can let your team go on before.",
            ),
        ),
        (
            "not_paused",
            ("活动并没有暂停。", "The evening isn't paused."),
            ("不用再做什么。", "Nothing to do."),
        ),
        (
            "ended",
            ("这一局已经结束了。", "This run is over."),
            ("请看大屏幕，等待复盘。", "Look at the projector; the debrief follows."),
        ),
        (
            "not_ended",
            ("这一局还没有结束。", "This run isn't over yet."),
            (
                "等它结束，或在控制台让它跳到某个结局。",
                "Wait for its end, or jump to an ending.",
            ),
        ),
        (
            "closed",
            ("这一局已经关闭。", "This run is closed."),
            ("需要再玩，请组织者另开一场。", "Ask the facilitator to open a new session."),
        ),
        (
            "no_debrief",
            ("复盘还没有开始。", "The debrief hasn't begun."),
            ("请先开始复盘。", "Begin the debrief first."),
        ),
        (
            "unknown_seat",
            ("没有找到您的座位。", "That seat isn't in this team."),
            ("请重新扫码入座。", "Scan the code and take a seat again."),
        ),
        (
            "left",
            ("您已经离开了这一局。", "You have left this run."),
            ("重新打开页面即可回来。", "Open the page again to come back."),
        ),
        (
            "seat_taken",
            ("这个座位已经有人了。", "That seat is taken."),
            ("请换一个座位。", "Take another."),
        ),
        (
            "seat_given",
            (
                "您的座位空了一会儿，已经给了别人。",
                "Your seat stood empty for a while, and is somebody else's now.",
            ),
            (
                "请再扫一次码入座；都满了，请告诉组织者。",
                "Scan the code and take another; if all are full, tell the facilitator.",
            ),
        ),
        (
            "team_full",
            ("这个队已经满员。", "That team is full."),
            (
                "请换一队；都满了，请组织者在开演前点“加一队”，开演后和队友合看一部手机，或看大屏幕。",
                "Join another team. If all are full: before the start the facilitator can add one;"
                " after it, look on with a teammate, or watch the wall.",
            ),
        ),
        (
            "role_taken",
            ("这个角色已经有人了。", "That role is taken."),
            ("请选别的角色，或让系统分配。", "Choose another role, or let us choose."),
        ),
        (
            "unknown_role",
            ("剧本里没有这个角色。", "There is no such role in the script."),
            ("请从列出的角色里选。", "Choose one of those listed."),
        ),
        (
            "seats_enough",
            ("这个角色的座位已经够多了。", "That role has seats enough."),
            ("请坐到别的角色，或加一队。", "Let them play another role, or add a team."),
        ),
        (
            "role_unfilled",
            ("角色“{role}”还没有人。", 'Nobody plays "{role}" yet.'),
            (
                "这个剧本要求人到齐才能开始；请等人入座。",
                "This script needs every role filled before it starts.",
            ),
        ),
        (
            "nobody_here",
            ("这个队还没有人入座。", "Nobody has joined this team."),
            ("至少一人入座后才能开始。", "It can start once somebody has a seat."),
        ),
        (
            "held",
            ("您暂时不能行动。", "You can't act for the moment."),
            (
                "等倒计时结束，或请队友来帮您。",
                "Wait for the countdown, or let a teammate help you.",
            ),
        ),
        (
            "not_held",
            ("没有人需要解救。", "Nobody is held."),
            ("不用再做什么。", "Nothing to do."),
        ),
        (
            "not_helped",
            ("这位队友没有拉过您。", "This teammate hasn't pulled you out."),
            ("不用再做什么。", "Nothing to do."),
        ),
        (
            "rescue_not_yours",
            ("您现在不能解救这位队友。", "You can't help this teammate now."),
            (
                "每人只有一次机会；请别的队友来试，或等倒计时结束。",
                "Each has one try; let others try, or wait.",
            ),
        ),
        (
            "which_seat",
            ("有几位队友需要解救。", "Several teammates are held."),
            ("请选定要帮的人。", "Say whom you help."),
        ),
        (
            "not_here",
            ("现在这一幕没有这项任务。", "There is no such task in this scene."),
            (
                "请看屏幕上现有的任务；这一幕可能已经过去了。",
                "Look at the tasks shown; the scene may have moved on.",
            ),
        ),
        (
            "locked",
            ("这项任务还没有开放。", "This task isn't open yet."),
            ("请等队友先完成他们的任务。", "A teammate has to finish first."),
        ),
        (
            "talk_first",
            (
                "先和队友商量：还有 {seconds} 秒才收答案。",
                "Talk it over first: answers are taken in {seconds} seconds.",
            ),
            ("放下手机说一说，时间到了再答。", "Put the phone down and talk; then answer."),
        ),
        (
            "done_already",
            ("这项任务已经完成了。", "This task is done already."),
            ("请看别的任务。", "See the other tasks."),
        ),
        (
            "not_your_task",
            ("这项任务由别的角色完成。", "This task is for another role."),
            ("把您知道的告诉那位队友。", "Tell that teammate what you know."),
        ),
        (
            "hand_to_self",
            ("不能交给自己。", "You can't hand it to yourself."),
            ("请选另一个角色。", "Choose another role."),
        ),
        (
            "card_spent",
            (
                "这张卡片只能出手一次，已经用过了。",
                "This card is given or shown once, and was.",
            ),
            ("它就留在这个人手里；要商量，念给队友听。", "It stays; read it to them instead."),
        ),
        (
            "elsewhere",
            ("他在另一处，看不见。", "They are in the other place, and can't see it."),
            ("交给他，或念给他听。", "Hand it over, or read it to them."),
        ),
        (
            "no_hint",
            ("这项任务没有提示。", "This task has no hint."),
            ("和队友商量一下。", "Talk it over with your teammates."),
        ),
        (
            "no_limit",
            ("这一幕没有时间限制。", "This scene has no time limit."),
            ("不用延长。", "No need to extend it."),
        ),
        (
            "bad_seconds",
            ("延长的时间要在 1 到 3600 秒之间。", "Extend by 1 to 3600 seconds."),
            ("请换一个数。", "Choose another number."),
        ),
        (
            "own_role",
            ("这位参与者本来就演这个角色。", "This participant plays that role anyway."),
            ("请选别的人。", "Choose somebody else."),
        ),
        (
            "not_covered",
            ("这个角色没有交给别人。", "This role isn't handed over."),
            ("不用再做什么。", "Nothing to do."),
        ),
        (
            "unknown_scene",
            ("剧本里没有这一幕。", "There is no such scene."),
            ("请从列出的场景里选。", "Choose one of those listed."),
        ),
        (
            "no_card",
            ("没有这张复盘卡。", "There is no such card in the debrief."),
            ("已经到头了。", "That was the last one."),
        ),
        (
            "no_reflection",
            ("这位参与者还没有写收获。", "This participant has written nothing yet."),
            ("请看最新的页面。", "Look at the page as it is now."),
        ),
        (
            "stale",
            ("情况已经变了。", "Things have moved on."),
            ("请看最新的页面。", "Look at the page as it is now."),
        ),
    )
}
CATALOGUE: Final[Refusals] = {**_OWN, **SHARED, **REFUSALS}
"""Code → (what is wrong, what to do): what the rules refuse, and what the kinds do."""


def reject(code: str, **values: object) -> Rejection:
    """The Rejection with this code, its sentences filled in. Raise it; it changes nothing."""
    return refusal(code, CATALOGUE, **values)
