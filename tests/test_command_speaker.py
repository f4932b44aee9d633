from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from command.errors import WrongUsage, reason
from command.speaker import Speaker, chosen_language, locale_language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "vi"),
        ({"LANG": ""}, "vi"),
        ({"LANG": "C.UTF-8"}, "vi"),
        ({"LANG": "POSIX"}, "vi"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "fr_FR.UTF-8"}, "vi"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "en_AU.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "C"}, "vi"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_TIME": "en_US.UTF-8"}, "vi"),
    ],
)
def test_the_locale_says_the_language(environment: dict[str, str], language: str) -> None:
    assert locale_language(environment) == language


@pytest.mark.parametrize("value", ["fr", "EN", "english", "en_US"])
def test_a_language_that_is_not_spoken_is_wrong_usage(value: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        chosen_language(value)
    assert caught.value.in_words("vi") == f"LUCBAO_LANG={value}: phải là một trong vi, en."
    assert caught.value.in_words("en") == f"LUCBAO_LANG={value}: must be one of vi, en."


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("vi", "Đã xuất 1 bài.", "Đã xuất 1.234.567 bài."), ("en", "Exported 1 article.", "Exported 1,234,567 articles.")],
)
def test_numbers_are_as_the_language_has_them(language: str, one: str, many: str) -> None:
    assert Speaker(language).text("export.done", count=1) == one
    assert Speaker(language).text("export.done", count=1_234_567) == many


@pytest.mark.parametrize(
    ("error", "vietnamese", "english"),
    [
        (OSError(errno.ENOSPC, "x"), "hết chỗ trên đĩa", "the disk is full"),
        (OSError(errno.EISDIR, "Is a directory"), "Is a directory", "Is a directory"),
        (OSError("a sentence of its own"), "a sentence of its own", "a sentence of its own"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), "không phải UTF-8 hay UTF-16", "it is neither UTF-8 nor UTF-16"),
    ],
)
def test_an_error_within_a_sentence_is_in_its_language(
    error: OSError | UnicodeDecodeError, vietnamese: str, english: str
) -> None:
    path = Path(os.devnull)
    wrong = WrongUsage("batch.unreadable", path=path, error=reason(error))
    assert (wrong.in_words("vi"), wrong.in_words("en")) == (
        f"không đọc được {path}: {vietnamese}.",
        f"cannot read {path}: {english}.",
    )
