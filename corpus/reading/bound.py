"""An article as it was read -> the same within what every other room can carry, or the reason why it is none.

Whoever shows, counts or indexes an article relies on these bounds: a title of a megabyte would make every page with it a megabyte. Nothing is
cut but what no newspaper writes, and each cut is told in a note. Invariant: bounded(bounded(article)) == bounded(article).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from corpus.article import Article, Block, RelatedLink
from corpus.errors import NotAnArticle
from corpus.reading.address import LONGEST

_Value = TypeVar("_Value")

MAX_TITLE = 1_000
# A longer lead is the first paragraph.
MAX_LEAD = 10_000
# Of a source, a section, an author.
MAX_NAME = 300
MAX_AUTHORS = 100
MAX_RELATED = 200
MAX_NOTES = 50
# A book of 400 pages has a million characters. Ten thousand paragraphs take a tenth of a second to show.
MAX_TEXT = 1_000_000
MAX_BLOCKS = 10_000


def bounded(article: Article) -> Article:
    """Return `article` with what is too long or too many cut off, and a note for each cut.

    Raises NotAnArticle for a text of more than MAX_TEXT characters or MAX_BLOCKS paragraphs: half a text would be a wrong one.
    """
    size = len(article.lead) + sum(len(block.text) + len(block.credit) for block in article.blocks)
    if size > MAX_TEXT:
        raise NotAnArticle(f"Bài dài hơn {MAX_TEXT} ký tự, không thể là một bài báo.")
    notes: list[str] = []
    lead, blocks = article.lead, article.blocks
    if len(lead) > MAX_LEAD:
        notes.append(f"Lời dẫn dài hơn {MAX_LEAD} ký tự nên được coi là đoạn đầu.")
        lead, blocks = "", (Block("paragraph", lead), *blocks)
    if len(blocks) > MAX_BLOCKS:
        raise NotAnArticle(too_many_blocks())
    kept = replace(
        article,
        title=_cut(article.title, MAX_TITLE, "Tiêu đề", notes),
        lead=lead,
        blocks=blocks,
        source=_cut(article.source, MAX_NAME, "Tên báo", notes),
        section=_cut(article.section, MAX_NAME, "Tên chuyên mục", notes),
        authors=_first(
            [_cut(name, MAX_NAME, "Tên tác giả", notes) for name in article.authors[: MAX_AUTHORS + 1]],
            MAX_AUTHORS,
            "tác giả",
            notes,
        ),
        related=_first(list(map(_linked, article.related[: MAX_RELATED + 1])), MAX_RELATED, "tin liên quan", notes),
    )
    return replace(kept, notes=tuple(dict.fromkeys((*article.notes, *notes)))[:MAX_NOTES])


def too_many_blocks() -> str:
    """Return why a text of more than MAX_BLOCKS paragraphs is refused."""
    return f"Bài có hơn {MAX_BLOCKS} đoạn, không thể là một bài báo."


def _linked(link: RelatedLink) -> RelatedLink:
    return RelatedLink(link.title[:MAX_TITLE].rstrip(), link.url if len(link.url) <= LONGEST else "")


def _cut(text: str, most: int, name: str, notes: list[str]) -> str:
    if len(text) <= most:
        return text
    notes.append(f"{name} dài {len(text)} ký tự; chỉ giữ {most} ký tự đầu.")
    return text[:most].rstrip()


def _first(values: list[_Value], most: int, name: str, notes: list[str]) -> tuple[_Value, ...]:
    if len(values) > most:
        notes.append(f"Có hơn {most} {name}; chỉ giữ {most} mục đầu.")
    return tuple(values[:most])
