from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from corpus.article import Article, Block, RelatedLink

VIETNAM = timezone(timedelta(hours=7))
ARTICLE = Article(
    title="Quảng Ninh về đích",
    lead="Tóm tắt.",
    blocks=(Block("paragraph", "Đoạn một."), Block("caption", "Chú thích", "Ảnh: An")),
    url="https://tin.example/bai-1",
    authors=("Lê An",),
    source="tin.example",
    section="Xã hội",
    tags=("nông thôn mới",),
    published=datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM),
)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Quảng Ninh về đích sớm"},
        {"lead": ""},
        {"blocks": ARTICLE.blocks[::-1]},
        {"blocks": (Block("heading", "Đoạn một."), ARTICLE.blocks[1])},
        {"blocks": (ARTICLE.blocks[0], Block("caption", "Chú thích", "Ảnh: Bình"))},
        {"url": "https://tin.example/bai-2"},
        {"authors": ()},
        {"source": "khác"},
        {"section": ""},
        {"tags": ("Nông thôn mới",)},
        {"published": None},
        {"modified": datetime(2022, 7, 13, tzinfo=VIETNAM)},
    ],
)
def test_what_the_paper_published_is_in_the_hash(change: dict[str, Any]) -> None:
    assert replace(ARTICLE, **change).content_hash != ARTICLE.content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"fetched_at": datetime(2024, 1, 1, tzinfo=timezone.utc)},
        {"origins": {"title": "meta"}},
        {"notes": ("Bỏ ngày.",)},
        {"related": (RelatedLink("Bài khác"),)},
        {"url": "http://TIN.example/bai-1/?utm_source=zalo"},
    ],
)
def test_how_it_was_read_is_not(change: dict[str, Any]) -> None:
    again = replace(ARTICLE, **change)
    assert again.content_hash == ARTICLE.content_hash
    assert again.id == ARTICLE.id


def test_text_does_not_move_between_attributes_unseen() -> None:
    assert Article(title="a", lead="b").content_hash != Article(title="b", lead="a").content_hash
    assert Article(title="x", authors=("a", "b")).content_hash != Article(title="x", authors=("a",), tags=("b",)).content_hash


def test_hash_is_sha_256() -> None:
    assert len(ARTICLE.content_hash) == 64
    assert int(ARTICLE.content_hash, 16)


def test_articles_are_values() -> None:
    again = replace(ARTICLE)
    assert again == ARTICLE
    assert hash(again) == hash(ARTICLE)
    with pytest.raises(FrozenInstanceError):
        ARTICLE.title = "khác"  # type: ignore[misc]
