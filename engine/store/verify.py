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
from engine.rules.codec import decode_event
from engine.rules.events import Recorded
from engine.rules.evolve import EMPTY
from engine.rules.fits import names_in, names_of, unknown
from engine.rules.replay import fingerprint, replay
from engine.rules.state import State
from engine.scenario import compile_scenario
from engine.store.archive import Part, open_archive
from engine.store.audit import Chain
from engine.store.backup import part_of, snapshot

PROBLEMS_MAX: Final = 100
"""Problems told; more are only counted."""


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

    def problem(self, text: str) -> None:
        """Something isn't as it should be."""
        self.found += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)


class Checks:
    """Takes the rows of all tables, then says what it found."""

    def __init__(self, revision: str, noted: str = "") -> None:
        """`noted`: a head of the audit chain that should still be in it; empty: none."""
        self.findings = Findings(revision=revision, chain=Chain(noted))
        self._logs = _Logs(self.findings)
        self._sessions: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._texts: dict[str, tuple[str, bytes]] = {}
        self._looks: dict[str, Callable[[dict[str, Any]], None]] = {
            "events": self._logs.event,
            "runs": lambda row: self._runs.__setitem__(row["id"], row["session"]),
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
        if not self.findings.chain.has_noted:
            self.findings.problem("审计记录：记下的链首不在其中；末尾被截掉，或整条链被重写过")
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
    """Folds the logs, one after the other."""

    def __init__(self, findings: Findings) -> None:
        self.seen: list[str] = []
        self.named: dict[str, dict[tuple[str, str], int]] = {}
        """By run, what its log takes from its script, and the first record that does."""
        self._findings = findings
        self._run = ""
        self._state: State | None = EMPTY
        """None: this run's log is broken, and that was said."""
        self._told: list[str] = []

    def event(self, row: dict[str, Any]) -> None:
        if row["run"] != self._run or not self.seen:
            self._close()
            self._run, self._state = row["run"], EMPTY
            self.seen.append(self._run)
        if self._state is None:
            return
        try:
            record = _recorded(row)
            self._state = replay(self._run, (record,), self._state)
            named = self.named.setdefault(self._run, {})
            for each in names_in(record.event):
                named.setdefault(each, record.seq)
        except ReplayError as error:
            self._state = None
            self._findings.problem(f"局 {self._run}：{error.message.zh}")

    def _close(self) -> None:
        if self.seen and self._state is not None:
            self._findings.runs += 1
            self._told.append(f"{self._run} {self._state.seq} {fingerprint(self._state)}\n")

    def finish(self) -> None:
        self._close()
        whole = "".join(sorted(self._told)).encode()
        self._findings.fingerprint = hashlib.sha256(whole).hexdigest()


def _recorded(row: dict[str, Any]) -> Recorded:
    try:
        event = decode_event(row["body"], row["version"])
    except Exception as error:  # a damaged row may raise anything
        raise ReplayError(row["run"], row["seq"], row["tag"], error) from error
    return Recorded(seq=row["seq"], by=row["by"], command=row["command"], event=event)


def verify_file(path: Path, noted: str = "") -> Findings:
    """What a backup holds. Raises BackupError not_backup, damaged, cut, too_large; OSError."""
    with open_archive(path) as reader:
        checks = Checks(reader.header.revision, noted)
        for found in reader:
            if isinstance(found, Part):
                checks.begin(found)
            else:
                checks.row(found)
        return checks.finish()


async def verify_database(url: str, noted: str = "") -> Findings:
    """What the database of `url` holds at this instant. Raises BackupError nothing,
    StoreUnavailable."""
    async with snapshot(url) as kept:
        checks = Checks(kept.revision, noted)
        for told in await kept.damage():
            checks.findings.problem(f"数据库文件：{told}")
        for table in kept.tables:
            checks.begin(part_of(table))
            async for row in kept.rows(table):
                checks.row(row)
        return checks.finish()
