"""language.place: where a text names a place, and which unit is meant.

Each paragraph is marked as a careful reader would: [as written|key], [as written|?] where the text does not tell which unit it is.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.place import mentions
from language.text import clean

_MARKED = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")
BEFORE, AFTER = date(2022, 8, 1), date(2025, 9, 1)


def marked(*texts: str, day: date | None = BEFORE, paper: str = "") -> list[str]:
    """Return the texts with every mention marked."""
    shown = list(texts)
    for found in reversed(mentions(texts, day=day, paper=paper)):
        text = shown[found.text]
        key = found.place.key if found.place else "?"
        shown[found.text] = f"{text[: found.start]}[{text[found.start : found.end]}|{key}]{text[found.end :]}"
    return shown


def plain(text: str) -> str:
    return _MARKED.sub(r"\1", text)


LISTS = (
    "Mưa to ở các huyện [Bình Liêu|quang-ninh.huyen-binh-lieu], [Ba Chẽ|quang-ninh.huyen-ba-che] và [Tiên Yên|quang-ninh.huyen-tien-yen].",
    "Các tỉnh [Hà Giang|ha-giang], [Lào Cai|lao-cai] và [Sơn La|son-la] họp bàn.",
    "Các quận [1|ho-chi-minh.quan-1], [3|ho-chi-minh.quan-3] và [10|ho-chi-minh.quan-10] cắt nước 5 giờ.",
    "Ở các xã [Hoành Mô|quang-ninh.huyen-binh-lieu.xa-hoanh-mo], [Lục Hồn|quang-ninh.huyen-binh-lieu.xa-luc-hon] "
    "(huyện [Bình Liêu|quang-ninh.huyen-binh-lieu])",
)
UNITS = (
    "UBND TP. [Hạ Long|quang-ninh.thanh-pho-ha-long], tỉnh [Quảng Ninh|quang-ninh]",
    "H. [Củ Chi|ho-chi-minh.huyen-cu-chi], Q.[2|ho-chi-minh.quan-2], TX. [Sơn Tây|ha-noi.thi-xa-son-tay] ([Hà Nội|ha-noi])",
    "Huyện đảo [Lý Sơn|quang-ngai.huyen-ly-son] và huyện miền núi [Ba Chẽ|quang-ninh.huyen-ba-che]",
    "Phường [Bến Nghé|ho-chi-minh.quan-1.phuong-ben-nghe], quận [1|ho-chi-minh.quan-1]; P.[12|ho-chi-minh.quan-tan-binh.phuong-12], "
    "Q.[Tân Bình|ho-chi-minh.quan-tan-binh]",
    "Thành phố [Hải Dương|hai-duong.thanh-pho-hai-duong] của [Hải Dương|hai-duong]",
    "Thị xã [Thuận An|binh-duong.thanh-pho-thuan-an] khi ấy chưa là thành phố.",
    "Chủ tịch UBND tỉnh [Quảng Ninh|quang-ninh] Nguyễn Văn Mẫu thăm huyện [M'Đrắk|dak-lak.huyen-mdrak], huyện [Ea H’leo|dak-lak.huyen-ea-hleo].",
    "Trường THPT [Ba Chẽ|quang-ninh.huyen-ba-che] ở huyện [Ba Chẽ|quang-ninh.huyen-ba-che]",
)
SPELLINGS = (
    "[Đắc Lắc|dak-lak], [Đăk Lăk|dak-lak], [Bắc Cạn|bac-kan], [Kontum|kon-tum], [BR-VT|ba-ria-vung-tau], [Bà Rịa – Vũng Tàu|ba-ria-vung-tau]",
    "[Thừa Thiên-Huế|thua-thien-hue], [Thừa Thiên Huế|thua-thien-hue] và [Huế|hue]",
    "[TPHCM|ho-chi-minh], TP.[HCM|ho-chi-minh], TP [Hồ Chí Minh|ho-chi-minh] và [Sài Gòn|ho-chi-minh]",
    "[Buôn Mê Thuột|dak-lak.thanh-pho-buon-ma-thuot], [Qui Nhơn|binh-dinh.thanh-pho-quy-nhon], [Khánh Hòa|khanh-hoa], [Khánh Hoà|khanh-hoa]",
    "[Hà Tây|ha-tay] cũ nay thuộc [Hà Nội|ha-noi].",
)
AMBIGUOUS = (
    "Huyện [Châu Thành|long-an.huyen-chau-thanh], tỉnh [Long An|long-an]; huyện [Châu Thành|ben-tre.huyen-chau-thanh] ([Bến Tre|ben-tre]).",
    "Huyện [Châu Thành|?] có mưa.",
    "[Tiền Giang|tien-giang] hôm qua nắng. Huyện [Châu Thành|tien-giang.huyen-chau-thanh] có mưa.",
    "Quận [Tân Phú|ho-chi-minh.quan-tan-phu] và huyện [Tân Phú|dong-nai.huyen-tan-phu]",
    "Lũ quét ở [Hoà Bình|hoa-binh], [Yên Bái|yen-bai].",
    "Huyện [Hoà Bình|bac-lieu.huyen-hoa-binh] và TP [Hoà Bình|hoa-binh.thanh-pho-hoa-binh]",
    "Nam [Hà Tĩnh|ha-tinh] mưa.",
)
NO_PLACES = (
    "Gìn giữ hoà bình, giải Nobel Hoà Bình.",
    "Ông Nguyễn Hải Dương và bà Lê Thị Thái Bình ở bên bờ Thái Bình Dương.",
    "Tư tưởng Hồ Chí Minh, chiến thắng Điện Biên Phủ, đường Điện Biên Phủ, sông Sài Gòn, báo Hà Nội Mới.",
    "Tỉnh Hà Nam (Trung Quốc), thành phố Trùng Khánh, tỉnh Sơn Tây, Trung Quốc",
    "Nghị quyết 5 và quyết định 1 về phường nghề, quận công.",
    "Ga Long Biên, bến xe Gia Lâm.",
)


@pytest.mark.parametrize("paragraph", [*LISTS, *UNITS, *SPELLINGS, *AMBIGUOUS, *NO_PLACES])
def test_places_of_a_paragraph(paragraph: str) -> None:
    assert marked(plain(paragraph)) == [paragraph]


def test_the_rest_of_the_article_tells() -> None:
    assert marked("Huyện Châu Thành có mưa.", "Bến Tre: nước mặn lên.") == [
        "Huyện [Châu Thành|ben-tre.huyen-chau-thanh] có mưa.",
        "[Bến Tre|ben-tre]: nước mặn lên.",
    ]
    assert marked("Đường ở Ba Chẽ đã thông.", "Mưa ở Quảng Ninh.")[0] == "Đường ở [Ba Chẽ|quang-ninh.huyen-ba-che] đã thông."
    assert marked("Đường ở Ba Chẽ đã thông.", "Mưa ở Sơn La.")[0] == "Đường ở Ba Chẽ đã thông."


def test_its_paper_tells() -> None:
    assert marked("Huyện Châu Thành có mưa.", paper="Báo Long An") == ["Huyện [Châu Thành|long-an.huyen-chau-thanh] có mưa."]


def test_its_day_tells_which_map() -> None:
    text = "Xã Hoành Mô, tỉnh Quảng Ninh"
    assert marked(text, day=BEFORE) == ["Xã [Hoành Mô|quang-ninh.huyen-binh-lieu.xa-hoanh-mo], tỉnh [Quảng Ninh|quang-ninh]"]
    assert marked(text, day=AFTER) == ["Xã [Hoành Mô|quang-ninh.xa-hoanh-mo], tỉnh [Quảng Ninh|quang-ninh]"]
    assert marked(text, day=None) == ["Xã [Hoành Mô|?], tỉnh [Quảng Ninh|quang-ninh]"]


def test_a_province_of_long_ago_is_one_only_if_it_is_called_so_among_its_own() -> None:
    assert marked("Tỉnh Hà Bắc chia thành Bắc Ninh và Bắc Giang.") == [
        "Tỉnh [Hà Bắc|ha-bac] chia thành [Bắc Ninh|bac-ninh] và [Bắc Giang|bac-giang]."
    ]
    assert marked("Tỉnh Hà Bắc có tuyết.") == ["Tỉnh [Hà Bắc|?] có tuyết."]


_PIECES = st.sampled_from(
    [
        "huyện ",
        "các xã ",
        "TP.",
        "Q.",
        "quận ",
        "Bình Liêu",
        "Hà Nội",
        "Châu Thành",
        "Hoà Bình",
        "Nguyễn ",
        ", ",
        " và ",
        " (",
        ")",
        "1",
        " ",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_mentions_are_sorted_disjoint_and_exact(text: str) -> None:
    text = clean(text)
    found = mentions([text, text])
    assert found == sorted(found, key=lambda mention: (mention.text, mention.start))
    for one, other in pairwise(found):
        assert one.text < other.text or one.end <= other.start
    for mention in found:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip() == text[mention.start : mention.end]
