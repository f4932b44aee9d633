"""A file's name and first bytes -> which reader it is for, when it is neither a page, a text nor lines of JSON.

The first bytes decide where they can: a PDF that is named .html is a PDF.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from corpus.message import told
from corpus.reading.container import WEB_ARCHIVE, letter_kind, several_pages
from language.wording import Told

FileKind: TypeAlias = Literal["pdf", "docx", "mhtml", "letter", "table", "zip", "packed", "warc", "wacz"]
DOCUMENTS = ("pdf", "docx", "mhtml", "letter")
"""The kinds that are read whole, by a reader of their own."""
ARCHIVES = ("zip", "warc", "wacz")
"""The kinds that unfold to many files, and are not opened inside another."""

_PDF, _ZIP, _GZIP, _OLE = b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS: dict[str, FileKind] = {".csv": "table", ".tsv": "table", ".warc": "warc", ".warc.gz": "warc", ".wacz": "wacz"}
_LEFT = {
    b"mimetypeapplication/epub+zip": told("kind_epub"),
    b"mimetypeapplication/vnd.oasis": told("kind_open_document"),
    b"xl/": told("kind_spreadsheet"),
    b"ppt/": told("kind_presentation"),
}


def file_kind(head: bytes, name: str) -> FileKind | Told | None:
    """Return which reader a file is for whose first bytes are `head`, or what it is that none reads; None for pages, texts, lines, the unknown."""
    several = several_pages(head)
    if several == WEB_ARCHIVE:
        return "warc"
    if _PDF in head[:1024]:
        return "pdf"
    if head.startswith(_ZIP):
        return _in_zip(head, name)
    if head.startswith(_OLE):
        return told("kind_old_office")
    if head.startswith(_GZIP) and name.endswith(".gz") and not name.endswith((".jsonl.gz", ".warc.gz")):
        return "packed"
    letter = letter_kind(head)
    if letter or several:
        return letter
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), None)


def _in_zip(head: bytes, name: str) -> FileKind | Told | None:
    if name.endswith(".wacz"):
        return "wacz"
    if b"word/" in head or name.endswith(".docx"):
        return "docx"
    return next(
        (words for sign, words in _LEFT.items() if sign in head and b"[Content_Types]" in head or sign in head[30:80]), "zip"
    )
