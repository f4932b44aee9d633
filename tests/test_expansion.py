"""searcher.meaning.expansion and searcher.meaning.abbreviation_table: what else is found, what is not, and that every place shows the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import random_article
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER, open_snapshot
from language.text import clean
from searcher.deadline import Deadline
from searcher.match.collection import Collection
from searcher.match.evaluation import Evaluation
from searcher.match.occurrence import highlights, matches
from searcher.meaning.abbreviation_table import abbreviations, is_syllable
from searcher.meaning.expansion import MOST_EXPANDED, expand
from searcher.meaning.joint import joints
from searcher.query.parser import parse
from searcher.query.tree import Alternative, And, Node, Not, Or, as_typed, leaves
from searcher.request import SearchRequest
from searcher.search import Searcher


def article(number: int, title: str, text: str = "", **more: object) -> Article:
    return Article(title, (Block("paragraph", text),) if text else (), url=f"https://bao.example/{number}", **more)  # type: ignore[arg-type]


def explaining(first: int, count: int, text: str) -> list[Article]:
    return [article(first + number, "tin", text) for number in range(count)]


# An archive that explains some abbreviations: ĐHT in two senses, CN in many weak ones, VX only three times, VT often.
ARCHIVE = [
    *explaining(100, 4, "đoàn hợp tác (ĐHT) về kinh tế, thương mại, xuất khẩu"),
    *explaining(110, 3, "đội hình tiêu biểu, gọi là đội hình trẻ (ĐHT), có cầu thủ ghi bàn"),
    *explaining(120, 2, "khu công nghiệp hay công nghiệp (CN) nặng"),
    *explaining(125, 2, "sở khoa học, công nghệ (CN) cao"),
    *explaining(130, 2, "nhà văn xuân (VX)"),
    article(132, "tin", "vườn xuân (VX) đã mở"),
    *explaining(140, 5, "hồ vĩnh tường (VT) rộng"),
    *explaining(150, 2, "công viên ánh (CVA) và công viên anh (CVA)"),
]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    from corpus.archive import ARCHIVE_FILE, Archive
    from index.writer import update_index

    home = tmp_path_factory.mktemp("viết tắt")
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for each in ARCHIVE:
            archive.add(each)
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return Collection(open_snapshot(home / INDEX_FOLDER))


def said(collection: Collection, query: str, **more: bool) -> list[str]:
    _, found = expand(parse(query)[0], query, abbreviations(collection), joints(collection), **more)
    return [f"{each.typed} > {each.expansion}" for each in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("hđnd tỉnh", ["hđnd > Hội đồng nhân dân"]),
        ("hdnd tinh", ["hdnd > Hội đồng nhân dân"]),
        ("HĐND", ["HĐND > Hội đồng nhân dân"]),
        ("hội đồng nhân dân tỉnh", ["hội đồng nhân dân > HĐND"]),
        ("hoi dong nhan dan tinh", ["hoi dong nhan dan > HĐND"]),
        ("Ủy ban nhân dân", ["Ủy ban nhân dân > UBND"]),
        ("Uỷ ban nhân dân", ["Uỷ ban nhân dân > UBND"]),
        ("sở gd-đt", ["gd-đt > giáo dục và đào tạo", "gd-đt > GDĐT"]),
        ("sở GD & ĐT", ["GD & ĐT > giáo dục và đào tạo", "GD & ĐT > GDĐT"]),
        ("tiêu-đề:hđnd", ["hđnd > Hội đồng nhân dân"]),
        ("hđnd OR ubnd", ["hđnd > Hội đồng nhân dân", "ubnd > Ủy ban nhân dân"]),
        ("(hđnd tỉnh) từ:2020", ["hđnd > Hội đồng nhân dân"]),
        ("đht kinh tế", ["đht > đoàn hợp tác"]),
        ("đht cầu thủ ghi bàn", ["đht > đội hình trẻ"]),
        ("đht", ["đht > đoàn hợp tác"]),
        ("vt", ["vt > vĩnh tường"]),
        ("cva", ["cva > công viên anh", "cva > công viên ánh"]),
        # Nothing within quotation marks, after NOT, in parts of words, under other marks.
        ('"hđnd"', []),
        ('"hội đồng nhân dân"', []),
        ('"hđnd tỉnh"~3', []),
        ("-hđnd tỉnh", []),
        ("NOT (hđnd OR ubnd) tỉnh", []),
        ("hđn*", []),
        ("hội đồng nhấn dân", []),
        ("hội đồng nhân", []),
        ("#hđnd", []),
        # Two letters with several weak senses, or explained too rarely; and they never stand for what is spelled out.
        ("cn", []),
        ("vx", []),
        ("vĩnh tường", []),
        ("công nghiệp", []),
        # A form that may be an ordinary syllable is an abbreviation only in capitals, and not where all are.
        ("tu", []),
        ("TƯ", ["TƯ > trung ương", "TƯ > TW"]),
        ("HỌP TƯ", []),
        ("trung ương", ["trung ương > TW"]),
        ("", []),
    ],
)
def test_what_is_expanded(collection: Collection, query: str, found: list[str]) -> None:
    assert said(collection, query) == found


def test_with_exact_marks_a_form_is_known_by_its_own_marks_only(collection: Collection) -> None:
    assert said(collection, "hdnd", exact_marks=True) == []
    assert said(collection, "hđnd", exact_marks=True) == ["hđnd > Hội đồng nhân dân"]


def test_no_more_than_so_many_forms_are_expanded(collection: Collection) -> None:
    query = "hđnd ubnd thpt thcs bhxh bhyt kcn ntm htx clb"
    assert len(said(collection, query)) == MOST_EXPANDED


@pytest.mark.parametrize("syllable", ["ca", "bot", "cá", "tư", "nghiêng", "an", "y"])
def test_syllables(syllable: str) -> None:
    assert is_syllable(syllable)


@pytest.mark.parametrize("abbreviation", ["hđnd", "tp", "ubnd", "who", "gd", "thpt", "asean", "ql"])
def test_no_syllables(abbreviation: str) -> None:
    assert not is_syllable(abbreviation)


def test_what_the_archive_explains_follows_deletions_and_merges(build: Callable[..., Path]) -> None:
    first, second = explaining(1, 2, "ban chấp sự (BCS)"), explaining(5, 3, "bộ cảnh sát (BCS)")
    collection = Collection(open_snapshot(build(first, second) / INDEX_FOLDER))
    assert said(collection, "bcs") == ["bcs > bộ cảnh sát"]
    withdrawn = [each.id for each in second[1:]]
    collection = Collection(open_snapshot(build(withdrawn=withdrawn) / INDEX_FOLDER))
    assert said(collection, "bcs") == ["bcs > ban chấp sự"]


@pytest.fixture(scope="module")
def searcher(filled: Callable[..., Path]) -> Searcher:
    return Searcher.open(
        filled(
            [
                article(1, "HĐND tỉnh họp sáng nay rồi", "kỳ họp của HĐND tỉnh mở ra", tags=("a",)),
                article(2, "Hội đồng nhân dân tỉnh họp", "kỳ họp của Hội đồng nhân dân tỉnh", tags=("a",), source="Báo Một"),
                article(3, "dân hội bàn", "nhân viên nhận một trăm đồng", tags=("b",)),
                article(4, "mưa ở tỉnh", "HĐND"),
            ],
            [article(number, "tin khác", "trời nắng") for number in range(10, 20)],
        )
    )


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("hđnd họp", [1, 2]),
        ("hdnd hop", [1, 2]),
        ("hội đồng nhân dân họp", [2, 1]),
        ("hoi dong nhan dan hop", [2, 1]),
    ],
)
def test_both_forms_are_found_the_typed_one_first(searcher: Searcher, query: str, order: list[int]) -> None:
    page = searcher.search(SearchRequest(query))
    assert [hit.url.rpartition("/")[2] for hit in page.hits][:2] == [str(number) for number in order]
    assert page.total == 2
    best, second = page.hits[0].score, page.hits[1].score
    assert 0.75 * best < second < best
    assert [each.on for each in page.expansions] == [True]
    off = searcher.search(SearchRequest(query, expand=False))
    assert [hit.url.rpartition("/")[2] for hit in off.hits][: off.total] == [str(order[0])]
    assert off.expansions == tuple(replace(each, on=False) for each in page.expansions)
    assert page.as_json()["expansions"][0]["on"] is True


def test_counts_include_what_an_expansion_finds_and_are_what_a_click_shows(searcher: Searcher) -> None:
    request = SearchRequest("hđnd họp")
    page = searcher.search(request)
    assert [(value.value, value.count) for value in page.facets["tag"]] == [("a", 2)]
    assert searcher.search(replace(request, selected={"tag": ("a",)})).total == 2
    assert searcher.search(replace(request, selected={"source": ("báo một",)})).total == 1
    assert len(list(searcher.find_all(request))) == 2
    assert len(list(searcher.find_all(replace(request, expand=False)))) == 1


def test_highlights_and_snippets_show_the_expansion_as_written(searcher: Searcher) -> None:
    hits = {hit.url[-1]: hit for hit in searcher.search(SearchRequest("hđnd họp")).hits}
    shown = [snippet.text[start:end] for snippet in hits["2"].snippets for start, end in snippet.marks]
    assert shown == ["Hội đồng nhân dân", "họp", "họp", "Hội đồng nhân dân"]
    (second,) = [each for each in searcher.find_all(SearchRequest("hđnd họp")) if each.url[-1] == "2"]
    assert searcher.highlights(SearchRequest("hđnd"), second).ranges["title"] == ((0, 17),)
    assert searcher.highlights(SearchRequest("hđnd", expand=False), second).ranges == {}


def test_a_partial_match_lacks_what_was_typed(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("hđnd tỉnh họp trăng"))
    assert page.near
    assert {hit.url[-1]: hit.missing for hit in page.hits if hit.url[-1] in "124"} == {
        "1": ("trăng",),
        "2": ("trăng",),
    }  # 4 has less than most of it
    page = searcher.search(SearchRequest("hội đồng nhân dân tỉnh mưa họp"))
    assert {hit.url[-1]: hit.missing for hit in page.hits} == {"1": ("mưa",), "2": ("mưa",), "4": ("họp",)} | {
        hit.url[-1]: hit.missing for hit in page.hits if hit.url[-1] not in "124"
    }


def test_of_an_article_with_both_forms_the_better_counts(build: Callable[..., Path]) -> None:
    both = article(1, "tin", "HĐND họp và Hội đồng nhân dân bàn")
    twice = article(2, "tin", "HĐND họp và HĐND bàn một hai ba")
    filler = [article(number, "tin khác", "trời nắng đẹp") for number in range(10, 30)]
    page = Searcher.open(build([both, twice, *filler])).search(SearchRequest("hđnd"))
    assert [hit.url[-1] for hit in page.hits] == ["2", "1"]


WORDS = "hđnd HĐND hdnd hội đồng nhân dân hoi dong nhan dan tỉnh gd-đt GDĐT giáo dục và đào tạo tp.hcm TP HCM thành phố Hồ Chí Minh cn".split()
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
QUERY = st.lists(
    st.sampled_from([*WORDS, "hội đồng nhân dân", "thành phố Hồ Chí Minh", '"nhân dân"', "-tỉnh", "OR"]), min_size=1, max_size=5
)


def children(node: Node) -> Sequence[Node]:
    return node.children if isinstance(node, (And, Or)) else ()


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(QUERY.map(" ".join), st.lists(TEXT, min_size=2, max_size=4), st.booleans())
def test_switching_off_gives_a_part_of_the_hits(collection: Collection, query: str, texts: list[str], exact_marks: bool) -> None:
    plain = parse(query)[0]
    node, found = expand(plain, query, abbreviations(collection), joints(collection), exact_marks=exact_marks)
    each = Article(clean(texts[0]), tuple(Block("paragraph", clean(text)) for text in texts[1:]))
    if matches(plain, each, exact_marks=exact_marks):
        assert matches(node, each, exact_marks=exact_marks)
    assert [as_typed(leaf) for leaf in leaves(node)] == [as_typed(leaf) for leaf in leaves(plain)]
    assert len(children(node)) == len(children(plain))
    assert bool(found) == (node != plain)
    assert all(expansion.typed in query for expansion in found)
    before, after = (highlights(tree, each, exact_marks=exact_marks).ranges for tree in (plain, node))
    for slot, ranges in after.items():
        text = each.title if slot == "title" else each.blocks[slot].text if isinstance(slot, int) else each.lead
        assert all(0 <= start < end <= len(text) for start, end in ranges)
        assert all(one[1] <= other[0] for one, other in zip(ranges, ranges[1:], strict=False))
    for slot, ranges in before.items():
        assert all(any(a <= start and end <= b for a, b in after[slot]) for start, end in ranges)


@pytest.mark.slow
def test_arrays_find_what_the_plain_definition_finds(build: Callable[..., Path]) -> None:
    chance = random.Random(31)
    written = []
    for number in range(120):
        base = random_article(chance, number)
        words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 9)))
        written.append(replace(base, blocks=(*base.blocks, Block("paragraph", words))))
    collection = Collection(open_snapshot(build(written[:70], written[70:], withdrawn=[written[5].id]) / INDEX_FOLDER))
    by_id = {each.id.encode(): each for each in written}
    expanded = 0
    for _ in range(80):
        query = " ".join(
            chance.choice([*WORDS, "hội đồng nhân dân", "thành phố Hồ Chí Minh", "OR"]) for _ in range(chance.randint(1, 4))
        )
        node, found = expand(parse(query)[0], query, abbreviations(collection), joints(collection))
        expanded += bool(found)
        for segment in collection.segments:
            mask = Evaluation(segment, exact_marks=False, deadline=Deadline.after(60)).matches(node)
            expected = [matches(node, by_id[id]) for id in segment.ids]
            assert np.array_equal(mask, np.array(expected) & segment.live), query
    assert expanded > 25


def test_what_is_typed_stays_apart_from_what_is_added(collection: Collection) -> None:
    node, _ = expand(parse("hđnd tỉnh")[0], "hđnd tỉnh", abbreviations(collection), joints(collection))
    assert isinstance(node, And)
    first, second = node.children
    assert isinstance(first, Alternative) and as_typed(first) == "hđnd"
    assert [as_typed(expansion) for expansion in first.expansions] == ['"hội đồng nhân dân"']
    assert not isinstance(second, (Alternative, Not))
