"""corpus.difference, corpus.archive.difference: what is kept of each change, and what it can be asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive import schema as archive_schema
from corpus.article import Article, Block
from corpus.difference import difference, lost


def article(*texts: str, title: str = "Giá vé", tags: tuple[str, ...] = ()) -> Article:
    return Article(title, tuple(Block("paragraph", text) for text in texts), url="https://bao.example/1", tags=tags)


OLD = article("Vé tháng là 155.000 đồng.", "Không đổi.")
NEW = article("Vé tháng là 165.000 đồng.", "Không đổi.", title="Giá vé mới")


def test_what_a_line_of_a_list_says() -> None:
    parts, added, taken, excerpt, *_ = difference(OLD, NEW)
    assert (parts, added, taken) == ("title,paragraph", 2, 1)
    assert "155" in excerpt
    assert "165" in excerpt
    assert difference(OLD, article("Vé tháng là 155.000 đồng .", "Không đổi."))[:3] == ("paragraph", 0, 0)
    assert difference(OLD, article("Vé tháng là 155.000 đồng.", "Không đổi.", tags=("a",)))[:3] == ("tags", 0, 0)


@pytest.mark.parametrize(
    ("typed", "is_lost"),
    [
        ("155.000 đồng", True),
        ("155000", True),
        ("155.000 dong", True),
        ("la 155.000", True),
        ("là 155.000", True),
        ("lá 155.000", False),
        ("đồng", False),  # stood beside it, and still does
        ("vé tháng", False),
        ("55.000", False),
        ("165.000", False),
        ("", False),
        ("…", False),
    ],
)
def test_a_typed_text_was_taken_out_if_a_word_of_it_was(typed: str, is_lost: bool) -> None:
    sought, kept = lost(typed), difference(OLD, NEW)
    assert (sought is not None and sought.is_in(kept.bare if sought.is_bare else kept.lost)) == is_lost


@given(st.lists(st.sampled_from(("a", "b", "đ", "ê 1")), max_size=8).map(" ".join), st.text("abđ ", max_size=12))
def test_what_is_kept_is_the_same_each_time_and_nothing_is_lost_of_equals(first: str, second: str) -> None:
    kept = difference(article(first), article(second))
    assert kept == difference(article(first), article(second))
    assert difference(article(first), article(first)) == ("", 0, 0, "[]", "", "")
    assert (kept[2] > 0) <= bool(kept[4])


def test_each_revision_but_the_first_has_a_row(tmp_path: Path) -> None:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        for each in (OLD, NEW, article("khác hẳn")):
            archive.add(each)
        assert [size.change for size in archive.differences.sizes()] == [2, 3]
        assert [size.words for size in archive.differences.sizes(after=2)] == [10]
        kept = archive.differences.at([1, 2])
        assert list(kept) == [2]
        assert (kept[2].older, kept[2].parts, kept[2].added, kept[2].taken) == (1, ("title", "paragraph"), 2, 1)
        assert archive.differences.that_lost("155.000 đồng") == {2}
        assert archive.check() == []
        with archive.batch():
            archive.file.run("UPDATE difference SET taken = 9 WHERE number = 2")
        assert [told.code for told in archive.check()] == ["check_seal"]


def test_an_archive_of_before_is_given_the_rows(tmp_path: Path) -> None:
    path = tmp_path / ARCHIVE_FILE
    with Archive.open(path, create=True) as archive:
        for each in (OLD, NEW):
            archive.add(each)
        kept = archive.file.rows("SELECT * FROM difference")
    before = next(number for number, step in enumerate(archive_schema.STEPS) if "CREATE TABLE difference" in step)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE difference")
        connection.execute("DROP INDEX capture_by_sha256")  # of a later step
        for column in ("sha256", "reader"):
            connection.execute(f"ALTER TABLE capture DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version={before}")
    with Archive.open(path) as archive:
        assert archive.file.rows("SELECT * FROM difference") == kept
        assert len(kept) == 1
