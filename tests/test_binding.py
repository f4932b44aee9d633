"""searcher.query.binding and searcher.meaning.compound: an operator or a field has the whole word that follows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_parser import ANYTHING

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from language.analyzer import words
from language.timestamp import VIETNAM
from searcher.query.lexer import FieldName
from searcher.query.parser import parse, understand, without
from searcher.request import SearchRequest
from searcher.result import Bound
from searcher.search import Searcher


def segmented(row: str, field: FieldName | None = None) -> int:
    return words(row.lower())[0].count("_") + 1


# query, what its operators bind: (the part of the query, the operator, the word); "-title" is a word that the title must not have
BOUND: list[tuple[str, list[tuple[str, str, str]]]] = [
    ("đất đai -quy hoạch", [("-quy hoạch", "not", "quy hoạch")]),
    ("-quy hoạch đất đai", [("-quy hoạch", "not", "quy hoạch")]),
    ("đất NOT quy hoạch treo", [("NOT quy hoạch", "not", "quy hoạch")]),
    ("đất đai KHÔNG  quy   hoạch", [("KHÔNG  quy   hoạch", "not", "quy   hoạch")]),
    ("tiêu-đề:học phí đại học", [("tiêu-đề:học phí", "title", "học phí")]),
    ("title:học phí tieu-de:viện phí", [("title:học phí", "title", "học phí"), ("tieu-de:viện phí", "title", "viện phí")]),
    ("-tiêu-đề:học phí", [("-tiêu-đề:học phí", "-title", "học phí")]),
    ("tiêu-đề:(trường -học phí)", [("-học phí", "-title", "học phí")]),
    ("(nhà -quy hoạch)", [("-quy hoạch", "not", "quy hoạch")]),
    ("-quy hoạch.", [("-quy hoạch", "not", "quy hoạch")]),
    ("-QUY HOẠCH", [("-QUY HOẠCH", "not", "QUY HOẠCH")]),
    ("-thuỷ điện -thủy điện", [("-thuỷ điện", "not", "thuỷ điện"), ("-thủy điện", "not", "thủy điện")]),
    # what was typed as one word is one
    ("-quy-hoạch treo", [("-quy-hoạch", "not", "quy-hoạch")]),
    ("-hà-nội -TP.HCM", [("-hà-nội", "not", "hà-nội"), ("-TP.HCM", "not", "TP.HCM")]),
    ("thẻ:giáo dục đại học", [("thẻ:giáo dục", "tag", "giáo dục")]),
    ("-nguồn:nhân dân mới", [("-nguồn:nhân dân", "-source", "nhân dân")]),
    ("-xây* dựng", [("-xây*", "not", "xây*")]),
    ("NOT 57/2022/NĐ-CP đất", [("NOT 57/2022/NĐ-CP", "not", "57/2022/NĐ-CP")]),
    # what follows an operator directly, and nothing beyond
    ("-quy -hoạch", [("-quy", "not", "quy"), ("-hoạch", "not", "hoạch")]),
    ("-quy AND hoạch", [("-quy", "not", "quy")]),
    ("-quy, hoạch", [("-quy", "not", "quy")]),
    ("-quy. hoạch", [("-quy.", "not", "quy")]),
    ('-quy "hoạch"', [("-quy", "not", "quy")]),
    ("-quy (hoạch)", [("-quy", "not", "quy")]),
    ("-quy tiêu-đề:hoạch", [("-quy", "not", "quy"), ("tiêu-đề:hoạch", "title", "hoạch")]),
    ("-quy - hoạch", [("-quy", "not", "quy")]),
    ("tiêu-đề:học ph*", [("tiêu-đề:học", "title", "học")]),
    # nothing bound, or not in doubt
    ('-"quy hoạch"', []),
    ('tiêu-đề:"học phí"', []),
    ("tiêu-đề:(học phí)", []),
    ("quy hoạch đất đai", []),
    ("-#quy hoạch", []),
    ("từ:2022 đến:2023", []),
    ("từ:khoá học", []),
    ("thẻ:a b", []),
    ("NOT NOT quy hoạch", []),
    ("-(-quy hoạch)", []),
    ("-(đất -quy hoạch)", []),
    ("-(tiêu-đề:học phí)", [("tiêu-đề:học phí", "-title", "học phí")]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), BOUND)
def test_what_is_bound(query: str, expected: list[tuple[str, str, str]]) -> None:
    bound = understand(query, first_word=segmented).bound
    said = [
        (query[each.start : each.end], f"{'-' * (each.operator != 'not' and each.excluded)}{each.operator}", each.text)
        for each in bound
    ]
    assert said == expected
    assert all(each.excluded for each in bound if each.operator == "not")


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("đất đai -quy hoạch", 'đất đai -"quy hoạch"'),
        ("đất đai -quy hoạch treo", 'đất đai -"quy hoạch" treo'),
        ("tiêu-đề:học phí đại học", 'tiêu-đề:"học phí" đại học'),
        ("tiêu-đề:học phí đại học", "tiêu-đề:học-phí đại học"),
        ("a OR -quy hoạch", 'a OR -"quy hoạch"'),
        ("-(-quy hoạch)", '"quy hoạch"'),
        ("-TPHCM quận", '-"TP HCM" quận'),
    ],
)
def test_a_bound_word_is_a_phrase(query: str, same: str) -> None:
    assert understand(query, first_word=segmented).node == parse(same)[0]


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        ("đất đai -quy hoạch", "đất đai"),
        ("-quy hoạch đất đai", "đất đai"),
        ("-quy hoạch", ""),
        ("(đất -quy hoạch) nhà", "(đất ) nhà"),
        ("đất OR -quy hoạch", "đất"),
        ("đất HOẶC -quy hoạch HOẶC nhà", "đất HOẶC nhà"),
        ("đất AND NOT quy hoạch", "đất"),
        ("tiêu-đề:học phí đại học", "đại học"),
        ("a -tiêu-đề:học phí", "a"),
    ],
)
def test_the_query_without_what_was_bound(query: str, rest: str) -> None:
    assert without(query, understand(query, first_word=segmented).bound[0]) == rest


@given(ANYTHING, st.integers(0, 9))
def test_any_string_is_bound(text: str, length: int) -> None:
    node, problems, bound = understand(text, first_word=lambda row, field: length)
    assert repr(node)
    assert [each.start for each in bound] == sorted(each.start for each in bound)
    for each in bound:
        assert 0 <= each.start < each.end <= len(text) and each.text
        assert len(without(text, each)) < len(text)
    assert understand(text, first_word=lambda row, field: 1).node == parse(text)[0]


@given(
    st.lists(
        st.sampled_from(
            ["quy", "hoạch", "TPHCM", "-", "NOT ", "tiêu-đề:", '"', "(", ")", "1.500", "263/QĐ-TTg", "a-b", "x*", "#", ","]
        ),
        max_size=20,
    )
)
def test_binding_keeps_every_syllable(pieces: list[str]) -> None:
    asked: list[str] = []

    def first_word(row: str, field: FieldName | None) -> int:
        asked.append(row)
        return 2

    text = " ".join(pieces).replace("- ", "-").replace(": ", ":")
    understand(text, first_word=first_word)
    assert all(len(row.split()) >= 2 and row in text for row in asked)
    assert all(set(row) <= set("quyhoạchTPHCMNOT1.500 ") for row in asked)


def article(title: str, *paragraphs: str) -> Article:
    blocks = tuple(Block("paragraph", text) for text in paragraphs)
    return Article(
        title=title,
        blocks=blocks,
        url=f"https://bao.example/{title}",
        source="Báo Núi Sông" if "Viện" in title else "Báo Biển",
        tags=("y tế", "y tế cơ sở") if "viện phí" in title else ("chuyện đời",),
        published=datetime(2024, 1, 2, tzinfo=VIETNAM),
    )


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    home = tmp_path_factory.mktemp("binding")
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for each in (
            article("Bệnh viện tăng viện phí", "Viện phí mới áp dụng từ tháng sau, bảo hiểm y tế chi trả phần lớn."),
            article("Viện sĩ kể chuyện miễn phí", "Ông ở viện mười ngày, không mất phí nào, cũng không cần bảo hiểm."),
            article("Thuỷ điện xả lũ", "Các hồ thuỷ điện xả lũ trong đêm; nhà máy thủy điện báo trước hai giờ."),
            article("Giá điện và mực nước", "Hải quân dùng lôi thuỷ; giá điện tăng, thuỷ sản cũng tăng giá."),
            article("Ông Trần Văn Mẫu nhậm chức", "Ông Trần Văn Mẫu nhận nhiệm vụ, bà Trần Thị Văn chúc mừng."),
            article("Bà Trần Thị Văn kể chuyện", "Bà Trần Thị Văn là văn sĩ, nghề mẫu mực."),
        ):
            archive.add(each)
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    yield Searcher.open(home)


@pytest.mark.parametrize(
    ("query", "titles", "word"),
    [
        ("phí -viện phí", {"Viện sĩ kể chuyện miễn phí"}, "viện phí"),
        ("phi -vien phi", {"Viện sĩ kể chuyện miễn phí"}, "vien phi"),
        ("tiêu-đề:viện phí", {"Bệnh viện tăng viện phí"}, "viện phí"),
        ("tieu-de:vien phi", {"Bệnh viện tăng viện phí"}, "vien phi"),
        ("title:VIEN PHI", {"Bệnh viện tăng viện phí"}, "VIEN PHI"),
        ("điện NOT thuỷ điện", {"Giá điện và mực nước"}, "thuỷ điện"),
        ("điện -thủy điện", {"Giá điện và mực nước"}, "thủy điện"),
        ("dien -thuy dien xa lu", set(), "thuy dien"),
        ("điện -thuy điện", {"Giá điện và mực nước"}, "thuy điện"),
        ("văn -Trần Văn Mẫu", {"Bà Trần Thị Văn kể chuyện"}, "Trần Văn Mẫu"),
        ("van -tran van mau", {"Bà Trần Thị Văn kể chuyện"}, "tran van mau"),
        ("bảo hiểm -bảo-hiểm-y-tế", {"Viện sĩ kể chuyện miễn phí"}, "bảo-hiểm-y-tế"),
        ("tăng -thủy", {"Bệnh viện tăng viện phí"}, "thủy"),
        # a facet has the longest of its values
        ("nguồn:Báo Núi Sông kể chuyện", {"Viện sĩ kể chuyện miễn phí"}, "Báo Núi Sông"),
        ("nguon:nui song mien phi", {"Viện sĩ kể chuyện miễn phí"}, "nui song"),
        ("kể -nguồn:báo núi sông", {"Bà Trần Thị Văn kể chuyện"}, "báo núi sông"),
        ("thẻ:y tế cơ sở bảo hiểm", {"Bệnh viện tăng viện phí"}, "y tế cơ sở"),
        ("the:y te bao hiem", {"Bệnh viện tăng viện phí"}, "y te"),
        ("chuyện -thẻ:chuyện đời", set(), "chuyện đời"),
    ],
)
def test_words_of_the_archive(searcher: Searcher, query: str, titles: set[str], word: str) -> None:
    page = searcher.search(SearchRequest(query, near=False))
    assert {hit.title for hit in page.hits} == titles and page.total == len(titles)
    assert [each.text for each in page.bound] == [word]


def test_the_contract_names_what_was_bound(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("phí -viện phí"))
    assert page.as_json()["bound"] == ({"start": 4, "end": 13, "operator": "not", "excluded": True, "text": "viện phí"},)
    said = [Bound(0, 1, "not", True, "x"), Bound(0, 1, "title", False, "x"), Bound(0, 1, "title", True, "x")]
    said += [Bound(0, 1, "section", False, "x"), Bound(0, 1, "tag", True, "x")]
    assert [each.in_words("vi") for each in said] == [
        "không có:",
        "tiêu đề có:",
        "tiêu đề không có:",
        "chuyên mục:",
        "không phải thẻ:",
    ]
    assert [each.in_words("en") for each in said] == ["without:", "title has:", "title lacks:", "section:", "not tag:"]


@settings(max_examples=50)
@given(ANYTHING)
def test_any_string_is_searched(searcher: Searcher, text: str) -> None:
    assert all(each.text in text for each in searcher.search(SearchRequest(text)).bound if text.isascii())


def test_many_operators_without_marks_are_read_in_bounded_time(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest(" ".join(f"-vien{'a' * number} phi" for number in range(200))))
    assert len(page.bound) <= 64
