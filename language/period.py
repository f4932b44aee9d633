"""A day, month or year as Vietnamese readers write it -> the days it covers."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from language.timestamp import VIETNAM

_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?:[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:(?P<day>[0-9]{1,2})[-/.])?(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})")
_DAY_AND_MONTH = re.compile(r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})")
_DAYS_AGO = {"hôm nay": 0, "hom nay": 0, "today": 0, "hôm qua": 1, "hom qua": 1, "yesterday": 1}


def today_in_vietnam() -> date:
    """Return the day it is now in Vietnam."""
    return datetime.now(VIETNAM).date()


def period(text: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day of the period that `text` names, or None if it names none that exists.

    Read are a year (`2022`), a month (`2022-07`, `7/2022`), a day (`2022-07-12`, `12/7/2022`: day before month, as everywhere in
    Vietnam), a day without its year (`12/7`: the latest one not after `today`), `hôm nay` and `hôm qua`, also with `-` or `_` for
    the space. Between numbers `-`, `/` and `.` are equal.
    """
    ago = _DAYS_AGO.get(re.sub(r"[-_\s]+", " ", text).strip().casefold())
    try:
        if ago is not None:
            return (today - timedelta(days=ago),) * 2
        named = _YEAR_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
        if named:
            return _covered(int(named["year"]), named["month"], named["day"])
        named = _DAY_AND_MONTH.fullmatch(text)
        return _latest(int(named["day"]), int(named["month"]), today) if named else None
    except (ValueError, OverflowError):  # 31/2, month 13, year 0
        return None


def _covered(year: int, month: str | None, day: str | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        first = date(year, int(month), 1)
        return first, first.replace(day=monthrange(year, int(month))[1])
    return (date(year, int(month), int(day)),) * 2


def _latest(day: int, month: int, today: date) -> tuple[date, date]:
    for year in range(today.year, today.year - 9, -1):  # 29 February may be eight years away
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found, found
    raise ValueError(f"no day {day}/{month} since {today.year - 8}")
