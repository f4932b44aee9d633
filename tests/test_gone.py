"""An article that is no longer at its address keeps its text and is marked wherever it is shown, with the day."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from command.shown.hit_page import render_page
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.message import told
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app

THERE = Article("Giá nước tăng", (Block("paragraph", "Nước sạch"),), url="https://bao.example/1")
GONE = Article("Giá điện tăng", (Block("paragraph", "Điện gió"),), url="https://bao.example/2")
SEEN = datetime(2026, 4, 3, 18, 0, tzinfo=timezone.utc)  # the 4th in Vietnam
DAY = "4/4/2026"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        archive.add(THERE)
        archive.add(GONE)
        update_index(tmp_path / ARCHIVE_FILE, tmp_path / INDEX_FOLDER)
        archive.absences.keep(GONE.id, gone=True, seen_at=SEEN, reason=told("another_article"))
        yield archive


@pytest.fixture
def client(archive: Archive, tmp_path: Path) -> FlaskClient:
    return create_app(tmp_path).test_client()


def text(client: FlaskClient, address: str, **query: str) -> str:
    return client.get(address, query_string=query, follow_redirects=True).get_data(as_text=True)


def test_hits_say_so(client: FlaskClient, archive: Archive, tmp_path: Path) -> None:
    page = text(client, "/tim-kiem", q="tăng")
    assert page.count(f"không còn ở địa chỉ gốc, thấy ngày {DAY}") == 1
    hits = {hit["id"]: hit["gone"] for hit in client.get("/api/v1/search?q=tăng").get_json()["hits"]}
    assert hits == {THERE.id: None, GONE.id: "2026-04-03T18:00:00+00:00"}
    lines = render_page(Searcher.open(tmp_path, archive).search(SearchRequest("tăng")), Speaker("en"))
    assert lines.count("gone from its address, seen") == 1


def test_the_page_and_the_api_keep_the_text_and_say_why(client: FlaskClient) -> None:
    page = text(client, f"/bai-viet/{GONE.id}")
    assert f"Không còn ở địa chỉ gốc, thấy ngày {DAY}." in page
    assert told("another_article").in_words("vi") in page
    assert "Điện gió" in page
    assert "địa chỉ gốc, thấy" not in text(client, f"/bai-viet/{THERE.id}")
    assert client.get(f"/api/v1/articles/{GONE.id}").get_json()["gone"]["since"] == "2026-04-03T18:00:00+00:00"
    assert client.get(f"/api/v1/articles/{THERE.id}").get_json()["gone"] is None


@pytest.mark.parametrize("extension", ["ris", "bib", "json"])
def test_citations_have_a_note(client: FlaskClient, extension: str) -> None:
    assert f"Không còn ở địa chỉ gốc từ {DAY}" in text(client, f"/bai-viet/{GONE.id}.{extension}")
    assert "Không còn" not in text(client, f"/bai-viet/{THERE.id}.{extension}")


def test_exports_and_feeds_have_it(client: FlaskClient) -> None:
    rows = csv.DictReader(io.StringIO(text(client, "/tim-kiem.csv", q="tăng").removeprefix("\ufeff")))
    assert {row["id"]: row["gone"] for row in rows} == {THERE.id: "", GONE.id: "2026-04-04 01:00+07:00"}
    assert text(client, "/tim-kiem.ris", q="tăng").count("Không còn ở địa chỉ gốc từ") == 1
    assert f"<summary>Không còn ở địa chỉ gốc, thấy ngày {DAY}. Điện gió</summary>" in text(client, "/tim-kiem.atom", q="điện")


def test_an_article_that_came_back_is_not_marked(client: FlaskClient, archive: Archive) -> None:
    archive.absences.keep(GONE.id, gone=False, seen_at=SEEN, reason=told("another_article"))
    assert archive.absences.since(GONE.id) is None
    assert "địa chỉ gốc, thấy" not in text(client, f"/bai-viet/{GONE.id}")
