"""searcher.query.variant: documents and days are found under every way of writing them, each hit with a highlight of what is written there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article, Block
from searcher.query.parser import parse
from searcher.query.tree import And, Leaf, Near, Node, Not, Or, Phrase, Prefix, Term
from searcher.request import SearchRequest
from searcher.search import Searcher


def shown(node: Node) -> str:
    """Return the tree in one line: | between alternatives, & between what must all be there."""
    if isinstance(node, (Term, Prefix)):
        return node.exact
    if isinstance(node, (Phrase, Near)):
        distance = f"~{node.distance}" if isinstance(node, Near) else ""
        return f"“{' '.join(shown(term) for term in node.terms)}”{distance}"
    if isinstance(node, Not):
        return f"!{shown(node.child)}"
    assert isinstance(node, (And, Or))
    return "(" + (" & " if isinstance(node, And) else " | ").join(map(shown, node.children)) + ")"


PADDED = "057/2022/nđ-cp | “057 2022 nđ cp” | 0057/2022/nđ-cp | “0057 2022 nđ cp”"
NO_D = "57/2022/nd-cp | “57 2022 nd cp”"
WHOLE = f"(57/2022/nđ-cp | “57 2022 nđ cp” | {PADDED} | {NO_D} | “nghị định 57 2022”~2 | “nđ 57 2022”)"
SHORT = "((nghị & định & 57) | “57 nđ”~1 | “57 nd”~1 | “nghị định 57”~1)"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        *(
            (spelling, WHOLE)
            for spelling in (
                "57/2022/NĐ-CP",
                "57/2022/nd-cp",
                "57 / 2022 / NĐ - CP",
                "57/2022/NĐ–CP",
                "Nghị định số 57/2022/NĐ-CP",
                "nghi dinh 57/2022",
                "Nghị định 57 năm 2022",
            )
        ),
        ("nghị định 57", SHORT),
        ("Nghị định 57/2022/NĐ-CP về thuế", f"({WHOLE} & về & thuế)"),
        ("thuế, nghị định 57", f"(thuế & {SHORT})"),
        ("nghị định 57 OR thuế", f"({SHORT} | thuế)"),
        ("(nghị định 57) -thuế", f"({SHORT} & !thuế)"),
        ("QĐ 263", "((qđ & 263) | “263 qđ”~1 | “263 qd”~1 | “quyết định 263”~1)"),
        (
            "18-NQ/TW",
            "(18-nq/tw | “18 nq tw” | 018-nq/tw | “018 nq tw” | 0018-nq/tw | “0018 nq tw” | "
            "18-nq/tư | “18 nq tư” | 018-nq/tư | “018 nq tư” | 0018-nq/tư | “0018 nq tư”)",
        ),
        ("Quyết định 491/QĐ-SYT", "(491/qđ-syt | “491 qđ syt” | 0491/qđ-syt | “0491 qđ syt” | 491/qd-syt | “491 qd syt”)"),
        ("1491/QĐ-SYT", "(1491/qđ-syt | “1491 qđ syt” | 1491/qd-syt | “1491 qd syt”)"),
        ("00491/QĐ–SYT", "(00491/qđ-syt | 491/qđ-syt | “491 qđ syt” | 0491/qđ-syt | “0491 qđ syt” | 491/qd-syt | “491 qd syt”)"),
        ("Luật Đất đai 2024", "((luật & đất & đai & 2024) | “luật đất đai 2024”~3)"),
        ("luat dat dai nam 2024", "((luat & dat & dai & nam & 2024) | “luật đất đai 2024”~3)"),
        ("30/4", "(“30 4” | “30 tháng 4”)"),
        ("30-4", "(“30 4” | “30 tháng 4”)"),
        ("30/04/2022", "(“30 4 2022” | “30 tháng 4 năm 2022”)"),
        ("30.4.2022", "(“30 4 2022” | “30 tháng 4 năm 2022”)"),
        ("30 tháng 4", "((30 & tháng & 4) | “30 4”)"),
        ("ngày 30 tháng 4 năm 2022", "(ngày & ((30 & tháng & 4 & năm & 2022) | “30 4 2022”))"),
        ("8h30", "(8:30 | “8 giờ 30”)"),
        ("8 giờ 30", "((8 & giờ & 30) | 8:30 | “8 giờ 30”)"),
        ("08h", "(“8 h” | “8 giờ”)"),
        ("25.000đ", "(“25000 đ” | “25000 đồng” | “25000 vnđ” | “25000 vnd”)"),
        ("5 tỷ đồng", "((5 & tỷ & đồng) | “5 tỷ đồng” | “5 tỷ đ” | “5 tỷ vnđ” | “5 tỷ vnd”)"),
        ("NQ18", "(“nq 18” | “18 nq”~1 | “nghị quyết 18”~1)"),
        # As typed: what only looks like a sum, decimals, what is no day, quotations, exclusions, fields, numbers and compounds, which have one key already.
        ("30.4", "“30 4”"),
        ("3 d", "(3 & d)"),
        ("5 đồng chí", "(5 & đồng & chí)"),
        ("31/13 0/4 1/2/3", "(“31 13” & “0 4” & “1 2 3”)"),
        ('"nghị định 57"', "“nghị định 57”"),
        ('"57/2022/NĐ-CP" “263/QĐ-TTg”', "(57/2022/nđ-cp & 263/qđ-ttg)"),
        ("NOT 57/2022/NĐ-CP", "!57/2022/nđ-cp"),
        ("tiêu-đề:57/2022/NĐ-CP", "57/2022/nđ-cp"),
        ("nghị định NOT 57", "(nghị & định & !57)"),
        ("1.500 tỷ", "(1500 & tỷ)"),
        ("ki-lô-mét", "“ky lô mét”"),
        ("5 ki-lô-mét", "(5 & “ky lô mét”)"),
        ("TPHCM", "“tp hcm”"),
    ],
)
def test_trees(query: str, tree: str) -> None:
    assert shown(parse(query)[0]) == tree


def leaves_of(node: Node) -> list[Leaf]:
    if isinstance(node, (And, Or)):
        return [leaf for child in node.children for leaf in leaves_of(child)]
    return [node] if isinstance(node, (Term, Prefix, Phrase, Near)) else []


def test_variants_point_at_what_was_typed_and_are_few() -> None:
    query = " ".join(f"nghị định {number}," for number in range(10, 40))
    tree, _ = parse(query)
    assert isinstance(tree, And)
    assert sum(isinstance(child, Or) for child in tree.children) == 4
    assert all(0 <= leaf.span[0] < leaf.span[1] <= len(query) for leaf in leaves_of(tree))
    first = tree.children[0]
    assert isinstance(first, Or) and first.text == "nghị định 10"


TEXTS = {
    "đủ": "Chính phủ ban hành 57/2022/NĐ-CP hôm qua",
    "rời": "theo Nghị định số 57 / 2022 / NĐ - CP vừa ký",
    "năm": "theo Nghị định số 57 năm 2022 vừa ký",
    "ngắn": "hộ nghèo được vay theo nghị định 57 như trước",
    "không dấu": "theo nghi dinh 57/2022/nd-cp vua ky",
    "khác": "Nghị định 75/2022/NĐ-CP và 57 điều khác",
    "luật": "Luật Đất đai năm 2024 có hiệu lực",
    "luật gọn": "theo Luật Đất đai 2024, giá đất",
    "số không": "Sở Y tế gửi Quyết định 0491/QĐ–SYT",
    "số không rời": "xem 0491 / QĐ - SYT",
    "lễ": "nghỉ lễ 30/4 và 1/5",
    "lễ chữ": "nghỉ từ ngày 30 tháng 4",
    "tiền": "vốn 1.500 tỷ đồng ở TPHCM",
    "tiền rời": "vốn 1500 tỉ đồng ở TP.HCM",
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """The texts, an article each, whose title says which it is."""
    from corpus.archive import ARCHIVE_FILE, Archive
    from index.snapshot import INDEX_FOLDER
    from index.writer import update_index

    home = tmp_path_factory.mktemp("kho")
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for title, text in TEXTS.items():
            archive.add(Article(title, (Block("paragraph", text),), url=f"https://bao.example/{title}"))
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return Searcher.open(home)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("57/2022/NĐ-CP", {"đủ", "rời", "năm", "không dấu"}),
        ("57 / 2022 / nđ - cp", {"đủ", "rời", "năm", "không dấu"}),
        ("nghi dinh 57/2022", {"đủ", "rời", "năm", "không dấu"}),
        ("nghị định 57", {"đủ", "rời", "năm", "ngắn", "không dấu", "khác"}),  # in the last, each syllable stands somewhere
        *(
            (spelling, {"số không", "số không rời"})
            for spelling in ("0491/QĐ–SYT", "491/QĐ-SYT", "0491 / qd - syt", "Quyết định 491/QĐ-SYT")
        ),
        ("Luật Đất đai năm 2024", {"luật", "luật gọn"}),
        ("luat dat dai 2024", {"luật", "luật gọn"}),
        ("30/4", {"lễ", "lễ chữ"}),
        ("30 tháng 4", {"lễ", "lễ chữ"}),
        ("1.500 tỷ", {"tiền", "tiền rời"}),
        ("1500 tỉ", {"tiền", "tiền rời"}),
        ("tphcm", {"tiền", "tiền rời"}),
        ("TP HCM", {"tiền", "tiền rời"}),
        ("500 tỷ", set()),
        ("văn-bản:57/2022/NĐ-CP", {"đủ", "rời", "năm", "không dấu"}),
        ("văn-bản:luật_đất_đai_2024", {"luật", "luật gọn"}),
        ('van-ban:"luat dat dai 2024"', {"luật", "luật gọn"}),
        ('document:"nghị định 57"', {"ngắn"}),
    ],
)
def test_what_is_found(searcher: Searcher, query: str, found: set[str]) -> None:
    page = searcher.search(SearchRequest(query, size=50))
    assert {hit.title for hit in page.hits if hit.match != "partial"} == found
    if ":" not in query:
        assert all(any(snippet.marks for snippet in hit.snippets) for hit in page.hits)


@pytest.mark.parametrize(
    ("query", "title", "marked"),
    [
        ("57/2022/NĐ-CP", "rời", ["Nghị", "định", "57 / 2022 / NĐ - CP"]),
        ("57/2022/NĐ-CP", "năm", ["Nghị", "định", "57", "2022"]),
        ("nghị định 57", "đủ", ["57", "NĐ"]),
        ("30/4", "lễ chữ", ["30 tháng 4"]),
        ("1500 tỷ", "tiền", ["1.500", "tỷ"]),
        ("tp hcm", "tiền", ["TP", "HCM"]),
        ("TPHCM", "tiền rời", ["TP.HCM"]),
    ],
)
def test_what_is_highlighted_is_the_text_as_written(searcher: Searcher, query: str, title: str, marked: list[str]) -> None:
    (hit,) = (hit for hit in searcher.search(SearchRequest(query, size=50)).hits if hit.title == title)
    (snippet,) = (snippet for snippet in hit.snippets if snippet.field == "paragraph")
    assert [snippet.text[start:end] for start, end in snippet.marks] == marked


def test_the_facet(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("nghị định"))
    counts = {value.label: value.count for value in page.facets["document"]}
    assert counts == {"Nghị định 57/2022/NĐ-CP": 2, "Nghị định 57": 1, "Nghị định 75/2022/NĐ-CP": 1}
    chosen = searcher.search(
        SearchRequest("nghị định", {"document": ("Nghị định 57/2022/NĐ-CP", "75/2022/nđ-cp")}, widened=frozenset(("document",)))
    )
    assert chosen.total == 3
    assert [value.value for value in chosen.facets["document"] if value.selected] == ["57/2022/nd-cp", "75/2022/nd-cp"]


def test_a_missing_part_is_told_as_typed(build: Callable[..., Path]) -> None:
    home = build([Article("Thuế đất", (Block("paragraph", "thuế đất theo bảng giá ở"),), url="https://bao.example/1")])
    (hit,) = Searcher.open(home).search(SearchRequest("thuế đất theo bảng giá Nghị định 57")).hits
    assert hit.missing == ("Nghị định 57",)
