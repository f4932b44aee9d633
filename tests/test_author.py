"""corpus.author: persons among what an article gives as its authors."""

from __future__ import annotations

import pytest

from corpus.article import Article
from corpus.author import author_key, persons


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (("Lê Thị Mẫu",), ["Lê Thị Mẫu"]),
        (("Lê Thị Mẫu", "LÊ THỊ MẪU", "lê thị mẫu"), ["Lê Thị Mẫu"]),
        (("T.Lê - Đ.Minh",), ["T.Lê", "Đ.Minh"]),
        (("Hà An và Trần Văn Bình",), ["Hà An", "Trần Văn Bình"]),
        (("Lê Thị Mẫu - TTXVN",), ["Lê Thị Mẫu"]),
        (("Lê Thị Mẫu/Báo Sông Quê", "Hà An (TTXVN)"), ["Lê Thị Mẫu", "Hà An"]),
        (("PV Hoàng Nam", "Theo Trần Văn Bình (Reuters)"), ["Hoàng Nam", "Trần Văn Bình"]),
        (("Ban Mai", "Y Phương", "Nguyễn Báo Anh"), ["Ban Mai", "Y Phương", "Nguyễn Báo Anh"]),
        (("TTXVN", "TTXVN/Vietnam+", "(TTXVN)", "Reuters", "AFP", "Thông tấn xã Việt Nam", "Tân Hoa Xã"), []),
        (("PV", "P.V", "PV.", "Nhóm PV", "Nhóm PV, CTV", "nhóm phóng viên", "Cộng tác viên", "BTV", "PV Thời sự"), []),
        (("Ban Thời sự", "BAN KINH TẾ", "Ban Biên tập", "Toà soạn", "Tòa soạn", "Bạn đọc"), []),
        (("Báo Núi Sông", "Núi Sông", "VTV24", "VnExpress", "chinhphu.vn", "toasoan@bao.example"), []),
        (("", "12/3", "—"), []),
    ],
)
def test_agencies_papers_and_desks_are_no_persons(authors: tuple[str, ...], names: list[str]) -> None:
    assert list(persons(Article(title="tin", source="Báo Núi Sông", authors=authors)).values()) == names


def test_one_person_has_one_key() -> None:
    assert author_key("LÊ THỊ MẪU") == author_key("Lê  Thị-Mẫu") == author_key("lê_thị_mẫu") == "lê thị mẫu"
    assert author_key("T.Lê") == author_key("T. Lê")
    assert author_key("Nguyễn Hòa") == author_key("Nguyễn Hoà")
    assert author_key(author_key("Đ.Minh")) == author_key("Đ.Minh")
    assert author_key("…") == ""
