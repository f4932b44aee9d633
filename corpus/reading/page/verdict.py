"""Is a page an article? Evidence for and against is weighed, because no single sign can be trusted: section pages call themselves
og:type=article, articles have no date, short news is shorter than a home page's summaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.article import BlockKind
from corpus.reading.address import parts_of
from corpus.reading.page.label import title_kind
from corpus.reading.page.node import Line, Tree
from corpus.reading.page.page import Page
from corpus.reading.page.publication_date import Publication, is_date_line
from corpus.reading.page.region import Region, is_headline_link
from corpus.reading.page.story import Story

_ACCEPTED = 2.0
_LEAST_WORDS = 25
_ONLY_SAYS_HOME = 2.0
"""What it costs a page of which no address is known that it calls itself by its paper's: a mistake of its template or its text, or it is the home page."""
_MANY_HEADLINES = 8
_SEARCH_PATH = re.compile(
    r"/(?:tim-kiem|timkiem|search|tags?|tu-khoa|tag-|tac-gia|author|hashtag|rss|trang-\d+|page/\d+|the-loai|category|chuyen-muc|danh-muc)(?:[/.?-]|$)"
    r"|[?&](?:s|q|keyword|tukhoa)=",
    re.I,
)
_NUMBER = re.compile(r"\d{4,}")
_EXTENSION = re.compile(r"\.(?:html?|aspx?|php|epi|vnp|vov|ldo|chn|tpo|htm|vgp|antd|antv)$|/$")

NO_TEXT = "no_text"
ERROR = "error_page"
HOME = "home_page"
SECTION = "section_page"
SEARCH = "search_page"
STATIC = "static_page"
NO_TITLE = "no_title"


@dataclass(frozen=True)
class Evidence:
    """What the decision is made on."""

    page: Page
    story: Story
    publication: Publication
    tagged: bool


def refusal(evidence: Evidence) -> str:
    """Return why the page is no article, as a key of corpus/messages, or "" when it is one."""
    page, story = evidence.page, evidence.story
    paragraphs = _texts(story, "paragraph")
    words = _words(paragraphs) + len(story.lead.split())
    captions = _words(_texts(story, "caption"))
    kind = title_kind(page.headline.text) or title_kind(page.tree.title)
    why = _refusal_by_title(kind, words, evidence)
    if why:
        return why
    home = is_home(page.address)
    if home and any(value.origin == "given" for value in page.metadata.all("url")):
        return HOME
    listing = _listed(evidence)
    score = _declared(evidence) + _written(evidence, words, len(paragraphs)) + _addressed(page.address) - listing
    score -= _ONLY_SAYS_HOME if home else 0.0
    if score >= (_ACCEPTED + 1 if words + captions < 60 else _ACCEPTED) and words + captions >= _LEAST_WORDS:
        return ""
    return HOME if home else _refusal_for_want_of_evidence(page, kind, words, is_listing=listing > 0)


def _refusal_for_want_of_evidence(page: Page, kind: str, words: int, *, is_listing: bool) -> str:
    """Return why a page on which nothing speaks for an article is none."""
    if page.metadata.declares_listing or is_listing or kind == "search":
        return SEARCH if kind == "search" or _SEARCH_PATH.search(page.address) else SECTION
    return _without_story(page.tree, page.address, NO_TITLE if page.headline.first < 0 and words > 60 else NO_TEXT)


def _texts(story: Story, kind: BlockKind) -> list[str]:
    """Return the texts of the blocks of one kind."""
    return [block.text for block in story.blocks if block.kind == kind]


def _words(texts: Iterable[str]) -> int:
    """Return how many words `texts` have."""
    return sum(len(text.split()) for text in texts)


def _refusal_by_title(kind: str, words: int, evidence: Evidence) -> str:
    """Return why a page with a title of `kind` is no article, however its story reads; "" when the title does not tell."""
    declared = evidence.page.metadata.declares_article
    if kind == "error" and words < 200:
        return ERROR
    if kind == "static" and not declared:
        return STATIC
    if kind == "static…" and not declared and evidence.publication.published is None:
        return STATIC
    return ""


def is_home(address: str) -> bool:
    """Tell whether `address` is that of a paper, with neither a path nor a query that names an article."""
    parts = parts_of(address)
    return bool(address) and not parts.path.strip("/") and "=" not in parts.query


def refusal_without_story(tree: Tree, url: str) -> str:
    """Return why a page without any prose is no article."""
    kind = title_kind(tree.title)
    if kind in ("error", "static", "static…"):
        return ERROR if kind == "error" else STATIC
    if url and not parts_of(url).path.strip("/") and not parts_of(url).query:
        return HOME
    return SEARCH if kind == "search" else _without_story(tree, url, NO_TEXT)


def _without_story(tree: Tree, url: str, otherwise: str) -> str:
    if sum(is_headline_link(line) for line in tree.lines) < _MANY_HEADLINES:
        return otherwise
    return SEARCH if _SEARCH_PATH.search(url) else SECTION


def _declared(evidence: Evidence) -> float:
    """What the page says of itself."""
    metadata, headline = evidence.page.metadata, evidence.page.headline
    score = 2.5 if metadata.declares_article else 0.0
    score -= 3 if metadata.declares_listing else 0.0
    score -= 1 if "og:website" in metadata.kinds and not metadata.declares_article else 0.0
    score += 2 if headline.matched and headline.first >= 0 else 0.5 if headline.first >= 0 else -2
    dated = {"json-ld": 1.5, "meta": 1.5, "microdata": 1.0, "visible": 2.0, "url": 1.0}
    return score + dated.get(evidence.publication.origin, -1.5)


def _written(evidence: Evidence, words: int, paragraphs: int) -> float:
    """What there is to read."""
    story = evidence.story
    score = -3.0 if words < 40 else -1.0 if words < 80 else 0.5 if words < 150 else 1.5 if words < 300 else 2.5
    score += 1 if paragraphs >= 3 else 0.0
    score -= 4 if story.rows * 2 > paragraphs else 0.0
    score += 0.5 * (bool(story.lead) + bool(story.bylines) + evidence.tagged)
    weights = evidence.page.region.weights
    everything = sum(weight for weight in weights if weight > 0)
    return score - (2 if evidence.page.region.prose(evidence.page.region.body) * 3 < everything else 0)


def _addressed(url: str) -> float:
    """What the address looks like: articles have long names with numbers, sections short ones."""
    if not url:
        return 0.0
    parts = parts_of(url)
    name = _EXTENSION.sub("", parts.path.rstrip("/")).rsplit("/", 1)[-1]
    words = len(re.findall(r"[^\W\d_]+", name))
    if _SEARCH_PATH.search(f"{parts.path}?{parts.query}"):
        return -2.0
    if words >= 5 or (words >= 3 and _NUMBER.search(parts.path)):
        return 1.5
    if _NUMBER.search(parts.path) or re.search(r"\d{3,}", parts.query) or any(character.isdigit() for character in name):
        return 0.5
    return -2.0 if words <= 3 else 0.0


def _listed(evidence: Evidence) -> float:
    """How much the story looks like a list of other stories."""
    tree, region = evidence.page.tree, evidence.page.region
    lines = tree.lines[region.body.start : region.body.end]
    texts = [line for line in lines if not line.media and not is_date_line(line.text)]
    prose = sum(region.weights[line.number] > 0 for line in texts)
    pairs, links = _summarised(texts, region), _headlines(texts)
    dates = sum(is_date_line(line.text) for line in lines)
    score = 4.0 if pairs >= 3 and pairs * 2 >= prose else 0.0
    score += 2 if links >= 8 and links > prose else 0.0
    score += 3 if dates >= 4 and dates * 2 >= prose else 0.0
    return score + (1 if prose < 6 and _headlines(tree.lines[: region.body.end]) > 80 else 0)


def _headlines(lines: Iterable[Line]) -> int:
    """Return how many of `lines` are headlines of other stories."""
    return sum(map(is_headline_link, lines))


def _summarised(texts: Sequence[Line], region: Region) -> int:
    """Return how many headlines of other stories have prose right after them, as their summaries stand in lists."""
    pairs = zip(texts, texts[1:], strict=False)
    return sum(is_headline_link(first) and region.weights[second.number] > 0 for first, second in pairs)
