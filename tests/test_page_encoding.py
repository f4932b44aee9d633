"""Bytes of a page -> its text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import NotAnArticle
from corpus.reading.page.encoding import decode

TEXT = "<html><head><title>Đường về nông thôn mới</title></head><body>Ông Nguyễn Văn Ấy nói: “Người dân được hưởng lợi.”</body></html>"


def in_1258(text: str) -> bytes:
    """Windows-1258 has no letter with both a hat and a tone: tones stand after the letter."""
    out = bytearray()
    for letter in text:
        tones = "".join(mark for mark in unicodedata.normalize("NFD", letter) if mark in "\u0300\u0301\u0303\u0309\u0323")
        bare = unicodedata.normalize("NFC", "".join(mark for mark in unicodedata.normalize("NFD", letter) if mark not in tones))
        out += (bare + tones).encode("cp1258")
    return bytes(out)


@pytest.mark.parametrize(
    "page",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        unicodedata.normalize("NFD", TEXT).encode(),
        TEXT.replace("<head>", "<head><meta charset=windows-1258>").encode(),  # a lie: it is UTF-8
        TEXT.replace("<head>", "<head><meta charset=iso-8859-1>").encode(),
        in_1258(TEXT.replace("<head>", "<head><meta charset=windows-1258>")),
        in_1258(TEXT),  # not declared
        TEXT.encode().replace(b"<html>", b"\x00<html>"),
    ],
    ids=["utf-8", "mark", "utf-16", "le", "be", "be mark", "nfd", "lie 1258", "lie latin", "1258", "1258 undeclared", "nul"],
)
def test_text_is_read_in_any_encoding(page: bytes) -> None:
    text = decode(page).text
    assert "Đường về nông thôn mới" in text
    assert "Ông Nguyễn Văn Ấy nói: “Người dân được hưởng lợi.”" in text


def test_utf_8_written_as_utf_8_twice_is_undone() -> None:
    repaired = decode((TEXT * 4).replace("Đ", "đ").encode().decode("latin-1").encode())
    assert "đường về nông thôn mới" in repaired.text
    assert "hai lần" in repaired.note


def test_page_cut_off_within_a_letter_is_still_utf_8() -> None:
    page = TEXT.encode()
    decoded = decode(page[: page.rindex("ợ".encode()) + 1])
    assert "Ông Nguyễn Văn Ấy" in decoded.text
    assert "1 ký tự hỏng" in decoded.note


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (b"%PDF-1.4 xyz", "nhị phân"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "nhị phân"),
        (b"PK\x03\x04" + b"x" * 100, "nhị phân"),
        (bytes(range(256)) * 20, "nhị phân"),
    ],
    ids=["pdf", "png", "zip", "noise"],
)
def test_what_cannot_be_read_is_refused(page: bytes, why: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        decode(page)
    assert why in str(refused.value)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=300))
def test_utf_8_is_read_as_written_in_nfc(text: str) -> None:
    assert decode(text.encode()).text in (
        unicodedata.normalize("NFC", text),
        unicodedata.normalize("NFC", text.removeprefix("\ufeff")),
    )
