"""The installation's secret: forms are signed with it, and the chains of the logs keyed.

It comes from the environment, or lies in a file that is made at the first start. What was the
secret before can be kept beside it, in the file of the same name with `.former`, one a line: so
that what was written under it can still be checked.
"""

from __future__ import annotations

import os
import secrets
from errno import EILSEQ
from pathlib import Path
from typing import Final

FILE: Final = Path("var/secret")
"""Where it is kept unless HONGCHUAN_SECRET_FILE says otherwise."""


def kept_secret(file: Path) -> str:
    """The secret in the file; made and kept at the first call. Raises OSError."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return _read(file).strip()


def secret_of_environment() -> str:
    """The secret that a server with this environment has; made and kept if there is none yet.
    Raises OSError."""
    return os.environ.get("HONGCHUAN_SECRET") or kept_secret(secret_file())


def secrets_known() -> tuple[str, ...]:
    """The secret of this environment and those before it; empty: there is none yet, and none is
    made. Raises OSError."""
    file = secret_file()
    former = file.with_name(f"{file.name}.former")
    known = [os.environ.get("HONGCHUAN_SECRET") or (kept_secret(file) if file.exists() else "")]
    if former.exists():
        known += map(str.strip, _read(former).split("\n"))
    return tuple(each for each in known if each)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except ValueError as error:
        raise OSError(EILSEQ, "不是文本", str(file)) from error


def secret_file() -> Path:
    """Where this environment keeps it."""
    return Path(os.environ.get("HONGCHUAN_SECRET_FILE") or FILE)
