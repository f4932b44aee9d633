"""command.shown.terminal: lines fit, whatever letters are in them, and a file gets none of what a terminal gets."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command.shown.terminal import PLAIN, Terminal, columns, line_spans, terminal_of_stdout


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("một", 10, ["một"]),
        ("một hai ba", 7, ["một hai", "ba"]),
        ("một  hai ba", 7, ["một", "hai ba"]),
        ("  một hai", 5, ["  một", "hai"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a bcdefghij", 4, ["a", "bcde", "fghi", "j"]),
        ("漢字漢字 x", 4, ["漢字", "漢字", "x"]),
        ("truo\u031b\u0300ng x", 8, ["truo\u031b\u0300ng x"]),
    ],
)
def test_where_lines_break(text: str, width: int, lines: list[str]) -> None:
    assert [text[start:end] for start, end in line_spans(text, width)] == lines


@given(st.text(alphabet="aữ漢 \u0301", max_size=80), st.integers(2, 30))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    spans = line_spans(text, width)
    assert all(columns(text[start:end].strip()) <= width for start, end in spans)
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "wide"), [("", 0), ("abc", 3), ("trường", 6), ("tru\u031bo\u031b\u0300ng", 6), ("漢a", 3), ("ｆ", 2)]
)
def test_columns(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_marks_go_on_over_the_break_of_a_line() -> None:
    terminal = Terminal(width=40, styled=True)
    text = "một hai ba bốn năm sáu bảy tám chín mười mười một mười hai"
    start, end = text.index("chín"), text.index("mười một") + 8
    first, second = terminal.lines(text, "> ", [(start, end)])
    assert first == "> một hai ba bốn năm sáu bảy tám \x1b[1;33mchín\x1b[0m"
    assert second == "> \x1b[1;33mmười mười một\x1b[0m mười hai"
    assert PLAIN.lines(text, "> ", [(start, end)]) == ["> " + text]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "styled"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)]
)
def test_only_a_terminal_that_wants_them_gets_escape_sequences(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], styled: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", _Terminal())
    assert terminal_of_stdout(environment) == Terminal(None, styled)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal_of_stdout(environment) == PLAIN
