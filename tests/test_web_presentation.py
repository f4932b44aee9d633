from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.hashtag import tag_key
from web.presentation import day, day_and_time, hashtag, mark, month, outside_link, places, zoned

TEXT = "Trường <b>THPT</b> & “đạt chuẩn”"


@pytest.mark.parametrize(
    ("ranges", "html"),
    [
        ((), "Trường &lt;b&gt;THPT&lt;/b&gt; &amp; “đạt chuẩn”"),
        (((0, 6),), "<mark>Trường</mark> &lt;b&gt;THPT&lt;/b&gt; &amp; “đạt chuẩn”"),
        (((0, 6), (22, 25)), "<mark>Trường</mark> &lt;b&gt;THPT&lt;/b&gt; &amp; “<mark>đạt</mark> chuẩn”"),
        (((0, len(TEXT)),), '<mark class="phrase">Trường &lt;b&gt;THPT&lt;/b&gt; &amp; “đạt chuẩn”</mark>'),
    ],
)
def test_marking_escapes_first_and_marks_after(ranges: tuple[tuple[int, int], ...], html: str) -> None:
    assert mark(TEXT, ranges) == html


@pytest.mark.parametrize(
    ("text", "ranges", "seen"),
    [
        ("đất đai", ((0, 3), (4, 7)), [(0, 7)]),
        ("đất, đai", ((0, 3), (5, 8)), [(0, 3), (5, 8)]),
        ("đất và đai", ((0, 3), (7, 10)), [(0, 3), (7, 10)]),
        ("đất\xa0 đai ở", ((0, 3), (5, 8), (9, 10)), [(0, 10)]),
        ("150km", ((0, 3), (3, 5)), [(0, 5)]),
        ("đất", (), []),
    ],
)
def test_neighbours_are_one_place(text: str, ranges: tuple[tuple[int, int], ...], seen: list[tuple[int, int]]) -> None:
    assert places(text, ranges) == seen
    assert str(mark(text, ranges)).count("<mark") == len(seen)


@pytest.mark.parametrize(
    ("text", "is_phrase"),
    [
        ("đất", False),
        ("Đất", False),
        ("Y", False),
        ("đất đai", True),
        ("UBND", True),
        ("57/2022/NĐ-CP", True),
        ("2022", True),
        ("Cô-oét", True),
    ],
)
def test_a_phrase_and_what_stands_for_one_are_marked_as_such(text: str, is_phrase: bool) -> None:
    opened = '<mark class="phrase">' if is_phrase else "<mark>"
    assert mark(text, ((0, len(text)),)) == f"{opened}{text}</mark>"


@given(
    st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("<>&\"'"), max_size=60),
    st.lists(st.integers(0, 60), max_size=8),
)
def test_marking_changes_no_text_and_adds_only_marks(text: str, cuts: list[int]) -> None:
    points = sorted({min(cut, len(text)) for cut in cuts})
    ranges = list(zip(points[::2], points[1::2], strict=False))
    seen = places(text, ranges)
    html = re.sub('<mark class="phrase">', "<mark>", str(mark(text, ranges)))
    assert len(re.findall("<mark>", html)) == len(re.findall("</mark>", html)) == len(seen)
    bare = re.sub("</?mark>", "", html)
    assert "<" not in bare and ">" not in bare and '"' not in bare
    assert unescape(bare) == unescape(str(mark(text, ())))
    assert [unescape(piece) for piece in re.findall("<mark>(.*?)</mark>", html, re.S)] == [
        unescape(str(mark(text[start:end], ()))) for start, end in seen
    ]
    marked = {place for start, end in seen for place in range(start, end)}
    asked = {place for start, end in ranges for place in range(start, end)}
    assert asked <= marked and all(text[place].isspace() for place in marked - asked)


@pytest.mark.parametrize(
    ("iso", "written"),
    [
        ("2022-07-12", "12/7/2022"),
        ("2022-07-12T08:30:00+07:00", "12/7/2022"),
        ("2022-07-12T20:30:00+00:00", "13/7/2022"),
        ("2022-07-12T20:30:00Z", "13/7/2022"),
        ("hôm qua", "hôm qua"),
        ("", ""),
    ],
)
def test_days_are_those_of_vietnam(iso: str, written: str) -> None:
    assert day(iso) == written


def test_months_have_two_digits() -> None:
    assert month("2022-07") == month("2022-07-12") == "07/2022"


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2022, 7, 12, 8, 5, tzinfo=timezone(timedelta(hours=7))), "12/7/2022, 08:05"),
        (datetime(2022, 7, 12, 18, 0, tzinfo=timezone.utc), "13/7/2022, 01:00"),
        (datetime(2022, 7, 12, tzinfo=timezone(timedelta(hours=7))), "12/7/2022"),
    ],
)
def test_a_time_that_was_never_given_is_not_shown(moment: datetime, written: str) -> None:
    assert day_and_time(moment) == written


@pytest.mark.parametrize(
    ("label", "typed"),
    [("nông thôn mới", "#nông_thôn_mới"), ("NTM", "#NTM"), ("cao tốc Bắc – Nam", "#cao_tốc_Bắc_Nam"), ("TP.HCM", "#TP_HCM")],
)
def test_a_hashtag_is_shown_as_it_is_typed(label: str, typed: str) -> None:
    assert hashtag(label) == typed
    assert tag_key(typed) == tag_key(label)


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://bao.example/bai-1.html", True),
        ("http://bao.example/bài?x=1&y=2", True),
        ("HTTPS://bao.example/", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("https://bao.example/\nx", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//bao.example/", False),
        ("https:///không-có-máy", False),
        ("https://[x", False),
        ("/bai-viet/x", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_links(url: str, followed: bool) -> None:
    assert outside_link(url) == (url if followed else "")


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2023-09-05T10:20:00+07:00", "5/9/2023, 10:20 (UTC+7)"),
        ("2023-09-05T20:20:00+00:00", "6/9/2023, 03:20 (UTC+7)"),
        ("2023-09-05T00:00:00+07:00", "5/9/2023"),  # of a page that gives no time
    ],
)
def test_evidence_says_in_which_zone_a_time_is(moment: str, written: str) -> None:
    assert zoned(datetime.fromisoformat(moment)) == written
