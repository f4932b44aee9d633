"""A saved letter (.eml) -> Article: its subject, sender, day and text; and the files that are attached to it.

Nothing a letter refers to is fetched, and what is attached is named, not opened.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from corpus.article import Article, Block
from corpus.errors import NotAnArticle
from corpus.message import note
from corpus.reading.bound import bounded
from corpus.reading.page import read_fragment
from corpus.reading.page.date import VIETNAM, read_moment
from corpus.reading.page.encoding import decode
from language.text import clean
from language.timestamp import is_plausible

MAX_ATTACHMENTS = 50
_WRAPPED = 55  # characters: a paragraph with so long a line goes on in the next
_ENOUGH = 40


def read_letter(content: bytes, *, fetched_at: datetime | None = None) -> Article:
    """Return a letter as an article. Raises NotAnArticle for one without text, and for what cannot be taken apart."""
    letter = _letter(content)
    notes: list[str] = []
    blocks = _text(letter, notes)
    if not blocks:
        raise NotAnArticle("letter_without_text")
    subject, sender = clean(_header(letter, "Subject")), _header(letter, "From")
    if not subject:
        notes.append(note("note_title_of_text"))
        first = blocks[0].text
        subject = first if len(first) <= 150 else first[:150].rpartition(" ")[0] + "…"
    name, address = parseaddr(sender)
    author = clean((name or address) if "@" in sender else sender)
    published = _sent(_header(letter, "Date"), notes)
    origins = (
        {"title": "meta", "blocks": "visible"}
        | ({"authors": "meta"} if author else {})
        | ({"published": "meta"} if published else {})
    )
    return bounded(
        Article(
            title=subject,
            blocks=blocks,
            authors=(author,) if author else (),
            published=published,
            fetched_at=fetched_at,
            origins=origins,
            notes=tuple(notes),
        )
    )


def attachments(content: bytes) -> list[tuple[str, bytes]]:
    """Return the names and bytes of what is attached to a letter, in order. Raises NotAnArticle for more than MAX_ATTACHMENTS."""
    found = []
    for part in _letter(content).walk():
        name = clean(_decoded(part.get_filename() or ""))
        forwarded = part.get_content_type() == "message/rfc822"
        if not name and not forwarded or part.is_multipart() and not forwarded:
            continue
        payload = part.get_payload(decode=True)
        if forwarded:
            inner = part.get_payload()
            payload = inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Message) else payload
        if isinstance(payload, bytes):
            found.append((name or "thư.eml", payload))
        if len(found) > MAX_ATTACHMENTS:
            raise NotAnArticle("letter_many_attachments", most=MAX_ATTACHMENTS)
    return found


def _letter(content: bytes) -> Message:
    try:
        return email.message_from_bytes(content.removeprefix(b"\xef\xbb\xbf").lstrip())
    except (RecursionError, MessageError) as error:
        raise NotAnArticle("letter_too_deep") from error


def _header(letter: Message, name: str) -> str:
    return next((_decoded(value) for key, value in letter.raw_items() if key.lower() == name.lower()), "")


def _decoded(value: object) -> str:
    """Return a header in letters: what is written as =?utf-8?…?=, and what is not though it should be."""
    raw = str(value).encode("utf-8", "surrogateescape")
    text = raw.decode("ascii") if raw.isascii() else decode(raw).text
    try:
        parts = decode_header(text)
    except HeaderParseError:
        return text
    return "".join(part if isinstance(part, str) else _in_charset(part, charset) for part, charset in parts)


def _in_charset(part: bytes, charset: str | None) -> str:
    try:
        return part.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(part).text


def _sent(text: str, notes: list[str]) -> datetime | None:
    if not text.strip():
        return None
    try:
        sent: datetime | None = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        moment = read_moment(clean(text))
        sent = moment.aware if moment else None
    if sent is not None and sent.tzinfo is None:  # "-0000": the clock is UTC, the place unknown
        sent = sent.replace(tzinfo=timezone.utc if text.strip().endswith("-0000") else VIETNAM)
    if sent is not None and is_plausible(sent):
        return sent
    notes.append(note("note_unread_date", key="Date", text=clean(text)[:40]))
    return None


def _text(letter: Message, notes: list[str]) -> tuple[Block, ...]:
    """Return the text of a letter: its plain one, or where that says little what its HTML says."""
    plain, marked = "", ""
    for part in _own_parts(letter):
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            continue
        kind = part.get_content_type()
        read = decode(payload)
        if kind == "text/plain":
            plain += "\n\n" * bool(plain) + read.text
        elif kind == "text/html" and not marked:
            marked = read.text
        else:
            continue
        notes += [read.note] if read.note else []
    if marked and len(plain.strip()) < _ENOUGH:
        return tuple(block for block in read_fragment(marked) if block.text)
    return tuple(Block("paragraph", text) for text in _paragraphs(plain))


def _own_parts(letter: Message) -> Iterator[Message]:
    """Yield the parts of a letter that are its text: no files, no letters that it passes on."""
    waiting = [letter]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822":
            continue
        if part.is_multipart() and isinstance(inner, list):
            waiting += [each for each in reversed(inner) if isinstance(each, Message)]
        elif not part.get_filename() and part.get_content_disposition() != "attachment":
            yield part


def _paragraphs(text: str) -> Iterator[str]:
    for group in re.split(r"\n[ \t>\r]*\n", text):
        lines = [clean(line) for line in group.splitlines() if line.strip()]
        here = ""
        for line in lines:
            here = f"{here} {line}" if here else line
            if len(line) < _WRAPPED:
                yield here
                here = ""
        if here:
            yield here
