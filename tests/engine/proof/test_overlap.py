"""What gives an answer away, as a table: the question with its options, and a text beside it."""

from __future__ import annotations

import pytest

from engine.proof import overlap
from engine.proof.overlap import Asked, read


def told(right: str, wrong: str, ask: str, text: str, heading: bool = False) -> str:
    asked = Asked(read(right), tuple(read(one) for one in wrong.split("|")), read(ask))
    return asked.told_by(read(text), heading=heading)


@pytest.mark.parametrize(
    ("right", "wrong", "text"),
    [
        ("没有宣言", "发表了成立宣言", "您1929年的信里说：大会没有宣言。"),
        ("最后一天的会议", "整个大会都在船上开的", "最后一天的会，就在这条船上开完。"),
        ("三湾在先，水口晚约半个月", "水口在先", "继续走。半个月以后，到了水口。"),
        ("7月23日", "7月1日", "１９２１年七月二十三日 晚"),
        ("大會沒有宣言", "发表了", "信里说：大会没有宣言"),
        ("At Xibaipo in Pingshan", "In Beiping", "March 1949, XIBAIPO"),
        ("师缩成团", "先把师的架子撑起来", "空架子不要了。一个师的番号，指挥不动。"),
        ("没有定论，不写日期", "早有定论", "数日之内 · 日期有争议"),
    ],
)
def test_an_answer_that_stands_there_is_found(right: str, wrong: str, text: str) -> None:
    assert told(right, wrong, "问什么？", text)


@pytest.mark.parametrize(
    ("right", "wrong", "ask", "text"),
    [
        ("没有宣言", "发表了宣言", "有没有宣言？", "大家谈到宣言。"),
        ("张国焘", "陈独秀", "谁主持？", "陈独秀在广州。"),
        ("船太少，太慢", "船坏了", "为什么？", "河过来了一部分人。"),
        ("我们的人", "他们的人", "谁？", "来的人不是这里的。"),
        ("一个人", "几个人", "几个？", "一个是长的，一个是短的。"),
        ("the end of it", "the start", "when?", "the middle of it all"),
        ("在楼上", "在楼下", "楼上还是楼下？", "楼上有灯。"),
    ],
)
def test_words_that_say_nothing_give_nothing_away(
    right: str, wrong: str, ask: str, text: str
) -> None:
    assert told(right, wrong, ask, text) == ""


def test_a_short_heading_may_name_the_answer() -> None:
    ask, right, wrong = "什么时候说的？", "在全会的报告里", "进城以后才说的"
    assert told(right, wrong, ask, "会上", heading=True) == "会"
    assert told(right, wrong, ask, "会上") == ""
    assert told(right, wrong + "|开会以前", ask, "会上", heading=True) == "", "the wrong one has it"


def test_numbers_may_add_up() -> None:
    text = read("代表方面到了十二人，还有两位外国客人。")
    assert overlap.adds_up(read("十四人"), text)
    assert overlap.adds_up(read("十五人"), text) == ""
    assert overlap.adds_up(read("很多人"), text) == ""


def test_years_may_be_counted() -> None:
    since = overlap.year_in("1927年9月底 江西永新")
    assert overlap.years_on(read("1928年"), read("一年以后，有一篇文章"), since)
    assert overlap.years_on(read("1929年"), read("一年以后，有一篇文章"), since) == ""
    assert overlap.years_on(read("1年"), read("一年以后"), overlap.year_in("")) == ""


def test_what_is_typed_stands_there_whole() -> None:
    heading = read("1949年3月24日至25日")
    assert overlap.holds(heading, read("25日"))
    assert overlap.holds(heading, read("3月25日"))
    assert not overlap.holds(heading, read("3月23日"))
    assert not overlap.holds(read("连里有人"), read("连"))
