"""Paragraphs of a document -> Article, with what the head of an official document says: who issued it, its number, place and day, its title.

    CHÍNH PHỦ                    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    Số: 57/2022/NĐ-CP            Hà Nội, ngày 16 tháng 8 năm 2022
                     NGHỊ ĐỊNH
          Quy định chi tiết một số điều …

The shape is the one that decree 30/2020/NĐ-CP prescribes. Invariant: every paragraph that goes in is the title, the issuer or a block, but
for the national motto, rules of dashes and signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from corpus.article import Article, Block
from corpus.errors import NotAnArticle
from corpus.message import note
from corpus.reading.bound import bounded
from corpus.reading.document.paragraph import Paragraph
from corpus.reading.page.date import VIETNAM, read_moment
from language.document_kind import KINDS
from language.timestamp import is_plausible

# The head stands in the first paragraphs, its title in so many lines.
_HEAD, _TITLE_LINES = 40, 6
_LONGEST_TITLE, _CUT_TITLE = 600, 150
_LONGEST_ISSUER = 120
_NUMBER = re.compile(r"(?:^|\b)(?:luật |pháp lệnh )?số\s*:?\s*(?P<number>[\d.…\s_]*/[\dA-ZĐƯa-zđ/.-]*[A-ZĐƯ\d])(?!\w)", re.I)
_PLACE_AND_DAY = re.compile(r"(?P<place>[^\W\d_][^,|]{1,40}),\s*(?P<day>ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})\b", re.I)
_SUBJECT = re.compile(r"v/v\s*:?\s*(?P<subject>.+)", re.I)
_MOTTO = re.compile(
    r"\W*(?:cộng (?:hòa|hoà) xã hội chủ nghĩa việt nam|độc lập\s*[-–—.]\s*tự do\s*[-–—.]\s*hạnh phúc|đảng cộng sản việt nam)\W*",
    re.I,
)
_RULE = re.compile(r"[\W_]*")
_TITLE_ENDS = re.compile(
    r"(?:Căn cứ|Theo đề nghị|Xét|Điều|Chương|Phần|Kính gửi|Thực hiện|Quốc hội ban hành)\b|[IVX]+\.\s|\d+\.\s"
)
_OFFICE = re.compile(
    r"(?:CHÍNH PHỦ|QUỐC HỘI|(?:THỦ|BỘ|THỐNG) (?:TƯỚNG|TRƯỞNG|ĐỐC)|CHỦ (?:TỊCH|NHIỆM)|ỦY BAN|UỶ BAN|UBND|HỘI ĐỒNG|HĐND|GIÁM ĐỐC|TỔNG |VIỆN TRƯỞNG|CHÁNH ÁN|BAN )"
)
_KIND = "|".join(sorted((kind.name.upper() for kind in KINDS), key=len, reverse=True))
_KIND_LINE = re.compile(rf"(?:DỰ THẢO\s+)?(?:{_KIND})(?:\s.*)?")


@dataclass(frozen=True)
class _Head:
    """What a head says, and which paragraphs (by their numbers) it says it in: those of the title and of signs are no blocks."""

    title: str = ""
    issuer: str = ""
    day: date | None = None
    used: frozenset[int] = frozenset()
    impossible: str = ""


def documented(
    given: Sequence[Paragraph],
    notes: Sequence[str],
    fetched_at: datetime | None,
    *,
    title: str = "",
    made: datetime | None = None,
) -> Article:
    """Return the document whose paragraphs are `given`. `title` and the time it was `made` are its file's word, for what its text lacks.

    Raises NotAnArticle for a document without a word.
    """
    kept = [paragraph for paragraph in given if not _RULE.fullmatch(paragraph.text) and not _MOTTO.fullmatch(paragraph.text)]
    if not kept:
        raise NotAnArticle("document_without_text")
    told = list(notes)
    head = _head(kept)
    origins = {"blocks": "visible", "title": "visible"}
    if not head.title:
        named, place = _titled(kept, title, told, origins)
        head = replace(head, title=named, used=head.used | place)
    published = _published(head, made, told, origins)
    if head.issuer:
        origins["source"] = "visible"
    blocks = tuple(
        Block("heading" if paragraph.heads else "paragraph", paragraph.text)
        for number, paragraph in enumerate(kept)
        if number not in head.used
    )
    return bounded(
        Article(
            title=head.title,
            blocks=blocks,
            source=head.issuer,
            published=published,
            fetched_at=fetched_at,
            origins=origins,
            notes=tuple(told),
        )
    )


def _published(head: _Head, made: datetime | None, notes: list[str], origins: dict[str, str]) -> datetime | None:
    """Return the day that a head states, or else when its file was made."""
    if head.impossible:
        notes.append(note("note_impossible_date", text=head.impossible))
    if head.day:
        origins["published"] = "visible"
        return datetime.combine(head.day, time(), VIETNAM)
    if made is None or not is_plausible(made):
        return None
    notes.append(note("note_day_of_file"))
    origins["published"] = "meta"
    return made


def _head(given: Sequence[Paragraph]) -> _Head:
    texts = [paragraph.text for paragraph in given[:_HEAD]]
    numbered, dated = _first(_NUMBER, texts), _first(_PLACE_AND_DAY, texts)
    day, impossible = _day(texts[dated]) if dated is not None else (None, "")
    if numbered is None and dated is None:
        return _Head()
    below = max(place for place in (numbered, dated) if place is not None)
    title, used = _title(texts, below)
    above = range(min(numbered if numbered is not None else below, 4))
    issuer = [place for place in above if texts[place].isupper() and place not in used]
    named = " ".join(texts[place] for place in issuer)
    if not title or len(named) > _LONGEST_ISSUER:
        issuer, named = [], ""
    return _Head(title, named, day, used | frozenset(issuer), impossible)


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> int | None:
    """Return the place of the first short text in which a pattern is found."""
    return next((place for place, text in enumerate(texts) if len(text) < 200 and pattern.search(text)), None)


def _day(text: str) -> tuple[date | None, str]:
    found = _PLACE_AND_DAY.search(text)
    assert found is not None
    moment = read_moment(found["day"])
    if moment is None or not is_plausible(moment.aware):
        return None, found["day"]
    return moment.clock.date(), ""


def _title(texts: Sequence[str], below: int) -> tuple[str, frozenset[int]]:
    """Return the title ("NGHỊ ĐỊNH Quy định chi tiết …", or what stands behind "V/v") and the paragraphs that it is made of."""
    for place in range(below + 1, min(below + 6, len(texts))):
        if not _KIND_LINE.fullmatch(texts[place]):
            continue
        lines = [place]
        for after in range(place + 1, min(place + _TITLE_LINES, len(texts))):
            office = texts[after].isupper() and _OFFICE.match(texts[after]) is not None
            if (
                _TITLE_ENDS.match(texts[after])
                or office
                or len(" ".join(texts[number] for number in [*lines, after])) > _LONGEST_TITLE
            ):
                break
            lines.append(after)
        return " ".join(texts[number] for number in lines), frozenset(lines)
    for place, text in enumerate(texts[: below + 6]):
        subject = _SUBJECT.match(text)
        if subject:
            return text, frozenset({place})
    return "", frozenset()


def _titled(given: Sequence[Paragraph], title: str, notes: list[str], origins: dict[str, str]) -> tuple[str, frozenset[int]]:
    """Return the title of a document that is no official one: its file's, its largest heading, its first line, or how its text begins."""
    largest = max(given[:_HEAD], key=lambda paragraph: (paragraph.heads, paragraph.size))
    place = given.index(largest) if largest.heads else 0
    first = given[place].text
    if title and not largest.heads:
        origins["title"] = "meta"
        return title, frozenset({0} if given[0].text == title else ())
    if len(first) <= 2 * _CUT_TITLE and (largest.heads or len(given) > 1):
        return first, frozenset({place})
    notes.append(note("note_title_of_text"))
    cut = first[:_CUT_TITLE].rpartition(" ")[0] or first[:_CUT_TITLE]
    return f"{cut}…" if cut != first else first, frozenset()
