"""The one tree of errors. Each carries three sentences for a person: what, where, what to do.

AppError                 code, message, remedy, optional Place
├─ ScenarioError         an author's mistakes: all of them, not the first
├─ Rejection             a command refused; nothing changed
├─ Refused               what was asked for isn't done: no such thing, not now, not so, not by them
├─ Unkeepable            a character or a number that no database can hold
├─ QuotaError            there is so much of somebody's already that no more is taken
├─ StartError            a setting or a file without which the program can't start
├─ ReplayError           a log that can't be folded: run, seq, tag
├─ LostScript            a session's script isn't there any more, or doesn't compile
├─ RunBroken             a run that can't be taken up or shown; the others go on
└─ StoreError            ConcurrentAppend, StoreUnavailable
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

Lang = Literal["zh", "en"]


class Place(msgspec.Struct, frozen=True):
    """Where something stands in a script. Lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Text(msgspec.Struct, frozen=True):
    """One sentence in the two languages of the product."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The sentence in `lang`."""
        return self.en if lang == "en" else self.zh

    def format(self, **values: object) -> Text:
        """Both sentences with their `{name}`s filled in."""
        return Text(self.zh.format(**values), self.en.format(**values))


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a script, with its place and what to do about it."""

    code: str
    """Stable, e.g. `SC014`; documented in `engine/script/catalogue`."""
    place: Place
    message: Text
    remedy: Text
    play: tuple[str, ...] | None = None
    """The shortest play that shows it (`task=answer` moves), where exploration found it."""
    advice: bool = False
    """The script may be played as it is; but it may not be what its author meant."""


class AppError(Exception):
    """Any error a person is told about."""

    def __init__(self, code: str, message: Text, remedy: Text, place: Place | None = None) -> None:
        super().__init__(f"{code}: {message.en}")
        self.code = code
        self.message = message
        self.remedy = remedy
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as it is, whatever its class is made from."""
        return _again, (type(self), self.args, self.__dict__)

    def in_(self, lang: Lang) -> dict[str, str]:
        """`{"code", "message", "remedy"}`, the one error shape of the wire."""
        return {
            "code": self.code,
            "message": self.message.in_(lang),
            "remedy": self.remedy.in_(lang),
        }


def _again(kind: type[AppError], args: tuple[Any, ...], held: dict[str, Any]) -> AppError:
    """An error that was pickled."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(held)
    return error


class ScenarioError(AppError):
    """A script that doesn't compile. `issues` holds every issue found, in document order; `left`
    what can't be looked at until those are mended."""

    def __init__(self, issues: Sequence[Issue], left: Sequence[Text] = ()) -> None:
        assert issues, "a ScenarioError needs an issue"
        first = issues[0]
        super().__init__(first.code, first.message, first.remedy, first.place)
        self.issues = tuple(issues)
        self.left = tuple(left)


class Rejection(AppError):
    """A command refused; nothing changed. Codes and wording: `engine/rules/rejections.py`."""


class Refused(AppError):
    """What was asked for isn't done; nothing changed. Codes and wording of what evenings refuse:
    `engine/evening/refusing.py`; of what requests do: `web/door/statuses.py`."""

    retry_s = 0
    """After how long to try again; 0: nothing to wait for."""


class ReplayError(AppError):
    """A log that can't be folded. `why`: in words; or what Python says of it, which stands in the
    English alone. `tag`: what the record is; empty: nobody can read it."""

    def __init__(self, run: str, seq: int, tag: str, why: Text | Exception) -> None:
        kind = Text(f"（{tag}）", f" ({tag})") if tag else Text("", "")
        if isinstance(why, Exception):
            why = Text("它不是一条完整的记录", repr(why))
        super().__init__(
            "replay",
            Text(
                f"第 {seq} 条记录{kind.zh}无法重放：{why.zh}。",
                f"Event {seq}{kind.en} can't be replayed: {why.en}.",
            ),
            Text(
                "这份记录到这里为止；请保留原来的文件或数据库，并联系维护者。",
                "The log is good up to here; keep the file or the database and call a maintainer.",
            ),
        )
        self.run = run
        self.seq = seq
        self.tag = tag


class LostScript(AppError):
    """The script a session began with isn't kept any more, or can't be read by this program. `why`
    is for the log: the participants can't mend a script."""

    def __init__(self, scenario: str, digest: str, why: str) -> None:
        super().__init__(
            "lost_script",
            Text(
                "这一场的剧本打不开了，不是您的手机的问题。",
                "This session's script can't be opened.",
            ),
            Text(
                "请告诉组织者；服务器的日志里写着是哪一场、为什么。",
                "Tell the facilitator: the server's log says which one, and why.",
            ),
        )
        self.scenario = scenario
        self.digest = digest
        self.why = why


class RunBroken(AppError):
    """A run that can't be taken up or shown: its log doesn't fold, its script is lost, or the two
    don't fit. `why` is for the log and for whoever looks after the installation."""

    def __init__(self, run: str, why: str, seq: int | None = None) -> None:
        """`seq`: of the record that is wrong, where it is known."""
        super().__init__(
            "broken_run",
            Text("这一队的对局记录打不开了，别的队照常。", "This team's log can't be opened."),
            Text(
                "请告诉组织者；请先别动数据库，留好备份，再联系维护者。",
                "Tell the facilitator. Leave the database as it is, and call a maintainer.",
            ),
        )
        self.run = run
        self.why = why
        self.seq = seq


class StoreError(AppError):
    """The event store didn't do what was asked."""


class ConcurrentAppend(StoreError):
    """Somebody else wrote first: reload and decide again."""

    def __init__(self, run: str, expected_seq: int, actual_seq: int) -> None:
        super().__init__(
            "concurrent",
            Text("同一局刚刚有了新的进展。", "The run has moved on meanwhile."),
            Text("请再试一次。", "Try again."),
        )
        self.run = run
        self.expected_seq = expected_seq
        self.actual_seq = actual_seq


_FULL: Final = re.compile("disk .*is full|No space left|DiskFull")
"""What SQLite, the system and PostgreSQL say of it."""
_NOT_SAVED: Final = (
    Text("刚才的操作没有保存下来。", "That was not saved."),
    Text(
        "请稍候再试；若一直如此，请组织者检查磁盘空间和数据库。",
        "Try again in a moment; else the facilitator should check disk and database.",
    ),
)
_NOT_SAVED_FULL: Final = (
    Text(
        "刚才的操作没有保存下来：服务器的磁盘满了。",
        "That was not saved: the server's disk is full.",
    ),
    Text(
        "请组织者在开着红船的那台电脑上腾出一些空间（清空回收站，移走旧的备份），"
        "不用重启，再按一次就行。",
        "Make room on the machine that serves (empty the bin, move old backups away), and try"
        " again; it needn't be restarted.",
    ),
)


class StoreUnavailable(StoreError):
    """Nothing was saved: disk full, database locked or gone."""

    def __init__(self, why: str) -> None:
        """`why`: in the words of who couldn't; that the disk is full is told apart by them."""
        super().__init__("not_saved", *(_NOT_SAVED_FULL if _FULL.search(why) else _NOT_SAVED))
        self.args = (f"{self.code}: {why}",)  # a line of the log says why; people are told what
        self.why = why


class Unkeepable(AppError):
    """A text or a number that can't be kept, nor can be there to be found; nothing changed."""

    def __init__(self) -> None:
        super().__init__(
            "unkeepable",
            Text("里面有一个保存不了的字符或数字。", "Something in it can't be kept."),
            Text(
                "请删去看不见的字符（从别处粘贴来的文字里有时会有），数字不要太大，再提交。",
                "Take out invisible characters, such as pasted text may hold; keep numbers small.",
            ),
        )


class QuotaError(AppError):
    """There is so much of somebody's already that no more is taken; what there is stays."""

    def __init__(self, message: Text, remedy: Text) -> None:
        super().__init__("quota", message, remedy)


class StartError(AppError):
    """The program can't start: a setting that can't be right, a file or a port it can't use."""


_SYSTEM: Final = {
    errno.ENOENT: Text("没有这个文件或文件夹", "no such file or folder"),
    errno.EACCES: Text("没有权限", "permission denied"),
    errno.EPERM: Text("没有权限", "permission denied"),
    errno.EISDIR: Text("这是一个文件夹", "it is a folder"),
    errno.ENOTDIR: Text("路径里有一段不是文件夹", "a part of its path is no folder"),
    errno.EEXIST: Text("已经有同名的文件", "there is a file of that name"),
    errno.ENOSPC: Text("磁盘满了", "the disk is full"),
    errno.EROFS: Text("这个盘只能读", "the disk is read-only"),
    errno.ENAMETOOLONG: Text("名字太长", "the name is too long"),
    errno.EFBIG: Text("太大", "it is too large"),
    errno.ESPIPE: Text("不是普通的文件（是管道、设备之类）", "it is no plain file"),
    errno.ELOOP: Text("链接绕成了圈", "its links go round in a circle"),
    errno.EADDRINUSE: Text("已经被占用", "it is taken"),
    errno.EADDRNOTAVAIL: Text("这台机器没有这个地址", "this machine has no such address"),
    errno.ECONNREFUSED: Text("那里没有程序在听", "nobody listens there"),
}


def reason_of(error: OSError) -> Text:
    """Why the system refuses, without the file's name; in its own words where we have none."""
    known = _SYSTEM.get(error.errno or 0)
    said = error.strerror or str(error) or type(error).__name__
    return known or Text(said, said)


def texts_of(messages: Mapping[str, tuple[str, str]]) -> Mapping[str, Text]:
    """A table of `code: (Chinese, English)` as Texts."""
    return {code: Text(zh, en) for code, (zh, en) in messages.items()}
