"""`lucbao sources` and `lucbao gather`: what a newsroom types, against the sample's papers as sites on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import ROOT, environment, run
from paper_site import PaperSite, sample_paper, serving, status

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.gathering import manners
from corpus.gathering.source_file import read_sources
from index.snapshot import INDEX_FOLDER
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app

pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[PaperSite]:
    site = sample_paper("tinh-bao")
    for path in sorted(path for path in site.pages if path.endswith(".html"))[2:]:
        del site.pages[path]
    with serving(site):
        site.set_lists()
        yield site


@pytest.fixture(autouse=True)
def contact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCBAO_CONTACT", "thu@luubao.example")
    monkeypatch.setattr(manners, "MOST_DELAY", 0.0)  # seconds: what pauses there are is tried elsewhere


def quick(home: Path) -> None:
    """Take the pause between requests out of sources.toml."""
    path = home / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8") + "delay = 0\n", encoding="utf-8")


def test_from_an_address_to_articles_that_are_found(tmp_path: Path, site: PaperSite) -> None:
    added = run(tmp_path, "sources", "add", site.origin, "--name", "Báo Thử", "--private")
    assert added.returncode == 0, added.stderr
    assert f"nguồn tin: {site.origin}/rss (2 địa chỉ" in added.stderr and f"sơ đồ: {site.origin}/sitemap.xml" in added.stderr
    (source,) = read_sources(tmp_path)
    assert (source.name, source.feeds, source.sections) == ("Báo Thử", (f"{site.origin}/rss",), ())
    quick(tmp_path)
    gathered = run(tmp_path, "gather")
    assert gathered.returncode == 0, gathered.stderr
    assert gathered.stdout.splitlines() == ["2 địa chỉ mới · thêm 2", "lập chỉ mục 2 bài · gỡ 0"]
    with Archive.open(tmp_path / ARCHIVE_FILE, read_only=True) as archive:
        assert Searcher.open(tmp_path, archive).search(SearchRequest("")).total == 2
        assert archive.check() == []
    assert (tmp_path / INDEX_FOLDER).exists()
    again = run(tmp_path, "gather", "Báo Thử")
    assert again.stdout == "0 địa chỉ mới · không đổi 2\n"
    listed = run(tmp_path, "sources", "list")
    assert listed.stdout.splitlines()[0] == "Báo Thử" and f"{site.origin}/rss" in listed.stdout
    told = run(tmp_path, "stats", "--sources").stdout.splitlines()
    assert told[0].startswith("Báo Thử: lấy được lần cuối") and "2 bài mỗi ngày" in told[0]
    assert any("bài mới" in line and site.origin in line for line in told[1:])


def test_what_failed_is_said_and_is_the_exit_code(tmp_path: Path, site: PaperSite) -> None:
    run(tmp_path, "sources", "add", site.origin, "--private")
    quick(tmp_path)
    broken = sorted(path for path in site.pages if path.endswith(".html"))[0]
    site.instead[broken] = status(403)
    gathered = run(tmp_path, "gather", "--once")
    assert gathered.returncode == 1
    assert f"{site.origin}{broken}: Máy chủ trả lời 403." in gathered.stderr and "thêm 1 · hỏng 1" in gathered.stdout


def test_one_page_is_fetched_by_the_same_rules(tmp_path: Path, site: PaperSite) -> None:
    path = sorted(path for path in site.pages if path.endswith(".html"))[0]
    refused = run(tmp_path, "add", site.origin + path)
    assert "trong mạng riêng" in refused.stdout and site.paths() == []
    run(tmp_path, "sources", "add", site.origin, "--private")
    quick(tmp_path)
    added = run(tmp_path, "add", site.origin + path)
    assert added.stdout == f"{site.origin}{path}: bài mới\n" and "lucbao index" in added.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gather",), "sources.toml chưa có báo nào"),
        (("gather", "--every", "hôm nào"), "không phải khoảng thời gian"),
        (("gather", "--every", "15m", "--once"), "--once"),
        (("sources", "add"), "cần địa chỉ của báo"),
        (("sources", "add", "ftp://bao.example"), "không phải địa chỉ web"),
        (("sources", "add", "http://127.0.0.1:9"), "trong mạng riêng"),
        (("sources", "add", "http://127.0.0.1:9", "--private"), "Không nối được"),
        (("sources", "list"), "chưa có báo nào"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run(tmp_path, *arguments)
    assert ran.returncode == 2 and said in ran.stderr and "Traceback" not in ran.stderr


@pytest.mark.parametrize("contact", ["", "không dấu thì không được@x", "x", "a@b\r\nX-Evil: 1"])
def test_servers_get_to_know_who_asks(tmp_path: Path, site: PaperSite, monkeypatch: pytest.MonkeyPatch, contact: str) -> None:
    monkeypatch.setenv("LUCBAO_CONTACT", contact)
    ran = run(tmp_path, "sources", "add", site.origin, "--private")
    assert ran.returncode == 2 and "LUCBAO_CONTACT" in ran.stderr and site.asked == []


def test_a_paper_is_added_once(tmp_path: Path, site: PaperSite) -> None:
    (tmp_path / "sources.toml").write_text("# của tòa soạn\n", encoding="utf-8")
    assert run(tmp_path, "sources", "add", site.origin, "--private").returncode == 0
    before = (tmp_path / "sources.toml").read_text(encoding="utf-8")
    assert before.startswith("# của tòa soạn\n\n[[source]]\n")
    again = run(tmp_path, "sources", "add", site.origin, "--private")
    assert again.returncode == 2 and "đã có trong sources.toml" in again.stderr
    assert (tmp_path / "sources.toml").read_text(encoding="utf-8") == before


def test_a_running_site_shows_what_was_gathered(tmp_path: Path, site: PaperSite) -> None:
    first, second = sorted(path for path in site.pages if path.endswith(".html"))
    site.set_lists([first])
    run(tmp_path, "sources", "add", site.origin, "--private")
    quick(tmp_path)
    run(tmp_path, "gather")
    app = create_app(tmp_path)
    client = app.test_client()
    assert client.get("/api/v1/search?q=").json["total"] == 1
    site.set_lists([first, second])
    assert "thêm 1" in run(tmp_path, "gather").stdout
    assert client.get("/api/v1/search?q=").json["total"] == 2
    app.extensions["lucbao"].close()


def test_folders_are_read_with_every_round(tmp_path: Path, site: PaperSite) -> None:
    folder = tmp_path / "trang"
    folder.mkdir()
    (tmp_path / "sources.toml").write_text(f'[[source]]\nname = "Trang đã lưu"\nfolders = ["{folder}"]\n', encoding="utf-8")
    assert "0 địa chỉ mới" in run(tmp_path, "gather").stdout
    path = next(path for path in site.pages if path.endswith(".html"))
    (folder / "bai.html").write_bytes(site.pages[path])
    assert run(tmp_path, "gather").stdout.splitlines() == ["0 địa chỉ mới · thêm 1", "lập chỉ mục 1 bài · gỡ 0"]


@pytest.mark.crash
def test_asked_to_end_it_ends_after_the_visit_under_way(tmp_path: Path, site: PaperSite) -> None:
    run(tmp_path, "sources", "add", site.origin, "--private")
    quick(tmp_path)
    command = [sys.executable, "-m", "lucbao", "gather", "--every", "1h"]
    given = environment(tmp_path) | {"LUCBAO_CONTACT": "thu@luubao.example"}
    with subprocess.Popen(command, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "2 địa chỉ mới · thêm 2\n" and "2 bài" in process.stdout.readline()
        process.terminate()
        assert process.wait(30) == 0
        assert process.stderr is not None and "Traceback" not in process.stderr.read()
