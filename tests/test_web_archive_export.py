"""An archive written as WARC: other programs read it, and another archive takes from it all that the first has."""

from __future__ import annotations

import argparse
import gzip
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from conftest import random_article
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warc_maker import URL, chunked, members, record, response, sha1, story, told
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.indexer import Indexer

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.history import KeptRevision, history
from corpus.article import Article, Block
from corpus.capture import Capture
from corpus.errors import NotAnArticle
from corpus.ingest import READER, ingest
from corpus.reading.input import inputs
from corpus.reading.jsonl import read_line
from corpus.reading.web_archive.exchange import MEDIA_TYPE, KeptArticle, read_kept, write_kept
from corpus.writing.web_archive import write_warc

pytestmark = pytest.mark.slow

PAGE = story(1)
NOON = datetime(2022, 7, 12, 12, tzinfo=timezone.utc)
HEADERS = b"HTTP/1.1 200 Tot\r\nServer: x\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\nContent-Type: text/html\r\n\r\n"


def text(number: int, words: str, **values: Any) -> Article:
    return Article(
        f"Bài {number}", (Block("paragraph", words),), url=f"https://nhippho.example/{number}", source="Nhịp Phố", **values
    )


def fill(archive: Archive) -> None:
    """Have all that an archive can have: pages captured and not, texts only, revisions, an earlier text again, no address, withdrawn."""
    first = text(1, "Bản một.", fetched_at=NOON, origins={"source": "meta", "title": "json-ld"}, notes=("Ghi chú.",))
    archive.add(first, PAGE, reader=READER, capture=Capture("https://m.nhippho.example/1?a=b", NOON, HEADERS, "urn:uuid:a"))
    archive.add(text(2, "<p>Đoạn</p>"))
    archive.add(text(1, "Bản hai.", fetched_at=NOON - timedelta(days=400)), b"\xff\x00 trang", reader=2)
    later = Capture("https://nhippho.example/1", NOON + timedelta(days=1), b"", "")
    archive.add(text(1, "Bản hai.", fetched_at=NOON + timedelta(days=1)), b"khac", capture=later)
    archive.add(text(1, "Bản một.", fetched_at=NOON + timedelta(days=2, microseconds=5)))
    archive.add(Article("Không địa chỉ", (Block("caption", "Ảnh", "H. Nam"),)), b"<p>khong", reader=1)
    archive.add(text(3, "Bị gỡ."), b"<p>g")
    archive.withdraw(text(3, "").id)
    archive.add(text(4, "Bị gỡ rồi về."))
    archive.withdraw(text(4, "").id)
    archive.add(text(4, "Về lại."))


@pytest.fixture
def open_archive(tmp_path: Path) -> Iterator[Callable[[str], Archive]]:
    opened = []

    def open_archive(name: str) -> Archive:
        opened.append(Archive.open(tmp_path / name / ARCHIVE_FILE, create=True))
        return opened[-1]

    yield open_archive
    for archive in opened:
        assert archive.check() == []
        archive.close()


def kept(archive: Archive) -> list[tuple[object, ...]]:
    """Return all that an archive has of the articles that are not withdrawn, in the order of its revisions."""
    return [
        (each.article, each.article.id, each.article.content_hash, each.page, each.reader, each.captures)
        + (tuple((capture.headers, capture.record, capture.sha256) for capture in each.captures),)
        + (each.seen_at if each.article.fetched_at else None,)
        for each in history(archive, list(archive.ids()))
    ]


def written(archive: Archive) -> bytes:
    out = io.BytesIO()
    write_warc(history(archive, list(archive.ids())), out)
    return out.getvalue()


def test_another_archive_gets_all_that_the_first_has(open_archive: Callable[[str], Archive], tmp_path: Path) -> None:
    first, second = open_archive("một"), open_archive("hai")
    fill(first)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(written(first))
    assert path.read_bytes() == written(first), "the same archive, the same bytes"
    report = ingest([path], second)
    assert (report.added, report.updated, report.unchanged, report.rejected) == (4, 3, 0, 0)
    assert kept(second) == kept(first)
    assert [str(each) for each in report.passed_records] == ["bản ghi warcinfo"]
    last = second.last_change()
    for target in (second, first):
        again = ingest([path], target)
        assert (again.added, again.updated, again.rejected) == (0, 0, 0)
    assert second.last_change() == last and kept(second) == kept(first)
    assert text(3, "").id not in set(second.ids()), "what is withdrawn is not given on"


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_a_round_trip_loses_nothing_whatever_was_archived(tmp_path_factory: pytest.TempPathFactory, chance: Any) -> None:
    folder = tmp_path_factory.mktemp("kho")
    with Archive.open(folder / "1.sqlite3", create=True) as first, Archive.open(folder / "2.sqlite3", create=True) as second:
        for _ in range(chance.randint(1, 12)):
            fetched = NOON + timedelta(days=chance.randint(-9, 9)) if chance.random() < 0.7 else None
            article = random_article(chance, chance.randint(1, 3))
            article = Article(
                **{name: getattr(article, name) for name in ("title", "lead", "blocks", "url", "source", "tags")},
                fetched_at=fetched,
            )
            again = chance.choice([each.article for each in history(first, list(first.ids()))] or [article])
            article = chance.choice([article, again])
            page = chance.choice([None, PAGE, b"", b"\xff" * 9])
            at = NOON + timedelta(hours=chance.randint(0, 99))
            capture = (
                Capture(
                    chance.choice([article.url, URL]),
                    at,
                    chance.choice(
                        [b"", HEADERS, b"x", b"HTTP/2 404 \r\nX: \xff\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: a/b"]
                    ),
                    "urn:a",
                )
                if chance.random() < 0.5
                else None
            )
            first.add(article, page, reader=chance.randint(0, READER), capture=capture)
        (folder / "a.warc.gz").write_bytes(written(first))
        assert ingest([folder / "a.warc.gz"], second).rejected == 0
        assert kept(second) == kept(first)


def test_other_programs_accept_it(
    open_archive: Callable[[str], Archive], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """warcio's checker and indexer, FastWARC; each record is a gzip member of its own, which CDX indexes and ReplayWeb.page ask for."""
    archive = open_archive("kho")
    fill(archive)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(written(archive))
    assert Checker(argparse.Namespace(inputs=[str(path)], verbose=True)).process_all() == 0
    checked = capsys.readouterr().out
    assert (checked.count("digest pass"), checked.count("failed")) == (11, 0)
    index = tmp_path / "a.cdxj"
    Indexer(["offset", "length", "warc-type", "warc-target-uri", "http:status"], [str(path)], str(index)).process_all()
    lines = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()]
    assert [line["warc-type"] for line in lines] == (
        "warcinfo response conversion resource response conversion resource resource conversion resource resource".split()
    )
    content = path.read_bytes()
    for line in lines:
        one = gzip.decompress(content[int(line["offset"]) : int(line["offset"]) + int(line["length"])])
        assert one.startswith(b"WARC/1.1\r\n") and one.count(b"\r\nWARC-Type: ") == 1
    assert sum(int(line["length"]) for line in lines) == len(content)
    found = [
        (each.headers["WARC-Target-URI"], each.http_headers.status_code, each.reader.read())
        for each in FastIterator(io.BytesIO(content))
        if each.is_http
    ]
    assert found == [
        ("https://m.nhippho.example/1?a=b", 200, PAGE),
        ("https://nhippho.example/1", 200, b"\xff\x00 trang"),
    ]


def test_headers_are_true_and_say_whence_they_are(open_archive: Callable[[str], Archive]) -> None:
    archive = open_archive("kho")
    fill(archive)
    records = [
        (each.rec_headers, each.http_headers, each.content_stream().read())
        for each in ArchiveIterator(io.BytesIO(written(archive)))
        if each.rec_type in ("response", "conversion")
    ]
    (captured, sent, page), (about, _, line), (made, synthesised, _), _, _ = records
    assert sent.headers == [
        ("Server", "x"),
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Transfer-Encoding", "chunked"),
        ("X-Archive-Orig-Content-Length", "5"),
        ("Content-Type", "text/html"),
        ("Content-Length", str(len(PAGE))),
    ]
    assert (sent.statusline, page, captured.get_header("WARC-Date")) == ("200 Tot", PAGE, "2022-07-12T12:00:00Z")
    assert captured.get_header("Lucbao-Headers").startswith("captured")
    assert captured.get_header("WARC-Payload-Digest") == sha1(PAGE)
    assert synthesised.headers == [("Content-Type", "text/html"), ("Content-Length", "8")]
    assert made.get_header("Lucbao-Headers").startswith("synthesised")
    assert about.get_header("WARC-Refers-To") == captured.get_header("WARC-Record-ID")
    assert about.get_header("Content-Type") == MEDIA_TYPE
    assert (json.loads(line)["title"], json.loads(line)["kept"]["origins"]) == ("Bài 1", {"source": "meta", "title": "json-ld"})


LINE = write_kept(KeptArticle(text(1, "Đoạn."), NOON, 1, (Capture(URL, NOON, b"x", "a"),)))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (json.loads(LINE)["kept"] | {"content_hash": "0"}, "mã băm"),
        (json.loads(LINE)["kept"] | {"seen_at": "hôm qua"}, "không đúng cách"),
        (json.loads(LINE)["kept"] | {"origins": []}, "không đúng cách"),
        (json.loads(LINE)["kept"] | {"notes": [1]}, "không đúng cách"),
        (json.loads(LINE)["kept"] | {"notes": ["\ud800"]}, "không đúng cách"),
        (json.loads(LINE)["kept"] | {"reader": float("inf")}, "không đúng cách"),
        (json.loads(LINE)["kept"] | {"captures": [{"url": "javascript:x"}]}, "không đúng cách"),
        (
            json.loads(LINE)["kept"] | {"captures": [json.loads(LINE)["kept"]["captures"][0] | {"headers": "é"}]},
            "không đúng cách",
        ),
        ({}, "không đúng cách"),
        (None, "không đúng cách"),
    ],
)
def test_a_line_that_is_not_as_we_write_it_is_refused(line: object, why: str) -> None:
    given = json.dumps(json.loads(LINE) | {"kept": line}).encode()
    article, _ = read_line(given)
    with pytest.raises(NotAnArticle, match=why):
        read_kept(given, article)
    assert read_kept(LINE, article).article == text(1, "Đoạn.")


def test_an_article_goes_with_its_page_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    about = record("conversion", LINE, Content_Type=MEDIA_TYPE, WARC_Refers_To="<urn:uuid:a>")
    page = response(chunked(PAGE), http={"Transfer-Encoding": "chunked"}, WARC_Record_ID="<urn:uuid:a>")
    path.write_bytes(members([about, page]))
    found = list(inputs([path]))
    assert [(each.kind, each.line, each.content, each.page) for each in found[:-1]] == [("article", 1, LINE, PAGE)]
    path.write_bytes(members([about]))
    [(number, reason)] = told(list(inputs([path])), "refused")
    assert number == 1 and "Không thấy trang gốc" in reason


def test_a_stranger_cannot_claim_a_later_reader(open_archive: Callable[[str], Archive], tmp_path: Path) -> None:
    line = write_kept(KeptArticle(text(1, "Đoạn."), NOON, 999))
    page = record("resource", PAGE, Content_Type="text/html", WARC_Record_ID="<urn:uuid:a>")
    (tmp_path / "a.warc").write_bytes(page + record("conversion", line, Content_Type=MEDIA_TYPE, WARC_Refers_To="<urn:uuid:a>"))
    archive = open_archive("kho")
    assert ingest([tmp_path / "a.warc"], archive).added == 1
    assert [each.reader for each in history(archive, archive.ids())] == [READER]


def test_a_history_goes_by_the_order_of_archiving(open_archive: Callable[[str], Archive]) -> None:
    archive = open_archive("kho")
    fill(archive)
    found: list[KeptRevision] = list(history(archive, sorted(archive.ids(), reverse=True)))
    assert [each.change for each in found] == sorted(each.change for each in found) and len(found) == 7
    archive.withdraw(text(1, "").id)
    assert list(history(archive, [text(1, "").id])) == []


@pytest.mark.slow
def test_the_command_writes_a_file_that_the_command_reads(archive_home: Path, tmp_path: Path) -> None:
    ran = run(archive_home, "export", "", "--format", "warc", "-o", tmp_path / "kho.warc.gz")
    assert (ran.returncode, ran.stderr) == (0, "Đã xuất 97 bản của các bài.\n")
    ran = run(tmp_path / "kho", "add", tmp_path / "kho.warc.gz")
    assert ran.returncode == 0
    assert ran.stdout == "thêm 97 · cập nhật 0 · không đổi 0 · loại 0 · bỏ qua 1 bản ghi: 1 bản ghi warcinfo\n"
    with (
        Archive.open(archive_home / ARCHIVE_FILE, read_only=True) as first,
        Archive.open(tmp_path / "kho" / ARCHIVE_FILE) as second,
    ):
        assert kept(second) == kept(first)


@pytest.mark.slow
def test_a_query_narrows_what_is_written(archive_home: Path, tmp_path: Path) -> None:
    assert run(archive_home, "export", "nông thôn mới", "--format", "jsonl", "-o", tmp_path / "a.jsonl").returncode == 0
    assert run(archive_home, "export", "nông thôn mới", "--format", "warc", "-o", tmp_path / "a.warc.gz").returncode == 0
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    found = [each for each in inputs([tmp_path / "a.warc.gz"]) if each.kind == "article"]
    assert 0 < len(found) < 97
    assert {json.loads(each.content)["url"] for each in found} == {json.loads(line)["url"] for line in lines}


def test_without_the_library_it_says_what_to_install(archive_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("command.export.importlib.util.find_spec", lambda name: None)
    ran = run(archive_home, "export", "", "--format", "warc")
    assert ran.returncode == 2 and "pip install 'lucbao[warc]'" in ran.stderr
