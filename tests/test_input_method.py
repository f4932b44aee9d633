"""Raw Telex and VNI are decoded wherever the keys stand; what is no Vietnamese syllable is left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.input_method import decode
from language.normalizer import exact

TONES = "\u0300\u0301\u0309\u0303\u0323"
TELEX = dict(zip(TONES, "fsrxj", strict=True))
VNI = dict(zip(TONES, "21345", strict=True))
SYLLABLES = (
    "trường đất đai chuẩn quốc nghiệp người những được phường thuở hoà khoẻ thuỷ quý giá giờ gì gìn mưa múa chiều nguyễn nghiêng "
    "uống yêu ướt huỳnh khuỷu quả quyết rượu hươu xoáy loắt ngoặc đẹp ở là ăn ôm tỷ kỹ lý mỹ quỳ đặng ỷ ầm thuế hoạch tướng bưởi"
).split()


def typed(syllable: str, method: str, tone_last: bool) -> str:
    """Return the keys that type a syllable; the tone key at the end or right after its vowel."""
    keys: list[str] = []
    tone = ""
    # The mark of a letter before its tone: in NFD the dot below would come first.
    for letter in (part for whole in syllable for part in sorted(unicodedata.normalize("NFD", whole), key=TONES.find)):
        if letter in TONES:
            tone = (TELEX if method == "telex" else VNI)[letter]
            if not tone_last:
                keys.append(tone)
                tone = ""
        elif letter == "\u0302":
            keys.append(keys[-1] if method == "telex" else "6")
        elif letter == "\u031b":
            keys.append("w" if method == "telex" else "7")
        elif letter == "\u0306":
            keys.append("w" if method == "telex" else "8")
        elif letter == "đ":
            keys += "dd" if method == "telex" else "d9"
        else:
            keys.append(letter)
    return "".join([*keys, tone])


@pytest.mark.parametrize(
    ("keys", "syllable", "method"),
    [
        ("truwowngf", "trường", "telex"),
        ("truowngf", "trường", "telex"),
        ("truwongf", "trường", "telex"),
        ("truongwf", "trường", "telex"),
        ("truwfowng", "trường", "telex"),
        ("ddatj", "đạt", "telex"),
        ("datdj", "đạt", "telex"),
        ("datjd", "đạt", "telex"),
        ("chuaanr", "chuẩn", "telex"),
        ("chuanar", "chuẩn", "telex"),
        ("chuaran", "chuẩn", "telex"),
        ("DDaats", "Đất", "telex"),
        ("nhwng", "nhưng", "telex"),
        ("tw", "tư", "telex"),
        ("wowngs", "ướng", "telex"),
        ("muaw", "mưa", "telex"),
        ("quawng", "quăng", "telex"),
        ("hoacwj", "hoặc", "telex"),
        ("thuowr", "thuở", "telex"),
        ("giuwx", "giữ", "telex"),
        ("gif", "gì", "telex"),
        ("quys", "quý", "telex"),
        ("hoas", "hoá", "telex"),
        ("truong72", "trường", "vni"),
        ("truo7ng2", "trường", "vni"),
        ("tru7o7ng2", "trường", "vni"),
        ("d9at65", "đật", "vni"),
        ("d9a65t", "đật", "vni"),
        ("dat591", None, None),
        ("nguye6n4", "nguyễn", "vni"),
        ("d9a81c", "đắc", "vni"),
    ],
)
def test_keys_are_decoded(keys: str, syllable: str | None, method: str | None) -> None:
    assert decode(keys) == ((syllable, method) if syllable else None)


@pytest.mark.parametrize(
    "word",
    "truong dat chuan ban hoa quy nghi thanh google facebook covid19 u23 g20 f1 a10 4g 263 2022 world press street stop "
    "windows android samsung brexit trường đất ss x d9 zalo show 263/qd-ttg wow2".split(),
)
def test_what_is_no_typed_syllable_is_left_alone(word: str) -> None:
    assert decode(word) is None


@pytest.mark.parametrize("method", ["telex", "vni"])
@pytest.mark.parametrize("tone_last", [True, False])
@pytest.mark.parametrize("syllable", SYLLABLES)
def test_every_way_of_typing_gives_the_syllable(syllable: str, method: str, tone_last: bool) -> None:
    decoded = decode(typed(syllable, method, tone_last))
    assert decoded is not None
    assert (exact(decoded[0]), decoded[1]) == (exact(syllable), method)


@given(st.text(max_size=14) | st.from_regex(r"[a-z]{1,7}[0-9wsfrxjdao]{0,4}", fullmatch=True))
def test_any_string_is_decoded_to_a_marked_syllable_or_not_at_all(text: str) -> None:
    decoded = decode(text)
    if decoded is not None:
        assert decoded[0] != text
        assert unicodedata.is_normalized("NFC", decoded[0])
        assert not decoded[0].isascii()
