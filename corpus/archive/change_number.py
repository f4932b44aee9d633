"""The numbers that an archive gives its changes -> none is given twice, also after a restore, and each that is missing is accounted for.

SQLite keeps the last number in a table of its own, which can have no seal, so it is compared with the changes. Numbers given out
by an archive that this one replaced are skipped; their spans stand in the table `trait`, so that they are not taken for lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.message import told
from language.wording import Told


def last_number(file: ArchiveFile) -> int:
    """Return the last change number that was given out, in an archive that this one replaced too; 0 if none was."""
    kept = file.rows("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'change'")[0][0]
    return archive_value.number(file.path, told("at_numbers"), kept)


def skip_numbers(file: ArchiveFile, last: int) -> None:
    """Give out no number up to `last` from now on: an archive that this one is a copy of has given them out."""
    own = last_number(file)
    if last <= own:
        return
    with file.transaction():
        before = " ".join(value for (value,) in file.rows("SELECT value FROM trait WHERE name = 'skipped'"))
        file.run("INSERT OR REPLACE INTO trait (name, value) VALUES ('skipped', ?)", f"{before} {own + 1}-{last}".strip())
        file.seal("trait", "name = 'skipped'")
        file.run("DELETE FROM sqlite_sequence WHERE name = 'change'")
        file.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('change', ?)", last)


def problems(file: ArchiveFile) -> Iterator[Told]:
    """Yield what is told of each span of numbers that is lost, and if the last number given out cannot be right."""
    skipped = _skipped(file)
    missing = "first.number > 1 AND NOT EXISTS (SELECT 1 FROM change AS before WHERE before.number = first.number - 1)"
    for (number,) in file.rows(f"SELECT number FROM change AS first WHERE {missing} ORDER BY number"):
        before = file.rows("SELECT coalesce(max(number), 0) FROM change WHERE number < ?", number)[0][0]
        if not all(any(lost in span for span in skipped) for lost in (before + 1, number - 1)):
            yield told("check_lost", first=before + 1, last=number - 1)
    rows = file.rows(
        "SELECT typeof(seq), CAST(seq AS INTEGER) FROM sqlite_sequence WHERE CAST(name AS BLOB) = CAST('change' AS BLOB)"
    )
    last = file.rows("SELECT coalesce(max(number), 0) FROM change")[0][0]
    if last and (len(rows) != 1 or rows[0][0] != "integer" or rows[0][1] < last):
        yield told("check_numbers", last=str(last))


def _skipped(file: ArchiveFile) -> list[range]:
    rows = file.rows("SELECT value FROM trait WHERE name = 'skipped' AND typeof(value) = 'text'")
    spans = re.findall(r"(\d+)-(\d+)", rows[0][0]) if rows else []
    return [range(int(first), int(last) + 1) for first, last in spans]
