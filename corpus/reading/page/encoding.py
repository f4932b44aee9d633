"""Bytes of a page -> its text. Invariant: the text is what a browser would show, or the page is refused; never mojibake.

Order of trust: byte order mark; valid UTF-8 (a declaration of anything else is then a lie, and common); UTF-16 without a mark;
the declared encoding; what reads most like Vietnamese, in the encodings from before Unicode too (language.old_encoding).
"""

from __future__ import annotations

import codecs
import html
import re
from typing import NamedTuple

from corpus.errors import NotAnArticle
from corpus.message import note
from language.old_encoding import Restored, restored
from language.text import composed

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I)
# The first bytes of what is no text at all.
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\xd0\xcf\x11\xe0",
    b"\x00\x00\x01\x00",
    b"\x7fELF",
)
# Encodings that Vietnamese pages have been written in and Python can read. "iso-8859-1" is windows-1252 to every browser.
_READABLE = {
    "windows-1258": "cp1258", "cp1258": "cp1258", "x-cp1258": "cp1258",
    "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
}  # fmt: skip
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
# Letters of no Vietnamese word, which text in the fonts of the 1990s (TCVN3, VNI) is full of when it is read as Latin.
_FONT_CODE = re.compile(r"(?<=[a-z])[¸µ¶·¹¨©ª«¬®¾»¼½Æ£¤§¢¥¦¡×ØÞßÏÑÖÓÔÕÜÝÎÌÊÇÉÈËÐÒÛÄÅÂÁÀÃ](?=[a-z\s.,])")
_DOUBLE = re.compile("á»|áº|Ä‘|Ã[\u0080-\u00bf]|Æ°|Æ¡")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_ENTITY = re.compile(r"&(?:[A-Za-z]{3,6}[1-3]?|#1[6-9]\d|#2[0-5]\d);")
_SAMPLE = 400_000


class Decoded(NamedTuple):
    """The text of a page and, where bytes had to be repaired, one sentence about it (else "")."""

    text: str
    note: str


def decode(page: bytes) -> Decoded:
    """Return the text of `page` in NFC. Raises NotAnArticle for binary data and for encodings that cannot be read."""
    for mark, encoding in _MARKS:
        if page.startswith(mark):
            return _finish(page[len(mark) :].decode(encoding, "replace"), "")
    if page.startswith(_BINARY):
        raise NotAnArticle("page_binary_file")
    encoding = _utf_16(page)
    if encoding:
        return _finish(page.decode(encoding, "replace"), "")
    if len(page) - len(page.translate(None, _CONTROLS)) > len(page) // 100:
        raise NotAnArticle("page_binary")
    try:
        return _finish(page.decode("utf-8"), "")
    except UnicodeDecodeError:
        pass
    return _finish(*_best_guess(page))


def _best_guess(page: bytes) -> Decoded:
    declared = _DECLARED.search(page[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    lenient = page.decode("utf-8", "replace")
    # A page cut off in the middle of a letter, or with a few bad bytes, is still UTF-8.
    broken = lenient.count("\ufffd")
    if broken <= 3 or broken * 20 < sum(1 for _ in _VIETNAMESE.finditer(lenient)):
        return Decoded(lenient, note("note_broken_letters", count=broken))
    readings = [page.decode(encoding, "replace") for encoding in ("cp1258", "cp1252")]
    if name in _READABLE:
        readings.insert(0, page.decode(_READABLE[name], "replace"))
    best = max(readings, key=lambda reading: _likeness(composed(reading)))
    old = restored(page.decode("latin-1"), instead_of=composed(best))
    return Decoded(old.text, note("note_old_encoding", encoding=old.encoding)) if old else Decoded(best, "")


def _finish(text: str, repair: str) -> Decoded:
    text = _CONTROL.sub("", text)
    repaired = _undouble(text)
    if repaired:
        text, repair = repaired, note("note_encoded_twice")
    old = _old(text)
    if old:
        text, repair = old.text, note("note_old_encoding", encoding=old.encoding)
    text = composed(text)
    visible = _TAG.sub(" ", text[:_SAMPLE])
    strange = sum(1 for _ in _FONT_CODE.finditer(visible))
    if strange > 40 and strange > 2 * len(re.findall("[\u1ea0-\u1ef9ăđơư]", visible)):
        raise NotAnArticle("page_old_encoding")
    return Decoded(text, repair)


def _old(text: str) -> Restored | None:
    """Return what `text` says if it shows the codes of an old encoding, as letters or as entities (&Otilde;)."""
    old = restored(text)
    if old is None and sum(1 for _ in _ENTITY.finditer(text[:_SAMPLE])) > 5 and restored(html.unescape(text[:_SAMPLE])):
        return restored(_ENTITY.sub(_character, text))
    return old


def _character(entity: re.Match[str]) -> str:
    character = html.unescape(entity[0])
    return character if "\xa0" < character <= "\xff" else entity[0]


def _utf_16(page: bytes) -> str:
    """UTF-16 without a byte order mark: every other byte of the markup is zero."""
    head = page[:2000]
    if len(head) < 40:
        return ""
    half = len(head) // 2
    if head[1::2].count(0) > half * 0.6 and head[::2].count(0) < half * 0.2:
        return "utf-16-le"
    if head[::2].count(0) > half * 0.6 and head[1::2].count(0) < half * 0.2:
        return "utf-16-be"
    return ""


def _likeness(text: str) -> int:
    """How much `text` reads like Vietnamese: letters only Vietnamese has, less what stands in no Vietnamese word."""
    return len(_VIETNAMESE.findall(text)) - 3 * len(_FONT_CODE.findall(text)) - 5 * text.count("\ufffd")


def _undouble(text: str) -> str:
    """Undo UTF-8 that was read as windows-1252 and written as UTF-8 again; "" when that did not happen."""
    doubled = len(_DOUBLE.findall(text[:_SAMPLE]))
    if doubled < 20 or doubled < 2 * len(re.findall("[\u1ea0-\u1ef9]", text[:_SAMPLE])):
        return ""
    raw = bytearray()
    for character in text:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            raw += character.encode("latin-1") if ord(character) < 256 else character.encode("utf-8")
    return raw.decode("utf-8", "replace")
