"""searcher.query.foreign: signs of other search engines are said not to be ours, ordinary text never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.query.foreign import without_foreign_signs
from searcher.query.lexer import FIELDS
from searcher.query.parser import MAX_LENGTH, parse
from searcher.query.tree import leaves, typed

# query, what is asked for, and for each problem: the part of the query, what is said of it in Vietnamese
FOREIGN: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("site:baonui.example giá xăng", '"site baonui example" giá xăng', [("site:", "hãy gõ nguồn:baonui.example.")]),
    ("giá -Site:baonui.example", "giá", [("Site:", "hãy gõ nguồn:baonui.example.")]),
    ('báo:"Núi Sông" mận', 'báo "Núi Sông" mận', [("báo:", 'hãy gõ nguồn:"Núi Sông".')]),
    ("intitle:viện-phí", '"intitle viện phí"', [("intitle:", "hãy gõ tiêu-đề:viện-phí.")]),
    ("allintitle:phí", '"allintitle phí"', [("allintitle:", "hãy gõ tiêu-đề:phí.")]),
    ("category:xã-hội", '"category xã hội"', [("category:", "hãy gõ chuyên-mục:xã-hội.")]),
    ("after:2022 before:2023", '"after 2022" "before 2023"', [("after:", "hãy gõ từ:2022."), ("before:", "hãy gõ đến:2023.")]),
    ("date:2022", '"date 2022"', [("date:", "từ:2022 đến:6/2023.")]),
    ("ngày:12/7", '"ngày 12 7"', [("ngày:", "từ:2022 đến:6/2023.")]),
    ("body:lũ", '"body lũ"', [("body:", "chỉ cần gõ lũ.")]),
    ("inurl:a filetype:b", '"inurl a" "filetype b"', [("inurl:", "không có ở đây"), ("filetype:", "không có ở đây")]),
    ("related:a.example", '"related a example"', [("related:", "không có ở đây")]),
    ("cache:a.example", '"cache a example"', [("cache:", "không có ở đây")]),
    ("ghi_chú:x", '"ghi chú x"', [("ghi_chú:", "không phải là tên trường")]),
    ("foo:x", '"foo x"', [("foo:", "các trường là tiêu-đề:, ")]),
    ("điện | nước", "điện nước", [("|", "hãy gõ OR hoặc HOẶC.")]),
    ("điện||nước", "điện nước", [("||", "hãy gõ OR hoặc HOẶC.")]),
    ("điện&&nước", "điện nước", [("&&", "Không cần “&&”")]),
    ("điện & nước", "điện nước", [("&", "Không cần “&”")]),
    ("+điện nước", "điện nước", [("+", "Không cần dấu +")]),
    ('giá +"điện nước"', 'giá "điện nước"', [("+", "Không cần dấu +")]),
    ("giá !điện", "giá điện", [("!", "hãy gõ dấu trừ")]),
    ("điện^2 nước", "điện nước", [("^2", "bỏ qua")]),
    ('"điện nước"^1.5', '"điện nước"', [("^1.5", "bỏ qua")]),
    ("điện~ nước", "điện nước", [("~", "bỏ qua")]),
    ("điện~2 -nước~0.8", "điện", [("~2", "bỏ qua"), ("~0.8", "bỏ qua")]),
    ("thủ?y", "thủ y", [("thủ?y", "gõ dấu *")]),
    ("[2020 TO 2022] lũ", "2020 2022 lũ", [("[2020 TO 2022]", "từ:2022 đến:6/2023.")]),
    ("date:{2020 TO 2022}", "2020 2022", [("date:{2020 TO 2022}", "từ:2022 đến:6/2023.")]),
    ("trạm NEAR/3 bác", "trạm bác", [("NEAR/3", '"trạm bác sĩ"~3.')]),
    ("trạm w/15 bác", "trạm bác", [("w/15", '"trạm bác sĩ"~15.')]),
    ('"trạm y tế" AROUND(5) bác', '"trạm y tế" bác', [("AROUND(5)", '"trạm bác sĩ"~5.')]),
    ("/xâ[yu]/ nhà", '"xâ yu" nhà', [("/xâ[yu]/", "biểu thức chính quy")]),
    ("(điện | nước) ~ giá", "điện nước giá", [("|", "hãy gõ OR hoặc HOẶC.")]),
]  # fmt: skip

ORDINARY = [
    "C++", "AT&T", "24/7", "km/h", "giá ~ 5 triệu", "~5 triệu", "8:30", "tỷ số 3:1", "10^6", "5 m^2", "+84 912", "1 + 1 = 2", "và/hoặc",
    "https://bao.example/tin?x=1&&y=[a]|b^2", "bao.example/tin?x=1", "Văn hoá & Giải trí", "R & D", "Vì sao? Ai biết!", "Vì sao?Ai biết",
    "Hỏi:đáp", "Video:Bão", "Covid-19: tin mới", "Tin:", "a:b", "http:x", "Đẹp quá!", "!", "& |"[:1], "-", "[a]", "{TO}", "NEAR", "w/", "/", "A/B",
    '"site:x | y && z^2 +a !b [1 TO 2] NEAR/3"', "«a | b»", '"a b"~5', "title:x source:y", "tiêu-đề:x từ:2022",
]  # fmt: skip


@pytest.mark.parametrize(("query", "asked", "told"), FOREIGN)
def test_foreign_signs_are_told(query: str, asked: str, told: list[tuple[str, str]]) -> None:
    tree, problems = parse(query)
    assert " ".join(map(typed, leaves(tree))) == asked
    assert [query[problem.start : problem.end] for problem in problems] == [part for part, _ in told]
    for problem, (_, said) in zip(problems, told, strict=True):
        assert said in problem.in_words("vi") and problem.in_words("en").endswith(".")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_no_sign(text: str) -> None:
    assert without_foreign_signs(text) == (text, [])


def test_every_field_offered_is_ours() -> None:
    names = ["site", "intitle", "tags", "category", "inauthor", "after", "before", "tacgia", "vanban"]
    for name in names:
        (sign,) = without_foreign_signs(f"{name}:x")[1]
        assert sign.code == "unknown_field" or dict(sign.values)["ours"] in FIELDS
    fields = dict(without_foreign_signs("khong-co:x")[1][0].values)["fields"]
    assert all(field.strip().rstrip(":") in FIELDS for field in str(fields).split(","))


SIGNS = st.sampled_from(
    ["site:", "abc:", "a-b:", "-", "+", "!", "|", "&&", "&", "^2", "~", "~2", "?", "[a TO b]", "[", "TO", "]", "NEAR/3", "AROUND(", "5)", "/", "://"]
    + ["học", "Phí", '"', "«", "»", "(", ")", " ", " ", "2", "."]
)  # fmt: skip


@given(st.lists(SIGNS, max_size=30).map("".join) | st.text(max_size=40))
def test_any_text_keeps_its_length_and_its_letters(text: str) -> None:
    plain, signs = without_foreign_signs(text)
    assert len(plain) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, plain, strict=True))
    assert [sign.start for sign in signs] == sorted(sign.start for sign in signs)
    for problem in parse(text)[1]:
        assert 0 <= problem.start <= problem.end <= len(text) and problem.in_words("vi") and problem.in_words("en")


@pytest.mark.parametrize(
    "piece", ["a", "a-", "a:", "-a", "[a", "[a TO ", "/a", "|", "&", "+a", "a~", "a^", "«", '"', "a?", "w/", "_", "(", "a^2 "]
)
def test_hostile_text_is_read(piece: str) -> None:
    text = piece * (MAX_LENGTH // len(piece))
    assert len(without_foreign_signs(text)[0]) == len(text)
