"""Scripts by the paths somebody named: what is there, what is passed over, what isn't there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from engine.errors import AppError, Text
from engine.scenario.strings import STRINGS
from engine.script.encoding import Decoded, decoded

SCRIPT_FILE: Final = "scenario.yaml"
_SUFFIXES: Final = (".yaml", ".yml")


class ScriptFile(msgspec.Struct, frozen=True):
    """A script as it lies there. `name` is its path, as issues give it."""

    name: str
    data: bytes

    @property
    def folder(self) -> Path:
        """Where its pictures and strings lie."""
        return Path(self.name).parent

    def text(self) -> Decoded:
        """Its text, as it may be written again. Raises UnreadableText."""
        return decoded(self.data)


class Found(msgspec.Struct, frozen=True):
    """The scripts among the paths named, and the files passed over as no scripts."""

    scripts: tuple[ScriptFile, ...]
    passed_over: tuple[str, ...]


class NotThereError(AppError):
    """Something that was named isn't there, can't be read, or is no script."""

    def __init__(self, whats: Sequence[tuple[str, Text]]) -> None:
        super().__init__(
            "not_there",
            Text(
                "\n".join(f"{name}:{why.zh}" for name, why in whats),
                "\n".join(f"{name}: {why.en}" for name, why in whats),
            ),
            Text("请检查路径。", "Check the path."),
        )


_NO_SUCH: Final = Text("没有这个文件或文件夹。", "there is no such file or folder.")
_NO_SCRIPT: Final = Text(
    "这个文件夹里没有 scenario.yaml。", "there is no scenario.yaml in this folder."
)


def find_scripts(paths: Sequence[Path]) -> Found:
    """The scripts at the paths: scripts, or their folders. Of several, files that are no scripts
    are passed over, so that `scenarios/*` may be given.

    Raises:
        NotThereError: something named isn't there or can't be read, or nothing is left to look at.
    """
    scripts: list[ScriptFile] = []
    missing: list[tuple[str, Text]] = []
    passed_over: list[str] = []
    for path in paths:
        file = path / SCRIPT_FILE if path.is_dir() else path
        if not path.is_dir() and path.exists() and len(paths) > 1 and not _is_script(path):
            passed_over.append(str(path))
            continue
        try:
            scripts.append(ScriptFile(str(file), file.read_bytes()))
        except FileNotFoundError:
            missing.append((str(path), _NO_SCRIPT if path.is_dir() else _NO_SUCH))
        except (OSError, ValueError) as error:
            why = str(getattr(error, "strerror", None) or error)
            missing.append((str(file), Text(f"读不了（{why}）。", f"can't be read ({why}).")))
    if missing:
        raise NotThereError(missing)
    if not scripts:
        none = Text("不是剧本，没有可看的。", "no script, so there is nothing to look at.")
        raise NotThereError([(name, none) for name in passed_over] or [("", none)])
    return Found(tuple(scripts), tuple(passed_over))


def _is_script(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and path.name not in STRINGS.values()
