"""`lucbao alert`: what a newsroom types, from a saved search to a mail in the box of a real SMTP server."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run
from conftest import fill
from test_alert_delivery import Mailbox, smtp

import command.alert
from alert.setting import MailServer
from corpus.article import Article, Block


def article(number: int, text: str = "Giá lúa lên 155.000 đồng.") -> Article:
    return Article(
        title=f"Bài {number}", blocks=(Block("paragraph", text),), url=f"https://bao.example/{number}", source="Báo Mẫu"
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    fill(tmp_path, [[article(1)]])
    return tmp_path


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    return Mailbox()


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let commands think that it is later."""
    real = command.alert.time.time
    monkeypatch.setattr(command.alert.time, "time", lambda: real() + seconds)


@pytest.mark.slow
def test_what_is_new_is_sent_by_the_run_that_finds_it(home: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    added = run(home, "alert", "add", "Giá lúa", "--query", "giá lúa", "--every", "15m", "--mail", "pv@bao.example")
    assert added.returncode == 0 and 'name = "Giá lúa"' in added.stdout
    fill(home, [[article(2), article(3, "Chuyện khác.")]])
    later(monkeypatch, 1000)
    with smtp(mailbox) as settings:
        server = settings.server
        assert isinstance(server, MailServer)
        monkeypatch.setenv("LUCBAO_SMTP", f"smtp://{server.host}:{server.port}")
        monkeypatch.setenv("LUCBAO_MAIL_FROM", "luubao@bao.example")
        ran = run(home, "alert", "run")
        again = run(home, "alert", "run")
    assert ran.stdout == "Giá lúa: 1 bài mới\nđã gửi tới pv@bao.example\n" and ran.stderr == "" and ran.returncode == 0
    assert again.stdout == "" and len(mailbox.mails) == 1
    assert "xem lần cuối" in run(home, "alert", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "Giá lúa"), "--query"),
        (("add", "--query", "giá lúa"), "tên"),
        (("test", "Không có"), "Không có"),
        (("run", "--query", "x"), "--query"),
        (("add", "A", "--query", "x", "--every", "hôm nào"), "15m"),
        (("add", "A", "--query", "x", "--webhook", "ftp://x"), "ftp://x"),
    ],
)
def test_what_cannot_be_done_is_said(home: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run(home, "alert", *arguments)
    assert ran.returncode == 2 and said in ran.stderr and "Traceback" not in ran.stderr
    assert not (home / "alerts.toml").exists()
