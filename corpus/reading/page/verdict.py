"""Is a page an article? Evidence for and against is weighed, because no single sign can be trusted: section pages call themselves
og:type=article, articles have no date, short news is shorter than a home page's summaries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.reading.address import parts_of
from corpus.reading.page.label import title_kind
from corpus.reading.page.page import Page
from corpus.reading.page.publication_date import Publication, is_date_line
from corpus.reading.page.region import is_headline_link
from corpus.reading.page.story import Story
from corpus.reading.page.tree import Tree

_ACCEPTED = 2.0
_LEAST_WORDS = 25
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
    story, metadata = evidence.story, evidence.page.metadata
    body = [block.text for block in story.blocks if block.kind == "paragraph"]
    words = sum(len(text.split()) for text in body) + len(story.lead.split())
    captions = sum(len(block.text.split()) for block in story.blocks if block.kind == "caption")
    kind = title_kind(evidence.page.headline.text) or title_kind(evidence.page.tree.title)
    if kind == "error" and words < 200:
        return ERROR
    if kind == "static" and not metadata.declares_article:
        return STATIC
    if kind == "static…" and not metadata.declares_article and evidence.publication.published is None:
        return STATIC
    path = parts_of(evidence.page.address).path
    home = bool(evidence.page.address) and not path.strip("/") and "=" not in parts_of(evidence.page.address).query
    if home:
        return HOME
    listing = _listed(evidence)
    score = _declared(evidence) + _written(evidence, words, len(body)) + _addressed(evidence.page.address) - listing
    if score >= (_ACCEPTED + 1 if words + captions < 60 else _ACCEPTED) and words + captions >= _LEAST_WORDS:
        return ""
    if metadata.declares_listing or listing > 0 or kind == "search":
        return SEARCH if kind == "search" or _SEARCH_PATH.search(evidence.page.address) else SECTION
    return _without_story(
        evidence.page.tree, evidence.page.address, NO_TITLE if evidence.page.headline.first < 0 and words > 60 else NO_TEXT
    )


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
    lines = evidence.page.tree.lines[evidence.page.region.body.start : evidence.page.region.body.end]
    texts = [line for line in lines if not line.media and not is_date_line(line.text)]
    pairs = sum(
        is_headline_link(first) and evidence.page.region.weights[second.number] > 0
        for first, second in zip(texts, texts[1:], strict=False)
    )
    prose = sum(evidence.page.region.weights[line.number] > 0 for line in texts)
    links = sum(is_headline_link(line) for line in texts)
    dates = sum(is_date_line(line.text) for line in lines)
    score = 4.0 if pairs >= 3 and pairs * 2 >= prose else 0.0
    score += 2 if links >= 8 and links > prose else 0.0
    score += 3 if dates >= 4 and dates * 2 >= prose else 0.0
    repeated = evidence.page.tree.lines[: evidence.page.region.body.end]
    headlines = sum(is_headline_link(line) for line in repeated)
    return score + (1 if headlines > 80 and prose < 6 else 0)
