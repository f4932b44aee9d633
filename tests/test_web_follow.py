"""web.view.follow: saved searches, what was new for each, and how to follow a search."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from alert.alert_file import ALERTS_FILE, asked, entry, read_alerts
from alert.round import Desk, look
from alert.state import STATE_FILE, State
from corpus.table_file import tomllib
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.setting import Settings

pytestmark = pytest.mark.slow

NAME = "Giáo dục <b>"


@pytest.fixture
def home(archive_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(archive_home, tmp_path / "kho"))


@pytest.fixture
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(home, settings=Settings())
    yield app.test_client()
    app.extensions["lucbao"].close()


def follow(home: Path) -> int:
    """Follow a search since ever; return how many articles it told."""
    (home / ALERTS_FILE).write_text(entry(NAME, SearchRequest("giáo dục"), mail=("mat@nguon.example",)), encoding="utf-8")
    searcher = Searcher.open(home)
    with State(home) as state, searcher.archive as archive:
        return look(read_alerts(home / ALERTS_FILE)[0], Desk(searcher, archive, "", "vi"), state, 1_800_000_000.0, since=0).news


def test_nothing_followed_yet_and_then_something(home: Path, client: FlaskClient) -> None:
    before = client.get("/theo-doi")
    assert "Chưa theo dõi tìm kiếm nào." in before.text and not (home / STATE_FILE).exists()
    told = follow(home)
    page = client.get("/theo-doi")
    assert f"{told} bài mới, báo lúc 15/1/2027, 15:00" in page.text and "Giáo dục &lt;b&gt;" in page.text
    assert page.headers["Cache-Control"] == "no-cache" and "ETag" not in page.headers
    link = BeautifulSoup(page.text, "lxml").select_one(".followed h2 a")
    assert link is not None
    one = client.get(str(link["href"]))
    stories = BeautifulSoup(one.text, "lxml").select(".news li")
    assert one.status_code == 200 and len(stories) == min(told, 100) > 3
    assert client.get(str(stories[0].select("a")[0]["href"])).status_code == 200
    assert "1 lần gửi đang chờ thử lại" in one.text
    assert "mat@nguon.example" not in page.text + one.text, "who is told is nobody's business"
    assert client.get("/theo-doi/khong-co").status_code == 404


def test_the_web_writes_nothing_and_asks_for_the_password(home: Path) -> None:
    follow(home)
    before = {path.name: path.read_bytes() for path in home.glob("alerts*")}
    app = create_app(home, settings=Settings(password="mật khẩu"))
    assert app.test_client().get("/theo-doi").status_code in (302, 303, 401)
    app.extensions["lucbao"].close()
    app = create_app(home, settings=Settings())
    client = app.test_client()
    for path in ("/theo-doi", "/theo-doi/Giáo dục <b>"):
        assert client.get(path).status_code == 200
        assert client.post(path).status_code == 405
    app.extensions["lucbao"].close()
    assert {path.name: path.read_bytes() for path in home.glob("alerts*")} == before


def test_a_file_that_is_wrong_is_told_by_line_without_its_place(home: Path, client: FlaskClient) -> None:
    (home / ALERTS_FILE).write_text('[[alert]]\nname = "A"\nquery = "b"\nevery = "x"\n', encoding="utf-8")
    for path in ("/theo-doi", "/theo-doi/A"):
        page = client.get(path).text
        assert "Tệp alerts.toml, dòng 4: “every” viết như" in page and str(home) not in page


@pytest.mark.parametrize(
    "address",
    ["/tim-kiem?q=truong", '/tim-kiem?q="nông+thôn"+-\'x\'&tag=giáo_dục&sort=newest&page=2', "/tim-kiem?tag=giáo_dục", "/tim-kiem?q=//.."],
)  # fmt: skip
def test_what_is_to_be_pasted_follows_that_search(client: FlaskClient, address: str) -> None:
    page = BeautifulSoup(client.get(address).text, "lxml")
    shown = [each.get_text() for each in page.select(".follow-how pre")]
    lines, command = shown
    (table,) = tomllib.loads(lines)["alert"]
    typed = shlex.split(command)
    assert asked(table["query"]) == asked(address) == asked(typed[-1])
    assert typed[:4] == ["lucbao", "alert", "add", table["name"]] and table["name"]
    feed = page.select_one(".follow-how p a")
    assert feed is not None and client.get(str(feed["href"])).mimetype == "application/atom+xml"
