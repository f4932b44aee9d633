"""Zips and packed files are unfolded within bounds; names in them lead nowhere, and nothing in a zip is opened a second time."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from page_maker import make_page

from corpus.errors import NotAnArticle
from corpus.reading import bundle
from corpus.reading.input import attached, inputs

pytestmark = pytest.mark.slow

PAGE = make_page()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2022-07-12T01:30:00Z\r\n"
    b"WARC-Target-URI: https://nhippho.example/a.htm\r\nContent-Type: application/http; msgtype=response\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(ANSWER), ANSWER)
)


def make_zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


def found(path: Path) -> list[tuple[str, str, str]]:
    return [
        (given.kind, given.origin.rpartition(" › ")[2], str(given.reason or ""))
        for given in inputs([path])
        if given.kind != "sound"
    ]


def test_members_are_read_as_files_are(tmp_path: Path) -> None:
    line = b'{"url": "", "title": "a"}\n'
    files = {
        "../../etc/trang.html": PAGE,
        "a.jsonl": line * 2,
        "anh.png": b"x",
        ".an/b.html": PAGE,
        "b.zip": make_zip({"a": b"b"}),
        "b.wacz": make_zip({"a": b"b"}),
        "b.warc.gz": gzip.compress(WARC),
        "c.html.gz": gzip.compress(PAGE),
    }
    (tmp_path / "goi.zip").write_bytes(make_zip(files))
    assert [(kind, name) for kind, name, _ in found(tmp_path / "goi.zip")] == [
        ("html", "../../etc/trang.html"), ("line", "a.jsonl"), ("line", "a.jsonl"), ("passed file", "anh.png"),
        ("passed file", ".an/b.html"), ("refused", "b.zip"), ("refused", "b.wacz"), ("refused", "b.warc.gz"), ("html", "c.html.gz"),
    ]  # fmt: skip
    assert [each.name for each in tmp_path.iterdir()] == ["goi.zip"]


def test_a_packed_web_archive_is_read_and_one_in_a_letter_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(WARC))
    assert [given.kind for given in inputs([tmp_path / "a.gz"])] == ["html", "sound"]
    ((kind, line),) = [(given.kind, given.line) for given in attached("thu.eml", "a.warc", WARC)]
    assert (kind, line) == ("refused", None)


def test_bombs_are_read_so_far_and_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b" " * 20_000_001))
    assert "20 MB" in found(tmp_path / "a.html.gz")[0][2]
    lines = gzip.compress(b'{"url": "", "title": "a"}\n' + b" " * 20_000_000)
    (tmp_path / "a.zip").write_bytes(make_zip({"a.jsonl.gz": lines}))
    assert [kind for kind, *_ in found(tmp_path / "a.zip")] == ["line", "refused"]
    (tmp_path / "b.zip").write_bytes(make_zip({f"{n}.html": b" " * 19_999_999 + b"x" for n in range(8)}))
    *_, last = found(tmp_path / "b.zip")
    assert last[0] == "refused" and "bung ra quá lớn" in last[2]
    monkeypatch.setattr(bundle, "MAX_MEMBERS", 3)
    with pytest.raises(NotAnArticle, match="hơn 3 tệp"):
        list(bundle.members(io.BytesIO(make_zip(dict.fromkeys("abcd", b"")))
            , largest=1, most=1))  # fmt: skip


@pytest.mark.parametrize(("name", "content", "why"), [
    ("a.zip", b"PK\x03\x04khong phai", "hỏng"),
    ("a.zip", make_zip({"a.html": PAGE})[:-40], "hỏng"),
    ("a.html.gz", gzip.compress(PAGE)[:-9], "hỏng"),
    ("a.epub", b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", "EPUB"),
    ("a.xlsx", make_zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "CSV"),
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "docx"),
])  # fmt: skip
def test_what_is_not_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    ((kind, _, reason),) = found(tmp_path / name)
    assert kind == "refused" and why in reason


def test_a_locked_member_costs_itself_only(tmp_path: Path) -> None:
    content = bytearray(make_zip({"a.html": PAGE, "b.html": PAGE}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(content))
    assert [(kind, "mật khẩu" in reason) for kind, _, reason in found(tmp_path / "a.zip")] == [("refused", True), ("html", False)]
