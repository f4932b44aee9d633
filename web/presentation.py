"""Values of the archive -> what a page shows: marked text, days, months, links that are safe to follow.

Invariant: whatever comes from an article or from the reader is escaped here or by the template, never trusted as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from language.timestamp import VIETNAM, parse_iso
from searcher.result import Snippet
from web.message import language, t

_BEFORE = 24  # characters before the first mark of a snippet that is shown in a line


def places(text: str, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return `ranges` of `text`, sorted and disjoint, as the places that a reader sees: neighbours between which only white space stands are one."""
    found: list[tuple[int, int]] = []
    for start, end in ranges:
        if found and not text[found[-1][1] : start].strip():
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def mark(text: str, ranges: Sequence[tuple[int, int]]) -> Markup:
    """Return `text` escaped, each of its places within <mark>; those of more than one syllable, a phrase or what stands for one, have the class "phrase".

    `ranges` are code points of `text`, sorted, disjoint and in bounds. Escaped first, marked after: no text can close a mark.
    """
    pieces: list[str] = []
    position = 0
    for start, end in places(text, ranges):
        opened = '<mark class="phrase">' if _is_phrase(text[start:end]) else "<mark>"
        pieces += [escape(text[position:start]), opened, escape(text[start:end]), "</mark>"]
        position = end
    return Markup("".join([*pieces, escape(text[position:])]))


def _is_phrase(text: str) -> bool:
    """Return whether what is marked is more than a syllable: several words, an abbreviation (UBND), a number of a document."""
    return not text.isalpha() or (text.isupper() and len(text) > 1)


def in_a_line(snippet: Snippet) -> Markup:
    """Return a snippet as HTML, marked, that begins shortly before its first mark: of a line too narrow for all of it, that is seen."""
    first = snippet.marks[0][0] if snippet.marks else 0
    cut = snippet.text.find(" ", max(0, first - _BEFORE), first) + 1 if first > _BEFORE else 0
    marks = [(start - cut, end - cut) for start, end in snippet.marks]
    return ("…" if cut else "") + mark(snippet.text[cut:], marks)


def vietnamese(text: str) -> Markup:
    """Return words of the archive or of a query as HTML that says, on a page in another language, what they are in."""
    return Markup('<span lang="vi">{}</span>').format(text) if language() != "vi" else escape(text)


def told(key: str, **values: object) -> Markup:
    """Return a message as HTML, so that its values may be such as well: what is no Markup is escaped. Messages themselves hold none."""
    return Markup(t(key, **{name: value if type(value) is int else escape(value) for name, value in values.items()}))


def broken(tag: str) -> Markup:
    """Return a hashtag as HTML whose lines break between its words, should it be too long for one."""
    return Markup("_<wbr>").join(tag.split("_"))


def day(iso: str) -> str:
    """Return an ISO day or moment as a reader writes its day in Vietnam: 12/7/2022. What is not ISO comes back as it is."""
    moment = parse_iso(iso)
    if moment is None:
        return iso
    local = moment.astimezone(VIETNAM)
    return t("format.day", day=str(local.day), month=str(local.month), year=str(local.year))


def month(value: str) -> str:
    """Return a month, `2022-07` or any ISO day in it, as a reader writes it: 07/2022."""
    return t("format.month", month=value[5:7], year=value[:4])


def day_and_time(moment: datetime) -> str:
    """Return the day and the time in Vietnam; only the day of a moment at midnight: so a page that gives no time is read."""
    local = moment.astimezone(VIETNAM)
    written = day(local.isoformat())
    return t("format.moment", day=written, time=f"{local:%H:%M}") if (local.hour, local.minute) != (0, 0) else written


def zoned(moment: datetime) -> str:
    """Return the day and the time as `day_and_time` does, with the zone that they are in; a day alone needs none."""
    local = moment.astimezone(VIETNAM)
    written = day_and_time(moment)
    return t("format.zone", moment=written) if (local.hour, local.minute) != (0, 0) else written


def hashtag(label: str) -> str:
    """Return a tag's label as it is typed in the box: #nông_thôn_mới."""
    return "#" + "_".join(re.findall(r"\w+", label))


def outside_link(url: str) -> str:
    """Return `url` if a browser may follow it, that is an http(s) address with a host, else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and url.isprintable() and " " not in url else ""
