"""What may be wrong before the first page: settings and files, told to whoever starts the server.

Every setting has its sentence here: what it must be. All that is wrong is told at once, with the
setting's name; a value that is a secret isn't shown.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine import guessable
from engine.channels import let_go, open_channels
from engine.civil import USUAL, is_zone
from engine.errors import AppError, StartError, Text, reason_of
from engine.home import COMMAND, installed, scenarios
from engine.store.people.accounts import ADMIN
from engine.store.place.custody import Custody as Custody
from engine.store.place.custody import holding
from engine.store.place.found import Found as Found
from engine.store.place.secret import SECRET_MIN
from engine.store.place.unopened import CantOpen
from web.settings import Settings

log = structlog.get_logger()

PASSING: Final = 1
REFUSED: Final = 2
"""Exit statuses: it may be better in a moment; it will never be, until somebody does something."""
PREFIX: Final = "HONGCHUAN_"
SECRETS: Final = ("secret", "admin_password", "lrs_key", "lrs_secret", "database_url", "redis_url")
SAMPLES: Final = frozenset({"change-me", "change-me-too", "changeme", "secret", "password"})
"""What stands in samples and guides, so that anybody knows it."""
NO_SECRET: Final = Text("里面没有完整的密钥", "no whole secret is in it")
HOST_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE | re.ASCII)

_MUST: Final[dict[str, tuple[str, str]]] = {
    "port": ("要是 0 到 65535 的数", "must be a number from 0 to 65535"),
    "workers": ("要是 1 到 64 的数", "must be a number from 1 to 64"),
    "idle_minutes": ("要是 1 到 720 的数（分钟）", "must be a number of minutes from 1 to 720"),
    "open": ("要是 1 或 0", "must be 1 or 0"),
    "log": ("要是 console 或 json", "must be console or json"),
    "public_url": (
        "要写成 http://主机 或 https://主机，可以带端口，不能带路径：本程序要占整个网址，"
        "请给它一个自己的主机名或端口",
        "must be http://host or https://host, with a port or not, and without a path: the program"
        " needs a host name or a port of its own",
    ),
    "redis_url": (
        "要写成 redis://主机:6379/0（或 rediss://、unix://）",
        "must be redis://host:6379/0 (or rediss://, unix://)",
    ),
    "proxies": (
        "要是反向代理的地址或网段，用逗号分开（127.0.0.1,10.0.0.0/8），或 *",
        "must be addresses or networks of proxies, by commas (127.0.0.1,10.0.0.0/8), or *",
    ),
    "origins": (
        "要是 https://主机 这样的地址，用逗号分开，不带路径",
        "must be addresses like https://host, by commas, without a path",
    ),
    "hosts": (
        "要是主机名，用逗号分开，不带 http:// 和端口",
        "must be host names, by commas, without http:// and ports",
    ),
    "metrics_from": (
        "要是地址或网段，用逗号分开（10.0.0.5,10.1.0.0/16）",
        "must be addresses or networks, by commas (10.0.0.5,10.1.0.0/16)",
    ),
    "lrs_url": (
        "要写成 https://主机/路径（学习记录库的 xAPI 地址）",
        "must be https://host/path, the record store's xAPI endpoint",
    ),
    "xapi_home": ("要写成 https://主机", "must be https://host"),
    "scenarios": (
        "要是一个读得到的文件夹，每个剧本在里面占一个文件夹",
        "must be a folder that can be read, with a folder for each script",
    ),
    "secret": (
        f"还是样例里的字，谁都知道；请换成自己的（openssl rand -base64 32），"
        f"至少 {SECRET_MIN} 个字符，或者不设，本程序会自己做一个",
        f"is the sample's, which anybody knows, or too short; make one of your own (openssl rand"
        f" -base64 32), of {SECRET_MIN} signs at least, or unset it and one is made",
    ),
    "admin_password": (
        "太容易被人猜到（样例里的、常见的词、键盘上的一串、只有数字）；请换一个，"
        "或者不设，本程序会做一个，第一次登录之前都会显示",
        "is the sample's, or guessed easily: choose another, or unset it and one is made, and"
        " shown until the first login",
    ),
    "database_url": (
        "里的密码还是样例里的，谁都知道；请在 PostgreSQL 里换一个，再写到这里",
        "holds the sample's password, which anybody knows; change it in PostgreSQL and here",
    ),
    "zone": (
        "要是一个时区的名字，比如 Asia/Shanghai、Asia/Urumqi",
        "must be the name of a time zone, like Asia/Shanghai",
    ),
    "secret_file": (
        "要是运行本程序的用户可以读写的文件，里面是一个完整的密钥；"
        "空的、不完整的，请删掉它，本程序会另做一个",
        "must be a file that the program's user can read and write, with a whole secret in it;"
        " delete one that is empty or cut short, and another is made",
    ),
}


UNREAD: Final = Text(
    "里有这个终端的编码读不出的字；请在 UTF-8 的终端里设，或只用英文字母、数字",
    "holds bytes that this terminal's encoding doesn't know; use a UTF-8 terminal, or ASCII",
)
HALF: Final = re.compile("[\ud800-\udfff]")
"""How Python keeps such bytes."""


def read_settings() -> Settings:
    """The settings, all of them checked. Raises StartError with everything that is wrong."""
    wrong: dict[str, Text] = {}
    try:
        settings = Settings()
    except ValidationError as error:
        found = {str(each["loc"][0]): each.get("input") for each in error.errors()}
        wrong = {name: told(name, value) for name, value in found.items()}
        # The others are looked at as well: whoever mends one thing and starts again isn't to be
        # told of the next.
        fields = Settings.model_fields
        usual = {name: fields[name].get_default(call_default_factory=True) for name in found}
        settings = Settings.model_validate(usual)
    if installed():
        with suppress(OSError):  # `_wrong` says that it isn't there
            scenarios().mkdir(parents=True, exist_ok=True)
    wrong |= {name: told(name, getattr(settings, name)) for name in _wrong(settings)}
    wrong |= {name: unread(name) for name, value in settings if HALF.search(str(value))}
    full = None
    try:
        settings.signing_key()
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else NO_SECRET
        full = error if isinstance(error, OSError) and error.errno == errno.ENOSPC else None
        if full is None:
            wrong["secret_file"] = told("secret_file", settings.secret_file, reason)
    if wrong:
        raise refusal(wrong)
    if full is not None:
        raise CantOpen("full", what=settings.secret_file.absolute()) from full
    return settings


def unread(name: str) -> Text:
    """Of a setting that can't be shown again."""
    where = f"{PREFIX}{name.upper()}"
    return Text(f"{where}：{UNREAD.zh}。", f"{where} {UNREAD.en}.")


def told(name: str, value: object, reason: Text | None = None) -> Text:
    """`HONGCHUAN_PORT=abc：要是 …`, in both languages."""
    shown = "" if name in SECRETS else f"={value}"
    zh, en = _MUST.get(name, ("这个值不行，请看 docs/settings.md", "can't be so: docs/settings.md"))
    why = Text(f"（{reason.zh}）", f" ({reason.en})") if reason is not None else Text("", "")
    return Text(
        f"{PREFIX}{name.upper()}{shown}{why.zh}：{zh}。",
        f"{PREFIX}{name.upper()}{shown}{why.en} {en}.",
    )


def refusal(wrong: dict[str, Text]) -> StartError:
    """One error for everything that is wrong with the settings."""
    return StartError(
        "settings",
        Text(
            "\n".join(each.zh for each in wrong.values()),
            "\n".join(each.en for each in wrong.values()),
        ),
        Text("所有设置见 docs/settings.md。", "All settings: docs/settings.md."),
    )


def _wrong(settings: Settings) -> list[str]:
    """Names of the settings that can't be right, though they are of the right type."""
    checks = {
        "public_url": _is_root(settings.public_url),
        "redis_url": _has_scheme(settings.redis_url, "redis", "rediss", "unix"),
        "proxies": all(_is_network(one) for one in _listed(settings.proxies)),
        "origins": all(_is_root(one) for one in _listed(settings.origins)),
        "hosts": all(HOST_NAME.fullmatch(one) for one in _listed(settings.hosts)),
        "metrics_from": all(
            one != "*" and _is_network(one) for one in _listed(settings.metrics_from)
        ),
        "lrs_url": _has_scheme(settings.lrs_url, "http", "https"),
        "xapi_home": _has_scheme(settings.xapi_home, "http", "https"),
        "zone": is_zone(settings.zone or USUAL),
        "scenarios": _is_folder(settings.scenarios),
        "secret": not settings.secret or _is_own(settings.secret, SECRET_MIN),
        "admin_password": _is_guarding(settings.admin_password),
        "database_url": _password_of(settings.database_url).lower() not in SAMPLES,
    }
    return [name for name, right in checks.items() if not right]


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def _is_root(url: str) -> bool:
    """Nothing, or an address of a whole host."""
    if not url:
        return True
    try:
        parsed = urlsplit(url)
        port = parsed.port
    except ValueError:
        return False
    plain = parsed.path in ("", "/") and not parsed.query and not parsed.fragment
    named = bool(parsed.hostname) and "@" not in parsed.netloc and port != 0
    return parsed.scheme in ("http", "https") and named and plain


def _has_scheme(url: str, *schemes: str) -> bool:
    if not url:
        return True
    try:
        parsed = urlsplit(url)
        parsed.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    return parsed.scheme in schemes and bool(parsed.hostname or parsed.path.strip("/"))


def _is_network(value: str) -> bool:
    if value == "*":
        return True
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _is_folder(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def _is_own(secret: str, length: int) -> bool:
    return secret.lower() not in SAMPLES and len(secret) >= length


def _is_guarding(password: str) -> bool:
    """None is set, or one that an account might choose: for this one anybody knows the name."""
    known = password.lower() in SAMPLES
    return not password or not known and guessable.problem_with(password, ADMIN) is None


def _password_of(url: str) -> str:
    try:
        return str(make_url(url).password or "")
    except (ArgumentError, ValueError):
        return ""  # the database says what is wrong with it


def cant_listen(settings: Settings, error: OSError) -> StartError:
    """Why nobody can be listened to there."""
    place, reason = f"{settings.host}:{settings.port}", reason_of(error)
    if error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EPERM):
        other = 8000 if settings.port < 1024 else settings.port + 1
        return StartError(
            "port",
            Text(
                f"端口 {settings.port} 用不了：{reason.zh}。",
                f"Port {settings.port} can't be used: {reason.en}.",
            ),
            Text(
                f"请关掉占用它的程序（也许红船已经在运行），或换一个："
                f"HONGCHUAN_PORT={other} {COMMAND}",
                f"Close what holds it (perhaps this very program), or take another:"
                f" HONGCHUAN_PORT={other} {COMMAND}",
            ),
        )
    return StartError(
        "host",
        Text(
            f"HONGCHUAN_HOST 不能用：{place}（{reason.zh}）。",
            f"HONGCHUAN_HOST can't be used: {place} ({reason.en}).",
        ),
        Text(
            "请写这台机器自己的地址，或不设（0.0.0.0，所有网络）。",
            "Name an address of this machine, or unset it (0.0.0.0, every network).",
        ),
    )


def no_redis() -> StartError:
    """Several workers, and nothing to wake each other through."""
    return StartError(
        "no_redis",
        Text("几个进程要靠 Redis 互相通知。", "Several workers wake each other through Redis."),
        Text(
            "请设好 HONGCHUAN_REDIS_URL，或不写 --workers、不设 HONGCHUAN_WORKERS。",
            "Set HONGCHUAN_REDIS_URL, or leave out --workers and HONGCHUAN_WORKERS.",
        ),
    )


@contextmanager
def only_server(settings: Settings) -> Iterator[Custody]:
    """No other server has the database meanwhile; told where this one serves, it tells others that
    are started on it. Raises CantOpen held."""
    with holding(settings.database_url) as custody:
        yield custody


@contextmanager
def heard_or_not() -> Iterator[None]:
    """What is printed meanwhile may have nowhere to go: whoever serves goes on."""
    try:
        yield
    except OSError as error:
        let_go(sys.stdout)
        told = "起始信息没有地方写 the greeting couldn't be written"
        log.warning(told, why=reason_of(error).zh)


@contextmanager
def worded() -> Iterator[None]:
    """Ends the program where it can't start, and says why, in Chinese and in English: with 2 where
    somebody has to set something right first, with 1 where it may pass by itself."""
    open_channels()
    try:
        yield
    except AppError as error:
        message, remedy = error.message, error.remedy
        sys.stderr.write(f"{message.zh}{remedy.zh}\n{message.en} {remedy.en}\n")
        sys.exit(PASSING if getattr(error, "passing", False) else REFUSED)
