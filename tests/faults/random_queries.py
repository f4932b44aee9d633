"""Chance, and the titles of an archive -> queries that people, other programs and enemies type, and what is wrong with an answer to one.

Each is asked of a Searcher over the sample archive in this process; every WEB-th of the web application with all parameters of all routes.
An answer must come within a bound of time, be the same when asked again, be ready for JSON, count no more than there is, and have its
marks within its texts; no status may be 5xx.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import archive_maker
from bound import CaseTooSlow, Growth, within
from flask.testing import FlaskClient
from tally import Plan, Tally, read_plan

from corpus.facet import FACET_NAMES
from corpus.sample import sample_folder
from searcher.query.parser import MAX_LENGTH
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.setting import Settings

SECONDS = 6.0  # of the processor, for one query
WEB = 10
_GROWTH = 400 << 20  # bytes
_SIGNS = (
    "\" ( ) - + ~5 ~0 ~999999999999 * ? # : ; , . / \\ | || & && ! ^2 [ ] { } < > = @ % $ _ ` ' “ ” „ « » – — … · • №".split(" ")
    + "HOẶC OR VÀ AND KHÔNG NOT NEAR/3 NEAR AROUND(2) ADJ5 TO or và không hoặc".split()
    + "tiêu-đề: tieude: nguồn: tác-giả: thẻ: chuyên-mục: văn-bản: từ: đến: từ:2020 đến:2019 từ:31/2/2020 ngày: site: title: intitle: date:".split()
    + [
        '"" ""',
        '"a',
        "((((",
        "))))",
        "-(",
        "-#",
        "#-",
        "* *",
        "**",
        "~",
        '"a"~',
        "-",
        "--",
        "- -",
        "a* b*",
        "[2020 TO 2021]",
        "/a/",
        "a?b",
        '#"',
        ":::",
    ]
)
_ODD = (
    "\x00", "\x1b[31m", "\r\n", "\t", "\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\ufffd", "\u0301" * 30, "a\u0302\u0301", "ﬁ", "½", "m²", "Ⅷ",
    "İ", "ß", "ſ", "ŀ", "𝐚𝐛", "👨‍👩‍👧", "한국어", "中文", "日本語", "العربية", "ไทย", "\ud800", "\udfff", "Ð", "đ", "Đ", "ｆｕｌｌ", "a" * 300, "１２", "0" * 40, "9" * 40,
    "1e308", "-1", "NaN", "{{7*7}}", "${7*7}", "%s%n", "<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "http://a.example/?q=1", "a@b.example",
)  # fmt: skip
_DOCUMENTS = (
    "263/QĐ-TTg",
    "57/2022/NĐ-CP",
    "3/9",
    "Q.1",
    "TP.HCM",
    "8:30",
    "5 triệu",
    "31/12/2023",
    "tháng 2",
    "năm 2022",
    "k12",
    "C++",
    "AT&T",
    "thjt lowjn",
    "truwowngf",
)
_ROUTES = (
    "/tim-kiem", "/tim-kiem", "/api/v1/search", "/tim-kiem/loc/tag", "/tim-kiem/loc/author", "/tim-kiem/loc/khong-co", "/tim-kiem.atom", "/tim-kiem.csv",
    "/tim-kiem.jsonl", "/tim-kiem.xlsx", "/api/v1/aggregate", "/tim-kiem.ris", "/tim-kiem.bib", "/goi-y", "/api/v1/suggest", "/bai-viet/{id}", "/bai-viet/{id}-x", "/bai-viet/{id}/thay-doi",
    "/bai-viet/{id}/goc", "/bai-viet", "/the", "/the/{text}", "/bai-viet/{text}", "/{text}", "/api/v1/articles/{id}", "/api/v1/articles/{text}", "/tra-hang-loat",
)  # fmt: skip
_NAMES = (
    *FACET_NAMES, *(f"not_{facet}" for facet in FACET_NAMES), *(f"{facet}_any" for facet in FACET_NAMES), "from", "to", "sort", "page", "size", "exact", "expand", "fold", "near",
    "next", "lang", "ban", "tu", "den", "url", "q", "dau", "chu", "trang", "by", "period", "most", "columns",
)  # fmt: skip


class Typist:
    """Makes queries out of what an archive says."""

    def __init__(self, searcher: Searcher) -> None:
        archive = searcher.archive
        articles = archive.revisions_at([change.number for change in archive.changes(0)]).values()
        self.ids = sorted(article.id for article in articles)
        self.titles = sorted(article.title for article in articles)
        self.words = sorted({word for title in self.titles for word in title.split()})
        self.values = sorted(
            {value for article in articles for value in (*article.tags, article.source, article.section, *article.authors)}
        )

    def query(self, chance: random.Random) -> str:
        """Return a query."""
        return _mistyped(" ".join(self._parts(chance)), chance)

    def _parts(self, chance: random.Random) -> Iterator[str]:
        for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 6, 12, 70 if chance.random() < 0.05 else 3))):
            way = chance.random()
            if way < 0.45:
                word = chance.choice(self.words)
                yield _bare(word) if chance.random() < 0.4 else word
            elif way < 0.55:
                start, words = 0, chance.choice(self.titles).split()
                start = chance.randrange(len(words))
                phrase = " ".join(words[start : start + chance.randint(1, 5)])
                yield chance.choice(('"{}"', "{}", "-{}", '"{}"~4', "({})", "tiêu-đề:({})", "{}*")).format(phrase)
            elif way < 0.6:
                yield "#" + chance.choice(self.values).replace(" ", "_")
            elif way < 0.65:
                yield chance.choice(("nguồn:", "tác-giả:", "thẻ:", "chuyên-mục:")) + f'"{chance.choice(self.values)}"'
            elif way < 0.72:
                yield chance.choice(_DOCUMENTS)
            elif way < 0.92:
                yield chance.choice(_SIGNS)
            else:
                yield chance.choice(_ODD)

    def request(self, chance: random.Random) -> SearchRequest:
        """Return a search, narrowed by chance."""
        request = SearchRequest(
            self.query(chance), page=chance.choice((1, 1, 1, 2, 9, 1000)), size=chance.choice((1, 10, 10, 100))
        )
        if chance.random() < 0.3:
            chosen = {
                facet: (chance.choice(self.values).casefold(),) for facet in chance.sample(FACET_NAMES, chance.randint(1, 2))
            }
            request = replace(request, **{chance.choice(("selected", "excluded")): chosen})
        if chance.random() < 0.2:
            days = [date(chance.randint(1900, 2100), chance.randint(1, 12), chance.randint(1, 28)) for _ in range(2)]
            request = replace(request, first_day=chance.choice((None, days[0])), last_day=chance.choice((None, days[1])))
        switches = {
            name: chance.random() < 0.5 for name in chance.sample(("exact_marks", "expand", "fold", "near"), chance.randint(0, 2))
        }
        return replace(request, sort=chance.choice(("relevance", "relevance", "newest", "oldest")), **switches)

    def address(self, chance: random.Random) -> tuple[str, list[tuple[str, str]]]:
        """Return a path, and the parameters to ask it with."""
        path = chance.choice(_ROUTES).format(
            id=chance.choice(self.ids), text=self.query(chance)[:80].encode("utf-8", "replace").decode()
        )
        pairs = [("q", self.query(chance))] if chance.random() < 0.9 else []
        for name in chance.sample(_NAMES, chance.choice((0, 1, 2, 5))):
            value = chance.choice(
                (
                    "",
                    "0",
                    "1",
                    "2",
                    "-1",
                    "99999999999999999999",
                    "abc",
                    "2022",
                    "2022-13-45",
                    "31/12/2022",
                    chance.choice(self.values),
                )
            )
            pairs.append((name, value if chance.random() < 0.8 else self.query(chance)))
        path = path.replace("?", "%3F").replace("#", "%23")
        # The client of the tests would take what follows two slashes for a host.
        return f"/%2F{path[2:]}" if path.startswith("//") else path, pairs


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _mistyped(query: str, chance: random.Random) -> str:
    if chance.random() < 0.25:
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(query) + 1)
            other = chance.choice(
                (chance.choice(_SIGNS), chance.choice(_ODD), chance.choice("aăâbcdđeêghiklmnoôơpqrstuưvxyạảấầ'  "), "")
            )
            query = query[:at] + other + query[at + chance.randint(0, 2) :]
    if chance.random() < 0.05:
        query = unicodedata.normalize(chance.choice(("NFD", "NFC")), query)
    if chance.random() < 0.005:
        query = ((query + " ") * chance.choice((10, 100, 1000)))[:MAX_LENGTH]
    return query


def wrong(searcher: Searcher, request: SearchRequest, articles: int) -> str:
    """Return what is wrong with the answer to a search, "" if nothing is. Raises what the search raises."""
    page = searcher.search(request)
    answer = page.as_json()
    json.dumps(answer, ensure_ascii=False)
    if page.cut:
        return "it was stopped for want of time"
    if not 0 <= page.total <= articles or not 0 <= page.groups <= articles or page.total + page.near > articles:
        return f"counts that cannot be: {page.total}, near {page.near}, groups {page.groups}"
    if len(page.hits) > request.size or (page.groups and request.page == 1 and not page.hits):
        return f"{len(page.hits)} hits of {page.groups} on a page of {request.size}"
    if request.selected or request.excluded:  # of what narrows, the other values count what they would widen to
        return _marks(answer["hits"])
    too_many = [(facet, value.value) for facet, values in page.facets.items() for value in values if value.count > page.total]
    return f"facets count more than there is: {too_many[:3]}" if too_many else _marks(answer["hits"])


def _marks(value: Any) -> str:
    """Return which text of an answer has marks out of place, "" if none has."""
    if isinstance(value, dict):
        text, marks = value.get("text"), value.get("marks")
        if isinstance(text, str) and marks:
            places = [place for mark in marks for place in mark]
            if places != sorted(places) or places[0] < 0 or places[-1] > len(text) or any(start >= end for start, end in marks):
                return f"marks {marks} in a text of {len(text)}"
        value = list(value.values())
    return next(filter(None, map(_marks, value)), "") if isinstance(value, list | tuple) else ""


def wrong_status(client: FlaskClient, path: str, pairs: list[tuple[str, str]]) -> str:
    """Return what is wrong with an answer of the web application, "" if nothing is. Raises what it raises while a body is made."""
    encodable = [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]
    with client.get(path, query_string=dict(encodable)) as answer:
        body = answer.get_data()
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if answer.mimetype == "application/json":
        json.loads(body)
    return "" if "Content-Security-Policy" in answer.headers else "no Content-Security-Policy"


def make(folder: Path) -> Path:
    """Make the sample archive's data folder, with a few articles besides."""
    home = folder / "kho"
    archive_maker.load(home, sample_folder())
    add_articles(home)
    return home


def add_articles(home: Path) -> None:
    """Add a few articles to the sample archive's data folder, and bring up its index."""
    archive_maker.load(home, archive_maker.write_lines(home.parent / "them.jsonl", 14, [(number, 0) for number in range(60)]))
    archive_maker.index(home)


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts over an archive in `folder`."""
    tally = Tally("queries")
    home = make(folder)
    searcher, client = Searcher.open(home), create_app(home, settings=Settings(access_log="off")).test_client()
    typist, articles, memory = Typist(searcher), searcher.overview().articles, Growth(warm=2000, most=_GROWTH)
    for number, chance in plan.attempts():
        said, asked = "", ""
        try:
            with within(SECONDS):
                if number % WEB:
                    request = typist.request(chance)
                    asked = repr(request)
                    said = wrong(searcher, request, articles)
                else:
                    path, pairs = typist.address(chance)
                    asked = f"{path} {pairs}"
                    said = wrong_status(client, path, pairs)
        except (Exception, CaseTooSlow) as error:  # whatever it is, it is what we look for
            said = repr(error)
        if said:
            tally.fail(f"--seed {number}: {asked[:1000]}: {said}")
        tally.tried += 1
        if grown := memory.told(tally.tried):
            tally.fail(f"from --seed {plan.seed}: {grown}")
            break
    searcher.archive.close()
    client.application.extensions["lucbao"].close()
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Ask and look."""
    plan = read_plan(__doc__, tries=107_500, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-queries-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
