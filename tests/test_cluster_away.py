"""What a reader is told while the search cluster does not answer: a page, a JSON error, a sentence at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

import lucbao
from command import DAMAGED
from index.cluster.errors import ClusterLate, ClusterUnavailable, PitLost
from index.errors import IndexingError, told
from searcher.search import Searcher
from web import create_app
from web.setting import Settings

AWAY = [ClusterUnavailable(told("cluster_unreachable")), PitLost(), ClusterLate()]


@pytest.fixture(params=AWAY, ids=lambda error: type(error).__name__)
def away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> IndexingError:
    """An engine whose cluster does not answer, whatever it is asked."""
    error: IndexingError = request.param

    def fail(*_: object, **__: object) -> None:
        raise error

    for name in ("search", "probe", "overview"):
        monkeypatch.setattr(Searcher, name, fail)
    return error


@pytest.fixture
def client(archive_home: Path) -> FlaskClient:
    return create_app(archive_home, settings=Settings()).test_client()


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", "Cụm tìm kiếm không trả lời"), ("en", "The search cluster does not answer; try again in a moment")],
)
def test_a_page_says_so_and_keeps_what_was_typed(away: IndexingError, client: FlaskClient, language: str, said: str) -> None:
    response = client.get("/tim-kiem?q=tr%C6%B0%E1%BB%9Dng+h%E1%BB%8Dc", headers={"Accept-Language": language})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    text = response.get_data(as_text=True)
    assert said in text and 'value="trường học"' in text
    assert "lucbao index" not in text


@pytest.mark.parametrize("path", ["/api/v1/search?q=x", "/readyz"])
def test_programs_get_the_shape_of_an_error(away: IndexingError, client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 503 and response.json is not None
    assert response.json["error"]["code"] == "cluster_away" and response.json["error"]["message"]
    assert client.get("/healthz").status_code == 200


def test_the_figures_say_that_it_is_not_ready(away: IndexingError, client: FlaskClient) -> None:
    assert "lucbao_ready 0.0" in client.get("/metrics").text


def test_a_command_says_it_in_a_sentence(
    away: IndexingError, archive_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LUCBAO_HOME", str(archive_home))
    assert lucbao.main(["search", "trường"]) == DAMAGED
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.strip() == away.in_words("vi")
