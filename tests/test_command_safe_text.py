from __future__ import annotations

import pytest

from command.shown.safe_text import escaped, printable, say


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bài báo.html", "bài báo.html"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202ecod.lmth", "\\u202ecod.lmth"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u200bb\u2066c", "a\\u200bb\\u2066c"),
        ("\udcff", "\\udcff"),
    ],
)
def test_names_of_files_command_no_terminal(text: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert escaped(text) == shown
    say(text)
    assert capsys.readouterr().err == f"{shown}\n"


def test_printable_keeps_length() -> None:
    assert printable("a\nb\u202ec\x9b") == "a\ufffdb\ufffdc\ufffd"
