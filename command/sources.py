"""`lucbao sources add|list`: a paper's address -> one more paper in sources.toml that `lucbao gather` follows; and those that are there."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from command import DONE
from command.errors import WrongUsage
from command.gather import user_agent
from command.shown.safe_text import printable
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive

if TYPE_CHECKING:
    from corpus.gathering.source import Source

_ACTIONS = ("add", "list")


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `sources`."""
    text = speaker.text
    parser.add_argument("action", choices=_ACTIONS, help=text("sources.action"))
    parser.add_argument("address", nargs="?", metavar=text("sources.address.value"), help=text("sources.address"))
    parser.add_argument("--name", metavar=text("sources.name.value"), help=text("sources.name"))
    parser.add_argument("--private", action="store_true", help=text("sources.private"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Add a paper, or list them."""
    if options.action == "list":
        return _list(options, speaker)
    if not options.address:
        raise WrongUsage("sources.no_address")
    return _add(options, speaker)


def _add(options: argparse.Namespace, speaker: Speaker) -> int:
    """Look what lists a paper has, and write them into sources.toml."""
    from corpus.errors import FetchFailed
    from corpus.gathering.discovery import discover
    from corpus.gathering.fetch import Fetcher
    from corpus.gathering.manners import Manners
    from corpus.gathering.source_file import append_source, entry_text, read_sources
    from corpus.gathering.visit import Visitor
    from corpus.reading.page_process import PageProcess

    robot = user_agent(options.environment)
    source = _source(options)
    for other in read_sources(options.home):
        if other.name == source.name or set(other.hosts) & set(source.hosts):
            raise WrongUsage("sources.there_already", name=other.name)
    with Archive.open(options.home / ARCHIVE_FILE, create=True) as archive, PageProcess() as process:
        fetcher, now = Fetcher(robot), lambda: datetime.now(timezone.utc)
        visitor = Visitor(archive.ledger, fetcher, Manners(archive.ledger, now=now), now=now)
        try:
            source, found = discover(options.address, source, visitor, process)
        except FetchFailed as error:
            raise WrongUsage("sources.not_answered", address=options.address, reason=error.told) from error
        finally:
            fetcher.close()
    for one in found:
        last = speaker.day(one.last) if one.last else speaker.text("stats.undated")
        speaker.say("sources.found", kind=speaker.text(f"sources.{one.kind}"), address=one.url, count=one.links, last=last)
    if not found:
        raise WrongUsage("sources.nothing_found", address=options.address)
    path = append_source(options.home, source)
    print(entry_text(source), end="")
    speaker.say("sources.written", path=path)
    return DONE


def _source(options: argparse.Namespace) -> Source:
    """Return the paper at an address, before anything is known of what it has. Raises WrongUsage if it is no address."""
    from corpus.archive.paper_file import load_papers
    from corpus.gathering.source import Source
    from corpus.paper import site
    from corpus.reading.address import resolve

    address = resolve("", options.address)
    if not address:
        raise WrongUsage("sources.wrong_address", address=options.address)
    host = site(address)
    name = options.name or ""
    if not name and (options.home / ARCHIVE_FILE).exists():
        with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
            name = load_papers(options.home, archive).of_host(host)
    netloc = urlsplit(address).netloc.lower()
    return Source(name or host, (host,), private_hosts=frozenset({netloc} if options.private else ()))


def _list(options: argparse.Namespace, speaker: Speaker) -> int:
    """Show the papers that are followed, and how each does."""
    from corpus.gathering.source_file import read_sources

    sources = [source for source in read_sources(options.home) if source.is_followed]
    if not sources:
        raise WrongUsage("gather.no_sources")
    for source in sources:
        print(printable(source.name))
        for kind, address in source.lists():
            print(f"  {speaker.text(f'sources.{kind}'):10} {printable(address)}")
        for folder in source.folders:
            print(f"  {speaker.text('sources.folder'):10} {printable(folder)}")
    return DONE
