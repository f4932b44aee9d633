"""What is so of an archive as a whole: who it is, and what its readers must be told."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.archive.seal import intact
from corpus.message import told


class Traits:
    """The traits in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def identity(self) -> str:
        """Return 32 random hexadecimal digits drawn when the archive was made: what was built from another archive can tell."""
        rows = self._file.rows(f"SELECT value FROM trait WHERE name = 'identity' AND {intact('trait')}")
        if not rows:
            raise archive_value.damaged(self._file.path, told("at_identity"), archive_value.BROKEN_SEAL)
        return str(rows[0][0])

    def notices(self) -> dict[str, str]:
        """Return, by language ("vi"), what every reader of the archive must be told, such as that it is invented; mostly nothing."""
        rows = self._file.rows("SELECT name, value FROM trait WHERE name LIKE 'notice-%'")
        return {str(name).removeprefix("notice-"): str(text) for name, text in rows}

    def set_notices(self, texts: Mapping[str, str]) -> None:
        """Keep what every reader of the archive must be told."""
        with self._file.transaction():
            for language, text in texts.items():
                self._file.run("INSERT OR REPLACE INTO trait (name, value) VALUES (?, ?)", f"notice-{language}", text)
                self._file.seal("trait", "name = ?", f"notice-{language}")
