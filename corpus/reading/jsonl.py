"""One line of JSON <-> one article: the exchange format of `lucbao add` and `lucbao export --format jsonl`.

Keys: `url` and `title` (required), `lead`, `body` (list of paragraphs, or one string with a paragraph a line; HTML in it is read as HTML), `captions`,
`published`, `modified`, `fetched_at` (ISO 8601), `source`, `section`, `authors`, `tags`, `related` (list of {title, url}), `html`
(the raw page; `html_base64` where its bytes are not UTF-8). `stated_source` is what the page called its paper, where `source` is the
archive's name for it; it is what is read then, so that each archive names papers by its own table. Two more keys appear only where body and captions alone would lose
something: `blocks` names the kind of each block in reading order ("paragraph" and "heading" take the next entry of `body`,
"caption" that of `captions`; with it `body` is text as it stands, never HTML), `credits` holds a photo credit for each caption. Other keys are passed over.

Invariant: read_line(write_line(article, page)) gives back the page, and the article with all that its content hash covers.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, get_args
from urllib.parse import urlsplit

from corpus.article import Article, Block, BlockKind, RelatedLink
from corpus.errors import NotAnArticle
from corpus.hashtag import merge_tags
from corpus.identity import canonical_url, without_tracking
from corpus.message import note, told
from corpus.paper import STATED
from corpus.reading.address import LONGEST
from corpus.reading.bound import MAX_BLOCKS, bounded, too_many_blocks
from language.text import clean
from language.timestamp import is_plausible, parse_iso
from language.wording import Told

MAX_LINE = 20_000_000

_KINDS = get_args(BlockKind)
# Tags of running text, and such as stand alone in it. "a < b" and "<3" are none.
_MARKUP = re.compile(
    r"</(?:p|div|span|strong|em|b|i|a|h[1-6]|li|ul|ol|table|td|figure|figcaption|blockquote)\s*>|<(?:br|p|img|hr)(?:\s[^<>]*)?/?>",
    re.I,
)
# The note of a date that could not be read.
_UNREAD_DATE = re.compile(
    re.escape(note("note_unread_date", key="KEY", text="TEXT")).replace("KEY", r"(\w+)").replace("TEXT", "(.*)")
)
_BLOCK = re.compile(r"<(?:p|div|br|h[1-6]|li|td|figure|blockquote)(?:\s[^<>]*)?/?>", re.I)


class PageReader(Protocol):
    """corpus.reading.page.read_page, in this process or another."""

    def __call__(self, page: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article: ...


def read_line(line: str | bytes, *, read_page: PageReader | None = None) -> tuple[Article, bytes | None]:
    """Return the article in `line`, and its raw page or None.

    A line that gives `html` but no `title` or no `body` is read from the page, by corpus.reading.page.read_page or another `read_page` in
    its place; what the line does give goes before what the page says. A date that no newspaper can carry is left out, with a
    note. Raises NotAnArticle, naming the key and what was expected.
    """
    given = _parse(line)
    page = _page(given)
    notes: list[str] = []
    values = _values(given, notes)
    if page is not None and not (values.get("title") and values.get("blocks")):
        article = (read_page or _page_reader())(page, url=values.get("url", ""), fetched_at=values.get("fetched_at"))
        values = {name: value for name, value in values.items() if value}
    else:
        if "url" not in values:
            raise _expected("url", told("expected_address"), None)
        if not values.get("title"):
            raise _expected("title", told("expected_title"), given.get("title"))
        # Not to be asked of a line that says "": the source is unknown then.
        article = Article(title="", source=_host(values["url"]), origins={"source": "url"} if "source" not in values else {})
    if "tags" in given:
        values["tags"] = _tags(given, replace(article, **values))
    origins = {**article.origins, **{name: "given" for name, value in values.items() if value and name != "fetched_at"}}
    if "stated_source" in given:
        origins["source"] = STATED
    return bounded(replace(article, **values, origins=origins, notes=(*article.notes, *notes))), page


def unread_date(article: Article) -> Told | None:
    """Return which date given for `article` could not be read, None if there is none: one of its notes, to be told in every language."""
    found = next(filter(None, map(_UNREAD_DATE.fullmatch, article.notes)), None)
    return found and told("note_unread_date", key=found[1], text=found[2])


def write_line(article: Article, page: bytes | None = None) -> str:
    """Return `article`, and its raw `page` if given, as one line of JSON without a line break."""
    line: dict[str, Any] = {"url": article.url, "title": article.title, "lead": article.lead, **_written_blocks(article)}
    for name in ("published", "modified", "fetched_at"):
        moment: datetime | None = getattr(article, name)
        line[name] = moment and moment.isoformat()
    line |= {"section": article.section, "authors": article.authors, "tags": article.tags}
    line["related"] = [{"title": link.title, "url": link.url} for link in article.related]
    line = {name: value for name, value in line.items() if value or name in ("url", "title", "body")}
    line["source"] = article.source
    if article.stated_source is not None:
        line["stated_source"] = article.stated_source
    if page is not None:
        line |= _written_page(page)
    return json.dumps(line, ensure_ascii=False)


def _written_blocks(article: Article) -> dict[str, Any]:
    """Return the keys that say what the blocks of `article` are."""
    body = [block.text for block in article.blocks if block.kind != "caption"]
    captions = [block for block in article.blocks if block.kind == "caption"]
    line: dict[str, Any] = {"body": body, "captions": [block.text for block in captions]}
    if any(block.credit for block in captions):
        line["credits"] = [block.credit for block in captions]
    kinds = [block.kind for block in article.blocks]
    if kinds != ["paragraph"] * len(body) + ["caption"] * len(captions) or any(map(_MARKUP.search, body)):
        line["blocks"] = kinds
    return line


def _written_page(page: bytes) -> dict[str, str]:
    try:
        return {"html": page.decode("utf-8")}
    except UnicodeDecodeError:
        return {"html_base64": base64.b64encode(page).decode("ascii")}


def _page_reader() -> PageReader:
    from corpus.reading.page import read_page  # its HTML libraries take a second to load, and most lines do without

    return read_page


def _parse(line: str | bytes) -> dict[str, Any]:
    """Return the keys of `line` that have a value."""
    if len(line) > MAX_LINE:
        raise NotAnArticle("line_too_long", most=MAX_LINE // 1_000_000)
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line
    except UnicodeDecodeError as error:
        raise NotAnArticle("line_not_utf_8", byte=error.start) from error
    try:
        # No key holds a number; int() of a million digits would take minutes.
        given = json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        raise NotAnArticle("line_not_json", place=error.pos + 1) from error
    except RecursionError as error:
        raise NotAnArticle("line_too_deep") from error
    if not isinstance(given, dict):
        raise NotAnArticle("line_no_object", given=_name(given))
    return {key: value for key, value in given.items() if value is not None}


def _values(given: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """Return the attributes of an Article that `given` has, but for its tags, which take its text to be read."""
    values: dict[str, Any] = {name: _text(given, name) for name in ("title", "lead", "source", "section") if name in given}
    if "url" in given:
        values["url"] = _address(given)
    if "stated_source" in given:
        values["source"] = _text(given, "stated_source")
    if "authors" in given:
        values["authors"] = tuple(filter(None, _strings(given, "authors")))
    if given.keys() & {"body", "captions", "blocks"}:
        values["blocks"] = _blocks(given)
    if "related" in given:
        values["related"] = _related(given)
    for name in ("published", "modified", "fetched_at"):
        if name in given:
            values[name] = _moment(given, name, notes)
    return values


def _name(value: object) -> Told | str:
    if isinstance(value, dict):
        return told("given_object")
    if isinstance(value, list):
        return told("given_list")
    if isinstance(value, str):
        return told("given_string", text=value[:40])
    if isinstance(value, bool):
        return str(value).lower()
    return told("given_nothing") if value is None else told("given_number")


def _expected(key: str, what: Told, value: object) -> NotAnArticle:
    return NotAnArticle("key_expected", key=key, expected=what, given=_name(value))


def _text(given: dict[str, Any], key: str) -> str:
    if not isinstance(given[key], str):
        raise _expected(key, told("expected_string"), given[key])
    return clean(given[key])


def _strings(given: dict[str, Any], key: str) -> list[str]:
    values = given.get(key, [])
    if not isinstance(values, list):
        raise _expected(key, told("expected_strings"), values)
    for value in values:
        if not isinstance(value, str):
            raise _expected(key, told("expected_strings"), value)
    return [clean(value) for value in values]


def _address(given: dict[str, Any]) -> str:
    url = _text(given, "url")
    if url and (not canonical_url(url) or len(url) > LONGEST):
        raise _expected("url", told("expected_http", most=LONGEST), url)
    return without_tracking(url)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _tags(given: dict[str, Any], read: Article) -> tuple[str, ...]:
    """Return the tags given for an article of which all else is `read`."""
    labels = _strings(given, "tags")
    raw = any("_" in label or label.startswith("#") for label in labels)
    text = "\n".join([read.title, read.lead, *(block.text for block in read.blocks)])
    # Labels that were merged once, or are shown so by the paper, stay as they are.
    return merge_tags(labels, text if raw else "")


def _blocks(given: dict[str, Any]) -> tuple[Block, ...]:
    body = given.get("body", [])
    if not isinstance(body, str | list):
        raise _expected("body", told("expected_body"), body)
    lines = body if isinstance(body, list) else [line for line in body.splitlines() if line.strip()]
    written = [body] if isinstance(body, str) and _BLOCK.search(body) else lines
    if len(written) > MAX_BLOCKS:
        raise too_many_blocks()
    if "blocks" not in given and any(isinstance(text, str) and _MARKUP.search(text) for text in written):
        return _read_html(given, written)
    paragraphs = list(filter(None, map(clean, lines) if isinstance(body, str) else _strings(given, "body")))
    pictures = _pictures(given)
    kinds = _block_kinds(given, len(paragraphs), len(pictures))
    text, picture = iter(paragraphs), iter(pictures)
    return tuple(Block(kind, *next(picture)) if kind == "caption" else Block(kind, next(text)) for kind in kinds)


def _pictures(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the captions, each with its credit."""
    captions = _strings(given, "captions")
    credits = _strings(given, "credits") if "credits" in given else [""] * len(captions)
    if len(credits) != len(captions):
        raise NotAnArticle("one_credit_each")
    return [(caption, credit) for caption, credit in zip(captions, credits, strict=True) if caption or credit]


def _block_kinds(given: dict[str, Any], paragraphs: int, pictures: int) -> list[BlockKind]:
    """Return the kind of each block: where none are given, so many `paragraphs`, and after them the `pictures`."""
    kinds = given.get("blocks", ["paragraph"] * paragraphs + ["caption"] * pictures)
    if not isinstance(kinds, list) or not all(kind in _KINDS for kind in kinds):
        raise _expected("blocks", told("expected_kinds", kinds=", ".join(_KINDS)), kinds)
    if kinds.count("caption") != pictures or len(kinds) != paragraphs + pictures:
        raise NotAnArticle("one_block_each")
    return kinds


def _read_html(given: dict[str, Any], written: list[str]) -> tuple[Block, ...]:
    """Return the blocks of a body some of whose paragraphs are HTML, and after them the captions that are given beside it."""
    from corpus.reading.page import read_fragment  # as in _page_reader

    _strings(given, "body" if isinstance(given["body"], list) else "captions")
    blocks = [
        block
        for text in written
        for block in (read_fragment(text) if _MARKUP.search(text) else [Block("paragraph", clean(text))])
    ]
    apart = _blocks({name: given[name] for name in ("captions", "credits") if name in given})
    return tuple(block for block in blocks if block.text or block.credit) + apart


def _related(given: dict[str, Any]) -> tuple[RelatedLink, ...]:
    expected = told("expected_links")
    if not isinstance(given["related"], list):
        raise _expected("related", expected, given["related"])
    links = []
    for link in given["related"]:
        if not isinstance(link, dict) or not isinstance(link.get("title"), str) or not isinstance(link.get("url") or "", str):
            raise _expected("related", expected, link)
        links.append(RelatedLink(clean(link["title"]), clean(link.get("url") or "")))
    return tuple(links)


def _moment(given: dict[str, Any], key: str, notes: list[str]) -> datetime | None:
    if not isinstance(given[key], str):
        raise _expected(key, told("expected_moment"), given[key])
    moment = parse_iso(given[key])
    if moment is not None and is_plausible(moment):
        return moment
    if given[key].strip():
        notes.append(note("note_unread_date", key=key, text=clean(given[key])[:40]))
    return None


def _page(given: dict[str, Any]) -> bytes | None:
    for key in ("html", "html_base64"):
        if not isinstance(given.get(key, ""), str):
            raise _expected(key, told("expected_string"), given[key])
    if "html_base64" in given:
        try:
            return base64.b64decode(given["html_base64"], validate=True)
        except ValueError as error:
            raise NotAnArticle("no_base64") from error
    return given["html"].encode("utf-8", "replace") if given.get("html") else None
