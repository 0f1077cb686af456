"""A run's log: `hongchuan replay`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.boundary import UNREADABLE, tell
from engine.cli.sealing import known_secrets
from engine.cli.workbench import compile_path, refuse
from engine.errors import ReplayError
from engine.proof.divergence import first_difference
from engine.rules.chain import WRONG, appends, judged, key_of
from engine.rules.codec import decode_log
from engine.rules.events import Recorded
from engine.rules.replay import fingerprint, replay
from engine.script.encoding import UnreadableText, decoded


def replay_log(
    log: Path,
    scenario: Annotated[Path, typer.Option()],
    head: Annotated[str, typer.Option("--head", help="记在别处的链首，查它还在不在")] = "",
) -> None:
    """Fold a log, print the fingerprint of its end state; say where its chain is broken, and where
    the script as it is now would have gone otherwise (exit 1)."""
    script = compile_path(scenario)
    records = read_log(log)
    try:
        state = replay(log.name, records)
    except ReplayError as error:
        refuse(error, 1)
    tell(f"{state.seq} 条记录，结局 {state.ending or '—'}")
    tell(fingerprint(state))
    _tell_chain(log, head)
    if state.digest == script.digest:
        return
    gone = first_difference(script, records)
    if gone is None:
        tell("剧本改过，但照现在的剧本，这一局会走得一模一样。")
        return
    tell(f"剧本改过：从第 {gone.seq} 条记录起，会走得不一样。")
    tell(f"  当时：{gone.was}\n  现在：{gone.now}")
    raise typer.Exit(1)


def _tell_chain(log: Path, head: str) -> None:
    """What the log's chain proves; exits 1 if it was changed."""
    keys = [key_of(each) for each in known_secrets()]
    lines = decoded(log.read_bytes()).text.encode().split(b"\n")
    links = judged(appends(lines), keys, head.strip())
    if links.found == "foreign" and not keys:
        tell("链没有查：这里没有密钥（HONGCHUAN_SECRET 或 var/secret）。")
        return
    whose = f"局 {links.run}：" if links.run else ""
    tell(f"{whose}{links.told.zh}。")
    if links.found in WRONG:
        raise typer.Exit(1)
    if links.head:
        tell(f"链首 {links.head}")


def read_log(log: Path) -> list[Recorded]:
    """The records of a JSONL log; exits 2 if it can't be read or is empty, 1 if it isn't one."""
    try:
        lines = decoded(log.read_bytes()).text.encode().split(b"\n")
        records = list(decode_log(log.name, lines))
    except ReplayError as error:
        refuse(error, 1)
    except (OSError, UnreadableText) as error:
        refuse(error)
    if not records:
        tell(f"{log}：里面一条记录也没有。请检查路径，或重新下载记录。")
        raise typer.Exit(UNREADABLE)
    return records
