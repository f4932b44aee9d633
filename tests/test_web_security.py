"""web.around.security: the headers that every answer carries, word for word: one that is weaker lets a browser do what no page of ours needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from web import create_app
from web.setting import Settings

EVERYWHERE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OF_A_FORM = {**EVERYWHERE, "Referrer-Policy": "same-origin"}
OF_A_FOREIGN_PAGE = {**EVERYWHERE, "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'"}


@pytest.fixture(scope="module")
def app(archive_home: Path) -> Iterator[Flask]:
    app = create_app(archive_home, settings=Settings(rate=1000))
    yield app
    app.extensions["lucbao"].close()


@pytest.fixture(scope="module")
def article_id(archive_home: Path) -> str:
    with Archive.open(archive_home / ARCHIVE_FILE, read_only=True) as archive:
        return next(iter(archive.ids()))


def guards(response: TestResponse) -> dict[str, str]:
    """Return the headers by which browsers are told what they may do, each sent once."""
    sent = [(name, value) for name, value in response.headers if name in EVERYWHERE]
    assert len(sent) == len(dict(sent))
    return dict(sent)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/tim-kiem?q=truong", 200),
        ("/tim-kiem.csv?q=truong", 200),
        ("/tim-kiem.atom?q=truong", 200),
        ("/bai-viet/{id}", 301),
        ("/bai-viet/{id}.ris", 200),
        ("/goi-y?q=truong", 200),
        ("/api/v1/search?q=truong", 200),
        ("/api/v1/search?size=x", 400),
        ("/api/v1/articles/khong-co", 404),
        ("/static/lucbao.css", 200),
        ("/static/khong-co.css", 404),
        ("/bai-viet/khong-co/goc", 404),
        ("/khong-co", 404),
        ("/healthz", 200),
        ("/robots.txt", 200),
    ],
)
def test_every_answer_lets_a_browser_do_nothing_but_show_it(app: Flask, article_id: str, path: str, status: int) -> None:
    for method in ("GET", "HEAD"):
        with app.test_client().open(path.format(id=article_id), method=method) as response:
            assert (response.status_code, guards(response)) == (status, EVERYWHERE)


def test_what_is_refused_or_known_already_carries_them_too(app: Flask, archive_home: Path, tmp_path: Path) -> None:
    client = app.test_client()
    etag = client.get("/").headers["ETag"]
    closed = create_app(archive_home, settings=Settings(password="toà soạn")).test_client()
    answers = {
        304: client.get("/", headers={"If-None-Match": etag}),
        303: closed.get("/", headers={"Accept": "text/html"}),
        401: closed.get("/api/v1/search"),
        400: client.get("/", headers={"Host": "ke-xau.example"}),
        403: client.post("/tra-hang-loat", headers={"Origin": "https://ke-xau.example"}),
        405: client.delete("/"),
        413: client.post("/tra-hang-loat", data={"danh-sach": "a" * (1 << 21)}),
        417: client.get("/", headers={"Expect": "chuyện lạ".encode().decode("latin-1")}),
        503: create_app(tmp_path / "chưa có", settings=Settings()).test_client().get("/"),
    }
    assert {status: (answer.status_code, guards(answer)) for status, answer in answers.items()} == {
        status: (status, EVERYWHERE) for status in answers
    }


def test_a_page_with_a_form_tells_our_own_site_where_the_form_comes_from(app: Flask, archive_home: Path) -> None:
    assert guards(app.test_client().get("/tra-hang-loat")) == OF_A_FORM
    closed = create_app(archive_home, settings=Settings(password="toà soạn")).test_client()
    assert guards(closed.get("/dang-nhap")) == guards(closed.post("/dang-nhap", data={"password": "sai"})) == OF_A_FORM


def test_a_page_of_others_runs_nothing_even_where_it_is_shown(app: Flask, article_id: str) -> None:
    response = app.test_client().get(f"/bai-viet/{article_id}/goc")
    assert (response.status_code, guards(response)) == (200, OF_A_FOREIGN_PAGE)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{article_id}.html.txt"'


@pytest.mark.parametrize(
    ("page", "ending"),
    [(b"%PDF-1.7", ".pdf"), (b"PK\x03\x04", ".docx"), (b" %PDF-<script>", ".html.txt"), (b"From: a@b", ".html.txt")],
)
def test_a_document_has_the_ending_of_its_kind_and_a_page_that_of_a_text(tmp_path: Path, page: bytes, ending: str) -> None:
    article = Article(title="Nghị định", blocks=(Block("paragraph", "Điều 1."),), url="https://cong-bao.example/1")
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        archive.add(article, page)
    update_index(tmp_path / ARCHIVE_FILE, tmp_path / INDEX_FOLDER)
    response = create_app(tmp_path, settings=Settings()).test_client().get(f"/bai-viet/{article.id}/goc")
    assert response.data == page and response.headers["Content-Disposition"] == f'attachment; filename="{article.id}{ending}"'
