"""corpus.paper: one paper has one name, however its pages call it."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive.paper_file import _papers_with_us
from corpus.article import Article
from corpus.paper import STATED, Paper, PaperTable, StatedSource, masthead, site

TABLE = PaperTable(
    (
        Paper("Báo Núi Sông", ("nuisong.example",), ("NSO",)),
        Paper("Miền Ngược", ("vung.nuisong.example",)),
        Paper("Tạp chí Công Thương", ("tapchi.example",)),
        Paper("Báo Công Thương", ("congthuong.example",)),
        Paper("Báo Tin tức"),
    )
)


@pytest.mark.parametrize(
    ("source", "url", "name"),
    [
        ("Báo Núi Sông", "https://nuisong.example/1", "Báo Núi Sông"),
        ("Công ty CP Truyền thông Đại Ngàn", "https://nuisong.example/1", "Báo Núi Sông"),
        ("Núi Sông - Báo nhiều người xem nhất", "https://m.nuisong.example/1", "Báo Núi Sông"),
        ("", "http://WWW.NuiSong.example:80/1", "Báo Núi Sông"),
        ("gì đó", "https://en.nuisong.example/1", "Báo Núi Sông"),
        ("Báo Núi Sông", "https://vung.nuisong.example/1", "Miền Ngược"),
        ("Báo Núi Sông", "https://amp.vung.nuisong.example/1", "Miền Ngược"),
        ("gì đó", "https://khongphainuisong.example/1", "gì đó"),
        # By another name, where the host is nobody's.
        ("nso", "https://luu.example/1", "Báo Núi Sông"),
        ("NÚI  SÔNG", "", "Báo Núi Sông"),
        ("nui song online", "", "Báo Núi Sông"),
        ("Báo điện tử Núi Sông", "", "Báo Núi Sông"),
        ("NuiSong.example", "", "Báo Núi Sông"),
        # A magazine is not the paper of that name.
        ("Tạp chí Núi Sông", "", "Tạp chí Núi Sông"),
        ("Tạp chí Công Thương", "", "Tạp chí Công Thương"),
        ("Báo Công Thương", "", "Báo Công Thương"),
        ("Công Thương", "", "Công Thương"),
        ("Báo Miền Ngược", "", "Miền Ngược"),
        # Nobody's host: never the owner, never praise.
        ("Công ty cổ phần Sáng Tạo - Media", "https://www.la.example/1", "la.example"),
        ("Tờ Lạ - Tiếng nói của bạn đọc vùng cao", "https://la.example/1", "Tờ Lạ"),
        ("Tổng công ty Cà phê", "", ""),
    ],
)
def test_what_a_page_states_gives_way_to_the_table(source: str, url: str, name: str) -> None:
    assert TABLE.name(source, "meta", url) == name


@pytest.mark.parametrize(
    ("source", "url", "name"),
    [
        ("Báo Lạ", "https://la.example/1", "Báo Lạ"),
        ("Công ty Sách Lạ", "https://la.example/1", "Công ty Sách Lạ"),
        ("Bộ Tài chính", "", "Bộ Tài chính"),
        ("nui song", "https://la.example/1", "Báo Núi Sông"),
        ("Núi Sông", "https://vung.nuisong.example/1", "Báo Núi Sông"),
        ("Bản tin nội bộ", "https://nuisong.example/1", "Báo Núi Sông"),
        ("", "", ""),
    ],
)
def test_what_a_person_gave_stays_unless_the_table_knows_it(source: str, url: str, name: str) -> None:
    assert TABLE.name(source, "given", url) == TABLE.name(source, "", url) == name


@pytest.mark.parametrize(
    ("text", "host", "name"),
    [
        ("Báo Núi Sông", "", "Báo Núi Sông"),
        ("Báo Núi Sông - Báo tiếng Việt nhiều người xem nhất", "", "Báo Núi Sông"),
        ("Trang chủ | Báo Núi Sông", "", "Báo Núi Sông"),
        ("Báo Núi Sông | Cơ quan ngôn luận của Đảng bộ tỉnh", "", "Báo Núi Sông"),
        ("Báo Sài Gòn-Gia Định", "", "Báo Sài Gòn-Gia Định"),
        ("Sở hữu trí tuệ", "", "Sở hữu trí tuệ"),
        ("Bộ đội Biên phòng", "", "Bộ đội Biên phòng"),
        ("Công ty CP Truyền thông Việt Núi - VNCorp", "", ""),
        ("CÔNG TY TNHH MỘT THÀNH VIÊN NÚI", "", ""),
        ("Cty Cổ phần Núi", "", ""),
        ("Nui Media Co., Ltd", "", ""),
        ("Tập đoàn Bưu chính", "", ""),
        ("Cơ quan của Liên hiệp các hội", "", ""),
        ("© 2020 Báo Núi Sông", "", ""),
        ("Copyright (c) by Núi", "", ""),
        ("Bản quyền thuộc về Báo Núi Sông", "", ""),
        ("Bộ Thông tin và Truyền thông", "bao.example", ""),
        ("Bộ Thông tin và Truyền thông", "mic.gov.vn", "Bộ Thông tin và Truyền thông"),
        ("Đọc báo mới nhất trong ngày", "", ""),
        ("Tin tức", "", ""),
        ("https://nuisong.example/#Organization", "", ""),
        ("nuisong.example", "", ""),
        ("x", "", ""),
        ("", "", ""),
        ("Báo điện tử của những người yêu núi rừng sông suối quê hương", "", ""),
    ],
)
def test_the_name_in_what_a_page_states(text: str, host: str, name: str) -> None:
    assert masthead(text, host) == name


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.nuisong.example/a?b=c", "nuisong.example"),
        ("http://M.NuiSong.example.", "nuisong.example"),
        ("https://www.m.nuisong.example", "nuisong.example"),
        ("https://m.example/a", "m.example"),
        ("https://mobile.nuisong.example:8080/a", "nuisong.example:8080"),
        ("http://127.0.0.1:8001/a", "127.0.0.1:8001"),
        ("javascript:alert(1)", ""),
        ("ftp://nuisong.example", ""),
        ("https://[::1", ""),
        ("https://nuisong.example:99999/", ""),
        ("", ""),
    ],
)
def test_the_site_of_an_address(url: str, host: str) -> None:
    assert site(url) == host


@given(
    st.text(),
    st.sampled_from(["", "given", "meta", "json-ld", "url", STATED]),
    st.text() | st.from_regex(r"https?://[a-z.]{1,20}/"),
)
def test_any_text_has_a_name_and_its_name_is_its_own(source: str, origin: str, url: str) -> None:
    name = TABLE.name(source, origin, url)
    assert TABLE.name(name, origin, url) == name
    assert pickle.loads(pickle.dumps(TABLE)) == TABLE


def stated(*pages: tuple[str, int], url: str = "https://la.example/", origin: str = "meta") -> list[StatedSource]:
    return [StatedSource(source, origin, url, articles) for source, articles in pages]


@pytest.mark.parametrize(
    ("pages", "name"),
    [
        ([("Báo Lạ", 3), ("Công ty Truyền thông Lạ", 40)], "Báo Lạ"),
        ([("Báo Lạ", 3), ("Lạ - Báo của vùng cao", 2), ("BÁO LẠ", 1), ("la.example", 9)], "Báo Lạ"),
        ([("Báo Lạ", 3), ("Thời sự", 2)], "Báo Lạ"),
        # A site that gathers what others write: none of them is its name.
        ([("Báo Một", 3), ("Báo Hai", 3), ("Báo Ba", 2)], "la.example"),
    ],
)
def test_pages_of_a_site_that_nobody_knows_agree_on_one_name(pages: list[tuple[str, int]], name: str) -> None:
    for order in (pages, pages[::-1]):
        table = TABLE.with_sites(stated(*order))
        assert {table.name(source, "meta", "https://m.la.example/bai") for source, _ in pages} == {name}
        assert table.name("Công ty Truyền thông Lạ", "given", "https://la.example/bai") == "Công ty Truyền thông Lạ"
        assert table.name("Báo Lạ", "meta", "https://khac.example/bai") == "Báo Lạ"


def test_pages_that_agree_and_sites_that_are_known_need_no_vote() -> None:
    assert TABLE.with_sites(stated(("Báo Lạ", 3)) + stated(("A", 1), ("B", 1), url="https://nuisong.example/")) == TABLE
    assert TABLE.with_sites(stated(("A", 1), ("B", 1), url="")) == TABLE
    assert TABLE.with_sites(stated(("A", 1), ("B", 1), origin="given")) == TABLE


def test_an_archives_own_table_goes_before_ours() -> None:
    own = PaperTable((Paper("Núi Sông Online", (), ("Báo Núi Sông", "Tờ Lạ")), Paper("Vùng cao", ("tapchi.example",))))
    table = own.over(TABLE)
    assert table.name("Công ty nào đó", "meta", "https://nuisong.example/1") == "Núi Sông Online"
    assert table.known("NSO") == table.known("nui song") == table.known("tờ lạ") == "Núi Sông Online"
    assert table.name("", "meta", "https://tapchi.example/1") == "Vùng cao"
    assert table.name("", "meta", "https://vung.nuisong.example/1") == "Miền Ngược"
    hosts = [host for paper in table.papers for host in paper.hosts]
    assert len(hosts) == len(set(hosts))


# Names and owners as the papers' own pages have stated them over the years.
@pytest.mark.parametrize(
    ("url", "sources", "name"),
    [
        (
            "https://{}vnexpress.net/a-1.html",
            ["VnExpress", "Báo VnExpress - Báo tiếng Việt nhiều người xem nhất", "VnExpress.net", "Công ty CP Dịch vụ trực tuyến", ""],
            "VnExpress",
        ),
        ("https://{}tuoitre.vn/a.htm", ["TUOI TRE ONLINE", "Tuổi Trẻ Online", "tuoitre.vn", "Báo Tuổi Trẻ"], "Tuổi Trẻ"),
        ("https://{}dantri.com.vn/a.htm", ["Báo điện tử Dân Trí", "Dân trí", "https://dantri.com.vn/#Organization"], "Dân trí"),
        ("https://{}afamily.vn/a.chn", ["Công ty cổ phần Truyền thông Việt Nam", "afamily.vn", "aFamily"], "aFamily"),
    ],
)  # fmt: skip
def test_the_large_papers_are_known(url: str, sources: list[str], name: str) -> None:
    table = _papers_with_us()
    for copy in ("", "www.", "m.", "amp.", "e."):
        assert {table.name(source, "json-ld", url.format(copy)) for source in sources} == {name}


def test_what_an_article_is_called_is_no_part_of_what_was_read() -> None:
    read = Article("Tít", url="https://nuisong.example/1", source="Công ty CP Núi")
    named = read.of_paper("Báo Núi Sông")
    assert (named.source, named.stated_source) == ("Báo Núi Sông", "Công ty CP Núi")
    assert (named.id, named.content_hash) == (read.id, read.content_hash)
    assert named.as_stated() == named.of_paper("Tên mới").as_stated() == read
    assert read.of_paper("Công ty CP Núi") is read
    unknown = Article("Tít", url="https://nuisong.example/1")
    assert unknown.of_paper("Báo Núi Sông").content_hash == unknown.content_hash != named.content_hash
