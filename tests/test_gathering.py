"""The small parts of corpus.gathering and corpus.reading.link: shapes of addresses, versions, lists, sources.toml, manners, health."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.ledger import Named, Visit
from corpus.errors import NotAList, SourcesInvalid
from corpus.gathering.address_shape import AddressShapes
from corpus.gathering.health import health
from corpus.gathering.manners import FIRST_REST, LONGEST_ASKED, LONGEST_REST, Manners
from corpus.gathering.source import Source, source_of
from corpus.gathering.source_file import append_source, read_sources
from corpus.gathering.version import key_of
from corpus.reading.link import Link, reader
from corpus.reading.link.link import decode, encode
from corpus.reading.link.reader import read_links

pytestmark = pytest.mark.slow

NOW = datetime(2026, 1, 5, 8, tzinfo=timezone.utc)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as opened:
        yield opened
        assert opened.check() == []


# Addresses


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.bao.example/a-1.html", "https://bao.example/a-1.html"),
        ("https://m.bao.example/a-1.html?utm_source=x#y", "https://bao.example/a-1.html"),
        ("https://amp.bao.example/a-1.html", "https://bao.example/a-1.html"),
        ("https://bao.example/a-1.amp.html", "https://bao.example/a-1.html"),
        ("https://bao.example/a-1.html/amp", "https://bao.example/a-1.html"),
        ("https://bao.example/amp/a-1.html", "https://bao.example/a-1.html"),
        ("https://bao.example/print/a-1.html", "https://bao.example/a-1.html"),
        ("https://bao.example/a-1.html?print=1", "https://bao.example/a-1.html"),
        ("https://bao.example/a-1.html?view=amp", "https://bao.example/a-1.html"),
        ("https://bao.example/bai?id=7&mode=print", "https://bao.example/bai?id=7"),
        ("https://bao.example/bai?m=7", "https://bao.example/bai?m=7"),
        ("https://bao.example/san-phu-khoa-in", "https://bao.example/san-phu-khoa-in"),
        ("https://ampe.example/a", "https://ampe.example/a"),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
    ],
)
def test_versions_of_an_article_have_one_key(url: str, key: str) -> None:
    assert key_of(url) == key
    assert key_of(key) == key


NUMBERED = [f"https://bao.example/thoi-su/bai-so-{number}-ve-mot-chuyen-dai-{47000000 + number}.html" for number in range(30)]


@pytest.mark.parametrize(
    ("url", "known", "unknown"),
    [
        ("https://bao.example/the-gioi/mot-bai-khac-hon-nua-48123456.html", True, True),
        ("https://bao.example/thoi-su", False, False),
        ("https://bao.example/thoi-su/giao-duc.html", False, False),
        ("https://bao.example/tag/nong-thon-moi-nang-cao-kieu-mau-2023", False, True),
        ("https://bao.example/lien-he.html", False, False),
        ("https://bao.example/?id=1234567", False, False),
        ("https://bao.example/", False, False),
    ],
)
def test_what_looks_like_an_article_is_learned_from_articles(url: str, known: bool, unknown: bool) -> None:
    assert AddressShapes(NUMBERED).likely(url) == known
    assert AddressShapes(NUMBERED[:2]).likely(url) == unknown, "of two nothing is learned"


def test_papers_that_only_number_or_only_name_their_articles() -> None:
    numbers = AddressShapes(f"https://bao.example/news/{number}" for number in range(123000, 123020))
    assert numbers.likely("https://bao.example/news/124567") and not numbers.likely("https://bao.example/news/muc")
    names = AddressShapes(f"https://bao.example/{word}-la-mot-bai-rat-dai" for word in "abcdefgh")
    assert names.likely("https://bao.example/mot-bai-khac-cung-dai") and not names.likely("https://bao.example/kinh-te")


# Lists


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda content: content.decode("latin-1")))
@pytest.mark.parametrize("kind", ["feed", "sitemap", "section", "home"])
def test_any_bytes_are_a_list_or_refused(kind: str, text: str) -> None:
    try:
        links = read_links(kind, text.encode("utf-8", "surrogatepass"), url="https://bao.example/")  # type: ignore[arg-type]
    except NotAList:
        return
    assert decode(encode(links)) == links
    assert all(link.url.startswith(("http://", "https://")) for link in links)


@pytest.mark.parametrize(
    "feed",
    [
        '<rss version="2.0"><channel><item><title>B &nbsp; à</title><link>/a</link><pubDate>Thứ hai 5/1/2026</pubDate></item>',
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>B à</title><link href="/a"/><updated>9999-01-01</updated></entry></feed>',
        "\n\n <rss><channel><item><title><![CDATA[B à]]></title><guid>https://bao.example/a</guid></item></channel>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><title>B à</title><link>https://bao.example/a</link></item></rdf:RDF>',
    ],
)
def test_feeds_broken_or_not(feed: str) -> None:
    assert read_links("feed", feed.encode(), url="https://bao.example/rss") == [Link("article", "https://bao.example/a", "B à")]


def test_a_feed_of_ten_thousand_entries() -> None:
    items = (
        "".join(f"<item><title>Bài {number}</title><link>https://bao.example/{number}</link></item>" for number in range(2_000))
        * 5
    )
    links = read_links("feed", f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), url="https://bao.example/")
    assert len(links) == 2_000, "each once"


def test_sitemaps_plain_compressed_cut_and_hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://bao.example/sitemap.xml"
    entry = "<url><loc>https://bao.example/{0}</loc><lastmod>2026-01-0{0}T00:00:00Z</lastmod></url>"
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(map(entry.format, range(1, 4)))}</urlset>'
    links = read_links("sitemap", text.encode(), url=url)
    assert [link.url[-1] for link in links] == ["1", "2", "3"] and links[0].at == datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert read_links("sitemap", gzip.compress(text.encode()), url=url) == links
    assert read_links("sitemap", text.encode()[:-60], url=url) == links[:2]
    assert [link.url for link in read_links("sitemap", b"https://bao.example/1\nhttps://bao.example/2\n", url=url)] == [
        "https://bao.example/1",
        "https://bao.example/2",
    ]
    entity = (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://bao.example/&a;</loc></url></urlset>'
    )
    assert all("root" not in link.url for link in read_links("sitemap", entity.encode(), url=url))
    with pytest.raises(NotAList):
        read_links("sitemap", gzip.compress(bytes(60_000_000)), url=url)
    monkeypatch.setattr(reader, "MOST_LINKS", 500)
    many = "".join(f"<url><loc>https://bao.example/{number}</loc></url>" for number in range(505))
    assert len(read_links("sitemap", f"<urlset>{many}</urlset>".encode(), url=url)) == 500


def test_a_page_nested_without_end_is_read_or_refused() -> None:
    deep = b"<div>" * 100_000 + b"<a href='/a'>x</a>"
    try:
        assert [link.url for link in read_links("section", deep, url="https://bao.example/")] in ([], ["https://bao.example/a"])
    except NotAList as error:
        assert error.told.code == "list_no_links"


# sources.toml

WHOLE = """# Báo của kho này
[[source]]
name = "Báo Núi Sông"
hosts = ["nuisong.example"]
feeds = ["https://nuisong.example/rss"]
sections = ["https://nuisong.example/thoi-su"]
include = ["/thoi-su/*"]
delay = 2.5

[[source]]
name = "Đồng Bằng"
"""


def test_what_is_followed_is_read(tmp_path: Path) -> None:
    assert read_sources(tmp_path) == ()
    (tmp_path / "sources.toml").write_text(WHOLE, encoding="utf-8")
    first, second = read_sources(tmp_path)
    assert first == Source(
        "Báo Núi Sông",
        ("nuisong.example",),
        feeds=("https://nuisong.example/rss",),
        sections=("https://nuisong.example/thoi-su",),
        include=("/thoi-su/*",),
        delay=2.5,
    )
    assert first.is_followed and not second.is_followed
    assert first.has("https://anh.nuisong.example/x") and not first.has("https://khongnuisong.example/x")
    assert first.wants("http://m.nuisong.example/thoi-su/x") and not first.wants("https://nuisong.example/the-thao/x")
    assert source_of("https://nuisong.example/x", (first,)) == first
    assert source_of("https://www.khac.example/x", (first,)) == Source("khac.example", ("khac.example",))


@pytest.mark.parametrize(
    ("line", "at", "said"),
    [
        ('feeds = ["nuisong.example/rss"]', 4, "không phải địa chỉ"),
        ('feed = ["https://nuisong.example/rss"]', 4, "“feeds”"),
        ('sections = "https://nuisong.example"', 4, "danh sách"),
        ('exclude = ["the-thao"]', 4, "không phải mẫu"),
        ("delay = -1", 4, "một số từ 0 đến 3600"),
        ("delay = true", 4, "một số từ 0"),
        ("depth = 1000", 4, "một số từ 0 đến 50"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, line: str, at: int, said: str) -> None:
    (tmp_path / "sources.toml").write_text(f'# x\n[[source]]\nname = "A"\n{line}\n', encoding="utf-8")
    with pytest.raises(SourcesInvalid, match=said) as error:
        read_sources(tmp_path)
    assert error.value.line == at


@given(
    st.text(min_size=1, max_size=40).filter(lambda name: name.strip().isprintable() and name.strip()),
    st.lists(st.sampled_from(["/a/*", "*b"]), max_size=3),
)
def test_what_is_appended_is_read_again(tmp_path_factory: pytest.TempPathFactory, name: str, patterns: list[str]) -> None:
    home = tmp_path_factory.mktemp("kho")
    (home / "sources.toml").write_text("# của tòa soạn", encoding="utf-8")
    source = Source(
        name.strip(),
        ("bao.example",),
        feeds=("https://bao.example/rss?a=1&b=2",),
        include=tuple(patterns),
        private_hosts=frozenset({"10.0.0.1:80"}),
    )
    append_source(home, source)
    (read,) = read_sources(home)
    assert read == Source(**{**vars(source), "name": read.name}) and read.name
    with pytest.raises(SourcesInvalid):
        append_source(home, source)
    assert read_sources(home) == (read,)


# Manners and health


def test_a_host_that_fails_rests_longer_each_time(archive: Archive) -> None:
    now = [NOW]
    manners = Manners(archive.ledger, now=lambda: now[0])
    rests = []
    for _ in range(14):
        until = manners.failed("bao.example")
        rests.append(until - now[0])
        now[0] = until
    assert rests[:4] == [FIRST_REST * 2**n for n in range(4)] and rests[-1] == LONGEST_REST
    assert manners.failed("bao.example", timedelta(days=30)) - now[0] == LONGEST_ASKED
    other = Manners(archive.ledger, now=lambda: now[0])
    assert other.resting_until("bao.example") is not None, "another program knows"
    other.answered("bao.example")
    assert manners.resting_until("bao.example") is None
    assert manners.failed("bao.example") - now[0] == FIRST_REST


def test_one_request_at_a_time_to_a_host(archive: Archive) -> None:
    manners, inside, most = Manners(archive.ledger, now=lambda: NOW), [0], [0]

    def ask() -> None:
        for _ in range(20):
            with manners.turn("bao.example", 0.0):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def visit(archive: Archive, number: int, at: datetime, outcome: str = "added") -> None:
    key = f"https://bao.example/{number}"
    archive.ledger.name("Báo", [Named(key, key, "article", at)], "", at)
    target = archive.ledger.target(key)
    assert target is not None
    archive.ledger.visited(target, Visit(key, "Báo", "article", at, 200, outcome), due=None, steps=1)  # type: ignore[arg-type]


def test_a_silence_longer_than_usual_is_seen(archive: Archive) -> None:
    for number in range(20):
        visit(archive, number, NOW - timedelta(days=10) + timedelta(hours=6 * number))
    visit(archive, 99, NOW - timedelta(days=1), "unchanged")
    (told,) = health(archive.ledger, NOW)
    assert told.silent_for == timedelta(days=9) - timedelta(hours=6 * 19) and told.a_day == 2.0
    visit(archive, 100, NOW - timedelta(hours=20))
    (told,) = health(archive.ledger, NOW)
    assert told.silent_for is None and told.failures == 0
    visit(archive, 101, NOW - timedelta(hours=2), "failed")
    (told,) = health(archive.ledger, NOW)
    assert told.failures == 1 and told.last_success == NOW - timedelta(hours=20)
