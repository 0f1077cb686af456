"""What isn't a plain file is told at once, whatever lies there. The kind: a read that waits for ever, or
never ends, in the place of a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import reason_of
from engine.plain import read_plain, real

MOST = 1_000


def larger(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "不是普通的文件"),
    "a device without end": (lambda path: path.symlink_to("/dev/zero"), "不是普通的文件"),
    "nothing": (lambda path: None, "没有这个文件"),
    "a folder": (lambda path: path.mkdir(), "文件夹"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "绕成了圈"),
    "a terabyte": (larger, "太大"),
}


@pytest.mark.parametrize(("make", "why"), ODD.values(), ids=ODD)
def test_what_is_no_plain_file_is_told(
    make: Callable[[Path], object], why: str, tmp_path: Path
) -> None:
    make(tmp_path / "odd")
    with pytest.raises(OSError) as told:  # noqa: PT011 - whatever the system calls it
        read_plain(tmp_path / "odd", MOST)
    assert why in reason_of(told.value).zh
    assert str(tmp_path / "odd") == told.value.filename


def test_a_plain_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"x" * MOST)
    (tmp_path / "link").symlink_to("kept")
    assert read_plain(tmp_path / "link", MOST) == b"x" * MOST


def test_where_something_lies_is_said_of_circles_too(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "link").symlink_to("kept")
    assert real(tmp_path / "link") == tmp_path.resolve() / "kept"
    assert real(tmp_path / "round" / "x").name == "x"
