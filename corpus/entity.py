"""An article -> the places, persons, bodies and official documents that it names, and where: the mentions behind the facets of these names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.article import Article
from corpus.mention import actor_mentions, place_mentions, texts_of
from language import legal_document
from language.legal_document import documents

Part = Literal["title", "lead", "blocks"]
EntityKind = Literal["place", "person", "organisation", "document"]
_Found = tuple[int, int, int, EntityKind, str, str]


@dataclass(frozen=True)
class Entity:
    """One mention, at text[start:end] of a part of the article; `block` is the number of the block, None of title and lead.

    `key` is the value of the facet `kind`; "" with the label "" where it stays open which one is meant.
    """

    kind: EntityKind
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
    found = sorted([*_places(article), *_actors(article), *_documents(texts)])
    return [_entity(texts, *each) for each in found]


def _places(article: Article) -> Iterator[_Found]:
    for mention in place_mentions(article):
        place = mention.place
        yield mention.text, mention.start, mention.end, "place", place.key if place else "", place.label if place else ""


def _actors(article: Article) -> Iterator[_Found]:
    for named in actor_mentions(article):
        yield named.text, named.start, named.end, named.actor.kind, named.actor.key, named.actor.label


def _documents(texts: tuple[str, ...]) -> Iterator[_Found]:
    kept = documents("\n".join(texts))
    found = [(number, mention) for number, text in enumerate(texts) for mention in legal_document.mentions(text)]
    whole = {mention.key: mention for _, mention in found if mention.key in kept}
    for number, mention in found:
        meant = [key for key, each in whole.items() if key == mention.key or mention.may_mean(each)]
        key = mention.key if mention.key in kept else meant[0] if len(meant) == 1 else ""
        yield number, mention.start, mention.end, "document", key, kept.get(key, "")


def _entity(texts: tuple[str, ...], number: int, start: int, end: int, kind: EntityKind, key: str, label: str) -> Entity:
    part: Part = "title" if number == 0 else "lead" if number == 1 else "blocks"
    block = number - 2 if number > 1 else None
    return Entity(kind, part, block, start, end, texts[number][start:end], key, label)
