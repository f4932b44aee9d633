"""Files of a web archive -> inputs: each page as often as it was captured, in the order of the dates.

Read twice: once through, to see which records there are (corpus.reading.web_archive.register), and then those that hold pages. Records of other
things (pictures, requests, redirects) are passed over, and told by kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timezone
from typing import IO, NamedTuple

from corpus.capture import Capture
from corpus.errors import NotAnArticle
from corpus.identity import canonical_url
from corpus.message import told
from corpus.reading.address import LONGEST
from corpus.reading.input import MAX_FILE, Input
from corpus.reading.jsonl import MAX_LINE
from corpus.reading.web_archive.exchange import MEDIA_TYPE, WHENCE
from corpus.reading.web_archive.record import Record, media_type, parse_head, read_head, read_record
from corpus.reading.web_archive.register import Entry, Register
from corpus.reading.web_archive.response import agrees, page_of, whole
from corpus.reading.web_archive.stream import Stream
from language.timestamp import is_plausible, parse_iso
from language.wording import Told

_HTML = ("text/html", "application/xhtml+xml")
_MEDIA_TYPES = 200  # told apart; of more than so many kinds an archive was made to have
_FOUND = "200"
_NOT_MODIFIED = "304"


class Source(NamedTuple):
    """A file of a web archive: what it is called there, and the file, open, or why it is refused."""

    name: str
    file: IO[bytes] | None
    reason: Told | None = None


def read_sources(origin: str, sources: Sequence[Source]) -> Iterator[Input]:
    """Yield what is in the files of one web archive, which is called `origin`; records are numbered through all of them.

    Raises OSError when a file cannot be read.
    """
    with closing(Register()) as register:
        reading = _Reading(origin, sources, register)
        yield from reading.survey()
        yield from reading.pages()


class _Reading:
    """The two times that one archive is read."""

    def __init__(self, origin: str, sources: Sequence[Source], register: Register) -> None:
        self._origin = origin
        self._sources = sources
        self._register = register
        self._media_types: set[str] = set()
        self._streams: dict[int, Stream] = {}

    def survey(self) -> Iterator[Input]:
        """Read everything once: enter what may be a page, tell what is none, and what is damaged."""
        number = 0
        for source, (name, file, reason) in enumerate(self._sources):
            if file is None:
                number += 1
                yield Input("refused", self._origin, number, reason=told("file_refused", name=name, reason=reason))
                continue
            stream = Stream(file)
            while not stream.ended:
                entry = Entry(number + 1, source, *stream.place, "response")
                try:
                    if not stream.at_record():
                        break
                    entry = entry._replace(offset=stream.place.offset, inside=stream.place.inside)
                    number = entry.number
                    record = read_record(stream)
                    found = self._entry(record, entry)
                    record.block.skip()
                except NotAnArticle as refusal:
                    number = entry.number
                    yield self._refused(entry, refusal.told)
                    if not stream.find_record(entry.place):
                        break
                    continue
                if isinstance(found, Entry):
                    self._register.add(found)
                else:
                    yield Input("passed record", self._origin, number, reason=found)
        for entry in self._register.pages_of_none():
            yield Input("passed record", self._origin, entry.number, reason=told("passed_record", type="resource"))

    def pages(self) -> Iterator[Input]:
        """Read what was entered."""
        self._streams = {source: Stream(file) for source, (_, file, _) in enumerate(self._sources) if file is not None}
        for entry in self._register.ordered():
            try:
                yield self._article(entry) if entry.kind == "article" else self._page(entry)
            except NotAnArticle as refusal:
                yield self._refused(entry, refusal.told)

    def _entry(self, record: Record, entry: Entry) -> Entry | Told:
        """Return how a record is entered, or what it is that is passed over. Raises NotAnArticle when it is not as it should be."""
        kind = record.header("WARC-Type").lower()
        if record.header("WARC-Segment-Number"):
            return told("passed_record", type="continuation")
        entry = entry._replace(id=record.header("WARC-Record-ID"), refers=record.header("WARC-Refers-To"))
        if kind in ("conversion", "resource") and record.media_type == MEDIA_TYPE:
            return entry._replace(kind="article")
        if kind == "resource" and record.media_type in _HTML:
            return entry._replace(kind="resource")
        if kind not in ("response", "revisit") or record.media_type not in ("application/http", ""):
            return told("passed_record", type=kind if kind in _TYPES else "?")
        if not record.header(WHENCE):
            return self._capture(record, entry, kind)
        try:
            found = self._capture(record, entry, kind)
        except NotAnArticle:
            found = told("passed_record", type=kind)
        return (
            found if isinstance(found, Entry) else entry._replace(kind="resource")
        )  # the page of an article of ours, whatever it is

    def _capture(self, record: Record, entry: Entry, kind: str) -> Entry | Told:
        """Return how a response or revisit is entered, as `_entry` does."""
        url = record.header("WARC-Target-URI")
        if not url.lower().startswith(("http:", "https:")):
            return told("passed_record", type=url.partition(":")[0][:20].lower())
        other = self._none_of_ours(record, kind)
        if other:
            return other
        if not canonical_url(url) or len(url) > LONGEST:
            raise NotAnArticle("record_without_address")
        return entry._replace(
            kind="response" if kind == "response" else "revisit",
            url=url,
            at=_utc(record.header("WARC-Date"), demanded=True),
            digest=record.header("WARC-Payload-Digest").lower(),
            refers_url=record.header("WARC-Refers-To-Target-URI"),
            refers_at=_utc(record.header("WARC-Refers-To-Date")),
        )

    def _none_of_ours(self, record: Record, kind: str) -> Told | None:
        """Return what a response is that is no page of HTML, None if it may be one. Of a revisit only its headers tell, if it has any."""
        if kind == "revisit" and not record.block.left:
            return None
        headers = parse_head(read_head(record.block))
        status = headers.get_statuscode()
        if status != _FOUND and not (kind == "revisit" and status == _NOT_MODIFIED):
            return told("passed_status", status=status if re.fullmatch("[0-9]{3}", status) else "?")
        found = media_type(headers.get_header("Content-Type") or record.header("WARC-Identified-Payload-Type"))
        return None if found in _HTML or kind == "revisit" and not found else self._other_media(found)

    def _other_media(self, found: str) -> Told:
        """Return what is told of a media type that is none of ours; of so many different ones, what is told of all others."""
        if found not in self._media_types:
            if len(self._media_types) == _MEDIA_TYPES or len(found) > 100 or not found.isprintable():
                return told("passed_other_media")
            self._media_types.add(found)
        return told("passed_media", media=found) if found else told("passed_no_media")

    def _page(self, entry: Entry) -> Input:
        """Return the page that a response holds, or a revisit found again."""
        payload: Entry | None = entry
        head = b""
        if entry.kind == "revisit":
            record = self._record(entry)
            head = read_head(record.block) if record.block.left else b""
            payload = self._register.referred(entry)
            if payload is None:
                return Input("passed record", self._origin, entry.number, reason=told("passed_revisit"))
        assert payload is not None
        found, page = self._payload(payload)
        moment = datetime.fromisoformat(entry.at)
        capture = Capture(entry.url, moment, found if entry is payload else head, entry.id)
        return Input("html", self._origin, entry.number, page, capture=capture)

    def _article(self, entry: Entry) -> Input:
        """Return an article that we wrote, with its page if that is here."""
        record = self._record(entry)
        if record.block.left > MAX_LINE:
            raise NotAnArticle("line_too_long", most=MAX_LINE // 1_000_000)
        line = record.block.read()
        _hold(record, "WARC-Block-Digest", line)
        payload = self._register.referred(entry) if entry.refers else None
        page = self._payload(payload)[1] if payload else None
        if entry.refers and page is None:
            raise NotAnArticle("kept_without_page")
        return Input("article", self._origin, entry.number, line, page=page)

    def _payload(self, entry: Entry) -> tuple[bytes, bytes]:
        """Return the head of the response in a record, b"" if it is none, and the page. Raises NotAnArticle when it is not what it was."""
        record = self._record(entry)
        if record.header("WARC-Truncated"):
            raise NotAnArticle("record_truncated")
        head = read_head(record.block) if record.media_type in ("application/http", "") else b""
        if record.block.left > MAX_FILE:
            raise NotAnArticle("file_too_large", most=MAX_FILE // 1_000_000)
        body = record.block.read()
        _hold(record, "WARC-Block-Digest", head + body)
        if not head:
            _hold(record, "WARC-Payload-Digest", body)
            return head, body
        headers = parse_head(head)
        page = page_of(headers, body)
        # The payload is what was in the chunks; some programs take the chunks themselves, or what they make of them.
        _hold(record, "WARC-Payload-Digest", body, whole(body), page)
        return head, page

    def _record(self, entry: Entry) -> Record:
        stream = self._streams[entry.source]
        stream.go_to(entry.place)
        return read_record(stream)

    def _refused(self, entry: Entry, reason: Told) -> Input:
        name = self._sources[entry.source].name
        return Input(
            "refused", self._origin, entry.number, reason=told("record_refused", offset=entry.offset, name=name, reason=reason)
        )


_TYPES = ("warcinfo", "request", "metadata", "conversion", "resource", "continuation", "response", "revisit")


def _hold(record: Record, name: str, *contents: bytes) -> None:
    """Raise NotAnArticle when none of `contents` has the digest that the record has in its header `name`."""
    digest = record.header(name)
    if digest and not agrees(digest, *contents):
        raise NotAnArticle("record_changed", header=name)


def _utc(text: str, *, demanded: bool = False) -> str:
    """Return a date as it is compared. One that is `demanded` and not there raises NotAnArticle; of others that gives ""."""
    moment = parse_iso(text)
    if moment is not None and is_plausible(moment):
        return moment.astimezone(timezone.utc).isoformat(timespec="microseconds")
    if demanded:
        raise NotAnArticle("record_without_date", date=text[:40])
    return ""
