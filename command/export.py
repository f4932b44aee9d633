"""`lucbao export QUERY`: every article the query finds, however long it takes -> CSV, XLSX, JSONL, RIS, BibTeX or WARC."""

from __future__ import annotations

import argparse
import importlib.util
import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from command import DONE
from command.errors import WrongUsage
from command.shown.output_file import output
from command.shown.safe_text import say
from command.site import site_address
from command.speaker import Speaker
from command.typed.search_option import add_search_options, search_request
from command.typed.value import column_choice
from corpus.archive import ARCHIVE_FILE, Archive


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `export`."""
    text = speaker.text
    parser.add_argument("words", nargs="*", metavar="QUERY", help=text("export.words"))
    parser.add_argument("--format", choices=("csv", "xlsx", "jsonl", "ris", "bibtex", "warc"), required=True)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=text("option.output"))
    parser.add_argument(
        "--columns", type=column_choice(speaker), metavar=text("option.table_columns.value"), help=text("option.table_columns")
    )
    parser.add_argument("--pages", action="store_true", help=text("option.pages"))
    add_search_options(parser, speaker, paged=False)


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Write every article found, and say how many there were."""
    from command.shown.hit_page import bound_lines, problem_lines
    from corpus.writing.column import SNIPPETS, USUAL
    from corpus.writing.export import FORMATS, XLSX, csv_of, write, write_xlsx
    from searcher.answer import exported_articles
    from searcher.opening import Opening

    if options.query is None:
        raise WrongUsage("export.no_query")
    if options.format == "warc" and importlib.util.find_spec("warcio") is None:
        raise WrongUsage("export.no_warcio")
    request = search_request(options)
    archive = Archive.open(options.home / ARCHIVE_FILE, read_only=True)
    searcher = Opening(options.environment).open(options.home, archive, time_limit=math.inf)
    page = searcher.search(replace(request, page=1, size=1))
    for line in [*problem_lines(page, speaker), *bound_lines(page, speaker)]:
        say(line)
    if options.format == "warc":
        return _write_warc(archive, (article.id for article in searcher.find_all(request)), options.output, speaker)
    columns = options.columns or USUAL
    found = searcher.find_matches(request, with_snippets=SNIPPETS in columns)
    exported = exported_articles(found, site_address(options.base_url), archive.absences.since)
    with output(options.output, binary=options.format == XLSX) as out:
        if options.format == XLSX:
            count = write_xlsx(exported, columns, out)
        else:
            format = csv_of(columns) if options.format == "csv" else FORMATS[options.format]
            count = write(exported, format, out, page=archive.pages.of if options.pages else None)
    speaker.say("export.done", count=count)
    return DONE


def _write_warc(archive: Archive, articles: Iterable[str], path: Path | None, speaker: Speaker) -> int:
    """Write every revision of the articles with these ids, with its raw page, and say how many there were."""
    from corpus.archive.history import history
    from corpus.writing.web_archive import write_warc

    with output(path, binary=True) as out:
        count = write_warc(history(archive, articles), out)
    speaker.say("export.done_revisions", count=count)
    return DONE
