"""corpus.comparison: what changed from one revision to the next, and that nothing else is said to have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import comparison
from corpus.article import Article, Block
from corpus.comparison import Change, compared
from language.timestamp import parse_iso


def written(change: Change) -> str:
    signs = {"same": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]"}
    return f"{change.part}: " + "".join(signs[piece.edit].format(piece.text) for piece in change.pieces)


def paragraphs(*texts: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", text) for text in texts)


BASE = Article(
    "Học phí tăng 10%",
    (*paragraphs("Mức thu mới áp dụng từ tháng chín.", "Phụ huynh lo lắng."), Block("caption", "Cổng trường", "Ảnh: Lã Nam")),
    lead="Sáng nay, sở công bố mức thu.",
    url="https://bao.example/1",
    authors=("Lan",),
    tags=("học phí",),
    published=parse_iso("2022-07-12T08:30:00+07:00"),
)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"title": "Học phí tăng 15%"}, ["title: Học phí tăng [-10%-][+15%+]"]),
        ({"lead": "Sáng nay, bộ họp mức thu."}, ["lead: Sáng nay, [-sở công bố-][+bộ họp+] mức thu."]),
        ({"lead": ""}, ["lead: [-Sáng nay, sở công bố mức thu.-]"]),
        ({"authors": ("Lan", "An")}, ["authors: Lan[+, An+]"]),
        ({"tags": ()}, ["tags: [-học phí-]"]),
        ({"published": parse_iso("2022-07-13T08:30:00+07:00")}, ["published: [-12/07/2022 08:30-][+13/07/2022 08:30+]"]),
        ({"modified": parse_iso("2022-07-13T01:30:00Z")}, ["modified: [+13/07/2022 08:30+]"]),
        ({"fetched_at": parse_iso("2023-01-01"), "notes": ("x",)}, []),
        ({"blocks": BASE.blocks[1:]}, ["paragraph: [-Mức thu mới áp dụng từ tháng chín.-]"]),
        ({"blocks": (*paragraphs("Đoạn chèn."), *BASE.blocks)}, ["paragraph: [+Đoạn chèn.+]"]),
        (
            {"blocks": (*paragraphs("Một đoạn khác hẳn.", "Mức thu mới áp dụng từ tháng mười."), *BASE.blocks[1:])},
            ["paragraph: [+Một đoạn khác hẳn.+]", "paragraph: Mức thu mới áp dụng từ tháng [-chín-][+mười+]."],
        ),
        (
            {"blocks": (*BASE.blocks[:2], Block("caption", "Cổng trường", "Ảnh: Hà Nam"))},
            ["caption: Cổng trường (Ảnh: [-Lã-][+Hà+] Nam)"],
        ),
    ],
)
def test_changes(changed: dict[str, object], said: list[str]) -> None:
    assert [written(change) for change in compared(BASE, replace(BASE, **changed)).changes] == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Thu 155.000 đồng.", "Thu 165.000 đồng.", "Thu [-155.000-][+165.000+] đồng."),
        ("Lãi 1.234,5 tỷ", "Lãi 1.234,7 tỷ", "Lãi [-1.234,5-][+1.234,7+] tỷ"),
        ("Họp ngày 12/7/2022.", "Họp ngày 13/7/2022.", "Họp ngày [-12/7/2022-][+13/7/2022+]."),
        ("Từ 8h30, 08:30", "Từ 8h45, 08:45", "Từ [-8h30-][+8h45+], [-08:30-][+08:45+]"),
        ("Theo 57/2022/NĐ-CP", "Theo 58/2022/NĐ-CP", "Theo [-57/2022/NĐ-CP-][+58/2022/NĐ-CP+]"),
        ("Năm 2021. Tăng 5%", "Năm 2022. Tăng 5,5%", "Năm [-2021-][+2022+]. Tăng [-5%-][+5,5%+]"),
        ("Giai đoạn 2021-2025", "Giai đoạn 2021-2030", "Giai đoạn [-2021-2025-][+2021-2030+]"),
        ("Có 3,4 và 5", "Có 3, 4 và 5", "Có [-3,4-][+3, 4+] và 5"),
    ],
)
def test_no_number_is_cut_to_pieces(old: str, new: str, said: str) -> None:
    (change,) = compared(Article("Tít", paragraphs(old)), Article("Tít", paragraphs(new))).changes
    assert written(change) == f"paragraph: {said}"


words = st.lists(st.sampled_from("trường học phí tăng mức thu mới , .".split()), max_size=12).map(" ".join)


@pytest.mark.slow
@given(words, words, st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_both_revisions_can_be_read_off_the_changes(old: str, new: str, was: list[str], now: list[str]) -> None:
    before, after = Article(old, paragraphs(*was)), Article(new, paragraphs(*now))
    found = compared(before, after).changes
    kept = [block.text for block in before.blocks]
    for change in found:
        older = "".join(piece.text for piece in change.pieces if piece.edit != "inserted")
        newer = "".join(piece.text for piece in change.pieces if piece.edit != "deleted")
        if change.part == "title":
            assert (older, newer) == (old, new)
        else:
            assert not older or older in kept
            assert not newer or newer in now
    deleted = sum(all(piece.edit == "deleted" for piece in change.pieces) for change in found if change.part == "paragraph")
    inserted = sum(all(piece.edit == "inserted" for piece in change.pieces) for change in found if change.part == "paragraph")
    assert deleted <= len(was) and inserted <= len(now)
    assert compared(after, after).changes == []


def test_texts_without_end_are_not_compared_word_by_word() -> None:
    old, new = ("a b " * 50_000).strip(), ("b c " * 50_000).strip()
    (change,) = compared(Article("x", paragraphs(old)), Article("x", paragraphs(new))).changes
    assert [piece.edit for piece in change.pieces] == ["deleted", "inserted"]
    many = [Article("x", paragraphs(*(f"đoạn {number} {word}" for number in range(1500)))) for word in ("một", "hai")]
    assert len(compared(*many).changes) >= 1500


def test_a_paper_has_one_name_but_what_it_called_itself_is_compared() -> None:
    old, new = replace(BASE, source="Công ty CP Núi Sông"), replace(BASE, source="Báo Núi Sông")
    assert [written(change) for change in compared(old.of_paper("Núi Sông"), new.of_paper("Núi Sông")).changes] == [
        written(change) for change in compared(old, new).changes
    ]
    assert compared(old.of_paper("Núi Sông"), old).changes == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "told", "whole"),
    [
        ([f"cũ {n}" for n in range(2_000)], [], 2_000, True),
        ([f"cũ {n}" for n in range(2_001)], [], 2_000, False),
        ([f"cũ {n}" for n in range(50_000)], [f"mới tinh {n}" for n in range(50_000)], 2_000, False),
        (["cũ " * 100_000] * 9, ["mới " * 100_000] * 9, 3, False),
        (["cũ " * 2_000_000] * 2, [], 1, False),
    ],
)
def test_of_very_many_changes_the_first_are_told(old: list[str], new: list[str], told: int, whole: bool) -> None:
    found = compared(Article("x", paragraphs(*old), tags=("cũ",)), Article("x", paragraphs(*new), tags=("mới",)))
    *of_text, last = found.changes
    assert (len(of_text), found.whole, last.part) == (told, whole, "tags")


@pytest.mark.slow
def test_of_very_many_texts_the_few_that_changed_are_told() -> None:
    texts = [f"Đoạn {n} vẫn như cũ." for n in range(30_000)]
    changed = [*texts[:-1], "Đoạn cuối đã khác."]
    changed[0] = "Đoạn 0 vẫn như mới."
    with_one_more = [*changed[:100], "Một đoạn thêm vào.", *changed[100:]]
    found = compared(Article("x", paragraphs(*texts)), Article("x", paragraphs(*with_one_more)))
    assert found.whole
    assert [written(change) for change in found.changes] == [
        "paragraph: Đoạn 0 vẫn như [-cũ-][+mới+].",
        "paragraph: [+Một đoạn thêm vào.+]",
        "paragraph: Đoạn [-29999 vẫn như cũ-][+cuối đã khác+].",
    ]


@pytest.mark.slow
def test_no_word_is_looked_for_past_the_changes_that_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    words = comparison._words
    monkeypatch.setattr(comparison, "_words", lambda block: read.append(1) or words(block))
    old, new = ([f"{word} {n}" for n in range(50_000)] for word in ("cũ", "mới tinh"))
    compared(Article("x", paragraphs(*old)), Article("x", paragraphs(*new)))
    assert len(read) < 5_000
