"""A running server -> one reader with kept connections who asks every kind of route and follows what is shown; and what broke.

What must hold: no answer is a 5xx, cut short, or of another form than it says.
"""

from __future__ import annotations

import gzip
import http.client
import json
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import archive_maker
from archive_maker import identity, marker
from lucbao_process import Server

_WORDS = (
    'nông thôn mới|truong hoc|đạt chuẩn|"ủy ban nhân dân"|hoc sinh -lớp|tiêu-đề:xã|#nông_thôn_mới|xã HOẶC huyện|đường giao thông|'
    'từ:2020 đến:2024|xây*|quyet dinh 263/QĐ-TTg|giáo viên thpt|"nước sạch"~5|nguồn:langta|(|NOT|thjt lowjn|bo tieu chi|Thái Bình'
).split("|")
_LINK = re.compile(rb'href="(/[^"#]*)')


@dataclass
class Pace:
    """How long each reader rests between requests, so that all together use a share of one core."""

    rest: float = 0.5


def check_form(method: str, status: int, headers: http.client.HTTPMessage, body: bytes) -> str:
    """Return what is wrong with the form of an answer, "" if nothing is."""
    if method == "HEAD" or status == 304:
        return "a body where none may be" if body else ""
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    kind = headers.get_content_type()
    if kind == "text/html" and status // 100 != 3 and not body.rstrip().endswith(b"</html>"):
        return f"a page cut short: …{body[-80:]!r}"
    if kind == "application/json":
        json.loads(body)
    if kind == "application/atom+xml" and not body.rstrip().endswith(b"</feed>"):
        return f"a feed cut short: …{body[-80:]!r}"
    if "Content-Security-Policy" not in headers:
        return "no Content-Security-Policy"
    return ""


class Reader(threading.Thread):
    """One reader with kept connections: asks, follows what it is shown, breaks off now and then."""

    def __init__(self, server: Server, articles: int, pace: Pace, seed: int, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._seed = seed
        self._articles = articles
        self._pace = pace
        self._chance = random.Random(f"reader {seed} {number}")
        self._stopped = stop
        self._links: list[str] = []
        self._tags: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None
        self.asked: Counter[int] = Counter()
        self.troubles: list[str] = []

    def run(self) -> None:
        """Ask until stopped."""
        while not self._stopped.wait(self._pace.rest * (0.5 + self._chance.random())):
            method, path, form = self._next()
            try:
                self._ask(method, path, form)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.troubles.append(f"{method} {path}: {error!r}")
                self._drop()
        self._drop()

    def _drop(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _ask(self, method: str, path: str, form: str) -> None:
        connection = self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        headers = {"Accept-Encoding": "gzip"} if self._chance.random() < 0.6 else {}
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._server.origin}
        if path in self._tags and self._chance.random() < 0.5:
            headers["If-None-Match"] = self._tags[path]
        connection.request(method, path, form.encode() if form else None, headers)
        answer = connection.getresponse()
        if self._chance.random() < 0.02:  # a reader who goes away before all has come
            answer.read(100)
            self._drop()
            return
        body = answer.read()
        self.asked[answer.status] += 1
        trouble = f"status {answer.status}" if answer.status >= 500 else check_form(method, answer.status, answer.headers, body)
        if trouble:
            self.troubles.append(f"{method} {path} {form[:200]} {headers}: {trouble}; {body[:600]!r}")
        if answer.headers.get("ETag") and method == "GET":
            self._tags = {**dict(list(self._tags.items())[-50:]), path: answer.headers["ETag"]}
        if answer.headers.get_content_type() == "text/html" and "gzip" not in headers.get("Accept-Encoding", ""):
            found = [link.decode().replace("&amp;", "&") for link in _LINK.findall(body)]
            self._links = (self._links + self._chance.sample(found, min(len(found), 8)))[-40:]
        if self._chance.random() < 0.05:
            self._drop()

    def _next(self) -> tuple[str, str, str]:
        """Return what to ask next: method, path, form."""
        chance = self._chance
        if self._links and chance.random() < 0.4:
            return "GET", self._links.pop(chance.randrange(len(self._links))), ""
        query = " ".join(chance.sample(_WORDS, chance.choice((1, 1, 1, 2))))
        number = chance.randrange(self._articles)
        narrowing = chance.choice(
            ({}, {"sort": "newest"}, {"page": chance.randint(1, 9)}, {"exact": 1}, {"from": "2021"}, {"source": "langta.example"})
        )
        asked = urlencode({"q": query, **narrowing})
        exported = urlencode({"q": f"{query} {marker(self._seed, number)}" if chance.random() < 0.7 else query, "from": "2024"})
        article = f"/bai-viet/{identity(number)}"
        if chance.random() < 0.06:
            lines = chance.sample(_WORDS, 5) + [marker(self._seed, chance.randrange(self._articles)) for _ in range(5)]
            return (
                "POST",
                "/tra-hang-loat",
                urlencode({"danh-sach": "\n".join(lines), **chance.choice(({}, {"dang": "csv"}, {"nam": "1"}))}),
            )
        path = chance.choice(
            (
                *(
                    "/",
                    f"/tim-kiem?{asked}",
                    f"/tim-kiem?{asked}",
                    f"/api/v1/search?{urlencode({'q': query})}",
                    f"/tim-kiem.atom?{asked}",
                ),
                f"/tim-kiem/loc/{chance.choice(('tag', 'source', 'section', 'author', 'document', 'month'))}?{asked}",
                f"/tim-kiem.{chance.choice(('csv', 'jsonl', 'ris', 'bib'))}?{exported}",
                *(
                    article,
                    f"{article}?{asked}",
                    f"{article}/thay-doi",
                    f"{article}/goc",
                    f"{article}.{chance.choice(('ris', 'bib', 'json'))}",
                ),
                f"/bai-viet?{urlencode({'url': archive_maker.address(number)})}",
                *(
                    f"/api/v1/articles/{identity(number)}",
                    f"/api/v1/suggest?q={quote(query[:5])}",
                    f"/goi-y?q={quote(query[:4])}",
                ),
                *(
                    "/thong-ke",
                    "/the",
                    "/the/n%C3%B4ng_th%C3%B4n_m%E1%BB%9Bi",
                    "/tra-hang-loat",
                    "/api",
                    "/api/v1/openapi.json",
                    "/robots.txt",
                ),
                *("/opensearch.xml", "/sitemap.xml", "/sitemap-1.xml", "/healthz", "/readyz", "/metrics", "/khong-co"),
            )
        )
        return ("HEAD" if chance.random() < 0.05 else "GET"), path, ""
