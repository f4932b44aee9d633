import subprocess
import sys
import unicodedata
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from language import segmenter
from language.crf import load_model


@pytest.fixture(scope="session")
def pyvi_tokenize():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyvi's own: invalid escapes, names that numpy has moved
        from pyvi import ViTokenizer
    return ViTokenizer.tokenize


SENTENCES = [
    "",
    " ",
    "\n",
    "...",
    "a",
    "Hà Nội",
    "Ủy ban nhân dân tỉnh Quảng Ninh vừa ban hành quyết định công nhận huyện đạt chuẩn nông thôn mới.",
    "Uỷ ban nhân dân tỉnh Quảng Ninh vừa ban hành quyết định công nhận huyện đạt chuẩn nông thôn mới.",
    "Trường THPT Hoàng Văn Thụ (TP. Hoà Bình) đạt chuẩn quốc gia mức độ 2, theo Quyết định số 263/QĐ-TTg ngày 22/2/2022.",
    "TRƯỜNG THPT ĐẠT CHUẨN QUỐC GIA",
    "truong thpt dat chuan quoc gia",
    "ThS. Nguyễn Văn A., Tp. Hồ Chí Minh, gửi thư tới toa_soan@bao.example.vn hoặc xem https://bao.example/bai?x=1&y=2.",
    'Ông nói: "Năm 2021, thu nhập bình quân đạt 45,3 triệu đồng/người - tăng 1.200.000 đồng"... ==> đúng -> vậy >> thế',
    "dòng một\ndòng hai\r\n\ndòng\tba\xa0bốn\u2028năm\x1csáu",
    "a@b.c@d.e x.y+z@q-r.s.t @a.b a@b đa@b.cđ A.b@c.d http://u@h.vn A.B.C. Mr.Smith 1_2_3,4.5x 1..2 __ a_b _",
    "e\u0302\u0323 q\u0303ua \u0301 a\u0301\u0323 Trươ\u0300ng \u0958 \u1112\u1161\u11ab İstanbul ΑΣ ß ǅ ² ½ Ⅳ 😀 🇻🇳 \x00 \x00a",
    "hoà bình “hoà bình” 'hoà bình' – hoà – bình hoà-bình hoà,bình Hoà bình hoà Bình HOÀ BÌNH",
    "Ấn -> giáo, bất • chấp, phố … xá, bề ’ thế, sân vận động, hợp tác xã, vô tuyến điện",
    "Bộ Giáo dục và Đào tạo phối hợp Sở Y tế tổ chức tập huấn chuyển đổi số cho cán bộ xã, phường, thị trấn",
    # No sense, but the label of one syllable hangs on that of the next, and two paths are nearly equal.
    "nhà khả mô",
    "Kim ý lão",
    "Từ Đồ Dớ mà",
    "ăn Máu trống nhịp",
    "những hoạ Lò khoán",
]

# Pairs and triples of pyvi's list, whole, in half and mixed, reach every part of the model.
MODEL = load_model()
COMPOUNDS = [f"{first} {second}" for first, rest in MODEL.pairs.items() for second in sorted(rest)]
COMPOUNDS += [f"{first} {second} {third}" for first, rest in MODEL.triples.items() for second, third in sorted(rest)] * 5
SYLLABLES = (
    "uỷ ban nhân dân Hội đồng HĐND UBND tỉnh Quảng Ninh quyết định giáo dục trường học đạt chuẩn quốc gia nông thôn mới hoà bình "
    "HOÀ Bình chuyển đổi số y tế ô tô công ty kỹ thuật là và của những người được cho biết nghĩa vụ đất đai xây dựng hoa hồng"
).split()
ODDITIES = [
    *(
        '. , ... .. ; : - – -> ==> >> ( ) " “ ” % / _ __ @ + & \n \r\n \t \xa0 \x00 \x1c \u200b \u0301 2022 1.200 45,3 1_2 3,5km 30/4'
    ).split(" "),
    *("a@b.vn @b.c x.y@z.com http:// https://a.b/c A. Đ. TP. Tp. ThS. Mr. q\u0303 e\u0302\u0323 ß İ Σ ² ½ 😀 가 \u0958 ﬁ").split(
        " "
    ),
]
texts = st.one_of(
    st.lists(st.sampled_from(COMPOUNDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(COMPOUNDS), max_size=20).map(lambda words: " ".join(word.split()[-1] for word in words)),
    st.lists(st.one_of(st.sampled_from(SYLLABLES), st.sampled_from(SYLLABLES), st.sampled_from(ODDITIES)), max_size=30).map(
        " ".join
    ),
    st.lists(st.sampled_from([*SYLLABLES, *ODDITIES, " ", " "]), max_size=30).map("".join),
    st.text(st.sampled_from("aBđĐ1@.-_+:/,>=ệ \n"), max_size=40),
    # pyvi itself fails on lone surrogates.
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
any_text = st.one_of(texts, st.text(st.characters(), max_size=40), texts.map(lambda text: unicodedata.normalize("NFD", text)))


@pytest.mark.slow
@pytest.mark.parametrize("text", SENTENCES)
def test_segments_as_pyvi(pyvi_tokenize, text):
    assert segmenter.tokenize(text) == pyvi_tokenize(text)
    decomposed = unicodedata.normalize("NFD", text)
    assert segmenter.tokenize(decomposed) == pyvi_tokenize(decomposed)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(text=texts)
def test_segments_any_text_as_pyvi(pyvi_tokenize, text):
    assert segmenter.tokenize(text) == pyvi_tokenize(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Uỷ ban nhân dân, Hội đồng nhân dân.", ["Uỷ_ban", "nhân_dân", "Hội_đồng", "nhân_dân"]),
        ("vì hoà bình", ["vì", "hoà_bình"]),
        ("xây dựng nông thôn mới", ["xây_dựng", "nông_thôn", "mới"]),
        ("đạt 1.200 tỷ đồng (tăng 3,5%)…", ["đạt", "1.200", "tỷ", "đồng", "tăng", "3,5"]),
        ("Ấn -> giáo, bất • chấp", ["Ấn", "giáo", "bất", "chấp"]),
        ("- ... “ ” \n _ __", []),
        ("", []),
    ],
)
def test_words(text, words):
    assert segmenter.words(text) == words


@given(any_text)
def test_segmenting_never_changes_adds_or_drops_text(text):
    spans = segmenter.spans(text)
    bounds = [bound for span in spans for bound in span]
    assert bounds == sorted(bounds)
    assert all(start < end for start, end in spans)
    assert not bounds or (bounds[0] >= 0 and bounds[-1] <= len(text))
    edges = [0, *bounds, len(text)]
    gaps = [text[edges[number] : edges[number + 1]] for number in range(0, len(edges), 2)]
    assert not any(letter.isalnum() for gap in gaps for letter in gap)
    tokenized = segmenter.tokenize(text).replace("_", "")
    assert "".join(tokenized.split()) == "".join(unicodedata.normalize("NFC", text).replace("_", "").split())


@given(any_text)
@example("Ấn -> giáo, bất • chấp")
def test_spans_are_where_the_words_stand(text):
    spans = segmenter.spans(unicodedata.normalize("NFC", text))
    composed = unicodedata.normalize("NFC", text)
    written = ["".join(composed[start:end].split()).replace("_", "") for start, end in spans]
    assert [word.replace("_", "") for word in segmenter.words(text)] == written
    assert len(segmenter.spans(text)) == len(written)


def test_spans_of_decomposed_text():
    text = unicodedata.normalize("NFD", "Nhân dân huyện Bình Liêu, đường làng.")
    assert [unicodedata.normalize("NFC", text[start:end]) for start, end in segmenter.spans(text)] == [
        "Nhân dân",
        "huyện",
        "Bình Liêu",
        "đường",
        "làng",
    ]


@given(any_text)
def test_pieces_are_made_of_their_syllables(text):
    pieces, joined = segmenter.segment(text)
    syllables = [syllable for piece in pieces for syllable in segmenter.split(piece)]
    assert ["".join(segmenter.split(piece)) for piece in pieces] == pieces
    assert "".join(piece for piece in pieces if piece != "\n") == "".join(unicodedata.normalize("NFC", text).split())
    assert joined == sorted(set(joined))
    assert all(0 < number < len(syllables) for number in joined)


@pytest.mark.parametrize(
    ("forms", "joined", "words"),
    [
        (["a", "b", "c"], [1], ["a_b", "c"]),
        (["a", "b", "c"], [1, 2], ["a_b_c"]),
        (["a", "", "c"], [1, 2], ["a", "c"]),
        (["", "b", ""], [1, 2], ["b"]),
        (["", ""], [1], []),
        ([], [], []),
    ],
)
def test_join(forms, joined, words):
    assert segmenter.join(forms, joined) == words


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "Đ",
        "ệ",
        ".",
        ",",
        "a.",
        "A.",
        "-.",
        "a@",
        "@a.",
        "a.b@c.d",
        "1.",
        "1_1x",
        "1/",
        "a://",
        "_",
        "\n",
        "a ",
        "Nội ",
        "“a",
    ],
)
@pytest.mark.parametrize("end", ["", "@", "@b.c"])
def test_no_text_takes_long(unit, end):
    """Quadratic time in any step would make this run for many minutes."""
    text = unit * (200_000 // len(unit)) + end
    pieces, _ = segmenter.segment(text)
    assert "".join(pieces) == text.replace(" ", "")


@pytest.mark.slow
def test_threads_get_the_same_words():
    expected = [segmenter.tokenize(text) for text in SENTENCES]
    segmenter._rows.cache_clear()
    segmenter._model.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(lambda _: [segmenter.tokenize(text) for text in SENTENCES], range(16)):
            assert result == expected


def test_neither_pyvi_nor_scikit_learn_is_imported_nor_the_model_read_before_it_is_needed():
    program = (
        "import sys, language.analyzer, language.segmenter as segmenter\n"
        "assert not segmenter._model.cache_info().currsize\n"
        "assert segmenter.words('nông thôn mới') == ['nông_thôn', 'mới']\n"
        "heavy = {'pyvi', 'sklearn', 'scipy', 'sklearn_crfsuite', 'pycrfsuite', 'numpy'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert run.stdout.strip() == "[]"
