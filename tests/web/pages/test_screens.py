"""What the facilitator's guide says is on a screen is on that screen, and what it says isn't isn't.

Each promise is a sentence of the guide beside what is seen on the phones, the desk and the wall of
two teams; a sentence that is written anew has to be looked at anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.rules import commands as cmd
from tests.engine.rules.conftest import script
from tests.support.screens import LIMITED, NAMES, Evening

GUIDE = Path("docs/facilitator-guide.zh.md").read_text(encoding="utf-8").replace("\n", "")


def who_is_ready(_: Evening) -> None:
    lobby = Evening(started=False)
    lobby.one.do(cmd.GetReady, "s1")
    assert [lobby.wall.text.count(word) for word in ("已准备", "王芳")] == [1, 2]
    assert [lobby.desk.text.count(word) for word in ("已准备", "在看说明")] == [1, 5]


def whom_each_team_waits_for(evening: Evening) -> None:
    for said in ("王芳", "正在做", "何时"):
        assert evening.desk.has("//*[is('waits')]//li", said)
    assert len(evening.desk.html.xpath("//*[is('waits')]//*[is('elapsed')][@data-since]")) == 2


def a_nudge(evening: Evening) -> None:
    assert evening.desk.do("nudge", seat="s2")
    evening.one.desk(cmd.Nudge, seat="s2")
    assert evening.phone("s2").has("//*[is('notice')]", "大家在等您")
    assert not evening.phone("s1").has("//*[is('notice')]", "大家在等您")


def a_fall(evening: Evening) -> None:
    evening.one.play("use-t=w")
    assert evening.phone("s1").has("//section[is('held')]")
    assert evening.phone("s2").has("//section[is('rescue')]//form")
    assert evening.desk.has("//*[is('seats')]", "暂停行动")


def a_release(evening: Evening) -> None:
    evening.one.play("use-t=w")
    held = script("must: {role: a, ask: 问, choices: [{id: r, text: 对, right: true, fact: f}, {id: w, text: 错, trap: t}]}")  # fmt: skip
    stuck = Evening(held)
    stuck.one.play("must=w")
    assert stuck.desk.has("//*[is('waits')]", "暂停行动中")
    assert stuck.desk.do("release", seat="s1")


def someone_gone(evening: Evening) -> None:
    evening.one.do(cmd.GoAway, "s2")
    assert evening.desk.has("//*[is('seats')]", "不在线")
    assert evening.desk.has("//*[is('waits')]", "掉线或离开")
    assert evening.phone("s1").has("//*[is('waited')][is('away')]", "王芳")
    evening.one.play("wait=2m")
    assert evening.phone("s1").has("//*[is('task')][@data-task='q']", "何时"), "teammates share it"


def handing_over(evening: Evening) -> None:
    assert evening.desk.has("//form[@data-do='hand_over']", "交办")
    evening.one.desk(cmd.HandOver, role="b", seat="s1")
    assert evening.desk.has("//*[is('cover')]", "张伟")
    assert evening.phone("s1").has("//*[is('task')][@data-task='q']", "何时")


def a_skip(evening: Evening) -> None:
    assert evening.desk.do("skip", task="q")
    evening.one.desk(cmd.SkipTask, task="use-t")
    shown = evening.phone("s1")
    assert shown.has(
        "//*[is('task')][@data-task='use-t']//*[is('not-skipped')]", "组织者跳过了这一项"
    )
    assert shown.has("//*[is('task')][@data-task='use-t']//*[is('learnt')]", "史实一")


def more_time(_: Evening) -> None:
    assert not Evening().desk.do("extend"), "nothing to add to"
    limited = Evening(LIMITED).desk
    assert limited.do("extend", run="r1")
    assert limited.do("open_barrier")


def a_pause(evening: Evening) -> None:
    assert evening.desk.has("//*[is('desk-session')]", "全体暂停")
    assert not evening.desk.has("//*[is('desk-session')]", "全体继续"), "nobody is paused"
    evening.one.desk(cmd.Pause)
    both = evening.desk
    assert both.has("//*[is('desk-session')]", "全体暂停")
    assert both.has("//*[is('desk-session')]", "全体继续")
    assert not both.has("//*[is('prompt')]", "全体继续"), "somebody plays"
    evening.two.desk(cmd.Pause)
    assert evening.desk.has("//*[is('prompt')]", "全体继续")
    assert not evening.desk.has("//*[is('desk-session')]", "全体暂停")
    assert evening.phone("s1").has("//*[is('pausing')]", "时间也停着")
    assert evening.wall.has("//*[is('wall-still')][@data-in='paused']", "时间也停着")


def which_team_fell(evening: Evening) -> None:
    evening.one.play("use-t=w")
    wall = evening.wall
    assert wall.has("//*[is('wall-traps')]", "第1队掉进了一个误区")
    assert wall.has("//*[is('wall-fall')]", "第1队甲一脚踩空")
    assert not any(word in wall.text for word in ("误区一", "史实一", "张伟"))
    evening.one.play("wait=30s", "use-t=r")
    evening.two.play("use-t=w", "wait=30s", "use-t=r")
    wall = evening.wall
    assert wall.has("//*[is('wall-traps')]", "误区一")
    assert wall.has("//*[is('wall-believed')]", "第1、2队")
    assert len(wall.html.xpath("//*[is('wall-traps')]//li")) == 1, "the same trap once"
    assert "张伟" not in wall.text


def an_early_end(evening: Evening) -> None:
    evening.one.desk(cmd.Jump, scene="good")
    assert not evening.desk.do("debrief", to="open"), "the second team still plays"
    assert evening.desk.has("//form[@data-do='jump']//option", "坏")
    evening.two.desk(cmd.Jump, scene="bad")
    assert evening.desk.do("debrief", to="open")


def where_the_others_are(evening: Evening) -> None:
    evening.two.play("q=r")
    assert evening.wall.has("//*[is('wall-story')]", "开始。")
    assert evening.wall.has("//*[is('river')][@data-team='2']", "后一幕")
    assert "后来。" not in evening.wall.text
    evening.one.play("q=r")
    assert evening.wall.has("//*[is('wall-story')]", "后来。")
    parted = Evening(LIMITED)
    parted.one.play("q=r")
    parted.two.play("wait=5m")
    assert parted.wall.has("//*[is('wall-story')]", "迟了第2队在这里迟了。")
    assert parted.wall.has("//*[is('river')][@data-team='1']", "后一幕")


def turning(evening: Evening) -> None:
    evening.to_the_end()
    assert evening.desk.has("//button[@data-do='debrief']", "开始复盘")
    evening.debrief()
    assert evening.desk.do("debrief", to="next")
    assert not evening.desk.do("debrief", to="previous")
    evening.all(cmd.MoveDebrief, step=len(evening.one.state.deck) - 1)
    assert not evening.desk.do("debrief", to="next")
    assert evening.desk.do("debrief", to="previous")


def a_speaker(evening: Evening) -> None:
    evening.to_the_end()
    evening.debrief("discuss")
    evening.one.desk(cmd.DrawSpeaker)
    asked = NAMES[evening.one.state.speakers[-1]]
    assert evening.wall.has("//*[is('wall-speaker')]", asked)
    assert evening.desk.has("//*[is('desk-debrief')]//*[is('tag')]", asked)
    assert evening.phone("s1").has("//*[is('speaker')]", asked)
    evening.all(cmd.MoveDebrief, step=evening.one.state.step + 1)
    for screen in (evening.wall, evening.desk, evening.phone("s1")):
        assert "说一说" not in screen.text
        assert "发言：" not in screen.text


def written(evening: Evening, *seats: str) -> None:
    """These have written a sentence."""
    evening.to_the_end()
    evening.debrief("reflect")
    for seat in seats:
        evening.one.do(cmd.Submit, seat, task="reflect", answer=(f"{seat}的话",))


def a_sentence(evening: Evening) -> None:
    written(evening)
    assert evening.phone("s1").text.count("收获?") == 1, "asked once"
    assert evening.desk.has("//*[is('desk-written')]", "还没有人写好")
    evening.one.do(cmd.Submit, "s1", task="reflect", answer=("s1的话",))
    assert evening.desk.has("//*[is('desk-reflections')]", "s1的话")
    assert "s1的话" not in evening.wall.text


def a_sentence_put_up(evening: Evening) -> None:
    written(evening, "s1", "s2", "s3")
    assert evening.desk.do("show_reflection", run="r1", seat="s1")
    evening.one.desk(cmd.ShowReflection, seat="s1")
    assert evening.wall.has("//*[is('wall-reflections')]", "s1的话")
    assert "s2的话" not in evening.wall.text
    assert evening.desk.do("show_reflections", seats="r1/s2 r1/s3")
    evening.one.desk(cmd.HideReflection, seat="s3")
    evening.one.desk(cmd.ShowReflections, seats=("s2", "s3"))
    assert evening.wall.has("//*[is('wall-reflections')]", "s2的话")
    assert "s3的话" not in evening.wall.text, "what was taken off by hand stays off"


def a_sentence_kept_off(evening: Evening) -> None:
    written(evening, "s1", "s2")
    evening.one.desk(cmd.ShowReflections)
    assert evening.desk.do("hide_reflection", run="r1", seat="s1")
    evening.one.desk(cmd.HideReflection, seat="s1")
    assert "s1" not in evening.wall.text
    evening.one.do(cmd.Submit, "s2", task="reflect", answer=("s2改过的话",))
    assert "s2" not in evening.wall.text, "changed, it is looked at anew"
    assert evening.desk.has("//*[is('desk-reflections')]", "s2改过的话")
    assert evening.phone("s2").has("//textarea", "s2改过的话")
    evening.one.desk(cmd.ShowReflection, seat="s2")
    evening.one.do(cmd.Submit, "s2", task="reflect", answer=("s2改过的话",))
    assert evening.wall.has("//*[is('wall-reflections')]", "s2改过的话"), "sent again, it stays"
    evening.one.desk(cmd.ShowReflection, seat="s1")
    assert evening.wall.has("//*[is('wall-reflections')]", "s1的话")


def grades(evening: Evening) -> None:
    evening.to_the_end()
    evening.debrief("fact")
    assert evening.wall.has("//*[is('label')][is('accepted')]", "通行说法")


def how_it_ended(evening: Evening) -> None:
    evening.to_the_end()
    evening.debrief()
    for team in ("第1队", "第2队"):
        assert evening.wall.has("//*[is('wall-paper')]", team)


def the_story(evening: Evening) -> None:
    evening.two.play("q=r")
    for scene, story in (("第一幕", "开始。"), ("后一幕", "后来。")):
        assert evening.desk.has("//*[is('desk-run')]", scene)
        assert evening.desk.has("//details[is('desk-story')]", story)
    assert evening.desk.has("//*[is('prompt-body')]", "开始。"), "of the team furthest behind"
    assert not evening.desk.html.xpath("//details[is('desk-story')][@open]"), "the same story once"


def moving_out(evening: Evening) -> None:
    row = "//*[is('seats')]//*[is('acts')]"
    assert evening.desk.has(row, "换手机")
    assert evening.desk.has(row, "请出")


def latecomers(evening: Evening) -> None:
    assert evening.wall.has("//*[is('wall-late')]", "CODE")
    assert evening.desk.has("//*[is('join-late')]", "CODE")


def jumping(evening: Evening) -> None:
    assert evening.desk.has("//form[@data-do='jump']", "跳过去")
    assert evening.desk.has("//form[@data-do='jump']//option", "好")


def closing(evening: Evening) -> None:
    assert evening.desk.do("close")
    evening.all(cmd.Close)
    assert not evening.desk.do("close")
    assert evening.phone().has("//*[is('banner')]", "这一局已经关闭")


PROMISES: dict[str, Callable[[Evening], None]] = {
    "大屏幕和控制台上能看到谁还没有好": who_is_ready,
    "控制台的“在等谁”一栏告诉您每个队在等哪一位、为什么、等了多久": whom_each_team_waits_for,
    "点“提醒”，他的手机会提示大家在等他": a_nudge,
    "他掉进了误区，要等几十秒 | 让队友在手机上解救他": a_fall,
    "点“解除等待”": a_release,
    "“不在线”“掉线或离开” | 手机锁屏、断网或关了页面": someone_gone,
    "打开“更多办法”，选角色和同队另一位，点“交办”": handing_over,
    "点“跳过”：这一项不做了，史实照样给他看": a_skip,
    "点“放行到下一幕”；时间不够就点“加 2 分钟”": more_time,
    "点“全体暂停”：时钟停住，谁也不吃亏；讲完点“全体继续”": a_pause,
    "选一个结局，点“跳过去”": jumping,
    "大屏幕马上显示哪个队、哪个角色掉进了误区，是哪一个要等各队都答过才说；从不显示姓名": which_team_fell,
    "大屏幕讲的是走得最慢的一队的故事，也写着别的队到了哪里；后面的故事等大家都到了才讲": (
        where_the_others_are
    ),
    "想提前收场，先用“更多办法”把没走完的队跳到一个结局": an_early_end,
    "大屏幕变成一张一张的卡片，用“下一张”“上一张”带着走": turning,
    "**结局**：各队走到了哪里": how_it_ended,
    "标着“确证”“通行说法”“说法不一”或“条文”": grades,
    "点“请下一位发言”，系统从各队轮流抽人，没发过言的先抽到；翻到别的卡片，这一请就过去了": a_speaker,
    "大家在手机上写，写好的先到控制台的“感言”里": a_sentence,
    "看过，点“上墙”，才出现在大屏幕上；都合适，点“全部上墙”": a_sentence_put_up,
    "上了墙又觉得不合适，点“不上墙”就收回；谁改了自己那一句，要再看一遍、再上墙": a_sentence_kept_off,
    "结束后点“关闭整场”": closing,
    "大家看手机，您念提示卡上的故事": the_story,
    "迟到的人随时可以扫码坐进来": latecomers,
    "在他的名字后面点“请出”": moving_out,
}
"""Sentence of the guide → what is seen."""


@pytest.mark.parametrize("sentence", PROMISES)
def test_what_the_guide_says_is_on_a_screen(sentence: str) -> None:
    assert sentence in GUIDE
    PROMISES[sentence](Evening())


def test_what_to_do_stands_before_what_may_be_read() -> None:
    """Below a story it lay under the card's edge, and its heading stood above nothing."""
    told = [
        one.text_content().strip() for one in Evening().desk.html.xpath("//*[is('prompt')]//h3")
    ]
    assert told.index("怎么做") < told.index("这一幕的故事，可以念给大家听")
