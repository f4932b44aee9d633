"""What was probably meant is offered with the number it finds, and only where it says something."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command.shown.hit_page import render_page
from command.speaker import Speaker
from corpus.article import Article, Block
from searcher.batch.ledger import ledger_line
from searcher.help.obstacle import cleared
from searcher.help.spelling import vocabulary
from searcher.help.suggestion import best_suggestions, respells
from searcher.request import SearchRequest
from searcher.result import Coverage, Suggestion
from searcher.search import Searcher
from web import create_app

pytestmark = pytest.mark.slow

TEXTS = (
    "Luật đất đai sửa đổi trình Quốc hội",
    "Giá đất đai ở Nha Trang tăng",
    "Sổ đỏ đất đai cho người dân",
    "Thầy giáo dắt dai trâu ra đồng",
    "Trường thpt Nguyễn Huệ đạt chuẩn quốc gia",
    "Trường học vùng cao đạt chuẩn",
    "Ngôi trường học mới của xã",
    "Ông Trương Văn Hoà nói về môi trường",
    "Facebook phải nộp thuế",
    "Facebook mở văn phòng ở Hà Nội",
)


def article(number: int, text: str, source: str = "Báo Một") -> Article:
    return Article(title=text, blocks=(Block("paragraph", text),), url=f"https://bao.example/{number}", source=source)


@pytest.fixture(scope="module")
def searcher(filled: Callable[..., Path]) -> Searcher:
    articles = [article(number, text) for number, text in enumerate(TEXTS)]
    return Searcher.open(filled(articles[:4], articles[4:]))


@pytest.mark.parametrize(
    ("typed", "meant", "total", "reason"),
    [
        ("dat dai", "đất đai", 3, "marks"),
        ("DAT DAI", "ĐẤT ĐAI", 3, "marks"),
        ('"dat dai" -luat', '"đất đai" -luat', 2, "marks"),
        ("truong hoc", "trường học", 2, "marks"),
        ("truwowngf hocj", "trường học", 2, "telex"),
        ("truongwf hojc", "trường học", 2, "telex"),
        ("tru7o7ng2 hoc5", "trường học", 2, "vni"),
        ("truong72 d9at5", "trường đạt", 2, "vni"),
        ("DDaats ddai", "Đất đai", 3, "telex"),
        ("trương học", "trường học", 2, "spelling"),
        ("truơng thpt", "trường thpt", 1, "spelling"),
        ("facebok", "facebook", 2, "spelling"),
        ("faecbook", "facebook", 2, "spelling"),
        ("trườngg học", "trường học", 2, "spelling"),
        ("tiêu-đề:(truwowngf hocj)", "tiêu-đề:(trường học)", 2, "telex"),
    ],
)
def test_what_was_meant_is_offered_with_its_total(searcher: Searcher, typed: str, meant: str, total: int, reason: str) -> None:
    first = searcher.search(SearchRequest(typed)).suggestions[0]
    assert (first.query, first.total, first.reason) == (meant, total, reason)
    assert searcher.search(SearchRequest(first.query)).total == total


@pytest.mark.parametrize("typed", ["đất đai", "facebook", "", "*", '"', "xyzzy", "trường học", "#thẻ", "từ:2020", "văn phòng"])
def test_nothing_is_offered_where_nothing_better_is_known(searcher: Searcher, typed: str) -> None:
    assert searcher.search(SearchRequest(typed)).suggestions == ()


ROWS = (
    "Người dân phải chờ để nhận tiền vì bị mất điện",
    "Người dân từ xã về để học nghề vì bị thu hồi đất",
    "Người dân châu Á từ xã để dành tiền cho con",
    "Nghị quyết 18-NQ/TW về tinh gọn bộ máy, tự chủ từ năm nay",
    "Quyết định 846/QĐ-UBND về giá đất",
    "Nghị định 100/2019/NĐ-CP xử phạt nồng độ cồn",
    "Nghị định 46/2016/NĐ-CP xử phạt giao thông",
    "Người dân mua xe cũ từ châu Á vì bị mất xe",
)


@pytest.mark.parametrize(
    "typed",
    [
        "Êđê",
        "người Êđê",
        "wi-fi",
        "wi fi",
        "VF8",
        "QL1A",
        "F0",
        "A1",
        "CO2",
        "TU2",
        "12-NQ/TW",
        "NQ/TW",
        "57/2024/TT-BTC",
        "15.002",
        "ve8",
    ],
)
def test_what_is_no_slip_is_never_respelled(build: Callable[..., Path], typed: str) -> None:
    searcher = Searcher.open(build([article(number, text * 2) for number, text in enumerate(ROWS)]))
    assert [each for each in searcher.search(SearchRequest(typed)).tried if respells(each)] == []


def test_a_row_is_respelled_to_no_row_that_nobody_wrote(build: Callable[..., Path]) -> None:
    texts = ["Ông Đinh La Thăng đến xã", "Nhà của ông Đinh. Có thằng bé là con nuôi, thằng kia thì không. Đinh là họ. Bà La."]
    searcher = Searcher.open(build([article(number, text) for number, text in enumerate(texts)]))
    assert [each.query for each in searcher.search(SearchRequest("Đinh La Thằng")).suggestions] == ["Đinh La Thăng"]


@pytest.mark.parametrize("typed", ["dat dai", "truong hoc", "giao thong", "moi truong", "nguoi dan", "hoc nghe"])
def test_marks_put_back_never_find_more_than_the_query_without_marks(build: Callable[..., Path], typed: str) -> None:
    searcher = Searcher.open(build([article(number, text) for number, text in enumerate(TEXTS + ROWS)]))
    page = searcher.search(SearchRequest(typed))
    assert page.suggestions and all(each.total <= page.total for each in page.suggestions if each.reason == "marks")


def test_partly_marked_syllables_never_widen_the_matches(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("trương văn"))
    assert [hit.title for hit in page.hits] == ["Ông Trương Văn Hoà nói về môi trường"]


def test_a_suggestion_is_counted_under_the_filters_of_the_search(build: Callable[..., Path]) -> None:
    home = build([article(1, TEXTS[0]), article(2, TEXTS[1], "Báo Hai"), article(3, TEXTS[2], "Báo Hai")])
    page = Searcher.open(home).search(SearchRequest("dat dai", {"source": ("báo hai",)}))
    assert [(each.query, each.total) for each in page.suggestions] == [("đất đai", 2)]


def test_suggestions_follow_a_new_commit_and_forget_what_was_withdrawn(build: Callable[..., Path]) -> None:
    first = [article(number, "đất đai ven sông") for number in range(3)]
    home = build(first)
    searcher = Searcher.open(home)
    assert searcher.search(SearchRequest("dat dai")).suggestions[0].query == "đất đai"
    build([article(number, "dắt dai trâu") for number in range(10, 15)], withdrawn=[each.id for each in first])
    assert searcher.search(SearchRequest("dat dai")).suggestions[0].query == "dắt dai"


def test_headlines_say_how_a_row_is_spelled_too(build: Callable[..., Path]) -> None:
    headlines = [Article(title="Bàn về đất đai", url=f"https://bao.example/{number}") for number in range(3)]
    searcher = Searcher.open(build([*headlines, article(10, "dắt dai"), article(11, "Đất. Dai")]))
    assert searcher.search(SearchRequest("dat dai")).suggestions[0].query == "đất đai"


def test_suggestions_do_not_depend_on_how_articles_were_batched(build: Callable[..., Path]) -> None:
    articles = [article(number, text) for number, text in enumerate(TEXTS)]
    whole = Searcher.open(build(articles, name="mot"))
    parts = Searcher.open(build(articles[::2], articles[1::2], name="hai"))
    for typed in ("dat dai", "truong hoc", "facebok", "truơng thpt", "moi truong"):
        assert whole.search(SearchRequest(typed)).suggestions == parts.search(SearchRequest(typed)).suggestions


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("trường xyzzy", [("xyzzy", 7, 12, 0, 4, "trường")]),
        ("facebook trâu", [("trâu", 9, 13, 1, 2, "facebook"), ("facebook", 0, 8, 2, 1, "trâu")]),
        ("xyzzy plugh", [("xyzzy", 0, 5, 0, 0, ""), ("plugh", 6, 11, 0, 0, "")]),
        (
            '"nha trang" facebook -thuế',
            [('"nha trang"', 0, 11, 1, 1, "facebook -thuế"), ("facebook", 12, 20, 1, 1, '"nha trang" -thuế')],
        ),
        ("đất đai", []),
        ("xyzzy", [("xyzzy", 0, 5, 0, 0, "")]),
    ],
)
def test_what_stands_in_the_way_is_told_with_what_dropping_it_gives(searcher: Searcher, typed: str, told: list[object]) -> None:
    page = searcher.search(SearchRequest(typed))
    assert [(each.part, each.start, each.end, each.alone, each.without, each.query) for each in page.obstacles] == told
    for each in page.obstacles:
        if each.without:
            assert searcher.search(SearchRequest(each.query)).total == each.without


def test_the_ledger_says_what_was_tried_and_what_the_archive_covers(searcher: Searcher) -> None:
    line = json.loads(ledger_line(searcher.search(SearchRequest("dat dai")), searcher.coverage()))
    assert (line["query"], line["total"]) == ("dat dai", 4)
    assert line["ledger"] == {
        "hits": 4,
        "near": 0,
        "tried": [{"query": "đất đai", "total": 3, "reason": "marks"}],
        "archive": {"articles": 10, "first_published": None, "last_published": None},
    }


def test_the_page_and_the_api_show_the_same_with_the_filters_kept(build: Callable[..., Path]) -> None:
    client = create_app(build([article(number, text) for number, text in enumerate(TEXTS)])).test_client()
    asked = {"q": "truwowngf hocj", "source": "báo một"}
    page = client.get("/tim-kiem", query_string=asked).get_data(as_text=True)
    assert "Ý bạn là:" in page
    assert "/tim-kiem?q=tr%C6%B0%E1%BB%9Dng+h%E1%BB%8Dc&amp;source=b%C3%A1o+m%E1%BB%99t" in page
    answer = client.get("/api/v1/search", query_string=asked).get_json()
    assert answer["suggestions"] == [{"query": "trường học", "total": 2, "reason": "telex"}]
    assert [each["part"] for each in answer["obstacles"]] == ["truwowngf", "hocj"]
    assert "Không bài nào có “truwowngf”." in page


def test_the_terminal_shows_what_was_meant_and_what_stands_in_the_way(searcher: Searcher) -> None:
    assert "Ý bạn là: trường học (2)" in render_page(searcher.search(SearchRequest("truwowngf hocj")), Speaker())
    shown = render_page(searcher.search(SearchRequest("trường xyzzy")), Speaker())
    assert "Không bài nào có “xyzzy”. Bỏ đi thì còn: trường (4)" in shown


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("facebok", {"facebook"}),
        ("facebookk", {"facebook"}),
        ("fasebook", {"facebook"}),
        ("fcaebook", {"facebook"}),
        ("facebook", set()),
        ("fcbook", set()),
        ("truogn", {"truong"}),
        ("x", set()),
        ("x" * 99, set()),
    ],
)
def test_one_slip_of_the_finger(searcher: Searcher, typed: str, near: set[str]) -> None:
    assert set(vocabulary(searcher.collection()).within_one_slip(typed, most=9)) == near


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*" ".join(TEXTS).split(), "dat", "truwowngf", "d9at65", "-", '"', "OR", "(", ")", "xyzz"]), max_size=9
    )
)
def test_offers_differ_from_what_was_typed_and_from_each_other_and_are_never_empty(searcher: Searcher, words: list[str]) -> None:
    page = searcher.search(SearchRequest(" ".join(words)))
    assert len({each.query for each in page.suggestions} | {page.query}) == len(page.suggestions) + 1 <= 4
    for each in page.suggestions:
        assert searcher.search(SearchRequest(each.query)).total == each.total > 0


def test_dropping_a_part_counts_what_the_rest_shows(build: Callable[..., Path]) -> None:
    titles = ("một hai ba bốn năm", "một hai ba bốn", "một hai ba năm", "hai ba bốn năm", "sáu")
    searcher = Searcher.open(build([Article(title, url=f"https://bao.example/{title}") for title in titles]))
    told = searcher.search(SearchRequest("một hai ba bốn năm sáu")).obstacles
    assert {each.part for each in told if each.query} == {"sáu"}
    for each in told:
        assert not each.query or searcher.search(SearchRequest(each.query)).total == each.without


def test_all_values_of_a_facet_are_listed_however_few_articles(build: Callable[..., Path]) -> None:
    tags = tuple("abcde")
    searcher = Searcher.open(build([Article("Tin", tags=tags, url="https://bao.example/1")]))
    for facets in (searcher.overview().facets, searcher.facets(SearchRequest())):
        assert [value.value for value in facets["tag"]] == list(tags)


def dated(number: int, text: str, day: str, **facets: object) -> Article:
    published = datetime.fromisoformat(f"{day}T08:00:00+07:00")
    return replace(article(number, text), published=published, **facets)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def desk_home(filled: Callable[..., Path]) -> Path:
    articles = [
        dated(1, "Xã xây trạm y tế, trường học được sửa", "2019-03-01", tags=("y tế",)),
        dated(2, "Trường học đóng cửa vì trạm y tế thiếu bác sĩ", "2020-05-02", tags=("y tế", "giáo dục")),
        dated(3, "Nghị định 100/2019/NĐ-CP có hiệu lực", "2020-01-01", source="Báo Hai"),
        dated(4, "Nghị định 46/2016/NĐ-CP hết hiệu lực", "2019-12-31"),
        dated(5, "Xử phạt theo Nghị định 100/2019/NĐ-CP", "2021-01-01"),
    ]
    return filled(articles)


@pytest.fixture(scope="module")
def desk(desk_home: Path) -> Searcher:
    return Searcher.open(desk_home)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ('"trường trạm"', [("trường trạm", 2, "apart")]),
        ('"bác sĩ trường"~2', [("bác sĩ trường", 1, "apart")]),
        ('tiêu-đề:"trạm trường"', [("tiêu-đề:(trạm trường)", 2, "apart")]),
        ('"bác sĩ nhà trường"', [("bác sĩ trường", 1, "fewer")]),
        ("trườngx*", [("trường*", 2, "prefix")]),
        ("xyzz*", []),
        ("xyzzy plugh trường", [("trường", 2, "fewer")]),
        ("100/2018/NĐ-CP", [("100/2019/NĐ-CP", 2, "document")]),
        ("Nghị định 46/2019/NĐ-CP", [("Nghị định 46/2016/NĐ-CP", 1, "document")]),
    ],
)
def test_a_query_that_finds_nothing_is_led_out(desk: Searcher, typed: str, offered: list[tuple[str, int, str]]) -> None:
    page = desk.search(SearchRequest(typed))
    told = [(each.query, each.total, each.reason) for each in page.suggestions if not respells(each)]
    assert page.total == 0 and page.obstacles
    assert told == offered
    for each in page.suggestions:
        assert desk.search(SearchRequest(each.query)).total == each.total > 0


@pytest.mark.parametrize(
    ("request_", "kind", "part", "alone", "without"),
    [
        (SearchRequest("xyzzy"), "text", "xyzzy", 0, 0),
        (SearchRequest('"trường trạm"'), "text", '"trường trạm"', 0, 0),
        (SearchRequest("xyzz*"), "text", "xyzz", 0, 0),
        (SearchRequest("tiêu-đề:xyzzy trường"), "text", "tiêu-đề:xyzzy", 0, 2),
        (SearchRequest("(xyzzy trường) OR (plugh trạm)"), "text", "xyzzy", 0, 2),
        (SearchRequest("trường #không_có"), "facet", "#không_có", 0, 2),
        (SearchRequest("#không_có"), "facet", "#không_có", 0, 5),
        (SearchRequest("trường từ:2035"), "days", "từ:2035", 0, 2),
        (SearchRequest("từ:2035"), "days", "từ:2035", 0, 5),
        (SearchRequest("trường -học"), "exclusion", "học", 2, 2),
        (SearchRequest("trường", first_day=date(2035, 1, 1)), "days", "1/1/2035–…", 0, 2),
        (SearchRequest("trường", {"source": ("báo hai",)}), "facet", "Báo Hai", 1, 2),
        (SearchRequest("trường", {"source": ("báo hai",)}, first_day=date(2035, 1, 1)), "filters", "", 0, 2),
        (SearchRequest("trường", excluded={"tag": ("y_tế",)}), "excluded", "y tế", 2, 2),
        (SearchRequest("truong", exact_marks=True), "marks", "", 0, 2),
    ],
)
def test_what_stands_in_the_way_is_told_with_the_count_of_its_link(
    desk: Searcher, request_: SearchRequest, kind: str, part: str, alone: int, without: int
) -> None:
    page = desk.search(request_)
    told = {(each.kind, each.part): each for each in page.obstacles}
    assert page.total == 0 and (kind, part) in told
    assert (told[kind, part].alone, told[kind, part].without) == (alone, without)  # type: ignore[index]
    assert page.archive == Coverage(5, "2019-03-01", "2021-01-01")
    for each in page.obstacles:
        if each.without:
            assert desk.search(cleared(request_, each)).total == each.without


def test_a_search_that_excludes_everything_says_so(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([article(1, "Trường học"), article(2, "Trường làng")]))
    page = searcher.search(SearchRequest("-trường"))
    assert [(each.kind, each.part, each.alone, each.without, each.query) for each in page.obstacles] == [
        ("exclusion", "trường", 2, 2, "")
    ]


def test_nothing_is_in_the_way_of_what_is_found(desk: Searcher) -> None:
    page = desk.search(SearchRequest("trường"))
    assert (page.obstacles, page.archive) == ((), None)


def test_parts_that_meet_in_no_article_are_all_told(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([article(1, "Trường"), article(2, "Trạm"), article(3, "Chợ")]))
    page = searcher.search(SearchRequest("trường trạm chợ"))
    assert [(each.part, each.alone) for each in page.obstacles] == [("trường", 1), ("trạm", 1), ("chợ", 1)]
    assert [each.reason for each in page.suggestions] == ["fewer"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"q": "xyzzy"}, "Không bài nào có “xyzzy”."),
        ({"q": '"trường trạm"'}, "Không đặt trong ngoặc kép, các tiếng đứng rời nhau cũng được: <a "),
        ({"q": "trường", "from": "2035"}, "Kho có bài từ 1/3/2019 đến 1/1/2021."),
        ({"q": "100/2018/NĐ-CP"}, "Văn bản gần nhất mà kho có: <a "),
        ({"q": "trường -học"}, "Loại trừ “học” thì không còn bài nào."),
        ({"q": "trường", "source": "Báo Hai"}, "1 bài thuộc “Báo Hai”."),
    ],
)
def test_the_page_says_why_and_leads_out(desk_home: Path, query: dict[str, str], said: str) -> None:
    client = create_app(desk_home).test_client()
    page = client.get("/tim-kiem", query_string=query).get_data(as_text=True)
    assert said in page
    for path, count in re.findall(r'<a href="([^"]+)" rel="nofollow">[^<]*</a> \((\d+) bài\)', page):
        shown = client.get(html.unescape(path).replace("/tim-kiem?", "/api/v1/search?", 1)).get_json()
        assert shown["total"] == int(count)


def test_the_terminal_says_why_and_leads_out(desk: Searcher) -> None:
    def shown(request: SearchRequest) -> str:
        return render_page(desk.search(request), Speaker())

    assert "Không đặt trong ngoặc kép: trường trạm (2)" in shown(SearchRequest('"trường trạm"'))
    days = shown(SearchRequest("trường", first_day=date(2035, 1, 1)))
    assert "Kho có bài từ 1/3/2019 đến 1/1/2021. Bỏ đi thì còn: không có --from, --to (2)" in days
    assert "Bỏ đi thì còn: không có --source (2)" in shown(SearchRequest("trường", {"source": ("báo hai",)}))


def offered(build: Callable[..., Path], typed: str, *texts: tuple[str, int]) -> list[str]:
    """Return what is offered for `typed` where each of the texts stands in so many articles."""
    every = [text for text, count in texts for _ in range(count)]
    searcher = Searcher.open(build([article(number, text) for number, text in enumerate(every)]))
    found = [each.query for each in searcher.search(SearchRequest(typed)).suggestions]
    searcher.archive.close()
    return found


@pytest.mark.parametrize(
    ("typed", "texts", "meant"),
    [
        # Keys of an input method are asked about where fewer than five articles are found,
        ("tieengs OR kênh", [("Kênh mới", 4), ("Nghe tiếng mưa", 2)], ["tiếng OR kênh"]),
        ("tieengs OR kênh", [("Kênh mới", 5), ("Nghe tiếng mưa", 2)], []),
        # and must be more than twenty times as frequent decoded.
        ("sex", [("Nói về sex", 1), ("Mai sẽ mưa", 20)], []),
        ("sex", [("Nói về sex", 1), ("Mai sẽ mưa", 21)], ["sẽ"]),
        # Marks are put back in rows of at most six syllables.
        ("hoc sinh vung cao den lop", [("Học sinh vùng cao đến lớp học", 1)], ["học sinh vùng cao đến lớp"]),
        ("hoc sinh vung cao den lop hoc", [("Học sinh vùng cao đến lớp học", 1)], []),
        # What more than three articles have is no slip of the finger,
        ("facebok", [("Mạng: facebook", 40), ("Mạng: facebok", 3)], ["facebook"]),
        ("facebok", [("Mạng: facebook", 60), ("Mạng: facebok", 4)], []),
        # nor what is shorter than four letters by itself, three beside others.
        ("zoon", [("Họp qua zoom", 3)], ["zoom"]),
        ("pod", [("Máy pos mới", 3)], []),
        ("máy pod", [("Máy pos mới", 3)], ["máy pos"]),
        ("máy po", [("Máy pos mới", 3)], []),
        # A slip must be e² times as rare, a wrong mark e^1.5 times, a mark left out of several e^0.75 times.
        ("facebok", [("Mạng: facebook", 22), ("Mạng: facebok", 3)], []),
        ("facebok", [("Mạng: facebook", 23), ("Mạng: facebok", 3)], ["facebook"]),
        ("kềnh", [("Đào: kênh", 8), ("Đào: kềnh", 2)], []),
        ("kềnh", [("Đào: kênh", 9), ("Đào: kềnh", 2)], ["kênh"]),
        ("kênh", [("Đào: kềnh", 4), ("Đào: kênh", 2)], []),
        ("kênh", [("Đào: kềnh", 5), ("Đào: kênh", 2)], ["kềnh"]),
    ],
)
def test_how_much_must_speak_for_what_is_offered(
    build: Callable[..., Path], typed: str, texts: list[tuple[str, int]], meant: list[str]
) -> None:
    assert offered(build, typed, *texts) == meant


def test_no_more_than_three_are_offered_and_none_that_finds_nothing() -> None:
    tried = [Suggestion(f"trường {number}", number % 3, "marks") for number in range(9)]
    assert [each.query for each in best_suggestions(tried)] == ["trường 1", "trường 2", "trường 4"]
