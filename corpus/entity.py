"""An article -> the places and official documents that it names, and where: the mentions behind the facets `place` and `document`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.article import Article
from corpus.facet import day_of, texts_of
from language import legal_document
from language.legal_document import documents
from language.place import mentions

Part = Literal["title", "lead", "blocks"]


@dataclass(frozen=True)
class Entity:
    """One mention, at text[start:end] of a part of the article; `block` is the number of the block, None of title and lead.

    `key` is the value of the facet `kind`; "" with the label "" where it stays open which one is meant.
    """

    kind: Literal["place", "document"]
    part: Part
    block: int | None
    start: int
    end: int
    text: str
    key: str
    label: str


def entities(article: Article) -> list[Entity]:
    """Return what an article names, in the order of its texts."""
    texts = texts_of(article)
    found = sorted([*_places(article, texts), *_documents(texts)])
    return [_entity(texts, *each) for each in found]


def _places(article: Article, texts: tuple[str, ...]) -> Iterator[tuple[int, int, int, str, str, str]]:
    for mention in mentions(texts, day=day_of(article), paper=article.source):
        place = mention.place
        yield mention.text, mention.start, mention.end, "place", place.key if place else "", place.label if place else ""


def _documents(texts: tuple[str, ...]) -> Iterator[tuple[int, int, int, str, str, str]]:
    kept = documents("\n".join(texts))
    found = [(number, mention) for number, text in enumerate(texts) for mention in legal_document.mentions(text)]
    whole = {mention.key: mention for _, mention in found if mention.key in kept}
    for number, mention in found:
        meant = [key for key, each in whole.items() if key == mention.key or mention.may_mean(each)]
        key = mention.key if mention.key in kept else meant[0] if len(meant) == 1 else ""
        yield number, mention.start, mention.end, "document", key, kept.get(key, "")


def _entity(texts: tuple[str, ...], number: int, start: int, end: int, kind: str, key: str, label: str) -> Entity:
    part: Part = "title" if number == 0 else "lead" if number == 1 else "blocks"
    block = number - 2 if number > 1 else None
    return Entity("place" if kind == "place" else "document", part, block, start, end, texts[number][start:end], key, label)
