"""Pages that a browser saved bring the address and the moment along: SingleFile, MHTML, "Save as"."""

from __future__ import annotations

import quopri
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from page_maker import make_page

from corpus.archive import Archive
from corpus.capture import Capture
from corpus.ingest import ingest
from corpus.reading.saved_page import Saved, saved_page

pytestmark = pytest.mark.slow

AT = datetime(2022, 7, 12, 8, 30, tzinfo=timezone(timedelta(hours=7)))
URL = "https://nhippho.example/tram-y-te-2207.html"
SINGLE = "<!--\n Page saved with SingleFile \n url: {} \n saved date: Tue Jul 12 2022 08:30:00 GMT+0700 (Giờ Đông Dương)\n-->"


@pytest.mark.parametrize(("head", "saved"), [
    (SINGLE.format(URL), Saved(URL, AT)),
    (SINGLE.format("file:///etc/passwd"), Saved("", AT)),
    (SINGLE.format(URL).replace("Jul 12", "Jul 42"), Saved(URL)),
    (f"<!-- saved from url=(0044){URL} -->", Saved(URL)),
    ("<!-- saved from url=(0016)http://localhost[ -->", Saved()),
    ("<html>", Saved()),
])  # fmt: skip
def test_what_is_written_down(head: str, saved: Saved) -> None:
    assert saved_page(f"<!DOCTYPE html> <html>{head}".encode()) == saved


def mhtml(page: bytes) -> bytes:
    return (
        (
            f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {URL}\r\nSubject: x\r\nDate: Tue, 12 Jul 2022 01:30:00 -0000\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----x"\r\n\r\n\r\n------x\r\nContent-Type: text/html\r\n'
            f"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: {URL}\r\n\r\n"
        ).encode()
        + quopri.encodestring(page)
        + b"\r\n------x--\r\n"
    )


@pytest.mark.parametrize("form", ["single", "mhtml"])
def test_address_and_moment_are_kept_as_evidence(tmp_path: Path, form: str) -> None:
    page = make_page(head="")
    content = mhtml(page) if form == "mhtml" else page.replace(b"<head>", SINGLE.format(URL).encode() + b"<head>", 1)
    (tmp_path / "trang.html").write_bytes(content)
    with Archive.open(tmp_path / "archive.sqlite3", create=True) as archive:
        assert ingest([tmp_path / "trang.html"], archive).added == 1
        (change,) = archive.changes()
        article = archive.get(change.article_id)
        assert article is not None and article.url == URL and article.fetched_at == AT
        assert archive.captures.of(change.number) == [Capture(URL, AT)]
        assert archive.pages.of(change.article_id) == content
        assert ingest([tmp_path / "trang.html"], archive).unchanged == 1
