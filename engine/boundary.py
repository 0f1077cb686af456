"""Where a command meets files that can't be written and databases that aren't there: every such
trouble is told in a sentence, in Chinese and in English, and ends the command with 2. No command
has to think of it; what is none of these is a bug, and shows its traceback.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from engine.channels import let_go
from engine.errors import AppError, Text, reason_of

OUTPUT = "标准输出 standard output"
UNREADABLE = 2
"""Exit status: something can't be read, reached or written."""


class CantWrite(AppError):
    """A file that can't be written; one that stood there before still stands."""

    def __init__(self, path: Path, error: OSError) -> None:
        reason = reason_of(error)
        super().__init__(
            "cant_write",
            Text(f"{path} 写不了：{reason.zh}。", f"{path} can't be written: {reason.en}."),
            Text(
                "请换一个位置或名字，或者改它的权限、腾出空间。",
                "Choose another place or name, change its permissions, or make room.",
            ),
        )


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file, whole or not at all: what stood there stays until the new one is complete.
    Raises CantWrite."""
    from engine.atomic import aside  # most commands write nothing

    body = data.encode() if isinstance(data, str) else data
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            path.write_bytes(body)  # /dev/stdout; a folder says that it is one
            return
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
        with aside(target, over=True, mode=mode) as out:
            out.write(body)
    except OSError as error:
        raise CantWrite(path, error) from error


@contextmanager
def making(folder: Path, *together: str) -> Iterator[None]:
    """The folder is there meanwhile, and stays if the block ends well; else it goes again, if it is
    empty and was made here. `together`: files in it of which all stay, or none. Raises OSError."""
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for name in together:
            with suppress(OSError):
                (folder / name).unlink()
        for each in made:
            with suppress(OSError):
                each.rmdir()
        raise


def _umask() -> int:
    held = os.umask(0o077)
    os.umask(held)
    return held


def tell(text: str) -> None:
    """Say it as it is."""
    typer.echo(text)


def tell_aside(text: str) -> None:
    """Say what isn't the answer: beside `--json` too."""
    typer.echo(text, err=True)


def tell_error(error: AppError | OSError) -> None:
    """Print what is wrong and what to do, in both languages; where nothing can be printed, on the
    other channel."""
    try:
        _tell_error(error, tell)
    except OSError:
        let_go(sys.stdout)
        _tell_error(error, tell_aside, OUTPUT)


def _tell_error(
    error: AppError | OSError, say: Callable[[str], None], unnamed: str = "文件 file"
) -> None:
    if isinstance(error, OSError):
        reason, name = reason_of(error), error.filename or unnamed
        say(f"{name} 用不了：{reason.zh}。请检查路径、权限和空间。")
        say(f"{name} can't be used: {reason.en}. Check path, rights and space.")
        return
    say(f"{error.message.zh}{error.remedy.zh}")
    say(f"{error.message.en} {error.remedy.en}")


class WordedGroup(TyperGroup):
    """The commands, whose troubles with the world around them are told and end with 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read our output has gone: click ends quietly
            tell_error(error)
            raise typer.Exit(UNREADABLE) from error
        except AppError as error:
            tell_error(error)
            raise typer.Exit(UNREADABLE) from error
