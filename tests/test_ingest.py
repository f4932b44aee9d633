from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from kept_reader import KeptReader

from corpus import ingest as module
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from corpus.errors import ArchiveBusy, ArchiveFull
from corpus.ingest import IngestReport, Rejected, ingest
from corpus.reading.page_process import PageProcess

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("kept_readers")]

PARAGRAPHS = (
    "Xã vùng cao này vừa khánh thành trường học hai tầng, có tám phòng học và một thư viện nhỏ do cựu học sinh góp sách.",
    "Con đường bốn cây số từ trung tâm xã đến trường được làm trong mười tháng; mỗi nhà góp hai mươi ngày công và hiến đất.",
    "Hiệu trưởng cho biết năm học này trường đón thêm sáu mươi em ở bán trú, có bếp ăn và nước sạch, thầy cô đều ở lại trường.",
)


def page(number: int, note: str = "") -> bytes:
    paragraphs = "".join(
        f"<p>{paragraph}</p>" for paragraph in (*PARAGRAPHS, f"{note} Đây là bài số {number}, kể về ngày khai giảng.")
    )
    return (
        f"<!doctype html><html lang='vi'><head><meta charset='utf-8'><title>Trường học mới ở xã số {number}</title>"
        "<meta property='og:type' content='article'><meta property='article:published_time' content='2022-09-05T08:30:00+07:00'>"
        f"<link rel='canonical' href='https://tin.example/{number}'></head><body><h1>Trường học mới ở xã số {number}</h1>"
        f"<article>{paragraphs}</article></body></html>"
    ).encode()


def line(number: int, text: str = "Đoạn.", **values: Any) -> str:
    return json.dumps({"url": f"https://tin.example/{number}", "title": f"Bài {number}", "body": [text], **values}) + "\n"


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.rejected


@pytest.fixture(autouse=True)
def one_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pages read by one process, which is begun sooner than two, but where a test is about more."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "kho" / ARCHIVE_FILE, create=True) as opened:
        yield opened
        assert opened.check() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tin"
    made.mkdir()
    return made


def test_pages_lines_and_texts(folder: Path, archive: Archive) -> None:
    (folder / "1.html").write_bytes(page(1))
    (folder / "2.html").write_bytes(page(2))
    (folder / "trang-chu.html").write_bytes(b"<!doctype html><html><body><p>x")
    (folder / "3.txt").write_text("\n\n".join(("Trường mới", *PARAGRAPHS)), encoding="utf-8")
    (folder / "4.jsonl").write_text(line(4) + "hỏng\n" + line(5), encoding="utf-8")
    (folder / "5.jsonl.gz").write_bytes(gzip.compress((line(6) + line(4)).encode()))
    report = ingest([folder, folder / "khong-co"], archive)
    assert counts(report) == (6, 0, 1, 3)
    assert [(Path(reject.origin).name, reject.line) for reject in report.rejects] == [
        ("4.jsonl", 2),
        ("trang-chu.html", None),
        ("khong-co", None),
    ]
    assert all(reject.reason for reject in report.rejects)
    titles = {article.title for article in archive.articles()}
    assert {"Trường học mới ở xã số 1", "Trường mới", "Bài 5", "Bài 6"} < titles
    assert [(reject.origin, reject.line, reject.reason) for reject in archive.rejects.listed()] == [
        (reject.origin, reject.line, reject.reason) for reject in report.rejects
    ]


def test_the_second_run_changes_nothing_and_reads_no_page_again(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (folder / f"{number}.html").write_bytes(page(number))
    (folder / "bai.jsonl").write_text(line(7) + line(8), encoding="utf-8")
    (folder / "trong.html").touch()
    first = ingest([folder], archive)
    assert counts(first) == (5, 0, 0, 1)
    before = archive.last_change(), archive.rejects.listed()
    with monkeypatch.context() as without:
        without.setattr(PageProcess, "read_page", lambda *_, **__: pytest.fail("a page was read again"))
        assert counts(ingest([folder], archive)) == (0, 0, 5, 1)
    assert (archive.last_change(), archive.rejects.listed()) == before
    monkeypatch.setattr(module, "READER", module.READER + 1)
    reads: list[bytes] = []
    real = PageProcess.read_page
    monkeypatch.setattr(
        PageProcess, "read_page", lambda self, page, **options: (reads.append(page), real(self, page, **options))[1]
    )
    assert counts(ingest([folder], archive)) == (0, 0, 5, 1)
    assert len(reads) == 3  # by the newer reader
    assert counts(ingest([folder], archive)) == (0, 0, 5, 1)
    assert len(reads) == 3


def test_one_address_with_several_texts_settles(folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bai.jsonl").write_text(line(1) + line(1, "Đoạn đã sửa.") + line(1), encoding="utf-8")
    (folder / "ban-luu-1.html").write_bytes(page(2))
    (folder / "ban-luu-2.html").write_bytes(page(2, note="Đoạn ba đã được toà soạn viết lại sau khi bài ra."))
    assert counts(ingest([folder], archive)) == (2, 2, 1, 0)
    before = list(archive.changes()), list(archive.articles())
    monkeypatch.setattr(PageProcess, "read_page", lambda *_, **__: pytest.fail("a page was read again"))
    for _ in range(2):
        assert counts(ingest([folder], archive)) == (0, 0, 5, 0)
        assert (list(archive.changes()), list(archive.articles())) == before
    assert archive.last_change() == 4


def test_a_page_that_is_fetched_again_later_is_what_the_paper_went_back_to(folder: Path, archive: Archive) -> None:
    note = "Đoạn ba đã được toà soạn viết lại sau khi bài ra."
    for number, (text, outcome) in enumerate([("", (1, 0, 0, 0)), (note, (0, 1, 0, 0)), ("", (0, 1, 0, 0))], 1):
        (folder / "1.html").write_bytes(page(1, text))
        fetched_at = datetime(2024, 1, number, tzinfo=timezone.utc)
        assert counts(ingest([folder], archive, fetched_at=fetched_at)) == outcome
        assert counts(ingest([folder], archive, fetched_at=fetched_at)) == (0, 0, 1, 0)
    (article_id,) = archive.ids()
    assert archive.pages.of(article_id) == page(1) and len(archive.revisions(article_id)) == 3


def test_what_was_withdrawn_stays_so_when_its_files_are_read_again(folder: Path, archive: Archive) -> None:
    (folder / "1.html").write_bytes(page(1))
    (folder / "bai.jsonl").write_text(line(2), encoding="utf-8")
    ingest([folder], archive)
    for article_id in list(archive.ids()):
        archive.withdraw(article_id)
    assert counts(ingest([folder], archive)) == (0, 0, 2, 0)
    assert list(archive.ids()) == []
    (folder / "bai.jsonl").write_text(line(2, "Đoạn đã sửa."), encoding="utf-8")
    assert counts(ingest([folder], archive)) == (1, 0, 1, 0)
    assert [article.url for article in archive.articles()] == ["https://tin.example/2"]


def test_a_changed_page_is_a_new_revision(folder: Path, archive: Archive) -> None:
    (folder / "1.html").write_bytes(page(1))
    ingest([folder], archive)
    (folder / "1.html").write_bytes(page(1, note="Đoạn ba đã được toà soạn viết lại sau khi bài ra."))
    assert counts(ingest([folder], archive)) == (0, 1, 0, 0)
    (article_id,) = archive.ids()
    assert len(archive.revisions(article_id)) == 2
    assert archive.pages.of(article_id, 1) == page(1) and archive.pages.of(article_id) != page(1)


def test_the_raw_page_and_its_address_are_kept(folder: Path, archive: Archive) -> None:
    (folder / "1.html").write_bytes(page(1))
    fetched_at = datetime(2024, 1, 1, tzinfo=timezone.utc)
    ingest([folder / "1.html"], archive, fetched_at=fetched_at)
    (article,) = archive.articles()
    assert (article.url, article.fetched_at) == ("https://tin.example/1", fetched_at)
    assert archive.pages.of(article.id) == page(1)


def test_a_line_may_bring_its_page(folder: Path, archive: Archive) -> None:
    lines = [
        json.dumps({"url": "https://tin.example/khac", "html": page(1).decode(), "source": "Báo Mẫu"}),
        json.dumps({"html": page(2).decode()}),
        json.dumps({"html": "<p>"}),
    ]
    path = folder / "bai.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    fetched_at = datetime(2024, 1, 1, tzinfo=timezone.utc)
    report = ingest([path], archive, fetched_at=fetched_at)
    assert counts(report) == (2, 0, 0, 1)
    assert report.rejects[0].line == 3
    read = {article.url: article for article in archive.articles()}
    assert read["https://tin.example/khac"].source == "Báo Mẫu"
    assert read["https://tin.example/2"].fetched_at == fetched_at
    assert archive.pages.of(read["https://tin.example/2"].id) == page(2)


def test_a_reject_is_cleared_when_its_input_is_read(folder: Path, archive: Archive) -> None:
    path, lines, packed = folder / "1.html", folder / "bai.jsonl", folder / "bai.jsonl.gz"
    lines.write_text("hỏng\n", encoding="utf-8")
    packed.write_bytes(gzip.compress(line(9).encode())[:-9])
    assert ingest([path, lines, packed, folder / "sau"], archive).rejected == 4
    assert len(archive.rejects.listed()) == 4
    path.write_bytes(page(1))
    lines.write_text(line(1), encoding="utf-8")
    packed.write_bytes(gzip.compress(line(9).encode()))
    (folder / "sau").mkdir()
    assert ingest([path, lines, packed, folder / "sau"], archive).rejected == 0
    assert archive.rejects.listed() == []


def test_what_was_refused_is_kept(folder: Path, archive: Archive) -> None:
    (folder / "1.html").write_bytes(b"<html><body><p>Trang ch\xe1\xbb\xa7")
    (folder / "bai.jsonl").write_bytes(b'{"url": 5}\n\xff\n')
    ingest([folder], archive)
    kept = [archive.rejects.page(reject.number) for reject in archive.rejects.listed()]
    assert kept == [b"<html><body><p>Trang ch\xe1\xbb\xa7", b'{"url": 5}\n', b"\xff\n"]


def test_what_was_refused_stays_when_other_content_in_its_place_is(folder: Path, archive: Archive) -> None:
    for content in (b"<html><p>1", b"<html><p>2", b"<html><p>2"):
        (folder / "1.html").write_bytes(content)
        (folder / "bai.jsonl").write_bytes(content)
        assert ingest([folder], archive).rejected == 2
    kept = [archive.rejects.page(reject.number) for reject in archive.rejects.listed()]
    assert kept == [b"<html><p>1", b"<html><p>1", b"<html><p>2", b"<html><p>2"]


class Mortal(PageProcess):
    """A reader that some pages kill and others hold up."""

    def read_page(self, page: bytes, **options: Any) -> Article:
        if "làm chết".encode() in page:
            self._process = self._process or self._start()
            self.stop()
        if "làm treo".encode() in page:
            self._process = self._process or self._start()
            self._process.send_signal(19)  # SIGSTOP
            self._seconds = 0.2
        try:
            return super().read_page(page, **options)
        finally:
            self._seconds = 20


@pytest.mark.parametrize("processes", [1, 2])
def test_pages_that_kill_or_hang_their_reader_do_not_stop_the_run(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(module, "PageProcess", Mortal)
    monkeypatch.setattr(os, "cpu_count", lambda: processes)
    notes = {2: "Trang này làm chết bộ đọc.", 4: "Trang này làm treo bộ đọc."}
    for number in range(6):
        (folder / f"{number}.html").write_bytes(page(number, notes.get(number, "")))
    report = ingest([folder], archive, processes=processes)
    assert counts(report) == (4, 0, 0, 2)
    assert [Path(reject.origin).name for reject in report.rejects] == ["2.html", "4.html"]
    assert "ngừng đột ngột" in report.rejects[0].reason and "giây" in report.rejects[1].reason
    # Read in parallel, archived in order.
    assert [archive.revision(change).url[-1] for change in (1, 2, 3, 4)] == ["0", "1", "3", "5"]


def test_progress_tells_what_is_on_disk(folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH_ARTICLES", 10)
    monkeypatch.setattr(module, "_BATCH_SECONDS", 1000)
    path = folder / "bai.jsonl"
    path.write_text("".join(line(number) for number in range(25)) + "hỏng\n", encoding="utf-8")
    told: list[IngestReport] = []

    def progress(report: IngestReport) -> None:
        with Archive.open(archive.file.path, read_only=True) as other:  # another connection sees only what is committed
            assert other.statistics().articles == report.added
            assert other.statistics().rejects == report.rejected
        told.append(report)

    report = ingest([path], archive, progress=progress)
    assert counts(report) == (25, 0, 0, 1) and told[-1] == report
    assert [each.added for each in told[:2]] == [10, 20]


def test_only_the_first_rejects_are_listed(folder: Path, archive: Archive) -> None:
    path = folder / "bai.jsonl"
    path.write_text("hỏng\n" * (module.LISTED + 50), encoding="utf-8")
    report = ingest([path], archive)
    assert report.rejected == module.LISTED + 50
    assert report.rejects == tuple(Rejected(str(path), number, report.rejects[0].words) for number in range(1, module.LISTED + 1))
    assert archive.statistics().rejects == report.rejected


def test_an_id_that_is_taken_is_a_reject(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.article.article_id", lambda url, texts: "motmachungca")
    path = folder / "bai.jsonl"
    path.write_text(line(1) + line(2) + line(1), encoding="utf-8")
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        report = ingest([path], archive)
        assert counts(report) == (1, 0, 1, 1)
        assert report.rejects[0].line == 2 and "https://tin.example/1" in report.rejects[0].reason


def test_an_archive_in_trouble_ends_the_run_and_leaves_no_process(
    folder: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PageProcess", PageProcess)
    monkeypatch.setattr(module, "_BATCH_ARTICLES", 4)
    monkeypatch.setattr(module, "_BATCH_SECONDS", 1000)
    for number in range(12):
        (folder / f"{number:02}.html").write_bytes(page(number))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    started: list[subprocess.Popen[bytes]] = []
    start = PageProcess._start
    monkeypatch.setattr(PageProcess, "_start", lambda self: started.append(start(self)) or started[-1])
    written = [0]
    add = Archive.add

    def full(self: Archive, *values: Any, **options: Any) -> Any:
        written[0] += 1
        if written[0] == 7:
            raise ArchiveFull("archive_full", path="kho")
        return add(self, *values, **options)

    monkeypatch.setattr(Archive, "add", full)
    with pytest.raises(ArchiveFull):
        ingest([folder], archive)
    assert archive.statistics().articles == 3  # the batch before (the folder counts in it), none of the one that failed
    assert started and all(process.poll() is not None for process in started)
    monkeypatch.setattr(Archive, "add", add)
    assert counts(ingest([folder], archive)) == (9, 0, 3, 0)


def test_nothing_to_write_needs_no_lock(tmp_path: Path, archive: Archive) -> None:
    with Archive.open(archive.file.path, wait=0.05) as other, archive.batch():
        archive.rejects.clear("x")
        assert counts(ingest([], other)) == (0, 0, 0, 0)
        with pytest.raises(ArchiveBusy):
            ingest([tmp_path / "khong-co"], other)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nhi-phan.html", bytes(range(256)) * 400),
        ("anh.html", b"\x89PNG\r\n\x1a\n" + os.urandom(5000)),
        ("sau.html", b"<div>" * 300_000),
        ("cut.html", page(1)[:150]),
        ("lon.html", b"<html>" + b"<p>a" * 12_500_000),
        ("lon.txt", b"a " * 5_000_000),
        ("nhi-phan.txt", os.urandom(5000)),
        ("nhi-phan.jsonl", os.urandom(50_000).replace(b"\n", b"")),
        ("sau.jsonl", b"[" * 1_000_000),
        ("khong.jsonl.gz", b"\x1f\x8b\x08\x00" + os.urandom(100)),
    ],
)
def test_hostile_files_are_rejects(folder: Path, archive: Archive, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    (folder / "z.html").write_bytes(page(1))
    report = ingest([folder], archive)
    assert counts(report) == (1, 0, 0, 1)
    assert Path(report.rejects[0].origin).name == name and len(report.rejects[0].reason) > 10


def test_importing_the_room_loads_no_html_library() -> None:
    program = (
        "import sys; sys.path[:] = sys.argv[1].split(':'); import corpus, corpus.ingest\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('lxml', 'trafilatura', 'bs4')])"
    )
    ran = subprocess.run([sys.executable, "-c", program, ":".join(sys.path)], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_dates_that_cannot_be_read_are_counted_and_listed(archive: Archive, folder: Path) -> None:
    path = folder / "bai.jsonl"
    path.write_text(
        line(1, published="hôm qua") + line(2, published="2022-07-12") + line(3, modified="31/2/2022", published="2022-07-12")
    )
    report = ingest([path], archive)
    assert counts(report) == (3, 0, 0, 0)
    assert report.undated == 2
    assert [(unread.line, "hôm qua" in unread.reason or "31/2/2022" in unread.reason) for unread in report.unread_dates] == [
        (1, True),
        (3, True),
    ]
    assert (
        report.unread_dates[0].in_words("en") == "The date “published” could not be read: “hôm qua” is no possible date and time."
    )


def test_half_a_character_in_a_refused_line_does_not_end_the_run(archive: Archive, folder: Path) -> None:
    path = folder / "bai.jsonl"
    path.write_text('{"url": "", "title": "Bài", "tags": "\\ud800"}\n' + line(1))
    assert counts(ingest([path], archive)) == (1, 0, 0, 1)
    assert archive.rejects.listed()[0].in_words("en") == r"Key “tags”: a list of strings is needed, not the string “\ud800”."


def test_lines_that_may_take_long_are_read_in_another_process(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, int]] = []
    started = PageProcess._read
    monkeypatch.setattr(
        PageProcess,
        "_read",
        lambda self, kind, content, *more: read.append((kind, len(content))) or started(self, kind, content, *more),
    )
    (folder / "a.jsonl").write_text(line(1) + line(2, "<p>Đoạn.</p>") + line(3, "x" * 60_000) + line(4, "1 < 2"))
    (folder / "b.txt").write_text("Tiêu đề\n\n" + (PARAGRAPHS[0] + "\n\n") * 500)
    (folder / "c.txt").write_text("Tiêu đề khác\n\n" + PARAGRAPHS[0] + "\n")
    assert counts(ingest([folder], archive)) == (6, 0, 0, 0)
    assert [kind for kind, _ in read] == ["line", "line", "line", "text"]


def test_a_line_that_holds_its_reader_costs_itself_only(archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = line(2, "<p>Đoạn.</p>" * 9000)
    (folder / "a.jsonl").write_text(line(1) + slow + line(3))
    with KeptReader() as process:
        process.read_line(slow.encode())
    start = PageProcess.__init__
    monkeypatch.setattr(PageProcess, "__init__", lambda self, **_: start(self, seconds=0.001))
    report = ingest([folder], archive)
    assert counts(report) == (2, 0, 0, 1)
    assert report.rejects[0].line == 2 and report.rejects[0].reason == "Đọc dòng này mất hơn 0,001 giây nên đã dừng."


def test_of_a_file_of_rubbish_some_is_kept_and_the_rest_is_counted(archive: Archive, folder: Path) -> None:
    path = folder / "hong.jsonl"
    path.write_text("hỏng\n" * 3500 + line(1))
    report = ingest([path], archive)
    assert counts(report) == (1, 0, 0, 3500)
    kept = archive.rejects.listed(limit=10_000)
    assert [reject.line for reject in kept if reject.line] == list(range(1, 1001))
    assert [reject.reason for reject in kept if reject.line is None] == [
        "Còn 2500 dòng nữa của tệp này bị loại mà không giữ lại; chỉ giữ 1000 dòng đầu."
    ]
    assert archive.statistics().rejects == 1001
    ingest([path], archive)
    assert archive.statistics().rejects == 1001
    path.write_text("hỏng\n" * 3 + line(1) * 3500)
    ingest([path], archive)
    assert not [reject for reject in archive.rejects.listed(limit=10_000) if reject.line is None or reject.line > 3]


def test_what_was_counted_is_told_of_a_file_that_breaks_off_too(archive: Archive, folder: Path) -> None:
    path = folder / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(("hỏng %d\n" * 1).encode() * 5000 + os.urandom(50_000).hex().encode())[:-9000])
    ingest([path], archive)
    (whole,) = [reject.reason for reject in archive.rejects.listed(limit=10_000) if reject.line is None]
    assert "bị cắt cụt" in whole and "Còn 4000 dòng nữa" in whole


def test_of_a_file_of_large_rubbish_so_much_is_kept(archive: Archive, folder: Path) -> None:
    path = folder / "lon.jsonl"
    path.write_text("".join(f"{number} " + "x" * 1_000_000 + "\n" for number in range(12)))
    assert ingest([path], archive).rejected == 12
    kept = [archive.rejects.page(reject.number) for reject in archive.rejects.listed()]
    assert len(kept) == 12 and sum(page is not None for page in kept) == 4


def test_a_small_file_that_unfolds_makes_no_large_archive(archive: Archive, folder: Path) -> None:
    path = folder / "bom.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}\n" * 20_000))
    assert ingest([path], archive).rejected == 20_000
    assert archive.statistics().rejects == 1001
    assert Path(archive.file.path).stat().st_size < 1_000_000


def test_rejects_are_cleared_by_number(archive: Archive, folder: Path) -> None:
    (folder / "a.jsonl").write_text("hỏng\n" * 3)
    ingest([folder], archive)
    first, *others = archive.rejects.listed()
    archive.rejects.clear_numbers(reject.number for reject in others)
    assert archive.rejects.listed() == [first]
