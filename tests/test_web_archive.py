"""Web archives: which pages come out of them, how often, as captured when; and what is told of all that is damaged, missing or hostile."""

from __future__ import annotations

import functools
import gzip
import hashlib
import io
import random
import shutil
import subprocess
import sys
import threading
import zlib
from collections import Counter
from datetime import datetime, timezone
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warc_maker import DATE, URL, chunked, members, pages, read, record, response, revisit, sha1, story, told
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.capture import Capture
from corpus.errors import NotAnArticle
from corpus.ingest import ingest
from corpus.reading.input import MAX_FILE, Input, inputs
from corpus.reading.web_archive import stream as module
from corpus.reading.web_archive.response import agrees, page_of, whole
from corpus.reading.web_archive.stream import Stream
from corpus.sample import sample_folder

pytestmark = pytest.mark.slow

PAGE = story(1)
SHORT = b"<!doctype html><p>1"


# What is taken


@pytest.mark.parametrize("write", [b"".join, members, lambda records: gzip.compress(b"".join(records), mtime=0)])
@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.html", "a"])
def test_pages_come_with_address_date_headers_and_record(tmp_path: Path, write, name: str) -> None:  # type: ignore[no-untyped-def]
    records = [
        record("warcinfo", b"software: x\r\n"),
        record("request", b"GET / HTTP/1.1\r\n\r\n", WARC_Target_URI=URL, Content_Type="application/http; msgtype=request"),
        response(
            PAGE, f"<{URL}>", WARC_Payload_Digest=sha1(PAGE), WARC_Record_ID="<urn:uuid:a>", WARC_Date="2022-07-12T01:30:00.25Z"
        ),
        response(b"\x89PNG", "https://nhippho.example/a.png", http={"Content-Type": "image/png"}),
        response(b"", "https://nhippho.example/b", status="301 Moved Permanently"),
        response(SHORT, "https://nhippho.example/c", http={"Content-Type": "application/xhtml+xml"}),
    ]
    found = read(tmp_path, write(records), name)
    assert pages(found) == [(6, SHORT), (3, PAGE)], "in the order of the dates"
    assert [each.capture for each in found if each.line == 3] == [
        Capture(
            URL,
            datetime(2022, 7, 12, 1, 30, 0, 250_000, timezone.utc),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
            "urn:uuid:a",
        )
    ]
    passed = Counter(reason for _, reason in told(found, "passed record"))
    assert passed == {"bản ghi warcinfo": 1, "bản ghi request": 1, "image/png": 1, "trả lời 301": 1}
    assert told(found, "refused") == []
    assert found[-1].kind == "sound"


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (response(b"x", "dns:nhippho.example"), "bản ghi dns"),
        (response(SHORT, http={"Content-Type": ""}), "không rõ loại"),
        (response(SHORT, http={"Content-Type": "x/" + "y" * 100}), "loại khác"),
        (response(SHORT, WARC_Segment_Number="1"), "bản ghi continuation"),
        (response(SHORT, status="x"), "trả lời ?"),
        (record("resource", SHORT, WARC_Target_URI=URL, Content_Type="text/html"), "bản ghi resource"),
        (record("lạ", b""), "bản ghi ?"),
    ],
)
def test_other_records_are_passed_over_by_kind(tmp_path: Path, kept: bytes, says: str) -> None:
    assert told(read(tmp_path, kept), "passed record") == [(1, says)]


def test_kinds_are_no_more_than_a_page_of_them(tmp_path: Path) -> None:
    records = [response(b"", http={"Content-Type": f"x/{number}"}) for number in range(250)]
    passed = Counter(reason for _, reason in told(read(tmp_path, b"".join(records)), "passed record"))
    assert (len(passed), passed["loại khác"]) == (201, 50)


@pytest.mark.parametrize(
    ("http", "body"),
    [
        ({"Transfer-Encoding": "chunked"}, chunked(PAGE)),
        ({"Transfer-Encoding": "Chunked"}, chunked(PAGE, 1)),
        ({"Transfer-Encoding": "chunked"}, PAGE),
        ({"Transfer-Encoding": "chunked"}, chunked(PAGE).replace(b"\r\n", b";a=b\r\n", 1)),
        ({"Content-Encoding": "gzip"}, gzip.compress(PAGE)),
        ({"Content-Encoding": "x-gzip"}, gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:])),
        ({"Content-Encoding": "gzip"}, PAGE),
        ({"Content-Encoding": "deflate"}, zlib.compress(PAGE)),
        ({"Content-Encoding": "deflate"}, zlib.compress(PAGE)[2:-4]),
        ({"Content-Encoding": "br"}, brotli.compress(PAGE)),
        ({"Content-Encoding": "br", "Transfer-Encoding": "chunked"}, chunked(brotli.compress(PAGE))),
        ({"Content-Encoding": "deflate, GZIP"}, gzip.compress(zlib.compress(PAGE))),
        ({"Content-Encoding": "identity"}, PAGE),
        ({"Content-Encoding": "zstd"}, PAGE),
    ],
)
def test_bodies_are_as_a_browser_has_them(tmp_path: Path, http: dict[str, str], body: bytes) -> None:
    for digest in {sha1(body), sha1(whole(body)), sha1(PAGE), f"sha-256:{hashlib.sha256(body).hexdigest()}", "blake9:x"}:
        assert pages(read(tmp_path, response(body, http=http, WARC_Payload_Digest=digest))) == [(1, PAGE)], digest


@pytest.mark.parametrize(
    ("http", "body", "why"),
    [
        ({"Transfer-Encoding": "chunked"}, chunked(PAGE)[:-100], "cắt cụt"),
        ({"Transfer-Encoding": "chunked"}, b"fffffff\r\nabc", "cắt cụt"),
        ({"Content-Encoding": "gzip"}, gzip.compress(PAGE)[:-100], "cắt cụt"),
        ({"Content-Encoding": "gzip"}, b"abc", "nén bị hỏng"),
        ({"Content-Encoding": "gzip"}, gzip.compress(PAGE)[:-8] + bytes(8), "nén bị hỏng"),
        ({"Content-Encoding": "deflate"}, b"\xffabc", "nén bị hỏng"),
        ({"Content-Encoding": "br"}, b"\xff" * 20, "nén bị hỏng"),
        ({"Content-Encoding": "br"}, brotli.compress(PAGE)[:-50], "cắt cụt"),
        ({"Content-Encoding": "zstd"}, b"abc", "“zstd”"),
        ({"Content-Encoding": "gzip"}, gzip.compress(bytes(MAX_FILE + 1)), "20 MB"),
        ({"Content-Encoding": "deflate"}, zlib.compress(bytes(3 * MAX_FILE)), "20 MB"),
        ({"Content-Encoding": "br"}, brotli.compress(bytes(3 * MAX_FILE)), "20 MB"),
        ({"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(bytes(3 * MAX_FILE))), "20 MB"),
        ({}, bytes(MAX_FILE + 1), "20 MB"),
    ],
)
def test_bodies_that_are_damaged_or_bombs_are_refused(tmp_path: Path, http: dict[str, str], body: bytes, why: str) -> None:
    found = read(tmp_path, members([response(body, http=http), response(PAGE)]))
    [(number, reason)] = told(found, "refused")
    assert (number, pages(found)) == (1, [(2, PAGE)])
    assert why in reason and "Bản ghi ở byte 0 của a.warc.gz" in reason


def test_without_the_library_brotli_such_a_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = StatusAndHeaders("200 OK", [("Content-Encoding", "br")])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotAnArticle, match="“br”"):
        page_of(headers, brotli.compress(PAGE))


def test_without_the_library_warcio_an_archive_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    [(line, reason)] = told(read(tmp_path, response(PAGE)), "refused")
    assert line is None
    assert "pip install 'lucbao[warc]'" in reason


@given(st.binary(max_size=300), st.integers(1, 50))
def test_chunks_joined_are_what_was_cut(body: bytes, size: int) -> None:
    assert whole(chunked(body, size)) == body


def test_digests() -> None:
    assert agrees(sha1(PAGE), b"", PAGE) and agrees(sha1(PAGE).lower(), PAGE)
    assert not agrees(sha1(PAGE), b"")
    for broken in ("sha1:", "sha1:0", "sha1:" + "zz" * 20, "md5:é", "sha512:" + "A" * 103):
        assert not agrees(broken, PAGE)


# Captures again, and revisits


def captured(found: list[Input]) -> list[tuple[str, str, bytes]]:
    return [(each.capture.url, f"{each.capture.captured_at:%Y}", each.content) for each in found if each.capture]


@pytest.mark.parametrize("write", [b"".join, members, lambda records: gzip.compress(b"".join(records))])
def test_a_revisit_is_the_page_that_it_found_again(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    other = "https://nhippho.example/khac.html"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nDate: x\r\n\r\n"
    records = [
        revisit(URL, "2024-01-01T00:00:00Z", head, WARC_Payload_Digest=sha1(PAGE)),
        response(PAGE, WARC_Payload_Digest=sha1(PAGE), WARC_Record_ID="<urn:uuid:a>"),
        response(SHORT, other, WARC_Payload_Digest=sha1(SHORT), WARC_Record_ID="<urn:uuid:b>"),
        revisit(other, "2023-01-01T00:00:00Z", WARC_Refers_To="<urn:uuid:b>", WARC_Payload_Digest=sha1(PAGE)),
        revisit(
            URL,
            "2025-01-01T00:00:00Z",
            b"HTTP/1.1 304 Not Modified\r\n\r\n",
            WARC_Refers_To_Target_URI=other,
            WARC_Refers_To_Date=DATE,
        ),
        revisit(URL, "2025-02-01T00:00:00Z", WARC_Payload_Digest=sha1(b"?"), WARC_Refers_To="<urn:uuid:c>"),
        revisit(URL, "2025-03-01T00:00:00Z", head.replace(b"text/html", b"image/png"), WARC_Payload_Digest=sha1(b"?")),
    ]
    found = read(tmp_path, write(records))
    assert captured(found) == [
        (URL, "2022", PAGE),
        (other, "2022", SHORT),
        (other, "2023", SHORT),
        (URL, "2024", PAGE),
        (URL, "2025", SHORT),
    ]
    assert [each.capture.headers for each in found if each.line == 1 and each.capture] == [head]
    assert told(found, "passed record") == [(7, "image/png"), (6, "bản ghi revisit không có trang trong kho web này")]
    assert told(found, "refused") == []


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "kho" / ARCHIVE_FILE, create=True)


@pytest.mark.slow
def test_captures_of_a_page_become_its_revisions_in_the_order_of_their_dates(
    tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = story(1, "Bản một."), story(1, "Bản hai.")
    records = [
        response(second, WARC_Date="2023-01-01T00:00:00Z"),
        response(first, WARC_Date="2021-01-01T00:00:00Z"),
        response(first, WARC_Date="2024-01-01T00:00:00Z"),
        response(first.replace(b"Gi", b"gi"), WARC_Date="2025-01-01T00:00:00Z"),  # the same text on another page
    ]
    (tmp_path / "a.warc.gz").write_bytes(members(records))
    report = ingest([tmp_path / "a.warc.gz"], archive)
    assert (report.added, report.updated, report.unchanged, report.rejected) == (1, 2, 1, 0)
    [article] = archive.articles()
    revisions = archive.revisions(article.id)
    assert [archive.revision(each.change).fetched_at.year for each in revisions] == [2021, 2023, 2024]  # type: ignore[union-attr]
    assert [archive.pages.of(article.id, each.change) for each in revisions] == [first, second, first]
    years = [[capture.captured_at.year for capture in archive.captures.of(each.change)] for each in revisions]
    assert years == [[2021], [2023], [2024, 2025]]
    kept = archive.captures.of(revisions[2].change)
    assert [capture.sha256 == hashlib.sha256(first).digest() for capture in kept] == [True, False], "of which page each was"

    monkeypatch.setattr("corpus.reading.page_process.PageProcess.read_page", None)  # nothing is read again
    again = ingest([tmp_path / "a.warc.gz"], archive)
    assert (again.added, again.updated, again.unchanged, again.rejected) == (0, 0, 4, 0)
    assert archive.revisions(article.id) == revisions
    assert archive.check() == []


@pytest.mark.slow
def test_a_page_at_another_address_is_not_taken_for_held(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "a.warc").write_bytes(response(PAGE) + response(PAGE, URL.replace("1", "2")))
    assert ingest([tmp_path / "a.warc"], archive).added == 2
    assert {article.url for article in archive.articles()} == {URL, URL.replace("1", "2")}


@pytest.mark.slow
def test_what_is_rejected_is_kept_with_its_number_until_it_is_mended(tmp_path: Path, archive: Archive) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(members([response(SHORT), response(PAGE, WARC_Payload_Digest=sha1(b"?"))]))
    report = ingest([path], archive)
    assert (report.rejected, report.seen) == (2, 2)
    kept = archive.rejects.listed()
    assert [(each.origin, each.line) for each in kept] == [(str(path), 1), (str(path), 2)]
    assert archive.rejects.page(kept[0].number) == SHORT
    assert "WARC-Payload-Digest" in kept[1].reason
    path.write_bytes(members([response(SHORT), response(PAGE, WARC_Payload_Digest=sha1(PAGE))]))
    assert ingest([path], archive).added == 1
    assert [each.line for each in archive.rejects.listed()] == [1]


# What is damaged


def numbered(*numbers: int) -> list[bytes]:
    return [response(story(number), f"https://nhippho.example/{number}", WARC_Block_Digest=None) for number in numbers]


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (response(PAGE, WARC_Payload_Digest=sha1(b"")), "(WARC-Payload-Digest)"),
        (response(PAGE, WARC_Block_Digest=sha1(b"")), "(WARC-Block-Digest)"),
        (response(PAGE, WARC_Truncated="length"), "WARC-Truncated"),
        (response(PAGE, WARC_Date="hôm qua"), "“hôm qua”"),
        (response(PAGE, WARC_Date="2999-01-01T00:00:00Z"), "WARC-Date"),
        (response(PAGE, WARC_Date=None), "WARC-Date"),
        (response(PAGE, "http://["), "WARC-Target-URI"),
        (response(PAGE, "https://a.example/" + "a" * 2000), "WARC-Target-URI"),
        (response(PAGE, Content_Length=None), "Content-Length"),
        (response(PAGE, Content_Length="-1"), "Content-Length"),
        (response(PAGE, Content_Length="9" * 5000), "Content-Length"),
        (response(PAGE, X="y" * 70_000), "không kết thúc"),
        (record("response", b"HTTP/1.1 200 OK\r\nX: y", WARC_Target_URI=URL), "không kết thúc"),
        (record("response", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000, WARC_Target_URI=URL), "không kết thúc"),
        (b"WARC/9.9\r\n\r\n", "Ở đây không bắt đầu"),
        (b"x" * 200_000 + b"\r\n", "Ở đây không bắt đầu"),
    ],
)
@pytest.mark.parametrize("write", [b"".join, members])
def test_a_broken_record_costs_itself_only(tmp_path: Path, damaged: bytes, why: str, write) -> None:  # type: ignore[no-untyped-def]
    before, behind = numbered(1, 2)
    found = read(tmp_path, write([before, damaged, behind]))
    assert [number for number, _ in pages(found)] == [1, 3]
    [(number, reason)] = told(found, "refused")
    assert number == 2
    assert why in reason or "Phần đầu của bản ghi không kết thúc" in reason and damaged.startswith(b"x")
    assert f"byte {len(write([before]))} của" in reason


@pytest.mark.parametrize("write", [b"".join, members])
def test_a_wrong_length_costs_no_more_than_the_records_it_runs_into(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    records = numbered(1, 2, 3, 4)
    for wrong in (10, 2_500, 10_000, 10**14):
        records[1] = response(
            story(2), f"https://nhippho.example/{wrong}", Content_Length=str(wrong), WARC_Payload_Digest=sha1(story(2))
        )
        found = read(tmp_path, write(records))
        contents = [content for _, content in pages(found)]
        assert story(1) in contents and story(4) in contents and story(2) not in contents
        assert told(found, "refused")


@pytest.mark.parametrize("write", [b"".join, members, lambda records: gzip.compress(b"".join(records))])
def test_a_file_cut_anywhere_gives_what_is_whole_and_tells_of_the_rest(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    content = write(numbered(1, 2, 3))
    chance = random.Random(1)
    for cut in sorted(chance.sample(range(20, len(content) - 8), 40)):
        found = read(tmp_path, content[:cut])
        whole_ones = [content for _, content in pages(found)]
        assert whole_ones == [story(number) for number in range(1, len(whole_ones) + 1)]
        refused = told(found, "refused")
        assert len(refused) <= 1
        assert refused or any(content[:cut].rstrip() == write(numbered(1, 2, 3)[:most]).rstrip() for most in (1, 2, 3)), cut


def test_damage_inside_a_member_costs_that_record(tmp_path: Path) -> None:
    records = numbered(1, 2, 3, 4, 5)
    whole_ones = [gzip.compress(each) for each in records]
    for damage in (bytes(100), b"\xff" * 100, b"\x1f\x8b\x08\x00" * 25):
        hurt = whole_ones[1][:200] + damage + whole_ones[1][300:]
        found = read(tmp_path, b"".join([whole_ones[0], hurt, *whole_ones[2:]]))
        assert [number for number, _ in pages(found)] == [1, 3, 4, 5]
        assert [number for number, _ in told(found, "refused")] == [2]
    lost = read(tmp_path, whole_ones[0] + whole_ones[1][20:] + b"rest" + b"".join(whole_ones[2:]))
    assert [content for _, content in pages(lost)] == [story(number) for number in (1, 3, 4, 5)]
    assert len(told(lost, "refused")) == 1


def test_a_bomb_is_unfolded_no_further_than_a_file_of_its_size_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNFOLDS_FREELY", 1_000_000)
    unfolded = 0
    begin = zlib.decompressobj

    class Counted:
        def __init__(self, wbits: int) -> None:
            self._of = begin(wbits)

        def __getattr__(self, name: str) -> object:
            return getattr(self._of, name)

        def decompress(self, *given: object) -> bytes:
            nonlocal unfolded
            piece = self._of.decompress(*given)  # type: ignore[arg-type]
            unfolded += len(piece)
            return piece

    monkeypatch.setattr("corpus.reading.web_archive.stream.zlib.decompressobj", Counted)
    bomb = record("resource", bytes(200_000_000), Content_Type="image/x")
    content = members([response(PAGE), bomb, response(PAGE, URL + "?2")])
    found = read(tmp_path, content)
    assert [number for number, _ in pages(found)] == [1]
    [(number, reason)] = told(found, "refused")
    assert number == 2 and "bung ra quá lớn" in reason
    assert unfolded < 100 * len(content) + 1_000_000 + 200_000


@settings(max_examples=60)
@given(st.data())
def test_any_damage_is_told_and_nothing_is_raised(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([b"".join, members]))(numbered(1, 2, 3)))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(16, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 50))] = data.draw(st.binary(max_size=20))
    folder = tmp_path_factory.getbasetemp()
    found = read(folder, bytes(content), "tình cờ.warc.gz")
    assert found[-1].kind == "sound"
    lines = [each.line for each in found[:-1]]
    assert len(set(lines)) == len(lines), "each record is told of once"


@given(st.binary(max_size=3000), st.lists(st.integers(0, 3000), max_size=8))
def test_a_stream_gives_the_same_from_any_place(content: bytes, cuts: list[int]) -> None:
    cuts = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
    pieces = [content[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]
    streams = [Stream(io.BytesIO(content))] if not content.startswith(b"\x1f\x8b\x08") else []
    streams += [Stream(io.BytesIO(members(pieces)))] if pieces else []
    for stream in streams:
        read_on, places = b"", []
        while line := stream.readline(100):
            read_on += line
            places.append((stream.place, len(read_on)))
        assert read_on == content
        for place, at in reversed(places):
            stream.go_to(place)
            assert b"".join(iter(functools.partial(stream.read, 1000), b"")) == content[at:]


# Memory


def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    """A share of the 100,000 that a newspaper's site has."""
    code = (
        "import resource, sys; from corpus.reading.input import inputs\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(*(f'{sum(1 for each in inputs([path]))} {peak()}' for path in sys.argv[1:]))"
    )
    for name, count in (("ít.warc.gz", 1_000), ("nhiều.warc.gz", 8_000)):
        with open(tmp_path / name, "wb") as file:
            for number in range(count):
                file.write(gzip.compress(response(PAGE, f"https://nhippho.example/{number}"), 1))
    ran = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "ít.warc.gz", tmp_path / "nhiều.warc.gz"],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    few, before, many, after = map(int, ran.stdout.split())
    assert (few, many) == (1_001, 8_001)
    assert after - before < 5_000, "kB"


# What other programs write


def test_records_of_warcio(tmp_path: Path) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "warcio"}))
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    first = writer.create_warc_record(URL, "response", payload=io.BytesIO(PAGE), length=len(PAGE), http_headers=headers)
    writer.write_record(first)
    digest = first.rec_headers.get_header("WARC-Payload-Digest")
    again = {"WARC-Date": "2025-05-05T00:00:00.123456Z"}
    date = first.rec_headers.get_header("WARC-Date")
    writer.write_record(writer.create_revisit_record(URL, digest, URL, date, http_headers=headers, warc_headers_dict=again))
    found = read(tmp_path, out.getvalue())
    assert sorted(pages(found), reverse=True) == [(3, PAGE), (2, PAGE)]
    assert told(found, "refused") == []


def test_records_of_fastwarc(tmp_path: Path) -> None:
    from fastwarc.warc import WarcRecord, WarcRecordType

    out = io.BytesIO()
    for number in (1, 2):
        made = WarcRecord()
        made.init_headers(record_type=WarcRecordType.response)
        made.set_bytes_content(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + story(number))
        made.is_http = True
        made.headers["WARC-Target-URI"] = f"https://nhippho.example/{number}"
        made.write(out, checksum_data=True)
    found = read(tmp_path, out.getvalue(), "a.warc")
    assert [content for _, content in pages(found)] == [story(1), story(2)]
    assert told(found, "refused") == []


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_a_site_that_wget_saved(tmp_path: Path) -> None:
    """Every page of the sample is in it as it is on the disk, and FastWARC finds the same."""
    folder = sample_folder() / "lang-ta"
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/"
        command = ["wget", "-q", "-r", "-l", "1", "-H", "-D", "127.0.0.1", "--warc-file", "a", address]
        subprocess.run(command, cwd=tmp_path, check=False, timeout=120)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    found = list(inputs([tmp_path / "a.warc.gz"]))
    assert told(found, "refused") == []
    served = {each.capture.url: each.content for each in found if each.capture}
    files = {f"{address}{path.name}": path.read_bytes() for path in folder.glob("*.html")}
    assert files and {url: page for url, page in served.items() if url in files} == files
    with open(tmp_path / "a.warc.gz", "rb") as file:
        others = {
            each.headers["WARC-Target-URI"].strip("<>"): each.reader.read()
            for each in FastIterator(file)
            if each.is_http and each.http_headers.status_code == 200
        }
    assert {url: others[url] for url in files} == files
