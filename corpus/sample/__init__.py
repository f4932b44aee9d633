"""The sample archive: invented articles of invented papers, as HTML pages with the defects that real pages have.

The facts, names of people and papers are made up; nothing here may be cited as news.
"""

from __future__ import annotations

from pathlib import Path

from corpus.message import told
from language.wording import LANGUAGES

NOTICES = {language: told("sample_notice").in_words(language) for language in LANGUAGES}


def sample_folder() -> Path:
    """Return the folder of the sample pages, one folder a paper."""
    return Path(__file__).parent
