"""The command line as its users run it: its output, its exit code; each command that has to do with processes, as one."""

from __future__ import annotations

import argparse
import contextlib
import csv
import fcntl
import gzip
import io
import json
import os
import pty
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import termios
import urllib.request
from pathlib import Path

import openpyxl
import pytest
from command_line import LUCBAO, ROOT, Ran, environment, process, run, shell
from conftest import Once

from command import demo
from command.speaker import Speaker
from corpus import sample
from corpus.article import Article
from searcher.deadline import Deadline


@pytest.mark.slow
def test_an_address_of_the_site_that_makes_no_sense_is_wrong_usage(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = tmp_path / "ten.txt"
    names.write_text("nông thôn\n", encoding="utf-8")
    monkeypatch.setenv("LUCBAO_BASE_URL", 'https://kho.example/"\nx')
    for command in (("export", "nông thôn", "--format", "csv"), ("search", "--batch", names, "--csv")):
        said = run(home, *command)
        assert said.returncode == 2 and "LUCBAO_BASE_URL" in said.stderr and "Traceback" not in said.stderr, command
    monkeypatch.setenv("LUCBAO_BASE_URL", "https://kho.example/")
    for ask in (["--batch", names, "--csv"], ["--batch", names], ["nông thôn", "--json"]):
        assert "https://kho.example/bai-viet/" in run(home, "search", *ask).stdout, ask
    assert "https://kho.example/bai-viet/" in run(home, "export", "nông thôn", "--format", "csv", "--columns", "permalink").stdout


def line(number: int, title: str, **more: object) -> str:
    return json.dumps({"url": f"https://bao.example/{number}", "title": title, **more}, ensure_ascii=False)


@pytest.fixture(scope="session")
def three_articles(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three articles, archived and indexed by two processes. For copying only."""
    lines = [
        line(
            1,
            "Trường THPT đạt chuẩn",
            body=["Tỉnh có 12 trường."],
            tags=["giáo dục"],
            source="Báo Một",
            authors=["LÊ THỊ MẪU", "Reuters"],
            published="2022-07-12T08:30:00+07:00",
        ),
        line(
            2, "=HYPERLINK(1)", body=["Đoạn một.", "Đoạn hai của nông thôn mới."], tags=["nông thôn mới"], published="2021-01-02"
        ),
        line(3, "Nông thôn mới nâng cao", lead="Mở đầu.", body="Một đoạn.", published="2023-05-01"),
    ]

    def make(home: Path) -> None:
        articles = tmp_path_factory.mktemp("nguồn") / "bài báo.jsonl.gz"
        articles.write_bytes(gzip.compress("\n".join(lines).encode()))
        added = process(home, "add", articles)
        assert (added.returncode, added.stdout) == (0, "thêm 3 · cập nhật 0 · không đổi 0 · loại 0\n"), added.stderr
        indexed = process(home, "index")
        assert (indexed.returncode, indexed.stdout) == (0, "lập chỉ mục 3 bài · gỡ 0\n"), indexed.stderr

    return once("kho ba bài", make)


@pytest.fixture
def home(three_articles: Path, tmp_path: Path) -> Path:
    """A data folder of a test's own, in a path with a space and Vietnamese letters, with three articles archived and indexed."""
    return Path(shutil.copytree(three_articles, tmp_path / "kho dữ liệu"))


@pytest.mark.slow
def test_search_for_reading_and_as_json(home: Path) -> None:
    page = process(home, "search", "truong thpt dat chuan")
    assert page.returncode == 0
    assert "1 bài" in page.stdout and "1. Trường THPT đạt chuẩn" in page.stdout and "Báo Một · 12/7/2022" in page.stdout
    found = json.loads(run(home, "search", "nông thôn mới", "--sort", "newest", "--json").stdout)
    assert [hit["title"] for hit in found["hits"]] == ["Nông thôn mới nâng cao", "=HYPERLINK(1)"]
    assert set(found) >= {"query", "total", "near", "page", "size", "took_ms", "hits", "facets", "suggestions", "problems"}
    snippet = found["hits"][1]["snippets"][0]
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == ["nông", "thôn", "mới"]


@pytest.mark.parametrize(
    ("options", "total"),
    [
        (["--tag", "giáo_dục"], 1),
        (["--tag", "giao-duc"], 1),
        (["--tag", "giáo dục", "--tag", "#Nông_thôn_mới"], 0),
        (["--tag", "giáo dục", "--tag", "#Nông_thôn_mới", "--any", "tag"], 2),
        (["--source", "báo một"], 1),
        (["--source", "bao_mot"], 1),
        (["--source", "một"], 1),
        (["--author", "le thi mau"], 1),
        (["--author", "reuters"], 0),
        (["--from", "2022"], 2),
        (["--to", "2022"], 2),
        (["--from", "12/7/2022", "--to", "12/7/2022"], 1),
        (["--exact-marks"], 3),
    ],
)
def test_filters(home: Path, options: list[str], total: int) -> None:
    assert json.loads(run(home, "search", "", "--json", *options).stdout)["total"] == total


def test_a_value_that_the_archive_does_not_have_is_said_and_the_nearest_offered(home: Path) -> None:
    said = run(home, "search", "trường", "--tag", "giao_duk").stdout
    assert "! Kho không có hashtag “giao_duk”." in said
    assert "Gần với “giao_duk” nhất: --tag giáo_dục (1)" in said
    assert "Gần với “giao_duk” nhất: trường #giáo_dục (1)" in run(home, "search", "trường #giao_duk").stdout
    assert "! Kho không có bài của tác giả “Lê Thị Mậu”." in run(home, "search", 'tác-giả:"Lê Thị Mậu"').stdout


def test_abbreviations_are_expanded_unless_told_not_to(home: Path) -> None:
    with_, without = (json.loads(run(home, "search", "thpt", "--json", *more).stdout) for more in ((), ("--no-expand",)))
    assert [each["on"] for each in with_["expansions"]] == [True] * len(with_["expansions"]) != []
    assert [each["on"] for each in without["expansions"]] == [False] * len(with_["expansions"])
    assert without["total"] <= with_["total"]


def test_what_an_operator_binds_is_said(home: Path) -> None:
    for ask in (["search"], ["export", "--format", "csv"]):
        found = run(home, *ask, "mới NOT nông thôn")
        assert "không có: nông thôn" in found.stderr.splitlines() and "không có: nông thôn" not in found.stdout
    asked = run(home, "search", "mới NOT nông thôn", "--json")
    assert json.loads(asked.stdout)["bound"] == [
        {"start": 4, "end": 17, "operator": "not", "excluded": True, "text": "nông thôn"}
    ]
    assert "không có" not in asked.stderr + run(home, "search", "nông thôn").stderr


@pytest.mark.slow
def test_batch_gives_a_line_for_a_line(home: Path, tmp_path: Path) -> None:
    queries = tmp_path / "câu hỏi.txt"
    queries.write_text("\ufeffnông thôn\n\ntruong\r\n((\n", encoding="utf-8")
    for batch in (
        run(home, "search", "--batch", queries),
        process(home, "search", "--batch", "-", stdin=queries.read_text("utf-8-sig")),
    ):
        answers = [json.loads(answer) for answer in batch.stdout.splitlines()]
        assert [answer["query"] for answer in answers] == ["nông thôn", "truong", "(("]
        assert [answer["total"] for answer in answers][:2] == [2, 1]


def test_dates_that_cannot_be_read_are_shown_and_counted(tmp_path: Path) -> None:
    articles = tmp_path / "bai.jsonl"
    articles.write_text(line(1, "Trường mới", published="hôm qua") + "\n" + line(2, "Đường mới", published="2022-07-12"))
    added = run(tmp_path / "kho", "add", articles)
    assert added.stdout == "thêm 2 · cập nhật 0 · không đổi 0 · loại 0 · 1 bài có ngày không đọc được\n"
    assert f"{articles}:1: Không đọc được ngày “published”: “hôm qua”" in added.stderr


def test_batch_of_a_table(home: Path, tmp_path: Path) -> None:
    names = tmp_path / "tên.csv"
    names.write_bytes('Mã;Từ khoá;Ghi chú\r\nx;=nông thôn;"a; b"\r\ny;?!;\r\nz;truong;\r\nx;=nông thôn;\r\n'.encode("utf-16"))
    batch = run(home, "search", "--batch", names, "--column", "từ khóa")
    assert batch.returncode == 0 and "Dòng 1 là tên các cột" in batch.stderr
    answers = [json.loads(answer) for answer in batch.stdout.splitlines()]
    assert [(answer["row"], answer["given"], answer["total"]) for answer in answers] == [
        (2, "=nông thôn", 2),
        (3, "?!", 0),
        (4, "truong", 1),
        (5, "=nông thôn", 2),
    ]
    assert [problem["code"] for problem in answers[1]["problems"]] == ["nothing"] and not answers[1]["hits"]
    sheet = run(home, "search", "--batch", names, "--column", "2", "--csv", "--years", "--from", "2021", "--to", "2022")
    rows = list(csv.reader(io.StringIO(sheet.stdout.removeprefix("\ufeff"), newline="")))
    assert [(row[0], row[1], *row[9:]) for row in rows] == [
        ("Từ khoá", "total", "2021", "2022", "row", "Mã", "Ghi chú"),
        ("'=nông thôn", "1", "1", "0", "2", "x", "a; b"),
        ("?!", "", "", "", "3", "y", ""),
        ("truong", "1", "0", "1", "4", "z", ""),
        ("'=nông thôn", "1", "1", "0", "5", "x", ""),
    ]


@pytest.mark.slow
def test_batch_of_a_table_is_a_workbook_too(home: Path, tmp_path: Path) -> None:
    names = tmp_path / "tên.csv"
    names.write_text("Từ khoá,Ghi chú\n=nông thôn,=1+1\ntruong,\n", encoding="utf-8")
    made = shell(home, f'{LUCBAO} search --batch "{names}" --xlsx --years > "{tmp_path}/so-tra.xlsx"')
    assert made.returncode == 0, made.stderr
    sheet = openpyxl.load_workbook(tmp_path / "so-tra.xlsx").worksheets[0]
    assert [(row[0].value, row[1].value, row[-1].value) for row in sheet.iter_rows()] == [
        ("Từ khoá", "total", "Ghi chú"),
        ("=nông thôn", 2, "=1+1"),
        ("truong", 1, None),
    ]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "--csv hoặc --xlsx" in run(home, "search", "--batch", names, "--xlsx", "--csv").stderr


def test_batch_gives_years_and_keeps_the_line(home: Path, tmp_path: Path) -> None:
    lines = tmp_path / "tên.txt"
    lines.write_text("\n  nông   thôn, xã\nnông thôn\n", encoding="utf-8")
    batch = run(home, "search", "--batch", lines, "--years")
    first, second = map(json.loads, batch.stdout.splitlines())
    assert (first["row"], first["given"], first["query"]) == (2, "  nông   thôn, xã", "nông thôn, xã")
    assert second["total"] == 2 and second["ledger"]["years"] == {"2021": 1, "2023": 1}


def test_a_column_that_is_not_there_is_said_with_those_that_are(home: Path) -> None:
    batch = run(home, "search", "--batch", "-", "--column", "Xã", stdin="Tên,Huyện\nBình Liêu,Bình Liêu\n")
    assert batch.returncode == 2 and "Tên, Huyện" in batch.stderr and not batch.stdout


@pytest.mark.slow
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
    book = tmp_path / "out.xlsx"
    columns = "title,published,match,snippets"
    asked = ["nông thôn", "--format", "xlsx", "--columns", columns, "-o", book, "--sort", "oldest"]
    assert run(home, "export", *asked).stderr.endswith("Đã xuất 2 bài.\n")
    names, first, second = openpyxl.load_workbook(book).worksheets[0].values
    assert list(names) == columns.split(",")
    assert first[0] == "=HYPERLINK(1)" and first[2:] == ("exact", "Đoạn hai của nông thôn mới.")
    assert str(first[1]).startswith("2021-01-02") and second[0] == "Nông thôn mới nâng cao"


def test_columns_are_of_tables(home: Path) -> None:
    refused = run(home, "export", "a", "--format", "ris", "--columns", "title")
    assert refused.returncode == 2 and "--columns chỉ dùng với --format csv, xlsx." in refused.stderr
    unknown = run(home, "export", "a", "--format", "csv", "--columns", "title,tít")
    assert unknown.returncode == 2 and "không có cột “tít”; các cột là: id, url, title" in unknown.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("kept_readers")
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


def test_rejects_are_listed_and_cleared_by_file_and_folder(home: Path, tmp_path: Path) -> None:
    for name in ("một", "hai"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jsonl").write_text("hỏng\n[]\n", encoding="utf-8")
    assert run(home, "add", tmp_path / "một", tmp_path / "hai").returncode == 1
    assert run(home, "rejects").stdout == run(home, "stats", "--rejects").stdout
    listed = run(home, "rejects", tmp_path / "một").stdout.splitlines()
    assert [row.partition("\t")[0] for row in listed] == [f"{tmp_path}/một/a.jsonl:{number}" for number in (1, 2)]
    assert run(home, "rejects", tmp_path / "mộ").stdout == ""
    assert run(home, "rejects", tmp_path / "một" / "a.jsonl", "--clear").stdout == "xoá 2 mục bị loại\n"
    assert run(home, "rejects").stdout.count("hai/a.jsonl") == 2
    assert run(home, "rejects", "--clear").stdout == "xoá 2 mục bị loại\n"
    assert run(home, "rejects").stdout == ""


def test_names_of_files_are_shown_escaped(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "x\x1b[31m\u202e.jsonl"
    path.write_text("hỏng\n")
    added = run(home, "add", path)
    for shown in (added.stderr, run(home, "rejects").stdout, run(home, "stats", "--rejects").stdout):
        assert r"x\x1b[31m\u202e.jsonl:1" in shown and "\x1b" not in shown and "\u202e" not in shown


@pytest.mark.slow
def test_progress_is_told_line_by_line_when_asked_for(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_text("".join(line(number, f"Bài {number}", body=["chữ"]) + "\n" for number in range(100, 1300)), encoding="utf-8")
    assert "đã lập chỉ mục" in run(home, "index", "--rebuild", "--progress").stderr
    added = run(home, "add", "--progress", path)
    assert added.stderr.splitlines()[0] == "đã lưu 500 bài …" and "đã lưu 1.200 bài …" in added.stderr


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
        ["search", "a", "--years"],
        ["search", "a", "--csv"],
        ["search", "a", "--column", "Tên"],
        ["search", "a", "--no-header"],
        ["search", "--batch", "-", "--csv", "--json"],
        ["search", "--batch", "-", "--csv", "--page", "2"],
        ["search", "a", "--from", "mai"],
        ["search", "a", "--page", "0"],
        ["search", "a", "--page", "1000001"],
        *(["search", "a", "--size", size] for size in ("0", "-1", "101", "1000", "mười")),
        ["search", "a", "--sise", "20"],
        ["search", "a", "--sort", "newest", "--sort", "oldest"],
        ["search", "a", "--size"],
        ["search", "a", "--exact"],
        ["search", "--batch", "b", "--size", "20"],
        ["search", "--batch", "b", "--page", "2"],
        *(["export", "a", "--format", "csv", *more] for more in (["--page", "1"], ["--size", "9"], ["--no-fold"], ["--no-near"])),
        ["export", "a", "--format", "csv", "--pages"],
        ["export", "--format", "csv"],
        ["index", "--reb"],
        ["index", "bai-bao"],
        ["check", "x"],
        ["stats", "--rejects=1"],
        ["search", "a", "--from", "2023", "--to", "2020"],
        ["search", "--batch", "."],
        ["export", "", "--format", "csv", "--from", "2/2023", "--to", "1/2023"],
        ["export", "", "--format", "csv", "-o", "/nonexistent/a.csv"],
        ["export", "", "--format", "csv", "-o", "/"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "0"],
        ["serve", "--port", "9" * 5000],
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


@pytest.mark.slow
@pytest.mark.parametrize("host", ["khong-co.invalid", "a" * 70])
def test_a_host_that_cannot_be_is_wrong_usage(tmp_path: Path, host: str) -> None:
    result = run(tmp_path, "serve", "--host", host)
    assert result.returncode == 2
    assert host in result.stderr and not result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "a", "--size", "1000"], "không thể hiện “1000” bài một trang; từ 1 đến 100 thì được"),
        (["search", "a", "--page", "0"], "không có trang “0”"),
        (["search", "a", "--sise", "20"], "không có tuỳ chọn --sise; có phải --size?"),
        (["search", "a", "--from", "2020", "--from", "2021"], "--from được nhập hai lần"),
        (["search", "--batch", "b", "--size", "20"], "--batch trả lời mỗi câu hỏi trên một dòng"),
        (["export", "a", "--format", "csv", "--page", "2"], "export xuất mọi bài tìm được, không theo trang"),
        (["export", "a", "--format", "ris", "--pages"], "--format jsonl"),
        (["export", "a", "--format", "csv", "--no-near"], "export chỉ xuất bài có đủ các từ"),
        (["index", "bai-bao"], "không dùng đến: bai-bao"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(home: Path, arguments: list[str], said: str) -> None:
    refused = run(home, *arguments)
    assert refused.returncode == 2 and said in refused.stderr and not refused.stdout


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        (["trường", "THPT"], "trường THPT"),
        (["trường THPT đạt chuẩn"], "trường THPT đạt chuẩn"),
        (["trường", "-hà-nội"], "trường -hà-nội"),
        (["-hà-nội"], "-hà-nội"),
        (["-ô-nhiễm", "trường"], "-ô-nhiễm trường"),
        (["--size", "3", "nông", "--sort=newest", "thôn", "mới"], "nông thôn mới"),
        (["trường", "-nông thôn mới"], 'trường -"nông thôn mới"'),  # so the shell gives -"nông thôn mới"
        (["trường", "tiêu-đề:nông thôn mới"], 'trường tiêu-đề:"nông thôn mới"'),
        (["-nông thôn -mới"], "-nông thôn -mới"),
        (["-2020", "-7/2021"], "-2020 -7/2021"),
        (["--", "--size", "-h", "3"], "--size -h 3"),
        (["trường", "--", "-hà-nội"], "trường -hà-nội"),
        (["-"], "-"),
        ([""], ""),
    ],
)
def test_words_of_a_query_need_no_quotes(home: Path, arguments: list[str], query: str) -> None:
    searched = run(home, "search", "--json", *arguments)
    assert searched.returncode == 0, searched.stderr
    assert json.loads(searched.stdout)["query"] == query
    exported = run(home, "export", "--format", "jsonl", *(["nông"] if "--size" in arguments else arguments))
    assert exported.returncode == 0, exported.stderr


@pytest.mark.slow
def test_a_page_past_the_end_names_the_last(home: Path) -> None:
    for more in ([], ["--json"]):
        past = run(home, "search", "nông thôn", "--size", "1", "--sort", "newest", "--page", "7", *more)
        assert past.returncode == 0
        assert "Không có trang 7: trang cuối là 2." in past.stderr
    again = past.stderr.partition("bằng: lucbao ")[2]
    assert "1. " not in past.stdout and "2. =HYPERLINK" in typed(home, again.replace("--json", "")).stdout
    assert run(home, "search", "nông thôn", "--size", "1", "--page", "2").stderr == ""


def typed(home: Path, command: str) -> Ran:
    """Run a command as a shell takes it apart."""
    return run(home, *shlex.split(command))


def ways_on(shown: str) -> list[tuple[str, str]]:
    """Return the commands that a search shows to type instead, each with what is said of it."""
    told = [line.strip().rpartition("   (") for line in shown.splitlines() if line.startswith("  lucbao ")]
    return [(command.removeprefix("lucbao "), about.removesuffix(")")) for command, _, about in told]


@pytest.mark.slow
def test_what_finds_nothing_says_why_and_what_to_type(home: Path) -> None:
    nothing = run(home, "search", "trường", "xyzzy", "--source", "Báo Một", "--from", "2022", "--exact-marks").stdout
    assert nothing.startswith("0 bài") and "Không bài nào có “xyzzy”" in nothing
    [(command, about)] = ways_on(nothing)  # without its filters the query finds nothing either
    assert about == "1 bài, không kể “xyzzy”" and command.endswith("--source 'Báo Một' --from 2022 --exact-marks")
    assert typed(home, command).stdout.startswith("1 bài")
    [(command, about)] = ways_on(run(home, "search", "trường", "--source", "Báo Một", "--from", "2035").stdout)
    assert about == "1 bài, bỏ --from, --to" and command.endswith("--source 'Báo Một'")
    assert typed(home, command).stdout.startswith("1 bài")
    *_, (command, about) = ways_on(run(home, "search", "truong", "--exact-marks").stdout)
    assert about == "1 bài, bỏ --exact-marks" and command == "search truong"
    assert "Bỏ ngoặc kép" in run(home, "search", '"thôn nông"').stdout
    assert "Thử cách khác" not in run(home, "search", "nông thôn").stdout


def terminal(home: Path, *arguments: str | Path, columns: int) -> str:
    """Run a command with a terminal so many columns wide (0: it does not know) as stderr; return what that shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24 if columns else 0, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, ROOT / "lucbao.py", *arguments],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # so a terminal ends
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert process.wait(timeout=120) == 0
    return shown.decode()


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 0])
def test_long_commands_show_on_a_terminal_how_far_they_are(tmp_path: Path, columns: int) -> None:
    articles = tmp_path / "bài.jsonl"
    articles.write_text("\n".join(line(number, f"Bài {number}") for number in range(60)), encoding="utf-8")
    added = terminal(tmp_path / "kho", "add", articles, columns=columns)
    assert "\rNạp: " in added and "60 bài" in added
    indexed = terminal(tmp_path / "kho", "index", columns=columns)
    assert "\rLập chỉ mục: " in indexed and "0/60" in indexed and "60/60" in indexed
    assert run(tmp_path / "kho", "index").stderr == ""  # nothing of it where no terminal is


def test_what_a_folder_holds_besides_is_counted_by_kind(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "vào"
    (folder / "Bài_files").mkdir(parents=True)
    (folder / ".git").mkdir()
    for number in range(10):
        (folder / f"{number}.png").write_bytes(b"\x89PNG")
    for name in ("a.mp4", "b.MP4"):
        (folder / name).write_bytes(b"\0\0")
    added = run(home, "add", folder)
    assert (
        added.stdout == "thêm 0 · cập nhật 0 · không đổi 0 · loại 0 · bỏ qua 12 tệp: 10 .png, 2 .mp4 · bỏ qua 1 thư mục: 1 ẩn\n"
    )
    assert added.returncode == 0


def test_wrong_usage_names_what_is_wrong(home: Path) -> None:
    assert "--from (1/1/2023)" in run(home, "search", "a", "--from", "2023", "--to", "2020").stderr
    assert "/nonexistent/a.csv" in run(home, "export", "", "--format", "csv", "-o", "/nonexistent/a.csv").stderr


@pytest.mark.parametrize("place", ["tệp", "tệp/kho", "/proc/foo"])
def test_a_data_folder_that_cannot_be_is_3_and_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "tệp").write_text("")
    articles = tmp_path / "a.jsonl"
    articles.write_text(line(1, "Bài"), encoding="utf-8")
    for command in (["add", articles], ["search", "a"], ["index"], ["demo"], ["check"], ["stats"], ["withdraw", "a"]):
        result = run(tmp_path / place, *command)
        assert result.returncode == 3, command
        assert place in result.stderr and "Traceback" not in result.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "command",
    [
        "search trường",
        "export '' --format csv",
        "export '' --format csv -o /dev/full",
        "check",
        "search --batch <(echo a)",
    ],
)
def test_output_that_cannot_be_written_is_3(home: Path, command: str) -> None:
    result = shell(home, f"{LUCBAO} {command} >/dev/full")
    assert result.returncode == 3, result.stderr
    assert "hết chỗ" in result.stderr and "Traceback" not in result.stderr and "Exception ignored" not in result.stderr
    assert ("/dev/full" in result.stderr) == ("-o" in command)


@pytest.mark.slow
def test_an_export_that_fails_leaves_what_was_there(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "ra" / "a.jsonl"
    out.parent.mkdir()
    out.write_text("bản trước")
    large = tmp_path / "lớn.jsonl"
    large.write_text(line(9, "Bài dài", body=["chữ " * 30_000]), encoding="utf-8")
    run(home, "add", large)
    run(home, "index")
    # No file may grow beyond 100 KiB: to the command, the disk is full.
    failed = shell(home, f"trap '' XFSZ; ulimit -f 100; {LUCBAO} export '' --format jsonl -o '{out}'")
    assert failed.returncode == 3 and str(out) in failed.stderr and "Traceback" not in failed.stderr
    assert [(path, path.read_text()) for path in out.parent.iterdir()] == [(out, "bản trước")]
    link = out.with_name("b.jsonl")
    link.symlink_to(out)
    assert run(home, "export", "", "--format", "jsonl", "-o", link).returncode == 0
    assert link.is_symlink() and len(out.read_text(encoding="utf-8").splitlines()) == 4
    assert sorted(out.parent.iterdir()) == [out, link]


def test_an_export_takes_the_time_it_needs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deadline, "after", lambda seconds: Deadline(0 if seconds < 1e6 else seconds))
    exported = run(home, "export", '"nông thôn" mới*', "--format", "jsonl")
    assert (exported.returncode, len(exported.stdout.splitlines())) == (0, 2), exported.stderr
    assert "dừng" not in exported.stderr


@pytest.mark.slow
def test_export_writes_to_a_pipe_directly(home: Path) -> None:
    assert shell(home, f"{LUCBAO} export '' --format jsonl -o /dev/stdout | cat").stdout.count("\n") == 3


def test_export_has_full_matches_only_and_says_what_was_not_understood(home: Path) -> None:
    exported = run(home, "export", "nông thôn xyz (", "--format", "jsonl")
    assert (exported.returncode, exported.stdout) == (0, "")
    assert "Đã xuất 0 bài" in exported.stderr and "chưa đóng" in exported.stderr
    assert len(run(home, "export", "nông thôn", "--format", "jsonl").stdout.splitlines()) == 2


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


@pytest.mark.slow
@pytest.mark.parametrize("command", ["export '' --format jsonl", "search --batch <(yes trường | head -n 300)"])
def test_a_closed_pipe_is_no_error(home: Path, command: str) -> None:
    result = shell(home, f"set -o pipefail; {LUCBAO} {command} | head -c 1")
    assert (result.returncode, result.stdout) == (0, "{"), result.stderr
    assert "Traceback" not in result.stderr and "không" not in result.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def few_pages(folder: Path) -> Path:
    """Make a folder of some pages of the sample."""
    folder.mkdir()
    for page in sorted(sample.sample_folder().rglob("*.html"))[:8]:
        shutil.copy(page, folder)
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("kept_readers")
def test_demo_loads_the_rest_of_what_was_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = few_pages(tmp_path / "mẫu")
    monkeypatch.setattr(sample, "sample_folder", lambda: folder)
    monkeypatch.setattr("command.serve.run", lambda options, speaker: 0)
    assert run(tmp_path / "demo", "add", *sorted(folder.iterdir())[:3]).returncode == 0
    for _ in range(2):
        assert demo.run(argparse.Namespace(home=tmp_path, environment={}), Speaker()) == 0
        assert run(tmp_path / "demo", "export", "", "--format", "jsonl").stdout.count("\n") == 8


@pytest.mark.slow
def test_demo_serves_the_sample_and_stops_on_a_signal(tmp_path: Path) -> None:
    port = free_port()
    demonstrate = """
import sys
from pathlib import Path
from corpus import sample
sample.sample_folder = lambda: Path(sys.argv[1])
import lucbao
sys.exit(lucbao.main(["demo", "--port", sys.argv[2]]))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", demonstrate, few_pages(tmp_path / "trang"), str(port)],
        env={**environment(tmp_path / "mẫu"), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        told = []
        for said in process.stderr:
            told.append(said)
            if f"http://127.0.0.1:{port}" in said:
                break
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/search?q=", timeout=60) as answer:
            found = json.load(answer)
        assert found["hits"] and found["total"] == 8
        assert told[0].startswith("Nạp kho bài mẫu") and not any("lucbao index" in said for said in told)  # it does that itself
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET /tim-kiem?q=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(1000).split()[1] == b"431"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_a_copy_of_the_one_file_is_whole_after_each_command_that_writes(home: Path, tmp_path: Path) -> None:
    more = tmp_path / "thêm.jsonl"
    more.write_text(line(77, "Huyện mở chợ đầu mối") + "\n", encoding="utf-8")
    with contextlib.closing(sqlite3.connect(home / "archive.sqlite3")) as reader:  # as a server has it open
        reader.execute("SELECT count(*) FROM article").fetchone()
        for command in (("add", more), ("index",), ("withdraw", Article(url="https://bao.example/77", title="").id)):
            assert run(home, *command).returncode == 0
            assert not (home / "archive.sqlite3-wal").stat().st_size, command


@pytest.mark.slow
def test_backup_and_restore(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "sao lưu.sqlite3"
    done = run(home, "backup", copy)
    assert (done.returncode, done.stdout) == (0, f"Đã sao lưu kho vào {copy} và đọc lại trọn vẹn.\n")
    again = run(home, "backup", copy)
    assert again.returncode == 3 and "không ghi đè" in again.stderr and "Traceback" not in again.stderr
    more = tmp_path / "thêm.jsonl"
    more.write_text(line(77, "Huyện mở chợ đầu mối") + "\n", encoding="utf-8")
    run(home, "add", more)
    run(home, "index")
    assert json.loads(run(home, "search", "--json", "chợ đầu mối").stdout)["total"] == 1
    restored = run(home, "restore", copy)
    assert restored.returncode == 0 and restored.stdout.startswith(f"Kho nay là bản sao lưu {copy}.\n")
    assert json.loads(run(home, "search", "--json", "chợ đầu mối").stdout)["total"] == 0
    assert run(home, "check").returncode == 0
    kept = re.search(r"Kho trước đó còn ở (\S.*?);", restored.stderr)
    assert kept is not None and run(home, "restore", kept[1]).returncode == 0
    assert json.loads(run(home, "search", "--json", "chợ đầu mối").stdout)["total"] == 1
    missing = run(home, "restore", tmp_path / "không có")
    assert missing.returncode == 3 and "không có" in missing.stderr and "Traceback" not in missing.stderr
