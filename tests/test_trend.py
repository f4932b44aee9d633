"""searcher.trend, web.trend_chart and web.view.trend: searches side by side through time, against counting them one by one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from corpus.article import Article, Block
from language.timestamp import VIETNAM
from searcher.request import SearchRequest
from searcher.trend import MOST_MONTHS, Trend, Trends, trends
from web import create_app
from web.desk import searcher
from web.trend_chart import HEIGHT, trend_chart

DAYS = [(2019, 11), (2019, 11), (2020, 2), (2020, 2), (2020, 2), (2021, 1), None]
TEXTS = ["mía và chè", "mía", "chè", "mía", "lúa", "chè", "mía không ngày"]


@pytest.fixture
def client(build: Callable[..., Path]) -> Iterator[FlaskClient]:
    home = build(
        [
            Article(
                f"Bài {number}",
                (Block("paragraph", text),),
                url=f"https://bao.example/{number}",
                published=datetime(*day, number + 1, tzinfo=VIETNAM) if day else None,
            )
            for number, (day, text) in enumerate(zip(DAYS, TEXTS, strict=True))
        ]
    )
    app = create_app(home)
    yield app.test_client()
    app.extensions["lucbao"].close()


def found(client: FlaskClient, *queries: str, **options: object) -> Trends:
    with client.application.test_request_context():
        return trends(searcher(), [SearchRequest(query) for query in queries], **options)  # type: ignore[arg-type]


def test_every_month_is_told_for_every_search(client: FlaskClient) -> None:
    both = found(client, "mía", "chè")
    assert both.period == "month" and len(both.periods) == 15 and (both.periods[0], both.periods[-1]) == ("2019-11", "2021-01")
    told = {query.request.query: dict(zip(both.periods, query.counts, strict=True)) for query in both.trends}
    assert {month: count for month, count in told["mía"].items() if count} == {"2019-11": 2, "2020-02": 1}
    assert {month: count for month, count in told["chè"].items() if count} == {"2019-11": 1, "2020-02": 1, "2021-01": 1}
    assert [(each.total, each.undated) for each in both.trends] == [(4, 1), (3, 0)]
    assert dict(zip(both.periods, both.everything, strict=True))["2020-02"] == 3
    shares = dict(zip(both.periods, both.shares(both.trends[0]), strict=True))
    assert (shares["2019-11"], shares["2020-02"], shares["2020-03"]) == (1.0, 1 / 3, None)


def test_years(client: FlaskClient) -> None:
    years = found(client, "mía", period="year")
    assert (years.periods, years.trends[0].counts, years.everything) == (("2019", "2020"), (2, 1), (2, 3))


def test_nothing_found_has_no_periods(client: FlaskClient) -> None:
    assert found(client, "khongcotunay").periods == ()
    assert "Không có bài nào có ngày đăng" in client.get("/so-sanh?q=khongcotunay").text


def test_what_spans_more_months_than_can_be_told_apart_is_told_by_years(build: Callable[..., Path]) -> None:
    first, last = (
        Article(
            f"Bài {year}",
            (Block("paragraph", "mía"),),
            url=f"https://bao.example/{year}",
            published=datetime(year, 1, 2, tzinfo=VIETNAM),
        )
        for year in (2000, 2000 + MOST_MONTHS // 12)
    )
    app = create_app(build([first, last]))
    assert found(app.test_client(), "mía").period == "year"
    app.extensions["lucbao"].close()


def test_each_count_is_what_its_link_shows(client: FlaskClient) -> None:
    for period in ("month", "year"):
        page = BeautifulSoup(
            client.get(f"/so-sanh?q={quote('mía')}&q={quote('chè')}&period={period}&from=2019&to=15/2/2020").text, "lxml"
        )
        links = page.select("tbody td a")
        assert links
        for link in links:
            result = client.get(str(link["href"]).replace("/tim-kiem", "/api/v1/search")).get_json()
            assert link.get_text() == str(result["total"])


def test_the_page_says_what_it_leaves_out(client: FlaskClient) -> None:
    page = client.get("/so-sanh?q=a&q=b&q=c&q=d&q=e&q=a&period=tuần").text
    assert "1 câu sau đã bỏ qua" in page and "không theo “tuần”" in page
    assert BeautifulSoup(page, "lxml").select("form.compared input[name=q]")[3]["value"] == "d"
    assert client.get("/so-sanh").status_code == 200


def test_files(client: FlaskClient) -> None:
    answer = client.get(f"/so-sanh.csv?q={quote('mía')}&q=%3Dch%C3%A8&period=year")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["year", "mía", "'=chè", "articles"] and rows[1] == ["2019", "2", "1", "2"]
    drawn = ElementTree.fromstring(client.get(f"/so-sanh.svg?q={quote('mía')}&q=%3Cb%3E").text)
    assert "mía · 4 bài" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    for address in ("/so-sanh.csv", "/so-sanh.svg?q=a&from=hôm+kia"):
        assert client.get(address).status_code == 400


def test_for_programs(client: FlaskClient) -> None:
    told = client.get(f"/api/v1/trends?q={quote('mía')}&q={quote('chè')}&period=year").get_json()
    assert told == {
        "period": "year",
        "periods": ["2019", "2020", "2021"],
        "articles": [2, 3, 1],
        "trends": [
            {"query": "mía", "total": 4, "undated": 1, "counts": [2, 1, 0]},
            {"query": "chè", "total": 3, "undated": 0, "counts": [1, 1, 1]},
        ],
    }
    for wrong in ("", "?q=a&q=b&q=c&q=d&q=e", "?q=a&kỳ=year", "?q=a&period=week"):
        assert client.get(f"/api/v1/trends{wrong}").status_code == 400


def _drawn(counts: list[tuple[int, ...]], everything: tuple[int, ...], *, is_share: bool = False) -> tuple[float, list[str]]:
    periods = tuple(f"{2000 + year}" for year in range(len(everything)))
    found = Trends("year", periods, everything, tuple(Trend(SearchRequest("a"), sum(each), 0, each) for each in counts))
    chart = trend_chart(found, is_share=is_share)
    assert chart is not None
    return chart.top, [line.path for line in chart.lines]


def test_lines_reach_from_the_axis_to_the_highest() -> None:
    assert _drawn([(0, 10, 5)], (10, 10, 10)) == (10, [f"M0 {HEIGHT}L1 0L2 {HEIGHT / 2:g}"])
    top, (line,) = _drawn([(1, 0, 2)], (300, 0, 400), is_share=True)
    assert top == 0.5 and re.fullmatch(r"M0 [\d.]+M2 0", line)
    assert _drawn([(3, 3)], (3, 3), is_share=True)[0] == 100
    assert trend_chart(Trends("year", ("2000",), (1,), ()), is_share=False) is None
