"""The sample archive and a seed -> as many articles as wanted, told apart by words that occur nowhere else.

Invariant: an article's text is decided by (seed, number, version) alone; each version holds EVERYWHERE once, which finds all articles, and
`marker(seed, number, version)` once, which finds it and nothing else.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.identity import article_id
from corpus.ingest import ingest
from corpus.reading.jsonl import write_line
from corpus.reading.page import read_page
from corpus.sample import sample_folder
from index.snapshot import INDEX_FOLDER
from index.writer import update_index

EVERYWHERE = "zqmoinoi"
_CONSONANTS = "bcdghklmnprstvx"


@cache
def sample_pages() -> tuple[bytes, ...]:
    """Return the pages of the sample archive."""
    return tuple(path.read_bytes() for path in sorted(sample_folder().rglob("*.html")))


@cache
def _sample_articles() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(write_line(read_page(page))) for page in sample_pages())


def marker(seed: int, number: int, version: int = 0) -> str:
    """Return a word that one version of one article holds, and no other text."""
    value, letters = (seed % 997 * 100_003 + number) * 10_007 + version, ""
    while value:
        value, digit = divmod(value, len(_CONSONANTS))
        letters += _CONSONANTS[digit]
    return f"zq{letters}q"


def address(number: int) -> str:
    """Return the address of an article."""
    return f"https://bien-the.example/bai/{number}"


def identity(number: int) -> str:
    """Return the id of an article."""
    return article_id(address(number), [])


def article(seed: int, number: int, version: int = 0, *, paragraphs: int = 4) -> dict[str, Any]:
    """Return one version of an article in the exchange format: `paragraphs` of each of three sample articles under the title of one."""
    chance = random.Random(f"{seed} {number} {version}")
    bases = chance.sample(_sample_articles(), 3)
    line = {
        name: value
        for name, value in bases[0].items()
        if name in ("title", "lead", "source", "section", "tags", "authors", "published")
    }
    body = [paragraph for base in bases for paragraph in chance.sample(base["body"], min(len(base["body"]), paragraphs))]
    body.append(f"Bản tin số {number}, lần {version}: {EVERYWHERE} {marker(seed, number, version)}.")
    chance.shuffle(body)
    return line | {"url": address(number), "body": body}


def write_lines(path: Path, seed: int, versions: Iterable[tuple[int, int]], *, paragraphs: int = 4) -> Path:
    """Write the articles (number, version), a line each, and return `path`."""
    lines = (
        json.dumps(article(seed, number, version, paragraphs=paragraphs), ensure_ascii=False) + "\n"
        for number, version in versions
    )
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_page(path: Path, seed: int, number: int, version: int = 0) -> Path:
    """Write an article as the HTML page of a paper, and return `path`."""
    line = article(seed, number, version)
    body = "".join(f"<p>{paragraph.replace('&', '&amp;').replace('<', '&lt;')}</p>" for paragraph in line["body"])
    path.write_text(
        f"<!doctype html><html lang='vi'><head><meta charset='utf-8'><title>{line['title']}</title>"
        f"<link rel='canonical' href='{line['url']}'></head><body><article><h1>{line['title']}</h1>"
        f"<div>12/07/2022 08:30</div><p class='sapo'>{line.get('lead', '')}</p>{body}</article></body></html>",
        encoding="utf-8",
    )
    return path


def write_text(path: Path, seed: int, number: int, version: int = 0) -> Path:
    """Write an article as plain text, and return `path`."""
    line = article(seed, number, version)
    path.write_text("\n\n".join((line["title"], line.get("lead", ""), *line["body"])) + "\n", encoding="utf-8")
    return path


def moment(chance: random.Random) -> datetime:
    """Return a moment at which a newspaper may have published something."""
    return datetime(2015, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=chance.randrange(11 * 365 * 24 * 60))


def load(home: Path, *paths: Path) -> None:
    """Read files into the archive of the data folder `home`, in this process."""
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
        ingest(paths, archive)


def index(home: Path) -> None:
    """Bring the index of the data folder `home` up to its archive, in this process."""
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER, processes=1)
