"""Text in the codes of TCVN3, VNI and VISCII reads as it was meant; Unicode, windows-1258 and other languages stay as they are."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import NotAnArticle
from corpus.reading.page.encoding import decode
from language import old_encoding
from language.old_encoding import converted, draws_capitals, font_encoding, restored

TEXT = (
    "Sáng 12/7, Ủy ban nhân dân huyện Bình Sơn khởi công đường liên xã dài 4,5 km; người dân hiến đất, góp công.\n"
    "Ông Đỗ Hữu Ưởng nói “đường rộng, trẻ đỡ khổ”, bà Nguyễn Thị Kỳ thì mong thêm đèn chiếu sáng, kẻo trượt ngã."
)
LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
# As they stand in files of the time, typed by hand: TCVN3 and VNI as windows-1252 shows them.
BY_HAND = [
    ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", "TCVN3", "Cộng hoà xã hội chủ nghĩa Việt Nam"),
    ("§éc lËp - Tù do - H¹nh phóc", "TCVN3", "Độc lập - Tự do - Hạnh phúc"),
    ("NghÞ ®Þnh cña ChÝnh phñ quy ®Þnh chi tiÕt thi hµnh LuËt §Êt ®ai", "TCVN3", "Nghị định của Chính phủ quy định chi tiết thi hành Luật Đất đai"),
    ("CéNG HOµ X· HéI CHñ NGHÜA VIÖT NAM", "TCVN3", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("Bé tr­ëng, tr­êng häc, “n­íc s¹ch”", "TCVN3", "Bộ trưởng, trường học, “nước sạch”"),
    ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "VNI", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    ("Ñoäc laäp - Töï do - Haïnh phuùc", "VNI", "Độc lập - Tự do - Hạnh phúc"),
    ("Thaønh phoá Hoà Chí Minh, tröôøng hoïc, nöôùc saïch, ñöôøng phoá", "VNI", "Thành phố Hồ Chí Minh, trường học, nước sạch, đường phố"),
    ("UÛY BAN NHAÂN DAÂN, Aùp Baéc, kyû luaät, lyù do, myõ thuaät", "VNI", "ỦY BAN NHÂN DÂN, Áp Bắc, kỷ luật, lý do, mỹ thuật"),
]  # fmt: skip


def written(text: str, encoding: str) -> str:
    """Return `text` in the codes of an encoding, each byte as a character; in TCVN3 capitals without a code become small letters."""
    codes: dict[str, str] = {}
    for code, letter in old_encoding._encodings()[encoding].letters.items():
        if max(map(ord, code)) < 256:
            codes.setdefault(letter, code)
    return "".join(letter if letter.isascii() else codes.get(letter) or codes.get(letter.lower(), "?") for letter in text)


def in_1258(text: str) -> bytes:
    """Return `text` in windows-1258, tones as combining marks."""
    out = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in apart if mark in "\u0300\u0301\u0309\u0303\u0323")
        plain = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones))
        out.append((plain + tones).encode("cp1258"))
    return b"".join(out)


@pytest.mark.parametrize(("shown", "encoding", "meant"), BY_HAND)
def test_words_of_the_time(shown: str, encoding: str, meant: str) -> None:
    assert converted(shown, encoding) == meant


def test_the_tables_have_every_letter() -> None:
    for encoding in ("TCVN3", "VNI", "VISCII"):
        letters = set(old_encoding._encodings()[encoding].letters.values())
        assert set(LETTERS) <= letters, encoding
        if encoding != "TCVN3":  # in which capitals are small letters of another font
            assert set(LETTERS.upper()) <= letters


@pytest.mark.skipif(shutil.which("iconv") is None, reason="needs iconv as an oracle")
@pytest.mark.parametrize(("encoding", "known_as", "codes"), [
    ("TCVN3", "TCVN5712-1", range(0xA1, 0x100)),
    ("VISCII", "VISCII", (2, 5, 6, 0x14, 0x19, 0x1E, *range(0x80, 0x100))),
])  # fmt: skip
def test_codes_are_those_of_the_c_library(encoding: str, known_as: str, codes: tuple[int, ...]) -> None:
    page = "\n".join(map(chr, codes)).encode("latin-1")
    ran = subprocess.run(["iconv", "-f", known_as, "-t", "UTF-8"], input=page, capture_output=True)
    if ran.returncode:
        pytest.skip(f"this iconv does not know {known_as}")
    letters = old_encoding._encodings()[encoding].letters
    assert "\n".join(letters[chr(code)] for code in codes) == unicodedata.normalize("NFC", ran.stdout.decode())


@pytest.mark.parametrize(("encoding", "name"), [("TCVN3", "TCVN3 (ABC)"), ("VNI", "VNI"), ("VISCII", "VISCII")])
def test_a_page_of_the_time_is_read(encoding: str, name: str) -> None:
    codes = written(TEXT, encoding)
    meant = TEXT.replace("“", "?").replace("”", "?") if encoding == "VISCII" else TEXT
    meant = meant.replace("Ủy", "ủy") if encoding == "TCVN3" else meant
    for page in (codes.encode("latin-1"), codes.encode("utf-8")):  # as it was, and converted by who took it for Latin-1
        decoded = decode(b"<p>" + page + b"</p>")
        assert decoded.text == f"<p>{meant}</p>"
        assert name in decoded.note
    if encoding != "VISCII":  # which has letters where windows-1252 has five holes
        assert restored(codes.encode("latin-1").decode("cp1252")) is not None


def test_codes_written_as_entities_are_read() -> None:
    codes = "".join(
        f"&#{ord(code)};" if ord(code) > 160 else code for code in written("đường phố, trường học, nước sạch", "TCVN3")
    )
    decoded = decode(f"<p>{codes} &lt;b&gt;</p>".encode())
    assert decoded.text == "<p>đường phố, trường học, nước sạch &lt;b&gt;</p>" and "TCVN3" in decoded.note


@pytest.mark.parametrize("text", [
    TEXT,
    "Hà Nội, Hải Phòng, Đà Nẵng",
    "Été comme hiver, l’élève préfère déjà être à l’école; où çà? Là-bas, garçon! Voilà, c’était très gênant, bientôt fini.",
    "Über größere Straßen führen schöne Wege für die Kühe; das Mädchen hört früh Vögel, müde Löwen gähnen über Flüsse.",
    "São Paulo não é só a maior cidade: há também água, pão, coração, mãe, irmão, avó, avô, três lições e ações.",
    "El niño comió piñas en España: mañana será otro año, señor, dijo él después, así también más allá del jardín.",
    "Å være eller ikke være, på blå øyer: få små gåter står igjen når årene går, sånn går det på sjøen også.",
    "1 500 m², 25 °C, ±3 %, §5, ©2022, ½ giờ, 10 µm, 3×4, «a», ®, ¥, £, ¶, ¼",
    "",
], ids=range(9))  # fmt: skip
def test_what_reads_as_it_stands_stays(text: str) -> None:
    assert restored(text) is None
    assert decode(text.encode()).text == text
    if max(map(ord, text), default=0) < 256:
        assert decode(text.encode("cp1252")).note == ""


def test_windows_1258_is_none_of_them() -> None:
    decoded = decode(in_1258(TEXT))
    assert decoded == (TEXT, "")


def test_an_encoding_that_is_none_of_them_is_refused() -> None:
    codes = ("Céng hoµ x· héi chñ nghÜa ViÖt Nam, ®éc lËp. " * 40).translate(str.maketrans("éµ·ñÜÖ®Ë", "µé®·ËñÖÜ"))
    with pytest.raises(NotAnArticle, match="bảng mã"):
        decode(codes.encode())


@given(st.text(alphabet=LETTERS + LETTERS.upper() + "bcdghklmnpqrstvx aeiouy.,\n", max_size=60))
def test_what_was_written_comes_back(text: str) -> None:
    assert converted(written(text, "VISCII"), "VISCII") == text
    assert converted(written(text, "TCVN3"), "TCVN3").lower() == text.lower()


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    found = restored(text)
    assert found is None or restored(found.text) is None


def test_fonts_say_what_their_codes_are() -> None:
    assert [font_encoding(name) for name in (".VnTime", "ABCDEF+.VnTimeH-Bold", "VNI-Times", "XYZABC+VNI-Helve", "Times New Roman", "Vinh", "")] == [
        "TCVN3", "TCVN3", "VNI", "VNI", "", "", "",
    ]  # fmt: skip
    assert [draws_capitals(name) for name in (".VnTimeH", ".VnArialH,Bold", ".VnTime", ".VnHelvetIns")] == [
        True,
        True,
        False,
        False,
    ]
