"""Who may do what: roles, rights, and the one table between them. Pure data.

A right says what; where, the branch says: an account may within its own branch, an account without
branch everywhere, and an administrator everywhere. What lies in a foreign branch looks as if it
weren't there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

Role = Literal["administrator", "facilitator", "author", "trainer", "auditor"]
Right = Literal[
    "run", "see", "prepare", "review", "practise", "export", "write", "read_audit", "manage"
]

ROLES: Final[dict[Role, str]] = {
    "administrator": "管理员",
    "facilitator": "组织者",
    "author": "剧本作者",
    "trainer": "讲师",
    "auditor": "审计员",
}
"""What each role is called."""

RIGHTS: Final[dict[Right, str]] = {
    "run": "开场、带场：控制台、投影、补课、活动信息",
    "see": "看场次、进度和收获",
    "prepare": "看剧本答案",
    "review": "重演、并排比较、批注",
    "practise": "分出演练并带演练",
    "export": "导出文档、日志，送学习记录",
    "write": "写剧本",
    "read_audit": "看审计日志",
    "manage": "管账号和支部",
}
"""What each right allows."""

RIGHTS_OF: Final[dict[Role, frozenset[Right]]] = {
    "administrator": frozenset(RIGHTS),
    "facilitator": frozenset({"run", "see", "prepare", "review", "practise", "export"}),
    "author": frozenset({"prepare", "write"}),
    "trainer": frozenset({"see", "prepare", "review", "practise", "export"}),
    "auditor": frozenset({"see", "read_audit"}),
}
"""What each role may."""


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """What somebody with these roles may."""
    return frozenset(right for role in roles for right in RIGHTS_OF[role])


def everywhere(roles: Iterable[Role], branch: str | None) -> bool:
    """Somebody with these roles and this branch may in every branch."""
    return branch is None or "administrator" in roles


def reaches(roles: Iterable[Role], branch: str | None, other: str | None) -> bool:
    """What belongs to branch `other` (None: to the whole organisation) is there for somebody with
    these roles and this branch."""
    return everywhere(roles, branch) or branch == other
