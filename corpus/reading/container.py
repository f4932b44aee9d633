"""The first bytes of a file -> the word for what it is, when it holds several pages or letters: WARC, MHTML, mail and the like.

Such a file is refused, however it is named: read as one page, the text of one article would stand under the address of another.
"""

from __future__ import annotations

import re
import zlib

# So much of a file must be given: the headers of a letter are long.
HEAD = 16_384

_SIGNS = (
    (b"WARC/", "bản lưu web WARC"),
    (b"filedesc://", "bản lưu web ARC"),
    (b"bplist00", "bản lưu web .webarchive của Safari"),
    (b"ZIM\x04", "bản lưu web ZIM"),
    (b"ITSF", "tệp trợ giúp CHM"),
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


def several_pages(head: bytes) -> str:
    """Return one sentence that says what a file is whose first HEAD bytes are `head`, "" when it may be one page or text."""
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, HEAD)
        except zlib.error:
            return ""  # whoever reads it will say that it is damaged
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    kind = next((word for sign, word in _SIGNS if head.startswith(sign)), "")
    if not kind and _HAR.match(head):
        kind = "bản ghi lượt tải web HAR"
    if not kind and _MBOX.match(head):
        kind = "hộp thư mbox"
    return _refusal(kind or _letter(head))


def pages_in_a_row(text: str) -> str:
    """Return one sentence when the HTML `text` is several whole pages, one after another, else ""."""
    if text.count("<html") + text.count("<HTML") < 2 or _NEXT_PAGE.search(text) is None:
        return ""
    titles = {title[1].strip() if (title := _TITLE.search(page)) else "" for page in _NEXT_PAGE.split(text)} - {""}
    return _refusal("nhiều trang HTML nối liền nhau") if len(titles) > 1 else ""


def _refusal(kind: str) -> str:
    return f"Tệp này là {kind}, chứa nhiều trang trong một tệp; Lục Báo chưa đọc loại tệp này." if kind else ""


def _letter(head: bytes) -> str:
    names = []
    end = 0
    while (header := _HEADER.match(head, end)) is not None:
        names.append(header[1].lower())
        end = header.end()
    known = set(names)
    if len(known & _LETTER) >= 3 or known & _LETTER and known & _ENVELOPE:
        saved = _PARTS.search(head[:end]) is not None and not known & {b"to", b"received", b"delivered-to"}
        return "trang lưu MHTML" if saved else "thư điện tử (EML)"
    return "trang lưu MHTML" if b"mime-version" in known and _PARTS.search(head[:end]) else ""
