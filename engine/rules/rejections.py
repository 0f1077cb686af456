"""Every reason a command can be refused for, in words for the person who sent it.

A refused command changes nothing. Codes are stable: clients and tests go by them.
"""

from __future__ import annotations

from typing import Final

from engine.errors import Rejection, Text

CATALOGUE: Final[dict[str, tuple[Text, Text]]] = {
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
            ("等它结束，或在控制台让它跳到某个结局。", "Wait for its end, or jump to an ending."),
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
            "not_your_turn",
            ("还没有轮到您。", "It isn't your turn yet."),
            ("请等前面的队友说完。", "Wait until those before you have spoken."),
        ),
        (
            "too_early",
            ("请再讨论一会儿：还有 {seconds} 秒。", "Keep discussing: {seconds} seconds to go."),
            ("时间到了再确认。", "Confirm when the time is up."),
        ),
        (
            "one_choice",
            ("请选一项。", "Choose one."),
            ("点选一个答案再提交。", "Pick one answer, then submit."),
        ),
        (
            "unknown_choice",
            ("没有这个选项。", "There is no such choice."),
            (
                "请从列出的选项里选；若页面不对，请刷新。",
                "Choose from those listed; reload if the page looks wrong.",
            ),
        ),
        (
            "some_choices",
            ("请至少选一项，每项只选一次。", "Choose one or more, each once."),
            ("勾选后再提交。", "Tick, then submit."),
        ),
        (
            "whole_order",
            ("请把每一条都排进去，各一次。", "Put every line in order, each once."),
            ("排好全部条目再提交。", "Order all of them, then submit."),
        ),
        (
            "whole_match",
            ("请给左边每一条都配上右边的一条。", "Give each line on the left a partner."),
            ("全部配好再提交。", "Pair all of them, then submit."),
        ),
        (
            "empty_text",
            ("请先写点什么。", "Write something first."),
            ("写好再提交。", "Write, then submit."),
        ),
        (
            "long_text",
            ("写得太长了：最多 {most} 字。", "That is too long: {most} characters at most."),
            ("请缩短一些。", "Shorten it."),
        ),
        (
            "only_confirm",
            ("这里只需要确认。", "This only needs a confirmation."),
            ("直接点确认即可。", "Just confirm."),
        ),
        (
            "spot_again",
            ("这个地方已经找过了。", "That place has been searched."),
            ("请换一个地方。", "Try another."),
        ),
        (
            "no_points",
            ("剩下的次数不够了。", "You haven't enough points left."),
            ("换一个地方，或结束搜寻。", "Try another place, or finish."),
        ),
        (
            "card_not_held",
            ("您手里没有这张卡。", "You don't hold that card."),
            ("先从队友那里拿到它。", "Get it from a teammate first."),
        ),
        (
            "hand_to_self",
            ("不能交给自己。", "You can't hand it to yourself."),
            ("请选另一个角色。", "Choose another role."),
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


def reject(code: str, **values: object) -> Rejection:
    """The Rejection with this code, its sentences filled in. Raise it; it changes nothing."""
    message, remedy = CATALOGUE[code]
    return Rejection(code, message.format(**values), remedy.format(**values))
