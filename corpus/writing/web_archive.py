"""Revisions of articles -> a WARC/1.1 file, each record compressed by itself: what was fetched, for any program, and what was read, for ours.

A revision with a raw page is a `response` (or, where nobody knows the address, a `resource`) with the page, and a `conversion` of it: the
article as our line of JSON (corpus.reading.web_archive.exchange). One without a page is a `resource` with that line.

Invariant: the same archive gives the same bytes, and taken in by another gives the same articles, revisions, pages and captures. What headers
say of a body is true of the body that stands behind them: the page as it is kept, neither compressed nor in chunks.
"""

from __future__ import annotations

import hashlib
import io
import re
import uuid
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import IO, TYPE_CHECKING

from corpus.archive.history import KeptRevision
from corpus.capture import Capture
from corpus.identity import canonical_url
from corpus.reading.web_archive.exchange import MEDIA_TYPE, WHENCE, KeptArticle, write_kept
from corpus.reading.web_archive.record import parse_head

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

CAPTURED = "captured; Content-Encoding, Transfer-Encoding and Content-Length are those of the body here, those captured stand behind X-Archive-Orig-"
SYNTHESISED = "synthesised; nobody kept those that the server sent"
_OF_THE_BODY = ("content-encoding", "transfer-encoding", "content-length", "content-md5", "content-digest")
_HEAD = re.compile(rb"HTTP/[\d.]{1,9} +\d{3}[ \r\n]")
_RECORDS = uuid.UUID("5f0c1d3e-6f0b-5b0e-9a53-3d1c6b1a9c11")  # the space of names that ours are drawn from


def write_warc(revisions: Iterable[KeptRevision], out: IO[bytes]) -> int:
    """Write the revisions, and before them what the file is, with the date of the first; return their number. Needs the library warcio."""
    from warcio.warcwriter import WARCWriter

    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    count = 0
    for count, revision in enumerate(revisions, start=1):
        if count == 1:
            _write(writer, "warcinfo", "", revision.archived_at, "application/warc-fields", _INFORMATION, "warcinfo")
        _write_revision(writer, revision)
    return count


_INFORMATION = "".join(
    f"{name}: {value}\r\n"
    for name, value in {
        "software": "Lucbao",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": f"Pages as they are kept, and as {MEDIA_TYPE} the articles read from them; {WHENCE} says whence HTTP headers come",
    }.items()
).encode()


def _write_revision(writer: WARCWriter, revision: KeptRevision) -> None:
    article = revision.article
    kept = write_kept(KeptArticle(article, revision.seen_at, revision.reader, revision.captures))
    name = f"{article.id} {revision.change}"
    if revision.page is None:
        _write(writer, "resource", f"urn:lucbao:{article.id}", _date(revision), MEDIA_TYPE, kept, name)
        return
    digest = hashlib.sha256(revision.page).digest()
    capture = next((each for each in revision.captures if each.sha256 == digest), None)
    url = capture.url if capture else article.url
    date = capture.captured_at if capture else _date(revision)
    if canonical_url(url):
        page = _write_response(writer, url, date, revision.page, capture, name)
    else:
        url = f"urn:lucbao:{article.id}"
        page = _write(writer, "resource", url, date, "text/html", revision.page, name)
    _write(writer, "conversion", url, date, MEDIA_TYPE, kept, name, {"WARC-Refers-To": page})


def _date(revision: KeptRevision) -> datetime:
    return revision.article.fetched_at or revision.archived_at


def _write_response(writer: WARCWriter, url: str, date: datetime, page: bytes, capture: Capture | None, name: str) -> str:
    captured = capture.headers if capture and _HEAD.match(capture.headers) else b""
    headers = _headers(captured, len(page))
    whence = CAPTURED if captured else SYNTHESISED
    return _write(writer, "response", url, date, "application/http; msgtype=response", page, name, {WHENCE: whence}, headers)


def _headers(captured: bytes, length: int) -> StatusAndHeaders:
    """Return the status line and headers that were captured, made true for a body of `length` bytes as it is."""
    from warcio.statusandheaders import StatusAndHeaders

    if not captured:
        return StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(length))], protocol="HTTP/1.1")
    head = parse_head(captured)
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_BODY else name, value)
        for name, value in head.headers
        if name.isprintable() and value.isprintable()
    ]
    return StatusAndHeaders(head.statusline, [*headers, ("Content-Length", str(length))], protocol=head.protocol)


def _write(
    writer: WARCWriter,
    kind: str,
    url: str,
    date: datetime,
    media_type: str,
    content: bytes,
    name: str,
    more: dict[str, str] | None = None,
    http: StatusAndHeaders | None = None,
) -> str:
    """Write a record and return its id, which is made of what it holds and `name`, that of the revision."""
    at = _utc(date)
    made = f"{kind} {name} {url} {at} {hashlib.sha256(content).hexdigest()}"
    record_id = f"<urn:uuid:{uuid.uuid5(_RECORDS, made)}>"
    headers = {"WARC-Record-ID": record_id, "WARC-Date": at, "Content-Type": media_type, **(more or {})}
    record: ArcWarcRecord = writer.create_warc_record(
        url, kind, payload=io.BytesIO(content), length=len(content), warc_headers_dict=headers, http_headers=http
    )
    writer.write_record(record)
    return record_id


def _utc(moment: datetime) -> str:
    text = moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat()
    return f"{text}Z"
