"""xAPI: strict statements, a real record store, nothing doubled, patience with a busy one."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from engine.export.push import TRIES, PushError, push
from engine.export.report import Report
from engine.export.xapi import VERBS, statements
from engine.rules import commands as cmd
from tests.engine.rules.conftest import HEAD, script, table
from tests.support.evenings import NAMES, evening, report_of, yida
from tests.support.lrs import KEY, SECRET, RecordStore, validate
from tests.support.table import Table


@pytest.fixture(scope="module")
def report() -> Report:
    scenario = yida()
    logs = [
        evening(scenario, "one", wrong_rate=0.1),
        evening(scenario, "two", team=2, wrong_rate=0.6),
    ]
    return report_of(scenario, *logs)


@pytest.fixture(scope="module")
def lrs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    store = RecordStore(tmp_path_factory.mktemp("lrs"))
    yield store
    store.stop()


def test_every_statement_passes_strict_validation(report: Report) -> None:
    told = statements(report)
    validate(told)
    validate(statements(report_of(*_every_kind())))


def _every_kind() -> tuple[Any, ...]:
    played = table(
        """
        o: {role: a, kind: order, ask: 排, fact: f, items: [{id: i1, text: 一}, {id: i2, text: 二}]}
        m: {role: a, kind: match, ask: 连, fact: f, pairs: [{id: p1, left: 甲, right: 乙}, {id: p2, left: 丙, right: 丁}]}
        e: {role: b, kind: enter, ask: 填, fact: f, accept: [七月]}
        v: {role: all, kind: vote, ask: 投, choices: [{id: y, text: 是, right: true, fact: f}, {id: n, text: 否}]}
        """
    ).play(
        "use-t=w", "wait=1m", "use-t=r", "o=i1,i2", "m=p1=p1,p2=p2", "e=七月", "give-k=k", "for-b="
    )
    played.play("a:v=y", "b:v=y", "c:v=y", "go-on=")
    return played.scenario, played.records


def test_they_tell_what_happened(report: Report) -> None:
    told = statements(report)
    verbs = Counter(one["verb"]["id"].rsplit("/", 1)[1] for one in told)
    assert set(verbs) == set(VERBS)
    assert verbs["initialized"] == verbs["completed"] == verbs["scored"] == 8
    answers = [a for run in report.runs for a in run.course.answers if a.seat]
    assert verbs["answered"] + verbs["interacted"] == len(answers)
    slipped = [one for one in told if "misconceptions" in str(one.get("result", {}))]
    sprung = [s for run in report.runs for s in run.course.springs if s.seat]
    assert sum(len(next(iter(o["result"]["extensions"].values()))) for o in slipped) == len(sprung)
    assert {one["context"]["registration"] for one in told} != set()
    assert len({one["context"]["registration"] for one in told}) == 2, "one for each run"


AIMED = (
    HEAD
    + """
aims:
  a: {text: 文件不落到别人手里, met: not has.k, secret: true}
  b: {text: 让大家都听见, met: w}
"""
)


def test_what_a_role_wanted_is_told_of_who_played_it_and_of_nobody_else() -> None:
    task = (
        "q: {role: b, ask: 问, choices: [{id: y, text: 说, set: {w: true}}, {id: n, text: 不说}]}"
    )
    played = Table(script(task, head=AIMED)).play("give-k=k", "q=y", "go-on=")
    told = statements(report_of(played.scenario, played.records))
    validate(told)
    ends = [one["result"]["extensions"] for one in told if one["verb"]["id"].endswith("completed")]
    aims = [value for end in ends for name, value in end.items() if name.endswith("/aim")]
    assert len(ends) == 3
    assert aims == [
        {"text": "文件不落到别人手里", "met": False},
        {"text": "让大家都听见", "met": True},
    ]
    before = statements(report_of(*_every_kind()))
    assert "/extensions/aim" not in json.dumps(before)


@pytest.mark.parametrize("stops", ["pause", "stands"])
def test_who_came_late_played_for_as_long_as_the_others_did_from_then(stops: str) -> None:
    """Time that was paused, or stood, is in nobody's duration, nor in what a latecomer missed."""
    played = table("q: {role: b, kind: read, ask: 读, story: 文}").play("leave=b", "wait=1m")
    if stops == "pause":
        played.desk(cmd.Pause)
        played.now_ms += 3_600_000
        played.desk(cmd.Resume)
    else:
        played.now_ms += 3_600_000
        played.do(cmd.Stand, cmd.HOST, ms=3_600_000)
    played.do(cmd.TakeSeat, "s4", role="b")
    played.do(cmd.ComeBack, "s4")
    played.play("wait=1m")
    played.desk(cmd.Jump, scene="good")
    told = statements(report_of(played.scenario, played.records))
    lengths = {one["result"]["duration"] for one in told if one["verb"]["id"].endswith("completed")}
    assert lengths == {"PT120S", "PT60S"}


def test_nobody_is_named_and_everything_is_the_same_again(report: Report) -> None:
    told = statements(report)
    text = json.dumps(told, ensure_ascii=False)
    assert not [name for name in NAMES if name in text]
    assert statements(report) == told
    assert len({one["id"] for one in told}) == len(told)
    other = statements(report, "https://party.example.cn/")
    assert [one["id"] for one in other] == [one["id"] for one in told]
    assert other[0]["actor"]["account"]["homePage"] == "https://party.example.cn"


def test_a_real_record_store_takes_them_once(report: Report, lrs: RecordStore) -> None:
    told = statements(report)
    for _ in range(2):
        assert push(told, url=lrs.url, key=KEY, secret=SECRET) == len(told)
        assert Counter(one["id"] for one in lrs.kept()) == Counter(one["id"] for one in told)
    found = httpx.get(
        f"{lrs.url}/statements",
        params={"statementId": told[0]["id"]},
        auth=(KEY, SECRET),
        headers={"X-Experience-API-Version": "1.0.3"},
    ).json()
    assert told[0]["id"] in json.dumps(found)


def test_a_wrong_key_is_told_at_once(report: Report, lrs: RecordStore) -> None:
    with pytest.raises(PushError, match="401"):
        push(statements(report)[:1], url=lrs.url, key=KEY, secret="falsch", sleep=_never)


def _never(seconds: float) -> None:
    raise AssertionError("it isn't worth waiting for")


class Flaky(BaseHTTPRequestHandler):
    """A store that says what it is told to, in turn."""

    answers: ClassVar[list[int]] = []
    asked: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        Flaky.asked.append(len(body))
        self.send_response(Flaky.answers.pop(0) if Flaky.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def flaky() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Flaky)
    Flaky.asked.clear()
    Flaky.answers.clear()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/xAPI"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_busy_store_is_tried_again(report: Report, flaky: str) -> None:
    Flaky.answers[:] = [503, 429, 500]
    slept: list[float] = []
    told = statements(report)
    assert push(told, url=flaky, key="k", secret="s", sleep=slept.append) == len(told)
    assert len(slept) == 3
    assert sum(Flaky.asked) == len(told) + 3 * 100


def test_but_not_for_ever(report: Report, flaky: str) -> None:
    Flaky.answers[:] = [503] * 50
    with pytest.raises(PushError, match="503"):
        push(statements(report), url=flaky, key="k", secret="s", sleep=lambda _: None)
    assert len(Flaky.asked) == TRIES


def test_a_store_that_minds_a_batch_gets_them_one_by_one(report: Report, flaky: str) -> None:
    told = statements(report)[:5]
    Flaky.answers[:] = [409, 200, 409]
    assert push(told, url=flaky, key="k", secret="s", sleep=_never) == 5
    assert Flaky.asked == [5, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("said", [400, 413, 422])
def test_what_is_wrong_in_one_run_keeps_nothing_of_the_others_back(
    report: Report, flaky: str, said: int
) -> None:
    """A store says no to a whole batch for one statement in it. It gets all others all the same,
    of the batches that follow too; and which share was refused is told."""
    told = statements(report)[:1] * 205
    Flaky.answers[:] = [said, 200, said]
    with pytest.raises(PushError, match=str(said)) as refused:
        push(told, url=flaky, key="k", secret="s", sleep=_never)
    assert Flaky.asked == [100, *[1] * 100, 100, 5]
    assert "205 条里有 1 条" in refused.value.message.zh
    assert "1 of 205" in refused.value.message.en


def test_no_store_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(PushError):
        push([{"id": "x"}], url="http://127.0.0.1:9", key="k", secret="s", sleep=lambda _: None)
    with pytest.raises(PushError):
        push([{"id": "x"}], url="not an address", key="k", secret="s", sleep=lambda _: None)
