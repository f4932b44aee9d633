import unicodedata
from importlib.metadata import version

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from language.analyzer import ANALYSIS_VERSION, LONGEST_TERM, Token, lone_syllable, syllables, terms, tokens, wholes, words
from language.compatibility import plain
from language.normalizer import exact, stripped
from language.text import clean
from language.tone import new_style

# A word in the old tone placement, and in the new.
PLACEMENTS = [
    ("hòa", "hoà"),
    ("Hòa", "Hoà"),
    ("bình", "bình"),
    ("thủy", "thuỷ"),
    ("lợi", "lợi"),
    ("sức", "sức"),
    ("khỏe", "khoẻ"),
    ("Ủy", "Uỷ"),
    ("ban", "ban"),
    ("nhân", "nhân"),
    ("dân", "dân"),
    ("xóa", "xoá"),
    ("đói", "đói"),
    ("giảm", "giảm"),
    ("nghèo", "nghèo"),
    ("của", "của"),
    ("quý", "quý"),
    ("TÒA", "TOÀ"),
    ("án", "án"),
    ("văn", "văn"),
    ("hóa,", "hoá,"),
    ("263/QĐ-TTg", "263/QĐ-TTg"),
]
BITS = [
    *(old for old, _ in PLACEMENTS),
    *"kĩ tỉ y ô 3 THPT đạt chuẩn nông thôn mới 1,5km 2.000đ/kg 30/4/2022 3/9 57/2022/NĐ-CP 12-NQ/TW 01/ct-ubnd a_b x@y.vn 1.500 12.345.678đ TPHCM ô-tô 0912.345.678".split(),
    *'http://bao.example/a-b?c=1 TP.HCM (HĐND) " … – -> \n \t \u0301 \u200b q\u0303 ß İ ½ ㎡ 10⁶ ﬁ tƣ Ɖ v\u0430n в ʼ HʼMông J.D. 8h30 30km G-7 nghịêm 😀 가 Ðông e\u0302\u0323'.split(
        " "
    ),
]
SEVERAL = {
    letter for letter in map(chr, range(0x20000)) if (form := plain(letter)) != letter and not (len(form) == 1 and form.isalnum())
}
"""Signs that stand for several letters or digits, and letters that stand for a sign."""
texts = st.one_of(
    st.lists(st.sampled_from(BITS), max_size=25).map(" ".join),
    st.lists(st.sampled_from([*BITS, " "]), max_size=25).map("".join),
    st.text(st.sampled_from("aĐ1/2-QTtg.,_ \u0301\n"), max_size=40),
    st.text(st.characters(), max_size=40),
)


def shown(text: str) -> list[tuple[int, str]]:
    return [(token.position, token.exact) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("… – \"'", []),
        ("Trường THPT đạt chuẩn", [(0, "trường"), (1, "thpt"), (2, "đạt"), (3, "chuẩn")]),
        ("Sở Y tế, ô-tô", [(0, "sở"), (1, "y"), (2, "tế"), (3, "ô"), (4, "tô")]),
        ("ngày 30/4/2022", [(0, "ngày"), (1, "30"), (2, "4"), (3, "2022")]),
        ("3/9 24/7 1.200,5", [(0, "3"), (1, "9"), (2, "24"), (3, "7"), (4, "1200"), (5, "5")]),
        ("#nông_thôn_mới", [(0, "nông"), (1, "thôn"), (2, "mới")]),
        ("TP.HCM", [(0, "tp"), (1, "hcm")]),
        ("COVID-19", [(0, "covid"), (1, "19")]),
        ("\u0301a\u0301 \u0301", [(0, "á")]),
        ("q\u0303ua", [(0, "q\u0303ua")]),
        ("½ tấn, 2½ tấn", [(0, "1"), (1, "2"), (2, "tấn"), (3, "2"), (4, "1"), (5, "2"), (6, "tấn")]),
        ("5㎡ 10⁶ 30℃", [(0, "5"), (1, "m"), (2, "2"), (3, "10"), (4, "6"), (5, "30"), (6, "c")]),
        ("lúc 08h30", [(0, "lúc"), (1, "8:30"), (1, "8"), (2, "h"), (3, "30")]),
        ("người H'Mông", [(0, "người"), (1, "hmông"), (1, "h"), (2, "mông")]),
        ("ông J.D. Vance", [(0, "ông"), (1, "jd"), (1, "j"), (2, "d"), (3, "vance")]),
        ("số 263/QĐ-TTg.", [(0, "số"), (1, "263/qđ-ttg"), (1, "263"), (2, "qđ"), (3, "ttg")]),
    ],
)
def test_syllables(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("263/QĐ-TTg", ["263", "qđ", "ttg"]),
        ("1719/QĐ-TTg", ["1719", "qđ", "ttg"]),
        ("57/2022/NĐ-CP", ["57", "2022", "nđ", "cp"]),
        ("168/2024/NĐ-CP", ["168", "2024", "nđ", "cp"]),
        ("10/CT-UBND", ["10", "ct", "ubnd"]),
        ("12-NQ/TW", ["12", "nq", "tw"]),
        ("31/2024/QH15", ["31", "2024", "qh", "15"]),
        ("55a/2014/TTLT-BTC-BYT", ["55", "a", "2014", "ttlt", "btc", "byt"]),
        ("263/qd-ttg", ["263", "qd", "ttg"]),
    ],
)
@pytest.mark.parametrize("around", ["{}", "số {}.", "({}),", "“{}”", "{}/", "số:{};"])
def test_a_document_number_is_whole_and_in_parts(number, parts, around):
    text = around.format(number)
    whole, first, *rest = [token for token in tokens(text) if token.exact != "số"]
    start = text.index(number)
    assert whole == Token(start, start + len(number), first.position, number.casefold(), stripped(number))
    assert whole.exact == number.lower() and "đ" not in whole.stripped
    assert [first.exact, *(token.exact for token in rest)] == parts
    assert [token.position for token in rest] == list(range(first.position + 1, first.position + len(parts)))


def test_the_hyphens_of_document_numbers_are_one():
    assert {tokens(f"263/QĐ{hyphen}TTg")[0].exact for hyphen in "-\u2010\u2011\u2013"} == {"263/qđ-ttg"}


@pytest.mark.parametrize(
    "text",
    "30/4/2022 3/9 24/7 2/người 5.000đ/kg km/h 1/2/3 2021-2025 19-20/8 COVID-19 A/B-C 1.263/QĐ-TTg 263/QĐ 1/Aaaaaaaaaaaaaaaaaaaa-B "
    "a263/QĐ-TTg 263/2-TTg 4/2022/15 /QĐ-TTg 263//QĐ-TTg 120/80mmHg F-16 70-80/100".split(),
)
def test_other_numbers_are_only_parts(text):
    assert not any("/" in token.exact for token in tokens(text))


# Each row is one thing, in the spellings it is found under.
SPELLINGS = [
    ("ki-lô-mét", "ki lô mét", "ki–lô‑mét"),
    ("xe ô-tô", "xe ô tô", "XE Ô TÔ"),
    ("ở Bà Rịa-Vũng Tàu", "ở Bà Rịa - Vũng Tàu", "ở Bà Rịa – Vũng Tàu"),
    ("nước In-đô-nê-xi-a", "nước In đô nê xi a"),
    ("1.500 tỷ đồng", "1500 tỉ đồng", "1.500 tỉ đồng"),
    ("12.345.678 người", "12345678 người"),
    ("giá 5.000đ/kg", "giá 5000đ/kg", "giá 5.000 đ/kg"),
    ("rộng 3.000m2", "rộng 3000m2", "rộng 3.000m²", "rộng 3.000 m²", "rộng 3.000㎡", "rộng ３.０００ｍ２"),
    ("1.500-2.000 ha", "1500–2000 ha", "1.500 - 2.000 ha"),
    ("ngày 30/4/2022", "ngày 30-4-2022", "ngày 30/04/2022", "ngày 30 / 4 / 2022"),
    ("30/4", "30-4", "30/04", "30-04"),
    ("02 xã", "2 xã"),
    ("ở TP.HCM", "ở TP HCM", "ở TPHCM", "ở TP. HCM", "ở tphcm", "ở TP-HCM"),
    ("số 01/CT-UBND", "số 1/CT-UBND", "số 01/ct–ubnd"),
    ("số 05-NQ/TW", "số 5-NQ/TW"),
    # Joined and parted, wherever letters and digits meet.
    ("đi 30km", "đi 30 km"),
    ("trả 100USD", "trả 100 USD", "trả 100usd"),
    ("dịch Covid-19", "dịch Covid19", "dịch Covid 19", "dịch COVID–19", "dịch Ｃｏｖｉｄ－１９"),
    ("nhóm G7", "nhóm G-7", "nhóm G 7"),
    ("xe VF8", "xe VF 8", "xe VF-8"),
    ("dọc QL1A", "dọc QL 1A", "dọc QL.1A", "dọc QL-1A"),
    ("ở Q.1", "ở Q1", "ở Q 1", "ở Q. 1"),
    ("rộng 5 km2", "rộng 5 km²", "rộng 5km²", "rộng 5㎢"),
    ("khí CO2", "khí CO₂", "khí ＣＯ２"),
    ("khóa II", "khoá Ⅱ"),
    ("1/2 tấn", "½ tấn", "1 / 2 tấn", "１／２ tấn"),
    ("nóng 30°C", "nóng 30℃", "nóng 30 ºC"),
    ("hồ sơ ﬁle", "hồ sơ file"),
    ("số １２３/QĐ-TTg", "số 123/QĐ-TTg", "số １２３／ＱĐ－TTg"),
    # Letters typed for others that look the same.
    ("Thủ tướng", "Thủ tƣớng", "THỦ TƢỚNG"),
    ("ở Đà Nẵng", "ở Ɖà Nẵng", "ở Ðà Nẵng", "ở ɖà nẵng"),
    ("van nuoc", "v\u0430n nu\u043ec"),
    ("người H'Mông", "người H\u02bcMông", "người H’Mông", "người H‘Mông", "người H`Mông", "người H´Mông", "người H′Mông"),
]


@pytest.mark.parametrize(("spelling", "other"), [(row[0], other) for row in SPELLINGS for other in row[1:]])
def test_spellings_of_one_thing_have_the_same_terms_and_words(spelling, other):
    assert terms(spelling) == terms(other)
    assert words(spelling) == words(other)


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("nghiệm thu", "nghịêm thu"),
        ("số lượng", "số lựơng"),
        ("quý báu", "QÚY BÁU"),
        ("già rồi", "gìa rồi"),
        ("xăng dầu", "xăng dâù"),
    ],
)
def test_a_tone_on_the_wrong_vowel_is_put_right(spelling, other):
    assert terms(spelling) == terms(other)


@pytest.mark.parametrize(
    ("spelling", "other"), [("ki-lô-mét", "Ki - Lô - Mét"), ("TP.HCM", "Tp.HCM"), ("TPHCM", "tp. hcm"), ("5.000Đ", "5000đ")]
)
def test_where_the_model_parts_words_otherwise_the_terms_are_the_same(spelling, other):
    assert terms(spelling) == terms(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gọi 0912.345.678", ["gọi", "0912", "345", "678"]),
        ("gọi 090.123.456", ["gọi", "090", "123", "456"]),
        ("gọi 1900.1234", ["gọi", "1900", "1234"]),
        ("máy 192.168.1.1", ["máy", "192", "168", "1", "1"]),
        ("ngày 30.4.2022", ["ngày", "30", "4", "2022"]),
        ("mục 1.2.345", ["mục", "1", "2", "345"]),
        ("0.500 1.50 1234.567 1.2345", ["0", "500", "1", "50", "1234", "567", "1", "2345"]),
        ("1,5 tỷ", ["1", "5", "tỷ"]),
        ("1.234,5", ["1234", "5"]),
        ("1,500 1 500", ["1", "500", "1", "500"]),
        ("hết 1.500.", ["hết", "1500"]),
        ("điệp viên 007, 00 giờ, 0", ["điệp", "viên", "007", "00", "giờ", "0"]),
        ("tphcmx atphcm TPHCM2", ["tphcmx", "atphcm", "tp", "hcm", "2"]),
    ],
)
def test_what_is_no_such_number_keeps_its_parts(text, expected):
    assert terms(text)[0] == expected


def test_a_number_is_one_token_where_it_is_written():
    assert tokens("hơn 1.500 tỷ")[1] == Token(4, 9, 1, "1500", "1500")
    assert [token[:3] for token in tokens("ở TPHCM")] == [(0, 1, 0), (2, 4, 1), (4, 7, 2)]


def test_positions_count_parts_not_whole_numbers():
    found, positions = terms("căn cứ 57/2022/NĐ-CP và 12-NQ/TW")
    assert list(zip(found, positions, strict=True)) == [
        ("căn", 0),
        ("cứ", 1),
        ("57/2022/nđ-cp", 2),
        ("57", 2),
        ("2022", 3),
        ("nđ", 4),
        ("cp", 5),
        ("và", 6),
        ("12-nq/tw", 7),
        ("12", 7),
        ("nq", 8),
        ("tw", 9),
    ]


@given(texts)
def test_terms_say_the_same_as_tokens(text):
    found, positions = terms(text)
    assert list(zip(positions, found, strict=True)) == shown(text)


@given(texts)
@example("tphcm, TPHCM (TP.HCM) tp Tpx “Hoà”, ﬁ ƣ́c аn Ⅷ½ ㎡ " + "đ" * (LONGEST_TERM + 1))
def test_a_lone_syllable_is_the_only_token_of_its_piece(text):
    for piece in text.split():
        syllable = lone_syllable(piece)
        if syllable is not None:
            (token,) = tokens(piece)
            assert (token.exact, token.stripped, token.position) == (exact(syllable), stripped(syllable), 0)


@pytest.mark.parametrize(
    ("piece", "syllable"),
    [("“Hoà,", "Hoà"), ("xã", "xã"), ("TPHCM", None), ("tp", None), ("ki-lô", None), ("8h", None), ("-", None)],
)
def test_most_pieces_are_seen_to_be_one_syllable(piece, syllable):
    assert lone_syllable(piece) == syllable


@given(texts)
def test_every_token_is_the_form_of_what_stands_there(text):
    previous = Token(0, 0, -1, "", "")
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        written = text[token.start : token.end]
        if not any(sign in written for sign in SEVERAL):  # of such a sign several tokens are made
            assert token.exact == exact(written)
        assert token.stripped == stripped(token.exact)
        if token.position == previous.position:
            assert previous.start == token.start and token.end < previous.end
        else:
            assert token.position == previous.position + 1
            assert token.start >= previous.start
        previous = token


def test_wholes_stand_for_their_parts():
    found = tokens("lúc 8h30 người H'Mông nhận 57/2022/NĐ-CP, ½ tấn")
    assert [token.exact for token in wholes(found)] == ["lúc", "8:30", "người", "hmông", "nhận", "57/2022/nđ-cp", "1", "2", "tấn"]
    assert [token.exact for token in syllables(found)] == "lúc 8 h 30 người h mông nhận 57 2022 nđ cp 1 2 tấn".split()


@given(texts)
def test_every_letter_and_digit_is_in_one_syllable(text):
    owned = [0] * len(text)
    own = set(syllables(tokens(text)))
    for token in tokens(text):
        if token in own:
            for place in range(token.start, token.end):
                owned[place] += 1
    for letter, owners in zip(text, owned, strict=True):
        within = letter == "." or unicodedata.category(letter).startswith("M")  # 1.500
        if letter not in SEVERAL:
            assert owners == 1 if letter.isalnum() or plain(letter).isalnum() else owners <= within  # ⼀ is read as 一


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ủy ban nhân dân tỉnh Hòa Bình", ["uỷ_ban", "nhân_dân", "tỉnh", "hoà_bình"]),
        ("Uỷ ban nhân dân tỉnh Hoà Bình.", ["uỷ_ban", "nhân_dân", "tỉnh", "hoà_bình"]),
        ("“xây dựng nông thôn mới”…", ["xây_dựng", "nông_thôn", "mới"]),
        ("Công ti kĩ thuật", ["công_ty", "kỹ_thuật"]),
        ("dài 1,5km, giá 2.000đ", ["dài", "1_5", "km", "giá", "2000", "đ"]),
        ("số 263/QĐ-TTg", ["số", "263", "qđ", "ttg"]),
        ("- … _ !", []),
        ("", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@settings(deadline=None)
@given(texts.map(clean))
def test_words_are_made_of_the_syllables_each_once_and_in_order(text):
    own = [token.exact for token in syllables(tokens(text))]
    assert [syllable for word in words(text) for syllable in word.split("_")] == own


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLACEMENTS), max_size=25))
def test_old_and_new_tone_placement_are_one(choice):
    old, new = (" ".join(word[placement] for word in choice) for placement in (0, 1))
    assert new_style(old) == new
    assert terms(old) == terms(new)
    assert words(old) == words(new)


@given(
    st.lists(st.sampled_from([old for old, _ in PLACEMENTS] + ["Ðường", "kĩ", "TỈ", "57/2022/NĐ-CP", "qua,"]), max_size=20).map(
        " ".join
    )
)
def test_case_does_not_matter(text):
    assert terms(text) == terms(text.upper()) == terms(text.lower()) == terms(text.title())


@settings(deadline=None)
@given(texts)
def test_composed_and_decomposed_text_are_one_when_clean(text):
    decomposed = clean(unicodedata.normalize("NFD", text))
    composed = clean(unicodedata.normalize("NFC", text))
    assert tokens(decomposed) == tokens(composed)
    assert words(decomposed) == words(composed)


@given(st.lists(st.sampled_from(PLACEMENTS), max_size=20).map(lambda choice: " ".join(old for old, _ in choice)))
def test_decomposed_vietnamese_has_the_same_forms(text):
    assert shown(unicodedata.normalize("NFD", text)) == shown(text)
    assert words(unicodedata.normalize("NFD", text)) == words(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["a", "ệ", "1", "a_", "e\u0301\u0323", "1/", "1/a-", "A.", "a@", "Nội ", "263/QĐ-TTg ", "263/QĐ-TTg,"]
)
def test_no_term_or_word_is_long(unit):
    text = unit * (60_000 // len(unit))
    found, positions = terms(text)
    assert len(found) == len(positions) > 0
    assert max(map(len, found)) <= LONGEST_TERM
    assert max(map(len, words(text))) <= LONGEST_TERM


def test_the_version_names_the_model():
    assert version("pyvi") in ANALYSIS_VERSION
