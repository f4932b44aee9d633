"""Articles as they are -> the same with all that an archive may have: several papers, sections, authors, hashtags, undated and unmarked texts, copies,
earlier versions. Chance comes from a fixed seed.

For what compares engines: an archive of one paper, all of it dated and none of it changed, would leave half of the answers empty.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

from writing import unmarked

from corpus.article import Article
from language.analyzer import words

PAPERS = ("Báo Núi Sông", "Báo Biển Đông", "Tin Chiều", "Đời Nay", "Núi Sông Cuối Tuần")
SECTIONS = ("Thời sự", "Thế giới", "Kinh tế", "Giáo dục", "Thể thao", "Pháp luật", "Sức khoẻ", "Xe")
AUTHORS = ("Lê An", "Trần Thị Bình", "Nguyễn Văn Cường", "Hoàng Dung", "Nguyễn Xuân Phúc", "Minh Đức", "Lan Anh", "PV", "Phạm Hà")
UNDATED, UNMARKED, COPIED, CHANGED = 0.03, 0.04, 0.03, 0.05
"""Of all articles, how many have no day, are written without marks, stand in another paper too, came in an earlier version before."""
_MOST_TAGS = 4


def varied(articles: Iterable[Article]) -> Iterator[Article]:
    """Yield the articles with more to them; some come once more, as another paper has them or as they are changed later."""
    chance = random.Random(3)
    for article in articles:
        article = replace(
            article,
            source=chance.choice(PAPERS),
            section=chance.choice(("", *SECTIONS)),
            authors=tuple(chance.sample(AUTHORS, chance.choice((0, 1, 1, 2)))),
            tags=_tags(article, chance),
            published=None if chance.random() < UNDATED else article.published,
        )
        if chance.random() < UNMARKED:
            article = _unmarked(article)
        yield article
        if chance.random() < COPIED:
            yield replace(article, url=f"{article.url}?bao=khac", source=chance.choice(PAPERS), blocks=article.blocks[:-1])
        if chance.random() < CHANGED and len(article.blocks) > 2:
            gone = chance.randrange(len(article.blocks))
            yield replace(article, blocks=(*article.blocks[:gone], *article.blocks[gone + 1 :]))


def _tags(article: Article, chance: random.Random) -> tuple[str, ...]:
    """Return some of the words of the title that have several syllables."""
    known = sorted({word.replace("_", " ") for word in words(article.title) if "_" in word or " " in word})
    return tuple(chance.sample(known, min(len(known), chance.randrange(_MOST_TAGS))))


def _unmarked(article: Article) -> Article:
    blocks = tuple(replace(block, text=unmarked(block.text)) for block in article.blocks)
    return replace(article, title=unmarked(article.title), lead=unmarked(article.lead), blocks=blocks)
