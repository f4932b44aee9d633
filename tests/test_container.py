"""Files that hold several pages are never read as one: they are refused with a word for what they are, however they are named, or are web archives."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from page_maker import PARAGRAPHS, TITLE, make_page

from corpus.errors import NotAnArticle
from corpus.reading.container import pages_in_a_row, several_pages
from corpus.reading.input import inputs
from corpus.reading.page import read_page
from corpus.reading.plain_text import read_plain_text

PAGE = make_page()
WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://nhippho.example/a.htm\r\nContent-Length: 900\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    + PAGE
)
MHTML = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://nhippho.example/a.htm\r\nSubject: Nhip pho\r\nDate: Tue, 12 Jul 2022 08:30:00 -0000\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----x"\r\n\r\n------x\r\nContent-Type: text/html\r\n\r\n'
    + PAGE
)
IE_MHT = b'MIME-Version: 1.0\r\nX-MimeOLE: Produced\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n' + PAGE
MAIL = (
    b"Received: from a.example (a.example [192.0.2.1])\r\n\tby b.example; Tue, 12 Jul 2022 08:30:00 +0700\r\nFrom: Vi Thanh <a@nhippho.example>\r\n"
    b"To: b@nhippho.example\r\nSubject: Tin\r\nContent-Type: text/html\r\n\r\n" + PAGE
)
OLD_MAIL = "From: Vi Thành\nTo: Tòa soạn\nDate: 12/7/2022\nSubject: Tin về trường\n\n".encode() + "\n\n".join(PARAGRAPHS).encode()
MBOX = b"From a@nhippho.example Tue Jul 12 08:30:00 2022\n" + MAIL
HAR = b'{\n "log": {"version": "1.2", "entries": [{"response": {"content": {"text": "<html><p>a</p></html>"}}}]}}'
KINDS = [
    (WARC, "WARC"),
    (gzip.compress(WARC, mtime=0), "WARC"),
    (b"\n" + WARC, "WARC"),
    (b"filedesc://a.arc 0.0.0.0 20220712 text/plain 76\n" + PAGE, "ARC"),
    (MBOX, "mbox"),
    (b"bplist00\xd1\x01\x02_\x10\x0fWebMainResource" + PAGE, "webarchive"),
    (HAR, "HAR"),
]
IDS = "warc warc.gz blank-line arc mbox webarchive har".split()
LETTERS = [
    (MHTML, "mhtml", "MHTML"),
    (b"\xef\xbb\xbf" + MHTML, "mhtml", "MHTML"),
    (IE_MHT, "mhtml", "MHTML"),
    (MAIL, "letter", "thư điện tử"),
    (OLD_MAIL, "letter", "thư điện tử"),
]


@pytest.mark.parametrize("name", ["a.warc", "a.html", "a.txt", "a.jsonl", "a.mht", "a.eml", "a", "a.jsonl.gz", "a.warc.gz"])
@pytest.mark.parametrize(("content", "word"), KINDS[3:], ids=IDS[3:])
def test_files_of_several_pages_are_refused_however_they_are_named(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path):  # named, and found in a folder
        found = [source for source in inputs([path]) if source.kind != "sound"]
        assert [source.kind for source in found] == ["refused"]
        assert word in str(found[0].reason)


@pytest.mark.parametrize("name", ["a.warc", "a.html", "a.txt", "a.jsonl.gz", "a"])
@pytest.mark.parametrize(("content", "_"), KINDS[:3], ids=IDS[:3])
def test_web_archives_are_read_record_by_record_however_they_are_named(tmp_path: Path, name: str, content: bytes, _: str) -> None:
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path):
        found = [(each.kind, each.line) for each in inputs([path]) if each.kind != "sound"]
        assert found == [("passed record", 1), ("refused", 2)], "it is longer than it says"


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.mht", "a.eml", "a"])
@pytest.mark.parametrize(("content", "kind", "word"), LETTERS)
def test_letters_have_readers_of_their_own(tmp_path: Path, name: str, content: bytes, kind: str, word: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert [source.kind for source in inputs([tmp_path / name])] == [kind]
    for read in (read_page, read_plain_text):
        with pytest.raises(NotAnArticle, match=word):
            read(content)


@pytest.mark.parametrize(("content", "word"), KINDS, ids=IDS)
def test_readers_refuse_them_too(content: bytes, word: str) -> None:
    for read in (read_page, read_plain_text):
        with pytest.raises(NotAnArticle, match=word):
            read(content)


def test_one_whole_page_after_another_is_refused() -> None:
    other = PAGE.replace(TITLE.encode(), "Một bài khác hẳn về giá lúa".encode())
    with pytest.raises(NotAnArticle, match="nhiều trang HTML"):
        read_page(PAGE + b"\n" + other)
    assert read_page(PAGE + b"<!-- 0.2s --></html>").title == TITLE
    assert (
        read_page(PAGE.replace(b"</body>", b"<iframe srcdoc='<html><title>x</title></html><html>'></iframe></body>")).title
        == TITLE
    )


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        "Tiêu đề: Xã Đồng Vạn\nNguồn: Nhịp Phố\nNgày: 12/7/2022\n\nSáng 12/7".encode(),
        "From: một góc nhìn khác\n\nSáng 12/7".encode(),
        b"From Hanoi to Hue in a day\n\nA story.",
        b'{"title": "WARC/1.0", "body": ["From: a"]}',
        gzip.compress(b'{"title": "a"}', mtime=0),
        b"\x1f\x8bdamaged",
        b"",
    ],
)
def test_single_pages_and_texts_are_not_taken_for_them(content: bytes) -> None:
    assert several_pages(content) is None
    assert pages_in_a_row(content.decode("utf-8", "replace")) is None
