"""Is what is kept sound? Every log is folded, every run traced to its script, the audit chain
followed.

The same checks are made of a backup and of a live database, row by row, with one run's state in
memory at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from engine.errors import ReplayError
from engine.rules.chain import TOLD, WRONG, Append, Key, Links, key_of
from engine.rules.codec import decode_event
from engine.rules.events import Recorded
from engine.rules.evolve import EMPTY
from engine.rules.fits import names_in, names_of, unknown
from engine.rules.replay import fingerprint, replay
from engine.rules.state import State
from engine.scenario import compile_scenario
from engine.store.audit.trail import Chain
from engine.store.backup.archive import Part, each_row, open_archive
from engine.store.backup.backup import part_of, snapshot
from engine.store.backup.misfits import misfit
from engine.store.log.sql import records_of

PROBLEMS_MAX: Final = 100
"""Problems told; more are only counted."""
TAKEN: Final = "从第 {seq} 条记录起没有链：链被人去掉了"
"""Of a database that keeps a link with each append."""


class Findings(msgspec.Struct):
    """What the checks found."""

    revision: str = ""
    rows: dict[str, int] = {}
    """By table."""
    runs: int = 0
    """Logs that fold from beginning to end."""
    fingerprint: str = ""
    """Over all runs with their last seq and state: equal for equal logs, wherever they are kept."""
    problems: list[str] = []
    found: int = 0
    """Problems, those not told included."""
    chain: Chain = msgspec.field(default_factory=Chain)
    chained: int = 0
    """Runs whose links hold from the first record."""
    unchained: dict[str, int] = msgspec.field(default_factory=dict)
    """Runs with records from before there was a chain, by the day they were chained; empty: not
    yet. What came after holds."""
    unasked: int = 0
    """Runs whose links couldn't be checked, for the secret isn't known here."""

    unwritten: int = 0
    """Runs without a log, in which nobody has a seat."""

    @property
    def told_links(self) -> list[str]:
        """What the links of the logs prove, a line each."""
        told = [
            (self.chained, TOLD["held"].zh),
            (self.unasked, "链没有查：这里没有密钥（HONGCHUAN_SECRET 或 var/secret）"),
            (self.unwritten, "一条记录也没有，也没有人入座：刚开，或者没有写成"),
        ]
        told += [
            (count, TOLD["before" if day else "unlinked"].format(since=day).zh)
            for day, count in sorted(self.unchained.items())
        ]
        return [f"{count} 局：{text}" for count, text in told if count]

    def problem(self, text: str) -> None:
        """Something isn't as it should be."""
        self.found += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)


class Checks:
    """Takes the rows of all tables, then says what it found."""

    def __init__(self, revision: str, noted: str = "", secrets: Sequence[str] = ("",)) -> None:
        """`noted`: a head of the audit chain, or of a run's, that should still be in it; empty:
        none. `secrets`: those that the chains of the logs may be keyed with."""
        self.findings = Findings(revision=revision, chain=Chain(noted))
        self._noted = noted
        self._logs = _Logs(self.findings, [key_of(each) for each in secrets], noted)
        self._sessions: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._texts: dict[str, tuple[str, bytes]] = {}
        self._seated: set[str] = set()
        self._looks: dict[str, Callable[[dict[str, Any]], None]] = {
            "events": self._logs.event,
            "runs": lambda row: self._runs.__setitem__(row["id"], row["session"]),
            "seats": lambda row: self._seated.add(row["run"]),
            "sessions": lambda row: self._sessions.__setitem__(row["id"], row["digest"]),
            "scenarios": self._text,
            "audit": self._audit,
        }
        self._known: dict[str, dict[str, frozenset[str]] | None] = {}
        """What a script has, by digest; None: it can't be read."""
        self._part = Part("", (), ())

    def begin(self, part: Part) -> None:
        """Rows of this table follow."""
        self._part = part
        self.findings.rows[part.part] = 0

    def row(self, row: Sequence[Any]) -> None:
        """The next row."""
        self.findings.rows[self._part.part] += 1
        look = self._looks.get(self._part.part)
        if look is not None:
            look(dict(zip(self._part.columns, row, strict=True)))

    def _text(self, row: dict[str, Any]) -> None:
        self._texts[row["digest"]] = (row["id"], row["text"])
        if hashlib.sha256(row["text"]).hexdigest() != row["digest"]:
            self.findings.problem(f"剧本 {row['id']}：正文与摘要 {row['digest'][:12]} 不符")
            self._known[row["digest"]] = None  # said once

    def _audit(self, row: dict[str, Any]) -> None:
        for problem in self.findings.chain.follow(row):
            self.findings.problem(problem)

    def finish(self) -> Findings:
        """All rows were given."""
        self._logs.finish()
        if not (self.findings.chain.has_noted or self._logs.has_noted):
            kind = "对局记录" if "-" in self._noted else "审计记录"
            self.findings.problem(f"{kind}：记下的链首不在其中；末尾被截掉，或整条链被重写过")
        for run in self._logs.seen:
            session = self._runs.get(run)
            if session is None:
                self.findings.problem(f"局 {run}：有记录，却不属于任何一场")
            elif session not in self._sessions:
                self.findings.problem(f"局 {run}：没有它的场次 {session}")
            elif self._sessions[session] not in self._texts:
                self.findings.problem(f"局 {run}：没有它开场时的剧本")
            else:
                self._check_fits(run, self._sessions[session])
        for run in self._runs.keys() - set(self._logs.seen):
            if run in self._seated:
                self.findings.problem(f"局 {run}：有人入座，却一条记录也没有：记录被人整段删了")
            else:
                self.findings.unwritten += 1
        return self.findings

    def _check_fits(self, run: str, digest: str) -> None:
        """The log names what its script has; a script that isn't readable is told once."""
        if digest not in self._known:
            name, text = self._texts[digest]
            try:
                scenario = compile_scenario(text, f"{name}/scenario.yaml", digest=digest)
                self._known[digest] = names_of(scenario)
            except Exception as error:  # noqa: BLE001 - a damaged text may raise anything
                self._known[digest] = None
                self.findings.problem(f"剧本 {name}：这个程序读不了它（{error}）")
        known = self._known[digest]
        for (kind, name), seq in self._logs.named.get(run, {}).items():
            if known is not None and name not in known[kind]:
                self.findings.problem(f"局 {run}：第 {seq} 条记录：{unknown(kind, name).zh}")


class _Logs:
    """Folds the logs, one after the other, and follows their links."""

    def __init__(self, findings: Findings, keys: Sequence[Key], noted: str) -> None:
        self.seen: list[str] = []
        self.named: dict[str, dict[tuple[str, str], int]] = {}
        """By run, what its log takes from its script, and the first record that does."""
        self.has_noted = False
        self._findings, self._keys, self._noted = findings, keys, noted
        self._run = ""
        self._state: State | None = EMPTY
        """None: this run's log is broken, and that was said."""
        self._links = Links(keys)
        self._sound = True
        self._told: list[str] = []

    def event(self, row: dict[str, Any]) -> None:
        if row["run"] != self._run or not self.seen:
            self._close()
            self._run, self._state = row["run"], EMPTY
            self._links, self._sound = Links(self._keys, noted=self._noted), True
            self.seen.append(self._run)
        if self._state is None:
            return
        try:
            records = _records(row)
            self._state = replay(self._run, records, self._state)
            named = self.named.setdefault(self._run, {})
            for record in records:
                for each in names_in(record.event):
                    named.setdefault(each, record.seq)
        except ReplayError as error:
            self._state = None
            self._findings.problem(f"局 {self._run}：{error.message.zh}")
        else:
            self._follow(row, self._state)

    def _follow(self, row: dict[str, Any], state: State) -> None:
        if "link" not in row:  # of a backup from before there was a chain
            self._links.follow(Append(row["run"], row["seq"], b"", ""))
            return
        found = self._links.follow(Append(row["run"], row["seq"], row["body"], row["link"]))
        if found == "foreign" and not self._keys:
            return
        if row["last_seq"] != state.seq:
            found = "changed"
        told = TOLD[found].zh if found in WRONG else TAKEN if found == "unlinked" else ""
        if told and self._sound:
            self._sound = False
            self._findings.problem(f"局 {self._run}：{told.format(seq=row['seq'])}")

    def _close(self) -> None:
        if not self.seen:
            return
        self.has_noted = self.has_noted or (bool(self._noted) and self._links.has_noted)
        if self._state is not None:
            self._findings.runs += 1
            self._told.append(f"{self._run} {self._state.seq} {fingerprint(self._state)}\n")
            self._count()

    def _count(self) -> None:
        counts = self._links.counts
        if not self._sound:
            return
        if "foreign" in counts:
            self._findings.unasked += 1
        elif "before" in counts or "unlinked" in counts:
            days = self._findings.unchained
            days[self._links.since] = days.get(self._links.since, 0) + 1
        else:
            self._findings.chained += 1

    def finish(self) -> None:
        self._close()
        whole = "".join(sorted(self._told)).encode()
        self._findings.fingerprint = hashlib.sha256(whole).hexdigest()


def _records(row: dict[str, Any]) -> list[Recorded]:
    """The records of an append; of a backup from before there was a chain, one."""
    if "link" in row:
        return records_of(Append(row["run"], row["seq"], row["body"], row["link"]))
    try:
        event = decode_event(row["body"], row["version"])
    except Exception as error:  # a damaged row may raise anything
        raise ReplayError(row["run"], row["seq"], row["tag"], error) from error
    return [Recorded(seq=row["seq"], by=row["by"], command=row["command"], event=event)]


def verify_file(path: Path, noted: str = "", secrets: Sequence[str] = ("",)) -> Findings:
    """What a backup holds, judged as by `Checks`.

    Raises BackupError not_backup, damaged, cut, too_large; OSError.
    """
    with open_archive(path) as reader:
        checks = Checks(reader.header.revision, noted, secrets)
        each_row(reader, checks.begin, checks.row)
        return checks.finish()


async def verify_database(url: str, noted: str = "", secrets: Sequence[str] = ("",)) -> Findings:
    """What the database of `url` holds at this instant, judged as by `Checks`.

    Raises BackupError nothing, StoreUnavailable.
    """
    async with snapshot(url) as kept:
        checks = Checks(kept.revision, noted, secrets)
        for told in await kept.damage():
            checks.findings.problem(f"数据库文件：{told}")
        for table in kept.tables:
            checks.begin(part_of(table))
            async for row in kept.rows(table):
                if found := misfit(table, row):
                    checks.findings.problem(f"{found.zh}：备份不了")
                else:
                    checks.row(row)
        return checks.finish()
