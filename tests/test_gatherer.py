"""corpus.gathering.gatherer: papers on loopback fill an archive, and what they change, move and lose is noticed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from paper_site import PaperSite, sample_paper, serving, status

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.errors import NotAnArticle
from corpus.gathering.fetch import Fetcher
from corpus.gathering.gatherer import Gatherer
from corpus.gathering.round_report import RoundReport
from corpus.gathering.schedule import COMING_BACK, TRIED
from corpus.gathering.source import Source
from corpus.reading.page_process import PageProcess

pytestmark = pytest.mark.slow


class Clock:
    """A time of day that stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 8, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as opened:
        yield opened
        assert opened.check() == []


@pytest.fixture
def site() -> Iterator[PaperSite]:
    """Báo Núi Sông, with three of its articles."""
    site = sample_paper("bao-nui-song")
    for path in sorted(path for path in site.pages if path.endswith(".html"))[3:]:
        del site.pages[path]
    with serving(site):
        site.set_lists()
        yield site


@pytest.fixture
def gatherer(archive: Archive, clock: Clock) -> Iterator[Gatherer]:
    with Gatherer(archive, Fetcher("LucBao/1 (+mailto:thu@luubao.example)"), now=clock, processes=1) as gatherer:
        yield gatherer


def article_paths(site: PaperSite) -> list[str]:
    return sorted(path for path in site.pages if path.endswith(".html"))


def outcomes(report: RoundReport) -> dict[str, int]:
    return {outcome: count for outcome, count in report.outcomes.items() if count}


def test_a_feed_fills_the_archive_and_nothing_is_asked_for_twice(gatherer: Gatherer, archive: Archive, site: PaperSite) -> None:
    report = gatherer.round([site.source()])
    assert outcomes(report) == {"listed": 1, "added": 3}, report.left
    assert report.named == 3 and report.left == ()
    assert sorted(site.paths()) == sorted(["/rss", *article_paths(site)])
    articles = list(archive.articles())
    assert len(articles) == 3 and all(article.url.startswith("https://nuisong.example/") for article in articles)
    for article in articles:
        (revision,) = archive.revisions(article.id)
        (capture,) = archive.captures.of(revision.change)
        page = archive.pages.of(article.id)
        assert page is not None and page in site.pages.values()
        assert (
            capture.url.startswith(site.origin)
            and capture.headers.startswith(b"HTTP/1.1 200 OK\r\n")
            and b"ETag" in capture.headers
        )
        assert article.fetched_at == capture.captured_at
    site.asked.clear()
    assert outcomes(gatherer.round([site.source()])) == {"unchanged": 1}
    assert site.paths() == ["/rss"], "the feed has not changed, no article is due"
    assert "LucBao/1 (+mailto" in site.asked[-1].headers["user-agent"] and "if-none-match" in site.asked[-1].headers


def test_an_article_is_read_again_after_an_hour_a_day_a_week_and_a_month(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock
) -> None:
    source = site.source()
    gatherer.round([source])
    for pause in COMING_BACK:
        site.asked.clear()
        clock.pass_by(pause - timedelta(seconds=1))
        gatherer.round([source])
        assert site.paths() == ["/rss"]
        clock.pass_by(timedelta(seconds=1))
        assert outcomes(gatherer.round([source])) == {"unchanged": 4}
        assert sorted(set(site.paths())) == sorted(["/rss", *article_paths(site)])
        assert all("if-none-match" in asked.headers for asked in site.asked if asked.path.endswith(".html"))
    site.asked.clear()
    clock.pass_by(timedelta(days=400))
    gatherer.round([source])
    assert site.paths() == ["/rss"]


def test_what_changed_is_a_revision_and_what_is_gone_keeps_its_text(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock
) -> None:
    source = site.source()
    gatherer.round([source])
    changed, lost, hidden = article_paths(site)
    ids = {path: archive.ledger.target(f"https://{site.host}{path}").article_id for path in (changed, lost, hidden)}  # type: ignore[union-attr]
    site.pages[changed] = site.pages[changed].replace(b"</p>", " Tòa soạn đã đính chính.</p>".encode(), 3)
    del site.pages[lost]
    site.put(hidden, "<title>Không tìm thấy trang</title><p>Trang không còn.</p>")
    clock.pass_by(COMING_BACK[0])
    assert outcomes(gatherer.round([source])) == {"unchanged": 1, "updated": 1, "gone": 2}
    assert [len(archive.revisions(ids[path] or "")) for path in (changed, lost, hidden)] == [2, 1, 1]
    gone = archive.absences.of(filter(None, ids.values()))
    assert set(gone) == {ids[lost], ids[hidden]} and gone[ids[lost] or ""].seen_at == clock.now
    assert "404" in str(gone[ids[lost] or ""].words)
    assert archive.get(ids[lost] or "") is not None, "its text is kept"
    site.set_lists([changed])
    site.put(lost, archive.pages.of(ids[lost] or "") or b"")
    clock.pass_by(COMING_BACK[1])
    gatherer.round([source])
    assert set(archive.absences.of(filter(None, ids.values()))) == {ids[hidden]}, "it is back"


def test_a_page_that_our_reader_cannot_bear_is_not_gone(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gatherer.round([site.source()])
    for path in article_paths(site):
        site.pages[path] += b"<!-- other -->"

    def fail(*_: object, **__: object) -> None:
        raise NotAnArticle("page_took_long", seconds=30)

    clock.pass_by(COMING_BACK[0])
    monkeypatch.setattr(PageProcess, "read_page", fail)
    assert outcomes(gatherer.round([site.source()])) == {"unchanged": 1, "failed": 3}
    assert archive.absences.of(archive.ids()) == {}
    monkeypatch.undo()
    clock.pass_by(timedelta(hours=1))
    assert outcomes(gatherer.round([site.source()])) == {"unchanged": 4}, "they are tried again"


def test_a_sitemap_gives_what_is_recent_and_with_since_all_from_then_on(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock
) -> None:
    source = site.source(sitemaps=(f"{site.origin}/sitemap.xml",))
    assert outcomes(gatherer.round([source])) == {"listed": 1}, "all are older than a week"
    assert outcomes(gatherer.round([source], since=datetime(2000, 1, 1, tzinfo=timezone.utc))) == {"listed": 1, "added": 3}


def test_an_index_of_sitemaps_leads_to_those_that_changed_lately(gatherer: Gatherer, site: PaperSite, clock: Clock) -> None:
    entries = "".join(
        f"<sitemap><loc>{site.origin}/s{number}.xml</loc><lastmod>{(clock.now - timedelta(days=30 * number)).date()}</lastmod></sitemap>"
        for number in range(50)
    )
    site.put("/sitemap.xml", f"<sitemapindex>{entries}</sitemapindex>", "application/xml")
    for number in range(50):
        site.put(
            f"/s{number}.xml", f"<urlset><url><loc>{site.origin}/khong-co-{number}.html</loc></url></urlset>", "application/xml"
        )
    source = site.source(sitemaps=(f"{site.origin}/sitemap.xml",))
    gatherer.round([source])
    assert site.paths() == ["/sitemap.xml", "/s0.xml"]
    site.asked.clear()
    gatherer.round([source], since=clock.now - timedelta(days=100))
    assert site.paths()[:5] == ["/sitemap.xml", "/s0.xml", "/s1.xml", "/s2.xml", "/s3.xml"]
    assert {path for path in site.paths() if "khong" in path} == {f"/khong-co-{number}.html" for number in range(4)}


def test_a_section_leads_to_what_looks_like_articles_and_to_its_next_pages(
    gatherer: Gatherer, archive: Archive, site: PaperSite
) -> None:
    first, second, third = article_paths(site)
    site.put(
        "/thoi-su",
        f"<a href='{first}'>a</a><a href='/lien-he'>Liên hệ</a><a href='/the/dat-dai'>đất đai</a><a href='/thoi-su/trang-2'>2</a>",
    )
    site.put("/thoi-su/trang-2", f"<a href='{second}'>b</a><a rel='next' href='/thoi-su/trang-3'>Trang sau</a>")
    site.put("/thoi-su/trang-3", f"<a href='{third}'>c</a><a href='/thoi-su/trang-4'>4</a>")
    source = site.source(sections=(f"{site.origin}/thoi-su",), depth=2)
    assert outcomes(gatherer.round([source])) == {"listed": 2, "added": 2}
    assert site.paths() == [
        "/thoi-su",
        "/thoi-su/trang-2",
        *sorted((first, second), key=lambda path: f"https://{site.host}{path}"),
    ]


def test_hostile_and_foreign_links_are_not_followed(gatherer: Gatherer, site: PaperSite) -> None:
    links = ("javascript:alert(1)", "file:///etc/passwd", "http://127.0.0.1:1/a-b-c-d-1.html", "http://[::1]/a-b-c-d-1.html", "http://169.254.169.254/a-b-c-d-1.html",
             "//bao-khac.example/a-b-c-d-1.html", f"http://u:p@{site.host}/a-b-c-d-e-1.html", "http://[", "https://xn--/a-b-c-d-1.html")  # fmt: skip
    items = "".join(f"<item><title>x</title><link>{link}</link></item>" for link in links)
    site.put("/rss", f'<rss version="2.0"><channel>{items}</channel></rss>', "application/rss+xml")
    report = gatherer.round([site.source()])
    assert site.paths() == ["/rss"]
    assert outcomes(report) in ({"listed": 1}, {"listed": 1, "failed": 1}), report.left


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (status(403), "failed", "answer_status"),
        (status(500), "failed", "server_failed"),
        (status(429, Retry_After="7200"), "failed", "server_failed"),
        (status(301, Location="http://169.254.169.254/latest"), "forbidden", "address_of_others"),
        (status(302, Location="file:///etc/passwd"), "failed", "redirect_nowhere"),
        (lambda handler: handler.answer(302, b"", Location=handler.path), "failed", "redirects_too_many"),
        (lambda handler: handler.answer(200, b"\x89PNG", **{"Content-Type": "image/png"}), "refused", "answer_of_kind"),
        (lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<html>"), "failed", "answer_broken"),
        (lambda handler: handler.wfile.write(b"rubbish\r\n\r\n"), "failed", "answer_broken"),
    ],
)
def test_what_a_server_does_wrong_costs_that_address_only(
    gatherer: Gatherer, archive: Archive, site: PaperSite, answer: object, outcome: str, code: str
) -> None:
    def misbehave(handler: object) -> None:
        answer(handler)  # type: ignore[operator]
        handler.close_connection = True  # type: ignore[attr-defined]

    last = article_paths(site)[-1]
    site.instead[last] = misbehave
    report = gatherer.round([site.source()])
    assert outcomes(report)["added"] == 2
    assert [(url.removeprefix(site.origin), words.code) for url, words in report.left] == [(last, code)]
    assert archive.ledger.visits(1)[0].outcome == outcome


def test_a_server_that_fails_is_left_alone_and_asked_again_later(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock
) -> None:
    first, *others = article_paths(site)
    for path in article_paths(site):
        site.instead[path] = status(503, Retry_After="600")
    gatherer.round([site.source()])
    assert site.paths() == ["/rss", first], "the host asked to be left alone"
    assert [state.name for state in archive.ledger.resting(clock.now)] == [site.host]
    site.instead.clear()
    site.asked.clear()
    clock.pass_by(timedelta(seconds=599))
    gatherer.round([site.source()])
    assert site.paths() == []
    clock.pass_by(timedelta(minutes=30))
    assert outcomes(gatherer.round([site.source()]))["added"] == 3
    assert archive.ledger.resting(clock.now) == []


def test_what_was_not_tried_for_its_host_is_no_failure(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock
) -> None:
    first, *others = article_paths(site)
    site.instead[first] = status(503, Retry_After="86400")
    for _ in range(3 * TRIED):
        report = gatherer.round([site.source()])
        clock.pass_by(timedelta(hours=1))
    assert [words.code for _, words in report.left] == ["host_rests"] * 2 and site.paths().count(first) == 1
    assert [visit.status for visit in archive.ledger.visits(1000) if visit.kind == "article"] == [503]
    targets = [archive.ledger.target(f"https://{site.host}{path}") for path in others]
    assert all(target and target.failures == 0 and target.due for target in targets)
    site.instead.clear()
    clock.pass_by(timedelta(hours=12))
    assert outcomes(gatherer.round([site.source()]))["added"] == 3


def test_an_address_that_keeps_failing_is_given_up(gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock) -> None:
    path = article_paths(site)[0]
    site.instead[path] = status(403)
    for _ in range(TRIED + 3):
        gatherer.round([site.source()])
        clock.pass_by(timedelta(days=3))
    assert site.paths().count(path) == TRIED
    target = archive.ledger.target(f"https://{site.host}{path}")
    assert target is not None and target.due is None and target.outcome == "failed"


def test_robots_txt_is_obeyed_and_asked_for_once_a_day(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock
) -> None:
    forbidden = article_paths(site)[0]
    site.put("/robots.txt", f"User-agent: LucBao\nDisallow: {forbidden}\n\nUser-agent: *\nDisallow: /\n", "text/plain")
    report = gatherer.round([site.source()])
    assert outcomes(report) == {"listed": 1, "added": 2, "forbidden": 1}
    assert forbidden not in site.paths() and [words.code for _, words in report.left] == ["robots_forbid"]
    clock.pass_by(timedelta(hours=23))
    gatherer.round([site.source()])
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    clock.pass_by(timedelta(hours=2))
    gatherer.round([site.source()])
    assert [asked.path for asked in site.asked].count("/robots.txt") == 2


def test_while_robots_txt_cannot_be_had_nothing_is_asked_for(gatherer: Gatherer, site: PaperSite) -> None:
    site.instead["/robots.txt"] = status(503)
    assert outcomes(gatherer.round([site.source()])) == {"failed": 1}
    assert site.paths() == []


def test_between_two_requests_to_a_host_is_a_pause(archive: Archive, site: PaperSite, clock: Clock) -> None:
    waits: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            return False

    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n", "text/plain")
    with Gatherer(archive, Fetcher("LucBao"), now=clock, processes=1, stop=Stop()) as gatherer:
        gatherer.round([site.source(delay=2.0)])
    assert len(site.asked) == len(waits) == 5, "before the first, too: another program may have asked just now"
    assert all(0 < wait <= 7 for wait in waits) and max(waits) > 2


def test_versions_of_an_article_are_one(gatherer: Gatherer, archive: Archive, site: PaperSite) -> None:
    path = article_paths(site)[0]
    for version in (path.replace(".html", ".amp.html"), f"/amp{path}", f"{path}?print=1"):
        site.put(version, site.pages[path])
    links = [
        path.replace(".html", ".amp.html"),
        path,
        f"/amp{path}",
        f"{path}?print=1",
        f"{path}?utm_source=rss",
        f"{path}#binh-luan",
    ]
    items = "".join(f"<item><title>x</title><link>{site.origin}{link}</link></item>" for link in links)
    site.put("/rss", f'<rss version="2.0"><channel>{items}</channel></rss>', "application/rss+xml")
    assert outcomes(gatherer.round([site.source()])) == {"listed": 1, "added": 1}


def test_only_what_is_wanted_is_taken(gatherer: Gatherer, site: PaperSite) -> None:
    first, second, _ = article_paths(site)
    source = site.source(include=("/*",), exclude=(first, f"{second[:12]}*"))
    gatherer.round([source])
    assert not {first, second} & set(site.paths())


def test_what_the_archive_has_from_elsewhere_is_come_back_to(
    gatherer: Gatherer, archive: Archive, site: PaperSite, clock: Clock
) -> None:
    """Not fetched at once: it is there."""
    from corpus.reading.page import read_page

    path = article_paths(site)[0]
    url = f"{site.origin}{path}"
    page = site.pages[path].replace(b"https://nuisong.example", site.origin.encode())
    site.pages[path] = page
    archive.add(read_page(page, url=url, fetched_at=clock.now - timedelta(hours=2)), page)
    assert outcomes(gatherer.round([site.source()]))["added"] == 2
    assert path not in site.paths()
    clock.pass_by(timedelta(hours=24))
    gatherer.round([site.source()])
    assert path in site.paths()


def test_nobody_answers(gatherer: Gatherer, archive: Archive, site: PaperSite) -> None:
    source = Source(
        "Báo Vắng", ("127.0.0.1:9",), feeds=("http://127.0.0.1:9/rss",), delay=0.0, private_hosts=frozenset({"127.0.0.1:9"})
    )
    report = gatherer.round([source, site.source()])
    assert outcomes(report) == {"failed": 1, "listed": 1, "added": 3}
    assert [words.code for _, words in report.left] == ["host_unreachable"]
    private = Source("Báo Kín", ("127.0.0.1:9",), feeds=("http://127.0.0.1:9/rss",), delay=0.0)
    assert [words.code for _, words in gatherer.round([private]).left] in (["host_private"], ["host_rests"])
