"""The first bytes of a page that a browser saved -> where it was and when it was saved, as SingleFile, MHTML and "Save as" write it down."""

from __future__ import annotations

import email
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from corpus.identity import canonical_url
from corpus.reading.address import LONGEST
from language.timestamp import is_plausible

_SINGLE_FILE = re.compile(
    rb"<!--\s*Page saved with SingleFile[^>]{0,40}?\s+url:\s*(?P<url>\S{1,2000})(?:\s+saved date:\s*(?P<date>[^\r\n>]{1,100}))?",
    re.I,
)
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d{1,5}\)(?P<url>\S{1,2000}?) ?-->", re.I)
# "Tue Jul 12 2022 08:30:00 GMT+0700 (Indochina Time)": the date as JavaScript writes it, which strptime reads in English only by chance.
_SCRIPT_DATE = re.compile(
    r"\w{3} (?P<month>\w{3}) (?P<day>\d\d) (?P<year>\d{4}) (?P<clock>\d\d:\d\d:\d\d) GMT(?P<zone>[+-]\d{4})"
)


class Saved(NamedTuple):
    """The address of a page, "" if unknown, and when it was saved."""

    url: str = ""
    at: datetime | None = None


def saved_page(head: bytes) -> Saved:
    """Return what the first bytes of an HTML page say of where and when it was saved."""
    found = _SINGLE_FILE.search(head)
    if found:
        return Saved(_address(found["url"]), _script_date((found["date"] or b"").decode("latin-1")))
    found = _SAVED_FROM.search(head)
    return Saved(_address(found["url"])) if found else Saved()


def saved_mhtml(head: bytes) -> Saved:
    """Return what the headers of a page saved as MHTML say of where and when it was saved."""
    letter = email.message_from_bytes(head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\r\n\r\n")[0].split(b"\n\n")[0])
    location = str(letter.get("Snapshot-Content-Location") or letter.get("Content-Location") or "")
    try:
        at: datetime | None = parsedate_to_datetime(str(letter.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        at = None
    return Saved(_address(location.encode("utf-8", "replace")), _plausible(at))


def _address(url: bytes) -> str:
    text = url.decode("utf-8", "replace").strip()
    return text if canonical_url(text) and len(text) <= LONGEST else ""


def _script_date(text: str) -> datetime | None:
    found = _SCRIPT_DATE.match(text)
    try:
        return (
            _plausible(parsedate_to_datetime("{day} {month} {year} {clock} {zone}".format(**found.groupdict())))
            if found
            else None
        )
    except (ValueError, TypeError, OverflowError):
        return None


def _plausible(at: datetime | None) -> datetime | None:
    at = at.replace(tzinfo=timezone.utc) if at is not None and at.tzinfo is None else at
    return at if at is not None and is_plausible(at) else None
