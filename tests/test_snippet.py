from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, count, product

import plain_finding
import pytest
from conftest import Checks
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.article import Article, Block
from searcher.deadline import NEVER
from searcher.match.occurrence import Slot, finder_of, highlights
from searcher.match.snippet import ELLIPSIS, _best, snippets
from searcher.query.parser import parse
from searcher.query.tree import alternatives
from searcher.result import Snippet

FILLER = "Các đại biểu cũng cho rằng còn nhiều việc phải làm trong thời gian tới để người được hưởng lợi nhiều hơn nữa."
ARTICLE = Article(
    title="Trường THPT Bình Liêu đạt chuẩn quốc gia",
    lead="Sáng nay, huyện công bố quyết định.",
    blocks=(
        Block("heading", "Vượt khó"),
        Block("paragraph", f"{FILLER} Nhà trường đã đạt nhiều tiêu chí. {FILLER} {FILLER} Năm nay đạt chuẩn mức 2. {FILLER}"),
        Block("paragraph", "Chuẩn bị cho năm học mới, mọi trường đều sửa lớp."),
        Block("caption", "Sân trường", credit="Ảnh: Trường"),
    ),
)


def shown(found: tuple[Snippet, ...]) -> list[tuple[str, str]]:
    """Return field and text of each snippet, the marks in brackets."""
    lines: list[tuple[str, str]] = []
    for snippet in found:
        text = snippet.text
        for start, end in reversed(snippet.marks):
            text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
        lines.append((snippet.field, text))
    return lines


def ask(query: str, article: Article = ARTICLE, **how: int | bool) -> list[tuple[str, str]]:
    return shown(snippets(parse(query)[0], article, **how).snippets)  # type: ignore[arg-type]


def test_title_then_the_fragments_with_most_of_the_query() -> None:
    assert ask("trường đạt chuẩn", length=60) == [
        ("title", "[Trường] THPT Bình Liêu [đạt] [chuẩn] quốc gia"),
        ("paragraph", "…Năm nay [đạt] [chuẩn] mức 2. Các đại biểu cũng cho rằng còn…"),
        ("paragraph", "…Nhà [trường] đã [đạt] nhiều tiêu chí…"),
        ("paragraph", "[Chuẩn] bị cho năm học mới, mọi [trường] đều sửa lớp."),
    ]


def test_nearer_is_better_and_earlier_is_better() -> None:
    article = Article(
        "x", (Block("paragraph", "a b b c"), Block("paragraph", "a c"), Block("heading", "c a"), Block("caption", "a"))
    )
    assert ask("a c", article, most=2) == [("paragraph", "[a] [c]"), ("heading", "[c] [a]")]


def test_what_was_not_shown_yet_comes_first() -> None:
    article = Article(
        "x",
        (Block("paragraph", "một hai"), Block("paragraph", "một hai ba"), Block("paragraph", "bốn"), Block("paragraph", "ba")),
    )
    assert [text for _, text in ask("một hai ba bốn", article)] == ["[một] [hai] [ba]", "[bốn]", "[một] [hai]"]


@pytest.mark.parametrize("query", ["", "#giáo_dục", "-trường", "xyz", "tiêu-đề:xyz"])
def test_without_a_match_the_beginning(query: str) -> None:
    assert ask(query) == [("lead", "Sáng nay, huyện công bố quyết định.")]


def test_match_in_the_title_alone_still_shows_the_body() -> None:
    assert ask("liêu") == [
        ("title", "Trường THPT Bình [Liêu] đạt chuẩn quốc gia"),
        ("lead", "Sáng nay, huyện công bố quyết định."),
    ]


def test_beginning_of_a_body_without_lead() -> None:
    article = Article("x", (Block("paragraph", FILLER),))
    assert ask("", article, length=40) == [("paragraph", "Các đại biểu cũng cho rằng còn nhiều…")]
    assert ask("", Article("x")) == []
    assert ask("", article, most=0) == []


def test_credit_is_not_shown() -> None:
    assert ask("sân") == [("caption", "[Sân] trường")]


def test_phrase_is_one_mark() -> None:
    assert ask('"đạt chuẩn"', most=1) == [
        ("title", "Trường THPT Bình Liêu [đạt chuẩn] quốc gia"),
        ("paragraph", f"…Năm nay [đạt chuẩn] mức 2. {FILLER}"),
    ]


@pytest.mark.parametrize(
    ("text", "query", "length", "fragment"),
    [
        # with the sentence it stands in
        (f"{FILLER} Nhân dân làm chủ đất nước. {FILLER}", "dân", 40, "…Nhân [dân] làm chủ đất nước…"),
        (f"“{FILLER}” Nhân dân làm chủ! {FILLER}", "chủ", 30, "…Nhân dân làm [chủ]!…"),
        (f"Nhân dân làm chủ... {FILLER}", "chủ", 20, "Nhân dân làm [chủ]…"),
        (f"Một. Hai. Ba. {FILLER}", "ba", 40, "…[Ba]. Các đại biểu cũng cho rằng còn nhiều…"),
        # the sentence is longer: some words before, more after
        (FILLER, "phải", 40, "…nhiều việc [phải] làm trong thời gian tới…"),
        # near the end, more of what precedes
        (FILLER, "nữa", 40, "…để người được hưởng lợi nhiều hơn [nữa]."),
        (f"{FILLER} Xong.", "xong", 40, "…được hưởng lợi nhiều hơn nữa. [Xong]."),
        # a phrase longer than the fragment
        (FILLER, '"nhiều việc phải làm trong thời gian"', 22, "…[nhiều việc phải làm]…"),
        # two words that do not fit into one fragment are no better than one
        (f"Một. {FILLER} Hai.", "một hai", 30, "[Một]. Các đại biểu cũng cho…"),
        # no space to cut at, or nothing at all
        ("nông/thôn/" * 10, "nông", 22, "[nông]/thôn/[nông]/thôn/…"),
        ("a" * 200, "aa*", 40, "[" + "a" * 40 + "]…"),
        ("-" * 300 + "dân" + "-" * 300, "dân", 40, "…[dân]" + "-" * 37 + "…"),
    ],
)
def test_fragment(text: str, query: str, length: int, fragment: str) -> None:
    assert ask(query, Article("x", (Block("paragraph", text),)), length=length, most=1) == [("paragraph", fragment)]


def test_exact_marks() -> None:
    assert ask("truong chuan", exact_marks=True) == [("lead", "Sáng nay, huyện công bố quyết định.")]


# Each word has a sign of its own, so that a fragment tells where it was cut from.
WORD = st.sampled_from(["dân", "dan", "bình", "hòa", "7/QĐ-TTg", "a-b", "c" * 50, ".", "!”", ";", ",", "…", "và", "của", "là"])
TEXT = (
    st.integers(0, 50)
    .flatmap(lambda size: st.lists(WORD, min_size=size, max_size=size))
    .map(lambda words: " ".join(f"{chr(0x2200 + sign)}{word}" for sign, word in enumerate(words)))
)
QUERY = st.sampled_from(
    ["dân", "dan binh", '"dân bình"', '"hoà bình dân"~4', "a b", "cc* OR dân", "7/QĐ-TTg", "và", "-dân", "", "tiêu-đề:dân"]
)
Place = tuple[int, int, int]
"""Block, start and end of a fragment in its text."""


@pytest.mark.slow
@given(TEXT, st.lists(TEXT, max_size=3), QUERY, st.integers(0, 3), st.integers(8, 80), st.booleans())
@example("", ["∀bình ∁. ∂dân ∃hòa"], '"hoà bình dân"~4', 2, 18, False)  # a fragment before another one
@example("", ["∀dân ∁dân ∂dân ∃dân ∄dân"], "dân", 2, 19, False)  # and one after it
def test_any_article(title: str, texts: list[str], query: str, most: int, length: int, exact_marks: bool) -> None:
    article = Article(title, tuple(Block("paragraph", text) for text in texts))
    node = parse(query)[0]
    found = snippets(node, article, exact_marks=exact_marks, most=most, length=length).snippets
    marks = highlights(node, article, exact_marks=exact_marks).ranges
    if "title" in marks:
        assert found[0] == Snippet("title", title, marks["title"])
        found = found[1:]
    assert len(found) <= most
    assert found or most == 0 or not any(texts)
    assert any(snippet.marks for snippet in found) == (most > 0 and any(slot != "title" for slot in marks))
    possible = [[place for place in _places(snippet, texts, marks) if _is_well_cut(texts, place, length)] for snippet in found]
    assert any(_are_disjoint(places) for places in product(*possible))


@pytest.mark.slow
@given(
    st.lists(TEXT, min_size=1, max_size=5),
    QUERY | st.sampled_from(["dân bình hoà", "dan binh và của là", "a b 7", '"dân bình" OR và']),
    st.integers(8, 80),
)
def test_the_best_cluster_of_all_texts_is_shown_each_time(texts: list[str], query: str, length: int) -> None:
    article = Article("x", tuple(Block("paragraph", text) for text in texts))
    node = parse(query)[0]
    sought = list(dict.fromkeys(alternatives(node)))
    found = [
        here for passage, here in plain_finding.found(sought, article, exact_marks=False) if here and passage.slot != "title"
    ]
    readings = [one for one in finder_of(node).read(article) if one.leaves and one.passage.slot != "title"]
    taken: list[tuple[int, int, int]] = []
    seen: set[int] = set()
    for fragment in _best(readings, 4, length, NEVER):
        best = plain_finding.best_cluster(found, taken, seen, length)
        assert best is not None
        *_, text, first, last = best
        assert fragment.passage == text and fragment.start <= found[text][first].start < fragment.end
        taken.append((text, fragment.start, fragment.end))
        seen |= {one.leaf for one in found[text][first : last + 1]}
    assert len(taken) == 4 or plain_finding.best_cluster(found, taken, seen, length) is None


def _places(snippet: Snippet, texts: list[str], marks: dict[Slot, tuple[tuple[int, int], ...]]) -> Iterator[Place]:
    """Yield every place that this fragment, with these marks and ellipses, can have been cut from."""
    for block, text in enumerate(texts):
        begun = snippet.text.removeprefix(ELLIPSIS)
        for fragment in {snippet.text, begun, snippet.text.removesuffix(ELLIPSIS), begun.removesuffix(ELLIPSIS)}:
            for start in (match.start() for match in re.finditer(f"(?={re.escape(fragment)})", text)):
                end = start + len(fragment)
                before, after = ELLIPSIS if start > 0 else "", ELLIPSIS if end < len(text) else ""
                clipped = [(max(a, start), min(b, end)) for a, b in marks.get(block, ()) if a < end and b > start]
                moved = tuple((a - start + len(before), b - start + len(before)) for a, b in clipped)
                if Snippet("paragraph", before + fragment + after, moved) == snippet:
                    yield block, start, end


def _is_well_cut(texts: list[str], place: Place, length: int) -> bool:
    block, start, end = place
    text = texts[block]
    within = [
        border for border in (start, end) if 0 < border < len(text) and text[border - 1].isalnum() and text[border].isalnum()
    ]
    return 0 < end - start <= length and (not within or "c" * min(length - 1, 50) in text[start:end])


def _are_disjoint(places: tuple[Place, ...]) -> bool:
    return all(
        block != other or end <= begin or start >= stop for (block, start, end), (other, begin, stop) in combinations(places, 2)
    )


def test_where_time_runs_out_the_beginning_of_the_text_is_shown(checks: Checks) -> None:
    node, _ = parse("trường đạt chuẩn")
    whole = snippets(node, ARTICLE)
    assert whole.whole
    for last in count():
        checks.allow(last)
        cut = snippets(node, ARTICLE)
        if not checks.over:
            assert cut == whole and last > 5
            return
        assert cut == ((Snippet("lead", "Sáng nay, huyện công bố quyết định."),), False)


def test_where_time_runs_out_before_an_article_without_a_lead_or_a_text(checks: Checks) -> None:
    checks.allow(0)
    long = Article("Trường", (Block("heading", ""), Block("paragraph", f"{FILLER} {FILLER} {FILLER}")))
    (shown,), whole = snippets(parse("trường")[0], long, length=60)
    assert (shown.field, shown.marks, whole) == ("paragraph", (), False)
    assert shown.text == "Các đại biểu cũng cho rằng còn nhiều việc phải làm trong…"
    assert snippets(parse("trường")[0], Article("Trường", ())) == ((), False)
    assert snippets(parse("trường")[0], ARTICLE, most=0) == ((), False)


def test_fragments_are_chosen_from_so_many_texts_that_match() -> None:
    texts = ["a", *["c"] * 200, *["a"] * 998, "b a", "a b"]
    article = Article("x", tuple(Block("paragraph", text) for text in texts))
    assert ask("a b", article, most=1) == [("paragraph", "[b] [a]")]
    texts.insert(1, "a")
    article = Article("x", tuple(Block("paragraph", text) for text in texts))
    assert ask("a b", article, most=1) == [("paragraph", "[a]")]
