"""The menu of scripts, and what somebody is looking for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.scenario.model import Scenario


@dataclass(frozen=True)
class Wish:
    """What a script should be like; empty or 0: no matter."""

    theme: str = ""
    minutes: int = 0
    """At most so long."""
    people: int = 0
    """So many come, in as many teams as needed."""
    level: str = ""

    def fits(self, scenario: Scenario) -> bool:
        """The script is what is wished for."""
        return (
            (not self.theme or self.theme in scenario.themes)
            and (not self.minutes or scenario.minutes <= self.minutes)
            and (not self.level or self.level == scenario.level)
            and (not self.people or bool(teams_for(scenario, self.people)))
        )


def team_sizes(scenario: Scenario) -> tuple[int, int]:
    """(fewest, most) people of a team: one fewer than the roles can do, the others share."""
    fewest = sum(role.seats_min for role in scenario.roles.values())
    spare = 0 if scenario.absence.then == "wait" else 1
    return max(1, fewest - spare), sum(role.seats_max for role in scenario.roles.values())


def teams_for(scenario: Scenario, people: int) -> int:
    """In how many teams so many people play it; 0: they don't."""
    fewest, most = team_sizes(scenario)
    teams = -(-people // most)
    return teams if teams * fewest <= people else 0


def sizes_of(people: int, teams: int) -> tuple[int, ...]:
    """How many are in each team, as even as it goes, the larger first: 23 in 5 are 5 5 5 4 4."""
    few, more = divmod(people, teams)
    return (few + 1,) * more + (few,) * (teams - more)


def choices(scenarios: Sequence[Scenario]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(themes, levels) of the scripts, those of most scripts first."""
    themes = [theme for scenario in scenarios for theme in scenario.themes]
    levels = [scenario.level for scenario in scenarios if scenario.level]
    return tuple(sorted(set(themes), key=lambda t: (-themes.count(t), t))), tuple(
        sorted(set(levels))
    )
