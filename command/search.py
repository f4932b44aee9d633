"""`lucbao search QUERY`: a query -> its hits, for reading or as JSON; with `--batch FILE`, every query of a list (command.batch)."""

from __future__ import annotations

import argparse
import json
import sys

from command import DONE
from command.batch import add_batch_options, look_up
from command.errors import WrongUsage
from command.shown.safe_text import say
from command.shown.terminal import terminal_of_stdout
from command.shown.way_out import render_ways_on
from command.site import site_address
from command.speaker import Speaker
from command.typed.argument import asked_again
from command.typed.search_option import add_search_options, search_request


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `search`."""
    parser.add_argument("words", nargs="*", metavar="QUERY", help=speaker.text("search.words"))
    parser.add_argument("--json", action="store_true", help=speaker.text("option.json"))
    add_batch_options(parser, speaker)
    add_search_options(parser, speaker, paged=True)


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Search, and show a page of what is found."""
    from command.shown.hit_page import bound_lines, render_page
    from searcher.opening import Opening

    if (options.query is None) == (options.batch is None):
        raise WrongUsage("search.one_of_two")
    request = search_request(options)
    if options.batch is not None:
        look_up(options, request, speaker)
        return DONE
    if options.column or options.header is not None or options.csv or options.xlsx or options.years:
        raise WrongUsage("search.for_lists")
    page = Opening(options.environment).open(options.home).search(request)
    if options.json:
        print(json.dumps(page.as_json(speaker.language, site_address(options.base_url)), ensure_ascii=False))
    else:
        for line in bound_lines(page, speaker):
            say(line)
        terminal = terminal_of_stdout(options.environment)
        sys.stdout.write(render_page(page, speaker, terminal, base=site_address(options.base_url)))
        if not page.total and not page.cut:
            sys.stdout.write(render_ways_on(page, options.typed, speaker))
    last = -(-page.groups // page.size)
    if page.page > last > 0:
        again = asked_again("search", options.typed, page.query)
        speaker.say("search.past_the_end", page=page.page, last=last, again=f"{again} --page {last}")
    return DONE
