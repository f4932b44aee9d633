from __future__ import annotations

import gzip
import random
import shutil
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import random_article
from flask import Flask, Response
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER, open_snapshot
from language.timestamp import VIETNAM
from searcher.search import Searcher
from web import create_app
from web.around import freshness
from web.around.compression import pieces
from web.setting import Settings

pytestmark = pytest.mark.slow

PAGES = ["/", "/tim-kiem?q=truong", "/the", "/api", "/api/v1/search?q=truong", "/api/v1/openapi.json"]


@pytest.fixture
def app(archive_home: Path) -> Iterator[Flask]:
    app = create_app(archive_home, settings=Settings())
    yield app
    app.extensions["lucbao"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def tag(client: FlaskClient, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-cache"
    assert {"Accept-Language", "Cookie"} <= set(response.vary)
    return response.headers["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_who_has_a_page_is_told_so(client: FlaskClient, path: str) -> None:
    etag = tag(client, path)
    for method in (client.get, client.head):
        response = method(path, headers={"If-None-Match": f'"x", {etag}'})
        assert (response.status_code, response.data) == (304, b"") and response.headers["ETag"] == etag
        assert response.headers["Cache-Control"] == "no-cache" and "Content-Security-Policy" in response.headers
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 200


def test_a_page_that_is_fresh_costs_no_search(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    etag = tag(client, "/tim-kiem?q=truong")
    monkeypatch.delattr(Searcher, "search")
    assert client.get("/tim-kiem?q=truong", headers={"If-None-Match": etag}).status_code == 304


def test_pages_readers_and_programs_have_tags_of_their_own(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = [tag(client, path) for path in PAGES]
    tags.append(tag(client, "/", **{"Accept-Language": "en"}))
    monkeypatch.setattr(freshness, "program", lambda: "another version")
    tags.append(tag(client, "/"))
    client.set_cookie("language", "en")
    tags.append(tag(client, "/"))
    assert len(set(tags)) == len(tags)


def test_what_was_made_on_another_day_is_made_anew(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """`đến:hôm-nay` says something else every day, though nobody has written to the archive."""
    path, tags = "/tim-kiem?q=truong+den:hom-nay", []
    for today in (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)):
        monkeypatch.setattr(freshness, "today_in_vietnam", lambda today=today: today)
        assert client.get(path, headers={"If-None-Match": ", ".join(tags)}).status_code == 200
        tags.append(tag(client, path))
        assert tag(client, path) == tags[-1] and client.get(path, headers={"If-None-Match": tags[-1]}).status_code == 304
    assert len(set(tags)) == 3


@pytest.mark.slow
def test_a_commit_makes_every_page_new(build: Callable[..., Path]) -> None:
    chance = random.Random(1)
    home = build([random_article(chance, 1)])
    app = create_app(home, settings=Settings())
    client = app.test_client()
    before = {path: tag(client, path) for path in PAGES}
    build([random_article(chance, 2)])
    for path, etag in before.items():
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 200
    app.extensions["lucbao"].close()


def paper(number: int, source: str, *tags: str, day: int = 1) -> Article:
    return Article(
        f"Bài {number}",
        (Block("paragraph", "Trường ở vùng cao."),),
        url=f"https://bao.example/{number}",
        source=source,
        tags=tags,
        published=datetime(2022, 5, day, tzinfo=VIETNAM),
    )


def figures(client: FlaskClient) -> tuple[list[str], list[str]]:
    """Return the rows of the papers' table and of the tags in order of growth."""
    papers = BeautifulSoup(client.get("/thong-ke").data, "lxml").select(".sources tbody tr")
    tags = BeautifulSoup(client.get("/the?xep=tang").data, "lxml").select("main .columns li, main tbody tr")
    return [row.get_text(" ", strip=True) for row in papers], [row.get_text(" ", strip=True) for row in tags]


def test_an_index_that_was_removed_and_made_anew_has_figures_and_tags_of_its_own(build: Callable[..., Path]) -> None:
    home = build([paper(1, "Báo Cũ", "đất đai")])
    app = create_app(home, settings=Settings())
    client = app.test_client()
    desk = app.extensions["lucbao"]
    generation, etags = desk.searcher().overview().generation, {path: tag(client, path) for path in ("/thong-ke", "/the")}
    papers, tags = figures(client)
    assert [row.split(" 1 ")[0] for row in papers] == ["Báo Cũ"] and len(tags) == 1
    shutil.rmtree(home / INDEX_FOLDER)
    build([paper(2, "Báo Mới", "đất đai"), paper(3, "Báo Mới")])
    assert desk.searcher().overview().generation == generation
    papers, grown = figures(client)
    assert [row.split(" 1 ")[0].split(" 2 ")[0] for row in papers] == ["Báo Mới", "Báo Cũ"] and grown != tags
    assert not {path: tag(client, path) for path in etags}.items() & etags.items()
    desk.close()


def test_a_commit_has_a_name_that_no_other_has(build: Callable[..., Path], tmp_path: Path) -> None:
    same = [paper(1, "Báo Một")]
    home, other = build(same), build(same, name="kho khác")
    first = open_snapshot(home / INDEX_FOLDER)
    assert open_snapshot(home / INDEX_FOLDER).commit == first.commit
    copied = shutil.copytree(home / INDEX_FOLDER, tmp_path / "bản sao")
    assert open_snapshot(copied).commit == first.commit  # it holds the same
    assert open_snapshot(other / INDEX_FOLDER).commit != first.commit
    shutil.rmtree(home / INDEX_FOLDER)
    build([])
    again = open_snapshot(home / INDEX_FOLDER)
    assert (again.generation, again.provenance) == (first.generation, first.provenance) and again.commit != first.commit


@pytest.mark.slow
def test_what_was_cut_short_is_given_to_nobody_else(build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    home = build([paper(1, "Báo Một", "đất đai"), paper(2, "Báo Hai", "đất đai")])
    app = create_app(home, settings=Settings())
    client = app.test_client()
    paths = ["/tim-kiem/loc/tag?q=truong", "/the/đất_đai", "/tim-kiem.csv?q=truong", "/tim-kiem.atom?q=truong"]
    with monkeypatch.context() as hurried:
        hurried.setattr(app.extensions["lucbao"].searcher(), "_time_limit", -1.0)
        hurried.setattr("web.view.export.TIME_LIMIT", -1.0)

        for path in paths:
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store") and "quá lâu" in answer.text, path
        papers, tags = figures(client)
    assert (papers, tags) == figures(client)
    assert [row.count("5/2022") for row in papers] == [1, 1] and len(tags) == 1
    for path in paths:
        assert client.get(path).status_code == 200, path
    app.extensions["lucbao"].close()


def test_what_is_no_page_has_no_tag(client: FlaskClient, tmp_path: Path) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/khong-co"):
        assert "ETag" not in client.get(path).headers
    missing = create_app(tmp_path / "chưa có", settings=Settings()).test_client().get("/")
    assert missing.status_code == 503 and "ETag" not in missing.headers and missing.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*PAGES, "/static/lucbao.css"])
def test_text_is_sent_small_to_who_can_read_it(client: FlaskClient, path: str) -> None:
    with client.get(path) as whole, client.get(path, headers={"Accept-Encoding": "br;q=1, gzip;q=0.5"}) as small:
        assert small.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in whole.headers
        assert "Accept-Encoding" in small.vary and "Accept-Encoding" in whole.vary
        assert len(small.data) == int(small.headers["Content-Length"]) < len(whole.data)
        if "search" not in path and "tim-kiem" not in path:  # they say how long they took
            assert gzip.decompress(small.data) == whole.data
        assert small.headers["ETag"].removeprefix("W/") == whole.headers["ETag"].removeprefix("W/")


STREAMS = [f"/tim-kiem.{extension}?q=truong" for extension in ("csv", "jsonl", "ris", "bib")] + ["/sitemap-1.xml"]


@pytest.mark.parametrize("path", STREAMS)
def test_a_stream_is_sent_small_to_its_last_byte(client: FlaskClient, path: str) -> None:
    whole, small = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in whole.headers
    assert "Accept-Encoding" in small.vary and "Accept-Encoding" in whole.vary and "Content-Length" not in small.headers
    assert len(small.data) < len(whole.data) / 2 and gzip.decompress(small.data) == whole.data
    assert small.headers.get("X-Total-Count") == whole.headers.get("X-Total-Count")
    assert client.head(path, headers={"Accept-Encoding": "gzip"}).data == b""


def test_a_stream_is_packed_piece_by_piece_and_let_go_by_who_leaves(client: FlaskClient, app: Flask) -> None:
    seen: list[str] = []

    def made() -> Iterator[str]:
        try:
            for number in range(3):
                seen.append(f"bài {number}")
                yield f"bài {number}\n"
        finally:
            seen.append("closed")

    app.add_url_rule("/dòng", view_func=lambda: Response(made(), content_type="text/csv; charset=utf-8"))
    response = client.get("/dòng", headers={"Accept-Encoding": "gzip"}, buffered=False)
    sent = response.iter_encoded()
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for number in range(2):
        assert unpack.decompress(next(sent)).decode() == f"bài {number}\n" and len(seen) == number + 1
    response.close()
    assert seen == ["bài 0", "bài 1", "closed"]


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_pieces_make_one_file_and_none_waits_for_the_next(content: list[bytes]) -> None:
    sent = list(pieces(content))
    assert gzip.decompress(b"".join(sent)) == b"".join(content)
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert [unpack.decompress(piece) for piece in sent] == [*filter(None, content), b""]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Accept-Encoding": "gzip;q=0"}),
        ("/tim-kiem.csv?q=truong", {"Accept-Encoding": "gzip;q=0"}),
        ("/", {"Accept-Encoding": "br"}),
        ("/healthz", {"Accept-Encoding": "gzip"}),
        ("/static/lucbao.css", {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}),
    ],
)
def test_other_answers_are_sent_as_they_are(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    with client.get(path, headers=headers) as response:
        assert "Content-Encoding" not in response.headers


def test_what_is_secret_is_not_compressed_beside_what_is_asked(archive_home: Path) -> None:
    app = create_app(archive_home, settings=Settings(password="mật khẩu"))
    client = app.test_client()
    response = client.get("/tim-kiem?q=a", headers={"Accept-Encoding": "gzip"}, auth=("", "mật khẩu"))
    assert response.status_code == 200 and "Content-Encoding" not in response.headers
    assert response.headers["Cache-Control"] == "private, no-cache"
    app.extensions["lucbao"].close()
