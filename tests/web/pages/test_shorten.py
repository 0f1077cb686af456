"""还剩几分钟, asked at the console: a page that proposes and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.inside import Inside, inside, small

PASSWORD = "七月二十三日"
SCRIPT = "first-congress-demo"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("shorten"), script=SCRIPT, admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


class Desk:
    """A session, and whoever leads it."""

    def __init__(self, app: Inside) -> None:
        login = app.ask("POST", "/api/token", json={"name": "admin", "password": PASSWORD}).json()
        self.app, self.headers = app, {"authorization": f"Bearer {login['token']}"}
        made = app.ask(
            "POST", "/api/sessions", json={"scenario": SCRIPT}, headers=self.headers
        ).json()
        self.path = f"/sessions/{made['id']}"

    def shown(self, minutes: str) -> httpx.Response:
        params = {"minutes": minutes}
        return self.app.ask("GET", f"{self.path}/shorten", params=params, headers=self.headers)


@pytest.fixture(scope="module")
def desk(app: Inside) -> Desk:
    return Desk(app)


def test_the_console_asks_for_the_page(desk: Desk) -> None:
    console = desk.app.ask("GET", f"{desk.path}/console", headers=desk.headers).text
    assert f'action="{desk.path}/shorten"' in console


def test_enough_time_asks_for_nothing(desk: Desk) -> None:
    assert "时间够，照常进行" in desk.shown("600").text


def test_too_little_says_what_to_shorten_and_what_is_lost(desk: Desk) -> None:
    page = desk.shown("0")
    assert page.status_code == 200
    assert "时间够" not in page.text
    assert "今晚少了什么" in page.text
    assert "感言回去再写" in page.text or "复盘少讲" in page.text


@pytest.mark.parametrize("minutes", ["-1", "601", "二十五", "1e9", ""])
def test_minutes_that_are_none_are_refused(desk: Desk, minutes: str) -> None:
    assert desk.shown(minutes).status_code in (400, 422)
