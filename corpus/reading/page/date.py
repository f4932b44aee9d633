"""A date as Vietnamese papers write it -> a moment. Every shape is read by one table of patterns; what no calendar has is None.

Day comes before month, as Vietnam writes it, except where a clock of a foreign server shows (`7/25/2022 8:30:00 AM`) or where no
other reading is a date. Without an offset a clock is Vietnamese: +07:00.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from corpus.reading.page.label import fold

VIETNAM = timezone(timedelta(hours=7))
EARLIEST, LATEST = 1990, 2200
# Longer texts are prose, in which dates are what the article is about.
_LONGEST = 300

_MONTHS = "mot hai ba tu nam sau bay tam chin muoi|muoi mot|muoi hai".replace(" ", "|", 9).split("|")
_NAMES = {name: number for number, name in enumerate(_MONTHS, 1)} | {
    "gieng": 1,
    "chap": 12,
    "muoi mot": 11,
    "muoi hai": 12,
    "bon": 4,
}
_ENGLISH = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}

_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4])\s?(?::|h|g(?:iờ)?)\s?(?P<minute>[0-5]\d)?(?:\s?[:']\s?(?P<second>[0-5]\d)(?:[.,]\d+)?)?"
    r"(?:\s?(?:'|’|phút|p(?![a-z])))?(?:\s?(?P<half>[AaPp]\.?[Mm]\.?|SA|CH|sáng|chiều|tối)(?![\w]))?"
)
_OFFSET = r"(?:\s?(?P<zulu>Z|UTC|GMT|ICT)?\s?(?P<offset>[+-]\s?\d{1,2}(?::?\d{2})?)?)"
_AFTER = re.compile(r"(?:T|\D{0,14}?)(?<!\d)" + _CLOCK + r"(?!\d)[\s(\[]*" + _OFFSET)
_BEFORE = re.compile(r"(?<![\d:/.-])" + _CLOCK + r"(?!\d)[\s(\[]*" + _OFFSET + r"\D{0,34}$")
_ZONE = re.compile(r"(?:GMT|UTC)\s?(?P<offset>[+-]\s?\d{1,2}(?::?\d{2})?)")
_D = r"\s?[-/.]\s?"
_MONTH_NAME = r"(?P<name>một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười một|mười hai|mười|giêng|chạp)"
_MONTH_ENGLISH = r"(?P<english>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_SHAPES = tuple(
    re.compile(shape, re.I)
    for shape in (
        rf"(?<![\d/.-]){_YEAR}{_D}(?P<month>\d{{1,2}}){_D}(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<![\d/.-])(?P<first>\d{{1,2}})(?P<mark>{_D})(?P<second_number>\d{{1,2}}){_D}{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})\s?(?:tháng|thg)\.?\s?(?P<month>\d{{1,2}})\s?[,/.-]?\s?(?:năm\s?)?{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})\s?(?:tháng|thg)\s{_MONTH_NAME}\s?[,/.-]?\s?(?:năm\s)?{_YEAR}",
        rf"(?:tháng|thg)\s{_MONTH_NAME}\s(?P<day>\d{{1,2}})\s?,?\s?(?:năm\s)?{_YEAR}",
        rf"(?:tháng|thg)\s(?P<month>\d{{1,2}})\s(?P<day>\d{{1,2}})\s?,\s?{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]{_MONTH_ENGLISH},?[\s-]{_YEAR}",
        rf"(?<![a-z]){_MONTH_ENGLISH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{_YEAR}",
        r"(?<![\d/.-])(?P<first>\d{1,2})(?P<mark>/)(?P<second_number>\d{1,2})/(?P<year>[0-3]\d)(?![\d/])",
        rf"(?<![a-z]){_MONTH_ENGLISH}\s(?P<day>\d{{1,2}})\s(?P<clock>\d\d:\d\d:\d\d)\s[A-Z]{{3,4}}\s{_YEAR}",
    )
)
_DIGITS = re.compile(r"\d\d")
_EPOCH = re.compile(r"(?:/Date\()?(1\d{9}|[89]\d{8})(\d{3})?(?:\)/)?")
_COMPACT = re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)(?:T?([0-2]\d)([0-5]\d)([0-5]\d)?)?Z?")
_WEEKDAY = re.compile(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|t[2-7])\b")
# A server clock in the culture of the United States: 7/2/2022 8:30:00 AM, neither day nor month padded.
_FOREIGN = re.compile(r"[1-9]\d?/[1-9]\d?/\d{4}\s\d{1,2}:\d\d:\d\d\s?[AP]M")


@dataclass(frozen=True)
class Moment:
    """A date that was read: `clock` as written, without its offset; `offset` None where none is written.

    `swapped` is the other reading of an ambiguous day and month, where that is a date too.
    """

    clock: datetime
    timed: bool
    offset: timedelta | None = None
    swapped: datetime | None = None
    weekday: bool = False

    @property
    def aware(self) -> datetime:
        """The moment with its offset as written, or Vietnam's."""
        return self.clock.replace(tzinfo=VIETNAM if self.offset is None else timezone(self.offset))

    @property
    def local(self) -> datetime:
        """The moment on a Vietnamese clock."""
        return self.aware.astimezone(VIETNAM)


def read_moment(text: str) -> Moment | None:
    """Return the first date in `text`, or None when there is none or no calendar has it."""
    text = text.strip()[:_LONGEST]
    numbers = _EPOCH.fullmatch(text)
    if numbers:
        return Moment(datetime.fromtimestamp(int(numbers[1]), VIETNAM).replace(tzinfo=None), True, timedelta(hours=7))
    compact = _COMPACT.fullmatch(text)
    if compact:
        year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
        clock = _calendar(year, month, day, hour, minute, second)
        return Moment(clock, compact[4] is not None, timedelta(0) if text.endswith("Z") else None) if clock else None
    matches = [match for shape in _SHAPES if (match := shape.search(text))]
    for match in sorted(matches, key=lambda match: match.start()):
        moment = _moment(text, match)
        if moment is not None:
            return moment
    return None


def looks_like_date(text: str) -> bool:
    """Does `text` have the shape of a date, possible or not?"""
    text = text[:_LONGEST]
    return _DIGITS.search(text) is not None and any(shape.search(text) for shape in _SHAPES)


def without_date(text: str) -> str:
    """Return what is left of a line like "Nguyên Minh - 07/03/2026 08:47" or "Thứ ba, 12/7/2022, 08:30 (GMT+7)" without its date."""
    if len(text) > _LONGEST:
        return text
    for shape in _SHAPES:
        text = shape.sub(" ", text)
    text = re.sub(_CLOCK, " ", _ZONE.sub(" ", text))
    text = re.sub(
        r"(?i)\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cn|t[2-7]|gmt|utc|ngày|lúc|cập nhật|lần cuối|đăng|xuất bản)\b",
        " ",
        text,
    )
    return re.sub(r"^[\W_]+|[\W_]+$", "", " ".join(text.split()))


def _moment(text: str, match: re.Match[str]) -> Moment | None:
    """Return the moment of the date that `match` found in `text`, with the clock in or beside it; None when no calendar has it."""
    found = match.groupdict()
    at = _clock_within(found["clock"]) if found.get("clock") else _clock_beside(text, match)
    time = (_hour(at), int(at.get("minute") or 0), int(at.get("second") or 0))
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    swapped = None
    if found.get("first"):
        foreign = _FOREIGN.match(text, match.start()) is not None
        clock, swapped = _ordered(year, int(found["first"]), int(found["second_number"]), time, foreign)
    else:
        clock = _calendar(year, _month(found), int(found["day"]), *time)
    if clock is None:
        return None
    return Moment(clock, bool(at), _offset(text, at), swapped, bool(_WEEKDAY.search(fold(text))))


def _clock_within(clock: str) -> dict[str, str | None]:
    """Return the parts of a clock like "08:30:00" that stands between the day and the year."""
    hour, minute, second = clock.split(":")
    return {"hour": hour, "minute": minute, "second": second, "half": None, "offset": None, "zulu": None}


def _clock_beside(text: str, match: re.Match[str]) -> dict[str, str | None]:
    """Return the parts of the clock that stands after a date, or before it; none when there is no clock."""
    clock = _AFTER.match(text, match.end()) or _BEFORE.search(text[max(0, match.start() - 60) : match.start()])
    return clock.groupdict() if clock else {}


def _hour(at: Mapping[str, str | None]) -> int:
    """Return the hour of 24 of a clock, which may say "PM", "chiều" or the like."""
    hour = int(at.get("hour") or 0)
    half = (at.get("half") or "").lower().replace(".", "")
    if half in ("pm", "ch", "chiều", "tối") and hour < 12:
        hour += 12
    elif half in ("am", "sa", "sáng") and hour == 12:
        hour = 0
    return hour % 24


def _ordered(
    year: int, first: int, second: int, time: tuple[int, int, int], foreign: bool
) -> tuple[datetime | None, datetime | None]:
    """Return a date written in two numbers, and its other reading where that is another date: day first, unless only month first is one."""
    clock, swapped = _calendar(year, second, first, *time), _calendar(year, first, second, *time)
    if clock is None or (foreign and swapped is not None):
        clock, swapped = swapped, clock
    return clock, None if swapped == clock else swapped


def _month(found: Mapping[str, str | None]) -> int:
    """Return the month of a date, written as a number or by its Vietnamese or English name; 0 when it is none."""
    if month := int(found.get("month") or 0):
        return month
    return _NAMES.get(fold(found.get("name") or ""), 0) or _ENGLISH.get((found.get("english") or "").lower(), 0)


def _offset(text: str, at: dict[str, str | None]) -> timedelta | None:
    written = at.get("offset")
    if not written:
        zone = _ZONE.search(text)
        if zone:
            written = zone["offset"]
        elif at.get("zulu") in ("Z", "UTC", "GMT"):
            return timedelta(0)
    if not written:
        return None
    sign = -1 if written[0] == "-" else 1
    digits = re.sub(r"\D", "", written)
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    return sign * timedelta(hours=hours, minutes=minutes) if hours <= 14 and minutes < 60 else None


def _calendar(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
