"""The secret and the first password: made once, and never spent before they are there.

The kind: what is made once only, and used up by a start that is cut short.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StartError
from engine.store.place.secret import SECRET_MIN
from web.settings import Settings
from web.startup import read_settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("HONGCHUAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "secret"))
    return Settings()


def test_a_secret_is_made_once(settings: Settings) -> None:
    made = settings.signing_key()
    assert len(made) >= SECRET_MIN
    assert Settings().signing_key() == made
    assert os.listdir(settings.secret_file.parent) == ["secret"]
    assert settings.secret_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kept", [b"", b"\n", b"half-a-sec", "密钥".encode() * 20, b"\0" * 9])
def test_what_is_no_whole_secret_signs_nothing(settings: Settings, kept: bytes) -> None:
    settings.secret_file.write_bytes(kept)
    with pytest.raises(StartError) as refused:
        read_settings()
    assert str(settings.secret_file) in refused.value.message.zh
    assert "删掉" in refused.value.message.zh
    assert settings.secret_file.read_bytes() == kept


def test_a_full_disk_keeps_no_half_of_a_secret(settings: Settings) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, before[1]))
    try:
        with pytest.raises(StartError):
            read_settings()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert os.listdir(settings.secret_file.parent) == []
    assert len(settings.signing_key()) >= SECRET_MIN


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_start_cut_short_leaves_no_secret_behind(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(f"os.{call}", killed)
        with pytest.raises(Killed):
            settings.signing_key()
    assert os.listdir(settings.secret_file.parent) == []
    assert len(settings.signing_key()) >= SECRET_MIN


def test_of_two_that_make_one_at_once_both_keep_the_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.link

    def late(*paths: Path, **more: Any) -> None:
        settings.secret_file.write_text("the other process's secret")
        before(*paths, **more)

    monkeypatch.setattr("os.link", late)
    assert settings.signing_key() == "the other process's secret"


def test_a_file_system_without_links_keeps_one_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr("os.link", no_links)
    made = settings.signing_key()
    assert settings.signing_key() == made


def test_the_first_password_follows_from_the_secret(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = settings.first_password()
    assert len(first) == 12
    assert Settings().first_password() == first
    monkeypatch.setenv("HONGCHUAN_SECRET", "another secret of the house")
    assert Settings().first_password() != first
