"""What a page says about itself to machines -> values, the most trusted first, each with its origin.

Order of trust: JSON-LD of the article, then OpenGraph and other meta tags, then microdata. The visible page comes after these and is
read elsewhere (title.py, publication_date.py, author.py, tag.py). Nothing is believed here: it is collected and cleaned.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from corpus.identity import without_tracking
from corpus.message import note
from corpus.reading.address import is_broken, parts_of, resolve
from corpus.reading.page.label import fold
from corpus.reading.page.linked_data import ARTICLE_TYPES, read_objects, texts, types
from corpus.reading.page.node import Tree
from language.text import clean

_META = {
    "title": ("og:title", "twitter:title", "dc.title", "title"),
    "description": ("og:description", "twitter:description", "description", "dc.description"),
    "published": (
        "article:published_time", "og:published_time", "pubdate", "publishdate", "publish_date", "publish-date", "published_time",
        "date_published", "article_date_original", "article.published", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date",
        "dc.date.created", "sailthru.date", "parsely-pub-date", "date", "article:publicationdate", "its_publication", "cxenseparse:recs:publishtime",
    ),
    "modified": ("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified", "article_updatetime", "date_modified"),
    "author": ("article:author", "author", "dc.creator", "dcterms.creator", "dable:author", "news_author", "parsely-author"),
    "section": ("article:section", "section", "dable:category"),
    "tag": ("article:tag", "og:article:tag", "its_tag", "dable:tag"),
    "keyword": ("news_keywords", "keywords"),
    "source": ("og:site_name", "source", "dc.publisher", "application-name", "copyright"),
    "url": ("og:url", "twitter:url"),
}  # fmt: skip
# Names under which microdata is written into meta tags; those written on visible elements are found by _visible_microdata.
_MICRODATA = {
    "headline": "title", "datepublished": "published", "datemodified": "modified", "author": "author", "articlesection": "section",
    "description": "description", "keywords": "keyword",
}  # fmt: skip
_LISTING_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage", "ContactPage", "AboutPage"))
# A page that says a thing more often was not written by a paper.
_MOST_VALUES, _MOST_NOTES = 500, 3
_NO_ARTICLE_OG = frozenset(("video.other", "profile", "music.song"))


@dataclass(frozen=True)
class Value:
    """A value and where it was found: "json-ld", "meta", "microdata" or "given" (by the caller)."""

    text: str
    origin: str


@dataclass(frozen=True)
class Metadata:
    """All that a page says of itself. `kinds` are its declared types: "NewsArticle", "CollectionPage", "og:article".

    `notes` say which of its declared addresses are none.
    """

    values: dict[str, tuple[Value, ...]]
    kinds: frozenset[str]
    canonical: str
    notes: tuple[str, ...] = ()

    def all(self, name: str) -> tuple[Value, ...]:
        return self.values.get(name, ())

    @property
    def declares_article(self) -> bool:
        """Does JSON-LD or microdata say outright that the page is one article?"""
        return bool(self.kinds & ARTICLE_TYPES)

    @property
    def declares_listing(self) -> bool:
        return bool(self.kinds & _LISTING_TYPES or self.kinds & _NO_ARTICLE_OG) and not self.declares_article


def read_metadata(tree: Tree, url: str) -> Metadata:
    """Collect the metadata of `tree`, a page fetched from `url` ("" when unknown)."""
    values: dict[str, list[Value]] = {}
    objects = read_objects(tree.linked_data)
    kinds = {kind for entry in objects for kind in types(entry)}
    article = _own([entry for entry in objects if types(entry) & ARTICLE_TYPES], tree)
    if article is None:  # a list of other pages' articles
        kinds -= ARTICLE_TYPES
    else:
        for name, found in _of_article(article):
            _add(values, name, found, "json-ld")
    for entry in objects:
        if "BreadcrumbList" in types(entry):
            _add(values, "section", _crumbs(entry), "json-ld")
    contents = _contents(tree)
    _add_contents(values, contents)
    _add(values, "url", (url,), "given")
    kinds |= {f"og:{content}" for content in contents.get("og:type", ())}
    kinds |= _visible_microdata(tree, values)
    canonicals = [href for rel, href in tree.links if rel == "canonical"]
    declared = (*canonicals[:_MOST_VALUES], *(value.text for value in values.get("url", ())))
    return Metadata(
        {name: tuple(known) for name, known in values.items()}, frozenset(kinds), _canonical(canonicals, url), _broken(declared)
    )


def _add(values: dict[str, list[Value]], name: str, found: Iterable[str], origin: str) -> None:
    """Add what was `found` under `name`, as far as a paper would write so much of it."""
    known = values.setdefault(name, [])
    known.extend(Value(text, origin) for text in islice(filter(None, found), max(0, _MOST_VALUES - len(known))))


def _of_article(article: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield what the JSON-LD of an article says, each with its name here."""
    name = article.get("name")
    yield "title", texts(article.get("headline")) + texts(name if isinstance(name, str) else None)
    yield "description", texts(article.get("description"))
    yield "published", texts(article.get("datePublished"))
    yield "modified", texts(article.get("dateModified"))
    yield "author", texts(_people(article.get("author")))
    yield "section", texts(article.get("articleSection"))
    yield "keyword", texts(article.get("keywords"))
    yield "source", texts(article.get("publisher"))
    yield "url", texts(article.get("url")) + texts(article.get("mainEntityOfPage"))


def _contents(tree: Tree) -> dict[str, list[str]]:
    """Return what the meta tags of a page say, by their names."""
    contents: dict[str, list[str]] = {}
    for name, content in tree.metas:
        contents.setdefault(name, []).append(clean(html.unescape(content)))
    return contents


def _add_contents(values: dict[str, list[Value]], contents: Mapping[str, Sequence[str]]) -> None:
    """Add what meta tags say, the microdata among them last."""
    for name, keys in _META.items():
        for key in keys:
            _add(values, name, contents.get(key, ()), "meta")
    for key, name in _MICRODATA.items():
        _add(values, name, contents.get(key, ()), "microdata")


def _canonical(hrefs: Iterable[str], url: str) -> str:
    """Return the first address that a page calls canonical and that is no home page, else its first; "" when there is none."""
    known = [address for href in hrefs if (address := _address(href, url))]
    return next((address for address in known if parts_of(address).path.strip("/")), known[0] if known else "")


def _broken(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return notes on those of `addresses` that are none, each once."""
    notes = tuple(note("note_broken_address", address=href[:60]) for href in dict.fromkeys(filter(is_broken, addresses)))
    return notes[:_MOST_NOTES]


def page_url(metadata: Metadata, url: str) -> str:
    """Return the address of the article: the page's own canonical one, unless that is a home page; else `url`. Nothing in it tracks."""
    own = (metadata.canonical, *(value.text for value in metadata.all("url")))
    known = [without_tracking(address) for candidate in own if (address := _address(candidate, url))]
    return next((address for address in known if parts_of(address).path.strip("/")), known[-1] if known else "")


def _address(href: str, base: str) -> str:
    return resolve(base, href).split("#")[0]


def _own(articles: list[dict[str, Any]], tree: Tree) -> dict[str, Any] | None:
    """Of several articles in JSON-LD, the one whose headline the page's title shows."""
    title = fold(tree.title)
    for article in articles:
        headline = fold(next(iter(texts(article.get("headline"))), ""))
        if headline and headline in title:
            return article
    return articles[0] if len(articles) == 1 else None


def _people(authors: Any) -> list[Any]:
    """What JSON-LD gives as authors, without organisations."""
    listed = authors if isinstance(authors, list) else [authors]
    return [author for author in listed if not (isinstance(author, dict) and "Organization" in types(author))]


def _crumbs(breadcrumbs: dict[str, Any]) -> list[str]:
    """Return the names of the breadcrumbs, the innermost first; the article's own may be among them (reader.py leaves it out)."""
    found: list[str] = []
    entries = breadcrumbs.get("itemListElement")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, list):
            entry = entry[0] if entry else {}
        if isinstance(entry, dict):
            found += texts(entry.get("name") or entry.get("item"))
    return [name for name in found[::-1] if not name.startswith("http")]


def _visible_microdata(tree: Tree, values: dict[str, list[Value]]) -> set[str]:
    """Add the microdata of visible elements; return the article types they declare, none where many do (a list of teasers)."""
    kinds: list[str] = []
    seen: set[str] = set()
    for node in tree.nodes:
        kinds += {node.attributes.get("itemtype", "").rsplit("/", 1)[-1]} & ARTICLE_TYPES
        for prop in node.attributes.get("itemprop", "").lower().split():
            name = _MICRODATA.get(prop)
            if name is None or name in seen or node.tag == "meta":
                continue
            text = clean(node.attributes.get("content") or node.attributes.get("datetime") or node.text or tree.texts(node))
            if text and len(text) < 600 and node.end - node.start <= 2:
                seen.add(name)
                values.setdefault(name, []).append(Value(text, "microdata"))
    return set(kinds) if len(kinds) <= 2 else set()
