"""language.legal_document: every way of citing a document has one key and one label; what only looks like a citation has none."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article, Block
from language import law_name
from language.legal_document import document_key, documents, mentions
from language.normalizer import stripped
from language.text import clean
from searcher.match.occurrence import matches
from searcher.query.parser import parse


def _lines(name: str) -> list[str]:
    lines = files("language").joinpath(f"data/{name}").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


# A document's key and label, and the ways of citing it.
SPELLINGS = [
    (
        "57/2022/nd-cp",
        "Nghị định 57/2022/NĐ-CP",
        [
            "57/2022/NĐ-CP",
            "57/2022/nđ-cp",
            "57/2022/nd-cp",
            "57/2022/NĐ–CP",
            "57 / 2022 / NĐ - CP",
            "57/2022 / NĐ - CP",
            "57-2022/NĐ-CP",
            "Nghị định 57/2022/NĐ-CP",
            "Nghị định số 57/2022/NĐ-CP",
            "NGHỊ ĐỊNH SỐ 57/2022/NĐ-CP",
            "nghi dinh so 57/2022/nd-cp",
            "Nghị định số: 57/2022/NĐ-CP",
            "Nghị định 57/2022",
            "Nghị định số 57 năm 2022",
            "nghi dinh 57 nam 2022",
            "NĐ 57/2022",
            "NĐ57/2022",
            "NĐ57/2022/NĐ-CP",
            "57/2022/ND-CP",
            "ND57/2022",
        ],
    ),
    (
        "263/qd-ttg",
        "Quyết định 263/QĐ-TTg",
        [
            "263/QĐ-TTg",
            "263/qd-ttg",
            "263 / QĐ - TTg",
            "Quyết định số 263/QĐ-TTg",
            "QĐ 263/QĐ-TTg",
            "QĐ263/QĐ-TTg",
            "QĐ số 263/QĐ-TTG",
            "263/QĐ/TTg",
        ],
    ),
    ("1263/qd-ttg", "Quyết định 1263/QĐ-TTg", ["1263/QĐ-TTg", "1.263/QĐ-TTg"]),
    ("12/2021/tt-bgddt", "Thông tư 12/2021/TT-BGDĐT", ["12/2021/TT-BGDĐT", "Thông tư 12/2021/TT-BGD&ĐT", "12/2021/tt-bgddt"]),
    ("55a/2014/ttlt-btcbyt", "Thông tư liên tịch 55a/2014/TTLT-BTC-BYT", ["55a/2014/TTLT-BTC-BYT", "55A/2014/TTLT - BTC - BYT"]),
    ("18/nq-tw", "Nghị quyết 18-NQ/TW", ["18-NQ/TW", "18/NQ-TW", "18-NQ/TƯ", "Nghị quyết số 18 - NQ / TW", "18-nq/tw"]),
    ("16/ct-ttg", "Chỉ thị 16/CT-TTg", ["16/CT-TTg", "Chỉ thị 16/CT-TTg", "Chỉ thị số 16 / CT - TTg", "chi thi 16/ct-ttg"]),
    ("5/ct-ubnd", "Chỉ thị 05/CT-UBND", ["05/CT-UBND", "5/CT-UBND", "Chỉ thị 05/CT-UBND"]),
    ("102/qd-tw", "102-QĐ/TW", ["102-QĐ/TW", "Quy định số 102-QĐ/TW", "Quyết định 102-QĐ/TW"]),
    ("41/2017/qh14", "Nghị quyết 41/2017/QH14", ["Nghị quyết 41/2017/QH14", "nghị quyết số 41/2017/QH14"]),
    ("31/2024/qh15", "31/2024/QH15", ["31/2024/QH15", "31/2024/qh15"]),
    ("913/vpcpcn", "913/VPCP-CN", ["913/VPCP-CN", "Công văn số 913 / VPCP - CN"]),
    # A number without a year is not the Assembly's own, so it says of what kind the document is.
    (
        "491/qd-qh15",
        "Quyết định 491/QĐ-QH15",
        ["0491/QĐ–QH15", "491/QĐ-QH15", "491 / QĐ – QH15", "Quyết định số 00491/QĐ-QH15"],
    ),
    ("80/1991/nd", "Nghị định 80/1991", ["Nghị định 80/1991", "nghị định số 80 năm 1991", "Nghị định số 80/1991/NĐ"]),
    ("80/nd-hdbt", "Nghị định 80/NĐ-HĐBT", ["80/NĐ-HĐBT", "Nghị định số 080-NĐ/HĐBT"]),
    ("16d/tt-byt", "Thông tư 16đ/TT-BYT", ["16đ/TT-BYT", "16Đ/TT-BYT", "016đ/TT-BYT"]),
    ("13/1999/ctn", "13/1999/CTN", ["Luật số 13/1999/CTN"]),
    ("42/qdi-tld", "Quy định 42/QĐi-TLĐ", ["42/QĐi-TLĐ", "Quy định số 042/QĐi-TLĐ"]),
    ("5/kh", "Kế hoạch số 05", ["Kế hoạch số 5", "kế hoạch số 05", "KH số: 5"]),
    ("57/nd", "Nghị định 57", ["Nghị định 57", "nghị định số 57", "nghi dinh 57", "NĐ 57", "nđ 57"]),
    ("263/qd", "Quyết định 263", ["Quyết định 263", "quyết định 263", "quyet dinh 263", "QĐ 263", "qd 263", "QĐ số 263"]),
    ("12/2021/tt", "Thông tư 12/2021", ["Thông tư 12/2021", "thông tư số 12 năm 2021"]),
    (
        "luat dat dai 2024",
        "Luật Đất đai 2024",
        [
            "Luật Đất đai 2024",
            "Luật Đất đai năm 2024",
            "luật đất đai 2024",
            "luat dat dai nam 2024",
            "LUẬT ĐẤT ĐAI 2024",
            "Luật Đất đai (sửa đổi) năm 2024",
            "Luật Đất đai (2024",
            "Luật Đất đai số 31/2024/QH15",
        ],
    ),
    (
        "luat bao ve moi truong 2020",
        "Luật Bảo vệ môi trường 2020",
        ["Luật Bảo vệ môi trường 2020", "Luật Bảo vệ Môi trường năm 2020"],
    ),
    (
        "bo luat lao dong 2019",
        "Bộ luật Lao động 2019",
        ["Bộ luật Lao động 2019", "Bộ Luật lao động năm 2019", "Luật Lao động 2019"],
    ),
    (
        "luat hon nhan gia dinh 2014",
        "Luật Hôn nhân và gia đình 2014",
        ["Luật Hôn nhân và gia đình 2014", "Luật Hôn nhân gia đình 2014"],
    ),
    (
        "luat phong chong tham nhung",
        "Luật Phòng, chống tham nhũng",
        ["Luật Phòng, chống tham nhũng", "Luật Phòng chống tham nhũng"],
    ),
    ("luat quan ly thue 2019", "Luật Quản lý thuế 2019", ["Luật Quản lý thuế 2019", "Luật Quản lí thuế 2019"]),
    ("luat hoa giai o co so", "Luật Hòa giải ở cơ sở", ["Luật Hòa giải ở cơ sở", "Luật Hoà giải ở cơ sở"]),
    ("hien phap 2013", "Hiến pháp 2013", ["Hiến pháp 2013", "Hiến pháp năm 2013"]),
    ("luat do luong 2011", "Luật Đo lường 2011", ["Luật Đo lường 2011", "Luật Đo lường năm 2011"]),  # not on the list
]
EVERY = [(key, label, spelling) for key, label, spellings in SPELLINGS for spelling in spellings]


@pytest.mark.parametrize(("key", "label", "spelling"), EVERY)
@pytest.mark.parametrize("around", ["{}", "Theo {}, các xã phải báo cáo.", "({})", "căn cứ {}; xét đề nghị"])
def test_every_spelling(key: str, label: str, spelling: str, around: str) -> None:
    text = around.format(spelling)
    assert [(each.key, each.label, text[each.start : each.end]) for each in mentions(text)] == [(key, label, spelling)]
    assert documents(text) == {key: label}


@pytest.mark.parametrize(("key", "label", "spelling"), EVERY)
def test_a_reader_may_write_any_of_them(key: str, label: str, spelling: str) -> None:
    assert document_key(spelling) == document_key(key) == key
    assert document_key(label) == key


@pytest.mark.parametrize(
    "text",
    [
        "ngày 30/4/2022, 3/9 học sinh, giá 5.000/kg, trực 24/7",
        "đường Hà Nội - Hải Phòng / Quảng Ninh, 5/Hà-Nội",
        "biển số 29-HC 12/34, khu 3-A/B",
        "quyết định 3 vấn đề, nghị quyết 5 năm, quyết định 12 người",
        "thông báo 30/4 nghỉ, kế hoạch 5 năm, kế hoạch 2021-2025, Pháp lệnh 109.000 tỷ",
        "quyết định 20% giá, nghị định 57%, quyết định 1.500 suất",
        "hợp đồng số 20/HĐTĐ-TNMT, giấy chứng nhận 054/GCN-QLCT",
        "pháp luật đất đai 2024, kỷ luật Lao động 2019, luật sư 2019",
        "Trường Đại học Luật Hà Nội năm 2019, Công ty Luật Tín Nghĩa 2018, báo Pháp Luật TP.HCM 2020",
        "Công ước của Liên hợp quốc về Luật Biển 1982, Luật Quốc tịch Anh năm 1981",
        "kỹ thuật năm 2017, kĩ thuật 2018, luật giáo dục, môn luật hình sự",
        "Luật này đã được Quốc hội thông qua năm 2019",
        "",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert mentions(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A short mention is the one document cited in full that it can mean,
        ("Nghị định 57/2022/NĐ-CP có hiệu lực. Theo Nghị định 57, hộ nghèo…", ["Nghị định 57/2022/NĐ-CP"]),
        ("Theo nghị định 57, hộ nghèo… (57/2022/NĐ-CP)", ["Nghị định 57/2022/NĐ-CP"]),
        ("Quyết định 263 là Quyết định 263/QĐ-TTg.", ["Quyết định 263/QĐ-TTg"]),
        ("Thông tư 12/2021, tức 12/2021/TT-BGDĐT; thông tư 12.", ["Thông tư 12/2021/TT-BGDĐT"]),
        ("Luật Đất đai 2024 thay Luật Đất đai.", ["Luật Đất đai 2024"]),
        # says nothing more where it can mean several,
        ("57/2022/NĐ-CP và 57/2021/NĐ-CP; nghị định 57.", ["Nghị định 57/2021/NĐ-CP", "Nghị định 57/2022/NĐ-CP"]),
        ("Luật Đất đai 2013, Luật Đất đai 2024, Luật Đất đai", ["Luật Đất đai 2013", "Luật Đất đai 2024"]),
        # and stands for itself where there is none.
        ("Nghị định 57 và thông tư 12; Luật Đất đai", ["Luật Đất đai", "Nghị định 57", "Thông tư 12"]),
        ("Nghị định 57 và 75/2022/NĐ-CP", ["Nghị định 57", "Nghị định 75/2022/NĐ-CP"]),
        ("Nghị quyết 57 và 57/2022/NĐ-CP", ["Nghị quyết 57", "Nghị định 57/2022/NĐ-CP"]),
        ("Thông tư 12/2020 và 12/2021/TT-BGDĐT", ["Thông tư 12/2020", "Thông tư 12/2021/TT-BGDĐT"]),
        ("Luật sửa đổi, bổ sung một số điều của Luật Giáo dục đại học năm 2018", ["Luật Giáo dục đại học"]),
        ("dòng 1 có nghị định\n57 ở dòng 2", []),
    ],
)
def test_documents_of_a_text(text: str, expected: list[str]) -> None:
    assert sorted(documents(text).values()) == sorted(expected)


@pytest.mark.parametrize("text", ["một văn bản", "Giáo dục", "qd", "57", "công điện"])
def test_the_key_of_no_document_is_what_was_written(text: str) -> None:
    assert document_key(text) == document_key(text.upper()) == document_key(document_key(text))


LETTERS = sorted({row.split("\t")[0] for row in _lines("document_kinds.tsv")})
NAMES = sorted({row.split("\t")[1] for row in _lines("document_kinds.tsv")})
ORGANS = [
    *_lines("document_issuers.txt"),
    "BTC",
    "BYT",
    "BGD&ĐT",
    "VPCP",
    "SGTVT",
    "QH15",
    "UBTVQH14",
    "NHNN",
    "CTN",
    "QUTW",
    "TƯ",
    "ĐUK",
]


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Draw a number of a document as it is written somewhere: zeros, years, dashes, spaces, Ð, case and marks apart as they come."""
    dash = draw(st.sampled_from([*"-‐‑–", " - ", " – ", "- "]))
    slash = draw(st.sampled_from(["/", " / ", "/ ", " /"]))
    number = format(draw(st.integers(1, 9999)), draw(st.sampled_from(["d", "02d", "03d", "04d"])))
    number += draw(st.sampled_from(["", "", "a", "B", "đ"]))
    year = draw(st.sampled_from(["", "1948", "1991", "1993", "2024", "24", "07"]))
    sign, organ = draw(st.sampled_from(LETTERS)), draw(st.sampled_from(ORGANS))
    organ += draw(st.sampled_from(["", "", "-BTC", "–HĐND"]))
    dated = f"{number}{slash}{year}" if year else number
    written = draw(
        st.sampled_from(
            [
                f"{dated}{slash}{sign}{dash}{organ}",
                f"{dated}{slash}{organ}",
                f"{number}{dash}{sign}{slash}{organ}",
                f"{number}{slash}{sign}{slash}{organ}",
                f"{dated}{slash}{sign}",
                dated,
                f"{number} năm {year or 2020}",
            ]
        )
    )
    kind = draw(st.sampled_from(["", *LETTERS, *NAMES]))
    written = f"{kind}{draw(st.sampled_from([' ', ' số ', ' số: ']))}{written}" if kind else written
    written = draw(st.sampled_from([str, str.upper, str.lower]))(written)
    written = draw(st.sampled_from([written, written.replace("Đ", "Ð").replace("đ", "ð")]))
    return draw(st.sampled_from([written, unicodedata.normalize("NFD", written)]))


@pytest.mark.slow
@settings(max_examples=1000)
@given(numbers())
def test_a_key_is_its_own_and_a_label_says_what_it_says(written: str) -> None:
    for key, label in documents(clean(written)).items():
        assert document_key(key) == key
        assert document_key(label) == key
        assert documents(label) == {key: label}


def bare(number: str) -> str:
    return "".join(letter for letter in stripped(number) if letter.isalnum())


@given(numbers())
def test_a_label_typed_finds_what_it_was_made_of(written: str) -> None:
    text = clean(written)
    for mention in mentions(text):
        passage = text[mention.start : mention.end]
        if not mention.issuer or bare(mention.number_label.lstrip("0")) not in bare(passage).replace("tu", "tw"):
            continue  # what the label says more than the passage does cannot be found in it
        query, _ = parse(mention.label)
        assert matches(query, Article("Tin", (Block("paragraph", passage),))), mention.label


PIECES = [spelling for _, _, spelling in EVERY] + "và của , . số năm ( ) / - 5 2022 Luật nghị định \n".split(" ")
texts = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)


@given(st.one_of(texts, st.text(st.sampled_from("NĐĐ-CP/ 0123456789Luật đấai"), max_size=60), st.text(max_size=60)))
def test_mentions_are_in_order_disjoint_and_in_bounds(text: str) -> None:
    end = 0
    for mention in mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.key and mention.label
        end = mention.end


@given(texts)
def test_composed_and_decomposed_text_cite_the_same(text: str) -> None:
    assert documents(clean(unicodedata.normalize("NFD", text))) == documents(clean(text))


@pytest.mark.parametrize(("key", "label", "spelling"), EVERY)
def test_case_does_not_matter(key: str, label: str, spelling: str) -> None:
    assert document_key(spelling.upper()) == document_key(spelling.lower()) == key


@given(st.sampled_from(EVERY))
def test_a_key_and_a_label_say_the_same(every: tuple[str, str, str]) -> None:
    (mention,) = mentions(every[2])
    assert document_key(mention.label) == document_key(mention.key) == mention.key


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["/", "57/2022/NĐ-CP ", "Luật ", "Luật Đất đai ", "5 / ", "nghị định 5 ", "1/a-b", "Công ước ", "Luật A, "]
)
def test_long_texts_take_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert len(documents(text)) <= 2


def test_many_documents_are_all_found() -> None:
    numbers = [f"{number}/{year}/NĐ-CP" for number in range(1, 200) for year in range(2000, 2020)]
    assert len(documents("; ".join(numbers))) == len(numbers)


def test_only_the_names_that_may_begin_are_tried() -> None:
    patterns, names, _ = law_name._listed()
    assert sum(pattern.groups for pattern in patterns.values()) == len(names)
    assert max(pattern.groups for pattern in patterns.values()) < 30


@pytest.mark.parametrize("between", range(60, 125))
def test_a_slash_before_never_cuts_a_number_off(between: int) -> None:
    text = "Ngày 3/9 " + "x" * between + " có công văn số 26 / CBC - BCTƯ đề nghị"
    assert list(documents(text).values()) == ["26/CBC-BCTƯ"]
