from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from corpus.errors import NotAnArticle
from corpus.reading.jsonl import read_line
from corpus.reading.page import read_page
from corpus.reading.page_process import PageProcess
from corpus.reading.plain_text import read_plain_text

pytestmark = pytest.mark.crash

PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Mở thêm ba trạm y tế xã</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2022-07-12T08:30:00+07:00">
<link rel="canonical" href="https://tin.example/tram-y-te"></head><body><h1>Mở thêm ba trạm y tế xã</h1><article>
<p>Ba trạm y tế xã vừa mở cửa ở huyện miền núi, bà con không còn phải đi hai chục cây số để khám bệnh như những năm trước đây.</p>
<p>Mỗi trạm có một bác sĩ và hai y sĩ, thuốc bảo hiểm đủ dùng trong tháng, theo lời giám đốc trung tâm y tế của huyện này.</p>
<p>Người dân cho biết họ mong trạm có thêm máy siêu âm để các bà mẹ mang thai khỏi phải xuống tận bệnh viện tỉnh mỗi kỳ khám.</p>
</article></body></html>""".encode()


@pytest.fixture
def reader() -> Iterator[PageProcess]:
    with PageProcess(seconds=20) as process:
        yield process


def test_it_reads_as_the_reader_does(reader: PageProcess) -> None:
    fetched_at = datetime(2024, 1, 1, tzinfo=timezone.utc)
    expected = read_page(PAGE, url="https://tin.example/khac", fetched_at=fetched_at)
    assert reader.read_page(PAGE, url="https://tin.example/khac", fetched_at=fetched_at) == expected
    with pytest.raises(NotAnArticle) as here:
        read_page(b"<html>")
    with pytest.raises(NotAnArticle) as there:
        reader.read_page(b"<html>")
    assert there.value.told == here.value.told


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs POSIX signals")
def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with PageProcess(seconds=10) as reader:
        reader.read_page(PAGE)
        reader._seconds = 0.2
        assert reader._process is not None
        os.kill(reader._process.pid, signal.SIGSTOP)
        with pytest.raises(NotAnArticle, match="mất hơn 0.2 giây"):
            reader.read_page(PAGE)
        reader._seconds = 20
        assert reader.read_page(PAGE).title == "Mở thêm ba trạm y tế xã"


def test_a_page_that_kills_its_reader_is_refused_and_the_next_is_read(reader: PageProcess) -> None:
    reader.read_page(PAGE)
    reader.stop()
    with pytest.raises(NotAnArticle, match="ngừng đột ngột"):
        reader.read_page(PAGE)
    assert reader.read_page(PAGE).url == "https://tin.example/tram-y-te"


def test_a_reader_that_cannot_start_is_no_page_s_fault(reader: PageProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="does not start"):
        reader.read_page(PAGE)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_the_process_ends_with_the_one_that_started_it() -> None:
    program = (
        "import sys, os, signal; sys.path[:] = sys.argv[1].split(os.pathsep)\n"
        "from corpus.reading.page_process import PageProcess\n"
        "reader = PageProcess(); print(reader._start().pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run([sys.executable, "-c", program, os.pathsep.join(sys.path)], stdout=subprocess.PIPE, check=False)
    child = int(ran.stdout)
    deadline = time.monotonic() + 20
    while os.path.exists(f"/proc/{child}") and time.monotonic() < deadline:
        with open(f"/proc/{child}/stat") as status:
            if status.read().rpartition(")")[2].split()[0] == "Z":
                break  # ended; only nobody has asked how
        time.sleep(0.05)
    else:
        assert not os.path.exists(f"/proc/{child}")


def test_lines_and_texts_are_read_as_their_readers_do(reader: PageProcess) -> None:
    line = b'{"url": "https://tin.example/1", "title": "Tram y te", "body": "<p>Doan mot.</p><p>Doan hai.</p>"}'
    with_page = json.dumps({"url": "https://tin.example/2", "html": PAGE.decode()}).encode()
    text = "Mở thêm ba trạm y tế\n\nBa trạm y tế xã vừa mở cửa ở huyện miền núi, bà con không còn phải đi xa.\n".encode()
    assert reader.read_line(line) == read_line(line)
    assert reader.read_line(with_page) == read_line(with_page)
    assert reader.read_line(with_page)[1] == PAGE
    assert reader.read_text(text) == read_plain_text(text)
    for broken in (b"{", b"[]"):
        with pytest.raises(NotAnArticle) as here:
            read_line(broken)
        with pytest.raises(NotAnArticle) as there:
            reader.read_line(broken)
        assert there.value.told == here.value.told
    reader.stop()
    with pytest.raises(NotAnArticle, match="Dòng này làm bộ đọc ngừng đột ngột"):
        reader.read_line(line)


def test_a_process_whose_asker_was_killed_ends_without_a_word() -> None:
    command = [sys.executable, "-W", "ignore", "-c", "from corpus.reading.page_process import serve; serve(20.0)"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        assert process.stdout.read(5) == b"R\x00\x00\x00\x00"
        process.stdout.close()  # as when the asker is killed while its page is being read
        request = json.dumps({"kind": "page", "url": "", "fetched_at": ""}).encode()
        process.stdin.write(struct.pack(">II", len(request), len(PAGE)) + request + PAGE)
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
