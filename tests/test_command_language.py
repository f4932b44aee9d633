"""The command line in each of its languages: help, what is refused, and what the commands print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import lucbao
from command.parser import COMMANDS
from corpus.article import Article

pytestmark = pytest.mark.slow

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Return a function that runs a command in a language over a data folder of the test's, and gives its exit code and what it said."""
    monkeypatch.setenv("LUCBAO_HOME", str(tmp_path / "kho"))
    monkeypatch.setenv("COLUMNS", "200")

    def say(language: str, *arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setenv("LUCBAO_LANG", language)
        try:
            code = lucbao.main(list(map(str, arguments)))
        except SystemExit as end:
            code = int(str(end.code))
        said = capsys.readouterr()
        return code, re.sub(r"[\d.<]+ ms", "1 ms", said.out), said.err

    return say


@pytest.fixture
def filled(tmp_path: Path, say: Say) -> Say:
    """Return `say` over two articles, indexed."""
    lines = [
        {
            "title": "Nông thôn mới",
            "body": "Xã có 12 trường.",
            "source": "Báo Một",
            "published": "2022-07-02",
            "tags": ["giáo dục"],
        },
        {"title": "Trường mới", "published": "hôm qua"},
    ]
    path = tmp_path / "bai.jsonl"
    path.write_text(
        "".join(json.dumps({"url": f"https://bao.example/{number}", **line}) + "\n" for number, line in enumerate(lines)),
        encoding="utf-8",
    )
    assert say("en", "add", path)[:2] == (
        0,
        "added 2 · updated 0 · unchanged 0 · rejected 0 · 1 article whose date could not be read\n",
    )
    assert say("en", "index") == (0, "indexed 2 articles · removed 0\n", "")
    return say


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_in_the_language(say: Say, name: str) -> None:
    arguments = [*filter(None, [name]), "--help"]
    (_, vietnamese, _), (_, english, _) = say("vi", *arguments), say("en", *arguments)
    assert vietnamese.startswith(f"cách dùng: lucbao {name}") and english.startswith(f"usage: lucbao {name}")
    shared = set(filter(None, map(str.strip, vietnamese.splitlines()))) & set(map(str.strip, english.splitlines()))
    # Commands, options that need no words, and names in the place of values are the same.
    assert [
        line
        for line in shared - set(COMMANDS)
        if not re.fullmatch(r"lucbao .*|--(?:any|sort|format) .*|-o.* FILE|--header, .*|[A-Z]+|\[.*", line)
    ] == []


@pytest.mark.parametrize(
    ("arguments", "vietnamese", "english"),
    [
        ([], "lucbao: lỗi: còn thiếu: LỆNH", "lucbao: error: the following arguments are required: COMMAND"),
        (["lạ"], "lucbao: lỗi: LỆNH: không có 'lạ'; chọn một trong", "lucbao: error: argument COMMAND: invalid choice: 'lạ' (choose from"),
        (["--la", "stats"], "lucbao: lỗi: không dùng đến: --la", "lucbao: error: unrecognized arguments: --la"),
        (["add"], "lucbao add: lỗi: còn thiếu: PATH", "lucbao add: error: the following arguments are required: PATH"),
        (["stats", "--rejects=1"], "--rejects: không nhận giá trị '1'", "argument --rejects: ignored explicit argument '1'"),
        (["search", "a", "--size"], "--size: cần một giá trị", "argument --size: expected one argument"),
        (["search", "a", "--size", "0"], "--size: không thể hiện “0” bài", "argument --size: a page cannot show “0” articles; 1 to 100"),
        (["search", "a", "--sise", "2"], "không có tuỳ chọn --sise; có phải --size?", "there is no option --sise; did you mean --size?"),
        (["search", "a", "--qq"], "không có tuỳ chọn --qq\n", "there is no option --qq\n"),
        (["search", "a", "--from", "mai"], "--from: 'mai' không phải ngày", "argument --from: 'mai' is not a day"),
        (["search", "a", "--csv", "--csv"], "--csv được nhập hai lần", "--csv is given twice"),
        (["index", "a"], "không dùng đến: a", "not used: a"),
        (["search"], "lucbao search: cần đúng một trong hai", "lucbao search: give exactly one of the two"),
        (["search", "a", "--from", "2023", "--to", "2/2020"], "--from (1/1/2023) ở sau --to (29/2/2020).", "--from (1/1/2023) is after --to (29/2/2020)."),
        (["search", "--batch", "x", "--page", "2"], "nên không dùng được --page.", "so it does not take --page."),
        (["search", "--batch", "x"], "không đọc được x: không có tệp", "cannot read x: there is no such file or folder."),
        (["export", "a", "--format", "csv", "-o", "/x/y"], "không ghi được /x/y: không có tệp", "cannot write /x/y: there is no such file"),
        (["serve", "--port", "0"], "“0” không phải số cổng", "“0” is no port number"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_in_the_language(filled: Say, arguments: list[str], vietnamese: str, english: str) -> None:
    for language, expected in (("vi", vietnamese), ("en", english)):
        code, out, said = filled(language, *arguments)
        assert (code, out) == (2, "") and expected in said


def test_a_page_of_hits_in_english(filled: Say) -> None:
    code, out, said = filled("en", "search", "truong tiêu-đề:mới (")
    assert (code, said) == (0, "title has: mới\n")
    title, lead = Article("", url="https://bao.example/1").id, Article("", url="https://bao.example/0").id
    assert out.splitlines() == [
        "! This parenthesis was not closed; it is taken to close at the end of the query.",
        "2 articles · 1 ms",
        "Did you mean: trường tiêu-đề:mới ( (2)",
        "",
        "1. Trường mới",
        f"   bao.example · {title}",
        "",
        "2. Nông thôn mới",
        f"   Báo Một · 2/7/2022 · {lead}",
        "   Xã có 12 trường.",
        "",
        "Hashtags: #giáo_dục (1)",
    ]
    assert filled("en", "search", "nông thôn")[1].startswith("1 article · 1 ms\n")
    assert filled("en", "search", "mới", "--size", "1")[1].endswith("See more: --page 2\n")
    assert (
        "There is no page 9: the last is 2. See it with: lucbao search "
        in filled("en", "search", "mới", "--size", "1", "--page", "9")[2]
    )
    [problem] = json.loads(filled("en", "search", "mới (", "--json")[1])["problems"]
    assert problem["message"].startswith("This parenthesis")


def test_what_finds_nothing_in_english(filled: Say) -> None:
    out = filled("en", "search", '"mới thôn" xyz', "--source", "Báo Mot", "--to", "2020")[1]
    for line in (
        "0 articles · 1 ms",
        "No article was published in “…–31/12/2020”. The archive has articles from 2/7/2022 to 2/7/2022.",
        "No article has “xyz”.",
        "Try another way:",
        "  Leave out tone marks: letters without marks match any marks.",
        "  Leave out the quotation marks if it need not be that very phrase.",
        "  Use fewer words, or join other names by OR: lucbao search trạm y tế OR bệnh viện",
    ):
        assert any(each.startswith(line) for each in out.splitlines()), line
    assert "(1 article, without “xyz”)" in filled("en", "search", "thôn xyz")[1]
    assert "(2 articles, without --to)" in filled("en", "search", "mới", "--to", "2020")[1].replace("--from, --to", "--to")
    near = filled("en", "search", "trường mới xyz")[1]
    assert (
        near.startswith("No article has everything · 2 more come near (--no-near to leave them out) · 1 ms\n")
        and "   lacks: xyz\n" in near
    )
    assert "Nearest to “giao_duk”: --tag giáo_dục (1)" in filled("en", "search", "mới", "--tag", "giao_duk")[1]


def test_a_list_in_english(filled: Say, tmp_path: Path) -> None:
    names = tmp_path / "ten.csv"
    names.write_text("Tên,Mã\nthôn,1\n?!,2\n", encoding="utf-8")
    code, out, said = filled("en", "search", "--batch", names, "--csv")
    assert (code, said) == (0, "Row 1 names the columns, so it is not looked up; the column looked up is 'Tên'.\n")
    assert "There is no letter or digit to search for." in out
    answers = [json.loads(line) for line in filled("en", "search", "--batch", names)[1].splitlines()]
    assert [problem["message"] for problem in answers[1]["problems"]] == ["There is no letter or digit to search for."]


def test_the_other_commands_in_english(filled: Say, tmp_path: Path) -> None:
    first = Article("", url="https://bao.example/0").id
    say, copy = filled, tmp_path / "b.sqlite3"
    assert say("en", "check") == (0, "Archive and index are undamaged.\n", "")
    stats = say("en", "stats")[1]
    assert re.sub(r"[\d.]+ MB", "1 MB", stats).splitlines() == [
        "articles    2",
        "revisions   2",
        "withdrawn   0",
        "raw pages   0",
        "rejected    0",
        "published   2/7/2022 to 2/7/2022",
        "size        1 MB",
        "By paper:",
        "          1  Báo Một",
        "          1  bao.example",
    ]
    assert say("en", "export", "mới", "--format", "ris", "-o", tmp_path / "a.ris") == (0, "", "Exported 2 articles.\n")
    assert say("en", "backup", copy) == (0, f"Backed up the archive to {copy} and read it through.\n", "")
    assert say("en", "withdraw", first, "khongco") == (
        1,
        "withdrew 1 article\nindexed 0 articles · removed 1\n",
        "there is no article khongco in the archive\n",
    )
    code, out, said = say("en", "restore", copy)
    assert (code, out) == (0, f"The archive is now the backup {copy}.\nindexed 2 articles · removed 0\n")
    assert said.startswith("The archive before it is kept as ")


def test_what_is_rejected_and_passed_over_in_english(say: Say, tmp_path: Path) -> None:
    folder = tmp_path / "vao"
    folder.mkdir()
    for number in range(14):
        (folder / f"a.k{number:02}").write_bytes(b"x")
    (folder / "a.jsonl").write_text("hong\n" * 1025, encoding="utf-8")
    (folder / ".git").mkdir()
    code, out, said = say("en", "add", folder)
    kinds = ", ".join(f"1 .k{number:02}" for number in range(12))
    assert (
        out
        == f"added 0 · updated 0 · unchanged 0 · rejected 1,025 · passed over 14 files: {kinds}, 2 of 2 other kinds · passed over 1 folder: 1 hidden\n"
    )
    lines = said.splitlines()
    assert code == 1 and lines[0] == f"rejected {folder}/a.jsonl:1: The line is not valid JSON (broken at character 1)."
    assert lines[-1] == "… and 1,005 more; see them all with `lucbao rejects`."
    assert say("en", "rejects")[1].startswith(f"{folder}/a.jsonl:1\tThe line is not valid JSON (broken at character 1).\n")
    assert say("vi", "rejects")[1].startswith(f"{folder}/a.jsonl:1\tDòng không phải JSON hợp lệ (hỏng ở ký tự 1).\n")
    assert say("en", "rejects", folder / "a.jsonl", "--clear")[1] == "deleted 1,001 rejects\n"


def test_a_language_that_is_not_spoken_is_said_in_that_of_the_locale(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    for locale, expected in (("en_US.UTF-8", "must be one of vi, en."), ("C.UTF-8", "phải là một trong vi, en.")):
        monkeypatch.setenv("LC_ALL", locale)
        assert say("fr", "stats") == (2, "", f"lucbao: LUCBAO_LANG=fr: {expected}\n")


def test_where_nobody_chose_a_language_the_locale_does(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    for locale, expected in (("en_US.UTF-8", "usage: "), ("vi_VN.UTF-8", "cách dùng: ")):
        monkeypatch.setenv("LC_ALL", locale)
        assert say("", "--help")[1].startswith(expected)


def test_ctrl_c_is_answered_in_the_language(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "check", (COMMANDS["check"][0], stop))
    assert say("en", "check") == (130, "", "Stopped. What was said to be done is kept; run the command again to go on.\n")
    assert say("vi", "check")[2].startswith("Đã dừng.")


def test_what_goes_wrong_is_said_in_the_language(say: Say, tmp_path: Path) -> None:
    assert say("en", "stats")[2].startswith(f"There is no archive at {tmp_path}/kho/archive.sqlite3 yet.")
    assert say("vi", "stats")[2].startswith(f"Chưa có kho ở {tmp_path}/kho/archive.sqlite3.")
    (tmp_path / "kho").mkdir()
    (tmp_path / "kho" / "sources.toml").write_text("[[", encoding="utf-8")
    assert say("en", "withdraw", "x")[2].startswith(f"lucbao withdraw: {tmp_path}/kho/sources.toml, line 1: not valid TOML")
