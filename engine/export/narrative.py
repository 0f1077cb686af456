"""The evening in sentences, for the record: what the logs hold, never what the script had planned.

A card of the debrief that nobody put on the wall, a scene nobody came to and an objective nobody
was asked about are not told of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.export.report import Report, told_tally
from engine.review.ledger import Belief, Played
from engine.values import SeatId
from engine.views.wording import marked

Saying = tuple[Played, SeatId, str, str]
"""(team, who, what was asked, what they wrote)."""
GLOSS: Final = (
    "（一次答对：这个目标下答过的题，每一题都是一次答对的；途中学会：有的答错过，弄清以后答对了；"
    "未显示：没有考到，或者最后没有答对，或者试来试去才对。）"
)


def told_course(report: Report) -> list[str]:
    """What was done, in the order in which it was done."""
    people = len(report.attendants)
    teams = f"分 {len(report.runs)} 队" if len(report.runs) > 1 else "全员一队"
    return [
        f"采用情景式主题党日剧本《{report.scenario.title}》，{teams}，{people} 人入座，"
        "每人扮演一个角色，在手机上作答。",
        *_told_ways(report),
        *_told_debrief(report),
    ]


def _told_ways(report: Report) -> Iterator[str]:
    """The scenes that teams came through; teams that went one way are told of together."""
    teams_by_way: dict[tuple[tuple[str, ...], bool], list[Played]] = {}
    for played in report.runs:
        teams_by_way.setdefault(_way(report, played), []).append(played)
    for (scenes, ended), teams in teams_by_way.items():
        who = "" if len(teams_by_way) == 1 else _told_teams(teams)
        if scenes:
            stop = "" if ended else f"（到“{scenes[-1]}”为止，没有走到结局）"
            yield f"{who}依次经历：{'、'.join(scenes)}{stop}。"


def _told_teams(teams: Sequence[Played]) -> str:
    if any(played.course.called for played in teams):
        return "、".join(played.told_team for played in teams)
    return f"第 {'、'.join(str(played.team) for played in teams)} 队"


def _way(report: Report, played: Played) -> tuple[tuple[str, ...], bool]:
    """(titles of the scenes the team came to, whether it reached an ending)."""
    scenes = [report.scenario.scenes[band.scene] for band in played.course.bands]
    titles = dict.fromkeys(scene.title for scene in scenes if scene.main and scene.ending is None)
    return tuple(titles), bool(played.course.ending)


def _told_debrief(report: Report) -> Iterator[str]:
    """What was on the wall in the debrief, and who was asked to speak."""
    shown = dict.fromkeys(card for played in report.runs for card in played.course.cards)
    by_kind: dict[str, list[str]] = {}
    for card in shown:
        kind, _, name = card.partition(":")
        by_kind.setdefault(kind, []).append(name)
    words = {"trap": "个误区", "fact": "条史实"}
    told = [f"{len(by_kind[kind])} {word}" for kind, word in words.items() if kind in by_kind]
    told += ["人物后来怎样"] if "fates" in by_kind else []
    told += ["今天的一句话"] if "words" in by_kind else []
    if told:
        yield f"复盘时在大屏幕上看了{'、'.join(told)}。"
    questions = report.scenario.debrief.discuss
    asked = [questions[int(number)] for number in sorted(by_kind.get("discuss", ()), key=int)]
    if asked:
        yield "复盘讨论（大屏幕上出示的问题）：" + " ".join(asked)
    speakers = dict.fromkeys(
        (played.run, seat) for played in report.runs for seat in played.course.speakers
    )
    by_run = {played.run: played for played in report.runs}
    if speakers:
        names = "、".join(report.called(by_run[run], seat) for run, seat in speakers)
        yield f"抽到发言的：{names}。"
    if "oath" in by_kind:
        yield "重温入党誓词（大屏幕上出示了誓词全文）。"


def told_results(report: Report) -> list[str]:
    """How each team fared, what people showed of each objective, and every belief fallen for."""
    told = [_told_team(report, played) for played in report.runs]
    tallies = report.tallies(*report.runs)
    if tallies:
        told += [
            f"学习目标“{text}”：{told_tally(tallies[name])}。"
            for name, text in report.scenario.objectives.items()
        ]
        told.append(GLOSS)
    return told + [_told_belief(belief) for belief in report.beliefs if belief.fell]


def _told_team(report: Report, played: Played) -> str:
    course = played.course
    minutes = round(course.play_ms / 60_000)
    took = f"用时 {minutes} 分钟" if minutes else "用时不到 1 分钟"
    how = "由组织者带到结局" if course.jumped else "走到结局"
    ending = f"{how}“{report.ending(played)}”" if course.ending else "没有走到结局"
    rescued = sum(spring.freed == "rescue" for spring in course.springs)
    helped = f"，队友解救 {rescued} 次" if rescued else ""
    aims = report.aims(played)
    return (
        f"{played.told_team} {len(played.people)} 人：{took}，{ending}，"
        f"踩中误区 {len(course.springs)} 次{helped}。" + (f"各人的打算：{aims}。" if aims else "")
    )


def _told_belief(belief: Belief) -> str:
    mended = sum(meeting.mended for _, meeting in belief.fell)
    basis = "；".join(belief.learnt.sources)
    return (
        f"踩中的误区：“{belief.belief}”，{len(belief.fell)} 人次踩中，其中 {mended} 人次随后答对。"
        f"史实：{belief.learnt.text}（{marked(belief.learnt.marks)}；出处：{basis}）"
    )


def sayings(report: Report) -> list[Saying]:
    """The sentences that the play had people put on record."""
    scenes = report.scenario.scenes
    return [
        (played, answer.seat, task.ask, answer.answer[0])
        for played in report.runs
        for answer in played.course.answers
        if answer.seat and answer.answer and answer.seat not in played.struck
        if (task := scenes[answer.scene].tasks[answer.task]).body.own_words
    ]


def reflections(report: Report) -> list[Saying]:
    """The sentences of the debrief."""
    ask = report.scenario.debrief.reflect
    return [
        (played, seat, ask, text)
        for played in report.runs
        for seat, text in played.course.reflections.items()
        if seat not in played.struck
    ]
