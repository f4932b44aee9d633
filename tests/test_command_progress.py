from __future__ import annotations

import pytest

from command.shown.progress import progress_lines
from command.speaker import Speaker


def test_progress_is_told_every_few_seconds_and_only_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 1.0, 5.0, 5.0, 9.0, 12.0, 12.0, 20.0, 20.0])
    show = progress_lines(Speaker(), "add.saved", every=5.0, clock=lambda: next(clock))
    for done in (500, 12_000, 12_000, 13_000, 14_000):
        show(done)
    show(15_000, 20_000)
    assert capsys.readouterr().err == "đã lưu 12.000 bài …\nđã lưu 14.000 bài …\nđã lưu 15.000/20.000 bài …\n"
