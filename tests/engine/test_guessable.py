"""Passwords that are tried first are refused; others aren't."""

from __future__ import annotations

import pytest

from engine.guessable import problem_with
from engine.store.tokens import new_password

WEAK = (
    "1111111111", "1234567890", "0987654321", "aaaaaaaaaa", "abcabcabcabc", "1212121212",
    "19210701xx"[:8] + "01", "13800138000", "12345678901", "adminadmin", "admin12345", "Admin@1234",
    "P@ssw0rd123", "password123", "Password2026", "passw0rd!!", "qwertyuiop", "qwerty12345", "1qaz2wsx3edc",
    "asdfghjkl1", "abcdefghij", "zyxwvutsrq", "iloveyou520", "woaini1314", "hongchuan1921",
    "hongchuan2026", "密码密码密码密码密码", "党支部党支部1234", "xiaowang1234", "XiaoWang2026", "xiaowangxiaowang",
    "１２３４５６７８９０", "aaaaaaaaaaaaaaaaaaaa", "          a", "letmein123", "welcome2026", "a1a1a1a1a1",
    "qazwsxedc123", "11112222333344",
)  # fmt: skip
SOUND = (
    "一个够长的新密码", "南湖上的一条小船", "correct horse battery", "Tr0ub4dor&3x-blue", "kX9-vQ2_mPz7",
    "七月的嘉兴下着雨，我们上船", "red boats at dawn", "48291750364918203", "我家的猫叫小花猫八岁",
)  # fmt: skip


@pytest.mark.parametrize("password", WEAK)
def test_what_is_tried_first_is_refused_and_says_why(password: str) -> None:
    problem = problem_with(password, "xiaowang")
    assert problem is not None
    assert problem.zh.startswith("这个密码太好猜：")


@pytest.mark.parametrize("password", SOUND)
def test_what_somebody_thought_up_is_taken(password: str) -> None:
    assert problem_with(password, "小王") is None


def test_what_the_program_makes_is_never_weak() -> None:
    assert not [
        made for made in (new_password() for _ in range(2_000)) if problem_with(made, "小王")
    ]


def test_it_takes_no_time_however_long_it_is() -> None:
    problem_with("1qaz" * 20_000, "小王")
    problem_with("密" * 60_000)
