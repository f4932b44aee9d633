"""command.shown.help_text: --help at every width says the same, fits, and breaks no command."""

from __future__ import annotations

import re

import pytest

from command.parser import COMMANDS
from command.shown.help_text import fitted
from command.shown.terminal import columns
from command.speaker import Speaker
from language.wording import LANGUAGES, messages

TEXT = """ví dụ:
  lucbao add bai-bao/        mọi trang trong thư mục, kể cả thư mục con
  lucbao add a.jsonl         mỗi dòng một bài
  lucbao add mot-ten-dai/ hai-ten-dai/ ba-ten-dai/ bon-ten-dai/

Cái gì bị loại và vì sao: `lucbao rejects`."""


def test_what_fits_stays_as_it_is_written() -> None:
    assert fitted(TEXT, 120) == TEXT.splitlines()


def test_what_is_said_of_a_command_goes_on_below_its_beginning() -> None:
    assert fitted(TEXT, 56) == [
        "ví dụ:",
        "  lucbao add bai-bao/        mọi trang trong thư mục, kể",
        "                             cả thư mục con",
        "  lucbao add a.jsonl         mỗi dòng một bài",
        "  lucbao add mot-ten-dai/ hai-ten-dai/ ba-ten-dai/ bon-ten-dai/",
        "",
        "Cái gì bị loại và vì sao: `lucbao rejects`.",
    ]


def test_where_there_is_no_room_beside_all_is_said_below() -> None:
    assert fitted(TEXT, 40) == [
        "ví dụ:",
        "  lucbao add bai-bao/",
        "      mọi trang trong thư mục, kể cả thư",
        "      mục con",
        "  lucbao add a.jsonl",
        "      mỗi dòng một bài",
        "  lucbao add mot-ten-dai/ hai-ten-dai/ ba-ten-dai/ bon-ten-dai/",
        "",
        "Cái gì bị loại và vì sao:",
        "`lucbao rejects`.",
    ]


@pytest.mark.parametrize("width", [40, 58, 78, 98, 158])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_help_fits_and_says_the_same(language: str, width: int) -> None:
    keys = [*(f"{name}.{part}" for name in COMMANDS for part in ("summary", "examples")), "examples", "summary"]
    texts = [Speaker(language).text(key) for key in keys if key in messages("command", language)]
    assert len(texts) > 30
    for text in texts:
        lines = fitted(text, width)
        assert " ".join(" ".join(lines).split()) == " ".join(text.split())
        wide = [line for line in lines if columns(line) > width]
        assert [line for line in wide if not re.match(" +lucbao ", line) or "   " in line.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_commands_stands_in_one_column(language: str) -> None:
    """Of each text: but where a command is longer than the column allows."""
    for key, message in messages("command", language).items():
        if key.endswith("examples"):
            starts = [match.end() for match in (re.match(r" +lucbao .*? {2,}(?=\S)", line) for line in message) if match]
            usual = max(starts, key=starts.count, default=0)
            assert [start for start in starts if start < usual] == [], key
