"""What pages tell machines, whole and broken."""

from __future__ import annotations

import json

import pytest
from page_maker import TITLE, make_page

from corpus.reading.page import read_page
from corpus.reading.page.linked_data import read_objects, texts

ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2022-07-12T08:30:00+07:00",
    "author": {"@type": "Person", "name": "Vi Thành"},
    "articleSection": "Nông thôn",
    "publisher": {"@type": "Organization", "name": "Báo Nhịp Phố"},
}
WRITTEN = json.dumps(ARTICLE, ensure_ascii=False)


@pytest.mark.parametrize(
    "script",
    [
        WRITTEN,
        json.dumps(WRITTEN),
        f"[{WRITTEN}]",
        json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, ARTICLE]}),
        json.dumps(ARTICLE | {"@type": ["Article", "NewsArticle"]}),
        f"<!-- {WRITTEN} -->",
        f"//<![CDATA[\n{WRITTEN}\n//]]>",
        WRITTEN.replace('"}}', '",}}'),
        WRITTEN.replace('"', "&quot;"),
        WRITTEN.replace("để về đích", "để\nvề đích"),
        WRITTEN.replace("tiêu chí trường học", 'tiêu chí "trường học"'),
        WRITTEN[:-20],
    ],
    ids="whole twice list graph types comment cdata comma escaped newline quotes cut".split(),
)
def test_json_ld_is_read_however_broken(script: str) -> None:
    (article,) = [entry for entry in read_objects([script]) if "headline" in entry]
    assert texts(article["headline"])[0].replace('"', "") == TITLE
    assert texts(article["datePublished"]) == ["2022-07-12T08:30:00+07:00"]
    assert texts(article["author"]) == ["Vi Thành"]


@pytest.mark.parametrize(
    "script", ["", "{", "[" * 100_000, "null", '"x"', "{'a': 1}", '{"@type": 3}', '{"@graph": ' * 5000 + "1" + "}" * 5000]
)
def test_what_is_no_json_ld_is_nothing(script: str) -> None:
    assert all(isinstance(entry, dict) for entry in read_objects([script]))


def test_json_ld_comes_before_meta_and_meta_before_the_page() -> None:
    head = (
        f"<script type='application/ld+json'>{WRITTEN}</script><meta property='og:site_name' content='Nhịp Phố Online'>"
        "<meta property='article:section' content='Thời sự'><meta name='author' content='Người Khác'>"
    )
    article = read_page(make_page(head=head))
    assert (article.source, article.section, article.authors) == ("Báo Nhịp Phố", "Nông thôn", ("Vi Thành",))
    assert article.origins["source"] == article.origins["section"] == article.origins["authors"] == "json-ld"
    article = read_page(make_page(head=head.replace("ld+json", "x")))
    assert (article.source, article.section, article.authors) == ("Nhịp Phố Online", "Thời sự", ("Người Khác",))
    assert article.origins["source"] == "meta"


@pytest.mark.parametrize(
    "name", ["Báo Nhịp Phố", "NHỊP PHỐ", "nhippho.example", "https://facebook.example/nhippho", "admin", "Ban Biên tập"]
)
def test_a_paper_is_no_author(name: str) -> None:
    head = f"<meta property='og:site_name' content='Báo Nhịp Phố'><meta name='author' content='{name}'>"
    assert read_page(make_page(head=head)).authors == ()


@pytest.mark.parametrize(
    ("canonical", "url", "expected"),
    [
        (
            "https://nhippho.example/xa-dong-van-1.htm",
            "https://m.nhippho.example/xa-dong-van-1.htm",
            "https://nhippho.example/xa-dong-van-1.htm",
        ),
        ("/xa-dong-van-1.htm", "https://nhippho.example/a/b.htm", "https://nhippho.example/xa-dong-van-1.htm"),
        ("https://nhippho.example/", "https://nhippho.example/xa-dong-van-1.htm", "https://nhippho.example/xa-dong-van-1.htm"),
        ("javascript:void(0)", "https://nhippho.example/xa-dong-van-1.htm", "https://nhippho.example/xa-dong-van-1.htm"),
        (
            "https://nhippho.example/xa-dong-van-1.htm?utm_source=zalo&fbclid=x",
            "https://nhippho.example/xa-dong-van-1.htm?gclid=1",
            "https://nhippho.example/xa-dong-van-1.htm",
        ),
        ("", "https://nhippho.example/doc.aspx?zarsrc=30&id=7101234", "https://nhippho.example/doc.aspx?id=7101234"),
        ("", "", ""),
        ("http://[", "https://nhippho.example/x-dong-van-1.htm", "https://nhippho.example/x-dong-van-1.htm"),
    ],
)
def test_the_address_is_the_canonical_one_unless_that_is_a_home_page(canonical: str, url: str, expected: str) -> None:
    assert read_page(make_page(head=f"<link rel='canonical' href='{canonical}'>"), url=url).url == expected


@pytest.mark.parametrize(
    ("head", "source", "origin"),
    [
        ("<meta name='copyright' content='Công ty cổ phần Truyền thông Nhịp Phố - NPCorp'>", "nhippho.example", "url"),
        ("<meta property='og:site_name' content='Nhịp Phố - Báo của người đi làm'>", "Nhịp Phố", "meta"),
        ("<meta property='og:site_name' content='Trang chủ | Nhịp Phố'>", "Nhịp Phố", "meta"),
        ("<meta property='og:site_name' content='Cơ quan của Sở Văn hóa'><meta name='application-name' content='Nhịp Phố'>", "Nhịp Phố", "meta"),
        ("<meta name='dc.publisher' content='Bộ Thông tin và Truyền thông'>", "nhippho.example", "url"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Xã Đồng Vạn gỡ khó tiêu chí trường học để về đích nông thôn mới",'
            '"publisher":{"@type":"Organization","name":"CÔNG TY TNHH NHỊP PHỐ"}}</script><meta property="og:site_name" content="Nhịp Phố">',
            "Nhịp Phố",
            "meta",
        ),
    ],
)  # fmt: skip
def test_the_source_is_the_paper_never_its_owner(head: str, source: str, origin: str) -> None:
    article = read_page(make_page(head=head), url="https://m.nhippho.example/xa-dong-van-1.htm")
    assert (article.source, article.origins["source"]) == (source, origin)


def test_a_name_within_a_name_within_a_name_is_no_name() -> None:
    nested: object = "Vi Thành"
    for _ in range(5000):
        nested = {"name": nested}
    assert texts(nested) == []
    assert texts({"name": {"name": ["Vi Thành"]}}) == ["Vi Thành"]
