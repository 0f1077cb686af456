"""What pyproject.toml can't say: scripts and manuals lie beside the code, and a wheel brings them.

`engine/home.py` looks for them there. An editable install leaves them where they are.
"""

from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = {"scenarios": "engine/shipped/scenarios", "docs": "engine/shipped/docs"}


class Whole(build_py):
    """A build with what a wheel ships."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for here, there in SHIPPED.items():
            leave = ignore_patterns("__pycache__", "dossiers", "decisions")
            copytree(here, Path(self.build_lib) / there, ignore=leave, dirs_exist_ok=True)


setup(cmdclass={"build_py": Whole})
