"""An archive -> the ways into it, each with how much is there; an address that leads nowhere -> the articles that have its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from flask import url_for

from corpus.article import Article
from corpus.permalink import permalink
from searcher.answer import Overview
from searcher.request import SearchRequest
from web.address import article_url, search_url
from web.desk import searcher
from web.listing import Offer
from web.message import t

_TITLES = 3
_TIME_LIMIT = 0.5  # seconds: many an address that leads nowhere was never meant for a reader
_FEWEST_WORDS, _MOST_WORDS, _LONGEST_WORD = 2, 16, 7
"""Words of an address that are looked for, the fewest of more than a letter; letters of a syllable: what is longer is no Vietnamese."""


@dataclass(frozen=True)
class Meant:
    """What an address may have meant: the search for its words, and the first articles that have them, each (title, address)."""

    words: str
    search: Offer
    articles: tuple[tuple[str, str], ...]


def doors(overview: Overview) -> list[Offer]:
    """Return the ways into an archive: its articles, and the lists of what they have; none into an empty one."""
    if not overview.articles:
        return []
    lists = (("tag", "tag.all_tags"), ("document", "document.all_documents"))
    newest = Offer(t("doors.newest"), search_url(SearchRequest(sort="newest")), overview.articles)
    counted = ((facet, endpoint, len(overview.facets.get(facet, ()))) for facet, endpoint in lists)
    return [newest, *(Offer(t(f"doors.{facet}"), url_for(endpoint), count) for facet, endpoint, count in counted if count)]


def meant_by(words: str) -> Meant | None:
    """Return the articles that have all words of an address, None if there are no words or no articles."""
    if not words:
        return None
    found = searcher().find_all(SearchRequest(words), time_limit=_TIME_LIMIT)
    if not len(found):
        return None
    search = Offer(t("doors.address", count=len(found)), search_url(SearchRequest(words)), len(found))
    return Meant(words, search, tuple(map(_titled, islice(found, _TITLES))))


def words_of(path: str) -> list[str]:
    """Return what may be words of a title in a path's last part, [] if they are too few to go by: of /bai-viet/abcdefghijkl-truong-hoc-moi `truong hoc moi`."""
    last = re.sub(r"\.[a-z]{2,5}$", "", path.rstrip("/").rpartition("/")[2].lower())
    words = [word for word in re.findall(r"[^\W_]+", last) if len(word) <= _LONGEST_WORD and word.isalpha()]
    return words[:_MOST_WORDS] if sum(len(word) > 1 for word in words) >= _FEWEST_WORDS else []


def _titled(article: Article) -> tuple[str, str]:
    return article.title or t("hit.untitled"), article_url(permalink(article.id, article.title))
