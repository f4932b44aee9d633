"""The command line as its users run it: a process, its output, its exit code."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(home: Path, *arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "lucbao.py", *arguments],
        env={**os.environ, "LUCBAO_HOME": str(home), "PYTHONUTF8": "1"},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def line(number: int, title: str, **more: object) -> str:
    return json.dumps({"url": f"https://bao.example/{number}", "title": title, **more}, ensure_ascii=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder, in a path with a space and Vietnamese letters, with three articles archived and indexed."""
    articles = tmp_path / "bài báo.jsonl.gz"
    lines = [
        line(
            1,
            "Trường THPT đạt chuẩn",
            body=["Tỉnh có 12 trường."],
            tags=["giáo dục"],
            source="Báo Một",
            published="2022-07-12T08:30:00+07:00",
        ),
        line(
            2, "=HYPERLINK(1)", body=["Đoạn một.", "Đoạn hai của nông thôn mới."], tags=["nông thôn mới"], published="2021-01-02"
        ),
        line(3, "Nông thôn mới nâng cao", lead="Mở đầu.", body="Một đoạn.", published="2023-05-01"),
    ]
    articles.write_bytes(gzip.compress("\n".join(lines).encode()))
    home = tmp_path / "kho dữ liệu"
    added = run(home, "add", articles)
    assert (added.returncode, added.stdout) == (0, "thêm 3 · cập nhật 0 · không đổi 0 · loại 0\n"), added.stderr
    assert run(home, "index").returncode == 0
    return home


def test_search_for_reading_and_as_json(home: Path) -> None:
    page = run(home, "search", "truong thpt dat chuan")
    assert page.returncode == 0
    assert "1 bài" in page.stdout and "1. Trường THPT đạt chuẩn" in page.stdout and "Báo Một · 12/7/2022" in page.stdout
    found = json.loads(run(home, "search", "nông thôn mới", "--sort", "newest", "--json").stdout)
    assert [hit["title"] for hit in found["hits"]] == ["Nông thôn mới nâng cao", "=HYPERLINK(1)"]
    assert set(found) >= {"query", "total", "relaxed", "page", "size", "took_ms", "hits", "facets", "suggestions", "problems"}
    snippet = found["hits"][1]["snippets"][0]
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == ["nông", "thôn", "mới"]


@pytest.mark.parametrize(
    ("options", "total"),
    [
        (["--tag", "giáo_dục"], 1),
        (["--tag", "giáo dục", "--tag", "#Nông_thôn_mới"], 2),
        (["--source", "báo một"], 1),
        (["--from", "2022"], 2),
        (["--to", "2022"], 2),
        (["--from", "12/7/2022", "--to", "12/7/2022"], 1),
        (["--exact-marks"], 3),
    ],
)
def test_filters(home: Path, options: list[str], total: int) -> None:
    assert json.loads(run(home, "search", "", "--json", *options).stdout)["total"] == total


def test_batch_gives_a_line_for_a_line(home: Path, tmp_path: Path) -> None:
    queries = tmp_path / "câu hỏi.txt"
    queries.write_text("\ufeffnông thôn\n\ntruong\r\n((\n", encoding="utf-8")
    for batch in (
        run(home, "search", "--batch", queries),
        run(home, "search", "--batch", "-", stdin=queries.read_text("utf-8-sig")),
    ):
        answers = [json.loads(answer) for answer in batch.stdout.splitlines()]
        assert [answer["query"] for answer in answers] == ["nông thôn", "truong", "(("]
        assert [answer["total"] for answer in answers][:2] == [2, 1]


def test_export_is_read_back_the_same(home: Path, tmp_path: Path) -> None:
    exported = run(home, "export", "", "--format", "jsonl")
    assert len(exported.stdout.splitlines()) == 3
    again = tmp_path / "again.jsonl"
    again.write_text(exported.stdout, encoding="utf-8")
    assert run(home, "add", again).stdout == "thêm 0 · cập nhật 0 · không đổi 3 · loại 0\n"


def test_export_to_a_spreadsheet(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run(home, "export", "nông thôn", "--format", "csv", "-o", out, "--sort", "oldest").returncode == 0
    content = out.read_bytes().decode("utf-8")
    assert content.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(content[1:], newline="")))
    assert [row["title"] for row in rows] == ["'=HYPERLINK(1)", "Nông thôn mới nâng cao"]
    assert rows[0]["published"].startswith("2021-01-02")
    assert rows[0]["text"] == "Đoạn một.\nĐoạn hai của nông thôn mới."


def test_bad_input_is_listed_and_the_rest_goes_on(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "vào"
    folder.mkdir()
    (folder / "a.jsonl").write_text(line(7, "Bài tốt", body=["chữ"]) + '\n{"url": 1}\nkhông phải JSON\n', encoding="utf-8")
    (folder / "b.html").write_bytes(b"")
    (folder / "c.html").write_bytes(bytes(range(256)) * 20)
    added = run(home, "add", folder, tmp_path / "không-có")
    assert added.returncode == 1
    assert added.stdout == "thêm 1 · cập nhật 0 · không đổi 0 · loại 5\n"
    for named in ("a.jsonl:2", "a.jsonl:3", "b.html", "c.html", "không-có"):
        assert named in added.stderr
    assert run(home, "stats", "--rejects").stdout.count("\n") == 5


def test_withdrawn_articles_leave_search(home: Path) -> None:
    hit = json.loads(run(home, "search", "trường", "--json").stdout)["hits"][0]
    assert run(home, "withdraw", hit["id"], "khongcomanay").returncode == 1
    run(home, "index")
    assert json.loads(run(home, "search", "trường", "--json").stdout)["total"] == 0
    assert run(home, "check").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["search"],
        ["search", "a", "--batch", "b"],
        ["search", "a", "--from", "mai"],
        ["search", "a", "--page", "0"],
        ["export", "a"],
        ["lạ"],
        ["add"],
        ["search", "--batch", "không-có.txt"],
    ],
)
def test_wrong_usage_is_2(home: Path, arguments: list[str]) -> None:
    result = run(home, *arguments)
    assert result.returncode == 2
    assert result.stderr and not result.stdout


def test_nothing_there_yet_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path / "trống", "search", "a")
    assert result.returncode == 3
    assert "lucbao add" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("pattern", ["archive.sqlite3", "index/*.arrays", "index/*.toc"])
def test_damage_is_3_and_named(home: Path, pattern: str) -> None:
    path = next(home.glob(pattern))
    content = bytearray(path.read_bytes())
    content[: len(content) // 2] = b"\xff" * (len(content) // 2)
    path.write_bytes(bytes(content))
    for command in (["search", "nông thôn"], ["check"]):
        result = run(home, *command)
        assert result.returncode == 3, command
        assert path.name in result.stderr + result.stdout
        assert "Traceback" not in result.stderr
    if path.suffix != ".sqlite3":
        assert run(home, "index", "--rebuild").returncode == 0
        assert json.loads(run(home, "search", "nông thôn", "--json").stdout)["total"] == 2


def test_help_teaches_by_example(tmp_path: Path) -> None:
    assert "ví dụ" in run(tmp_path, "--help").stdout
    for command in ("add", "index", "search", "export"):
        assert f"lucbao {command}" in run(tmp_path, command, "--help").stdout.partition("ví dụ")[2]


def test_a_closed_pipe_is_no_error(home: Path) -> None:
    command = f'"{sys.executable}" "{ROOT / "lucbao.py"}" export "" --format jsonl | head -c 1'
    result = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "LUCBAO_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    assert result.stdout == "{" and "Traceback" not in result.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_demo_serves_the_sample_and_stops_on_a_signal(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, ROOT / "lucbao.py", "demo", "--port", str(port)],
        env={**os.environ, "LUCBAO_HOME": str(tmp_path / "mẫu")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        for said in process.stderr:
            if f"http://127.0.0.1:{port}" in said:
                break
        found: list[dict[str, object]] = []
        for _ in range(50):
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/api/v1/search?q=truong+thpt+dat+chuan", timeout=10
                ) as answer:
                    found = json.load(answer)["hits"]
                break
            except OSError:
                time.sleep(0.1)
        assert found
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0
