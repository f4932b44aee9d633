from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from language.analyzer import syllables, tokens, wholes
from language.normalizer import exact, stripped
from language.text import clean
from searcher.query.acceptance import beginning, may_lack_marks
from searcher.query.parser import MAX_DEPTH, MAX_LEAVES, MAX_LENGTH, MAX_NEAR, MAX_PROBLEMS, MAX_REACH, parse
from searcher.query.tree import And, Everything, FacetFilter, Near, Node, Not, Or, Phrase, Prefix, Published, Term, leaves

TODAY = date(2024, 3, 1)


def t(text: str, title_only: bool = False) -> Term:
    return Term(exact(text), stripped(text), text, title_only, any_marks=may_lack_marks(exact(text)))


def p(text: str) -> Prefix:
    return Prefix(*beginning(text), text)


def words(text: str, title_only: bool = False) -> tuple[Term, ...]:
    return tuple(t(word, title_only) for word in text.split())


def both(*children: Node) -> And:
    return And(children)


def phrase(text: str, title_only: bool = False) -> Phrase:
    return Phrase(words(text, title_only), title_only)


def spelled(text: str) -> Phrase:
    """A phrase that we made, each syllable as it stands."""
    return Phrase(tuple(replace(term, any_marks=False) for term in words(text)))


def tag(value: str) -> FacetFilter:
    return FacetFilter("tag", value)


def source(value: str) -> FacetFilter:
    return FacetFilter("source", value)


def since(*day: int) -> Published:
    return Published(date(*day), None)


def until(*day: int) -> Published:
    return Published(None, date(*day))


UNDERSTOOD: list[tuple[str, Node]] = [
    # words
    ("", Everything()),
    ("   ", Everything()),
    ("trường", t("trường")),
    ("trường thpt đạt chuẩn", And(words("trường thpt đạt chuẩn"))),
    ("  Trường,THPT;đạt… chuẩn?! ", And(words("Trường THPT đạt chuẩn"))),
    ("dân và nước, sống hoặc chết, có hay không", And(words("dân và nước sống hoặc chết có hay không"))),
    ("Ðường", t("Đường")),
    ("nông\u200b thôn\n\tmới", And(words("nông thôn mới"))),
    # what is written in one piece stands in one piece
    ("ki-lô-mét", phrase("ki lô mét")),
    ("Covid-19", phrase("Covid 19")),
    ("TP.HCM", phrase("TP HCM")),
    ("1.500 tỷ", both(t("1.500"), t("tỷ"))),
    ("1,5 tỷ", both(phrase("1 5"), t("tỷ"))),
    ("nông_thôn", phrase("nông thôn")),
    ("30km", phrase("30 km")),
    ("H'Mông", t("H'Mông")),
    ("https://x.vn/a", phrase("https x vn a")),
    ("giáo dục,y tế", And(words("giáo dục y tế"))),
    # document numbers
    (
        "263/QĐ-TTg",
        Or(
            tuple(
                leaf
                for number, sign in (("263", "QĐ"), ("0263", "QĐ"), ("263", "QD"))
                for leaf in (spelled(f"{number}/{sign}-TTg").terms[0], spelled(f"{number} {sign} TTg"))
            )
        ),
    ),
    (
        "(57/2022/NĐ-CP)",
        Or(
            (
                *(leaf for zeros in ("", "0", "00") for leaf in (t(f"{zeros}57/2022/NĐ-CP"), spelled(f"{zeros}57 2022 NĐ CP"))),
                *(spelled("57/2022/ND-CP").terms[0], spelled("57 2022 ND CP")),
                Near(words("Nghị định 57 2022"), 2),
                spelled("NĐ 57 2022"),
            )
        ),
    ),
    ('"57/2022/NĐ-CP"', t("57/2022/NĐ-CP")),
    ('"Quyết định 263/QĐ-TTg của"', phrase("Quyết định 263 QĐ TTg của")),
    ('"quyết 263/QĐ-TTg"~3', Near(words("quyết 263/QĐ-TTg"), 3)),
    ("30/4/2022", Or((phrase("30 4 2022"), phrase("30 tháng 4 năm 2022")))),
    # phrases and nears
    ('"nông thôn mới"', phrase("nông thôn mới")),
    ("“nông thôn mới”", phrase("nông thôn mới")),
    ("”nông thôn mới“", phrase("nông thôn mới")),
    ("«nông thôn mới»", phrase("nông thôn mới")),
    ('"nông «thôn» mới"', phrase("nông thôn mới")),
    ('"KHÔNG OR (a) -b"', phrase("KHÔNG OR a b")),
    ('xây "nông thôn"mới', both(t("xây"), phrase("nông thôn"), t("mới"))),
    ('"dân"', t("dân")),
    ('"" a "?"', t("a")),
    ('"a b"~5', Near(words("a b"), 5)),
    ('"a b"~0', Near(words("a b"), 0)),
    ('"a b"~007 c', both(Near(words("a b"), 7), t("c"))),
    ('"a b" ~5', both(phrase("a b"), t("5"))),
    ('"a"~5', t("a")),
    # operators
    ("a OR b", Or(words("a b"))),
    ("đất đai HOẶC nhà ở", Or((And(words("đất đai")), And(words("nhà ở"))))),
    ("UBND HOẶC HĐND", Or(words("UBND HĐND"))),
    ("a AND b VÀ c", And(words("a b c"))),
    ("a NOT b", both(t("a"), Not(t("b")))),
    ("a KHÔNG b", both(t("a"), Not(t("b")))),
    ("a AND NOT b", both(t("a"), Not(t("b")))),
    ("a OR NOT b c", Or((t("a"), both(Not(t("b")), t("c"))))),
    ("NOT NOT a", t("a")),
    ("-(-a)", t("a")),
    ("-tham", Not(t("tham"))),
    ("a -b OR c", Or((both(t("a"), Not(t("b"))), t("c")))),
    ('-"tham nhũng"', Not(phrase("tham nhũng"))),
    ("-(a OR b)", Not(Or(words("a b")))),
    ("-#a -nguồn:b", both(Not(tag("a")), Not(source("b")))),
    ("a (-b)", both(t("a"), Not(t("b")))),
    # hyphens and dashes that deny nothing
    ("Hà Nội - Huế", And(words("Hà Nội Huế"))),
    ("Hà Nội – Huế", And(words("Hà Nội Huế"))),
    ("--a", t("a")),
    ("a- b", And(words("a b"))),
    ('"a"-b', And(words("a b"))),
    # operators in text that is all capitals are words of it
    ("CÔNG NGHIỆP HÓA VÀ HIỆN ĐẠI HÓA", And(words("CÔNG NGHIỆP HÓA VÀ HIỆN ĐẠI HÓA"))),
    ("TỰ DO OR ĐỘC LẬP", Or((And(words("TỰ DO")), And(words("ĐỘC LẬP"))))),
    ("KHÔNG", t("KHÔNG")),
    ("OR OR OR", And(words("OR OR OR"))),
    ("NOT", t("NOT")),
    # parentheses
    ("(a b) c", And(words("a b c"))),
    ("a (b OR c)", both(t("a"), Or(words("b c")))),
    ("a OR (b OR (c OR d))", Or(words("a b c d"))),
    ("Hội đồng (HĐND)", And(words("Hội đồng HĐND"))),
    ("f() a", And(words("f a"))),
    ("(a)(b)", And(words("a b"))),
    # prefixes
    ("xây*", p("xây")),
    ("xây** dựng*", both(p("xây"), p("dựng"))),
    ('"nông thôn m*"', Phrase((*words("nông thôn"), p("m")))),
    ("ki-lô-m*", Phrase((*words("ki lô"), p("m")))),
    ('"nông m*"~4', Near((t("nông"), p("m")), 4)),
    ("263/QĐ*", Phrase((t("263"), p("QĐ")))),
    # title
    ("tiêu-đề:xây", t("xây", True)),
    ("title:xây tieu-de:nhà TIÊU_ĐỀ:cửa", And(words("xây nhà cửa", True))),
    ("tiêu-đề:(xây nhà) cửa", both(*words("xây nhà", True), t("cửa"))),
    ('tiêu-đề:"nông thôn"', phrase("nông thôn", True)),
    ('tiêu-đề:"a b"~2', Near(words("a b", True), 2, True)),
    ("tiêu-đề:xây*", Prefix("xây", "xay", "xây", True)),
    ("tiêu-đề:(a OR (b #c))", Or((t("a", True), both(t("b", True), tag("c"))))),
    ("tiêu-đề:KHÔNG", t("KHÔNG", True)),
    # facets
    ("#nông_thôn_mới", tag("nông_thôn_mới")),
    ("#Nông_thôn_mới, #hòa_bình.", both(tag("nông_thôn_mới"), tag("hoà_bình"))),
    ("#a#b ＃c", both(tag("a"), tag("b"), tag("c"))),
    ('tag:x thẻ:y the:z tag:"đời sống"', both(tag("x"), tag("y"), tag("z"), tag("đời_sống"))),
    ("tag:(a OR b)", Or((tag("a"), tag("b")))),
    ("# đời C# #", And(words("đời C"))),
    ("nguồn:VnExpress nguon:a source:b", both(source("vnexpress"), source("a"), source("b"))),
    ('nguồn:"Tuổi  Trẻ" nguồn:«Dân trí»', both(source("tuổi trẻ"), source("dân trí"))),
    ("nguồn:tuoitre.vn!", source("tuoitre.vn")),
    ('chuyên-mục:"Giáo dục" section:x', both(FacetFilter("section", "giáo dục"), FacetFilter("section", "x"))),
    ("tháng:2022-07 month:7/2022", both(FacetFilter("month", "2022-07"), FacetFilter("month", "2022-07"))),
    # dates
    ("từ:2022-01-01 đến:2022", both(since(2022, 1, 1), until(2022, 12, 31))),
    ("tu:2022-02 den:2022-02", both(since(2022, 2, 1), until(2022, 2, 28))),
    ("from:12/7/2022 to:7/2022", both(since(2022, 7, 12), until(2022, 7, 31))),
    ('từ:hôm-qua đến:"hôm nay"', both(since(2024, 2, 29), until(2024, 3, 1))),
    ("từ:2/3.", since(2023, 3, 2)),
    # looks like a field, is text
    ("từ: chữ", And(words("từ chữ"))),
    ("tiêu-đề: x", both(phrase("tiêu đề"), t("x"))),
    ("nguồn:", t("nguồn")),
    ("nguồn:... a", And(words("nguồn a"))),
    ("(tiêu-đề:)", phrase("tiêu đề")),
]

TROUBLED: list[tuple[str, Node, list[tuple[str, str]]]] = [
    ("?!", Everything(), [("?!", "Không có chữ")]),
    ("- -", Everything(), [("- -", "Không có chữ")]),
    ("\ud800", Everything(), [("\ud800", "Không có chữ")]),
    ('nông "thôn', And(words("nông thôn")), [('"', "không có cặp")]),
    ("nông «thôn", And(words("nông thôn")), [("«", "không có cặp")]),
    ('tiêu-đề:"a', both(phrase("tiêu đề"), t("a")), [('"', "không có cặp")]),
    ("(a", t("a"), [("(", "chưa đóng")]),
    ("a)", t("a"), [(")", "không có dấu mở")]),
    ("a OR", t("a"), [("OR", "“OR” thiếu vế")]),
    ("HOẶC a", t("a"), [("HOẶC", "“HOẶC” thiếu vế")]),
    ("a OR OR b", Or(words("a b")), [("OR", "thiếu vế")]),
    ("a NOT OR b", Or(words("a b")), [("NOT", "“NOT” thiếu vế")]),
    ("a (OR) b", And(words("a b")), [("OR", "thiếu vế")]),
    ("a -() b", And(words("a b")), [("-", "“-” thiếu vế")]),
    ('a -"!" b', And(words("a b")), [("-", "“-” thiếu vế")]),
    ("T -72", And(words("T 72")), [("-", "gõ NOT")]),
    ("KHÔNG CÓ GÌ QUÝ HƠN", And(words("KHÔNG CÓ GÌ QUÝ HƠN")), [("KHÔNG", "gõ NOT")]),
    ("Họp báo: NÓI KHÔNG VỚI ma tuý", And(words("Họp báo NÓI KHÔNG VỚI ma tuý")), [("KHÔNG", "gõ NOT")]),
    ("HÀ NỘI HOẶC HẢI PHÒNG", And(words("HÀ NỘI HOẶC HẢI PHÒNG")), [("HOẶC", "gõ OR")]),
    ("dat HOAC nha", And(words("dat HOAC nha")), [("HOAC", "gõ OR")]),
    ("*", Everything(), [("*", "Dấu *")]),
    ("x*", t("x"), [("x*", "ít nhất 2 chữ")]),
    ("xây*dựng *nhà", both(phrase("xây dựng"), t("nhà")), [("xây*dựng", "cuối một từ")]),
    ('"a b"~500', Near(words("a b"), MAX_REACH - 1), [('"a b"~500', "giảm còn 99")]),
    ('"a b"~' + "9" * 5000, Near(words("a b"), MAX_REACH - 1), [('"a b"~' + "9" * 5000, "giảm còn 99")]),
    (
        '"a b c d e f g h i*"~2 k',
        both(Near(words("a b c d e f g h"), 2), t("k")),
        [('"a b c d e f g h i*"~2', "nhiều nhất 8 từ")],
    ),
    ("ghi-chú:x", phrase("ghi chú x"), [("ghi-chú:", "không phải là tên trường")]),
    ("từ:khóa", phrase("từ khóa"), [("từ:khóa", "“khóa” không phải là ngày")]),
    ("đến:31/2/2022", phrase("đến 31 2 2022"), [("đến:31/2/2022", "“31/2/2022” không phải là ngày")]),
    ("tháng:12/7/2022", phrase("tháng 12 7 2022"), [("tháng:12/7/2022", "không phải là một tháng")]),
    ("tháng:2022", phrase("tháng 2022"), [("tháng:2022", "không phải là một tháng")]),
    ("từ:2023 đến:2022", both(since(2023, 1, 1), until(2022, 12, 31)), [("đến:2022", "Không có ngày nào")]),
]


@pytest.mark.parametrize(("text", "tree"), UNDERSTOOD)
def test_understood(text: str, tree: Node) -> None:
    assert parse(text, today=TODAY) == (tree, ())


@pytest.mark.parametrize(("text", "tree", "told"), TROUBLED)
def test_problems(text: str, tree: Node, told: list[tuple[str, str]]) -> None:
    parsed, problems = parse(text, today=TODAY)
    assert parsed == tree
    assert [text[problem.start : problem.end] for problem in problems] == [span for span, _ in told]
    for problem, (_, message) in zip(problems, told, strict=True):
        assert message in problem.in_words("vi")


@pytest.mark.parametrize("text", [text for text, _ in UNDERSTOOD] + [text for text, _, _ in TROUBLED])
def test_unicode_form_makes_no_difference(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert parse(decomposed, today=TODAY)[0] == parse(text, today=TODAY)[0]


def test_spans_point_into_what_was_typed() -> None:
    typed = unicodedata.normalize("NFD", '\u200b Hà "nội thành"~3 (#đời_sống OR nguồn:x) xây*')
    tree, _ = parse(typed)
    assert isinstance(tree, And)
    ha, near, either, prefix = tree.children
    assert isinstance(ha, Term) and isinstance(near, Near) and isinstance(either, Or) and isinstance(prefix, Prefix)
    filters = [child for child in either.children if isinstance(child, FacetFilter)]
    spans = [node.span for node in (ha, near, near.terms[0], *filters, prefix)]
    expected = ["Hà", '"nội thành"~3', "nội", "#đời_sống", "nguồn:x", "xây"]
    assert [unicodedata.normalize("NFC", typed[start:end]) for start, end in spans] == expected


def test_length_is_capped() -> None:
    text = "a" * (MAX_LENGTH - 2) + " b (c"
    tree, problems = parse(text)
    assert [leaf.text for leaf in leaves(tree)[-1:] if isinstance(leaf, Term)] == ["b"]
    assert [(problem.start, problem.end) for problem in problems] == [(MAX_LENGTH, len(text))]


@pytest.mark.parametrize("more", [" b", " OR b", " -(b", ' "b c" OR ('])
def test_leaves_are_capped(more: str) -> None:
    tree, problems = parse(" ".join("a" * number for number in range(1, MAX_LEAVES + 1)) + more)
    assert tree == And(words(" ".join("a" * number for number in range(1, MAX_LEAVES + 1))))
    assert [problem.in_words("vi") for problem in problems] == [f"Câu tìm có hơn {MAX_LEAVES} từ nên phần còn lại được bỏ qua."]


def test_phrase_is_cut_at_the_cap() -> None:
    tree, _ = parse("#x " + '"' + "a " * 100 + '"')
    assert tree == both(tag("x"), Phrase((t("a"),) * (MAX_LEAVES - 1)))


def test_what_a_near_drops_is_not_counted() -> None:
    tree, problems = parse('"' + "a " * 200 + '"~3 b')
    assert tree == both(Near((t("a"),) * MAX_NEAR, 3), t("b"))
    assert len(problems) == 1


def test_depth_is_capped() -> None:
    def nested(levels: int) -> str:
        return "(a OR -" * levels + "b" + ")" * levels

    assert parse(nested(MAX_DEPTH))[1] == ()
    tree, problems = parse(nested(MAX_DEPTH + 10))
    assert [problem.in_words("vi") for problem in problems] == [
        f"Có hơn {MAX_DEPTH} lớp ngoặc đơn lồng nhau nên ngoặc này được bỏ qua."
    ]
    depth = 0
    while isinstance(tree, Or):
        inner = tree.children[-1]
        tree, depth = inner.child if isinstance(inner, Not) else inner, depth + 1
    assert depth == MAX_DEPTH


def test_problems_are_capped() -> None:
    problems = parse(" ".join(f"từ:{number}" for number in range(30)))[1]
    assert len(problems) == MAX_PROBLEMS


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        piece * (MAX_LENGTH // len(piece))
        for piece in ["(", ")", '"', "“", "«", "-", "*", "#", "~", "OR ", "NOT ", "-(", "(-a ", "title:(", "tag:", "từ:", "a\u0301\u0323"]
        + ["\u0301", "\ud800", "\x00", "1,", "1/A-", '"a', "tag:«", '"a* b"~9 ', "\u1100\u1161\u11a8", "KHÔNG À ", "Ǆ", "İ"]
    ],
)  # fmt: skip
def test_hostile_text_is_read(text: str) -> None:
    tree, problems = parse(text)
    assert repr(tree) and hash(tree) == hash(parse(text)[0])
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in problems)


PIECES = st.sampled_from(
    ["nông", "thôn mới", "NÔNG", "UBND", "263/QĐ-TTg", "1.500", "ki-lô", "OR", "AND", "NOT", "HOẶC", "VÀ", "KHÔNG", "-", "(", ")", '"']
    + ["“", "”", "«", "»", "~3", "*", "#", "tag:", "tiêu-đề:", "nguồn:", "từ:", "đến:", "tháng:", "2022", "12/7", " ", " ", "\u0301", ","]
)  # fmt: skip
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60) | st.lists(PIECES, max_size=25).map("".join)


@given(ANYTHING)
@example("a\u0345\u0301 \u0344 \u1100\u1161")
def test_any_string_is_read(text: str) -> None:
    tree, problems = parse(text, today=TODAY)
    assert [problem.start for problem in problems] == sorted(problem.start for problem in problems)
    for problem in problems:
        assert 0 <= problem.start < problem.end <= len(text)
        assert problem.in_words("vi").endswith(".")
    for leaf in leaves(tree):
        assert 0 <= leaf.span[0] < leaf.span[1] <= len(text)


@given(
    ANYTHING
    | st.text(st.sampled_from('aoưĐÐ "*-\u0300\u0323\u0321\u0338\u1100\u1161\u11a8\u0958\u0344\u2260\u200b\u034f\ud800='))
)
def test_any_unicode_form_is_read_the_same(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert parse(decomposed, today=TODAY)[0] == parse(composed, today=TODAY)[0]


@example("ĿBŉ")
@given(st.lists(st.text(st.characters(categories=["L", "M", "Nd"]), min_size=1, max_size=8), max_size=12).map(" ".join))
def test_text_is_cut_as_the_index_cuts_it(text: str) -> None:
    tree = parse(text.lower())[0]
    assume("Or(" not in repr(tree))  # a time or a sum has other ways of writing it, which are leaves too
    found = leaves(tree)
    terms = [term for leaf in found for term in (leaf.terms if isinstance(leaf, (Phrase, Near)) else (leaf,))]
    expected: list[str] = []
    for word in clean(text.lower()).split():
        whole = list(wholes(tokens(word)))
        # Beside others in one phrase, a name with an apostrophe (ŉ is ʼn) stands by its parts, as a document's number does.
        expected += [token.exact for token in (whole if len(whole) == 1 else syllables(tokens(word)))]
    assert [term.exact for term in terms] == expected
