"""web.view.change, searcher.chronicle: what changed and vanished, newest first; what a filter says is what a click shows."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.message import told
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.chronicle import Asked, Chronicle
from web import create_app

pytestmark = pytest.mark.slow

SEEN = datetime(2026, 4, 3, 18, 0, tzinfo=timezone.utc)
PAPERS = ("Báo Một", "Báo Hai", "")


def article(number: int, text: str, title: str = "Giá vé") -> Article:
    source = PAPERS[number % 3]
    origins = {"source": "given"} if source else {}
    url = f"https://bao{number % 3}.example/{number}"
    return Article(title, (Block("paragraph", text),), url=url, source=source, origins=origins)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        for number in range(9):
            archive.add(article(number, "Vé tháng là 155.000 đồng."))
        for number in range(7):
            archive.add(
                article(
                    number,
                    "Vé tháng là 165.000 đồng." + " Thêm một câu nữa cho dài." * number,
                    title="Giá" * (number == 3) or "Giá vé",
                )
            )
        archive.add(article(8, "Vé tháng là 155.000 đồng ."))
        for number, gone in ((1, True), (2, True), (2, False), (5, True)):
            moment = SEEN + timedelta(days=20 * number, hours=not gone)
            archive.absences.keep(article(number, "").id, gone=gone, seen_at=moment, reason=told("another_article"))
        archive.withdraw(article(5, "").id)
        update_index(tmp_path / ARCHIVE_FILE, tmp_path / INDEX_FOLDER)
        yield archive


@pytest.fixture
def client(archive: Archive, tmp_path: Path) -> FlaskClient:
    return create_app(tmp_path).test_client()


def test_every_count_is_what_a_click_shows(archive: Archive) -> None:
    chronicle = Chronicle(archive)
    everything = chronicle.list(Asked(), 100)
    assert (
        everything.total == len(everything.events) == 7 + 3
    )  # six changes, one of a space; three absences; none of the withdrawn
    kinds, papers, sizes = ("", "changed", "vanished", "returned"), ("", "báo một", "báo hai", "không"), (0, 1, 10, 200)
    seen = 0
    for kind, source, least, taken in product(kinds, papers, sizes, ("", "155.000 dong", "đồng")):
        asked = Asked(source, kind or None, "", least, taken)  # type: ignore[arg-type]
        found = chronicle.list(asked, 100)
        assert found.total == len(found.events)
        for name, choices in found.choices.items():
            for choice in choices:
                value = int(choice.value) if name == "least" else choice.value
                clicked = chronicle.list(Asked(**{**vars(asked), name: value}), 100)
                assert clicked.total == choice.count
                seen += choice.count
    assert seen > 100


@pytest.mark.parametrize("asked", [Asked(), Asked(kind="changed"), Asked("báo một"), Asked(taken="155.000")])
def test_pages_are_parts_of_one_list_in_falling_order(archive: Archive, asked: Asked) -> None:
    chronicle = Chronicle(archive)
    every = [event.cursor for event in chronicle.list(asked, 100).events]
    after, paged = "", []
    while True:
        page = chronicle.list(asked, 2, after)
        paged += [event.cursor for event in page.events]
        after = page.following
        if not after:
            break
    assert paged == every
    moments = [event.at for event in chronicle.list(asked, 100).events]
    assert moments == sorted(moments, reverse=True)
    assert [event.cursor for event in chronicle.list(asked, 100, "no.cursor").events] == every


def test_the_page_tells_each_change_in_short(client: FlaskClient) -> None:
    page = client.get("/thay-doi").get_data(as_text=True)
    assert "10 thay đổi" in page
    assert page.count("không đổi từ nào, chỉ dấu câu hay khoảng trắng") == 1
    assert page.count("đổi tít") == 1
    assert "thêm 1 từ, bớt 1 từ · sửa nhỏ" in page
    assert re.search(r"<del><span class=\"sign\">\[−</span>155", page)
    addresses = re.findall(r'<h2><a href="([^"]*/thay-doi\?den=[0-9]+)"', page)
    assert len(addresses) == 7
    assert all(client.get(html.unescape(address)).status_code == 200 for address in addresses)
    assert 'href="/thay-doi"' in client.get("/thong-ke").get_data(as_text=True)


def test_links_of_filters_show_what_they_say(client: FlaskClient) -> None:
    page = client.get("/thay-doi", query_string={"taken": "155.000"}).get_data(as_text=True)
    ways = re.findall(
        r'<a href="(/thay-doi[^"]*)" rel="nofollow"><span[^>]*>[^<]*</span></a> <span class="count">([0-9]+)</span>', page
    )
    assert len(ways) >= 5
    for address, count in ways:
        assert f"<b>{count} thay đổi</b>" in client.get(html.unescape(address)).get_data(as_text=True)


@pytest.mark.parametrize("query", ["kind=x", "least=-1", "month=2022", "least=1e9", f"taken={'a' * 201}"])
def test_what_is_not_understood_is_said(client: FlaskClient, query: str) -> None:
    assert client.get(f"/thay-doi?{query}").status_code == 400
    assert client.get(f"/thay-doi.atom?{query}").status_code == 400


def test_the_feed_has_the_same_filters(client: FlaskClient) -> None:
    root = ET.fromstring(client.get("/thay-doi.atom?kind=vanished").data)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = root.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}title") for entry in entries] == ["không còn ở địa chỉ gốc: Giá vé"] * 2
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == 2
    changed = ET.fromstring(client.get("/thay-doi.atom?taken=155.000+đồng").data)
    summaries = [entry.findtext(f"{atom}summary") or "" for entry in changed.findall(f"{atom}entry")]
    assert len(summaries) == 6
    assert all("155" in summary and "[−" in summary for summary in summaries)


def test_a_change_is_listed_at_once(client: FlaskClient, archive: Archive) -> None:
    assert "10 thay đổi" in client.get("/thay-doi").get_data(as_text=True)
    archive.absences.keep(article(7, "").id, gone=True, seen_at=SEEN, reason=told("another_article"))
    archive.add(article(7, "Khác."))
    assert "12 thay đổi" in client.get("/thay-doi").get_data(as_text=True)


def test_english(client: FlaskClient) -> None:
    page = client.get("/thay-doi", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Changed and vanished articles" in page
    assert "10 changes" in page
