"""corpus.earlier, searcher.match.earlier_version: words that only earlier versions have are found, and shown where they stand."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from conftest import SYLLABLES, random_article
from hypothesis import given, settings
from hypothesis import strategies as st

from command.shown.hit_page import render_page
from command.speaker import Speaker
from corpus import earlier
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.earlier import lost_texts
from index.snapshot import INDEX_FOLDER, open_snapshot
from index.verification import check_index
from index.writer import update_index
from searcher.deadline import Deadline
from searcher.match.evaluation import Evaluation
from searcher.match.occurrence import matches
from searcher.query.parser import parse
from searcher.request import SearchRequest
from searcher.result import OnlyEarlier
from searcher.search import Searcher
from web import create_app

pytestmark = pytest.mark.slow

Versions = Sequence[Sequence[str]]
"""The lines of each version of an article, the oldest first; the first line is the title."""

FARE = (
    ("Giá vé xe buýt", "Vé tháng là 155.000 đồng.", "Người dân phản đối."),
    ("Giá vé tàu điện", "Vé tháng là 165.000 đồng.", "Người dân phản đối."),
)


def article(number: int, lines: Sequence[str]) -> Article:
    title, *blocks = lines
    return Article(title, tuple(Block("paragraph", text) for text in blocks), url=f"https://bao.example/{number}")


def fill(home: Path, archive: Archive, articles: Sequence[Versions]) -> Searcher:
    """Archive all first versions, then all second ones, indexing after each round; so an article may come back to an earlier text."""
    for at in range(max(map(len, articles))):
        for number, versions in enumerate(articles):
            if at < len(versions):
                archive.add(article(number, versions[at]))
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return Searcher.open(home, archive)


@pytest.fixture
def searcher(tmp_path: Path) -> Iterator[Searcher]:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        yield fill(tmp_path, archive, [FARE, [("Vé tháng", "Chưa ai sửa 155.000 chữ.")]])


def found(searcher: Searcher, query: str) -> list[str]:
    return [hit.title for hit in searcher.search(SearchRequest(query, near=False)).hits]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ('bản-cũ:"155.000 đồng"', True),
        ('ban-cu:"155.000 dong"', True),
        ('earlier:"155.000 đồng"', True),
        ("BẢN-CŨ:155000", True),
        ("bản-cũ:xe", True),
        ('bản-cũ:"xe buýt"', True),
        ("ban-cu:buyt", True),
        ("bản-cũ:buy*", True),
        ('bản-cũ:"155.000 tháng"~2', True),
        ("bản-cũ:(xe 155.000)", True),
        ("vé bản-cũ:155.000", True),
        ("vé AND bản-cũ:155.000", True),
        ("bản-cũ:155.000 OR bản-cũ:xyzzy", True),
        ("bản-cũ:165.000", False),  # is there now
        ("bản-cũ:đồng", False),
        ("bản-cũ:phản", False),
        ('bản-cũ:"buýt vé"', False),  # from the title into the text
        ("bản-cũ:buỵt", False),
        ("buýt bản-cũ:155.000", False),
        ("bản-cũ:155.000 -phản", False),
        ("-bản-cũ:155.000", False),
    ],
)
def test_what_only_an_earlier_version_has(searcher: Searcher, query: str, is_found: bool) -> None:
    assert ("Giá vé tàu điện" in found(searcher, query)) == is_found


def test_an_article_with_one_version_has_no_earlier_words(searcher: Searcher) -> None:
    assert found(searcher, "155.000") == ["Vé tháng"]
    assert found(searcher, "-bản-cũ:155.000") == ["Vé tháng"]


def test_a_hit_shows_the_version_that_has_it(searcher: Searcher) -> None:
    (hit,) = searcher.search(SearchRequest('bản-cũ:"155.000 đồng"')).hits
    (version,) = hit.earlier
    (snippet,) = version.snippets
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["155.000 đồng"]
    assert version.permalink == f"{hit.permalink}?ban={version.change}"
    assert hit.permalink.endswith("gia-ve-tau-dien")
    assert searcher.archive.revision(version.change).title == "Giá vé xe buýt"
    assert searcher.search(SearchRequest("165.000")).hits[0].earlier == ()


def test_highlights_of_the_earlier_version(searcher: Searcher) -> None:
    request = SearchRequest('vé bản-cũ:"155.000 đồng"')
    (hit,) = searcher.search(request).hits
    old = searcher.archive.revision(hit.earlier[0].change)
    ranges = searcher.highlights(request, old, earlier=True).ranges
    assert [old.blocks[0].text[start:end] for start, end in ranges[0]] == ["Vé", "155.000 đồng"]
    latest = searcher.archive.get(hit.id)
    assert latest is not None
    assert [latest.blocks[0].text[start:end] for start, end in searcher.highlights(request, latest).ranges[0]] == ["Vé"]


def test_each_part_is_shown_in_the_newest_version_that_has_it(tmp_path: Path) -> None:
    versions = [("một", "giá đồng"), ("một", "giá vé"), ("một", "tháng")]
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        searcher = fill(tmp_path, archive, [versions])
        (hit,) = searcher.search(SearchRequest("bản-cũ:đồng bản-cũ:giá (bản-cũ:vé OR bản-cũ:tháng)")).hits
    assert [version.snippets[0].text for version in hit.earlier] == ["giá vé", "giá đồng"]
    assert [version.snippets[0].marks for version in hit.earlier] == [((0, 3), (4, 6)), ((4, 8),)]


def test_lost_texts_are_those_of_no_present_line_each_once() -> None:
    older, newer, latest = (article(1, lines) for lines in (("a", "mất", "còn"), ("b", "mất", "còn", "mới mất"), ("c", "còn")))
    assert list(lost_texts(latest, [newer, older])) == [("b", False), ("mất", False), ("mới mất", False), ("a", False)]
    assert list(lost_texts(latest, [])) == []


def test_lost_texts_are_bounded_and_the_newest_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST_TEXT", 1000)
    big = "x" * 999
    lost = [text for text, _ in lost_texts(article(1, ("c",)), [article(1, ("b", big)), article(1, ("a", "cũ hơn"))])]
    assert lost == ["b", big]
    assert [text for text, _ in lost_texts(article(1, ("c",)), [article(1, (2 * big, "sau"))])] == [2 * big]


@pytest.mark.slow
def test_same_articles_as_the_plain_definition(build: Callable[..., Path]) -> None:
    chance = random.Random(23)
    rounds = [[random_article(chance, number) for number in range(40) if chance.random() < 0.7] for _ in range(4)]
    versions: dict[str, list[Article]] = {}
    for each in (each for batch in rounds for each in batch):
        versions.setdefault(each.id, []).append(each)
    gone = sorted(versions)[::9]
    home = build(*rounds, withdrawn=gone)
    with Archive.open(home / ARCHIVE_FILE) as archive:
        assert check_index(home / INDEX_FOLDER, archive) == []
    snapshot = open_snapshot(home / INDEX_FOLDER)
    assert len(snapshot.segments) > 1
    nonempty = 0
    for _ in range(300):
        words = " ".join(chance.choice(SYLLABLES) for _ in range(chance.choice((1, 1, 1, 2, 2, 3))))
        asked = chance.choice((f'bản-cũ:"{words}"', f"bản-cũ:({words})", f'bản-cũ:"{words}"~3', f"bản-cũ:{words[:2]}*"))
        query = chance.choice(("", "-", "nông OR ", "(mới HOẶC và) ", "#nông_thôn_mới ", "từ:2020-06 ")) + asked
        node, _ = parse(query, today=date(2024, 1, 1))
        for exact_marks in (False, True):
            ids = set()
            for segment in snapshot.segments:
                mask = Evaluation(segment, exact_marks=exact_marks, deadline=Deadline.after(60)).matches(node)
                ids |= {each.decode() for each in segment.ids[np.flatnonzero(mask)]}
            expected = {
                id
                for id, (*earlier, latest) in versions.items()
                if id not in gone and matches(node, latest, earlier, exact_marks=exact_marks)
            }
            assert ids == expected, (query, exact_marks)
            nonempty += bool(expected) and "-" not in query[:1]
    assert nonempty > 200


WORDS = ("giá", "vé", "đồng", "tháng", "155.000")
lines = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
histories = st.lists(st.lists(lines, min_size=2, max_size=3), min_size=1, max_size=3)


def _holds(line: str, words: Sequence[str]) -> bool:
    here = line.split()
    return any(here[at : at + len(words)] == list(words) for at in range(len(here)))


@settings(max_examples=10)
@given(st.lists(histories, min_size=1, max_size=3))
def test_a_plain_scan_of_all_revisions_finds_the_same(articles: list[Versions]) -> None:
    with TemporaryDirectory() as folder, Archive.open(Path(folder) / ARCHIVE_FILE, create=True) as archive:
        searcher = fill(Path(folder), archive, articles)
        every = [archive.revisions(id) for id in archive.ids()]
        texts = {
            revisions[0].article_id: [
                [each.title, *(block.text for block in each.blocks)]
                for each in (archive.revision(revision.change) for revision in revisions)
            ]
            for revisions in every
        }
        for words in ((first,) if first == second else (first, second) for first, second in product(WORDS, WORDS)):
            expected = {
                id
                for id, (*earlier, latest) in texts.items()
                if any(_holds(line, words) for version in earlier for line in version)
                and not any(_holds(line, words) for line in latest)
            }
            page = searcher.search(SearchRequest(f'bản-cũ:"{" ".join(words)}"', exact_marks=True))
            assert page.total == len(expected)
            assert {hit.id for hit in page.hits} == expected
            for hit in page.hits:
                (version,) = hit.earlier
                for snippet in version.snippets:
                    assert [snippet.text[start:end] for start, end in snippet.marks] == [" ".join(words)] * snippet.text.count(
                        " ".join(words)
                    )
                assert version.snippets


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("155.000 đồng", 'bản-cũ:"155.000 đồng"'),
        ('"xe buýt"', 'bản-cũ:"xe buýt"'),
        ("gia ve 155000 dong", 'gia ve bản-cũ:"155000 dong"'),
        ("vé buý*", "vé bản-cũ:buý*"),
        ("(buýt) -xyzzy", '(bản-cũ:"buýt") -xyzzy'),
        ("tàu điện", None),
        ("xyzzy", None),
        ("tiêu-đề:buýt", None),
        ("-155.000", None),  # a number; before a field the minus would be an operator
        ("bản-cũ:buýt", None),
        ("", None),
    ],
)
def test_what_only_earlier_versions_have_is_offered_and_a_click_shows_as_many(
    searcher: Searcher, query: str, offered: str | None
) -> None:
    found = searcher.search(SearchRequest(query)).only_earlier
    assert (found and found.query) == offered
    if found:
        page = searcher.search(SearchRequest(found.query))
        assert page.total == found.total == len(page.hits) == 1
        assert page.only_earlier is None


def test_what_is_offered_is_counted_under_the_same_filters_and_only_where_little_is_found(tmp_path: Path) -> None:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        changed = [(("một", f"giá vé {number}"), ("hai", "tháng")) for number in range(3)]
        searcher = fill(tmp_path, archive, [*changed, (("bốn", "giá vé"),)])
        assert searcher.search(SearchRequest("giá vé")).only_earlier == OnlyEarlier('bản-cũ:"giá vé"', 3)
        nowhere = searcher.search(SearchRequest("giá vé", excluded={"source": ("không",)}, first_day=date(2020, 1, 1)))
        assert (nowhere.total, nowhere.only_earlier) == (0, None)  # none of them is dated
        for number in range(10, 14):
            archive.add(article(number, ("năm", f"giá vé thứ {number}")))
        update_index(tmp_path / ARCHIVE_FILE, tmp_path / INDEX_FOLDER)
        assert searcher.search(SearchRequest("giá vé")).only_earlier is None  # five have it now


def test_pages_the_api_and_the_terminal_show_it(searcher: Searcher, tmp_path: Path) -> None:
    client = create_app(tmp_path).test_client()
    page = client.get("/tim-kiem", query_string={"q": "155.000 đồng"}).get_data(as_text=True)
    assert "1 bài chỉ có từ này ở bản cũ:" in page
    found = client.get("/tim-kiem", query_string={"q": 'bản-cũ:"155.000 đồng"'}).get_data(as_text=True)
    (address,) = re.findall(r'<p class="snippet earlier"><a href="([^"]*)"', found)
    assert '<span lang="vi">Vé tháng là <mark>155.000 đồng</mark>.</span>' in found
    old = client.get(html.unescape(address)).get_data(as_text=True)
    assert '<mark id="m1">155.000 đồng</mark>' in old
    assert "Giá vé xe buýt" in old
    hits = client.get("/api/v1/search", query_string={"q": "bản-cũ:buýt"}).get_json()["hits"]
    assert [version["snippets"] for version in hits[0]["earlier"]] == [
        [{"field": "title", "text": "Giá vé xe buýt", "marks": [[10, 14]]}]
    ]
    lines = render_page(searcher.search(SearchRequest("bản-cũ:buýt")), Speaker("vi"))
    assert re.search(r"bản cũ, lưu \d+/\d+/\d+: Giá vé xe buýt", lines)
    offered = render_page(searcher.search(SearchRequest("buýt")), Speaker("vi"))
    assert '1 bài chỉ có từ này ở bản cũ: bản-cũ:"buýt"' in offered
