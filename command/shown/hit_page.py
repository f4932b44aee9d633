"""A page of hits -> lines for a terminal or a file, in a language; days and numbers as the pages write them."""

from __future__ import annotations

import re
import shlex
from datetime import date, datetime

from command.shown.safe_text import printable
from command.shown.terminal import PLAIN, Terminal
from command.speaker import Speaker
from corpus.facet import FacetName
from searcher.help.suggestion import respells
from searcher.result import Coverage, FacetValue, Hit, Obstacle, ResultPage, Snippet, Suggestion, UnknownValue

_TAGS_SHOWN = 10
_DOCUMENTS_SHOWN = 5
_OBSTACLES_SHOWN = 8
_INDENT = "   "


def render_page(page: ResultPage, speaker: Speaker, terminal: Terminal = PLAIN, *, base: str = "") -> str:
    """Return the page as text, laid out for a terminal; `base`, the address of the site, stands before the permalinks that titles lead to."""
    lines = [*problem_lines(page, speaker), terminal.bold(_count_line(page, speaker)), *_unmarked_lines(page, speaker)]
    lines += _meant_lines(page, speaker)
    if page.only_earlier:
        query = printable(page.only_earlier.query)
        lines.append(speaker.text("hits.only_earlier", count=page.only_earlier.total, query=query))
    first = (page.page - 1) * page.size + 1
    for number, hit in enumerate(page.hits, start=first):
        lines += ["", *_hit_lines(number, hit, speaker, terminal, base)]
    for line in _facet_lines(page, speaker):
        lines += terminal.lines(line)
    if page.groups > page.page * page.size:
        lines += ["", speaker.text("hits.more", page=str(page.page + 1))]
    return "\n".join(lines) + "\n"


def problem_lines(page: ResultPage, speaker: Speaker) -> list[str]:
    """Return what was not understood, a line for each problem."""
    return [f"! {problem.in_words(speaker.language)}" for problem in page.problems]


def bound_lines(page: ResultPage, speaker: Speaker) -> list[str]:
    """Return what the operators and fields of the query bind in one line, none if there are no such."""
    bound = [f"{each.in_words(speaker.language)} {printable(each.text)}" for each in page.bound]
    return [" · ".join(bound)] if bound else []


def _count_line(page: ResultPage, speaker: Speaker) -> str:
    took = "<1" if page.took_ms < 1 else speaker.number(round(page.took_ms))
    if page.cut:
        return speaker.text("hits.cut")
    if not page.near:
        return speaker.text("hits.found", count=page.total, took=took)
    full = speaker.text("hits.full", count=page.total) if page.total else speaker.text("hits.none_full")
    return f"{full} · {speaker.text('hits.near', count=page.near, took=took)}"


def _meant_lines(page: ResultPage, speaker: Speaker) -> list[str]:
    """Return what was looked for besides, what else may have been meant, what is in the way, and what asks for less."""
    lines = []
    also = dict.fromkeys(printable(each.expansion) for each in page.expansions if each.on)
    if also:
        lines.append(speaker.text("hits.also", forms=", ".join(also)))
    meant = [_counted(other, speaker) for other in page.suggestions if respells(other)]
    if meant:
        lines.append(speaker.text("hits.meant", queries=" · ".join(meant)))
    lines += filter(None, (_nearest_line(unknown, speaker) for unknown in page.unknown))
    lines += [_obstacle_line(obstacle, page.archive, speaker) for obstacle in page.obstacles[:_OBSTACLES_SHOWN]]
    less = [other for other in page.suggestions if not respells(other)]
    return lines + [speaker.text(f"less.{other.reason}", query=_counted(other, speaker)) for other in less]


def _facet_lines(page: ResultPage, speaker: Speaker) -> list[str]:
    """Return the most frequent tags and documents of the hits, below a blank line; nothing where there are none."""
    number = speaker.number
    tags = " · ".join(f"#{value.value} ({number(value.count)})" for value in _others(page, "tag")[:_TAGS_SHOWN])
    documents = " · ".join(f"{value.label} ({number(value.count)})" for value in _others(page, "document")[:_DOCUMENTS_SHOWN])
    lines = [""] if tags or documents else []
    lines += [speaker.text("hits.tags", tags=tags)] if tags else []
    return lines + ([speaker.text("hits.documents", documents=documents)] if documents else [])


def _unmarked_lines(page: ResultPage, speaker: Speaker) -> list[str]:
    if not page.unmarked:
        return []
    every = page.unmarked == page.total
    return [speaker.text("hits.unmarked") if every else speaker.text("hits.some_unmarked", count=page.unmarked)]


def _others(page: ResultPage, facet: FacetName) -> list[FacetValue]:
    """Return the values of a facet that may still be chosen."""
    return [value for value in page.facets.get(facet, ()) if not value.selected and not value.excluded]


def _nearest_line(unknown: UnknownValue, speaker: Speaker) -> str:
    """Return what to type instead of a value that the archive does not have, "" if nothing is near it."""
    if unknown.place == "query":
        meant = [f"{printable(near.query)} ({speaker.number(near.count)})" for near in unknown.nearest]
    elif unknown.place == "selected":
        names = [(near.value if unknown.facet == "tag" else near.label, near.count) for near in unknown.nearest]
        meant = [f"--{unknown.facet} {_as_argument(printable(name))} ({speaker.number(count)})" for name, count in names]
    else:
        meant = []
    return speaker.text("hits.nearest", typed=printable(unknown.typed), meant=" · ".join(meant)) if meant else ""


def _as_argument(text: str) -> str:
    """Return a text as a shell takes it for one word; letters with marks need no quotes."""
    return text if re.fullmatch(r"\w[\w./-]*", text) else shlex.quote(text)


def _counted(other: Suggestion, speaker: Speaker) -> str:
    return f"{printable(other.query)} ({speaker.number(other.total)})"


def _obstacle_line(obstacle: Obstacle, archive: Coverage | None, speaker: Speaker) -> str:
    """Return what stands in the way and, if dropping it helps, the query or the option without it."""
    text = speaker.text
    kind = obstacle.kind if obstacle.kind in ("exclusion", "marks", "filters") or obstacle.alone else f"{obstacle.kind}_none"
    said = [text(f"obstacle.{kind}", part=printable(obstacle.part), count=obstacle.alone)]
    if obstacle.kind == "days" and archive and archive.first_published:
        said.append(
            text(
                "obstacle.coverage",
                first=_day(archive.first_published, speaker),
                last=_day(archive.last_published or "", speaker),
            )
        )
    if obstacle.without:
        whole = (
            text("obstacle.whole_archive") if obstacle.end else text("obstacle.no_options", options=_options(obstacle, speaker))
        )
        said.append(text("obstacle.without", rest=printable(obstacle.query) or whole, count=obstacle.without))
    return " ".join(said)


def _options(obstacle: Obstacle, speaker: Speaker) -> str:
    """Return the options that narrow a search by what stands in its way."""
    if obstacle.facet:
        return f"--{obstacle.facet}"
    return {"days": "--from, --to", "marks": "--exact-marks"}.get(obstacle.kind) or speaker.text("obstacle.any_filter")


def _hit_lines(number: int, hit: Hit, speaker: Speaker, terminal: Terminal, base: str) -> list[str]:
    address = base + hit.permalink if base else hit.url
    return [*_heading_lines(number, hit, speaker, terminal, address), *_matching_lines(hit, speaker, terminal)]


def _heading_lines(number: int, hit: Hit, speaker: Speaker, terminal: Terminal, address: str) -> list[str]:
    """Return the title, which leads to `address`, and whence and when the hit is."""
    title = next((snippet for snippet in hit.snippets if snippet.field == "title"), Snippet("title", hit.title))
    named = terminal.lines(printable(title.text), _INDENT, title.marks, first="")
    lines = [f"{number}. {terminal.link(named[0], address)}"]
    lines += [_INDENT + terminal.link(line.removeprefix(_INDENT), address) for line in named[1:]]
    about = [printable(hit.source), _day(hit.published, speaker) if hit.published else "", hit.id]
    return [*lines, _INDENT + terminal.faint(" · ".join(filter(None, about)))]


def _matching_lines(hit: Hit, speaker: Speaker, terminal: Terminal) -> list[str]:
    """Return what the hit lacks, where it matches, now or in earlier versions, and its copies."""
    lines = terminal.lines(speaker.text("hits.missing", parts=", ".join(hit.missing)), _INDENT) if hit.missing else []
    for snippet in hit.snippets:
        if snippet.field != "title":
            lines += terminal.lines(printable(snippet.text), _INDENT, snippet.marks)
    if hit.gone:
        lines += terminal.lines(speaker.text("hits.gone", day=_day(hit.gone, speaker)), _INDENT)
    for version in hit.earlier:
        said = speaker.text("hits.earlier", day=_day(version.archived_at, speaker)) + " "
        for snippet in version.snippets:
            marks = [(start + len(said), end + len(said)) for start, end in snippet.marks]
            lines += terminal.lines(said + printable(snippet.text), _INDENT, marks)
    if hit.copies_total:
        papers = dict.fromkeys(printable(copy.source) or copy.id for copy in hit.copies)
        lines += terminal.lines(speaker.text("hits.copies", count=hit.copies_total, papers=", ".join(papers)), _INDENT)
    return lines


def _day(moment: str, speaker: Speaker) -> str:
    """Return an ISO day or moment as the pages write its day."""
    return speaker.day(datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment))
