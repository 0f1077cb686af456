"""The installation's secret: forms are signed with it, and the chains of the logs keyed.

It comes from the environment, or lies in a file that is made at the first start. What was the
secret before can be kept beside it, in the file of the same name with `.former`, one a line: so
that what was written under it can still be checked.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from errno import EILSEQ
from pathlib import Path
from typing import Final

from engine.atomic import aside
from engine.home import data_folder
from engine.plain import read_plain

SECRET_MAX: Final = 64 * 1024
"""Bytes of its file, with all that were before."""
SECRET_MIN: Final = 16
"""Signs; a shorter secret is one that anybody guesses, or half of one."""


def kept_secret(file: Path) -> str:
    """The secret kept in `file`, made where there is none. Raises OSError; ValueError: what is kept
    there is no secret, or the beginning of one."""
    if not file.exists():
        _keep(file, secrets.token_urlsafe(32))
    kept = read_plain(file, SECRET_MAX).decode("ascii").strip()
    if len(kept) < SECRET_MIN:
        raise ValueError(file)  # anybody could sign with it
    return kept


def _keep(file: Path, made: str) -> None:
    """Written aside, and there all at once: a start that is cut short leaves no half of it. Of two
    that make one at once, both keep the first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), aside(file) as written:  # for its owner only
        written.write(made.encode("ascii"))


def secret_of_environment() -> str:
    """The secret that a server with this environment has; made and kept if there is none yet.
    Raises OSError; what is kept there is no secret, too."""
    file = secret_file()
    try:
        return os.environ.get("HONGCHUAN_SECRET") or kept_secret(file)
    except ValueError as error:
        raise OSError(EILSEQ, "里面不是一整个密钥", str(file)) from error


def secrets_known() -> tuple[str, ...]:
    """The secret of this environment and those before it; empty: there is none yet, and none is
    made. Raises OSError."""
    file = secret_file()
    former = file.with_name(f"{file.name}.former")
    known = [os.environ.get("HONGCHUAN_SECRET") or (_read(file).strip() if file.exists() else "")]
    if former.exists():
        known += map(str.strip, _read(former).split("\n"))
    return tuple(each for each in known if each)


def _read(file: Path) -> str:
    try:
        return read_plain(file, SECRET_MAX).decode()
    except ValueError as error:
        raise OSError(EILSEQ, "不是文本", str(file)) from error


def secret_file() -> Path:
    """Where this environment keeps it: as HONGCHUAN_SECRET_FILE says, or beside the database."""
    return Path(os.environ.get("HONGCHUAN_SECRET_FILE") or data_folder() / "secret")
