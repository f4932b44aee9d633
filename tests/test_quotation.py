"""language.actor.quotation: who is quoted, and what he or she says.

Each text is marked as a careful reader would: ⟦what is said|who says it⟧.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.actor import actors, quotations
from language.actor.quotation import Quotation
from language.place import mentions
from language.text import clean

_MARKED = re.compile(r"⟦([^|⟧]+)\|[^⟧]+⟧")


def quoted_in(*texts: str) -> list[Quotation]:
    """Return the quotations of an article that has these texts behind its title."""
    whole = ("Tin", *texts)
    return quotations(whole, actors(whole, mentions(whole)))


def marked(*texts: str) -> list[str]:
    shown = list(texts)
    for each in reversed(quoted_in(*texts)):
        text = shown[each.text - 1]
        said = f"⟦{text[each.start : each.end]}|{each.speaker.key}⟧"
        shown[each.text - 1] = text[: each.start] + said + text[each.end :]
    return shown


DIRECT = (
    ("“⟦Chúng tôi sẽ làm ngay việc này|lê-văn-thử⟧”, ông Lê Văn Thử nói.",),
    ('Ông Lê Văn Thử nhấn mạnh: "⟦Không ai đứng ngoài cuộc|lê-văn-thử⟧".',),
    ("“⟦Trường thiếu giáo viên|trần-thị-mẫu⟧” - cô Trần Thị Mẫu, hiệu trưởng Trường Tiểu học Sông Khuê, chia sẻ.",),
    ("Bà Trần Thị Mẫu nói:", "“⟦Tôi không biết chuyện ấy|trần-thị-mẫu⟧”."),
    ("Ông Lê Văn Thử đến muộn. “⟦Xe của tôi bị hỏng|lê-văn-thử⟧”, ông Thử giải thích. “⟦Đường thì xấu|lê-văn-thử⟧”, ông nói.",),
    ("“⟦Đây là sai lầm lớn|mike-pompeo⟧”, báo này dẫn lời Ngoại trưởng Mỹ Mike Pompeo.",),
)
INDIRECT = (
    ("Ông Lê Văn Thử cho biết ⟦xã đã đạt 19 tiêu chí|lê-văn-thử⟧.",),
    ("Theo ông Lê Văn Thử, Giám đốc Sở Y tế Sơn La, ⟦bệnh viện đủ thuốc|lê-văn-thử⟧.",),
    ("Trao đổi với ông Lê Văn Thử, bà Trần Thị Mẫu khẳng định rằng ⟦mọi việc đúng quy trình|trần-thị-mẫu⟧.",),
)
NOBODY = (
    ("Vợ ông Lê Văn Thử cho biết chồng đã đi từ sáng.",),
    ("Ông Lê Văn Thử yêu cầu các xã làm đường ngay trong năm.",),
    ("Theo luật sư của ông Lê Văn Thử, vụ việc đã khép lại từ lâu.",),
    ("Ông Lê Văn Thử nói chuyện với sinh viên về mùa lũ năm trước.",),
    ("Cuốn sách “Những người đi qua mùa lũ” của ông Lê Văn Thử đoạt giải.",),
    ("Ông Lê Văn Thử có mặt.", "“Chúng tôi sẽ làm ngay”, bà nói."),
    ("“Chúng tôi sẽ làm ngay việc này”, một lãnh đạo xã nói.",),
)


@pytest.mark.parametrize("texts", DIRECT + INDIRECT + NOBODY)
def test_what_is_said_and_by_whom(texts: tuple[str, ...]) -> None:
    assert marked(*(_MARKED.sub(r"\1", text) for text in texts)) == list(texts)


def test_who_goes_on_is_called_as_before() -> None:
    first = "Ông Lê Văn Thử cho biết xã đã đạt 19 tiêu chí."
    assert [each.speaker.label for each in quoted_in(first, "Ông nói đường thì xấu lắm.")] == ["Lê Văn Thử"] * 2
    assert [each.text for each in quoted_in(first, "Bà nói đường thì xấu lắm.")] == [1]


def test_what_stands_in_quotation_marks_is_told_apart() -> None:
    assert [each.is_direct for texts in DIRECT for each in quoted_in(*(_MARKED.sub(r"\1", text) for text in texts))] == [True] * 7
    assert [each.is_direct for texts in INDIRECT for each in quoted_in(*(_MARKED.sub(r"\1", text) for text in texts))] == [
        False
    ] * 3


@given(st.lists(st.text(alphabet='“”" Ông nói:,.-ALê Văn Thử', max_size=80), max_size=4))
def test_quotations_are_within_their_texts_and_disjoint(written: list[str]) -> None:
    texts = tuple(map(clean, written))
    found = quoted_in(*texts)
    assert all(1 <= each.text <= len(texts) and 0 <= each.start < each.end <= len(texts[each.text - 1]) for each in found)
    assert all(first.text < second.text or first.end <= second.start for first, second in pairwise(found))
