"""An Article -> what reference managers read: RIS, BibTeX, CSL-JSON.

Authors stay whole, as Vietnamese names must: nothing guesses which part is the family name. Every text of an article is on one line
and escaped for its format, so nothing the paper printed can begin a field or end an entry. `address` is the article's permalink in
full, or "" where nobody knows under which address the archive is served; `gone` is since when the article is no longer at the paper's, and
becomes a note: what is cited can be read in the archive only.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from corpus.article import Article
from corpus.identity import canonical_url
from corpus.message import note
from corpus.permalink import slug
from language.timestamp import VIETNAM

ARCHIVE = "Lục Báo"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A brace is named, not escaped: BibTeX counts every brace, a backslash before it or not.
_BIBTEX = {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}"}
_BIBTEX |= {"^": r"\textasciicircum{}"} | {sign: "\\" + sign for sign in "#$%&_"}
_IN_BIBTEX_URL = re.compile(r"[\\{}\s]")


def ris(article: Article, address: str = "", gone: datetime | None = None) -> str:
    """Return a record of type NEWS with its lines ended as RIS asks (CR LF), an empty line after it."""
    day = _day(article.published)
    fields = [("TY", "NEWS"), ("ID", article.id), ("TI", article.title)]
    fields += [("AU", author) for author in article.authors]
    fields += [("T2", article.source), ("SE", article.section)]
    fields += [("PY", f"{day:%Y}"), ("DA", f"{day:%Y/%m/%d}/")] if day else []
    fields += [("AB", article.lead), *(("KW", tag) for tag in article.tags), ("LA", "vi")]
    fields += [("UR", _link(article, address)), ("DB", ARCHIVE), ("AN", article.id)]
    fields += [("N1", text) for text in _notes(article, address, gone)]
    read = _day(article.fetched_at)
    fields += [("Y2", f"{read:%Y/%m/%d}/")] if read else []
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def bibtex(article: Article, address: str = "", gone: datetime | None = None) -> str:
    """Return an entry for BibTeX and biblatex: @article, or @misc where the newspaper is not known; an empty line after it."""
    day, read = _day(article.published), _day(article.fetched_at)
    texts = [("title", f"{{{_escaped(article.title)}}}")]  # a second brace: no style changes the case of names
    texts += [("author", " and ".join(f"{{{_escaped(author)}}}" for author in article.authors))]
    texts += [("journal", _escaped(article.source)), ("entrysubtype", "newspaper" if article.source else "")]
    texts += [("date", f"{day:%Y-%m-%d}"), ("year", f"{day:%Y}")] if day else []
    texts += [("url", _address(_link(article, address))), ("urldate", f"{read:%Y-%m-%d}" if read else "")]
    texts += [("abstract", _escaped(article.lead)), ("keywords", ", ".join(map(_escaped, article.tags)))]
    texts += [("langid", "vietnamese"), ("note", "; ".join(map(_escaped, _notes(article, address, gone))))]
    lines = [f"  {name} = {{{_line(value)}}}," for name, value in texts if value]
    lines += [f"  month = {_MONTHS[day.month - 1]},", f"  day = {{{day.day}}},"] if day else []
    key = "-".join(filter(None, (slug(article.source).replace("-", ""), f"{day:%Y}" if day else "", article.id)))
    return "\n".join([f"@{'article' if article.source else 'misc'}{{{key},", *lines, "}", "", ""])


def csl(article: Article, address: str = "", gone: datetime | None = None) -> dict[str, Any]:
    """Return a CSL-JSON object of type article-newspaper, ready for json.dumps; what is not known is left out."""
    record: dict[str, Any] = {
        "id": article.id,
        "type": "article-newspaper",
        "title": article.title,
        "author": [{"literal": author} for author in article.authors],
        "container-title": article.source,
        "section": article.section,
        "issued": _date_parts(article.published),
        "accessed": _date_parts(article.fetched_at),
        "URL": _link(article, address),
        "abstract": article.lead,
        "keyword": ", ".join(article.tags),
        "archive": ARCHIVE,
        "archive_location": address or article.id,
        "language": "vi",
        "note": "; ".join([*_absence(gone), f"SHA-256: {article.content_hash}"]),
    }
    return {name: value for name, value in record.items() if value}


def _link(article: Article, address: str) -> str:
    """Return where the paper published the article if that is an http(s) address, else the permalink."""
    return article.url if canonical_url(article.url) else address


def _notes(article: Article, address: str, gone: datetime | None) -> list[str]:
    copy = [note("citation_copy", address=address)] * bool(address)
    return [*copy, *_absence(gone), f"SHA-256: {article.content_hash}"]


def _absence(gone: datetime | None) -> list[str]:
    day = _day(gone)
    return [note("citation_gone", day=f"{day.day}/{day.month}/{day.year}")] if day else []


def _day(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(VIETNAM)


def _date_parts(moment: datetime | None) -> dict[str, Any] | None:
    day = _day(moment)
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None


def _line(value: str) -> str:
    return " ".join(value.split())


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(letter, letter) for letter in text)


def _address(url: str) -> str:
    return _IN_BIBTEX_URL.sub(lambda sign: f"%{ord(sign[0]):02X}", url)
