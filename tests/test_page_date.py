"""A date as papers write it -> a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.reading.page.date import VIETNAM, looks_like_date, read_moment, without_date


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Thứ ba, 12/7/2022, 08:30 (GMT+7)", "2022-07-12T08:30:00+07:00"),
        ("Thứ 3, 12/07/2022 | 08:30:00 [GMT +7] A A", "2022-07-12T08:30:00+07:00"),
        ("12-07-2022 08:30", "2022-07-12T08:30:00+07:00"),
        ("12.07.2022", "2022-07-12T00:00:00+07:00"),
        ("08:30 | 12/07/2022", "2022-07-12T08:30:00+07:00"),
        ("Cập nhật lúc 08h30' ngày 12/07/2012", "2012-07-12T08:30:00+07:00"),
        ("8 giờ 30 phút ngày 12/07/2010", "2010-07-12T08:30:00+07:00"),
        ("23:12' 3/1/2010", "2010-01-03T23:12:00+07:00"),
        ("Ngày 12 tháng 7 năm 2022", "2022-07-12T00:00:00+07:00"),
        ("12 Tháng Bảy, 2022", "2022-07-12T00:00:00+07:00"),
        ("Tháng Mười Hai 12, 2014", "2014-12-12T00:00:00+07:00"),
        ("12 thg 7, 2022", "2022-07-12T00:00:00+07:00"),
        ("28-07-2018 - 00:35 AM | Sống", "2018-07-28T00:35:00+07:00"),
        ("13:05 PM 12/07/2022", "2022-07-12T13:05:00+07:00"),
        ("12/07/2022 2:30:00 CH", "2022-07-12T14:30:00+07:00"),
        ("12/07/2022 12:05:00 SA", "2022-07-12T00:05:00+07:00"),
        ("7/25/2022 8:30:00 PM", "2022-07-25T20:30:00+07:00"),  # a server of the United States
        ("7/2/2022 8:30:00 PM", "2022-07-02T20:30:00+07:00"),
        ("02/07/2022 8:30 PM", "2022-07-02T20:30:00+07:00"),
        ("24-03-2019T07:50:00+07:00", "2019-03-24T07:50:00+07:00"),
        ("2022-07-12T08:30:00.123Z", "2022-07-12T08:30:00+00:00"),
        ("2022-07-12T08:30:00+0800", "2022-07-12T08:30:00+08:00"),
        ("2018-07-19 15:18", "2018-07-19T15:18:00+07:00"),
        ("Tue, 12 Jul 2022 08:30:00 GMT", "2022-07-12T08:30:00+00:00"),
        ("Tue Jul 12 2022 08:30:00 GMT+0700 (Giờ Đông Dương)", "2022-07-12T08:30:00+07:00"),
        ("Fri Jul 12 08:30:00 ICT 2013", "2013-07-12T08:30:00+07:00"),
        ("July 12, 2022", "2022-07-12T00:00:00+07:00"),
        ("1531900000", "2018-07-18T14:46:40+07:00"),
        ("/Date(1531900000000)/", "2018-07-18T14:46:40+07:00"),
        ("20180724111229", "2018-07-24T11:12:29+07:00"),
        ("Nguyên Minh - 07/03/2026 08:47", "2026-03-07T08:47:00+07:00"),
        ("Thứ sáu, 12/12/08", "2008-12-12T00:00:00+07:00"),
    ],
)
def test_every_shape_is_read(written: str, expected: str) -> None:
    moment = read_moment(written)
    assert moment is not None
    assert moment.aware.isoformat() == expected


@pytest.mark.parametrize(
    "written",
    [
        "31/02/2020 10:00",
        "9999-12-31T00:00:00",
        "0001-01-01T00:00:00",
        "45/13/2020",
        "Giá vàng 12/7",
        "2 giờ trước",
        "",
        "12/07/20222",
    ],
)
def test_what_no_calendar_has_is_no_date(written: str) -> None:
    assert read_moment(written) is None


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Nguyên Minh - 07/03/2026 08:47", "Nguyên Minh"),
        ("Thứ ba, 12/7/2022, 08:30 (GMT+7)", ""),
        ("Cập nhật lúc 08:30 ngày 12/07/2022", ""),
        ("12/07/2022 08:30 | Võ Hải", "Võ Hải"),
    ],
)
def test_a_line_without_its_date(line: str, rest: str) -> None:
    assert without_date(line) == rest


@given(
    st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)),
    st.sampled_from(["{0:%d/%m/%Y %H:%M}", "{0:%H:%M %d-%m-%Y}", "{0:%Y-%m-%dT%H:%M}+07:00"]),
)
def test_dates_survive_being_written(moment: datetime, shape: str) -> None:
    found = read_moment(shape.format(moment))
    assert found is not None
    assert found.aware == moment.replace(second=0, microsecond=0, tzinfo=VIETNAM)


@pytest.mark.slow
@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    moment = read_moment(text)
    if moment is not None:
        assert looks_like_date(text) or text.strip().strip("/Date()").rstrip("Z").replace("T", "").isdigit()
        assert abs(moment.aware.utcoffset() or timedelta()) <= timedelta(hours=15)
