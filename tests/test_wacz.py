"""WACZ files: their WARC files are read when they are what the package says they are, and each refusal costs one file."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warc_maker import URL, members, pages, read, response, revisit, sha1, story, told, wacz

from corpus.reading.bundle import MAX_MEMBERS
from corpus.reading.web_archive import wacz as module

pytestmark = pytest.mark.slow

PAGE = story(1)
FIRST = members([response(PAGE, WARC_Payload_Digest=sha1(PAGE))])
SECOND = members([revisit(URL, "2024-01-01T00:00:00Z", WARC_Payload_Digest=sha1(PAGE)), response(story(2), URL + "?2")])
FILES = {
    "archive/a.warc.gz": FIRST,
    "archive/b.warc.gz": SECOND,
    "pages/pages.jsonl": b"{}",
    "indexes/index.cdx": b"",
}


def test_a_package_is_one_archive(tmp_path: Path) -> None:
    """A revisit finds its page in another file of it; records are numbered through all of them."""
    found = read(tmp_path, wacz(FILES), "a.wacz")
    assert pages(found) == [(1, PAGE), (3, story(2)), (2, PAGE)]
    assert [each.kind for each in found] == ["html", "html", "html", "sound"]


def test_files_that_are_compressed_in_the_package_are_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wacz(FILES))) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as squeezed:
        for name in package.namelist():
            squeezed.writestr(name, package.read(name))
    assert pages(read(tmp_path, out.getvalue(), "a.wacz")) == [(1, PAGE), (3, story(2)), (2, PAGE)]


def damaged(content: bytes, name: str) -> bytes:
    """Return a package in which a byte of the file `name` is another, so that zip's own checksum tells."""
    at = content.index(FILES[name])
    return content[: at + 30] + bytes([content[at + 30] ^ 1]) + content[at + 31 :]


def changed(content: bytes, name: str) -> bytes:
    """Return a package in which the file `name` is another, and zip's own checksum is right."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w") as other:
        for each in package.namelist():
            other.writestr(each, package.read(each) + (b"\n" if each == name else b""))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (changed(wacz(FILES), "archive/a.warc.gz"), "Tệp archive/a.warc.gz trong đó: Tệp không khớp mã băm đã ghi."),
        (damaged(wacz(FILES), "archive/a.warc.gz"), "Bad CRC-32"),
        (wacz(FILES, resources=[{"path": "archive/b.warc.gz", "hash": f"sha256:{hashlib.sha256(SECOND).hexdigest()}"}]), "không có trong danh sách"),
        (wacz(FILES, resources=[*({"path": name, "hash": f"md5:{hashlib.md5(FILES[name]).hexdigest()}"} for name in list(FILES)[1:]), {"path": "archive/a.warc.gz", "hash": "blake:x"}]), "“blake”"),
    ],
    ids=["changed", "damaged", "not-listed", "unknown-hash"],
)  # fmt: skip
def test_a_file_that_is_not_as_it_is_listed_is_refused_and_the_others_are_read(tmp_path: Path, content: bytes, why: str) -> None:
    found = read(tmp_path, content, "a.wacz")
    assert pages(found) == [(3, story(2))]
    [(number, reason)] = told(found, "refused")
    assert number == 1 and why in reason
    assert [reason for _, reason in told(found, "passed record")] == ["bản ghi revisit không có trang trong kho web này"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (changed(wacz(FILES), "datapackage.json"), "(datapackage.json) không khớp"),
        (wacz(FILES, hash="sha256:0"), "(datapackage.json) không khớp"),
        (wacz(FILES, resources=None), "không đọc được"),
        (wacz({"pages/pages.jsonl": b""}), "không có tệp WARC nào"),
        (wacz({f"{number}": b"" for number in range(MAX_MEMBERS)}), "hơn 20.000 tệp"),
        (b"PK\x03\x04", "zip hỏng"),
        (b"x" * 1000, "zip hỏng"),
        (wacz(FILES)[:-40], "zip hỏng"),
    ],
)
def test_a_package_that_cannot_be_trusted_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    [given] = read(tmp_path, content, "a.wacz")
    assert (given.kind, given.line) == ("refused", None)
    assert why in str(given.reason)


def test_a_zip_without_a_list_is_no_package(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("archive/a.warc.gz", FIRST)
    [given] = read(tmp_path, out.getvalue(), "a.wacz")
    assert "thiếu datapackage.json" in str(given.reason)


def test_a_list_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("datapackage.json", b"[" + b" " * module.LARGEST_LIST)
    [given] = read(tmp_path, out.getvalue(), "a.wacz")
    assert "không đọc được" in str(given.reason)


def test_a_file_that_unfolds_too_far_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNFOLDS_FREELY", 1_000)
    out = io.BytesIO()
    bomb = wacz({"archive/a.warc": bytes(10_000_000)})
    with zipfile.ZipFile(io.BytesIO(bomb)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as squeezed:
        for name in package.namelist():
            squeezed.writestr(name, package.read(name))
    [(number, reason)] = told(read(tmp_path, out.getvalue(), "a.wacz"), "refused")
    assert number == 1 and "bung ra quá lớn" in reason


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(wacz(FILES))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(sign)
        struct.pack_into("<H", content, at + flags, 1)
    [(number, reason)] = told(read(tmp_path, bytes(content), "a.wacz"), "refused")
    assert number == 1 and "encrypted" in reason


@settings(max_examples=60)
@given(st.data())
def test_any_damage_is_told_and_nothing_is_raised(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(wacz(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    found = read(tmp_path_factory.getbasetemp(), bytes(content), "tình cờ.wacz")
    assert {content for _, content in pages(found)} <= {PAGE, story(2)}, "nothing comes out of it that was not put in"
    assert found[-1].kind == "sound" or [each.kind for each in found] == ["refused"]
