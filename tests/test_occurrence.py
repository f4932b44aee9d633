from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from itertools import count, product

import plain_finding
import pytest
from conftest import Checks
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Block
from index.schema import POSITION_GAP
from language.analyzer import Token, tokens
from language.text import clean
from searcher.deadline import NEVER
from searcher.match.occurrence import MOST_PLACES, Finder, Slot, highlights, matches, passages
from searcher.match.piece import LONGEST_PIECE
from searcher.query.acceptance import acceptance, may_lack_marks
from searcher.query.parser import MAX_REACH, parse
from searcher.query.tree import (
    Alternative,
    And,
    Everything,
    FacetFilter,
    Leaf,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Term,
    leaves,
)

ARTICLE = Article(
    title="Trường THPT Hòa Bình đạt chuẩn",
    lead="Sáng 12/7, UBND tỉnh ban hành Quyết định 263/QĐ-TTg về nông thôn mới.",
    blocks=(
        Block("heading", "Đường về nông thôn"),
        Block("paragraph", "Mới đây, truong này đạt kỹ thuật; trường kia không đạt."),
        Block("caption", "Một lớp học", credit="Ảnh: Dương"),
    ),
    source="Tuổi Trẻ",
    section="Giáo dục",
    tags=("Nông thôn mới", "hòa bình"),
    published=datetime(2022, 7, 31, 18, 30, tzinfo=timezone.utc),  # 1 August in Vietnam
)
TEXTS: dict[Slot, str] = {
    "title": ARTICLE.title,
    "lead": ARTICLE.lead,
    **{i: block.text for i, block in enumerate(ARTICLE.blocks)},
}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "trường đạt",
        "truong",
        "hoà bình kĩ thuật",
        "không",
        "ảnh OR lớp",
        "-ảnh",
        '"thôn mới"',
        '"nông thôn"',
        '"đạt trường"~3',
        '"trường chuẩn"~4',
        "263/QĐ-TTg",
        '"quyết định 263/qđ-ttg về"',
        '"263 qđ ttg"',
        "ban*",
        "tiêu-đề:trường",
        'tiêu-đề:"đạt chuẩn"',
        "#nông_thôn_mới #hoà_bình",
        'nguồn:"tuổi trẻ" chuyên-mục:"giáo dục"',
        "tháng:2022-08",
        "từ:2022-08-01 đến:2022-08-01",
        "(xyz OR lớp) -(xyz OR abc)",
    ],
)
def test_matches(query: str) -> None:
    node, problems = parse(query)
    assert not problems
    assert matches(node, ARTICLE)
    assert not matches(Not(node), ARTICLE)


@pytest.mark.parametrize(
    "query",
    [
        "trường xyz",
        "dương",  # only in the credit, and there it would be another word
        "lộp",  # the article has lớp
        "duyên",
        "-trường",
        '"mới thôn"',
        '"mới đường"',  # the lead ends and the heading begins
        '"thôn mới đây"',
        '"mới đây đường"~90',
        '"trường chuẩn"~3',
        '"sáng sáng"~50',
        "264/QĐ-TTg",
        "tiêu-đề:nông",
        'tiêu-đề:"hoà đạt"',
        "#nông_thôn",
        "nguồn:tuổi",
        "tháng:2022-07",
        "đến:2022-07-31",
        "từ:2022-08-02",
    ],
)
def test_does_not_match(query: str) -> None:
    node, problems = parse(query)
    assert not problems
    assert not matches(node, ARTICLE)


@pytest.mark.parametrize(
    ("query", "found", "found_exactly"),
    [
        ("truong", True, True),
        ("dat", True, False),
        ("hoa", True, False),
        ("đạt", True, True),
        ("ban", True, True),
        ("ky*", True, False),
    ],
)
def test_exact_marks(query: str, found: bool, found_exactly: bool) -> None:
    node, _ = parse(query)
    assert matches(node, ARTICLE) is found
    assert matches(node, ARTICLE, exact_marks=True) is found_exactly
    assert bool(highlights(node, ARTICLE, exact_marks=True).ranges) is found_exactly


def test_an_article_without_date_or_source_is_in_no_period_and_of_no_source() -> None:
    undated = Article("x")
    assert not matches(Published(), undated)
    assert not matches(FacetFilter("source", ""), undated)
    assert matches(Published(), ARTICLE)
    assert matches(Not(Published(None, datetime(2030, 1, 1).date())), undated)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("", {}),
        ("#nông_thôn_mới", {}),
        ("xyz", {}),
        ("-trường", {}),
        ("trường", {"title": ["Trường"], 1: ["trường"]}),
        ("truong", {"title": ["Trường"], 1: ["truong", "trường"]}),
        ("hòa", {"title": ["Hòa"]}),
        ("đạt chuẩn", {"title": ["đạt", "chuẩn"], 1: ["đạt", "đạt"]}),
        ("đạt xyz", {"title": ["đạt"], 1: ["đạt", "đạt"]}),
        ("đạt -trường", {"title": ["đạt"], 1: ["đạt", "đạt"]}),
        ('"nông thôn mới"', {"lead": ["nông thôn mới"]}),
        ('"thôn mới" mới', {"lead": ["thôn mới"], 1: ["Mới"]}),
        ('"nông thôn" OR "thôn mới"', {"lead": ["nông thôn mới"], 0: ["nông thôn"]}),
        ('"đạt trường"~2', {1: ["đạt", "trường", "đạt"]}),
        ('"đạt trường"~1', {}),
        ('"dat truong"~1', {1: ["truong", "đạt"]}),
        ("263/QĐ-TTg", {"lead": ["263/QĐ-TTg"]}),
        ("qđ", {"lead": ["QĐ"]}),
        ("263/QĐ-TTg 263 QĐ", {"lead": ["263/QĐ-TTg"]}),
        ("tiêu-đề:đạt", {"title": ["đạt"]}),
        ("tiêu-đề:trường kia", {"title": ["Trường"], 1: ["kia"]}),
        ("đ*", {}),
        ("đạ*", {"title": ["đạt"], 1: ["đạt", "đạt"]}),
    ],
)
def test_highlights(query: str, marked: dict[Slot, list[str]]) -> None:
    found = highlights(parse(query)[0], ARTICLE).ranges
    assert {slot: [TEXTS[slot][start:end] for start, end in ranges] for slot, ranges in found.items()} == marked


def test_no_near_can_reach_over_the_gap_that_the_index_leaves() -> None:
    assert MAX_REACH <= POSITION_GAP


# Few syllables, so that they meet; with marks, without, document numbers and spaces of every kind.
TEXT = st.lists(
    st.sampled_from(["dân", "dan", "Dàn", "bình", "BINH", "hòa", "hoà", "7/QĐ-TTg", "qđ", "7", "a-b", ",", "…"]), max_size=9
)
BARE_TEXTS = ["de nghi cac xa bao cao binh dan", "binh dan 7/QD-TTg", "nguoi dan can biet dieu nay ngay"]
TERM = st.sampled_from(["dân", "dan", "binh", "hoà", "qđ", "ttg", "7", "7/QĐ-TTg", "a", "b"]).map(lambda text: _term(text))
TERMS = st.lists(TERM | st.just(Prefix("d", "d", "d")), min_size=2, max_size=3).map(tuple)


def _term(text: str) -> Term:
    token = tokens(text)[0]
    return Term(token.exact, token.stripped, text, any_marks=may_lack_marks(token.exact))


def _reach(choice: tuple[Token, ...]) -> int:
    positions = [token.position for token in choice]
    return max(positions) - min(positions)


@given(TEXT.map(" ".join), TERMS, st.integers(0, 6), st.booleans())
def test_phrases_and_nears_stand_where_their_terms_do(
    text: str, terms: tuple[Term | Prefix, ...], distance: int, exact_marks: bool
) -> None:
    def admitted(term: Term | Prefix) -> list[Token]:
        accepted = acceptance(term, exact_marks=exact_marks)
        return [token for token in tokens(text) if accepted.admits(token.exact, token.stripped)]

    choices = list(product(*map(admitted, terms)))
    rows = [one for one in choices if all(token.position == one[0].position + i for i, token in enumerate(one))]
    groups = [one for one in choices if len({token.position for token in one}) == len(one) and _reach(one) < len(one) + distance]
    found = Finder([Phrase(terms), Near(terms, distance)], exact_marks=exact_marks).find(text, in_title=False)
    assert found == sorted(found)
    phrases = {(one.start, one.end) for one in found if one.leaf == 0}
    assert phrases <= {(row[0].start, row[-1].end) for row in rows}
    assert {start for start, _ in phrases} == {row[0].start for row in rows}
    assert {(one.start, one.end) for one in found if one.leaf == 1} == {
        (token.start, token.end) for one in groups for token in one
    }


@given(
    st.text(st.sampled_from("aấđ ,.-/\n\u00a0\u3000\u03017Q"), max_size=40), st.sampled_from(["a", "ấ", "đ", "7", "q*", "ađ*"])
)
def test_what_is_found_is_what_the_analysis_says(text: str, query: str) -> None:
    (leaf,) = leaves(parse(query)[0]) or [Prefix("q", "q", "q")]
    assert isinstance(leaf, (Term, Prefix))
    accepted = acceptance(leaf)
    expected = {(token.start, token.end) for token in tokens(text) if accepted.admits(token.exact, token.stripped)}
    assert {(start, end) for start, end, _ in Finder([leaf]).find(text, in_title=True)} == expected


LEAF = TERM | TERMS.map(Phrase) | st.builds(Near, TERMS, st.integers(0, 4)) | st.just(Prefix("d", "d", "d"))
SOUGHT = st.lists(
    LEAF.flatmap(lambda leaf: st.sampled_from([leaf, replace(leaf, title_only=True)]))
    | st.builds(lambda typed, other: Alternative(typed, (other,), ("dân",)), TERM, TERM | TERMS.map(Phrase)),
    max_size=5,
)


@given(
    st.lists(TEXT.map(" ".join) | st.sampled_from(BARE_TEXTS), min_size=2, max_size=6),
    st.sampled_from([" ", "  ", "\u00a0"]),
    SOUGHT,
    st.booleans(),
)
def test_all_texts_of_an_article_are_read_as_by_the_plain_definition(
    texts: list[str], space: str, sought: list[Leaf | Alternative], exact_marks: bool
) -> None:
    title, lead, *others = (text.replace(" ", space) for text in texts)
    article = Article(title, tuple(Block("paragraph", text) for text in others), lead=lead)
    finder = Finder(sought, exact_marks=exact_marks)
    expected = plain_finding.found(sought, article, exact_marks=exact_marks)
    assert list(finder.find_in(article)) == expected
    for reading, (_, occurrences) in zip(finder.read(article), expected, strict=True):
        assert {leaf for leaf in range(len(sought)) if reading.leaves >> leaf & 1} == {one.leaf for one in occurrences}


QUERY = st.recursive(
    TERM | TERMS.map(Phrase) | st.builds(Near, TERMS, st.integers(0, 4)) | st.just(Everything()),
    lambda inner: st.builds(Not, inner) | st.builds(lambda *c: And(c), inner, inner) | st.builds(lambda *c: Or(c), inner, inner),
    max_leaves=5,
)


@pytest.mark.slow
@given(st.lists(TEXT.map(" ".join).map(clean), min_size=3, max_size=5), QUERY, st.booleans())
def test_highlights_are_the_reason_of_a_match(texts: list[str], node: And | Or | Term, exact_marks: bool) -> None:
    article = Article(texts[0], tuple(Block("paragraph", text) for text in texts[2:]), lead=texts[1])
    found = highlights(node, article, exact_marks=exact_marks).ranges
    places: dict[Slot, str] = {"title": texts[0], "lead": texts[1], **dict(enumerate(texts[2:]))}
    for slot, ranges in found.items():
        assert ranges
        for start, end in ranges:
            assert 0 <= start < end <= len(places[slot])
        assert all(before[1] <= after[0] for before, after in zip(ranges, ranges[1:], strict=False))
    whole = any(matches(leaf, article, exact_marks=exact_marks) for leaf in leaves(node))
    assert bool(found) is whole


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", ['"dân dân"~5', '"dân dân dân"', "dân", "dâ*", " ".join(f'"dân dân dân dân"~{n}' for n in range(1, 5))]
)
def test_of_an_article_of_one_word_only_the_beginning_is_highlighted(query: str) -> None:
    article = Article("Tin dân", tuple(Block("paragraph", "dân " * 10_000) for _ in range(10)), lead="Dân,dân," * 1000)
    node, _ = parse(query)
    found = list(Finder(leaves(node)).find_in(article))
    assert [passage for passage, _ in found] == passages(article)
    places = {(passage.slot, start) for passage, occurrences in found for start, _, _ in occurrences}
    assert MOST_PLACES // 2 < len(places) <= MOST_PLACES  # however many texts it has
    assert not found[-1][1]
    assert all("dân" in article.blocks[0].text[start:end] for start, end in highlights(node, article).ranges[0])


@pytest.mark.slow
def test_a_word_without_spaces_is_no_way_around_the_bound() -> None:
    article = Article("Tin", (Block("paragraph", "dân," * (MOST_PLACES + 5)), Block("paragraph", "dân")))
    assert {slot: len(ranges) for slot, ranges in highlights(parse("dân")[0], article).ranges.items()} == {0: MOST_PLACES}


@pytest.mark.slow
def test_what_the_evaluation_is_held_against_knows_no_bound() -> None:
    article = Article("Tin", (Block("paragraph", "dân " * (MOST_PLACES + 5) + "dân tộc"), Block("paragraph", "dân ca")))
    for query in ('"dân tộc"', '"dân ca"'):
        node, _ = parse(query)
        assert matches(node, article)
        assert not highlights(node, article).ranges


def test_an_article_that_takes_too_long_is_highlighted_as_far_as_there_was_time(checks: Checks) -> None:
    node, _ = parse("dân")
    whole = highlights(node, PEOPLE)
    assert whole == highlights(node, PEOPLE, deadline=NEVER) and whole.whole and list(whole.ranges) == ["title", "lead", 0, 1, 2]
    seen = []
    for last in count():
        checks.allow(last)
        ranges, is_whole = highlights(node, PEOPLE)
        assert is_whole is not checks.over
        assert list(ranges.items()) == list(whole.ranges.items())[: len(ranges)]
        seen.append(len(ranges))
        if is_whole:
            break
    assert seen == sorted(seen) and set(seen) == {0, 1, 2, 3, 4, 5}


PEOPLE = Article("Tin dân", tuple(Block("paragraph", f"Người dân xã {n}") for n in range(3)), lead="Dân nói")


@pytest.mark.slow
@pytest.mark.parametrize("text", ["xã hội " * 20_000, "xã,hội," * 80_000 + " x" * 2_000, ("xã,hội," * 5_000 + " ") * 20])
def test_within_a_long_text_the_time_is_looked_at_again_and_again(checks: Checks, text: str) -> None:
    checks.allow(20)
    assert not highlights(parse("dân")[0], Article("Tin", (Block("paragraph", text + "dân"),))).whole


@pytest.mark.slow
def test_of_what_is_never_parted_by_white_space_the_beginning_is_read() -> None:
    filler = "ab," * ((LONGEST_PIECE - 12) // 3) + "xã,"
    piece = f"{filler}dân,"
    piece += "dâ" + "x" * (LONGEST_PIECE + 1 - len(piece)) + ",dân"  # a syllable is cut at the bound
    article = Article("Tin", (Block("paragraph", f"dân {piece} dân"),))
    start = 4 + len(filler)
    last = 4 + len(piece) + 1
    for query in ("dân", "dâ*"):
        assert highlights(parse(query)[0], article).ranges == {0: ((0, 3), (start, start + 3), (last, last + 3))}
    assert highlights(parse('"xã dân"')[0], article).ranges == {0: ((start - 3, start + 3),)}
    assert highlights(parse('"dân dân"')[0], article).ranges == {}
