"""searcher.front, and the home page made of it: what came in last, by paper, and what rose in the last week."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from corpus.article import Article, Block
from language.timestamp import VIETNAM
from searcher.front import Front, rise_of
from searcher.search import Searcher
from web import create_app

LAST = datetime(2024, 6, 30, 9, tzinfo=VIETNAM)
"""The last day of the articles; the week before it begins on 24/6, what it is compared with on 29/4."""


def article(number: int, days_ago: int | None, *tags: str, source: str = "Báo Núi", text: str = "Xã làm đường.") -> Article:
    return Article(
        f"Bài {number}",
        (Block("paragraph", text),),
        url=f"https://bao.example/{number}",
        source=source,
        tags=tags,
        published=None if days_ago is None else LAST - timedelta(days=days_ago),
    )


def steady(first: int, weeks: int, *tags: str) -> list[Article]:
    """Return two articles a week, in the last week and the weeks before it."""
    return [article(first + 2 * week + n, 7 * week + n, *tags) for week in range(weeks) for n in (0, 1)]


@pytest.fixture
def front_of(build: Callable[..., Path]) -> Iterator[Callable[[list[Article]], Front]]:
    """Return a function that gives the front page of some articles."""
    searchers = []

    def front_of(articles: list[Article]) -> Front:
        searchers.append(Searcher.open(build(articles)))
        return searchers[-1].front()

    yield front_of
    for searcher in searchers:
        searcher.archive.close()


def risen(front: Front) -> list[tuple[str, str, int, int]]:
    return [(one.facet, one.label, one.count, one.before) for one in front.risen]


def test_what_has_more_articles_than_its_past_lets_expect_rises(front_of: Callable[[list[Article]], Front]) -> None:
    usual = steady(0, 9, "đường")
    flood = [article(100 + n, n, "bão", text="Tỉnh Cao Bằng ngập, theo Nghị định 57/2022/NĐ-CP.") for n in range(5)]
    past = [article(200, 30, "bão")]
    front = front_of([*usual, *flood, *past])
    assert (front.past_first_day, front.first_day, front.last_day) == ("2024-04-29", "2024-06-24", "2024-06-30")
    assert risen(front) == [("tag", "bão", 5, 1), ("document", "Nghị định 57/2022/NĐ-CP", 5, 0), ("place", "Cao Bằng", 5, 0)]


def test_nothing_rises_because_there_is_more_of_everything(front_of: Callable[[list[Article]], Front]) -> None:
    more = [article(100 + n, n % 7, "đường") for n in range(40)]
    assert risen(front_of([*steady(0, 9, "đường"), *more])) == []


def test_nothing_rises_where_there_is_no_past(front_of: Callable[[list[Article]], Front]) -> None:
    assert risen(front_of([article(n, n, "bão") for n in range(6)])) == []


def test_an_article_of_the_future_does_not_move_the_week(front_of: Callable[[list[Article]], Front]) -> None:
    wrong = article(900, None)
    future = Article(wrong.title, wrong.blocks, url=wrong.url, published=datetime(9000, 1, 1, tzinfo=VIETNAM))
    last_day = front_of([*steady(0, 9, "đường"), future]).last_day
    assert last_day is not None and last_day < "9000"


def test_papers_stand_in_the_order_in_which_they_brought_something(front_of: Callable[[list[Article]], Front]) -> None:
    papers = [f"Báo {number}" for number in range(8)]
    front = front_of([article(n, n, source=papers[n % 8]) for n in range(32)])
    assert [(paper.label, paper.count) for paper in front.latest] == [(f"Báo {number}", 4) for number in (7, 6, 5, 4, 3, 2)]
    assert [headline.title for headline in front.latest[0].headlines] == ["Bài 31", "Bài 23", "Bài 15"]


def test_a_flood_of_one_paper_does_not_hide_the_others(front_of: Callable[[list[Article]], Front]) -> None:
    front = front_of([article(0, 3, source="Báo Sông"), *(article(1 + n, 0) for n in range(40))])
    assert [(paper.label, paper.count) for paper in front.latest] == [("Báo Núi", 40), ("Báo Sông", 1)]


def test_where_no_article_says_its_paper_the_last_of_all_are_shown(front_of: Callable[[list[Article]], Front]) -> None:
    (only,) = front_of([article(n, None, source="") for n in range(9)]).latest
    assert (only.source, only.count) == (None, 9)
    assert [headline.title for headline in only.headlines] == [f"Bài {number}" for number in (8, 7, 6, 5, 4, 3)]


def test_an_empty_archive_has_an_empty_front_page(front_of: Callable[[list[Article]], Front]) -> None:
    assert front_of([]) == Front()


@pytest.mark.parametrize(("articles", "expected", "rise"), [(3, 0.0, 3.0), (5, 5.0, 0.0), (11, 3.0, 4.0), (0, 3.0, -1.5)])
def test_a_rise_is_measured_by_chance(articles: int, expected: float, rise: float) -> None:
    assert math.isclose(rise_of(articles, expected), rise)


@pytest.fixture
def fetch(build: Callable[..., Path]) -> Iterator[Callable[[list[Article], str], BeautifulSoup]]:
    """Return a function that gives a page of a site of some articles."""
    clients: dict[int, FlaskClient] = {}

    def fetch(articles: list[Article], path: str) -> BeautifulSoup:
        if len(articles) not in clients:
            clients[len(articles)] = create_app(build(articles)).test_client()
        answer = clients[len(articles)].get(path)
        assert answer.status_code == 200
        return BeautifulSoup(answer.get_data(as_text=True), "lxml")

    yield fetch
    for client in clients.values():
        client.application.extensions["lucbao"].close()


def said(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in page.select(selector)]


def test_every_count_of_the_home_page_is_what_its_click_shows(fetch: Callable[[list[Article], str], BeautifulSoup]) -> None:
    flood = [article(100 + n, n, "bão", source="Báo Sông", text="Tỉnh Cao Bằng ngập.") for n in range(5)]
    articles = [*steady(0, 9, "đường"), *flood]
    home = fetch(articles, "/")
    assert said(home, "#dang-tang") == ["Tăng trong tuần 24/6/2024–30/6/2024"]
    assert said(home, "[aria-labelledby=dang-tang] li") == ["#bão 5 (trước: 0)", "Cao Bằng 5 (trước: 0)"]
    assert said(home, "[aria-labelledby=moi-vao] h3") == ["Báo Sông 5", "Báo Núi 18"]
    assert said(home, "[aria-labelledby=moi-vao] div > div:first-child li") == [
        f"Bài {number} {day}/6/2024" for number, day in ((104, 26), (103, 27), (102, 28))
    ]
    counted = home.select(".papers :has(> .count) > a, .papers a:has(.count), .examples a, #kho a")
    assert len(counted) >= 7
    for link in counted:
        beside = link.select_one(".count") or link.find_next_sibling(class_="count") or link
        count = beside.get_text().split()[0]
        shown = said(fetch(articles, str(link["href"])), "main [role=status]:not(.hidden)")[0]
        assert shown.startswith(f"{count} bài"), link
    for link in home.select("[aria-labelledby=moi-vao] li a"):
        assert said(fetch(articles, str(link["href"])), "main h1") == [link.get_text()]


@pytest.mark.parametrize("articles", [0, 1, 5])
def test_a_small_archive_has_a_sensible_home_page(fetch: Callable[[list[Article], str], BeautifulSoup], articles: int) -> None:
    home = fetch([article(n, n, "bão") for n in range(articles)], "/")
    assert len(home.select("[aria-labelledby=moi-vao] li")) == min(articles, 3)
    assert bool(home.select(".empty")) == (not articles)
    assert not home.select("#dang-tang")
