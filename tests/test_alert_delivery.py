"""alert.mail, alert.webhook and alert.round against real servers on loopback, which take what they get or fail in every way."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from alert import mail, outside, webhook
from alert.alert_file import Alert
from alert.digest import MOST_NAMED, Digest, digest
from alert.errors import DeliveryFailed, ServerUnreachable, SettingInvalid
from alert.message import told
from alert.round import deliver, sender
from alert.setting import MailServer, Settings, read_settings
from alert.state import PAUSES, Delivery, News, Position, State
from corpus.article import Article, Block
from searcher.request import SearchRequest

pytestmark = pytest.mark.slow

NOW = 1_800_000_000.0
HOSTILE = '<script>alert(1)</script>"&\u202e'
ARTICLES = {
    3: Article("Giá lúa tăng", lead="Mở đầu.", url="https://bao.example/1", source="Báo Núi Sông"),
    5: Article(HOSTILE, (Block("paragraph", f"Đoạn {HOSTILE} " + "dài " * 200),), url="https://bao.example/<2>", source=HOSTILE),
}
NEWS = [News(ARTICLES[3].id, 3, is_new=True), News(ARTICLES[5].id, 5, is_new=False)]
ALERT = Alert("Giá lúa & “gạo”", SearchRequest("giá lúa"), 3600, ("a@toa-soan.example",))


def made(language: str = "vi", base: str = "https://kho.example") -> Digest:
    return digest(ALERT, NEWS, ARTICLES, at=NOW, base=base, language=language)


# Mail


@dataclass
class Mailbox:
    """What the server took, and what it answers otherwise: a reply to RCPT by recipient, and one to DATA."""

    taken: list[Envelope] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"

    async def handle_RCPT(self, server: object, session: Session, envelope: Envelope, address: str, options: object) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.taken.append(envelope)
        return self.data

    def authenticate(self, server: object, session: object, envelope: object, mechanism: str, given: object) -> AuthResult:
        login = cast(LoginPassword, given)
        self.users.append(login.login.decode())
        return AuthResult(handled=False, success=login.password == b"m@t:kh/u")

    @property
    def mails(self) -> list[EmailMessage]:
        return [cast(EmailMessage, message_from_bytes(cast(bytes, each.content), policy=default)) for each in self.taken]


@contextmanager
def smtp(mailbox: Mailbox, **options: Any) -> Iterator[Settings]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield replace(
            read_settings({"LUCBAO_MAIL_FROM": "Lục Báo <luc-bao@kho.example>"}), server=MailServer("127.0.0.1", port, False)
        )
    finally:
        controller.stop()


def test_a_mail_brings_the_digest_as_text_and_html() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as settings:
        mail.send(made(), "a@toa-soan.example", "abc.1", settings)
        mail.send(made("en"), "a@toa-soan.example", "abc.1", settings)
    vietnamese, english = mailbox.mails
    assert (mailbox.taken[0].mail_from, mailbox.taken[0].rcpt_tos) == ("luc-bao@kho.example", ["a@toa-soan.example"])
    assert vietnamese["Subject"] == "Lục Báo: 2 bài mới cho “Giá lúa & “gạo””"
    assert vietnamese["From"] == "Lục Báo <luc-bao@kho.example>" and vietnamese["To"] == "a@toa-soan.example"
    assert vietnamese["Message-ID"] == english["Message-ID"] == "<abc.1@kho.example>"
    assert vietnamese["Auto-Submitted"] == "auto-generated" and vietnamese["List-Unsubscribe"] is None
    assert vietnamese["Date"].datetime.timestamp() == NOW
    plain, html = (
        cast(EmailMessage, vietnamese.get_body((kind,))).get_content().replace("\r\n", "\n") for kind in ("plain", "html")
    )
    assert (
        f"1. {HOSTILE}\n" in plain and "2. Giá lúa tăng\n   Báo Núi Sông\n   Mở đầu.\n   https://kho.example/bai-viet/" in plain
    )
    assert "bài cũ, vừa sửa nên nay khớp" in plain and "https://kho.example/tim-kiem?q=gi%C3%A1+l%C3%BAa" in plain
    assert "https://kho.example/theo-doi/Gi%C3%A1%20l%C3%BAa%20%26%20%E2%80%9Cg%E1%BA%A1o%E2%80%9D" in plain
    assert "alerts.toml" in plain and len(plain) < 1500
    assert "<script" not in html and "&lt;script&gt;" in html and 'href="https://kho.example/bai-viet/' in html
    assert english["Subject"] == "Lục Báo: 2 new articles for “Giá lúa & “gạo””"


def test_without_an_address_of_the_site_links_lead_to_the_papers() -> None:
    told = made(base="")
    assert "https://bao.example/1" in told["text"] and "/tim-kiem" not in told["text"] + told["html"]
    assert 'href="https://bao.example/&lt;2&gt;"' in told["html"]
    assert told["payload"]["page"] == "" and told["payload"]["articles"][0]["permalink"] == ""


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    article = replace(ARTICLES[3], url="javascript:alert(1)")
    told = digest(ALERT, NEWS[:1], {3: article}, at=NOW, base="", language="vi")
    assert "javascript" not in json.dumps(told)


def test_a_digest_of_very_many_names_some_and_says_how_many() -> None:
    news = [News(f"{number:012}", number, is_new=True) for number in range(1, 1001)]
    articles = {each.change: ARTICLES[3] for each in news[-MOST_NAMED:]}
    told = digest(ALERT, news, articles, at=NOW, base="https://kho.example", language="vi")
    assert "1.000 bài mới" in told["subject"] and "Và 800 bài nữa." in told["text"] and "Và 800 bài nữa." in told["html"]
    assert told["payload"]["total"] == 1000
    assert [each["change"] for each in told["payload"]["articles"]] == list(range(1000, 800, -1))


def test_a_line_break_reaches_no_header() -> None:
    told = made()
    told["subject"] = "A\r\nBcc: x@y.example"
    with pytest.raises(ValueError, match="linefeed"):
        mail.message(told, "a@b.example", cast(Any, read_settings({"LUCBAO_MAIL_FROM": "a@b.example"}).sender), "1")


@pytest.mark.parametrize(
    ("mailbox", "kind", "said"),
    [
        (Mailbox(refused={"a@b.example": "550 5.1.1 no such user"}), DeliveryFailed, "550 5.1.1 no such user"),
        (Mailbox(refused={"a@b.example": "450 4.2.1 later"}), DeliveryFailed, "450 4.2.1 later"),
        (Mailbox(data="552 too large"), DeliveryFailed, "552 too large"),
        (Mailbox(data="451 try again"), DeliveryFailed, "451 try again"),
    ],
)
def test_a_mail_that_is_refused_is_told_with_the_servers_words(mailbox: Mailbox, kind: type[Exception], said: str) -> None:
    with smtp(mailbox) as settings, pytest.raises(kind, match=said) as refused:
        mail.send(made(), "a@b.example", "1", settings)
    assert type(refused.value) is kind and mailbox.taken == []


def test_who_logs_in_and_with_what() -> None:
    mailbox = Mailbox()
    with smtp(mailbox, authenticator=mailbox.authenticate, auth_require_tls=False) as settings:
        server = cast(MailServer, settings.server)
        mail.send(made(), "a@b.example", "1", replace(settings, server=replace(server, user="toa soan", password="m@t:kh/u")))
        with pytest.raises(ServerUnreachable, match="535"):
            mail.send(made(), "a@b.example", "1", replace(settings, server=replace(server, user="x", password="sai")))
    assert len(mailbox.taken) == 1 and mailbox.users[0] == "toa soan"


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What a server shows: a certificate that nobody has signed, for another name."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=khac.example -keyout key.pem -out cert.pem"
    subprocess.run(made.split(), cwd=folder, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize("encrypted", [True, False], ids=["smtps", "STARTTLS"])
def test_mail_is_encrypted_and_only_this_machine_need_not_prove_who_it_is(
    certified: ssl.SSLContext, encrypted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox()
    options: dict[str, Any] = {"ssl_context": certified} if encrypted else {"tls_context": certified, "require_starttls": True}
    with smtp(mailbox, **options) as settings:
        settings = replace(settings, server=replace(cast(MailServer, settings.server), encrypted=encrypted))
        mail.send(made(), "a@b.example", "1", settings)
        monkeypatch.setattr(mail, "_LOCAL", ())
        with pytest.raises(ServerUnreachable, match=r"(?i)certificate"):
            mail.send(made(), "a@b.example", "1", settings)
    assert len(mailbox.taken) == 1


def test_to_another_machine_nothing_is_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    monkeypatch.setattr(mail, "_LOCAL", ())
    with smtp(mailbox) as settings, pytest.raises(ServerUnreachable, match="STARTTLS"):
        mail.send(made(), "a@b.example", "1", settings)
    assert mailbox.taken == []


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a port, and do with the first connection what `answer` does."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def accept() -> None:
            connection, _ = server.accept()
            with closing(connection):
                answer(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def _trickle(done: threading.Event) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        while not done.wait(0.01):
            try:
                connection.sendall(b"2")
            except OSError:
                return

    return answer


@pytest.mark.parametrize("kind", ["mail", "webhook"])
@pytest.mark.parametrize("how", ["silent", "trickling", "hanging up", "babbling", "refused"])
def test_a_server_that_does_not_answer_as_it_should_is_given_up_in_time(
    kind: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (mail, webhook):
        monkeypatch.setattr(module, "STEP", 0.3)
    monkeypatch.setattr(outside.in_time, "__defaults__", (0.6,))
    done = threading.Event()
    answers: dict[str, Callable[[socket.socket], None]] = {
        "silent": lambda connection: bool(done.wait(10)) and None,
        "trickling": _trickle(done),
        "hanging up": lambda connection: None,
        "babbling": lambda connection: connection.sendall(b"\xff\x00lung tung\r\n" * 1000),
        "refused": lambda connection: None,
    }
    with answering(answers[how]) as port:
        if how == "refused":
            with closing(socket.create_connection(("127.0.0.1", port))):
                pass
            with closing(socket.create_server(("127.0.0.1", 0))) as free:
                port = free.getsockname()[1]
        settings = read_settings(
            {"LUCBAO_MAIL_FROM": "a@b.example", "LUCBAO_WEBHOOK_SECRET": "x", "LUCBAO_WEBHOOK_HOSTS": "127.0.0.1"}
        )
        settings = replace(settings, server=MailServer("127.0.0.1", port, False))
        with pytest.raises(ServerUnreachable):
            sender(settings, NOW)(kind, "a@b.example" if kind == "mail" else f"http://127.0.0.1:{port}/", made(), "1")
        done.set()
    for thread in threading.enumerate():
        if thread.name == "lucbao-delivery":
            thread.join(10)
            assert not thread.is_alive()


# Webhooks


@dataclass
class Hook:
    """What was posted, and the answer to it."""

    status: int = 204
    location: str = ""
    posted: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def hooked(hook: Hook) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            content = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posted.append((self.path, dict(self.headers), content))
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


HOOKS = Settings(secret="bí mật", private_hosts=frozenset({"127.0.0.1"}))


def test_a_webhook_is_signed_json() -> None:
    hook = Hook()
    with hooked(hook) as address:
        webhook.send(made(), f"{address}/bao-tin?x=1", "abc.7", HOOKS, NOW)
    ((path, headers, content),) = hook.posted
    assert path == "/bao-tin?x=1" and headers["Content-Type"] == "application/json" and headers["Host"] == address[7:]
    expected = hmac.new("bí mật".encode(), b"1800000000." + content, hashlib.sha256).hexdigest()
    assert (headers["Lucbao-Timestamp"], headers["Lucbao-Signature"]) == ("1800000000", f"sha256={expected}")
    posted = json.loads(content)
    assert headers["Lucbao-Delivery"] == posted["delivery"] == "abc.7"
    assert (posted["alert"], posted["search"], posted["total"], posted["trial"]) == (ALERT.name, "q=gi%C3%A1+l%C3%BAa", 2, False)
    assert posted["at"] == "2027-01-15T08:00:00+00:00"
    assert [(each["id"], each["new"], each["title"]) for each in posted["articles"]] == [
        (ARTICLES[5].id, False, HOSTILE),
        (ARTICLES[3].id, True, "Giá lúa tăng"),
    ]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_a_redirect_is_not_followed_and_what_is_no_2xx_has_failed(status: int) -> None:
    elsewhere, hook = Hook(), Hook(status)
    with hooked(elsewhere) as other, hooked(hook) as address:
        hook.location = f"{other}/"
        with pytest.raises(DeliveryFailed, match=f"127.0.0.1 trả lời {status}") as refused:
            webhook.send(made(), address, "1", HOOKS, NOW)
    assert type(refused.value) is DeliveryFailed and len(hook.posted) == 1 and elsewhere.posted == []


def test_a_private_address_is_asked_by_name_only() -> None:
    hook = Hook()
    with hooked(hook) as address:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
            with pytest.raises(ServerUnreachable, match="mạng riêng"):
                webhook.send(made(), address.replace("127.0.0.1", host), "1", replace(HOOKS, private_hosts=frozenset()), NOW)
        webhook.send(
            made(), address.replace("127.0.0.1", "localhost"), "1", replace(HOOKS, private_hosts=frozenset({"localhost"})), NOW
        )
    assert len(hook.posted) == 1
    with pytest.raises(ServerUnreachable, match=r"khong-co\.invalid"):
        webhook.send(made(), "http://khong-co.invalid/", "1", HOOKS, NOW)


def test_without_settings_it_waits() -> None:
    for channel, target in (("mail", "a@b.example"), ("webhook", "https://a.example/")):
        with pytest.raises(ServerUnreachable, match="vẫn chờ"):
            sender(Settings(), NOW)(channel, target, made(), "1")


@pytest.mark.parametrize(
    ("smtp_setting", "server"),
    [
        ("smtps://u%40x:p%3A%2F@mail.example", MailServer("mail.example", 465, True, "u@x", "p:/")),
        ("smtp://mail.example:587/", MailServer("mail.example", 587, False)),
        ("smtp://[::1]", MailServer("::1", 25, False)),
    ],
)
def test_settings_of_mail(smtp_setting: str, server: MailServer) -> None:
    assert read_settings({"LUCBAO_SMTP": smtp_setting}).server == server


@pytest.mark.parametrize(
    "environment",
    [
        *({"LUCBAO_SMTP": value} for value in ("mail.example", "https://a.example", "smtp://", "smtp://a:99999", "smtp://a:0", "smtp://u@a", "smtp://u:m%E1%BA%ADt@a", "smtp://a/x", "smtp://a?x=1")),
        *({"LUCBAO_MAIL_FROM": value} for value in ("a", "a@", "@b", "A <>", "a@b.example\nBcc: x@y.example", "ă@b.example")),
    ],
    ids=str,
)  # fmt: skip
def test_settings_that_make_no_sense(environment: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid):
        read_settings(environment)


# The outbox


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path) as opened:
        yield opened


def noted(state: State, *targets: tuple[str, str], at: float = NOW) -> None:
    since = next(state.positions("A"), None)
    news = [News(f"{at:012}", 1, is_new=True)]
    assert state.note("A", Position("x", int(at), ""), at, since=since, news=news, digest=made(), targets=targets)


def test_what_fails_is_tried_again_with_growing_pauses_for_ever(state: State) -> None:
    noted(state, ("mail", "a@b.example"))
    tries: list[float] = []

    def send(channel: str, target: str, told_: Digest, identity: str) -> None:
        assert (channel, target, identity, told_) == ("mail", "a@b.example", "kho.1", made())
        tries.append(now)
        raise DeliveryFailed("mail_refused", status="550", said="x")

    now = NOW
    while len(tries) < 12:
        for delivery, failure in deliver(state, send, "kho", now):
            assert failure is not None and delivery.attempts == len(tries) - 1
        ((_, waiting),) = state.waiting()
        assert waiting.failure == told("mail_refused", status="550", said="x") and waiting.attempts == len(tries)
        assert list(deliver(state, send, "kho", waiting.next_at - 1)) == []
        now = waiting.next_at
    pauses = [after - before for before, after in zip(tries, tries[1:], strict=False)]
    assert pauses == [300, 900, 3600, 10800, 21600, 43200, 86400, 86400, 86400, 86400, 86400]
    assert pauses[0] == PAUSES[0] > outside.WHOLE, "an attempt is over before the next begins"


def test_each_recipient_by_himself_and_an_unreachable_server_once(state: State) -> None:
    noted(state, ("mail", "a@b.example"), ("mail", "c@d.example"), ("webhook", "https://x.example/1"), ("mail", "e@f.example"))
    asked: list[str] = []

    def send(channel: str, target: str, told_: Digest, identity: str) -> None:
        asked.append(target)
        if target == "a@b.example":
            raise DeliveryFailed("mail_refused", status="550", said="x")
        if target == "c@d.example":
            raise ServerUnreachable("mail_not_set")

    results = [(delivery.target, failure is None) for delivery, failure in deliver(state, send, "kho", NOW)]
    assert results == [("a@b.example", False), ("c@d.example", False), ("https://x.example/1", True)]
    assert [delivery.target for _, delivery in state.waiting()] == ["a@b.example", "c@d.example", "e@f.example"]
    asked.clear()
    assert [delivery.target for delivery, _ in deliver(state, send, "kho", NOW)] == ["e@f.example"], "whose turn had not come"


def test_a_crash_between_sending_and_noting_sends_again(state: State) -> None:
    noted(state, ("mail", "a@b.example"))
    sent: list[str] = []

    def send(channel: str, target: str, told_: Digest, identity: str) -> None:
        sent.append(identity)
        if len(sent) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(deliver(state, send, "kho", NOW))
    assert list(deliver(state, send, "kho", NOW + 1)) == []
    assert len(list(deliver(state, send, "kho", NOW + 300))) == 1
    assert sent == ["kho.1", "kho.1"] and state.waiting() == []


def test_one_of_two_senders_takes_a_delivery(state: State) -> None:
    noted(state, ("mail", "a@b.example"))
    (delivery,) = state.due(NOW)
    assert state.claim(delivery, NOW) and not state.claim(delivery, NOW)


def test_digests_are_kept_as_long_as_somebody_needs_them(state: State) -> None:
    noted(state, ("mail", "a@b.example"))
    for number in range(1, 120):
        noted(state, at=NOW + number)
    kept = [
        each.number
        for each in state.runs("A", 1000, 1)
        if state._rows("SELECT digest FROM run WHERE number = ?", each.number)[0][0]
    ]
    assert kept == [*range(120, 20, -1), 1], "the last hundred, and the one that waits"
    assert len(state.runs("A", 1000, 1)) == 120


def test_deliveries_of_a_run_are_told(state: State) -> None:
    noted(state, ("mail", "a@b.example"))
    list(deliver(state, lambda *_: None, "kho", NOW + 5))
    (run,) = state.runs("A", 5, 5)
    assert run.deliveries == (Delivery(1, 1, "mail", "a@b.example", 1, NOW + 305, None, NOW + 5),)
