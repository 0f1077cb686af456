"""The facilitator's cards: at each moment of the evening, what may be said, what there is to do,
what helps when it drags, and what comes next.

What is said of history is the script's own: its `say`, its story, the cards of its debrief. Where
it has no `say`, a card says how the moment is led (`wording.PROMPTS`), and no more. The desk is
shown the card of now; all of a script's, in order, are its printed sheet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from engine.errors import Lang
from engine.rules.state import State
from engine.scenario.checks import traps_of
from engine.scenario.model import Scenario, Scene, Task
from engine.values import TrapId
from engine.views.called import names_of
from engine.views.learnt import marks_of
from engine.views.parts.desk_parts import DeskPrompt, PromptCard, PromptTrap
from engine.views.parts.shared import Phase
from engine.views.team import owing
from engine.views.wall import told_story
from engine.views.whereabouts import sites
from engine.views.wording import CARDS, PROMPTS, say

Runs = Sequence[tuple[Scenario, State]]

_MISSING: Final = {"share": "missing_share", "stand_in": "missing_stand_in", "wait": "missing_wait"}


def prompted(runs: Runs, phase: Phase, lang: Lang = "zh") -> DeskPrompt:
    """The card of now. `runs` isn't empty; `phase`: the session's."""
    scenario, states = runs[0][0], [state for _, state in runs]
    if phase == "lobby":
        seated = any(not seat.left for state in states for seat in state.seats.values())
        return DeskPrompt(opening(scenario, states[0].absence, lang), "start", seated)
    if phase in ("playing", "paused"):
        return DeskPrompt(_now(runs, lang), "resume" if phase == "paused" else "", True)
    if phase == "ended":
        return DeskPrompt(_ended(scenario, states, lang), "debrief", True)
    led = next((state for state in states if state.phase == "debrief" and state.deck), None)
    if led is None:
        return DeskPrompt(closing(lang, over=True), "", False)
    step = min(led.step, len(led.deck) - 1)
    following = [_titled(scenario, name, lang) for name in led.deck[step + 1 : step + 2]]
    card = debriefing(scenario, led.deck[step], lang)
    ahead = tuple(following) or (say(PROMPTS, "close", lang),)
    return DeskPrompt(replace(card, next=ahead), "", False)


def prompts(scenario: Scenario, lang: Lang = "zh") -> Iterator[PromptCard]:
    """All cards of a script: the opening, its acts, its endings, the debrief but for what only an
    evening knows, the close. What holds for every act stands on the first."""
    drags, does = always(lang), say(PROMPTS, "act_does", lang)
    first = opening(scenario, scenario.absence.then, lang)
    yield replace(first, does=(*first.does, does), drags=(*first.drags, *drags))
    acts = [scene for scene in scenario.scenes.values() if scene.ending is None]
    for scene in sorted(acts, key=lambda one: not one.main):
        card = act(scenario, scene, lang)
        yield replace(
            card,
            does=(*_limit(scene, lang), *[one for one in card.does if one != does]),
            drags=tuple([one for one in card.drags if one not in drags]),
        )
    for scene in scenario.scenes.values():
        if scene.ending is not None:
            yield PromptCard(
                moment="ending", title=scene.title, says=_own(scene.say), story=scene.story
            )
    debrief = scenario.debrief
    names = ["ending", "aims"] if scenario.aims else ["ending"]
    names += ["fates"] if debrief.fates else []
    names += [f"discuss:{number}" for number in range(len(debrief.discuss))]
    names += ["words"] if debrief.words is not None else []
    names += ["oath"] if debrief.oath else []
    names += ["reflect"] if debrief.reflect else []
    for name in names:
        yield debriefing(scenario, name, lang)
    yield closing(lang)


# ── before and while they play ──────────────────────────────────────────────────────────────────


def opening(scenario: Scenario, absence: str, lang: Lang = "zh") -> PromptCard:
    """As people arrive. `absence`: what becomes of a role that nobody has, as the log says, or the
    script where there is none."""
    told = scenario.summary.strip()
    return PromptCard(
        moment="opening",
        title=say(PROMPTS, "opening", lang),
        says=(
            say(PROMPTS, "opening_says", lang, title=scenario.title, summary=told),
            say(PROMPTS, "opening_roles", lang),
        ),
        does=(say(PROMPTS, "opening_does", lang), say(PROMPTS, "opening_agree", lang)),
        drags=(say(PROMPTS, _MISSING[absence], lang),),
        next=(scenario.scenes[scenario.start].title,),
    )


def act(scenario: Scenario, scene: Scene, lang: Lang = "zh") -> PromptCard:
    """A scene that is played, before anybody has."""
    known: PromptCard | None = scenario.worked_out.get(("prompt", scene.id, lang))
    if known is None:
        known = _act(scenario, scene, lang)
        scenario.worked_out["prompt", scene.id, lang] = known
    return known


def _act(scenario: Scenario, scene: Scene, lang: Lang) -> PromptCard:
    return PromptCard(
        moment="act",
        title=scene.title,
        when=scene.when,
        says=_own(scene.say),
        story=scene.story,
        places=sites(scenario, scene),
        does=tuple(_to_do(scene, lang)),
        drags=_drags(scenario, scene.tasks.values(), lang),
        traps=tuple(_lurking(scenario, scene)),
        next=_ahead(scenario, scene, lang),
    )


def _own(text: str) -> tuple[str, ...]:
    return (text.strip(),) if text.strip() else ()


def _to_do(scene: Scene, lang: Lang) -> Iterator[str]:
    if "look-up" in scene.cues:
        yield say(PROMPTS, "act_look_up", lang)
    for task in scene.tasks.values():
        if task.body.decides:
            yield say(PROMPTS, "act_vote", lang, ask=task.ask)
        elif task.body.in_turn:
            yield say(PROMPTS, "act_turn", lang, ask=task.ask)
        elif task.least_ms:
            yield say(PROMPTS, "act_talk", lang, ask=task.ask)
    yield say(PROMPTS, "act_does", lang)


def _limit(scene: Scene, lang: Lang) -> tuple[str, ...]:
    """On paper; on the console the team's clock goes, which may have been given more."""
    if scene.time is None:
        return ()
    return (say(PROMPTS, "act_limit", lang, minutes=f"{scene.time.limit_ms / 60_000:g}"),)


def _drags(scenario: Scenario, tasks: Collection[Task], lang: Lang) -> tuple[str, ...]:
    """What helps with these tasks: the script's hints, then what helps with any."""
    comma = "、" if lang == "zh" else ", "
    hints = [
        say(PROMPTS, "hint", lang, roles=comma.join(_roles(scenario, task)), hint=task.hint.text)
        for task in tasks
        if task.hint is not None
    ]
    return (*hints, *always(lang))


def always(lang: Lang) -> tuple[str, ...]:
    """What helps with any task."""
    return say(PROMPTS, "drags_ask", lang), say(PROMPTS, "drags_nudge", lang)


def _roles(scenario: Scenario, task: Task) -> tuple[str, ...]:
    return tuple([scenario.roles[name].name for name in task.who.roles])


def _lurking(scenario: Scenario, scene: Scene) -> Iterator[PromptTrap]:
    """Each misconception once, at the first task that it may be met in."""
    met: set[TrapId] = set()
    for task in scene.tasks.values():
        for name in traps_of(task):
            if name not in met:
                met.add(name)
                trap = scenario.traps[name]
                yield PromptTrap(
                    roles=_roles(scenario, task),
                    ask=task.ask,
                    belief=trap.belief,
                    truth=scenario.facts[trap.truth].text,
                    say=trap.say.strip(),
                    teams=(),
                )


def _ahead(scenario: Scenario, scene: Scene, lang: Lang) -> tuple[str, ...]:
    """The scenes it may lead to, in the script's order; an ending isn't named."""
    ways = [way.go for way in scene.next]
    found = [scenario.scenes[name] for name in dict.fromkeys(ways) if name in scenario.scenes]
    ended = say(PROMPTS, "ended", lang)
    return tuple(dict.fromkeys([one.title if one.ending is None else ended for one in found]))


def _now(runs: Runs, lang: Lang) -> PromptCard:
    """Of the scene whose story the wall tells: what still helps there, and who fell for what."""
    scenario, name = runs[0][0], told_story(runs).scene
    scene = scenario.scenes[name]
    if scene.ending is not None:
        return _ended(scenario, [state for _, state in runs], lang)
    card = act(scenario, scene, lang)
    here = [state for _, state in runs if state.scene is not None and state.scene.id == name]
    owed = {task.id: task for state in here for task, _ in owing(scenario, state)}
    fallen = [trap.id for trap in scenario.traps.values() if _teams(runs, trap.id)]
    beliefs = {scenario.traps[one].belief: _teams(runs, one) for one in fallen}
    states = [state for _, state in runs]
    fell = [(one, beliefs.get(one.belief, ())) for one in card.traps]
    return replace(
        card,
        drags=_drags(scenario, owed.values(), lang) if owed else card.drags,
        traps=tuple(
            [
                replace(one, teams=teams, team_names=names_of(states, teams, lang))
                for one, teams in fell
            ]
        ),
    )


def _teams(runs: Runs, trap: TrapId) -> tuple[int, ...]:
    return tuple([state.team for _, state in runs if trap in state.sprung])


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────


def _ended(scenario: Scenario, states: Sequence[State], lang: Lang) -> PromptCard:
    endings = dict.fromkeys(state.ending for state in states if state.ending)
    own = [text for name in endings for text in _own(scenario.scenes[name].say)]
    return PromptCard(
        moment="ending",
        title=say(PROMPTS, "ended", lang),
        says=tuple(own) or (say(PROMPTS, "ended_says", lang),),
        does=(say(PROMPTS, "ended_does", lang),),
        next=(say(PROMPTS, "debrief", lang),),
    )


def debriefing(scenario: Scenario, name: str, lang: Lang = "zh") -> PromptCard:
    """A card of the debrief's deck, as `engine/rules/deck.py` names it."""
    kind, _, subject = name.partition(":")
    says, does = _AFTER.get(kind, (kind, ()))
    told = {
        "ending": _own(scenario.debrief.say),
        "trap": _own(scenario.traps[subject].say) if kind == "trap" else (),
        "discuss": (scenario.debrief.discuss[int(subject)],) if kind == "discuss" else (),
        "words": (scenario.debrief.words.text,) if scenario.debrief.words is not None else (),
    }.get(kind, ())
    if not told:
        belief = scenario.traps[subject].belief if kind == "trap" else ""
        told = (say(PROMPTS, says, lang, belief=belief),)
    if kind == "fact":
        marks = marks_of(scenario, scenario.facts[subject])
        does = tuple([f"fact_{one}" for one in marks if one in ("contested", "unchecked")])
    return PromptCard(
        moment="card",
        title=say(CARDS, kind, lang),
        says=told,
        does=tuple([say(PROMPTS, one, lang) for one in does]),
    )


_AFTER: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "ending": ("ending_says", ("ending_does",)),
    "aims": ("aims_says", ()),
    "trap": ("trap_says", ("trap_does",)),
    "fact": ("fact_says", ()),
    "fates": ("fates_says", ("fates_does",)),
    "discuss": ("", ("discuss_does",)),
    "words": ("", ("words_does",)),
    "oath": ("oath_says", ("oath_stand", "oath_lead")),
    "reflect": ("reflect_says", ("reflect_does",)),
}
"""A kind of card → what is said with it where the script says nothing, and what there is to do."""


def _titled(scenario: Scenario, name: str, lang: Lang) -> str:
    kind, _, subject = name.partition(":")
    title = say(CARDS, kind, lang)
    short = {"trap": scenario.traps, "fact": scenario.facts}.get(kind)
    if short is None:
        return title
    text = scenario.traps[subject].belief if kind == "trap" else scenario.facts[subject].text
    return f"{title}：{text}" if lang == "zh" else f"{title}: {text}"


def closing(lang: Lang = "zh", *, over: bool = False) -> PromptCard:
    """The end of the evening; `over`: it is closed."""
    return PromptCard(
        moment="close",
        title=say(PROMPTS, "close", lang),
        says=(say(PROMPTS, "close_says", lang),),
        does=(say(PROMPTS, "closed_does" if over else "close_does", lang),),
    )
