"""What operators are told: every figure is explained, samples name settings that exist."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.web.door.test_api import opened
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_every_figure_of_ours_is_explained(client: httpx.Client, desk: httpx.Client) -> None:
    opened(desk)
    told = {
        family.name: family.samples
        for family in text_string_to_metric_families(client.get("/metrics").text)
        if family.name.startswith("hongchuan_") and not family.name.endswith("_created")
    }
    explained = set(re.findall(r"`(hongchuan_\w+?)(?:_total)?(?:\{.*?\})?`", OPERATE))
    assert set(told) == explained
    commits = {sample.name: sample.value for sample in told["hongchuan_commit_seconds"]}
    assert commits["hongchuan_commit_seconds_count"] >= 1


def test_a_single_process_is_ready_without_redis(client: httpx.Client) -> None:
    assert client.get("/readyz").text == "ok\n"
    assert client.get("/healthz").text == "ok\n"


def test_the_samples_name_settings_that_exist() -> None:
    known = {f"HONGCHUAN_{name.upper()}" for name in Settings.model_fields}
    found = 0
    for sample in (ROOT / "deploy").iterdir():
        named = set(re.findall(r"HONGCHUAN_[A-Z_]+", sample.read_text(encoding="utf-8")))
        assert named <= known, sample.name
        found += len(named)
    assert found > 5


def test_the_compose_sample_is_whole() -> None:
    text = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert ("image" in service) != ("build" in service), name
    database = services["web"]["environment"]["HONGCHUAN_DATABASE_URL"]
    assert database.startswith("postgresql+asyncpg://hongchuan:")
    assert "@db/" in database
    assert services["db"]["environment"]["POSTGRES_USER"] == "hongchuan"
