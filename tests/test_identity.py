from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.identity import ID_LENGTH, article_id, canonical_url, without_tracking
from corpus.permalink import permalink, slug


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://tin.example/bai-1", "https://tin.example/bai-1"),
        ("HTTP://Tin.Example:80/bai-1/#binh-luan", "https://tin.example/bai-1"),
        ("https://tin.example./bai-1?utm_source=zalo&fbclid=x&zarsrc=30", "https://tin.example/bai-1"),
        ("https://tin.example/bai-1?gbraid=1&vn_source=rcm&itm_medium=x&_ga=2.1&mibextid=a&igsh=b", "https://tin.example/bai-1"),
        ("https://tin.example/bai-1?_gallery=2", "https://tin.example/bai-1?_gallery=2"),
        ("https://tin.example/doc?id=7&cat=2", "https://tin.example/doc?cat=2&id=7"),
        ("https://tin.example:8080/", "https://tin.example:8080"),
        ("https://tin.example/đời-sống", "https://tin.example/%C4%91%E1%BB%9Di-s%E1%BB%91ng"),
        ("https://tin.example/%c4%91%e1%bb%9di-s%e1%bb%91ng", "https://tin.example/%C4%91%E1%BB%9Di-s%E1%BB%91ng"),
        ("https://tin.example/a%2Fb", "https://tin.example/a%2Fb"),  # not the page a/b
        ("https://tin.example/t%ECm", "https://tin.example/t%ECm"),  # windows-1258 in a path
        ("https://tin.example/x?q=t%ECm", "https://tin.example/x?q=t%ECm"),
        ("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
        (" https://tin.example/a b ", "https://tin.example/a%20b"),
        ("", ""),
        ("/bai-1", ""),
        ("//tin.example/bai-1", ""),
        ("javascript:alert(1)", ""),
        ("ftp://tin.example/x", ""),
        ("mailto:toasoan@tin.example", ""),
        ("https://", ""),
        ("https://tin.example:99999/", ""),
        ("https://[::1", ""),
        ("https://tin.example/\ud800", ""),
    ],
)
def test_canonical_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


URL = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS", "ftp"]),
    st.sampled_from(["tin.example", "TIN.example:443", "b.example.", "[::1]:81", "đ.example", ""]),
    st.text(st.sampled_from("/ab%2fFđÐ .;?#&=+é~\\\ud800"), max_size=12),
    st.sampled_from(["", "?a=1&a=0", "?utm_medium=x&b", "#c", "?q=%ff+%20"]),
)


@given(st.one_of(st.text(), URL))
def test_canonical_urls_are_their_own(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical_url(canonical) == canonical
    assert canonical == "" or canonical.startswith("https://")
    assert canonical.isascii() or "đ" in canonical.casefold() or not url.isascii()


@pytest.mark.parametrize(
    ("url", "cited"),
    [
        (
            "https://tin.example/bai-1.html?utm_source=zalo&id=7&fbclid=IwAR0&b=%E1%BB%9D",
            "https://tin.example/bai-1.html?id=7&b=%E1%BB%9D",
        ),
        ("https://tin.example/bai-1.html?gclid=x&zarsrc=30", "https://tin.example/bai-1.html"),
        ("https://tin.example/bai-1.html?UTM_Medium=x#anh-2", "https://tin.example/bai-1.html#anh-2"),
        ("https://tin.example/bai-1.html#utm_source=rss", "https://tin.example/bai-1.html"),
        ("https://tin.example/bai-1.html#:~:text=trường", "https://tin.example/bai-1.html"),
        ("http://Tin.example/Đời-sống/?id=7&", "http://Tin.example/Đời-sống/?id=7&"),
        ("", ""),
    ],
)
def test_a_cited_address_tracks_nobody(url: str, cited: str) -> None:
    assert without_tracking(url) == cited


@given(st.one_of(st.text(), URL))
def test_an_address_without_tracking_is_the_same_address(url: str) -> None:
    assert canonical_url(without_tracking(url)) == canonical_url(url)
    assert without_tracking(without_tracking(url)) == without_tracking(url)


def test_an_id_is_that_of_the_address_whatever_the_text() -> None:
    one = article_id("https://tin.example/bai-1", ["Tiêu đề"])
    assert one == article_id("http://TIN.example/bai-1/?utm_source=x", ["Tiêu đề khác"])
    assert one == "ch4eflrwiduy"  # cited on paper: it must never change
    assert one != article_id("https://tin.example/bai-2", ["Tiêu đề"])


def test_without_an_address_an_id_is_that_of_the_text() -> None:
    one = article_id("", ["Tiêu đề", "", "Đoạn"])
    assert one == article_id("không phải địa chỉ", ["TIÊU ĐỀ", "Đoạn"])
    assert one != article_id("", ["Tiêu đề", "Đoạn khác"])
    assert len(one) == ID_LENGTH and one.isalnum() and one == one.lower()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Trường THPT đạt chuẩn: 60%!", "truong-thpt-dat-chuan-60"),
        ("ĐẤT ĐAI", "dat-dai"),
        ("…", ""),
        ("a" * 100, "a" * 80),
    ],
)
def test_slug(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(st.text())
def test_a_slug_is_short_and_plain(title: str) -> None:
    assert len(slug(title)) <= 80
    assert set(slug(title)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_permalink() -> None:
    assert permalink("abc", "Đất đai") == "/bai-viet/abc-dat-dai"
    assert permalink("abc", "…") == "/bai-viet/abc"
