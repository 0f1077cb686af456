"""How much of an answer stands in a text that its reader has before them.

Both are read as people read them: full width as half, 七月二十三日 as 7月23日, 黨 as 党, capitals
as small letters. What is left is a row of tokens: a Chinese character, a number with its unit, a
word of another script. A piece of the right answer gives it away if neither a wrong one nor the
question has it. A paraphrase is a reader's finding: this finds words, numbers that add up, years
counted from one that was told, and options that are all denied but one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Final

import msgspec

from engine.script.text import normalise

SHARE_LEAST: Final = 0.2
"""Of a right answer's tokens that stand in a text: more than this gives it away."""
READ_MAX: Final = 4_096
"""Texts kept as they were read: a script's are looked at for each of its questions and roles."""
HEADING_MOST: Final = 5
"""Tokens of a heading that says one thing."""

_UNITS: Final = "年月日号人名时点岁里米条次"
_PEOPLE: Final = "人名个位"
_ON: Final = "年[以之]?后"
_TOKEN: Final = re.compile(
    rf"[0-9]+(?:[./-][0-9]+)*[{_UNITS}]?|[a-z]+|[\u3400-\u9fff]|[,.;:!?\u3001…|]"
)
_STOPS: Final = frozenset(",.;:!?\u3001…|")
_EMPTY: Final = frozenset("的了是在有和与也都就把被这那一个之其而且又很不没上下里中到去来才位份")
"""Characters that say nothing by themselves."""
_SMALL: Final = frozenset(
    "the a an of in on at to and or not is was were be been are it its this that for by with from "
    "as had has have he she they him his her them your you who what which there here no all one "
    "into out up down so but if then than when where how why will would can could may".split()
)
_FIGURES: Final = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split(),
        start=2,
    )
}
_NEGATION: Final = re.compile("[不没非别未无]|not|never|no longer")
_DISPUTED: Final = re.compile(
    "没有定论|尚无定论|有争议|说法不一|各有主张|并不一致|not settled|disputed|unsettled"
)
_LATER: Final = re.compile(rf"([0-9]{{1,2}}){_ON}")
_YEAR: Final = re.compile(rf"(1[0-9]{{3}}|20[0-9]{{2}}){_UNITS[0]}?")
_NUMBER: Final = re.compile(rf"([0-9]{{1,4}})[{_PEOPLE}]?")
_OLD: Final = (
    "國国會会黨党產产黃黄學学開开東东車车來来時时長长門门問问題题經经濟济軍军隊队員员報报張张陳陈獨独"
    "書书發发動动農农業业華华漢汉劉刘鄭郑楊杨劃划紅红與与從从這这個个為为無无於于對对說说話话記记認认誰谁"
    "後后過过還还進进運运遠远達达選选龍龙馬马鳥鸟魚鱼麥麦電电頭头顧顾風风飛飞飯饭館馆裏里裡里係系統统組组"
    "織织結结給给級级紀纪約约紙纸線线編编練练總总維维續续義义習习聯联職职聽听臺台舊旧萬万葉叶蘇苏處处"
    "術术衛卫裝装見见視视親亲觀观計计訓训託托許许論论證证議议讀读變变負负財财貧贫費费資资質质賴赖贊赞"
    "輪轮轉转辦办邊边鄉乡銀银錄录鐵铁長长閉闭關关陽阳陰阴階阶隨随難难雲云靈灵靜静項项順顺須须領领"
)
_SIMPLE: Final = str.maketrans(_OLD[::2], _OLD[1::2])


class Reading(msgspec.Struct, frozen=True, dict=True):
    """A text as its tokens, with the stops between them."""

    tokens: tuple[str, ...]

    @cached_property
    def line(self) -> str:
        """In one line, without the stops."""
        return said(self.words)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Without the stops."""
        return tuple(token for token in self.tokens if token not in _STOPS)

    @cached_property
    def row(self) -> str:
        """The tokens, to look a run of them up in."""
        return _row(self.tokens)

    @cached_property
    def bare(self) -> str:
        """The same, without the stops."""
        return _row(self.words)


@lru_cache(maxsize=READ_MAX)
def read(text: str) -> Reading:
    """The text, read. Lines and sentences part what stands in them."""
    parted = re.sub(r"\s*\n\s*|[\u3002\uff0c\uff1b\uff1a\uff01\uff1f]", "|", text.strip())
    lone = re.sub(r"(?<=[a-zA-Z])\s+(?=[a-zA-Z])", "~", parted)
    plain = normalise(lone).translate(_SIMPLE)
    return Reading(tuple(_FIGURES.get(token, token) for token in _TOKEN.findall(plain)))


class Asked(msgspec.Struct, frozen=True):
    """A question with one right answer, read."""

    right: Reading
    wrong: tuple[Reading, ...]
    question: Reading

    def told_by(self, text: Reading, *, heading: bool = False) -> str:
        """What of the text gives the right answer away; empty: nothing does."""
        pieces, share = self._pieces(text)
        if pieces and share >= SHARE_LEAST:
            return " ".join(pieces)
        return (self._named(text) if heading else "") or self._denied(text) or self._doubted(text)

    def _pieces(self, text: Reading) -> tuple[list[str], float]:
        """Runs of the answer that the text has and nothing else here does; and their share."""
        words = self.right.words
        covered, pieces, at = 0, [], 0
        while at < len(words):
            run = self._run(words, at, text)
            if run:
                pieces.append(said(words[at : at + run]))
            covered += run
            at += run or 1
        return pieces, covered / max(1, len(words))

    def _run(self, words: Sequence[str], at: int, text: Reading) -> int:
        """Length of the longest such run that begins here."""
        end = at
        while end < len(words) and _in(words[at : end + 1], text.row):
            end += 1
        for last in range(end, at, -1):
            run = words[at:last]
            if _says(run) and not self._elsewhere(run):
                return last - at
        return 0

    def _elsewhere(self, run: Sequence[str]) -> bool:
        return _in(run, self.question.bare) or any(_in(run, one.bare) for one in self.wrong)

    def _named(self, heading: Reading) -> str:
        """A short heading all of whose words the right answer has, in their order, and no other."""
        core = [word for word in heading.words if word not in _EMPTY]
        if not 1 <= len(core) <= HEADING_MOST or set(core) <= set(self.question.words):
            return ""
        if not _follows(core, self.right.words):
            return ""
        return "" if any(_follows(core, one.words) for one in self.wrong) else said(core)

    def _denied(self, text: Reading) -> str:
        """Every wrong answer stands there with a no."""
        found = [self._denial(one, text) for one in self.wrong]
        return " ".join(found) if found and all(found) else ""

    def _denial(self, wrong: Reading, text: Reading) -> str:
        for clause in _clauses(text):
            if _NEGATION.search(said(clause)) is None:
                continue
            row = _row(clause)
            for at in range(len(wrong.words) - 1):
                run = wrong.words[at : at + 2]
                if _in(run, row) and not _EMPTY & set(run) and _says(run) and self._wrong(run):
                    return said(clause)
        return ""

    def _wrong(self, run: Sequence[str]) -> bool:
        """Neither the right answer nor the question has it."""
        return not _in(run, self.right.bare) and not _in(run, self.question.bare)

    def _doubted(self, text: Reading) -> str:
        """It is unsettled, and the right answer alone says so."""
        doubts = [_DISPUTED.search(one.line) for one in (text, self.right)]
        if any(doubt is None for doubt in doubts) or any(
            _DISPUTED.search(one.line) for one in self.wrong
        ):
            return ""
        return doubts[0][0] if doubts[0] is not None else ""


def said(words: Iterable[str]) -> str:
    """Tokens as one would write them."""
    return re.sub("(?<=[a-z0-9]) (?![a-z0-9])|(?<![a-z0-9]) ", "", " ".join(words))


def adds_up(right: Reading, text: Reading) -> str:
    """A number that two numbers of the text make; empty: they don't."""
    wanted = _number(right)
    found = [int(one[1]) for word in text.words if (one := _NUMBER.fullmatch(word))]
    for at, first in enumerate(found):
        for second in found[at + 1 :]:
            if first and second and first + second == wanted:
                return f"{first}+{second}"
    return ""


def years_on(right: Reading, text: Reading, since: int) -> str:
    """A year that the text counts from the one told before; empty: it doesn't."""
    wanted = _YEAR.fullmatch(right.line)
    for later in _LATER.findall(text.line):
        if wanted is not None and since and since + int(later) == int(wanted[1]):
            return f"{later}年后"
    return ""


def year_in(text: str) -> int:
    """The last year that a text names; 0: none."""
    found = _YEAR.findall(read(text).line)
    return int(found[-1]) if found else 0


def holds(text: Reading, answer: Reading) -> bool:
    """The whole answer stands in a clause of the text, and says something by itself."""
    if not _says(answer.words):
        return False
    if _in(answer.words, text.row):
        return True
    dated = all(word[0].isdigit() for word in answer.words)
    return dated and any(_follows(answer.words, clause) for clause in _clauses(text))


def _number(right: Reading) -> int | None:
    one = _NUMBER.fullmatch(right.line)
    return int(one[1]) if one is not None else None


def _says(run: Sequence[str]) -> bool:
    """It is more than a lone character, a lone digit or a small word."""
    figures = [word for word in run if word[0].isdigit()]
    if len(figures) > 1 or any(word[1:2].isdigit() for word in figures):
        return True
    latin = [word for word in run if word[0].isascii() and word[0].isalpha()]
    if latin:
        return any(len(word) > 3 and word not in _SMALL for word in latin)
    return sum(word not in _EMPTY and not word[0].isdigit() for word in run) > 1


def _row(tokens: Sequence[str]) -> str:
    """Tokens between marks that none of them has: whether a run stands there is one search."""
    return "\n".join(("", *tokens, ""))


def _in(run: Sequence[str], row: str) -> bool:
    return _row(run) in row


def _follows(core: Sequence[str], words: Sequence[str]) -> bool:
    """All of them stand in the words, in their order."""
    rest = iter(words)
    return all(word in rest for word in core)


def _clauses(text: Reading) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for token in text.tokens:
        if token in _STOPS:
            found.append([])
        else:
            found[-1].append(token)
    return found
