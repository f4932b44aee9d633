"""ISO 8601 as files carry it -> an aware moment, or None; and which moments a newspaper can have printed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

# Vietnam has had one zone, without summer time, for as long as it has had news sites.
VIETNAM = timezone(timedelta(hours=7))
FIRST_YEAR = 1900
AHEAD = timedelta(days=1)

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,6})\d*)?)?)?\s*(?:(Z)|([+-])(\d\d):?(\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


def parse_iso(text: str) -> datetime | None:
    """Return the moment `text` names, +07:00 where it has no zone, midnight where it has no time; None if it is no ISO 8601."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, utc, sign, zone_hours, zone_minutes = match.groups()
    zone = timezone.utc if utc else VIETNAM
    try:
        if sign:
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes or 0))
            zone = timezone(-offset if sign == "-" else offset)
        microsecond = int((fraction or "0").ljust(6, "0"))
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), microsecond, zone)
    except ValueError:  # the 31st of February, 25 o'clock, a zone of +99:00
        return None


def is_plausible(moment: datetime, *, now: datetime | None = None) -> bool:
    """Say whether a newspaper can carry this date: from 1900 to one day after `now` (clocks and zones differ)."""
    return moment.year >= FIRST_YEAR and moment <= (now or datetime.now(timezone.utc)) + AHEAD
