"""A value of an option as it was typed -> what it means, or a sentence why it means nothing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date

from command.speaker import Speaker
from searcher.request import MOST_HITS_A_PAGE

LAST_PAGE = 1_000_000


def period_end(speaker: Speaker, *, last: bool) -> Callable[[str], date]:
    """Return a reader of days, months and years that gives their first or their last day."""

    def read(text: str) -> date:
        from language.period import period, today_in_vietnam

        days = period(text, today_in_vietnam())
        if days is None:
            raise argparse.ArgumentTypeError(speaker.text("typed.no_period", typed=repr(text)))
        return days[int(last)]

    return read


def interval(speaker: Speaker) -> Callable[[str], float]:
    """Return a reader of how often something is done, in seconds."""

    def read(text: str) -> float:
        from language.interval import seconds

        found = seconds(text)
        if found is None:
            raise argparse.ArgumentTypeError(speaker.text("typed.no_interval", typed=text))
        return float(found)

    return read


def page_size(speaker: Speaker) -> Callable[[str], int]:
    """Return a reader of how many hits a page shows."""
    return _whole(speaker, MOST_HITS_A_PAGE, "typed.no_page_size")


def page_number(speaker: Speaker) -> Callable[[str], int]:
    """Return a reader of which page is meant."""
    return _whole(speaker, LAST_PAGE, "typed.no_page")


def port_number(speaker: Speaker) -> Callable[[str], int]:
    """Return a reader of ports."""
    return _whole(speaker, 65535, "typed.no_port")


def column_names(speaker: Speaker) -> Callable[[str], dict[str, str]]:
    """Return a reader of which column holds what: `title=Tiêu đề,url=Địa chỉ`."""

    def read(text: str) -> dict[str, str]:
        from corpus.reading.sheet import KEYS

        found = {}
        for pair in text.split(","):
            key, equals, name = (part.strip() for part in pair.partition("="))
            if key not in KEYS or not equals or not name or key in found:
                raise argparse.ArgumentTypeError(speaker.text("typed.no_columns", typed=pair, keys=", ".join(KEYS)))
            found[key] = name
        return found

    return read


def column_choice(speaker: Speaker) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of the columns that a table of articles is to have."""

    def read(text: str) -> tuple[str, ...]:
        from corpus.writing.column import COLUMNS, ColumnUnknown, read_columns

        try:
            return read_columns(text)
        except ColumnUnknown as error:
            columns = ", ".join(COLUMNS)
            raise argparse.ArgumentTypeError(
                speaker.text("typed.no_table_column", typed=error.column, columns=columns)
            ) from error

    return read


def _whole(speaker: Speaker, most: int, refusal: str) -> Callable[[str], int]:
    """Return a reader of whole numbers from 1 to `most`, which says the message `refusal` of others."""

    def read(text: str) -> int:
        number = int(text) if text.isdecimal() and len(text) < 20 else 0
        if not 1 <= number <= most:
            raise argparse.ArgumentTypeError(speaker.text(refusal, typed=text, most=str(most)))
        return number

    return read
