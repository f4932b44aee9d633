"""`lucbao show`: an article by whatever names it, and what is known of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import run

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.permalink import permalink
from language.timestamp import parse_iso
from web import create_app

SCHOOL = Article(
    "Trường mới\x1b[2J ở Bình Liêu",
    (
        Block("heading", "Khởi công"),
        Block("paragraph", "Xã có thêm một trường."),
        Block("caption", "Sân trường", credit="Ảnh: Lan"),
    ),
    "Sáng 12/7, huyện khởi công.",
    "https://bao.example/truong.html",
    ("Hà Thu Cúc",),
    "Báo Núi Sông",
    "Giáo dục",
    ("giáo dục", "đầu tư công"),
    parse_iso("2022-07-12T08:30:00+07:00"),
)
PAGE = "<h1>Trường mới ở Bình Liêu</h1>".encode()


@pytest.fixture
def home(build: Callable[..., Path]) -> Path:
    home = build([SCHOOL, Article("Tin cũ", url="https://bao.example/cu.html", published=parse_iso("2021-01-02"))])
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        archive.add(SCHOOL, page=PAGE)
    return home


def test_an_article_to_be_read(home: Path) -> None:
    shown = run(home, "show", SCHOOL.id)
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert lines[:2] == ["Trường mới\ufffd[2J ở Bình Liêu", "Báo Núi Sông · Giáo dục · 12/7/2022, 08:30 · Hà Thu Cúc"]
    assert lines[2:-5] == [
        *("", "Sáng 12/7, huyện khởi công."),
        *("", "Khởi công"),
        *("", "Xã có thêm một trường."),
        *("", "Sân trường Ảnh: Lan"),
        "",
    ]
    assert lines[-5:-1] == [
        "#giáo_dục #đầu_tư_công",
        "Địa chỉ gốc: https://bao.example/truong.html",
        f"Trích dẫn: {permalink(SCHOOL.id, SCHOOL.title)}",
        f"SHA-256: {SCHOOL.content_hash}",
    ]
    assert lines[-1].startswith("1 bản, bản này lưu ")


@pytest.mark.parametrize(
    "named",
    [
        SCHOOL.id.upper(),
        permalink(SCHOOL.id, SCHOOL.title),
        f"https://kho.example/kho/bai-viet/{SCHOOL.id}-ten-cu?q=truong",
        f"/bai-viet/{SCHOOL.id}/",
        "https://bao.example/truong.html",
        "https://bao.example/truong.html?utm_source=x",
    ],
)
def test_whatever_names_an_article_finds_it(home: Path, named: str) -> None:
    shown = run(home, "show", named)
    assert shown.returncode == 0 and SCHOOL.content_hash in shown.stdout, shown.stderr


def test_a_day_without_a_time_has_none(home: Path) -> None:
    assert "\n2/1/2021\n" in run(home, "show", "https://bao.example/cu.html").stdout


def test_as_json_it_is_what_the_api_gives(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCBAO_BASE_URL", "https://kho.example")
    shown = json.loads(run(home, "show", SCHOOL.id, "--json").stdout)
    app = create_app(home)
    answer = app.test_client().get(f"/api/v1/articles/{SCHOOL.id}").json
    app.extensions["lucbao"].close()
    assert answer is not None and shown == {name: answer[name] for name in shown}
    assert shown["permalink"].startswith("https://kho.example/bai-viet/")


def test_its_raw_page_comes_as_it_was_kept(home: Path) -> None:
    assert run(home, "show", SCHOOL.id, "--raw").stdout.encode() == PAGE
    without = run(home, "show", "https://bao.example/cu.html", "--raw")
    assert without.returncode == 2 and "không có trang gốc" in without.stderr and without.stdout == ""


@pytest.mark.parametrize("named", ["aaaaaaaaaaaa", "x", "https://bao.example/khac.html", "/bai-viet/"])
def test_what_is_not_there_is_said(home: Path, named: str) -> None:
    shown = run(home, "show", named)
    assert shown.returncode == 2 and f"kho không có bài {named!r}." in shown.stderr and shown.stdout == ""
