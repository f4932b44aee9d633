from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from searcher.parameter import parameters
from searcher.query.parser import MAX_LENGTH
from searcher.request import SearchRequest
from web import create_app
from web.address import article_url, barred, is_blank, is_filtered, read_request, search_url, toggled, unfiltered

APP = create_app()


@pytest.fixture(autouse=True)
def _context() -> Iterator[None]:
    with APP.test_request_context():
        yield


def args(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query, keep_blank_values=True))


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", SearchRequest()),
        ("q=đất đai", SearchRequest(query="đất đai")),
        ("tag=Nông thôn mới&tag=%23y_tế", SearchRequest(selected={"tag": ("nông_thôn_mới", "y_tế")})),
        ("tag=y_tế&tag=Y tế", SearchRequest(selected={"tag": ("y_tế",)})),
        ("source=Báo  Núi&section=Thời sự", SearchRequest(selected={"source": ("báo núi",), "section": ("thời sự",)})),
        (
            "document=Nghị định 57/2022/NĐ-CP&document=57%2F2022%2Fnd-cp&document=luật đất đai năm 2024",
            SearchRequest(selected={"document": ("57/2022/nd-cp", "luat dat dai 2024")}),
        ),
        ("not_tag=Y tế&not_source=Báo Núi", SearchRequest(excluded={"tag": ("y_tế",), "source": ("báo núi",)})),
        ("month=2022-07&month=2022-08", SearchRequest(selected={"month": ("2022-07", "2022-08")})),
        ("from=2022&to=2022", SearchRequest(first_day=date(2022, 1, 1), last_day=date(2022, 12, 31))),
        ("from=7/2022&to=12/8/2022", SearchRequest(first_day=date(2022, 7, 1), last_day=date(2022, 8, 12))),
        ("to=2024-02", SearchRequest(last_day=date(2024, 2, 29))),
        ("sort=oldest&exact=1&page=3&size=25", SearchRequest(sort="oldest", exact_marks=True, page=3, size=25)),
        ("q=hđnd&expand=0", SearchRequest("hđnd", expand=False)),
        ("exact=0&page=&from=&tag=&sort=", SearchRequest()),
    ],
)
def test_an_address_is_read(query: str, asked: SearchRequest) -> None:
    assert read_request(args(query)) == (asked, ())


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("page=abc", "page"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=١٢", "page"),
        ("page=1_0", "page"),
        ("page=9999999999999", "page"),
        ("size=1000000000", "size"),
        ("size=0", "size"),
        ("from=xyz", "from"),
        ("from=31/2/2022", "from"),
        ("to=2022-13", "to"),
        ("to=0000", "to"),
        ("from=2023&to=2022", "from"),
        ("sort=best", "sort"),
        ("exact=yes", "exact"),
        ("expand=no", "expand"),
        ("month=7/2022", "month"),
        ("month=2022-13", "month"),
        ("tag=<>", "tag"),
        ("tag=" + "a" * 1000, "tag"),
        ("source=" + "a" * 1000, "source"),
    ],
)
def test_what_is_not_understood_is_reported_and_ignored(query: str, name: str) -> None:
    asked, bad = read_request(args("q=x&" + query))
    assert [problem.name for problem in bad] == [name]
    assert asked == SearchRequest(query="x")
    assert len(bad[0].in_words("vi")) < 200


def test_a_query_is_cut_where_its_reading_ends() -> None:
    asked, bad = read_request(MultiDict([("q", "ữ" * 50_000)]))
    assert asked.query == "ữ" * MAX_LENGTH
    assert [problem.name for problem in bad] == ["q"] and "quá dài" in bad[0].in_words("vi")
    assert read_request(args(urlsplit(search_url(asked)).query)) == (asked, ())


def test_a_facet_takes_only_so_many_values() -> None:
    asked, bad = read_request(args("&".join(f"tag=t{n}" for n in range(60))))
    assert len(asked.selected["tag"]) == 50
    assert [problem.name for problem in bad] == ["tag"]


NAMES = st.sampled_from(
    ["q", "tag", "not_tag", "source", "not_source", "section", "document", "month"]
    + ["from", "to", "sort", "exact", "expand", "page", "size", "x"]
)
VALUES = st.text(max_size=30) | st.sampled_from(
    ["2022", "2022-07", "12/7/2022", "newest", "1", "<script>", "\x00", "Nông thôn mới", "12/7"]
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=12))
def test_any_address_is_read_and_its_canonical_form_says_the_same(pairs: list[tuple[str, str]]) -> None:
    with APP.test_request_context():
        asked, _ = read_request(MultiDict(pairs))
        url = search_url(asked)
        again, bad = read_request(args(urlsplit(url).query))
    if not asked.query.strip():
        asked = replace(asked, query="")
    assert (again, bad) == (asked, ())
    assert url.startswith("/tim-kiem") and url.isascii()


def test_facets_are_toggled_at_the_first_page() -> None:
    asked = SearchRequest(query="x", selected={"tag": ("a",), "month": ("2022-07",)}, page=4)
    more = toggled(asked, "tag", "b")
    assert (more.selected["tag"], more.page) == (("a", "b"), 1)
    assert toggled(more, "tag", "b") == replace(asked, page=1)
    assert toggled(asked, "tag", "a").selected == {"month": ("2022-07",)}


def test_a_value_is_chosen_or_excluded_never_both() -> None:
    asked = SearchRequest(query="x", selected={"tag": ("a", "b")}, page=4)
    without = barred(asked, "tag", "a")
    assert (without.selected, without.excluded, without.page) == ({"tag": ("b",)}, {"tag": ("a",)}, 1)
    assert barred(without, "tag", "a") == SearchRequest(query="x", selected={"tag": ("b",)})
    assert toggled(without, "tag", "a") == SearchRequest(query="x", selected={"tag": ("b", "a")})
    assert is_filtered(barred(SearchRequest(), "tag", "a")) and not is_filtered(unfiltered(without))


def test_clearing_filters_keeps_the_question() -> None:
    asked = SearchRequest("x", {"tag": ("a",)}, date(2022, 1, 1), None, "newest", True, 3)
    assert is_filtered(asked)
    assert unfiltered(asked) == SearchRequest("x", sort="newest", exact_marks=True)
    assert not is_filtered(unfiltered(asked))


@pytest.mark.parametrize(
    ("query", "blank"),
    [
        ("", True),
        ("q=++", True),
        ("exact=1", True),
        ("expand=0", True),
        ("q=x", False),
        ("sort=newest", False),
        ("page=2", False),
    ],
)
def test_a_blank_address_asks_nothing(query: str, blank: bool) -> None:
    assert is_blank(read_request(args(query))[0]) is blank


def test_an_article_carries_the_search_that_led_to_it() -> None:
    asked = SearchRequest(query='"đất đai" & x', selected={"tag": ("y_tế",)}, page=2)
    url = urlsplit(article_url("/bai-viet/abcdefghijkl-tieu-de", asked))
    assert url.path == "/bai-viet/abcdefghijkl-tieu-de"
    assert parse_qsl(url.query) == parameters(asked)
    assert read_request(args(url.query))[0] == asked
