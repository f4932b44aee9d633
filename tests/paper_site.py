"""The sample's papers as web sites on loopback: feeds, sitemaps, sections, robots.txt, ETags, and whatever servers do wrong."""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from corpus.gathering.source import Source
from corpus.reading.page import read_page
from corpus.sample import sample_folder

Misbehave = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Asked:
    """A request that came."""

    path: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0


@dataclass
class PaperSite:
    """One paper's site: `pages` by path; `instead` answers a path otherwise; `asked` is every request that came."""

    name: str
    pages: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    instead: dict[str, Misbehave] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    host: str = ""

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order, robots.txt apart."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def source(self, **values: object) -> Source:
        """Return the site as a paper to follow, by its feed unless told otherwise."""
        lists = {"feeds": (f"{self.origin}/rss",)} if not {"feeds", "sitemaps", "sections", "folders"} & set(values) else {}
        given = {"delay": 0.0, "private_hosts": frozenset({self.host}), "hosts": (self.host,)} | lists | values
        return Source(self.name, **given)  # type: ignore[arg-type]

    def set_lists(self, paths: list[str] | None = None) -> None:
        """Write the feed, the sitemap and the section page anew, of the articles at `paths`, by default all."""
        paths = sorted(path for path in self.pages if path.endswith(".html")) if paths is None else paths
        read = {path: read_page(self.pages[path], url=self.origin + path) for path in paths if path in self.pages}
        entries = "".join(
            f"<item><title>{escape(article.title)}</title><link>{escape(self.origin + path)}</link>"
            + (f"<pubDate>{format_datetime(article.published)}</pubDate>" if article.published else "")
            + "</item>"
            for path, article in read.items()
        )
        self.put(
            "/rss",
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{self.name}</title>{entries}</channel></rss>',
            "application/rss+xml",
        )
        addresses = "".join(
            f"<url><loc>{escape(self.origin + path)}</loc>"
            + (f"<lastmod>{article.published.isoformat()}</lastmod>" if article.published else "")
            + "</url>"
            for path, article in read.items()
        )
        self.put(
            "/sitemap.xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{addresses}</urlset>', "application/xml"
        )
        links = "".join(f'<h3><a href="{path}">{escape(article.title)}</a></h3>' for path, article in read.items())
        menu = '<nav><a href="/">Trang nhất</a><a href="/thoi-su">Thời sự</a><a href="/rss">RSS</a><a href="/lien-he">Liên hệ</a></nav>'
        head = f'<title>{self.name}</title><link rel="alternate" type="application/rss+xml" href="/rss">'
        self.put("/", f"<html><head>{head}</head><body>{menu}{links}</body></html>", "text/html; charset=utf-8")
        self.put(
            "/thoi-su",
            f"<html><body>{menu}{links}<a href='javascript:them()'>Xem thêm</a></body></html>",
            "text/html; charset=utf-8",
        )

    def put(self, path: str, content: str | bytes, kind: str = "text/html; charset=utf-8") -> None:
        """Serve `content` at a path."""
        self.pages[path] = content if isinstance(content, bytes) else content.encode()
        self.kinds[path] = kind


def sample_paper(folder: str) -> PaperSite:
    """Return one of the sample's papers as a site; pages are at the paths that they say are theirs, the others at their file's name."""
    site = PaperSite(folder)
    for file in sorted((sample_folder() / folder).glob("*.html")):
        content = file.read_bytes()
        declared = re.search(rb'rel="canonical" href="https?://[^/"]+(/[^"?#]+)"', content)
        path = declared[1].decode() if declared else f"/{file.name}"
        site.put(path if path.endswith(".html") else f"/{file.name}", content, "text/html")
    return site


@contextmanager
def serving(*sites: PaperSite) -> Iterator[None]:
    """Serve each site at a port of its own."""
    servers = []
    for site in sites:
        server = _Server(("127.0.0.1", 0), _Handler)
        server.site = site
        site.host = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        servers.append((server, thread))
    try:
        yield
    finally:
        for server, thread in servers:
            server.shutdown()
            thread.join()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: PaperSite


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        import time

        site = self.server.site
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, time.monotonic())
        site.asked.append(asked)
        try:
            if self.path in site.instead:
                site.instead[self.path](self)
                return
            content = site.pages.get(self.path)
            if content is None:
                self.answer(404, b"<h1>404</h1>")
                return
            etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == etag:
                self.answer(304, b"", ETag=etag)
                return
            kind = site.kinds.get(self.path, "text/html")
            if "gzip" in self.headers.get("Accept-Encoding", "") and urlsplit(self.path).path.endswith(".html"):
                self.answer(200, gzip.compress(content), **{"ETag": etag, "Content-Type": kind, "Content-Encoding": "gzip"})
            else:
                self.answer(200, content, **{"ETag": etag, "Content-Type": kind})
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            asked.ended = time.monotonic()

    def answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Write nothing."""


def status(code: int, **headers: str) -> Misbehave:
    """Return what answers with a status alone."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(code, b"", **given)  # type: ignore[attr-defined]
