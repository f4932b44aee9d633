"""The sample archive: every page is read as a careful person would read it (tests/golden/sample.tsv), and says that it is invented."""

from __future__ import annotations

import csv
import html
from pathlib import Path

import pytest

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from corpus.reading.page.encoding import decode
from corpus.sample import sample_folder
from language.text import clean
from language.timestamp import VIETNAM

GOLDEN = Path(__file__).parent / "golden" / "sample.tsv"
with open(GOLDEN, encoding="utf-8", newline="") as table:
    TRUTH = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth["file"])
def test_page_is_read_right(sample_articles: dict[bytes, Article], truth: dict[str, str]) -> None:
    article = sample_articles[(sample_folder() / truth["file"]).read_bytes()]
    paragraphs = [block.text for block in article.blocks if block.kind == "paragraph"]
    read = {
        "file": truth["file"],
        "title": article.title,
        "published": article.published.astimezone(VIETNAM).date().isoformat() if article.published else "",
        "source": article.source,
        "section": article.section,
        "author": "|".join(article.authors),
        "tags": "|".join(sorted(tag.casefold() for tag in article.tags)),
        "n_captions": str(sum(block.kind == "caption" for block in article.blocks)),
        "first_paragraph": paragraphs[0][:60].strip(),
        "last_paragraph": paragraphs[-1][-60:].strip(),
    }
    assert read == {**truth, "tags": "|".join(sorted(tag.casefold() for tag in truth["tags"].split("|") if tag))}


def test_the_table_names_every_page() -> None:
    pages = {path.relative_to(sample_folder()).as_posix() for path in sample_folder().rglob("*.html")}
    assert pages == {truth["file"] for truth in TRUTH}
    assert len(pages) >= 80
    assert len({Path(page).parent for page in pages}) >= 5


def test_every_page_says_that_it_is_invented() -> None:
    for path in sample_folder().rglob("*.html"):
        assert "nội dung hư cấu" in clean(html.unescape(decode(path.read_bytes()).text)), path


def test_the_whole_sample_is_archived(archive_home: Path) -> None:
    with Archive.open(archive_home / ARCHIVE_FILE, read_only=True) as archive:
        found = archive.statistics()
        assert (found.articles, found.rejects) == (len(TRUTH), 0)
        assert len(found.sources) == len({truth["source"] for truth in TRUTH})
        assert archive.check() == []
