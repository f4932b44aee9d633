"""/thong-ke tells how gathering goes, and a page of before is not taken for the present one."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.ledger import HostState, Named, Visit
from web import create_app


@pytest.fixture
def home(archive_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(archive_home, tmp_path / "kho"))


def visit(archive: Archive, number: int, at: datetime, outcome: str) -> None:
    url = f"https://bao.example/{number}"
    archive.ledger.name("Báo <Thử>", [Named(url, url, "article", at)], "", at)
    target = archive.ledger.target(url)
    assert target is not None
    archive.ledger.visited(target, Visit(url, "Báo <Thử>", "article", at, 200, outcome), due=None, steps=1)  # type: ignore[arg-type]


def test_how_each_paper_does_is_on_the_page(home: Path) -> None:
    client = create_app(home).test_client()
    before = client.get("/thong-ke")
    assert "thu-thap" not in before.text
    now = datetime.now(timezone.utc)
    with Archive.open(home / ARCHIVE_FILE) as archive:
        for number in range(12):
            visit(archive, number, now - timedelta(days=9) + timedelta(hours=number), "added")
        visit(archive, 50, now - timedelta(hours=2), "unchanged")
        visit(archive, 51, now - timedelta(hours=1), "failed")
        archive.ledger.set_host(HostState("bao.example", 3, now + timedelta(hours=1)))
    after = client.get("/thong-ke", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    (line,) = BeautifulSoup(after.data, "lxml").select("#thu-thap ~ ul li")
    said = line.get_text()
    assert said.startswith("Báo <Thử>: lấy được lần cuối") and "1,3 bài mỗi ngày" in said
    assert [strong.get_text().split(" tới")[0] for strong in line.select("strong")] == [
        "1 lần hỏng trong 24 giờ",
        "im lặng 8,5 ngày, lâu hơn thường lệ",
        "máy chủ bao.example được để yên",
    ]
    assert "longer than usual" in client.get("/thong-ke", headers={"Accept-Language": "en"}).text
    same = client.get("/thong-ke", headers={"If-None-Match": after.headers["ETag"]})
    assert (
        same.status_code in (200, 304)
        and client.get("/", headers={"If-None-Match": client.get("/").headers["ETag"]}).status_code == 304
    )
