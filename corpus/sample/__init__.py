"""The sample archive: invented articles of invented papers, as HTML pages with the defects that real pages have.

The facts, names of people and papers are made up; nothing here may be cited as news.
"""

from __future__ import annotations

from pathlib import Path

NOTICES = {
    "vi": "Kho bài mẫu: báo, người và sự việc ở đây đều hư cấu.",
    "en": "A sample archive: the papers, people and events in it are invented.",
}


def sample_folder() -> Path:
    """Return the folder of the sample pages, one folder a paper."""
    return Path(__file__).parent
