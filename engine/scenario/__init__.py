"""From an author's YAML to the compiled Scenario, the only shape the rules know."""

from engine.scenario.compile import compile_scenario
from engine.script.guards import holds
from engine.script.text import normalise

__all__ = ["compile_scenario", "holds", "normalise"]
