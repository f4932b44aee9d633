"""The table of facets: what an article can be narrowed by, how its values are read off an article, and how readers type them.

The fields of the index, the names in a query, the parameters of addresses, the options of the command line, the keys of the JSON and the API's
description all follow from FACETS. A new facet is one entry here, its messages (see CONTRIBUTING.md) and its tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from corpus.article import Article
from corpus.author import author_key, persons
from corpus.hashtag import tag_key
from language.legal_document import document_key, documents
from language.period import period
from language.place import Place, mentions, named, places
from language.text import clean
from language.timestamp import VIETNAM

FacetName: TypeAlias = str
"""The name of an entry of FACETS."""


@dataclass(frozen=True)
class Facet:
    """A way to narrow a search.

    `name` is its name in addresses, in the index and in JSON; `fields` are its names in a query, the first the one we write, the last the English one.
    `values_of` gives the values of an article, key -> label as it is written there; `key_of` the key of a value as a reader may type it, "" if it
    can be none. `has_many`: articles have many values of it, so those chosen narrow each other (AND) unless the reader wants any of them; of other
    facets any one chosen is enough (OR). `keys_of`: the keys of all values that what a reader typed may mean besides. `is_month`: its values are months, typed as dates, in the order of time, drawn as a chart and not listed.
    """

    name: FacetName
    fields: tuple[str, ...]
    values_of: Callable[[Article], Mapping[str, str]]
    key_of: Callable[[str], str]
    has_many: bool = False
    is_month: bool = False
    keys_of: Callable[[str], tuple[str, ...]] = lambda typed: ()


def _folded(value: str) -> str:
    return clean(value).casefold()


def _one(value: str) -> dict[str, str]:
    return {value.casefold(): value} if value else {}


def texts_of(article: Article) -> tuple[str, ...]:
    """Return title, lead and blocks."""
    return (article.title, article.lead, *(block.text for block in article.blocks))


def day_of(article: Article) -> date | None:
    """Return the day of an article in Vietnam, None if it has none."""
    return article.published.astimezone(VIETNAM).date() if article.published else None


def _documents(article: Article) -> dict[str, str]:
    return documents("\n".join(texts_of(article)))


def places_named(article: Article) -> tuple[Place, ...]:
    """Return the places that an article names, in order, each once; those left open are none."""
    found = mentions(texts_of(article), day=day_of(article), paper=article.source)
    return tuple(dict.fromkeys(mention.place for mention in found if mention.place))


def _places(article: Article) -> dict[str, str]:
    """Return the places that an article names, with all that these lie in, by the map of its day and today's."""
    known = places()
    return {key: known[key].label for place in places_named(article) for key in place.lies_in}


def _place_keys(typed: str) -> tuple[str, ...]:
    return tuple(place.key for place in named(clean(typed)))


def _place_key(typed: str) -> str:
    meant = (typed,) if typed in places() else _place_keys(typed)
    return meant[0] if len(meant) == 1 else _folded(typed)


def _month(article: Article) -> dict[str, str]:
    month = article.published.astimezone(VIETNAM).strftime("%Y-%m") if article.published else ""
    return {month: month} if month else {}


def _month_key(value: str) -> str:
    return value if re.fullmatch("[0-9]{4}-[0-9]{2}", value) and period(value, date.max) else ""


FACETS: tuple[Facet, ...] = (
    Facet("tag", ("thẻ", "the", "tag"), lambda article: {tag_key(tag): tag for tag in article.tags}, tag_key, has_many=True),
    Facet("source", ("nguồn", "nguon", "source"), lambda article: _one(article.source), _folded),
    Facet("section", ("chuyên-mục", "chuyen-muc", "section"), lambda article: _one(article.section), _folded),
    Facet("author", ("tác-giả", "tac-gia", "author"), persons, author_key),
    Facet("document", ("văn-bản", "van-ban", "document"), _documents, lambda value: document_key(clean(value)), has_many=True),
    Facet("place", ("nơi", "noi", "place"), _places, _place_key, has_many=True, keys_of=_place_keys),
    Facet("month", ("tháng", "thang", "month"), _month, _month_key, is_month=True),
)
"""All facets, in the order in which they are shown."""
FACET: Mapping[FacetName, Facet] = {facet.name: facet for facet in FACETS}
FACET_NAMES: tuple[FacetName, ...] = tuple(FACET)
LISTED: tuple[FacetName, ...] = tuple(facet.name for facet in FACETS if not facet.is_month)
"""The facets whose values are listed."""
MONTHS: tuple[FacetName, ...] = tuple(facet.name for facet in FACETS if facet.is_month)
NARROWING: tuple[FacetName, ...] = tuple(facet.name for facet in FACETS if facet.has_many)
"""The facets whose chosen values narrow each other."""
