"""`lucbao show ARTICLE`: an id, a permalink or the paper's address -> the article to be read, as JSON, or its raw page."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from command import DONE
from command.errors import WrongUsage
from command.shown.output_file import output
from command.shown.safe_text import printable
from command.shown.terminal import Terminal, terminal_of_stdout
from command.site import site_address
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import load_papers
from corpus.article import Article
from corpus.identity import article_id, canonical_url
from corpus.permalink import id_in


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `show`."""
    parser.add_argument("article", metavar=speaker.text("show.article.value"), help=speaker.text("show.article"))
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--json", action="store_true", help=speaker.text("show.json"))
    kinds.add_argument("--raw", action="store_true", help=speaker.text("show.raw"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Show an article. Raises WrongUsage if the archive has none such, or no page of it."""
    base = site_address(options.base_url)
    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        article = _found(archive.named_by(load_papers(options.home, archive)), options.article)
        if article is None:
            raise WrongUsage("show.missing", article=repr(options.article))
        if options.raw:
            _write_raw(archive, article)
        elif options.json:
            from corpus.writing.article_json import article_json

            print(json.dumps(article_json(article, base), ensure_ascii=False))
        else:
            lines = _lines(article, archive, base, speaker, terminal_of_stdout(options.environment))
            sys.stdout.write("\n".join(lines) + "\n")
    return DONE


def _found(archive: Archive, typed: str) -> Article | None:
    """Return the article that is meant: by its id or permalink, else by the address at which the paper published it."""
    id = id_in(typed.partition("?")[0].rstrip("/").rpartition("/")[2])
    known = archive.get(id) if id else None
    return archive.get(article_id(typed, [])) if known is None and canonical_url(typed) else known


def _write_raw(archive: Archive, article: Article) -> None:
    page = archive.pages.of(article.id)
    if page is None:
        raise WrongUsage("show.no_page", article=article.id)
    with output(None, binary=True) as out:
        out.write(page)


def _lines(article: Article, archive: Archive, base: str, speaker: Speaker, terminal: Terminal) -> Iterator[str]:
    from corpus.writing.article_json import article_json

    yield from map(terminal.bold, terminal.lines(printable(article.title)))
    when = speaker.moment(article.published) if article.published else ""
    about = [article.source, article.section, when, ", ".join(article.authors)]
    yield from map(terminal.faint, terminal.lines(printable(" · ".join(filter(None, about)))))
    for text in filter(None, (article.lead, *(f"{block.text} {block.credit}".strip() for block in article.blocks))):
        yield ""
        yield from terminal.lines(printable(text))
    yield ""
    gone = archive.absences.since(article.id)
    revisions = archive.revisions(article.id)
    permalink = article_json(article, base)["permalink"]
    yield from terminal.lines(printable(" ".join(f"#{tag.replace(' ', '_')}" for tag in article.tags))) if article.tags else ()
    yield from [speaker.text("show.url", url=terminal.link(printable(article.url), article.url))] if article.url else []
    yield from [speaker.text("hits.gone", day=speaker.day(gone))] if gone else []
    yield speaker.text("show.permalink", permalink=terminal.link(permalink, permalink))
    yield speaker.text("show.hash", hash=article.content_hash)
    yield speaker.text("show.revisions", count=len(revisions), day=speaker.day(revisions[-1].archived_at))
