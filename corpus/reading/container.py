"""The first bytes of a file -> the word for what it is, when it holds several pages or letters: WARC, MHTML, mail and the like.

Such a file is no page, however it is named: read as one, the text of one article would stand under the address of another. Web archives in
WARC (corpus.reading.web_archive), letters and MHTML (corpus.reading.document) have readers of their own, the others are refused.
"""

from __future__ import annotations

import re
import zlib
from typing import Literal

from corpus.message import told
from language.wording import Told

# So much of a file must be given: the headers of a letter are long.
HEAD = 16_384

WEB_ARCHIVE = told("container_warc")
_SIGNS = (
    (b"WARC/", WEB_ARCHIVE),
    (b"filedesc://", told("container_arc")),
    (b"bplist00", told("container_webarchive")),
    (b"ZIM\x04", told("container_zim")),
    (b"ITSF", told("container_chm")),
)
_HAR = re.compile(rb'\{\s*"log"\s*:\s*\{')
_MBOX = re.compile(rb"From \S{1,200} {1,3}\w{3} \w{3} [ \d]\d \d\d:\d\d")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|$)")
_LETTER, _ENVELOPE = (
    {b"from", b"to", b"subject", b"date"},
    {b"mime-version", b"message-id", b"received", b"return-path", b"delivered-to"},
)
_PARTS = re.compile(rb"multipart/(?:related|mixed|alternative)|^snapshot-content-location:", re.I | re.M)
# One whole page after another: "wget -O" of several addresses.
_NEXT_PAGE = re.compile(r"</html\s{0,9}>\s{0,99}(?:<!--[^>]{0,300}-->\s{0,99})?(?=<!doctype\s+html|<html[\s>])", re.I)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.I)


def several_pages(head: bytes) -> Told | None:
    """Return the words for what a file is whose first HEAD bytes are `head`, None when it may be one page or text."""
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, HEAD)
        except zlib.error:
            return None  # whoever reads it will say that it is damaged
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    kind = next((word for sign, word in _SIGNS if head.startswith(sign)), None)
    if not kind and _HAR.match(head):
        kind = told("container_har")
    if not kind and _MBOX.match(head):
        kind = told("container_mbox")
    letter = letter_kind(head)
    return kind or (told("container_mhtml") if letter == "mhtml" else told("container_letter") if letter else None)


def pages_in_a_row(text: str) -> Told | None:
    """Return the words for what the HTML `text` is when it is several whole pages, one after another, else None."""
    if text.count("<html") + text.count("<HTML") < 2 or _NEXT_PAGE.search(text) is None:
        return None
    titles = {title[1].strip() if (title := _TITLE.search(page)) else "" for page in _NEXT_PAGE.split(text)} - {""}
    return told("container_pages") if len(titles) > 1 else None


def letter_kind(head: bytes) -> Literal["mhtml", "letter"] | None:
    """Return whether a file that begins with `head` is a page saved as MHTML, or a letter; None for neither."""
    names = []
    end = 0
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    while (header := _HEADER.match(head, end)) is not None:
        names.append(header[1].lower())
        end = header.end()
    known = set(names)
    if len(known & _LETTER) >= 3 or known & _LETTER and known & _ENVELOPE:
        saved = _PARTS.search(head[:end]) is not None and not known & {b"to", b"received", b"delivered-to"}
        return "mhtml" if saved else "letter"
    return "mhtml" if b"mime-version" in known and _PARTS.search(head[:end]) else None
