"""An article as it was read -> the same within what every other room can carry, or the reason why it is none.

Whoever shows, counts or indexes an article relies on these bounds: a title of a megabyte would make every page with it a megabyte. Nothing is
cut but what no newspaper writes, and each cut is told in a note. Invariant: bounded(bounded(article)) == bounded(article).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from corpus.article import Article, Block, RelatedLink
from corpus.errors import NotAnArticle
from corpus.message import note, told
from corpus.reading.address import LONGEST
from language.wording import Told

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
        raise NotAnArticle("article_too_long", most=MAX_TEXT)
    notes: list[str] = []
    lead, blocks = article.lead, article.blocks
    if len(lead) > MAX_LEAD:
        notes.append(note("note_long_lead", most=MAX_LEAD))
        lead, blocks = "", (Block("paragraph", lead), *blocks)
    if len(blocks) > MAX_BLOCKS:
        raise too_many_blocks()
    kept = replace(
        article,
        title=_cut(article.title, MAX_TITLE, told("cut_title"), notes),
        lead=lead,
        blocks=blocks,
        source=_cut(article.source, MAX_NAME, told("cut_source"), notes),
        section=_cut(article.section, MAX_NAME, told("cut_section"), notes),
        authors=_first(
            [_cut(name, MAX_NAME, told("cut_author"), notes) for name in article.authors[: MAX_AUTHORS + 1]],
            MAX_AUTHORS,
            told("many_authors"),
            notes,
        ),
        related=_first(list(map(_linked, article.related[: MAX_RELATED + 1])), MAX_RELATED, told("many_related"), notes),
    )
    return replace(kept, notes=tuple(dict.fromkeys((*article.notes, *notes)))[:MAX_NOTES])


def too_many_blocks() -> NotAnArticle:
    """Return the error for a text of more than MAX_BLOCKS paragraphs."""
    return NotAnArticle("too_many_blocks", most=MAX_BLOCKS)


def _linked(link: RelatedLink) -> RelatedLink:
    return RelatedLink(link.title[:MAX_TITLE].rstrip(), link.url if len(link.url) <= LONGEST else "")


def _cut(text: str, most: int, name: Told, notes: list[str]) -> str:
    if len(text) <= most:
        return text
    notes.append(note("note_cut", name=name, size=len(text), most=most))
    return text[:most].rstrip()


def _first(values: list[_Value], most: int, name: Told, notes: list[str]) -> tuple[_Value, ...]:
    if len(values) > most:
        notes.append(note("note_too_many", most=most, name=name))
    return tuple(values[:most])
