"""Articles made by an enemy of the reader's browser, spreadsheet and reference manager -> whatever of them does more than be read.

Titles, texts, tags, sources, authors and addresses are markup, scripts, formulas, control and bidirectional signs, format strings, or huge.
Every page that links and searches lead to is crawled, in every format. In HTML there may be no element and no attribute that the templates
do not write, no script but our own, no link but to this site or to http(s); everything else must be well-formed and be no formula.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sys
import tempfile
from collections import deque
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit
from xml.etree import ElementTree

import archive_maker
from bound import CaseTooSlow, within
from lucbao_process import ROOT
from tally import Plan, Tally, read_plan
from werkzeug.test import TestResponse

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block, RelatedLink
from corpus.ingest import ingest
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from language.text import clean
from language.timestamp import VIETNAM
from web import create_app
from web.setting import Settings

SECONDS = 20.0  # of the processor, for one page
ARTICLES = 60
_PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title><xq7>", '"><xq7 onload=a>', "'><xq7>", "<!--<xq7>", "-->", "]]><xq7>", "</script><xq7>",
    "</textarea><xq7>", "<svg/onload=alert(1)>", "javascript:alert(1)", "&lt;xq7&gt;", "&#60;xq7&#62;", "{{7*7}}", "{% raw %}", "${7*7}", "%s%s%n", "%(a)s {0} {x}",
    '=cmd|" /C calc"!A0', "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠A", "\t=1+1", "\r=1+1", "a\r\nb\nSet-Cookie: x=1", "a\r\nTY  - JOUR\r\nER  - \r\n", "}\n@misc{x,", "{{{",
    "}}}", "\\", "\\input{/etc/passwd}", "$\\alpha$", "%", "#", "~", "\x00a\x00", "\x1b[2J\x1b]0;x\x07", "\x7f\x85\x9b", "\u202exq7\u202c", "\u2066\u2067", "\u200b" * 20, "\ufeff",
    "\ufffe\uffff", "\U0010ffff", "\u2028\u2029", "a\u0301" * 50, "https://[", "//evil.example/", "/\\evil.example", "data:text/html,<xq7>", "file:///etc/passwd", "?q=<xq7>&x=\"'",
    "../../../etc/passwd", "a/b/c", "a;b,c|d", '"', "'", "`", "<", ">", "&", "&&&", "&#0;", "null", "NaN", "0", "-", "_", "__proto__", "a" * 3000, "x " * 2000, "<b>" * 500,
)  # fmt: skip
_ADDRESSES = (
    "javascript:alert(1)", "data:text/html,<xq7>", "https://a.example/\"><xq7>", "https://a.example/' onmouseover='a", "https://user:pw@evil.example/", "//evil.example",
    "https://evil.example\\@a.example/", "https://a.example/?q=<xq7>&b=%22%3E%3Cxq7%3E", "https://a.example/{}/%00%0d%0a", "http://[", "HTTPS://A.EXAMPLE/../..", "vbscript:x",
)  # fmt: skip
_VOID = frozenset("area base br col embed hr img input link meta source track wbr circle path".split())
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RIS = re.compile(r"[A-Z][A-Z0-9]  - .*|")
_URLS = frozenset(("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href"))
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def hostile(number: int) -> Article:
    """Return an article of payloads."""
    chance = random.Random(f"hostile {number}")

    def text(most: int = 2) -> str:
        words = chance.choice(("nông thôn mới", "trường học", "Báo", ""))
        return clean(f"{words} {' '.join(chance.choice(_PAYLOADS) for _ in range(chance.randint(1, most)))}")

    blocks = tuple(
        Block(chance.choice(("paragraph", "heading", "caption")), text(4), text() if chance.random() < 0.3 else "")
        for _ in range(chance.randint(0, 6))
    )
    url = chance.choice(_ADDRESSES)
    return Article(
        title=clean(_PAYLOADS[number % len(_PAYLOADS)] + " nông thôn mới" * (number % 2)) or "-",
        lead=text(),
        blocks=blocks,
        url=f"{url}{number}" if chance.random() < 0.8 else "",
        authors=tuple(text() for _ in range(chance.randint(0, 3))),
        source=text(),
        section=text(),
        tags=tuple(text() for _ in range(chance.randint(0, 5))),
        published=None if chance.random() < 0.3 else archive_maker.moment(chance).astimezone(VIETNAM),
        related=tuple(RelatedLink(text(), chance.choice(_ADDRESSES)) for _ in range(chance.randint(0, 3))),
        notes=(text(),),
    )


def make(folder: Path) -> Path:
    """Make a data folder of hostile articles: written straight into the archive, and read from lines with all that readers take out."""
    home = folder / "kho"
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
        lines = []
        for number in range(ARTICLES):
            article = hostile(number)
            dirty = f"{article.lead} \x00\x1b[2J\r\n\x7f\x85\x9b\ufeff\u2028"
            line = {
                "url": f"https://b.example/{number}?{quote(article.title[:50])}",
                "title": article.title,
                "lead": dirty,
                "body": [dirty, *(block.text for block in article.blocks)],
                "source": article.source,
                "section": article.section,
                "authors": article.authors,
                "tags": [*article.tags, dirty],
                "related": [{"title": link.title, "url": link.url} for link in article.related],
                "html": f"<p>{article.lead}</p>",
            }
            lines.append(json.dumps(line) + "\n")
        (folder / "dong.jsonl").write_text("".join(lines), encoding="utf-8")
        ingest([folder / "dong.jsonl"], archive)
        with archive.batch():
            for number in range(ARTICLES):
                archive.add(hostile(number), page=f"<xq7>{number}".encode())
            for number in range(0, ARTICLES, 3):
                archive.add(hostile(number + ARTICLES * (number % 2)))
            archive.traits.set_notices({"vi": "<xq7>{{7*7}}", "en": "<xq7 onload=a>"})
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return home


@cache
def _written() -> tuple[frozenset[str], frozenset[str]]:
    """Return the elements and the attributes that our templates write."""
    places = [
        *(ROOT / "web" / "templates").rglob("*.html"),
        *(ROOT / "web").glob("*.py"),
        *(ROOT / "web" / "messages").glob("*.json"),
    ]
    source = "\n".join(path.read_text(encoding="utf-8") for path in places)
    attributes = re.findall(r"""[\s"}]([a-zA-Z][a-zA-Z0-9-]*)=\\?["'{]""", source) + re.findall(
        r"\s(data-[a-z-]+|hidden|readonly|checked|selected|open|required|autofocus|multiple|novalidate|download)\b", source
    )
    return frozenset(re.findall(r"<([a-z][a-z0-9]*)", source)), frozenset(name.lower() for name in attributes)


class Page(HTMLParser):
    """Finds links, and what is wrong with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self._data, self._linked = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        elements, attributes = _written()
        given = {name: value or "" for name, value in attrs}
        strange = [name for name in given if name.lower() not in attributes or name.startswith("on")]
        if tag not in elements or strange:
            self.wrong.append(f"<{tag} {attrs}>"[:300])
        for name in given.keys() & _URLS:
            self._link(tag, given[name])
        if tag == "script" and not given.get("src", "").startswith("/static/") and given.get("type") != "application/ld+json":
            self.wrong.append(f"a script: {attrs}")
        if "style" in given and "script" in given["style"]:
            self.wrong.append(f"a style: {given['style']}")
        if tag not in _VOID:
            self._open.append(tag)
        self._data, self._linked = "", given.get("type") == "application/ld+json"

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")
        if tag == "script" and self._linked:
            json.loads(self._data)

    def handle_data(self, data: str) -> None:
        self._data += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"a comment: {data[:100]}")

    def _link(self, tag: str, address: str) -> None:
        if address.startswith("/") and not address.startswith(("//", "/\\")):
            self.links.append(address)
        elif not re.match(r"https?://[^/]|[#?]|$", address, re.I):
            self.wrong.append(f"<{tag}> leads to {address[:100]!r}")

    def finish(self) -> None:
        """End the page."""
        self.close()
        if self._open:
            self.wrong.append(f"left open: {self._open}")


def _wrong_text(kind: str, path: str, text: str) -> list[str]:
    """Return what is wrong with an answer that is no HTML."""
    if "json" in kind:
        for line in filter(None, text.split("\n")) if "jsonl" in urlsplit(path).path else [text]:
            json.loads(line)
        return []
    if "xml" in kind:
        root = ElementTree.fromstring(text)
        links = [link.get("href", "") for link in root.iter("{http://www.w3.org/2005/Atom}link")]
        return [f"a feed leads to {link!r}" for link in links if not re.match(r"https?://[^/]", link, re.I)]
    if kind == "text/csv":
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        found = [f"rows of {sorted({len(row) for row in rows})} cells"] if len({len(row) for row in rows}) > 1 else []
        return found + [f"a formula: {cell[:60]!r}" for row in rows for cell in row if cell.startswith(_FORMULA)][:3]
    if path.split("?")[0].endswith(".ris"):
        return [f"no RIS: {line[:80]!r}" for line in text.split("\r\n" if "\r\n" in text else "\n") if not _RIS.fullmatch(line)][
            :3
        ]
    if path.split("?")[0].endswith(".bib"):
        unescaped = re.sub(r"\\.", "", text)
        return ["braces that do not close"] if unescaped.count("{") != unescaped.count("}") else []
    return []


def wrong(path: str, answer: TestResponse) -> tuple[list[str], list[str]]:
    """Return what is wrong with an answer, and the links in it."""
    found = [] if answer.status_code < 500 else [f"status {answer.status_code}"]
    if "Content-Security-Policy" not in answer.headers:
        found.append("no Content-Security-Policy")
    if answer.status_code // 100 == 3:
        location = answer.headers.get("Location", "/")
        parts = urlsplit(location)
        return found + (
            [f"redirects to {location!r}"] if parts.netloc not in ("", "localhost") or location.startswith("/\\") else []
        ), [location]
    body = answer.get_data()
    if answer.mimetype == "application/octet-stream":  # a page as it was archived
        return found + ([] if "attachment" in answer.headers.get("Content-Disposition", "") else ["a raw page to be shown"]), []
    text = body.decode("utf-8")
    if (control := _CONTROL.search(text)) and not _CONTROL.search(unquote(path)):  # what was asked is told again as it was asked
        found.append(f"a control sign: …{text[max(0, control.start() - 60) : control.end() + 20]!r}")
    if answer.mimetype != "text/html":
        return found + _wrong_text(answer.mimetype, path, text), []
    page = Page()
    page.feed(text)
    page.finish()
    return found + page.wrong, page.links


def seeds() -> list[str]:
    """Return where the crawl begins: each room, each payload as a query and as a part of an address."""
    found = [
        "/",
        "/thong-ke",
        "/the",
        "/tra-hang-loat",
        "/api",
        "/sitemap.xml",
        "/sitemap-1.xml",
        "/opensearch.xml",
        "/robots.txt",
        "/metrics",
        "/tim-kiem?q=",
    ]
    found += [f"/tim-kiem.{extension}?q=" for extension in ("csv", "jsonl", "ris", "bib", "atom")]
    for payload in _PAYLOADS:
        asked = payload.encode("utf-8", "replace")[:1500]
        found += [
            f"/tim-kiem?{urlencode({'q': asked})}",
            f"/the/{quote(asked, safe='')}",
            f"/tim-kiem/loc/tag?{urlencode({'q': asked, 'source': asked})}",
        ]
        found += [
            f"/api/v1/search?{urlencode({'q': asked})}",
            f"/goi-y?{urlencode({'q': asked})}",
            f"/bai-viet?{urlencode({'url': asked})}",
            f"/{quote(asked, safe='')}",
        ]
        found += [f"/tim-kiem.{extension}?{urlencode({'q': asked})}" for extension in ("csv", "ris", "bib", "atom")]
    return found


def attack(plan: Plan, folder: Path) -> Tally:
    """Crawl over an archive in `folder`."""
    tally, home, chance = Tally("hostile pages"), make(folder), random.Random(plan.seed)
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        ids = [change.article_id for change in archive.changes(0)]
    app = create_app(home, settings=Settings(access_log="off"))
    client, begun = app.test_client(), seeds()
    begun += [
        f"/bai-viet/{id}{end}" for id in ids for end in ("", "/thay-doi", "/goc", ".ris", ".bib", ".json", "?q=xq7+nong+thon")
    ]
    begun += [f"/api/v1/articles/{id}" for id in ids]
    chance.shuffle(begun)
    waiting, seen = deque(begun), set(begun)
    for number, (_, _) in enumerate(plan.attempts()):
        if not waiting:
            break
        path = waiting.popleft() if chance.random() < 0.5 else waiting.pop()
        found: list[str] = []
        try:
            with within(SECONDS), client.get(path) as answer:
                found, links = wrong(path, answer)
        except (Exception, CaseTooSlow) as error:  # whatever it is, it is what we look for
            found, links = [repr(error)[:600]], []
        tally.tried = number + 1
        if found:
            tally.fail(f"{path[:300]}: {'; '.join(found)[:1500]}")
        new = [link for link in links if len(link) < 8000 and link not in seen]
        for link in chance.sample(new, min(len(new), 12)):
            seen.add(link)
            waiting.append(link)
    app.extensions["lucbao"].close()
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Crawl and look."""
    plan = read_plan(__doc__, tries=3000, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-hostile-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
