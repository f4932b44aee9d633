"""Every example that --help shows is typed as it stands, one after another, over files of these names, and does what it says.

Searches and exports are tried in tests/test_documentation.py, what they find too. What a shell does with the output is left out; ids, papers
and other disks are those of the test.
"""

from __future__ import annotations

import gzip
import json
import shlex
import shutil
import threading
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from command_line import Ran, run
from document_maker import make_docx, make_pdf, paragraph
from page_maker import PARAGRAPHS, TITLE, make_page
from paper_site import PaperSite, sample_paper, serving
from test_alert_delivery import Mailbox, smtp
from test_command_help import examples
from test_pdf import HEAD, LINE, prose
from warc_maker import response, wacz

import command.alert
import command.gather
from alert.setting import MailServer
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.gathering import manners
from corpus.sample import sample_folder
from web.serving import server

pytestmark = pytest.mark.slow

TRIED_ELSEWHERE = {"search", "export"}
STOPPED = {"alert run --every 15m": 130}
"""What goes on until Ctrl-C, and its exit code then."""
SAMPLE = sample_folder() / "bao-nui-song"


def commands(*names: str) -> list[str]:
    """Return the examples of some commands, in their order in one language; tests/test_command_wording.py says that the other has the same."""
    return [example for language, example in examples() if language == "vi" and example.split()[0] in names]


def test_every_example_is_typed_here_or_elsewhere() -> None:
    told = {example.split()[0] for _, example in examples()}
    assert told - TRIED_ELSEWHERE == {name for group in GROUPS for name in group}


GROUPS = [
    ("add",),
    ("demo", "serve"),
    ("index",),
    ("show",),
    ("backup", "restore"),
    ("rejects",),
    ("alert",),
    ("completion", "manual"),
    ("sources",),
    ("gather",),
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files that examples name, and go there."""
    folder = tmp_path / "ban"
    folder.mkdir()
    monkeypatch.chdir(folder)
    page = make_page()
    line = json.dumps({"title": TITLE, "body": list(PARAGRAPHS), "url": "https://nhippho.example/jsonl"})
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["Date"] = "Tin gửi toà soạn", "pv@bao.example", "Tue, 12 Jul 2022 08:30:00 +0700"
    letter.set_content("\n\n".join(PARAGRAPHS))
    saved = b"MIME-Version: 1.0\r\nSnapshot-Content-Location: https://nhippho.example/mhtml\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    for name, content in {
        "trang.html": page,
        "luu-tru.jsonl.gz": gzip.compress(line.encode() + b"\n"),
        "luu-tru.jsonl": b"hong\n",
        "ghi-chep.txt": f"{TITLE}\n\n{PARAGRAPHS[0]}".encode(),
        "bao.warc.gz": gzip.compress(response(page, "https://nhippho.example/warc.html")),
        "bao.wacz": wacz({"archive/a.warc.gz": gzip.compress(response(page, "https://nhippho.example/wacz.html"))}),
        "nghi-dinh.pdf": make_pdf([[*HEAD, *prose(610, [LINE, LINE, "và được cấp nước sạch."])]]),
        "to-trinh.docx": make_docx("".join(map(paragraph, (TITLE, *PARAGRAPHS)))),
        "thu.eml": letter.as_bytes(),
        "trang.mhtml": saved + page,
        "bang.csv": f'Tiêu_đề,body,url\n"{TITLE}","{PARAGRAPHS[0]}",https://nhippho.example/csv\n'.encode(),
    }.items():
        Path(name).write_bytes(content)
    with zipfile.ZipFile("goi.zip", "w") as packed:
        packed.writestr("trong-goi.html", page)
    shutil.copytree(SAMPLE, "bai-bao")
    Path("bai-bao/hong.html").write_text("<p>không phải bài", encoding="utf-8")
    return folder


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperSite]:
    """Serve a paper that may be visited without pauses, and rounds that are not waited for."""

    class Impatient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return True if timeout is None or timeout > 60 else super().wait(timeout)

    monkeypatch.setenv("LUCBAO_CONTACT", "thu@luubao.example")
    monkeypatch.setattr(manners, "MOST_DELAY", 0.0)
    monkeypatch.setattr(command.gather, "threading", SimpleNamespace(Event=Impatient))
    site = sample_paper("bao-nui-song")
    for path in sorted(path for path in site.pages if path.endswith(".html"))[2:]:
        del site.pages[path]
    with serving(site):
        site.set_lists()
        yield site


def typed(home: Path, example: str, **here: str) -> Ran:
    """Type an example, with what is `here` in the place of what it names."""
    for told, value in here.items():
        assert told not in ("", value)
        example = example.replace(told, value)
    ran = run(home, *shlex.split(example))
    assert ran.returncode == STOPPED.get(example, 0), (example, ran.stdout, ran.stderr)
    return ran


@pytest.mark.parametrize("example", commands("add"))
def test_add(desk: Path, tmp_path: Path, example: str) -> None:
    if "bai-bao/" in example:
        Path("bai-bao/hong.html").unlink()
    files = [word for word in shlex.split(example)[1:] if Path(word).exists()]
    counted = typed(tmp_path / "kho", example).stdout
    added = int(counted.split(" ")[1])
    assert counted.startswith("thêm ") and added >= len(files) >= 1 and " loại 0" in counted, counted


def test_demo_and_serve(archive_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Path] = []
    monkeypatch.setattr(server, "serve", lambda home, *_, **__: served.append(home))
    for example in commands("serve"):
        typed(archive_home, example)
    for example in commands("demo"):
        typed(tmp_path, example)
    assert set(served) == {archive_home, tmp_path / "demo"}


def test_index(desk: Path, tmp_path: Path) -> None:
    run(tmp_path, "add", "trang.html")
    said = [typed(tmp_path, example).stdout for example in commands("index")]
    assert said[0].startswith("lập chỉ mục 1 bài") and said[-1].startswith("lập chỉ mục 1 bài")


def test_show(archive_home: Path) -> None:
    with Archive.open(archive_home / ARCHIVE_FILE, read_only=True) as archive:
        article = next(article for article in archive.articles() if archive.pages.of(article.id) and article.url)
    here = {"mq3xk7v2p5ab": article.id, "https://nuisong.example/tin-1.html": article.url}
    said = [typed(archive_home, example, **here).stdout for example in commands("show")]
    assert len(said) == 3 and article.title in said[0]
    assert json.loads(said[1])["id"] == article.id and "<html" in said[2].lower()


def test_backup_and_restore(desk: Path, tmp_path: Path) -> None:
    run(tmp_path / "kho", "add", "trang.html")
    run(tmp_path / "kho", "index")
    (tmp_path / "o-khac").mkdir()
    for example in commands("backup", "restore"):
        typed(tmp_path / "kho", example, **{"/o-khac": str(tmp_path / "o-khac")})
    assert run(tmp_path / "kho", "check").returncode == 0


def test_rejects(desk: Path, tmp_path: Path) -> None:
    run(tmp_path, "add", "bai-bao", "luu-tru.jsonl")
    every, in_folder, cleared = (typed(tmp_path, example).stdout for example in commands("rejects"))
    assert len(every.splitlines()) == 2 and len(in_folder.splitlines()) == 1 and "hong.html" in in_folder
    assert "1" in cleared and len(run(tmp_path, "rejects").stdout.splitlines()) == 1


def test_alert(archive_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "kho"
    shutil.copytree(archive_home, home)
    for name, value in {
        "WEBHOOK_SECRET": "0" * 32,
        "MAIL_FROM": "luubao@bao.example",
        "BASE_URL": "https://luubao.example",
    }.items():
        monkeypatch.setenv(f"LUCBAO_{name}", value)

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.alert.time, "sleep", stop)
    mailbox = Mailbox()
    with smtp(mailbox) as settings:
        assert isinstance(settings.server, MailServer)
        monkeypatch.setenv("LUCBAO_SMTP", f"smtp://{settings.server.host}:{settings.server.port}")
        said = {example: typed(home, example).stdout for example in commands("alert")}
    listed = said["alert list"]
    assert "Nông thôn mới" in listed and "Giá lúa" in listed and "ban-bien-tap@bao.example" in listed


def test_completion_and_manual(tmp_path: Path) -> None:
    for example in commands("completion", "manual"):
        assert "lucbao" in typed(tmp_path, example).stdout


def test_sources(tmp_path: Path, paper: PaperSite) -> None:
    here = {"https://nuisong.example": f"{paper.origin} --private"}
    *added, listed = commands("sources")
    for number, example in enumerate(added):
        typed(tmp_path / f"{number}", example, **here)
    assert typed(tmp_path / f"{len(added) - 1}", listed).stdout.startswith("Báo Núi Sông\n")


def test_gather(tmp_path: Path, paper: PaperSite) -> None:
    first, *others = commands("gather", "sources")
    assert first.split()[0] == "sources", "a paper is to be known before it is visited"
    typed(tmp_path, first, **{"https://nuisong.example": f"{paper.origin} --private --name 'Báo Núi Sông'"})
    path = tmp_path / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8") + "delay = 0\n", encoding="utf-8")
    visits = [example for example in others if example.split()[0] == "gather"]
    said = [typed(tmp_path, example).stdout for example in visits]
    assert len(visits) == 4 and said[0].startswith("2 địa chỉ mới") and urlsplit(paper.origin).port
