"""What was typed behind `search` or `export` -> the search that is meant; what makes no sense together is refused."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import date

from command.errors import WrongUsage
from command.speaker import Speaker
from command.typed.value import page_number, page_size, period_end
from corpus.facet import LISTED, NARROWING
from corpus.writing.export import TABLES
from searcher.request import SearchRequest

_PAGING = ("--page", "--size")


def add_search_options(parser: argparse.ArgumentParser, speaker: Speaker, *, paged: bool) -> None:
    """Add what narrows and orders a search; unless it is `paged`, what concerns its pages is known to be refused."""
    text = speaker.text

    def told(key: str) -> str:
        return text(key) if paged else argparse.SUPPRESS

    for facet in LISTED:
        parser.add_argument(
            f"--{facet}", action="append", default=[], metavar=text(f"option.{facet}.value"), help=text(f"option.{facet}")
        )
    parser.add_argument("--any", dest="widened", action="append", default=[], choices=NARROWING, help=text("option.any"))
    first, last, day = period_end(speaker, last=False), period_end(speaker, last=True), text("option.day.value")
    parser.add_argument("--from", dest="first_day", type=first, metavar=day, help=text("option.from"))
    parser.add_argument("--to", dest="last_day", type=last, metavar=day, help=text("option.to"))
    parser.add_argument("--sort", choices=("relevance", "newest", "oldest"), default="relevance")
    parser.add_argument("--exact-marks", action="store_true", help=text("option.exact_marks"))
    parser.add_argument("--no-expand", dest="expand", action="store_false", help=text("option.no_expand"))

    number = text("option.number.value")
    parser.add_argument("--no-near", dest="near", action="store_false", help=told("option.no_near"))
    parser.add_argument("--no-fold", dest="fold", action="store_false", help=told("option.no_fold"))
    parser.add_argument("--page", type=page_number(speaker), default=1, metavar=number, help=told("option.page"))
    parser.add_argument("--size", type=page_size(speaker), default=10, metavar=number, help=told("option.size"))


def search_request(options: argparse.Namespace) -> SearchRequest:
    """Return the search that was typed; raise WrongUsage if some of its options make no sense together."""
    given = {name for name, _ in options.typed}
    if options.command == "export":
        _refuse(given & {*_PAGING}, "export.has_no_pages")
        _refuse(given & {"--no-near", "--no-fold"}, "export.full_matches")
        if options.pages and options.format != "jsonl":
            raise WrongUsage("export.pages_in_jsonl")
        if options.columns and options.format not in TABLES:
            raise WrongUsage("export.columns_in_tables", formats=", ".join(TABLES))
    elif options.batch is not None:
        _refuse(given & {*_PAGING}, "search.batch_has_no_pages")
    for facet in options.widened:
        if not getattr(options, facet):
            raise WrongUsage("search.any_without", facet=facet)
    if options.first_day and options.last_day and options.first_day > options.last_day:
        raise WrongUsage("search.days_reversed", first=_written(options.first_day), last=_written(options.last_day))
    return SearchRequest(
        query=options.query or "",
        selected={facet: tuple(getattr(options, facet)) for facet in LISTED},
        first_day=options.first_day,
        last_day=options.last_day,
        sort=options.sort,
        exact_marks=options.exact_marks,
        page=options.page,
        size=options.size,
        expand=options.expand,
        fold=options.fold,
        widened=frozenset(options.widened),
        near=options.near,
    )


def _written(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _refuse(names: Iterable[str], why: str) -> None:
    senseless = ", ".join(sorted(names))
    if senseless:
        raise WrongUsage(why, names=senseless)
