from __future__ import annotations

import pytest

from command.message import escaped, say
from command.progress import progress_lines


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


def test_progress_is_told_every_few_seconds_and_only_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 1.0, 5.0, 5.0, 9.0, 12.0, 12.0, 20.0, 20.0])
    show = progress_lines("đã lưu", "bài", every=5.0, clock=lambda: next(clock))
    for done in (500, 12_000, 12_000, 13_000, 14_000):
        show(done)
    show(15_000, 20_000)
    assert capsys.readouterr().err == "đã lưu 12.000 bài …\nđã lưu 14.000 bài …\nđã lưu 15.000/20.000 bài …\n"
