"""language.actor: where a text names a person or a body, and whose name it is.

Each paragraph is marked as a careful reader would: [as written|key] a person, {as written|key} a body.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.actor import actors
from language.actor.recogniser import Named
from language.place import mentions
from language.text import clean

_MARKED = re.compile(r"[\[{]([^|\]}]+)\|[^\]}]+[\]}]")


def found_in(*texts: str, authors: tuple[str, ...] = ()) -> list[Named]:
    return actors(texts, mentions(texts), authors=authors)


def marked(*texts: str, authors: tuple[str, ...] = ()) -> list[str]:
    """Return the texts with every name marked."""
    shown = list(texts)
    for named in reversed(found_in(*texts, authors=authors)):
        text = shown[named.text]
        opening, closing = "[]" if named.actor.kind == "person" else "{}"
        name = f"{opening}{text[named.start : named.end]}|{named.actor.key}{closing}"
        shown[named.text] = text[: named.start] + name + text[named.end :]
    return shown


def plain(text: str) -> str:
    return _MARKED.sub(r"\1", text)


OFFICES = (
    "Chủ tịch {UBND tỉnh Quảng Ninh|ubnd.quang-ninh} [Nguyễn Văn A|nguyễn-văn-a] cho biết. Ông [A|nguyễn-văn-a] nói thêm.",
    "Bộ trưởng {Bộ Nông nghiệp và Môi trường|bo-nong-nghiep-va-moi-truong} [Trần Đức Mẫu|trần-đức-mẫu] làm việc với "
    "{Sở NN&MT Lào Cai|so-nong-nghiep-va-moi-truong.lao-cai}.",
    "Giám đốc {Công ty Sao Khuê|công-ty-sao-khuê} [Nguyễn Thị Bích Mẫu|nguyễn-thị-bích-mẫu] khai nhận.",
    "GS.TS [Lê Mẫu|lê-mẫu] và PGS.TS. [Trần Thị Thử|trần-thị-thử], luật sư [Hà Thị Ví Dụ|hà-thị-ví-dụ] cùng dự.",
    "Tổng thống Mỹ [Donald Trump|donald-trump] gặp Thủ tướng Canada [Justin Trudeau|justin-trudeau].",
    "Đại tá [Lê Duy Mẫu|lê-duy-mẫu], Trưởng {Công an thành phố Hạ Long|cong-an.quang-ninh.thanh-pho-ha-long}, xác nhận.",
)
ONE_PERSON = (
    "Thủ tướng [Phạm Minh Chính|phạm-minh-chính] chủ trì; ông [Chính|phạm-minh-chính] yêu cầu báo cáo.",
    "Bà [Nguyễn Thị Kim Tiến|nguyễn-thị-kim-tiến] đến. Bà [Kim Tiến|nguyễn-thị-kim-tiến] nói, rồi bà [Tiến|nguyễn-thị-kim-tiến] về.",
    "Ông [Mike Pompeo|mike-pompeo] họp. Ngoại trưởng [Pompeo|mike-pompeo] im lặng, và [Pompeo|mike-pompeo] ra về.",
    "Theo [Nguyễn Văn Thử|nguyễn-văn-thử], mọi việc đã xong. Nhưng [Thử|nguyễn-văn-thử] nhầm.",
    "Bị cáo [Trần Văn Thử|trần-văn-thử] ra tòa. [Thử|trần-văn-thử] nhận tội.",
    "Chủ tịch Trung Quốc [Tập Cận Bình|tập-cận-bình] đến. Ông [Tập|tập-cận-bình] hội đàm.",
)
OPEN = (
    "Ông [Nguyễn Văn Hùng|nguyễn-văn-hùng] và ông [Trần Văn Hùng|trần-văn-hùng] có mặt. Ông Hùng phát biểu.",
    "Ông Hùng phát biểu khi chưa ai nói ông là ai.",
    "Công an khởi tố Nguyễn Văn B. và chị T.",
    "{Công an huyện Bình Liêu|cong-an.quang-ninh.huyen-binh-lieu} và {Công an huyện Ba Chẽ|cong-an.quang-ninh.huyen-ba-che} họp. Công an huyện nói.",
)
MINORITIES = (
    "Phó Chủ tịch {Quốc hội|quoc-hoi} [Y Thanh Hà Niê Kđăm|y-thanh-hà-niê-kđăm] gặp [H'Hen Niê|hhen-niê].",
    "Chị [Thào Thị Mỷ|thào-thị-mỷ], 34 tuổi, và anh [Vừ A Thử|vừ-a-thử] ở Hà Giang.",
)
NO_PERSON = (
    "Xe chạy trên đường Nguyễn Trãi, Lê Lợi và Trần Hưng Đạo, rẽ phố Phan Bội Mẫu.",
    "Anh Quốc, Bà Rịa - Vũng Tàu và đảo Cô Tô đón khách; ông Công ông Táo về trời.",
    "Học sinh {Trường THPT Trần Phú|trường-thpt-trần-phú} xem phim Nguyễn Văn Thử ở số 34 Phan Chu Trinh.",
    "Đảng bộ học tập tư tưởng Hồ Chí Minh.",
)
BODIES = (
    "{Bộ GD-ĐT|bo-giao-duc-va-dao-tao}, {Bộ Giáo dục và Đào tạo|bo-giao-duc-va-dao-tao}, {bộ GD & ĐT|bo-giao-duc-va-dao-tao}",
    "{Sở LĐ-TB&XH Nghệ An|so-lao-dong-thuong-binh-va-xa-hoi.nghe-an} và {Bộ Ngoại giao Mỹ|bo-ngoai-giao-my}",
    "{VKSND cấp cao tại Hà Nội|vksnd-cap-cao-tai.ha-noi} kháng nghị bản án của {TAND TP. Hà Nội|tand.ha-noi}.",
    "{EVN|tap-doan-dien-luc-viet-nam} là {Tập đoàn Điện lực Việt Nam|tap-doan-dien-luc-viet-nam}.",
    "{Công ty cổ phần Đầu tư xây dựng Sông Khuê|công-ty-cổ-phần-đầu-tư-xây-dựng-sông-khuê} "
    "và {Trường Đại học Bách khoa Hà Nội|đại-học-bách-khoa-hà-nội}",
    "{UBND tỉnh Sơn La|ubnd.son-la} họp. {HĐND tỉnh|hdnd.son-la} và {Sở Y tế|so-y-te.son-la} dự.",
)
NO_BODY = (
    "Thị trường Hà Nội, trụ sở Hà Nội, cán bộ Y tế và quảng trường Ba Đình",
    "Theo Báo Tuổi Trẻ, Tạp chí Công an Nhân dân",
    "Bộ Quốc phòng nước này im lặng. Công ty Lọc hoá dầu ấy đóng cửa.",
)


@pytest.mark.parametrize("text", OFFICES + ONE_PERSON + OPEN + MINORITIES + NO_PERSON + BODIES + NO_BODY)
def test_persons_and_bodies_of_a_paragraph(text: str) -> None:
    assert marked(plain(text)) == [text]


def test_who_wrote_the_article_or_took_its_picture_is_no_person_of_it() -> None:
    story = ("Xã về đích", "", "Ông Lê Văn Thử nói.", "Ảnh: L. Nam", "Trần Thị Mẫu", "Bài, ảnh: Nguyễn Văn Mẫu", "Lê Mẫu viết")
    assert {named.actor.label for named in found_in(*story, authors=("Lê Mẫu viết",))} == {"Lê Văn Thử"}
    assert [named.actor.key for named in found_in("Ảnh: Nguyễn Văn Mẫu chụp tại Sơn La")] == []


def test_the_office_told_with_a_name_stands_before_it() -> None:
    text = "Sáng nay, Chủ tịch UBND tỉnh Sơn La Lê Văn Thử đến dự."
    (office,) = [text[slice(*named.office)] for named in found_in(text) if named.office]
    assert office == "Chủ tịch UBND tỉnh Sơn La"


@given(st.lists(st.text(alphabet="ABCĐĂ ôngàbáƠờ.,-'“” Nguyễn UBND Bộ", max_size=60), max_size=4))
def test_names_are_within_their_texts_and_disjoint(written: list[str]) -> None:
    texts = tuple(map(clean, written))
    found = found_in(*texts)
    assert all(0 <= named.start < named.end <= len(texts[named.text]) and named.actor.key for named in found)
    assert all(first.text < second.text or first.end <= second.start for first, second in pairwise(found))


def test_a_lake_at_the_beginning_of_a_sentence_is_no_person() -> None:
    for text in (
        "Hồ Kênh Lấp đầy nước.",
        "Ông [Hồ Quang Lợi|hồ-quang-lợi] và bà [Hồ Thị Kỷ|hồ-thị-kỷ] cùng đến.",
    ):
        assert marked(plain(text)) == [text]
