from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.timestamp import VIETNAM, is_plausible, parse_iso

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-07-12T08:30:00+07:00", datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM)),
        ("2022-07-12T01:30:00Z", datetime(2022, 7, 12, 1, 30, tzinfo=UTC)),
        ("2022-07-12T08:30:00+0700", datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM)),
        ("2022-07-12T08:30:00-05", datetime(2022, 7, 12, 8, 30, tzinfo=timezone(timedelta(hours=-5)))),
        ("2022-07-12 08:30", datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM)),
        ("2022-07-12", datetime(2022, 7, 12, tzinfo=VIETNAM)),
        ("20220712T083000Z", datetime(2022, 7, 12, 8, 30, tzinfo=UTC)),
        (" 2022-07-12T08:30:00.25 ", datetime(2022, 7, 12, 8, 30, 0, 250_000, tzinfo=VIETNAM)),
        ("2022-07-12T08:30:00.123456789Z", datetime(2022, 7, 12, 8, 30, 0, 123_456, tzinfo=UTC)),
        ("12/7/2022", None),
        ("2022-02-31", None),
        ("2022-07-12T25:00", None),
        ("2022-07-12T08:30:00+99:00", None),
        ("0000-01-01", None),
        ("hôm qua", None),
        ("", None),
        ("٢٠٢٢-07-12", None),
    ],
)
def test_parse_iso(text: str, moment: datetime | None) -> None:
    read = parse_iso(text)
    assert read == moment
    assert read is None or moment is None or read.utcoffset() == moment.utcoffset()


@given(st.datetimes(timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))))
def test_what_python_writes_is_read(moment: datetime) -> None:
    assert parse_iso(moment.isoformat()) == moment


def test_plausible() -> None:
    now = datetime(2025, 6, 1, 12, tzinfo=UTC)
    assert is_plausible(datetime(1900, 1, 1, tzinfo=VIETNAM), now=now)
    assert not is_plausible(datetime(1899, 12, 31, tzinfo=VIETNAM), now=now)
    assert is_plausible(now + timedelta(hours=23), now=now)
    assert not is_plausible(now + timedelta(hours=25), now=now)
    assert not is_plausible(datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), now=now)
    assert not is_plausible(datetime.min.replace(tzinfo=VIETNAM), now=now)
