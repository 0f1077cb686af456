"""Nobody is called so that they are taken for another."""

from __future__ import annotations

import pytest

from engine import typed
from engine.lookalikes import OURS, TITLES, VOICES, likeness, pretends, problem_with

THERE = ("admin", "小王", "Lily", "zhang-san", "王五", "Чехов")
LIKE = (
    "Admin", "ADMIN", "аdmin", "аԁmіn", "ａｄｍｉｎ", "admіn", "adm1n", "adrnin", "a.d.m.i.n", "admin ",
    "ad\u200bmin", "admın", "àdmin", "admin\u0301", "𝐚𝐝𝐦𝐢𝐧", "ⓐⓓⓜⓘⓝ", "系统", "系 统", "系統", "糸统", "系·统", "系\u200d统",
    "管理员", "管理員", "菅理员", "组织者", "root", "r00t", "System", "小 王", "小\u3000王", "小王.", "LiIy", "1i1y",
    "zhangsan", "ｚｈａｎｇ－ｓａｎ", "⼩王", "王〇五"[:1] + "-五", "全组织", "超级管理员", "Administrator", "αdmin",
)  # fmt: skip
ODD = ("<b>", "小王☆", "a/b", "x@y", "小王\U0001f600", "a;b", "“王”", "...", "---", "a\\b", "ſ℀")
MIXED = ("Иvan", "αlpha王", "小王Ж", "한a", "ωx")
SOUND = (
    "小王", "王小明", "党支部书记老李", "Zhang San", "讲师小王", "user-7", "O'"[:1] + "brien", "買買提", "Иван", "Ελένη",
    "阿卜杜拉·买买提", "组织者小李", "admin2", "系统工程师王", "김철수", "𠮷田", "José", "乙某", "第一支部", "全角支部",
)  # fmt: skip


@pytest.mark.parametrize("name", LIKE)
def test_who_looks_like_somebody_else_is_refused(name: str) -> None:
    assert problem_with(typed.shown(name), THERE) is not None


@pytest.mark.parametrize("name", [*ODD, *MIXED])
def test_a_name_is_of_letters_of_one_alphabet(name: str) -> None:
    assert problem_with(typed.shown(name), ()) is not None


@pytest.mark.parametrize("name", SOUND)
def test_names_that_people_have_are_taken(name: str) -> None:
    assert problem_with(typed.shown(name), ("小王甲", "admin")) is None, likeness(name)


PRETENDS = (
    *OURS, *TITLES, *VOICES, "组 织 者", "组织者。", "【组织者】", "组织者1", "组织者老王", "大会主持人", "组\u200b织者", "糸统", "系·统",
    "⟪系统⟫", "系统消息", "系统２", "Admin", "ADMIN", "аdmіn", "ａｄｍｉｎ", "adm1n", "admin3", "ⓓⓜ", "DM", "D.M.", "DM一号",
    "H0st", "红船系统", "（已删名）", "菅理员", "管理員甲", "★管理员★", "所有人", "𝐆𝐌", "Moderator", "Facilitator 2",
)  # fmt: skip
PEOPLE = (
    "李达", "董必武", "连长", "纪检委员", "系统工程师王", "王系统", "Ali", "Al", "Adam", "Dima", "小王☆", "红船小分队长",
    "Иван", "José", "阿卜杜拉·买买提", "全有", "通知书", "官方平", "Gima", "Hosta", "罗伯特", "一", "三", "二〇", "替补",
)  # fmt: skip


@pytest.mark.parametrize("name", PRETENDS)
def test_no_participant_is_taken_for_who_leads(name: str) -> None:
    assert pretends(typed.shown(name)) is not None, likeness(name)


@pytest.mark.parametrize("name", PEOPLE)
def test_participants_are_called_as_people_are(name: str) -> None:
    assert pretends(typed.shown(name)) is None, likeness(name)
