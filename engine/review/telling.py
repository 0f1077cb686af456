"""A run told: marks on its timeline, each with one sentence for a trainer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

import msgspec

from engine.errors import Lang, texts_of
from engine.review.course import Answer, Course, Span
from engine.rules import events as ev
from engine.scenario.model import Scenario, Task
from engine.values import RoleId, SeatId
from engine.views.wording import length, say

MarkKind = Literal["answer", "right", "missed", "trap", "hold", "wait", "absence", "other"]

MARKS: Final = texts_of(
    {
        "right": ("{who}答对“{ask}”：{answer}", "{who} got “{ask}” right: {answer}"),
        "missed": ("{who}答错“{ask}”：{answer}", "{who} got “{ask}” wrong: {answer}"),
        "trap": ("{who}在“{ask}”选了{answer}", "{who} chose {answer} at “{ask}”"),
        "vote": ("{who}对“{ask}”投了{answer}", "{who} voted {answer} on “{ask}”"),
        "plain": ("{who}对“{ask}”答了{answer}", "{who} answered “{ask}”: {answer}"),
        "confirmed": ("{who}做完“{ask}”", "{who} did “{ask}”"),
        "found": ("{who}在“{ask}”查了{answer}", "{who} searched {answer} at “{ask}”"),
        "sprung": ("误区：{who}以为“{belief}”", "Misconception: {who} believed “{belief}”"),
        "held": ("{who}被拦住 {seconds} 秒", "{who} was held for {seconds} s"),
        "rescued": ("{who}被拦住 {seconds} 秒后由队友解救", "{who} was rescued after {seconds} s"),
        "waited": ("{who}等{owing},{seconds} 秒", "{who} waited {seconds} s for {owing}"),
        "away": ("{who}离线 {seconds} 秒", "{who} was offline for {seconds} s"),
        "left": ("{who}离开", "{who} left"),
        "run.paused": ("组织者暂停", "Paused"),
        "run.resumed": ("继续", "Resumed"),
        "run.forked": ("从这里分出演练", "Forked here"),
        "run.ended": ("结局：{title}", "Ending: {title}"),
        "seat.taken": ("{who}入座", "{who} took a seat"),
        "clock.stood": (
            "没有人连着，时间停了{length}",
            "Nobody there: the clock stood for {length}",
        ),
        "scene.waits": ("等别的队", "Waits for other teams"),
        "teams.awaited": ("在等第 {teams} 队", "Waits for team {teams}"),
        "scene.released.teams": (
            "等别的队等了{length}，一起往下走",
            "Waited {length} for other teams; all go on",
        ),
        "scene.released.facilitator": (
            "等别的队等了{length}，组织者放行",
            "Waited {length} for other teams; let go on",
        ),
        "scene.extended": ("时间延长 {seconds} 秒", "{seconds} s added"),
        "scene.ticked": ("时钟走了一次", "The clock has eaten"),
        "scene.timed_out": ("时间到", "Time is up"),
        "task.skipped": ("组织者跳过“{ask}”", "“{ask}” was skipped"),
        "vote.decided": ("表决结果：{answer}", "Decided: {answer}"),
        "vote.tied": ("“{ask}”重新表决", "“{ask}” is voted on again"),
        "hint.taken": ("{who}看了“{ask}”的提示", "{who} took the hint of “{ask}”"),
        "rescue.right": ("{who}救了{whom}", "{who} rescued {whom}"),
        "rescue.wrong": ("{who}想救{whom}，没答对", "{who} tried to rescue {whom}"),
        "card.shown": (
            "{who}给{whom}看了“{title}”",
            "{who} showed “{title}” to {whom}",
        ),
        "card.handed": ("{whom}得到“{title}”", "{whom} got “{title}”"),
        "role.covered.share": ("{whom}由大家分担", "{whom} was shared by everybody"),
        "role.covered.stand_in": ("{whom}由替身代行", "{whom} was played by a stand-in"),
        "role.covered.seat": ("{whom}交给{who}代办", "{whom} was handed to {who}"),
        "role.uncovered": ("{whom}由本人行动", "{whom} acted again"),
        "seat.nudged": ("提醒{who}", "{who} was nudged"),
        "debrief.opened": ("复盘开始", "The debrief began"),
        "stand_in": ("替身（{role}）", "stand-in ({role})"),
        "team": ("全队", "the team"),
        "anybody": ("任何一人", "anybody"),
    }
)
_KIND_OF: Final[dict[str, MarkKind]] = {"right": "right", "missed": "missed", "trap": "missed"}


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A point or, where `until_ms` is later, a stretch on the timeline."""

    seq: int
    axis_ms: int
    until_ms: int
    kind: MarkKind
    role: RoleId
    """Whose lane it belongs to; empty: the team's."""
    text: str


class Teller:
    """Tells one run."""

    def __init__(
        self, scenario: Scenario, course: Course, names: Mapping[SeatId, str], lang: Lang = "zh"
    ) -> None:
        self.scenario, self.course, self.names, self.lang = scenario, course, names, lang

    def marks(self) -> list[Mark]:
        """Every mark, in the order of the axis."""
        found = [*self._answers(), *self._springs(), *self._spans(), *self._waits(), *self._rest()]
        return sorted(found, key=lambda mark: (mark.axis_ms, mark.seq))

    def who(self, seat: SeatId, role: RoleId) -> str:
        """A person by role and name; a stand-in or the team by that."""
        part = self.scenario.roles.get(role)
        shown = part.name if part is not None else ""
        if not seat:
            key = "stand_in" if role else "team"
            return say(MARKS, key, self.lang, role=shown)
        name = self.names.get(seat, "")
        return f"{shown}({name})" if name and shown else name or shown or seat

    def owing(self, names: tuple[str, ...]) -> str:
        """Roles, or whoever came first."""
        anybody = say(MARKS, "anybody", self.lang)
        roles = self.scenario.roles
        return "、".join(roles[name].name if name in roles else anybody for name in names)

    def answer(self, answer: Answer) -> str:
        """What was answered, in the script's words."""
        task = self.scenario.scenes[answer.scene].tasks[answer.task]
        return task.body.told(answer.answer)

    def _say(self, key: str, **values: object) -> str:
        return say(MARKS, key, self.lang, **values)

    def _at(self, seq: int) -> int:
        return self.course.axis[seq - 1]

    def _point(self, seq: int, kind: MarkKind, role: RoleId, text: str) -> Mark:
        at_ms = self._at(seq)
        return Mark(seq=seq, axis_ms=at_ms, until_ms=at_ms, kind=kind, role=role, text=text)

    def _answers(self) -> Iterator[Mark]:
        for one in self.course.answers:
            task = self.scenario.scenes[one.scene].tasks[one.task]
            text = self._say(
                one.verdict, who=self.who(one.seat, one.role), ask=task.ask, answer=self.answer(one)
            )
            yield self._point(one.seq, _KIND_OF.get(one.verdict, "answer"), one.role, text)

    def _springs(self) -> Iterator[Mark]:
        for one in self.course.springs:
            belief = self.scenario.traps[one.trap].belief
            text = self._say("sprung", who=self.who(one.seat, one.role), belief=belief)
            yield self._point(one.seq, "trap", one.role, text)

    def _spans(self) -> Iterator[Mark]:
        for hold in self.course.holds:
            yield self._span(hold, "hold", "rescued" if hold.freed == "rescue" else "held")
        for away in self.course.absences:
            yield self._span(away, "absence", away.what)

    def _span(self, span: Span, kind: MarkKind, key: str) -> Mark:
        role = self.course.role_by_seat.get(span.seat, "")
        began_ms = self._at(span.seq)
        text = self._say(
            key, who=self.who(span.seat, role), seconds=(span.until_ms - span.clock_ms) // 1000
        )
        until_ms = max(began_ms, self.course.axis_at(span.until_ms))
        return Mark(
            seq=span.seq, axis_ms=began_ms, until_ms=until_ms, kind=kind, role=role, text=text
        )

    def _waits(self) -> Iterator[Mark]:
        for wait in self.course.waits:
            text = self._say(
                "waited",
                who=self.scenario.roles[wait.waiter].name,
                owing=self.owing(wait.owing),
                seconds=(wait.until_ms - wait.clock_ms) // 1000,
            )
            began_ms = self.course.axis_at(wait.clock_ms)
            yield Mark(
                seq=self.course.seq_at(wait.clock_ms),
                axis_ms=began_ms,
                until_ms=max(began_ms, self.course.axis_at(wait.until_ms)),
                kind="wait",
                role=wait.waiter,
                text=text,
            )

    def _rest(self) -> Iterator[Mark]:
        waits_ms = 0
        for moment in self.course.moments:
            event = moment.event
            if isinstance(event, ev.SceneWaits):
                waits_ms = event.at_ms
            if isinstance(event, ev.TeamsAwaited | ev.SceneReleased):
                yield self._point(moment.seq, "other", "", self._abreast(event, waits_ms))
            else:
                role, text = self._told(event, moment.scene)
                yield self._point(moment.seq, "other", role, text)

    def _abreast(self, event: ev.TeamsAwaited | ev.SceneReleased, waits_ms: int) -> str:
        """For whom the team waits; how long it did."""
        if isinstance(event, ev.TeamsAwaited):
            return self._say("teams.awaited", teams="、".join(map(str, event.teams)))
        waited = length(max(0, event.at_ms - waits_ms), self.lang)
        return self._say(f"scene.released.{event.by}", length=waited)

    def _told(self, event: ev.AnyEvent, scene: str) -> tuple[RoleId, str]:
        tag = str(event.__struct_config__.tag)
        seat = str(getattr(event, "seat", ""))
        role = self.course.role_by_seat.get(seat, "")
        values: dict[str, object] = {"who": self.who(seat, role) if seat else ""}
        match event:
            case ev.RunEnded(ending=ending):
                values["title"] = self.scenario.scenes[ending].title
            case ev.ClockStood(stood_ms=stood_ms):
                values["length"] = length(stood_ms, self.lang)
            case ev.SceneExtended(by_ms=by_ms):
                values["seconds"] = by_ms // 1000
            case ev.RescueTried(seat=held, rescuer=rescuer, right=right):
                tag = "rescue.right" if right else "rescue.wrong"
                values["whom"] = self.who(held, role)
                role = self.course.role_by_seat.get(rescuer, "")
                values["who"] = self.who(rescuer, role)
            case ev.CardHanded(card=card, to=to) | ev.CardShown(card=card, to=to):
                role, values["who"] = to, self._role(event.giver)
                values |= {"title": self.scenario.cards[card].title, "whom": self._role(to)}
            case ev.RoleCovered(role=covered, how=how):
                role, values["whom"], tag = covered, self._role(covered), f"{tag}.{how}"
            case ev.RoleUncovered(role=covered):
                role, values["whom"] = covered, self._role(covered)
            case ev.VoteDecided(task=task, choice=choice):
                values["answer"] = self._task(scene, task).body.told((choice,))
            case ev.TaskSkipped(task=task) | ev.VoteTied(task=task) | ev.HintTaken(task=task):
                values["ask"] = self._task(scene, task).ask
        return role, self._say(tag, **values)

    def _role(self, role: RoleId) -> str:
        return self.scenario.roles[role].name

    def _task(self, scene: str, task: str) -> Task:
        return self.scenario.scenes[scene].tasks[task]
