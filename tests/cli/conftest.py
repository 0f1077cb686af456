"""Every command finds the secret of an installation of its own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    """The installation's."""
    made = "an installation of its own"
    monkeypatch.setenv("HONGCHUAN_SECRET", made)
    return made
