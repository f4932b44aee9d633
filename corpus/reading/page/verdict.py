"""Is a page an article? Evidence for and against is weighed, because no single sign can be trusted: section pages call themselves
og:type=article, articles have no date, short news is shorter than a home page's summaries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.reading.address import parts_of
from corpus.reading.page.label import title_kind
from corpus.reading.page.metadata import Metadata
from corpus.reading.page.publication import Publication, is_date_line
from corpus.reading.page.region import Region, is_headline_link
from corpus.reading.page.story import Story
from corpus.reading.page.title import Headline
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

NO_TEXT = "Trang không có bài viết nào: quá ít chữ ngoài các đường dẫn."
ERROR = "Trang báo lỗi hoặc bài đã bị gỡ, không phải bài báo."
HOME = "Đây là trang chủ, không phải một bài báo."
SECTION = "Đây là trang danh sách bài (chuyên mục, chủ đề), không phải một bài báo."
SEARCH = "Đây là trang kết quả tìm kiếm hoặc trang thẻ, không phải một bài báo."
STATIC = "Đây là trang thông tin của tòa soạn (giới thiệu, liên hệ, đăng nhập…), không phải một bài báo."
NO_TITLE = "Không tìm thấy tiêu đề bài trên trang."


@dataclass(frozen=True)
class Evidence:
    """What the decision is made on."""

    tree: Tree
    region: Region
    metadata: Metadata
    headline: Headline
    story: Story
    publication: Publication
    url: str
    tagged: bool


def refusal(evidence: Evidence) -> str:
    """Return why the page is no article, in one sentence, or "" when it is one."""
    story, metadata = evidence.story, evidence.metadata
    body = [block.text for block in story.blocks if block.kind == "paragraph"]
    words = sum(len(text.split()) for text in body) + len(story.lead.split())
    captions = sum(len(block.text.split()) for block in story.blocks if block.kind == "caption")
    kind = title_kind(evidence.headline.text) or title_kind(evidence.tree.title)
    if kind == "error" and words < 200:
        return ERROR
    if kind == "static" and not metadata.declares_article:
        return STATIC
    if kind == "static…" and not metadata.declares_article and evidence.publication.published is None:
        return STATIC
    path = parts_of(evidence.url).path
    home = bool(evidence.url) and not path.strip("/") and "=" not in parts_of(evidence.url).query
    if home:
        return HOME
    listing = _listed(evidence)
    score = _declared(evidence) + _written(evidence, words, len(body)) + _addressed(evidence.url) - listing
    if score >= (_ACCEPTED + 1 if words + captions < 60 else _ACCEPTED) and words + captions >= _LEAST_WORDS:
        return ""
    if metadata.declares_listing or listing > 0 or kind == "search":
        return SEARCH if kind == "search" or _SEARCH_PATH.search(evidence.url) else SECTION
    return _without_story(evidence.tree, evidence.url, NO_TITLE if evidence.headline.first < 0 and words > 60 else NO_TEXT)


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
    metadata, headline = evidence.metadata, evidence.headline
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
    weights = evidence.region.weights
    everything = sum(weight for weight in weights if weight > 0)
    return score - (2 if evidence.region.prose(evidence.region.body) * 3 < everything else 0)


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
    lines = evidence.tree.lines[evidence.region.body.start : evidence.region.body.end]
    texts = [line for line in lines if not line.media and not is_date_line(line.text)]
    pairs = sum(
        is_headline_link(first) and evidence.region.weights[second.number] > 0
        for first, second in zip(texts, texts[1:], strict=False)
    )
    prose = sum(evidence.region.weights[line.number] > 0 for line in texts)
    links = sum(is_headline_link(line) for line in texts)
    dates = sum(is_date_line(line.text) for line in lines)
    score = 4.0 if pairs >= 3 and pairs * 2 >= prose else 0.0
    score += 2 if links >= 8 and links > prose else 0.0
    score += 3 if dates >= 4 and dates * 2 >= prose else 0.0
    repeated = evidence.tree.lines[: evidence.region.body.end]
    headlines = sum(is_headline_link(line) for line in repeated)
    return score + (1 if headlines > 80 and prose < 6 else 0)
