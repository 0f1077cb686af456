"""A room before a wall: so many teams of a small script, moved to any state the wall knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec.structs import asdict, replace

from engine.rules import commands as cmd
from engine.rules.deck import deck
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import RunId, SeatId
from engine.views.parts.stage_parts import Stage
from engine.views.parts.wall_parts import WallView
from engine.views.session import RunInfo, SessionInfo, projector
from tests.engine.rules.conftest import script, text_of
from tests.support.scripts import compile_text
from tests.support.table import Table

ASK: Final = "choices: [{id: r, text: 七月, right: true, fact: g}, {id: w, text: 八月}]"
Q: Final = f"q: {{role: b, ask: 何时, {ASK}}}"
TALK: Final = f"talk: {{role: [a, b, c], kind: discuss, ask: 商量, at_least: 30s}}\n{Q}"
VOTE: Final = (
    "v: {role: [a, b, c], kind: vote, ask: 走还是留?, "
    "choices: [{id: r, text: 走, right: true, fact: g}, {id: w, text: 留}]}"
)
SPEAK: Final = "say: {role: [a, b, c], kind: speak, ask: 各说一句}"
LINE: Final = "line: {role: any, kind: reflect, ask: 写一句}"

NAMES: Final[Mapping[SeatId, str]] = {"s1": "张伟", "s2": "王芳", "s3": "李娜"}
SESSION: Final = SessionInfo("x", "YTM-MKW", "http://192.168.1.20:8000/join/YTM-MKW")


class Room:
    """Teams, and the wall before them."""

    def __init__(
        self,
        tasks: str | Scenario = Q,
        teams: int = 1,
        *,
        started: bool = True,
        names: Mapping[SeatId, str] = NAMES,
        abreast: bool = False,
    ) -> None:
        made = script(tasks) if isinstance(tasks, str) else tasks
        self.teams = [Table(made, started=started, abreast=abreast) for _ in range(teams)]
        self.one, self.last = self.teams[0], self.teams[-1]
        self.names = names

    def all(self, *moves: str) -> Room:
        """Every team makes these moves."""
        for team in self.teams:
            team.play(*moves)
        return self

    def first(self, *moves: str) -> Room:
        """Only the first team does."""
        self.one.play(*moves)
        return self

    def later(self) -> Room:
        """The curtain is up."""
        return self.all("wait=20s")

    def desk(self, kind: type[Any], **fields: Any) -> Room:
        """The facilitator does it, to all teams."""
        for team in self.teams:
            team.desk(kind, **fields)
        return self

    def debrief(self, kind: str) -> Room:
        """To the first card of this kind."""
        cards = deck(self.one.scenario, [team.state for team in self.teams])
        step = next(n for n, name in enumerate(cards) if name.startswith(kind))
        self.desk(cmd.OpenDebrief, deck=cards)
        return self.desk(cmd.MoveDebrief, step=step) if step else self

    def _state(self, number: int, team: Table) -> State:
        """Long names of people stand beside the longest of teams."""
        called = "青年突击先锋一队" if self.names is not NAMES else ""
        aside = replace(team.state.aside, called=called)
        return replace(team.state, team=number, aside=aside)

    @property
    def wall(self) -> WallView:
        """All parts of the wall."""
        runs = [
            RunInfo(RunId(f"r{n}"), team.scenario, self._state(n, team), self.names)
            for n, team in enumerate(self.teams, 1)
        ]
        return projector(SESSION, runs)

    @property
    def stage(self) -> Stage:
        """The one that says which state."""
        return self.wall.stage

    @property
    def parts(self) -> dict[str, Any]:
        """The same, by name."""
        return asdict(self.wall)

    @property
    def state(self) -> str:
        """What stands there now, as the wall's own clock has it."""
        stage, now_ms = self.stage, self.one.now_ms
        if stage.until_ms is not None and stage.until_ms > now_ms:
            return stage.state
        return stage.next.state if stage.next and stage.next.until_ms > now_ms else stage.then


# ── the longest that there is ───────────────────────────────────────────────────────────────────

LONG: Final = (
    "后门没有关严，一个穿长衫的人探进半个身子，向屋里看了一圈又一圈，把每个人的脸都看过了。"
    "他说他找社联的王主席，屋里的人说这里没有社联，也没有王主席，他便道了一声歉退了出去。"
)
_LONGER: Final = {
    "title: 小剧本": f"title: {'很长的剧本名称' * 6}",
    "name: 甲,": "name: 上海共产主义小组留守联络人兼房东李汉俊,",
    "name: 乙,": "name: 武汉代表董必武,",
    "name: 丙,": "name: Hendricus Josephus Franciscus Marie Sneevliet,",
    "label: 疏漏": "label: 一路上的疏漏与大意",
    "text: 史实一。": f"text: {LONG * 4}",
    "text: 史实二。": f"text: {LONG * 4}",
    "belief: 误区一": f"belief: {LONG}",
    "belief: 误区二": f"belief: {LONG}",
    "why: 常被混淆": f"why: {LONG * 2}",
    "cite: 某书": f"cite: 《{'一部书名很长很长的书' * 4}》第一卷，某某出版社2011年版",
    "title: 第一幕\n": f"title: {'这一幕的标题长得很' * 3}\n    when: {'一九二一年七月三十日夜里' * 3}\n",
    "story: 开始。": f"story: {LONG * 6}",
    "story: 好。": f"story: {LONG * 6}",
    "title: 好,": f"title: {'结局的名字也长得很' * 4},",
    "ask: 走还是留?": f"ask: {LONG}",
    "text: 走,": f"text: 走。{LONG},",
    "text: 留}": f"text: 留。{LONG}}}",
    "ask: 商量": f"ask: {LONG}",
    "ask: 各说一句": f"ask: {LONG}",
    "discuss: [为什么?": f"discuss: [{LONG * 2}",
    "reflect: 收获?": f"reflect: {LONG}",
}


def longest(tasks: str) -> Scenario:
    """The small script with texts longer than anybody should write; the language has no limit."""
    return compile_text(lengthened(text_of(tasks)))


def lengthened(text: str) -> str:
    """A script's text with all that is short in it made long."""
    for short, long in _LONGER.items():
        text = text.replace(short, long)
    return text


LONG_NAMES: Final[Mapping[SeatId, str]] = {
    "s1": "司马相如诸葛孔明欧阳修上官婉儿东方朔公孙龙子",
    "s2": "Wolfeschlegelsteinhausen",
    "s3": "阿卜杜拉·买买提江·吐尔逊·依明江",
}

States = Mapping[str, Callable[[int], Room]]


def states(make: Callable[[str], str | Scenario], names: Mapping[SeatId, str]) -> States:
    """Every state of the wall → a room of so many teams that is in it."""

    def room(tasks: str, teams: int, *, started: bool = True) -> Room:
        return Room(make(tasks), teams, started=started, names=names)

    def abreast(teams: int) -> Room:
        """The first team is through with the act, and waits for the second."""
        made = Room(make(Q), teams, names=names, abreast=True).later().first("q=r")
        waits = made.one.state.waits
        assert waits, "it keeps abreast"
        if teams > 1:
            made.one.do(cmd.AwaitTeams, cmd.HOST, seq=waits.seq, teams=(2,))
        return made

    def ended(teams: int) -> Room:
        made = room(f"{Q}\n{LINE}", teams).later()
        for team in made.teams:
            team.play("use-t=w", "rescue=y", "use-t=r", "q=r")
            said = LONG * 3 if make is longest else "那一夜，我们谁也没有先走。"
            team.do(cmd.Submit, "s2", task="line", answer=(said,))
            team.play("wait=20s", "go-on=", "wait=9s")
        return made

    def words(teams: int) -> Room:
        made = ended(teams).debrief("reflect")
        for n, team in enumerate(made.teams):
            for seat in team.state.seats:
                length = (20, 150, 480)[(n + len(seat)) % 3] if make is longest else 24
                text = (LONG * 8)[:length]
                team.do(cmd.Submit, seat, task="reflect", answer=(text,))
        return made

    def trodden(teams: int) -> Room:
        """Somebody stands still, a belief is told already."""
        made = room(Q, teams).later().all("use-t=w", "rescue=y", "use-t=r", "wait=20s")
        return made.first("use-u=w", "wait=20s")

    def fallen(teams: int) -> Room:
        made = room(f"{Q}\n{LINE}", teams).later()
        for team in made.teams:
            team.play("q=r")
            team.do(cmd.Submit, "s2", task="line", answer=("一句。",))
            team.play("go-on=")
        return made

    return {
        "lobby": lambda teams: room(Q, teams, started=False),
        "curtain": lambda teams: room(Q, teams),
        "play": trodden,
        "abreast": abreast,
        "trap": lambda teams: room(Q, teams).later().first("use-t=w"),
        "rescue": lambda teams: room(Q, teams).later().first("use-t=w", "rescue=y"),
        "talk": lambda teams: room(TALK, teams).later().all("q=r"),
        "vote": lambda teams: room(VOTE, teams).later().first("v=r"),
        "tally": lambda teams: room(VOTE, teams).later().all("a:v=r", "b:v=w", "c:v=r"),
        "turn": lambda teams: room(SPEAK, teams).later(),
        "paused": lambda teams: room(Q, teams).later().desk(cmd.Pause),
        "fallen": fallen,
        "ending": ended,
        "card": lambda teams: ended(teams).debrief("trap"),
        "fact": lambda teams: ended(teams).debrief("fact"),
        "discuss": lambda teams: ended(teams).debrief("discuss"),
        "written": words,
        "oath": lambda teams: ended(teams).debrief("oath"),
        "thanks": lambda teams: ended(teams).desk(cmd.Close),
    }
