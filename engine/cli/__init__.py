"""The `hongchuan` command: what authors and operators type."""

from engine.cli.hongchuan import main as main
