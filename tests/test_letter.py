"""Letters: subject, sender and day however they are written, text or HTML; what is attached becomes articles of its own."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest
from document_maker import make_docx, paragraph

from corpus.archive import Archive
from corpus.errors import NotAnArticle
from corpus.ingest import ingest
from corpus.reading.document.letter import MAX_ATTACHMENTS, attachments, read_letter

pytestmark = pytest.mark.slow

TEXT = "Ba trạm y tế xã vừa mở cửa ở huyện miền núi, bà con không còn phải đi hai chục cây số để khám bệnh."


def letter(text: str = TEXT, **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {
        "Subject": "Tin về trạm y tế",
        "From": "Vi Thành <a@nhippho.example>",
        "To": "b@nhippho.example",
        "Date": "Tue, 12 Jul 2022 08:30:00 +0700",
    }
    for name, value in (given | headers).items():
        message[name] = value
    message.set_content(text)
    return message


def test_a_letter() -> None:
    article = read_letter(bytes(letter(f"Kính gửi tòa soạn,\n\n{TEXT}\n")))
    assert (article.title, article.authors, article.url, article.source) == ("Tin về trạm y tế", ("Vi Thành",), "", "")
    assert article.published == datetime(2022, 7, 12, 8, 30, tzinfo=timezone(timedelta(hours=7)))
    assert [block.text for block in article.blocks] == ["Kính gửi tòa soạn,", TEXT]


def test_headers_that_no_standard_allows() -> None:
    article = read_letter("From: Vi Thành\nTo: Tòa soạn\nDate: 12/7/2022\nSubject: Tin về trường\n\n".encode() + TEXT.encode())
    assert (article.title, article.authors) == ("Tin về trường", ("Vi Thành",))
    assert article.published is not None and article.published.isoformat() == "2022-07-12T00:00:00+07:00"
    unread = read_letter(f"From: a@b.example\nSubject: Tin\nDate: hôm qua\nMIME-Version: 1.0\n\n{TEXT}".encode())
    assert unread.published is None and any("hôm qua" in each for each in unread.notes)


def test_html_alone_is_read_and_nothing_in_it_is_run() -> None:
    message = letter()
    message.set_content(f"<p>{TEXT}</p><script>alert(1)</script><p>Hết.</p>", subtype="html")
    assert [block.text for block in read_letter(bytes(message)).blocks] == [TEXT, "Hết."]


def test_what_is_attached_becomes_articles_of_its_own(tmp_path: Path) -> None:
    message = letter()
    message.add_attachment(
        make_docx(paragraph("Tờ trình về đê", bold=True) + paragraph(TEXT)),
        maintype="application",
        subtype="x",
        filename="../../Tờ trình.docx",
    )
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="a.zip")
    (tmp_path / "thu.eml").write_bytes(bytes(message))
    with Archive.open(tmp_path / "archive.sqlite3", create=True) as archive:
        report = ingest([tmp_path / "thu.eml"], archive)
        assert (report.added, report.rejected) == (2, 1)
        assert [str(kind) for kind in report.passed_files] == [".png"]
        assert report.rejects[0].origin == f"{tmp_path / 'thu.eml'} › a.zip"
        kept = [archive.get(change.article_id) for change in archive.changes()]
        assert [article.title for article in kept if article] == ["Tờ trình về đê", "Tin về trạm y tế"]
        assert (ingest([tmp_path / "thu.eml"], archive).added, archive.get("x")) == (0, None)


def test_too_many_and_too_deep_are_refused() -> None:
    message = letter()
    for number in range(MAX_ATTACHMENTS + 1):
        message.add_attachment(b"x", maintype="text", subtype="x", filename=f"{number}.txt")
    with pytest.raises(NotAnArticle, match=str(MAX_ATTACHMENTS)):
        attachments(bytes(message))
    deep = b"From: a@b.example\nTo: c@d.example\nSubject: x\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
    )
    with pytest.raises(NotAnArticle):
        read_letter(deep)
    with pytest.raises(NotAnArticle, match="không có chữ"):
        read_letter(b"From: a@b.example\nTo: c@d.example\nSubject: x\n\n")
