"""`lucbao search --batch FILE`: a list of queries -> an answer to each, as JSON lines or a table.

What stands in the list, in its order, is what comes out; what could not be asked says so in its place.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
from pathlib import Path

from command.errors import WrongUsage, reason
from command.shown.output_file import output
from command.shown.progress import progress_bar
from command.site import site_address
from command.speaker import Speaker
from searcher.batch.roster import ColumnMissing, Roster, read_roster
from searcher.request import SearchRequest

_LONGEST_LIST = 20_000_000  # bytes


def add_batch_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `search` for a list."""
    text = speaker.text
    group = parser.add_argument_group(text("search.list"))
    group.add_argument("--batch", type=Path, metavar="FILE", help=text("option.batch"))
    group.add_argument("--column", default="", metavar=text("option.column.value"), help=text("option.column"))
    group.add_argument("--header", action=argparse.BooleanOptionalAction, help=text("option.header"))
    group.add_argument("--csv", action="store_true", help=text("option.csv"))
    group.add_argument("--xlsx", action="store_true", help=text("option.xlsx"))
    group.add_argument("--years", action="store_true", help=text("option.years"))


def look_up(options: argparse.Namespace, request: SearchRequest, speaker: Speaker) -> None:
    """Ask every entry of a list in place of the query of `request`."""
    from searcher.batch.ledger import json_lines, ledger, table
    from searcher.opening import Opening

    if (options.csv or options.xlsx) and {"--json", "--sort"} & {name for name, _ in options.typed}:
        raise WrongUsage("search.csv_alone")
    if options.csv and options.xlsx:
        raise WrongUsage("search.one_table")
    roster = _roster(options, speaker)
    searcher = Opening(options.environment).open(options.home)
    base, language = site_address(options.base_url), speaker.language
    if not (options.csv or options.xlsx):
        for line in json_lines(searcher, roster, request, language=language, base=base, by_year=options.years):
            print(line, flush=True)
        return
    with progress_bar(speaker, "batch.label", "batch.lines") as show, output(None, binary=options.xlsx) as out:
        total = len(roster.entries)
        queries = (entry.query for entry in roster.entries)
        found = ledger(searcher, queries, request, time_limit=math.inf, progress=lambda done: show(done, total))
        made = table(roster, found, base=base, language=language, named=str, by_year=options.years)
        if options.xlsx:
            made.write_xlsx(out)
        else:
            out.writelines(made.csv_lines())


def _roster(options: argparse.Namespace, speaker: Speaker) -> Roster:
    """Return the list to be asked, and say what of it will not be. Raises WrongUsage."""
    batch: Path = options.batch
    try:
        with contextlib.nullcontext(sys.stdin.buffer) if str(batch) == "-" else batch.open("rb") as file:
            content = file.read(_LONGEST_LIST + 1)
        if len(content) > _LONGEST_LIST:
            raise WrongUsage("batch.too_large", path=batch, most=_LONGEST_LIST // 1_000_000)
        roster = read_roster(content, batch.name, column=options.column, header=options.header)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage("batch.unreadable", path=batch, error=reason(error)) from error
    except ColumnMissing as error:
        raise WrongUsage("batch.no_column", path=batch, column=repr(error.column), columns=", ".join(error.columns)) from error
    if roster.header:
        speaker.say("batch.header", row=roster.header, column=repr(roster.column))
    if roster.loose:
        speaker.say("batch.loose")
    return roster
