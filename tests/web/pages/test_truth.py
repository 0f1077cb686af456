"""How sure a fact is, is said in the same words wherever it is told: on phone, wall, desk, answer
sheet, record, workbook and bibliography."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from itertools import islice

import pytest
from lxml import html  # type: ignore[import-untyped]
from openpyxl import load_workbook

from engine.author.answers import answers
from engine.author.bibliography import bibliography
from engine.export.narrative import told_results
from engine.export.report import Report
from engine.export.workbook import workbook
from engine.review.ledger import ledger
from engine.scenario.model import Scenario
from engine.views.wording import MARKS
from tests.engine.rules.conftest import HEAD, script
from tests.support.evenings import report_of
from tests.support.screens import Evening, Q
from tests.support.table import Table
from web.pages.menu import AnswersPage
from web.pages.render import environment, render_page

NAMED = "{source: s, where: 第三页}"
QUOTED = "{source: s, where: 第三页, quote: 书上的原话。}"
GRADES = {
    ("established", QUOTED): ["确证"],
    ("established", NAMED): ["待核"],
    ("accepted", QUOTED): ["通行说法"],
    ("accepted", NAMED): ["通行说法", "待核"],
    ("contested", QUOTED): ["说法不一"],
    ("contested", NAMED): ["说法不一", "待核"],
    ("statute", QUOTED): ["条文"],
    ("statute", NAMED): ["条文", "待核"],
}
TOLD = "//*[text()[contains(., '史实二')]]"


def with_g(status: str, cited: str) -> Scenario:
    accounts = (
        "accounts: [{says: 甲说, basis: 忆, sources: [s]}, {says: 乙说, basis: 档, sources: [s]}]"
    )
    was = "status: accepted, sources: [s], objective: care"
    assert was in HEAD
    head = HEAD.replace(was, f"status: {status}, sources: [{cited}], {accounts}, objective: care")
    return script(
        Q.replace("fact: g}", "fact: f}, {id: p, text: 九月}").replace(
            "role: b", "role: b, fact: g"
        ),
        head=head,
    )


def evening(scenario: Scenario) -> Evening:
    found = Evening(scenario)
    for team in found.teams:
        team.play("use-u=w")
    return found


def beside(place: html.HtmlElement) -> list[str]:
    """The labels nearest to a text: the wall sets a text in a box of its own, beside them."""
    for at in (place, *islice(place.iterancestors(), 2)):
        found = [one.text_content().strip() for one in at.xpath(".//*[is('label')]")]
        if found:
            return found
    return []


def labels(text: str) -> list[str]:
    """Those of the fact; it may be told twice on a page, not in two ways."""
    found = [beside(place) for place in html.fromstring(text).xpath(TOLD)]
    assert [one for one in found if one != found[0]] == []
    return found[0]


def shown(page: object) -> list[str]:
    return labels(html.tostring(page, encoding="unicode"))


def a_phone_that_fell(scenario: Scenario) -> list[str]:
    return shown(evening(scenario).phone("s1").html)


def a_phone_that_answered(scenario: Scenario) -> list[str]:
    table = evening(scenario)
    table.one.play("q=p")
    return shown(table.phone("s2").html)


def the_wall(scenario: Scenario) -> list[str]:
    played = evening(scenario)
    played.to_the_end()
    return shown(played.wall.html)


def card(kind: str, screen: Callable[[Evening], object]) -> Callable[[Scenario], list[str]]:
    def found(scenario: Scenario) -> list[str]:
        played = evening(scenario) if kind == "trap" else Evening(scenario)
        played.to_the_end()
        played.debrief(kind)
        return shown(screen(played))

    return found


def the_answer_sheet(scenario: Scenario) -> list[str]:
    page = AnswersPage(name="mini", scenario=scenario, scenes=tuple(answers(scenario)))
    return labels(render_page(page))


def reported(scenario: Scenario) -> Report:
    return report_of(scenario, Table(scenario).play("use-u=w", "q=r", "go-on=").records)


def what_was_learnt(scenario: Scenario) -> list[str]:
    (belief,) = [one for one in ledger(scenario, reported(scenario).runs) if one.trap == "u"]
    macro = '{% import "macros.html" as m %}{{ m.learnt(fact) }}'
    return labels(environment("zh").from_string(macro).render(fact=belief.learnt))


def words(text: str) -> list[str]:
    return text.split(" · ")


def the_record(scenario: Scenario) -> list[str]:
    (told,) = [line for line in told_results(reported(scenario)) if "史实二" in line]
    return words(told.split("史实二。（")[1].split("；出处")[0])


def the_workbook(scenario: Scenario) -> list[str]:
    sheet = load_workbook(BytesIO(workbook(reported(scenario))))["误区台账"]
    (row,) = [row for row in sheet.iter_rows(values_only=True) if "史实二。" in row]
    return words(str(row[row.index("史实二。") + 1]))


def the_bibliography(scenario: Scenario) -> list[str]:
    """Statements of which some citation is still to be looked up."""
    (line,) = [line for line in bibliography([scenario]).splitlines() if "| 史实二。" in line]
    return words(line.split("|")[2].strip())


FACES = [
    a_phone_that_fell, a_phone_that_answered, the_wall, the_answer_sheet, what_was_learnt,
    the_record, the_workbook, the_bibliography,
]  # fmt: skip
CARDS = {
    f"{name} {kind}": card(kind, screen)
    for kind in ("fact", "trap")
    for name, screen in {
        "wall": lambda played: played.wall.html,
        "desk": lambda played: played.desk.html,
        "phone": lambda played: played.phone("s1").html,
    }.items()
}


@pytest.mark.parametrize(
    "face", [*FACES, *CARDS.values()], ids=[*(face.__name__ for face in FACES), *CARDS]
)
def test_every_face_says_how_sure_a_fact_is_in_the_same_words(
    face: Callable[[Scenario], list[str]],
) -> None:
    found = {grade: face(with_g(*grade)) for grade in GRADES}
    assert found == GRADES


def test_each_word_has_its_english() -> None:
    assert all(text.en != text.zh for text in MARKS.values())


def test_a_quote_is_shown_with_its_work_to_whoever_opens_it() -> None:
    for played in (evening(with_g("accepted", QUOTED)), evening(with_g("accepted", NAMED))):
        quoted = played.phone("s1").has("//blockquote[is('quote')]", "书上的原话。某书，第三页")
        assert quoted is (played.one.scenario.facts["g"].sources[0].quote != "")
