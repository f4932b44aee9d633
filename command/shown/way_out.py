"""A search that found nothing -> what to type instead, each way with what it finds where that is known."""

from __future__ import annotations

from collections.abc import Sequence

from command.shown.safe_text import printable
from command.speaker import Speaker
from command.typed.argument import Option, asked_again
from corpus.facet import FACET, LISTED
from searcher.result import Obstacle, ResultPage

_NARROWING: tuple[str, ...] = (*(f"--{facet}" for facet in LISTED), "--any", "--from", "--to")


def render_ways_on(page: ResultPage, typed: Sequence[Option], speaker: Speaker) -> str:
    """Return, as lines, the commands that a reader may try after `page`, which nothing matches in full; `typed` are its options."""
    text = speaker.text
    ways = {asked_again("search", typed, other.query): text("ways.articles", count=other.total) for other in page.suggestions}
    for obstacle in page.obstacles:
        if obstacle.without and obstacle.end and obstacle.query:
            command = asked_again("search", typed, obstacle.query)
            ways.setdefault(command, text("ways.without_part", count=obstacle.without, part=obstacle.part))
        elif obstacle.without and not obstacle.end:
            dropped = _options(obstacle)
            command = asked_again("search", typed, page.query, without=dropped)
            ways.setdefault(command, text("ways.without_options", count=obstacle.without, options=", ".join(dropped)))
    for near in page.nearby:
        asked = f"#{near.value}" if near.facet == "tag" else f'{FACET[near.facet].fields[0]}:"{near.label}"'
        ways.setdefault(asked_again("search", (), asked), text("ways.articles", count=near.count))
    lines = [f"{printable(command)}   ({printable(about)})" for command, about in ways.items()]
    if not page.query.isascii():
        lines.append(text("ways.marks"))
    if '"' in page.query:
        lines.append(text("ways.quotes"))
    lines.append(text("ways.fewer", command=text("ways.example")))
    return "\n".join(["", text("ways.title"), *(f"  {line}" for line in lines)]) + "\n"


def _options(obstacle: Obstacle) -> tuple[str, ...]:
    """Return the options without which a filter is no more in the way."""
    if obstacle.facet:
        return (f"--{obstacle.facet}",)
    return {"days": ("--from", "--to"), "marks": ("--exact-marks",)}.get(obstacle.kind, (*_NARROWING, "--exact-marks"))
