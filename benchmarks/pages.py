"""How much of real pages is read right: ours, and trafilatura alone, on pages whose truth is known.

    python benchmarks/pages.py FOLDER

FOLDER holds pairs page.html + page.json (title, lead, published, author, tags, first_paragraph, last_paragraph, captions) or a folder
`pages` of them, and may hold a folder `no-articles` of pages that a reader must refuse. Texts are compared without regard to case, white space
and quotation marks; "captions apart" means that no caption stands among the paragraphs; F1 of tags is over all pages together.
`--failures` also prints each miss.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import trafilatura  # noqa: E402

from corpus.errors import NotAnArticle  # noqa: E402
from corpus.hashtag import tag_key  # noqa: E402
from corpus.reading.page import read_page  # noqa: E402
from language.text import clean  # noqa: E402

_QUOTES = str.maketrans("“”‘’«»–—", '""\'\'""--')


@dataclass(frozen=True)
class Reading:
    """What a reader made of a page; None stands for a refusal."""

    title: str = ""
    day: str = ""
    lead: str = ""
    author: str = ""
    paragraphs: Sequence[str] = ()
    captions: Sequence[str] = ()
    tags: Sequence[str] = ()


@dataclass
class Score:
    """Right answers and questions, by name of the question."""

    right: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    tags: list[int] = field(default_factory=lambda: [0, 0, 0])  # common, ours, theirs
    seconds: float = 0.0

    def count(self, question: str, right: bool, miss: str = "") -> None:
        self.asked[question] = self.asked.get(question, 0) + 1
        self.right[question] = self.right.get(question, 0) + right
        if not right:
            self.misses.append(f"{question}: {miss}")


def read_ours(page: bytes) -> Reading | None:
    try:
        article = read_page(page)
    except NotAnArticle:
        return None
    return Reading(
        article.title,
        article.published.date().isoformat() if article.published else "",
        article.lead,
        ", ".join(article.authors),
        [block.text for block in article.blocks if block.kind == "paragraph"],
        [f"{block.text} {block.credit}".strip() for block in article.blocks if block.kind == "caption"],
        article.tags,
    )


def read_trafilatura(page: bytes) -> Reading | None:
    document: Any = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
    if document is None or not document.text:
        return None
    paragraphs = [line for line in document.text.split("\n") if line.strip()]
    return Reading(document.title or "", document.date or "", "", document.author or "", paragraphs, (), document.tags or ())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--failures", action="store_true", help="print each miss")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    pages = list(_pairs(arguments.folder)) or list(_pairs(arguments.folder / "pages"))
    others = sorted((arguments.folder / "no-articles").glob("*.html"))
    if not pages and not others:
        parser.error(f"no pairs page.html + page.json in {arguments.folder}")
    scores = {"ours": _score(read_ours, pages, others), "trafilatura": _score(read_trafilatura, pages, others)}
    questions = list(dict.fromkeys(question for score in scores.values() for question in score.asked))
    print(f"{len(pages)} pages, {len(others)} non-articles\n")
    print(f"{'':24}" + "".join(f"{name:>14}" for name in scores))
    for question in questions:
        cells = (100 * score.right.get(question, 0) / max(1, score.asked.get(question, 0)) for score in scores.values())
        print(f"{question:24}" + "".join(f"{cell:12.0f} %" for cell in cells))
    print(f"{'tags, F1':24}" + "".join(f"{_f1(score.tags):14.2f}" for score in scores.values()))
    print(
        f"{'ms a page':24}"
        + "".join(f"{1000 * score.seconds / max(1, len(pages) + len(others)):14.0f}" for score in scores.values())
    )
    if arguments.failures:
        print("\n" + "\n".join(scores["ours"].misses))
    return 0


def _pairs(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.glob("*.html")):
        truth = path.with_suffix(".json")
        if truth.exists():
            yield path, json.loads(truth.read_text(encoding="utf-8"))


def _score(
    read: Callable[[bytes], Reading | None], pages: Sequence[tuple[Path, dict[str, Any]]], others: Sequence[Path]
) -> Score:
    score = Score()
    for path, truth in pages:
        reading = _timed(read, path, score)
        score.count("taken for an article", reading is not None, path.name)
        _compare(reading or Reading(), truth, score, path.name)
    for path in others:
        score.count("non-articles refused", _timed(read, path, score) is None, path.name)
    return score


def _timed(read: Callable[[bytes], Reading | None], path: Path, score: Score) -> Reading | None:
    page = path.read_bytes()
    started = time.perf_counter()
    reading = read(page)
    score.seconds += time.perf_counter() - started
    return reading


def _compare(reading: Reading, truth: dict[str, Any], score: Score, name: str) -> None:
    score.count("title", _same(reading.title, truth["title"]), f"{name}: {reading.title!r}, not {truth['title']!r}")
    if truth.get("published"):
        day = datetime.fromisoformat(truth["published"]).date().isoformat()
        score.count("day", reading.day == day, f"{name}: {reading.day!r}, not {day}")
    paragraphs = list(reading.paragraphs)
    if not reading.lead and truth.get("lead") and paragraphs and _same(paragraphs[0], truth["lead"]):
        paragraphs = paragraphs[1:]  # a reader that knows no leads
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else ("", "")
    score.count(
        "first paragraph",
        _same(first, truth["first_paragraph"]),
        f"{name}: {first[:90]!r}, not {truth['first_paragraph'][:90]!r}",
    )
    score.count(
        "last paragraph", _same(last, truth["last_paragraph"]), f"{name}: {last[:90]!r}, not {truth['last_paragraph'][:90]!r}"
    )
    captions = truth.get("captions") or []
    mixed = [caption for caption in captions if any(_normal(caption) in _normal(paragraph) for paragraph in paragraphs)]
    score.count("captions apart", not mixed and bool(paragraphs), f"{name}: {mixed}")
    for caption in captions:
        found = any(_same(ours, caption) for ours in reading.captions)
        score.count("captions found", found, f"{name}: {caption!r}")
    score.count(
        "lead",
        _same(reading.lead, truth.get("lead") or ""),
        f"{name}: {reading.lead[:90]!r}, not {(truth.get('lead') or '')[:90]!r}",
    )
    if truth.get("author"):
        score.count("author", _same(reading.author, truth["author"]), f"{name}: {reading.author!r}, not {truth['author']!r}")
    ours, theirs = ({tag_key(tag) for tag in tags} for tags in (reading.tags, truth.get("tags") or ()))
    score.tags = [score.tags[0] + len(ours & theirs), score.tags[1] + len(ours), score.tags[2] + len(theirs)]
    if ours != theirs:
        score.misses.append(f"tags: {name}: too many {sorted(ours - theirs)}, missing {sorted(theirs - ours)}")


def _same(ours: str, theirs: str) -> bool:
    """Are the texts one, but for case, spaces and quotation marks, or a few characters in a long text?"""
    left, right = _normal(ours), _normal(theirs)
    if left == right:
        return True
    if min(len(left), len(right)) < 40:
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() > 0.95


def _normal(text: str) -> str:
    return re.sub(r"\W+", " ", clean(text).translate(_QUOTES).casefold()).strip()


def _f1(counts: Sequence[int]) -> float:
    common, ours, theirs = counts
    return 2 * common / (ours + theirs) if ours + theirs else 1.0


if __name__ == "__main__":
    sys.exit(main())
