from __future__ import annotations

import hashlib
import os
import random
import re
import sqlite3
import stat
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import record
from corpus.archive import ARCHIVE_FILE, Archive, Change
from corpus.archive import schema as archive_schema
from corpus.archive.absence import Absence
from corpus.archive.capture import Capture
from corpus.article import Article, Block, RelatedLink
from corpus.errors import ArchiveBusy, ArchiveDamaged, ArchiveFull, ArchiveMissing, IdentityTaken
from corpus.message import told
from corpus.paper import PaperTable

VIETNAM = timezone(timedelta(hours=7))


def article(number: int = 1, text: str = "Đoạn một.", **values: object) -> Article:
    made = Article(
        title=f"Bài {number}", blocks=(Block("paragraph", text),), url=f"https://tin.example/{number}", source="Báo Mẫu"
    )
    return replace(made, **values)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kho có dấu #1?%" / ARCHIVE_FILE


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive.open(path, create=True) as opened:
        yield opened
        assert opened.check() == []


# Adding


def test_adding_twice_changes_nothing(archive: Archive) -> None:
    assert archive.add(article()) == "added"
    assert archive.add(article()) == "unchanged"
    assert archive.add(article(fetched_at=datetime(2024, 1, 1, tzinfo=VIETNAM), notes=("khác",))) == "unchanged"
    assert list(archive.changes()) == [Change(1, article().id, False)]
    assert archive.get(article().id) == article()


def test_another_text_is_a_new_revision_and_the_old_stays(archive: Archive) -> None:
    old, new = article(), article(text="Đoạn đã sửa.")
    assert [archive.add(text) for text in (old, new)] == ["added", "updated"]
    revisions = archive.revisions(old.id)
    assert [revision.change for revision in revisions] == [1, 2]
    assert [revision.content_hash for revision in revisions] == [old.content_hash, new.content_hash]
    assert all(revision.archived_at.utcoffset() == timedelta(0) for revision in revisions)
    assert archive.revision(1) == old and archive.revision(2) == new
    assert archive.get(old.id) == new
    assert list(archive.changes()) == [Change(2, old.id, False)]


def test_a_text_it_has_had_before_changes_nothing(archive: Archive) -> None:
    old, new = article(), article(text="Đoạn đã sửa.")
    assert [archive.add(text) for text in (old, new, old, new, old)] == ["added", "updated", *["unchanged"] * 3]
    assert archive.get(old.id) == new
    assert archive.last_change() == 2


def day(number: int) -> datetime:
    return datetime(2024, 1, number, tzinfo=VIETNAM)


def test_an_earlier_text_fetched_later_is_what_the_paper_went_back_to(archive: Archive) -> None:
    old, new = article(fetched_at=day(2)), article(text="Đoạn đã sửa.", fetched_at=day(3))
    back = replace(old, fetched_at=day(4))
    assert [archive.add(text) for text in (old, new)] == ["added", "updated"]
    assert archive.add(replace(old, fetched_at=day(3))) == "unchanged"
    assert archive.add(back) == "updated"
    assert [revision.content_hash for revision in archive.revisions(old.id)] == [each.content_hash for each in (old, new, back)]
    assert archive.get(old.id) == back
    assert [archive.add(text) for text in (new, old, back, replace(new, fetched_at=None))] == ["unchanged"] * 4
    assert archive.last_change() == 3


def test_when_a_text_was_fetched_is_known_at_the_latest_when_it_is_archived(archive: Archive) -> None:
    old, new = article(), article(text="Đoạn đã sửa.")
    archive.add(old)
    archive.add(new)
    assert archive.add(replace(old, fetched_at=day(1))) == "unchanged"
    assert archive.add(replace(old, fetched_at=datetime.now(timezone.utc) + timedelta(minutes=1))) == "updated"


def test_a_fetch_of_an_unchanged_text_counts(archive: Archive) -> None:
    texts = article(fetched_at=day(1)), article(fetched_at=day(9)), article(text="Đoạn đã sửa.", fetched_at=day(5))
    assert [archive.add(text) for text in texts] == ["added", "unchanged", "updated"]
    assert [archive.add(text) for text in texts] == ["unchanged"] * 3


ADDED = st.tuples(st.integers(1, 2), st.sampled_from("abc"), st.none() | st.integers(1, 6))


@pytest.mark.slow
@given(st.lists(ADDED, max_size=12), st.integers(0, 12), st.sets(st.integers(1, 2)), st.randoms(use_true_random=False))
def test_the_same_inputs_once_more_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    inputs: list[tuple[int, str, int | None]],
    done: int,
    withdrawn: set[int],
    chance: random.Random,
) -> None:
    """Also not when they come in another order, or when the first run was broken off, or when articles were withdrawn since."""
    articles = [article(number, text, fetched_at=on and day(on)) for number, text, on in inputs]
    folder = tmp_path_factory.mktemp("kho")
    with (
        Archive.open(folder / "mot.sqlite3", create=True) as whole,
        Archive.open(folder / "hai.sqlite3", create=True) as resumed,
        whole.batch(),
        resumed.batch(),
    ):
        for made in articles:
            whole.add(made)
        for made in articles[:done] + articles:
            resumed.add(made)
        for number in withdrawn:
            assert whole.withdraw(article(number).id) == resumed.withdraw(article(number).id)
        assert resumed.revisions_at(range(99)) == whole.revisions_at(range(99))
        before = list(whole.changes()), whole.revisions_at(range(99))
        for made in chance.sample(articles, len(articles)):
            assert whole.add(made) == "unchanged"
        assert (list(whole.changes()), whole.revisions_at(range(99))) == before


def test_every_attribute_comes_back(archive: Archive) -> None:
    whole = Article(
        title="Quảng Ninh",
        lead="Tóm tắt.",
        blocks=(Block("heading", "Đầu đề"), Block("caption", "Chú thích", "Ảnh: An"), Block("paragraph", "Đoạn.")),
        url="https://tin.example/x?a=1",
        authors=("Lê An", "Trần Bình"),
        source="Báo Mẫu",
        section="Xã hội",
        tags=("nông thôn mới",),
        published=datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM),
        modified=datetime(2022, 7, 12, 2, 0, tzinfo=timezone.utc),
        fetched_at=datetime(2024, 1, 1, 1, 1, 1, 5, tzinfo=timezone.utc),
        related=(RelatedLink("Bài khác", "https://tin.example/y"), RelatedLink("Bài nữa")),
        origins={"title": "json-ld"},
        notes=("Bỏ ngày sai.",),
    )
    archive.add(whole)
    assert archive.get(whole.id) == whole
    assert archive.revision(1) == whole


def test_two_addresses_with_one_id_are_not_mixed(archive: Archive) -> None:
    archive.add(article(1))
    # Sixty bits of hash do not collide in a test; pretend that they did.
    collision = article(2)
    collision.__dict__["id"] = article(1).id
    with pytest.raises(IdentityTaken, match="tin.example/2"):
        archive.add(collision)
    assert archive.get(article(1).id) == article(1)
    assert archive.last_change() == 1


def test_articles_without_address_are_known_by_their_text(archive: Archive) -> None:
    one, two = article(url=""), article(url="", text="Đoạn khác.")
    assert [archive.add(each) for each in (one, two, one)] == ["added", "added", "unchanged"]
    assert archive.add(replace(one, title=one.title.upper())) == "updated"  # the same id but for case


# Pages


def test_the_raw_page_of_each_revision_is_kept(archive: Archive) -> None:
    old, new = article(), article(text="Đoạn đã sửa.")
    archive.add(old, b"<p>trang 1")
    archive.add(new, b"<p>trang 2")
    archive.add(article(text="Không có trang."))
    assert [archive.pages.of(old.id, change) for change in (1, 2, 3)] == [b"<p>trang 1", b"<p>trang 2", None]
    assert archive.pages.of(old.id) == b"<p>trang 2"
    assert archive.pages.of("khac", 1) is None
    assert archive.pages.of(old.id, 2**70) is None and archive.pages.of(old.id, -1) is None


def test_a_page_is_kept_with_an_unchanged_article_that_had_none(archive: Archive) -> None:
    archive.add(article())
    assert archive.add(article(), b"<p>1") == "unchanged"
    assert archive.add(article(), b"<p>2") == "unchanged"
    assert archive.pages.of(article().id) == b"<p>1"
    assert archive.last_change() == 1


def test_a_page_that_was_read_by_this_reader_is_known(archive: Archive) -> None:
    page = b"<p>\x00\xff" * 1000
    assert not archive.pages.holds(page, 1)
    archive.add(article(), page, reader=1)
    assert archive.pages.holds(page, 1)
    assert not archive.pages.holds(page, 2)
    assert archive.add(article(), page, reader=2) == "unchanged"
    assert archive.pages.holds(page, 2)
    archive.add(article(text="Đã sửa."), b"<p>2", reader=2)
    assert archive.pages.holds(page, 2)  # the source of an old revision
    assert archive.pages.holds(page, 2, day(1))
    assert not archive.pages.holds(page, 2, datetime.now(timezone.utc) + timedelta(minutes=1))
    archive.withdraw(article().id)
    assert not archive.pages.holds(b"<p>2", 1)


def test_pages_of_an_earlier_text_are_kept_with_it(archive: Archive) -> None:
    archive.add(article())
    archive.add(article(text="Đã sửa."), b"<p>2", reader=1)
    assert archive.add(article(), b"<p>1", reader=1) == "unchanged"
    assert [archive.pages.of(article().id, change) for change in (1, 2)] == [b"<p>1", b"<p>2"]
    assert archive.pages.of(article().id) == b"<p>2"


# Withdrawing


def test_a_withdrawn_article_leaves_and_its_revisions_stay(archive: Archive) -> None:
    one = article()
    archive.add(one, b"<p>")
    assert archive.withdraw(one.id) is True
    assert archive.withdraw(one.id) is False
    assert archive.withdraw("khongcobai12") is False
    assert archive.get(one.id) is None and archive.pages.of(one.id) is None
    assert list(archive.ids()) == [] and list(archive.articles()) == []
    assert archive.revision(1) == one and archive.pages.of(one.id, 1) == b"<p>"
    assert [revision.change for revision in archive.revisions(one.id)] == [1]
    assert list(archive.changes()) == [Change(2, one.id, True)]


def test_a_withdrawn_article_stays_withdrawn_when_a_text_it_had_is_added(archive: Archive) -> None:
    old, new = article(), article(text="Đoạn đã sửa.")
    archive.add(old)
    archive.add(new)
    archive.withdraw(old.id)
    later = datetime.now(timezone.utc) + timedelta(minutes=1)
    assert [archive.add(text) for text in (old, new, replace(new, fetched_at=later))] == ["unchanged"] * 3
    assert list(archive.changes()) == [Change(3, old.id, True)]
    assert archive.get(old.id) is None


def test_a_withdrawn_article_comes_back_with_a_new_text(archive: Archive) -> None:
    archive.add(article())
    archive.withdraw(article().id)
    new = article(text="Đoạn đã sửa.")
    assert archive.add(new) == "added"
    assert list(archive.changes()) == [Change(3, new.id, False)]
    assert archive.get(new.id) == new
    assert archive.add(article()) == "unchanged"
    assert archive.get(new.id) == new


# Changes


def test_changes_since_a_watermark(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.archive.archive._PAGE_OF_ROWS", 2)
    for number in range(1, 6):
        archive.add(article(number))
    archive.add(article(2, "Đã sửa."))
    archive.withdraw(article(4).id)
    assert [(change.number, change.withdrawn) for change in archive.changes(0)] == [
        (1, False),
        (3, False),
        (5, False),
        (6, False),
        (7, True),
    ]
    assert [change.number for change in archive.changes(5)] == [6, 7]
    assert list(archive.changes(7)) == []
    assert archive.last_change() == 7
    assert archive.revisions_at([1, 6, 7, 99, 2**70, -1]) == {1: article(1), 6: article(2, "Đã sửa.")}
    with pytest.raises(KeyError):
        archive.revision(7)
    ids = sorted(article(number).id for number in (1, 2, 3, 5))
    assert list(archive.ids()) == ids
    assert [each.id for each in archive.articles()] == ids


def test_numbers_are_not_used_again_after_a_batch_that_failed(archive: Archive) -> None:
    archive.add(article(1))
    with pytest.raises(RuntimeError), archive.batch():
        archive.add(article(2))
        raise RuntimeError
    assert archive.get(article(2).id) is None
    assert archive.last_change() == 1
    archive.add(article(3))
    assert [change.article_id for change in archive.changes(1)] == [article(3).id]


def test_batches_nest(archive: Archive) -> None:
    with pytest.raises(RuntimeError), archive.batch():
        with archive.batch():
            archive.add(article(1))
        raise RuntimeError
    assert archive.get(article(1).id) is None


OPERATION = st.tuples(st.sampled_from(["add", "add", "withdraw"]), st.integers(1, 3), st.sampled_from("abc"))


@pytest.mark.slow
@given(st.lists(OPERATION, max_size=25))
def test_the_archive_remembers_like_a_list(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, int, str]]
) -> None:
    current: dict[str, Article] = {}
    history: list[tuple[str, Article | None]] = []
    with Archive.open(tmp_path_factory.mktemp("kho") / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for operation, number, text in operations:
            made = article(number, text)
            if operation == "withdraw":
                assert archive.withdraw(made.id) == (made.id in current)
                history += [(made.id, None)] if current.pop(made.id, None) else []
            else:
                known = (made.id, made) in history
                assert archive.add(made) == ("unchanged" if known else "updated" if made.id in current else "added")
                history += [] if known else [(made.id, made)]
                current |= {} if known else {made.id: made}
        assert archive.last_change() == len(history)
        for change, (article_id, kept) in enumerate(history, 1):
            assert archive.revisions_at([change]) == ({change: kept} if kept else {})
            latest = max(number for number, (other, _) in enumerate(history, 1) if other == article_id)
            expected = [Change(latest, article_id, history[latest - 1][1] is None)] if latest >= change else []
            assert [seen for seen in archive.changes(change - 1) if seen.article_id == article_id] == expected
        assert {each.id: each for each in archive.articles()} == current
        assert archive.check() == []


# Rejects


def test_rejects_are_kept_once_and_cleared_when_read(archive: Archive) -> None:
    archive.rejects.keep("/tin/a.html", told("home_page"), page=b"<p>")
    archive.rejects.keep("/tin/b.jsonl", told("line_too_deep"), line=7)
    first = archive.rejects.listed()
    archive.rejects.keep("/tin/a.html", told("home_page"), page=b"<p>")
    assert archive.rejects.listed() == first
    assert [(reject.origin, reject.line, reject.reason) for reject in first] == [
        ("/tin/a.html", None, "Đây là trang chủ, không phải một bài báo."),
        ("/tin/b.jsonl", 7, "Dòng JSON lồng nhau quá sâu."),
    ]
    assert archive.rejects.page(first[0].number) == b"<p>" and archive.rejects.page(first[1].number) is None
    archive.rejects.keep("/tin/a.html", told("page_empty"), page=b"<p>")
    assert [reject.reason for reject in archive.rejects.listed()] == [
        "Trang trống, không có nội dung.",
        "Dòng JSON lồng nhau quá sâu.",
    ]
    assert archive.rejects.listed(limit=1, offset=1) == [first[1]]
    archive.add(article(), origin="/tin/a.html")
    assert archive.rejects.listed() == [first[1]]
    archive.rejects.clear("/tin/b.jsonl", 7)
    assert archive.rejects.listed() == []


def test_why_something_was_refused_is_told_in_each_language(archive: Archive) -> None:
    archive.rejects.keep("a.jsonl", told("line_no_object", given=told("given_list")), line=2)
    archive.rejects.keep("b.html", told("home_page"))
    with archive.batch():  # as archives kept it before there were keys
        archive.file.run("UPDATE reject SET reason = 'Trang trống.' WHERE origin = 'b.html'")
        archive.file.seal("reject", "origin = 'b.html'")
    assert archive.check() == []
    assert [[reject.in_words(language) for language in ("vi", "en")] for reject in archive.rejects.listed()] == [
        ["Mỗi dòng cần là một đối tượng JSON, nhận được một danh sách.", "Each line must be a JSON object, not a list."],
        ["Trang trống.", "Trang trống."],
    ]


def test_another_refused_page_does_not_push_out_the_one_before(archive: Archive) -> None:
    pages = [b"<p>1", b"<p>2", None, b""]
    for _ in range(3):  # what is refused again does not pile up
        for page in pages:
            archive.rejects.keep("/tin/a.html", told("home_page"), page=page)
            archive.rejects.keep("/tin/a.html", told("home_page"), line=1, page=page)
    rejects = archive.rejects.listed()
    assert {(reject.line, archive.rejects.page(reject.number)) for reject in rejects} == {
        (line, page) for line in (None, 1) for page in pages
    }
    assert len(rejects) == 8
    archive.rejects.clear("/tin/a.html", 1)
    assert {reject.line for reject in archive.rejects.listed()} == {None}
    archive.add(article(), origin="/tin/a.html")
    assert archive.rejects.listed() == []


# The whole


def test_how_a_page_was_fetched_is_kept_with_its_revision(archive: Archive) -> None:
    first = Capture("http://bao.example/1?utm_source=x", day(1), b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n")
    later = Capture("http://bao.example/1", day(3), record="urn:uuid:1")
    archive.add(article(), b"<p>", capture=later)
    for capture in (first, later, first):
        assert archive.add(article(), b"<p>", capture=capture) == "unchanged"
    archive.add(article(text="Đoạn hai."), b"<p>2", capture=later)
    assert (archive.captures.of(1), archive.captures.of(2), archive.captures.of(3)) == ([first, later], [later], [])
    assert archive.check() == []


def test_a_capture_says_of_which_page_it_was_and_whether_that_was_read(archive: Archive) -> None:
    first, later = (Capture("http://bao.example/1", day(number), record="urn:uuid:1") for number in (1, 3))
    archive.add(article(fetched_at=day(1)), b"<p>", reader=2, capture=first)
    archive.add(article(fetched_at=day(3)), b"<p >", reader=2, capture=later)
    digests = [hashlib.sha256(page).digest() for page in (b"<p>", b"<p >")]
    assert [each.sha256 for each in archive.captures.of(1)] == digests
    held = replace(later, sha256=digests[1])
    assert archive.captures.holds(held, 2)
    assert not archive.captures.holds(held, 3)
    others = [replace(held, **{name: value}) for name, value in
              {"url": "http://bao.example/2", "captured_at": day(2), "record": "", "sha256": digests[0]}.items()]  # fmt: skip
    assert not any(archive.captures.holds(each, 2) for each in others)
    archive.add(article(fetched_at=day(3)), b"<p >", reader=3, capture=later)
    assert archive.captures.holds(held, 3)
    archive.withdraw(article().id)
    assert not archive.captures.holds(held, 2)


def test_a_capture_stays_with_the_revision_it_was_kept_with(archive: Archive) -> None:
    capture = Capture("http://bao.example/1", day(1))
    archive.add(article(fetched_at=day(1)), b"<p>", capture=capture)
    archive.add(article(text="Đoạn hai.", fetched_at=day(2)))
    archive.add(article(fetched_at=day(3)))
    archive.add(article(fetched_at=day(1)), b"<p>", capture=capture)
    assert [archive.captures.of(each.change) for each in archive.revisions(article().id)] == [[capture], [], []]


def test_when_a_text_was_seen_may_be_told_apart_from_when_it_was_fetched(archive: Archive) -> None:
    archive.add(article(), seen_at=day(1))
    archive.add(article(text="Đoạn hai."), seen_at=day(5))
    assert archive.add(article(), seen_at=day(4)) == "unchanged"
    assert archive.add(article(), seen_at=day(6)) == "updated"
    assert len(archive.revisions(article().id)) == 3


def test_an_article_is_gone_and_back_by_turns(archive: Archive) -> None:
    for number in (1, 2):
        archive.add(article(number))
    keep, id = archive.absences.keep, article(1).id
    assert not keep(id, gone=False, seen_at=day(1), reason=told("no_text")), "it has never been gone"
    assert keep(id, gone=True, seen_at=day(2), reason=told("no_text"))
    assert not keep(id, gone=True, seen_at=day(3), reason=told("no_text"))
    assert archive.absences.of([id, article(2).id]) == {id: Absence(1, id, day(2), True, told("no_text"))}
    assert keep(id, gone=False, seen_at=day(4), reason=told("no_text"))
    assert archive.absences.of([id]) == {} and archive.get(id) == article(1) and archive.check() == []
    keep(article(2).id, gone=True, seen_at=day(5), reason=told("no_text"))
    assert [(one.number, one.gone) for one in archive.absences.newest(2)] == [(3, True), (2, False)]
    assert [one.number for one in archive.absences.newest(5, before=3)] == [2, 1]
    assert archive.absences.last() == 3


def test_statistics(archive: Archive, path: Path) -> None:
    nothing = archive.statistics()
    assert (nothing.articles, nothing.first_published, nothing.sources) == (0, None, ())
    archive.add(article(1, published=datetime(2022, 1, 1, 5, tzinfo=VIETNAM)), b"<p>")
    archive.add(article(1, "Đã sửa.", published=datetime(2022, 1, 1, 5, tzinfo=VIETNAM)))
    archive.add(article(2, source="Báo Hai", published=datetime(2021, 12, 31, 23, tzinfo=timezone.utc)))
    archive.add(article(3, published=datetime(1990, 1, 1, tzinfo=VIETNAM)))
    archive.add(article(4))
    archive.withdraw(article(3).id)
    archive.rejects.keep("x", told("no_title"))
    figures = archive.statistics()
    assert (figures.articles, figures.revisions, figures.withdrawn, figures.pages, figures.rejects) == (3, 5, 1, 1, 1)
    assert figures.first_published == datetime(2022, 1, 1, 5, tzinfo=VIETNAM)
    assert figures.last_published == datetime(2022, 1, 1, 6, tzinfo=VIETNAM)
    assert figures.last_published is not None and figures.last_published.utcoffset() == timedelta(hours=7)
    assert figures.sources == (("Báo Mẫu", 2), ("Báo Hai", 1))
    assert figures.bytes >= path.stat().st_size


def test_identity_is_drawn_once(archive: Archive, path: Path, tmp_path: Path) -> None:
    with Archive.open(path, read_only=True) as again, Archive.open(tmp_path / "khac.sqlite3", create=True) as other:
        assert again.traits.identity() == archive.traits.identity() != other.traits.identity()
    assert len(archive.traits.identity()) == 32


def test_the_file_is_the_owners_alone(archive: Archive, path: Path) -> None:
    archive.add(article())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_check_finds_what_was_tampered_with(path: Path) -> None:
    with Archive.open(path, create=True) as archive:
        for number in (1, 2, 3):
            archive.add(article(number), b"<p>%d" % number)
        assert archive.check() == []
    forged = record.encode(article(1, "Đoạn giả mạo."))
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE change SET record = ? WHERE number = 1", [forged])
        connection.execute("UPDATE change SET record = x'00' WHERE number = 2")
        connection.execute("UPDATE page SET body = ? WHERE change = 3", [zlib.compress(b"<p>khac")])
        connection.execute("DELETE FROM article WHERE id = ?", [article(3).id])
    connection.close()
    with Archive.open(path) as archive:
        problems = archive.check()
        assert [
            sum(word in problem for problem in map(str, problems))
            for word in (article(1).id, article(2).id, "trang gốc", "change")
        ] == [1, 1, 1, 1]
        with pytest.raises(ArchiveDamaged, match="thay đổi 2"):
            archive.get(article(2).id)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("trait SET value = lower(hex(randomblob(16))) WHERE name = 'identity'", "identity"),
        ("trait SET name = 'notice-en' WHERE name = 'notice-vi'", "notice-en"),
        ("article SET withdrawn = 1 WHERE id = :id", ":id"),
        ("article SET url = 'https://khac.example/1' WHERE id = :id", ":id"),
        ("article SET source = 'Báo Khác' WHERE id = :id", ":id"),
        ("article SET source = CAST(source AS BLOB) WHERE id = :id", ":id"),
        ("article SET source_origin = 'meta' WHERE id = :id", ":id"),
        ("article SET published = NULL WHERE id = :id", ":id"),
        ("article SET published = 'hôm qua' WHERE id = :id", ":id"),
        ("article SET seen = 'x' WHERE id = :id", ":id"),
        ("change SET archived_at = '1999-01-01T00:00:00+00:00' WHERE number = 1", "Thay đổi 1 "),
        ("change SET archived_at = CAST(x'ff' AS TEXT) WHERE number = 1", "Thay đổi 1 "),
        ("change SET content_hash = 'x' WHERE number = 1", "Thay đổi 1 "),
        ("change SET record = 5 WHERE number = 1", "Thay đổi 1 "),
        ("change SET seal = NULL WHERE number = 1", "Thay đổi 1 "),
        ("page SET sha256 = x'00' WHERE change = 1", "thay đổi 1"),
        ("page SET reader = 99 WHERE change = 1", "thay đổi 1"),
        ("page SET body = 'x' WHERE change = 1", "Thay đổi 1"),
        ("reject SET origin = CAST(x'41ff42' AS TEXT)", "A\\xffB"),
        ("reject SET line = 7", "Đầu vào bị loại 1"),
        ("reject SET reason = ''", "Đầu vào bị loại 1"),
        ("reject SET rejected_at = 'hôm qua'", "Đầu vào bị loại 1"),
        ("reject SET page = NULL", "Đầu vào bị loại 1"),
        ("capture SET url = 'https://bao.example/khac'", "Lần lấy trang của thay đổi 1"),
        ("capture SET captured_at = 'hôm qua'", "Lần lấy trang của thay đổi 1"),
        ("capture SET headers = x'00'", "Lần lấy trang của thay đổi 1"),
        ("capture SET record = 'urn:uuid:1'", "Lần lấy trang của thay đổi 1"),
        ("absence SET seen_at = 'hôm qua'", "Lần vắng bài 1 (bài :id)"),
        ("absence SET gone = 0", "Lần vắng bài 1 (bài :id)"),
        ("absence SET reason = ''", "Lần vắng bài 1 (bài :id)"),
        ("era SET line = x'ff'", "era"),
    ],
)
def test_every_value_is_covered_by_a_hash(path: Path, change: str, named: str) -> None:
    published = datetime(2024, 5, 1, tzinfo=VIETNAM)
    with Archive.open(path, create=True) as archive:
        capture = Capture("http://bao.example/1?utm_source=x", published, b"HTTP/1.1 200 OK\r\n\r\n")
        archive.add(article(1, published=published, origins={"source": "given"}), b"<p>1", reader=2, capture=capture)
        archive.absences.keep(article(1).id, gone=True, seen_at=published, reason=told("no_text"))
        archive.add(article(2), b"<p>2")
        archive.rejects.keep("trang.html", told("no_text"), page=b"<p>")
        archive.traits.set_notices({"vi": "Kho thử."})
        assert archive.check() == []
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    id = article(1).id
    assert connection.execute("UPDATE " + change.replace(":id", f"'{id}'")).rowcount == 1
    connection.commit()
    connection.close()
    with Archive.open(path) as archive:
        problems = archive.check()
        assert any(named.replace(":id", id) in problem for problem in map(str, problems)), problems
        assert not any(re.search("[ạảấầẩậắằặẹẻếềểệỉịọỏốồổộớờợụủứừửữựỳỵỷỹđ]", problem.in_words("en")) for problem in problems)
        for read in (
            archive.statistics,
            archive.rejects.listed,
            archive.traits.identity,
            archive.traits.notices,
            lambda: archive.get(id),
            lambda: archive.revisions(id),
            lambda: archive.headings_at([1, 2]),
            lambda: archive.pages.of(id),
            lambda: archive.rejects.page(1),
            lambda: archive.captures.of(1),
            lambda: archive.absences.of([id]),
            lambda: list(archive.articles()),
        ):
            try:
                read()
            except ArchiveDamaged as error:
                assert "lucbao restore" in str(error)
        assert archive.get(article(2).id) == article(2), "damage of one row is no other's"


def test_what_is_shown_has_been_compared_with_its_hash(path: Path) -> None:
    with Archive.open(path, create=True) as archive:
        archive.add(article(1))
        archive.add(article(2))
    connection = sqlite3.connect(path)
    forged = record.encode(replace(article(1), source="Báo Khác"))  # of which the hash of the text says nothing
    connection.execute("UPDATE change SET record = ? WHERE number = 1", [forged])
    connection.execute("UPDATE change SET archived_at = '1999-01-01T00:00:00+00:00' WHERE number = 2")
    connection.commit()
    connection.close()
    with Archive.open(path) as archive:
        for read in (archive.get, archive.revisions):
            for number in (1, 2):
                with pytest.raises(ArchiveDamaged, match=f"thay đổi {number}"):
                    read(article(number).id)
        with pytest.raises(ArchiveDamaged):
            archive.revision(1)


@pytest.mark.parametrize("value", ["1999-01-01", b"\xff", 2.5])
def test_a_change_number_that_is_none_is_damage(path: Path, value: object) -> None:
    with Archive.open(path, create=True) as archive:
        archive.add(article(1))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE article SET change = ?", (value,))
    with Archive.open(path, read_only=True) as archive:
        assert archive.check()
        for ask in (archive.last_change, lambda: list(archive.changes())):
            with pytest.raises(ArchiveDamaged, match="số thay đổi"):
                ask()


@pytest.mark.parametrize("change", ["SET seq = 1", "SET seq = 'x'", "SET seq = NULL", "SET name = 'khác'"])
def test_a_last_number_that_is_wrong_is_damage(path: Path, change: str) -> None:
    with Archive.open(path, create=True) as archive:
        archive.add(article(1))
        archive.add(article(2))
        assert archive.check() == []
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE sqlite_sequence {change} WHERE name = 'change'")
    with Archive.open(path, read_only=True) as archive:
        assert list(map(str, archive.check())) == ["Số thay đổi đã cấp không đọc được hoặc nhỏ hơn thay đổi cuối, 2."]


def test_an_archive_of_before_sealing_is_sealed_as_it_is(path: Path) -> None:
    with Archive.open(path, create=True) as archive:
        archive.add(article(1), b"<p>1")
        archive.rejects.keep("trang.html", told("no_text"), page=b"<p>")
        archive.withdraw(article(1).id)
        archive.add(article(2))
    connection = sqlite3.connect(path)
    as_before_sealing(connection)
    connection.commit()
    connection.close()
    with Archive.open(path, read_only=True) as archive:
        assert archive.check() == []
        assert archive.get(article(2).id) == article(2)
        assert [revision.change for revision in archive.revisions(article(1).id)] == [1]


# Opening


def test_no_archive(tmp_path: Path) -> None:
    for options in ({}, {"read_only": True}, {"read_only": True, "create": True}):
        with pytest.raises(ArchiveMissing, match="lucbao add"):
            Archive.open(tmp_path / "kho.sqlite3", **options)
    (tmp_path / "trong.sqlite3").touch()  # what a creation that was killed at once leaves behind
    with pytest.raises(ArchiveMissing, match="trống"):
        Archive.open(tmp_path / "trong.sqlite3")
    with Archive.open(tmp_path / "trong.sqlite3", create=True) as archive:
        assert archive.add(article()) == "added"
    with pytest.raises(ArchiveMissing):
        Archive.open(tmp_path, create=True)
    with pytest.raises(ArchiveMissing):
        Archive.open(tmp_path / "trong.sqlite3" / "kho.sqlite3", create=True)


def test_other_files_are_refused_and_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "khac.sqlite3"
    connection = sqlite3.connect(foreign)
    with connection:
        connection.execute("CREATE TABLE ghi_chu (x)")
    connection.close()
    text = tmp_path / "thu.txt"
    text.write_text("Đây không phải cơ sở dữ liệu. " * 50, encoding="utf-8")
    for path in (foreign, text):
        before = path.read_bytes()
        with pytest.raises(ArchiveDamaged):
            Archive.open(path, create=True)
        assert path.read_bytes() == before
    with pytest.raises(ArchiveDamaged, match="không phải kho của Lục Báo"):
        Archive.open(foreign)


def test_a_newer_archive_is_refused(path: Path) -> None:
    Archive.open(path, create=True).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(ArchiveDamaged, match="nâng cấp Lục Báo"):
        Archive.open(path)


@pytest.mark.parametrize("read_only", [False, True])
def test_an_older_archive_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool) -> None:
    with Archive.open(path, create=True) as archive:
        archive.add(article(), b"<p>")
        identity = archive.traits.identity()
    newer = (
        "-- nơi chốn; mới\nALTER TABLE article ADD COLUMN place TEXT NOT NULL DEFAULT ';'; CREATE INDEX article_place ON article (place)",
    )
    monkeypatch.setattr(archive_schema, "STEPS", archive_schema.STEPS + newer)
    with Archive.open(path, read_only=read_only) as archive:
        assert archive.get(article().id) == article()
        assert archive.pages.of(article().id) == b"<p>" and archive.traits.identity() == identity
        assert archive.check() == []
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT place FROM article").fetchall() == [(";",)]
    assert connection.execute("PRAGMA user_version").fetchone() == (len(archive_schema.STEPS),)
    connection.close()


def as_before_sealing(connection: sqlite3.Connection) -> None:
    """Make the file what it was before rows had seals."""
    for table in ("capture", "absence", "target", "visit", "host", "difference"):
        connection.execute(f"DROP TABLE {table}")
    for table in ("trait", "article", "change", "page", "reject"):
        connection.execute(f"ALTER TABLE {table} DROP COLUMN seal")
    connection.execute("DROP TABLE era")
    connection.execute("PRAGMA user_version=2")


def test_captures_of_before_they_had_digests_stay_sound(path: Path) -> None:
    capture = Capture("http://bao.example/1", day(1), b"HTTP/1.1 200 OK\r\n\r\n", "urn:uuid:1")
    with Archive.open(path, create=True) as archive:
        archive.add(article(), b"<p>", capture=capture)
    connection = sqlite3.connect(path)
    connection.execute("DROP INDEX capture_by_sha256")
    for column in ("sha256", "reader"):
        connection.execute(f"ALTER TABLE capture DROP COLUMN {column}")
    connection.execute(f"PRAGMA user_version={len(archive_schema.STEPS) - 1}")
    connection.close()
    with Archive.open(path, read_only=True) as archive:
        assert [(each, each.sha256) for each in archive.captures.of(1)] == [(capture, b"")]
        assert archive.check() == []


@pytest.mark.parametrize("damaged", [False, True])
def test_an_archive_of_before_papers_were_named_learns_where_sources_were_found(path: Path, damaged: bool) -> None:
    read_off = replace(article(1), source="Công ty CP Núi", origins={"source": "meta"})
    given = replace(article(2), source="Báo Núi", origins={"source": "given"})
    with Archive.open(path, create=True) as archive:
        for each in (read_off, given, article(3)):
            archive.add(each)
        archive.withdraw(article(3).id)
    connection = sqlite3.connect(path)
    as_before_sealing(connection)
    connection.execute("ALTER TABLE article DROP COLUMN source_origin")
    if damaged:
        connection.execute("UPDATE change SET record = x'00' WHERE article_id = ?", (given.id,))
    connection.execute("PRAGMA user_version=1")
    connection.commit()
    connection.close()
    with Archive.open(path, read_only=True) as archive:
        origins = {stated.source: stated.origin for stated in archive.stated_sources()}
        assert origins == {"Công ty CP Núi": "meta", "Báo Núi": "" if damaged else "given"}
        assert archive.named_by(PaperTable()).get(read_off.id) == read_off.of_paper("tin.example")
        assert bool(archive.check()) == damaged


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Archive.open(path, create=True).close()
    with monkeypatch.context() as newer:
        newer.setattr(archive_schema, "STEPS", (*archive_schema.STEPS, "CREATE TABLE moi (x); INSERT INTO khong_co VALUES (1)"))
        with pytest.raises(ArchiveDamaged, match="khong_co"):
            Archive.open(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'moi'").fetchone() == (0,)
    connection.close()
    Archive.open(path).close()


def test_a_read_only_archive_is_not_written(path: Path, archive: Archive) -> None:
    archive.add(article())
    with Archive.open(path, read_only=True) as reader:
        assert reader.get(article().id) == article()
        with pytest.raises(ArchiveMissing):
            reader.add(article(2))


def test_a_closed_archive_says_so(path: Path) -> None:
    archive = Archive.open(path, create=True)
    archive.close()
    archive.close()
    with pytest.raises(ValueError, match="closed"):
        archive.last_change()


# Trouble


def test_busy(path: Path, archive: Archive) -> None:
    archive.add(article())
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with Archive.open(path, wait=0.05) as other:
        with pytest.raises(ArchiveBusy, match="lệnh khác"):
            other.add(article(2))
        assert other.get(article().id) == article()  # reading does not wait
        writer.execute("ROLLBACK")
        assert other.add(article(2)) == "added"
    writer.close()


def test_a_full_disk_loses_only_the_batch_that_met_it(path: Path) -> None:
    with Archive.open(path, create=True) as archive:
        archive.add(article(1))
        archive.file.rows(f"PRAGMA max_page_count={path.stat().st_size // 4096 + 30}")
        with pytest.raises(ArchiveFull, match="dọn chỗ"), archive.batch():
            for number in range(2, 100):
                archive.add(article(number), os.urandom(20_000))
        assert [each.id for each in archive.articles()] == [article(1).id]
        assert archive.add(article(2)) == "added"
        assert archive.check() == []


@pytest.mark.parametrize("part", ["header", "middle", "end cut off"])
def test_a_damaged_file_is_told_from_a_sound_one(path: Path, part: str) -> None:
    with Archive.open(path, create=True) as archive, archive.batch():
        for number in range(200):
            archive.add(article(number, "Đoạn dài. " * 50))
    content = bytearray(path.read_bytes())
    if part == "header":
        content[:100] = b"x" * 100
    elif part == "middle":
        content[8192 : len(content) // 2] = b"x" * (len(content) // 2 - 8192)
    else:
        del content[len(content) // 2 :]
    path.write_bytes(content)
    try:
        with Archive.open(path) as archive:
            assert archive.check()
    except ArchiveDamaged as error:
        assert str(path) in str(error) and "sao lưu" in str(error)


# Threads


@pytest.mark.slow
def test_threads_read_while_one_writes(path: Path, archive: Archive) -> None:
    archive.add(article(0))
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert archive.get(article(0).id) == article(0)
                changes = [change.number for change in archive.changes()]
                assert changes == sorted(set(changes))
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 60):
        with archive.batch():
            archive.add(article(number))
            archive.add(article(1000 + number))
    done.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert archive.last_change() == 119


def test_a_batch_is_not_seen_by_others_before_it_ends(archive: Archive) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(archive.last_change())

    with archive.batch():
        archive.add(article())
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    look()
    assert seen == [0, 1]


def test_connections_of_ended_threads_are_closed(archive: Archive) -> None:
    for _ in range(20):
        thread = threading.Thread(target=archive.last_change)
        thread.start()
        thread.join()
    assert len(archive.file._connections) <= 3


def test_several_may_make_the_archive_at_once(path: Path) -> None:
    failures: list[BaseException] = []

    def make(number: int) -> None:
        try:
            with Archive.open(path, create=True) as archive:
                archive.add(article(number))
        except BaseException as error:
            failures.append(error)

    makers = [threading.Thread(target=make, args=[number]) for number in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert not failures
    with Archive.open(path) as archive:
        assert archive.last_change() == 6 and archive.check() == []


# Records


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.slow
@given(
    st.builds(
        Article,
        title=TEXTS,
        blocks=st.lists(st.builds(Block, st.sampled_from(["heading", "paragraph", "caption"]), TEXTS, TEXTS), max_size=4).map(
            tuple
        ),
        lead=TEXTS,
        url=TEXTS,
        authors=st.lists(TEXTS, max_size=3).map(tuple),
        published=st.none() | st.datetimes(timezones=st.just(VIETNAM)),
        related=st.lists(st.builds(RelatedLink, TEXTS, TEXTS), max_size=3).map(tuple),
        origins=st.dictionaries(TEXTS, TEXTS, max_size=3),
        notes=st.lists(TEXTS, max_size=2).map(tuple),
    )
)
def test_a_record_gives_back_its_article(made: Article) -> None:
    assert record.decode(record.encode(made)) == made


def test_an_article_is_read_under_the_id_it_is_kept_by(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add(article())
    kept_by = article().id
    monkeypatch.setattr("corpus.article.article_id", lambda *_: "made anew")
    assert [found.id for found in (archive.get(kept_by), archive.revision(1), *archive.articles()) if found] == [kept_by] * 3
    assert archive.check() != []
    monkeypatch.undo()


@pytest.mark.parametrize("kept", ["{}", '{"title": "a", "place": ["Huế"], "blocks": []}'])
def test_records_of_other_versions_are_read(kept: str) -> None:
    assert record.decode(zlib.compress(kept.encode())).blocks == ()


@pytest.mark.parametrize(
    "kept", [b"", b"x", zlib.compress(b"{"), zlib.compress(b"[]"), zlib.compress(b'{"blocks": [1]}'), zlib.compress(b"\xff")]
)
def test_a_damaged_record_is_a_value_error(kept: bytes) -> None:
    with pytest.raises(ValueError):
        record.decode(kept)


@pytest.mark.parametrize("title", ["", "Đường về xã", 'Nói: "được" \\ rồi', "đ" * 499, "Dài " * 300, "🙂" * 260])
def test_a_heading_is_what_the_whole_record_says(archive: Archive, title: str) -> None:
    lead = "" if title else '{"title":"bẫy"}'
    article = Article(title, (Block("paragraph", "Một đoạn dài về xã. " * 200),), url="https://bao.example/tit", lead=lead)
    with archive.batch():
        archive.add(article)
        archive.add(Article("Bài khác", (Block("paragraph", "Chữ."),), url="https://bao.example/khac"))
        archive.withdraw(article.id)
    headings = archive.headings_at([1, 2, 3, 4])
    assert [(change, one.article_id, one.title) for change, one in sorted(headings.items())] == [
        (change, kept.id, kept.title) for change, kept in sorted(archive.revisions_at([1, 2, 3, 4]).items())
    ]
    assert headings[1].archived_at == archive.revisions(article.id)[0].archived_at
