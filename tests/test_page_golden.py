"""Whole pages, written in the shapes Vietnamese pages have, and what a careful reader finds on them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from corpus.errors import NotAnArticle
from corpus.reading.page import read_page

PAGES = sorted((Path(__file__).parent / "golden" / "pages").glob("*.html"))
ARTICLES = [path for path in PAGES if not path.name.startswith("no-")]
OTHERS = [path for path in PAGES if path.name.startswith("no-")]
# What a page says only by the names of its classes is lost without them: whose comments stand last, what a mere class sets apart.
NEED_CLASSES = {"boxes-gifts-and-comments", "interview", "wordpress-with-comments", "wordpress-short-news"}


def truth(path: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article_is_read_as_a_careful_reader_reads_it(path: Path) -> None:
    expected = truth(path)
    article = read_page(path.read_bytes())
    assert article.title == expected["title"]
    assert article.lead == expected["lead"]
    assert [[block.kind, block.text, block.credit] for block in article.blocks] == expected["blocks"]
    assert article.published is not None
    assert article.published.isoformat() == expected["published"]
    assert [tag.casefold() for tag in article.tags] == [tag.casefold() for tag in expected["tags"]]  # type: ignore[attr-defined]
    assert list(article.authors) == expected["authors"]


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_what_is_no_article_is_refused_with_a_reason(path: Path) -> None:
    with pytest.raises(NotAnArticle) as refused:
        read_page(path.read_bytes())
    assert str(truth(path)["refusal"]) in refused.value.reason
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize("path", [path for path in ARTICLES if path.stem not in NEED_CLASSES], ids=lambda path: path.stem)
def test_title_and_text_are_found_without_names_of_classes(path: Path) -> None:
    """No rule may live on one paper's class names: without any, headline, first and last paragraph are still right."""
    page = path.read_bytes()
    if page.startswith(b"\xff\xfe"):
        page = page.decode("utf-16").encode()
    bare = re.sub(rb"(?is)\s(?:class|id|itemprop)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", b" ", page)
    article = read_page(bare)
    paragraphs = [block.text for block in article.blocks if block.kind == "paragraph"]
    expected = [text for kind, text, _ in truth(path)["blocks"] if kind == "paragraph"]  # type: ignore[attr-defined]
    assert article.title == truth(path)["title"]
    assert expected[0] in (paragraphs[0], *paragraphs[:2])
    assert paragraphs[-1] == expected[-1]
