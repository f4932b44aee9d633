"""A search that found nothing -> what to type instead, each way with what it finds where that is known."""

from __future__ import annotations

from collections.abc import Sequence

from command.argument import Option, asked_again
from command.terminal import FACET_OPTIONS, grouped, printable
from searcher.result import Obstacle, ResultPage

_NARROWING: tuple[str, ...] = (*(f"--{facet}" for facet in FACET_OPTIONS), "--any", "--from", "--to")
_EXAMPLE = "lucbao search trạm y tế HOẶC bệnh viện"


def render_ways_on(page: ResultPage, typed: Sequence[Option]) -> str:
    """Return, as lines, the commands that a reader may try after `page`, which nothing matches in full; `typed` are its options."""
    ways = {asked_again("search", typed, other.query): f"{grouped(other.total)} bài" for other in page.suggestions}
    for obstacle in page.obstacles:
        if obstacle.without and (obstacle.query or not obstacle.end):
            dropped = () if obstacle.end else _options(obstacle)
            command = asked_again("search", typed, obstacle.query if obstacle.end else page.query, without=dropped)
            about = f"không kể “{obstacle.part}”" if obstacle.end else f"bỏ {', '.join(dropped)}"
            ways.setdefault(command, f"{grouped(obstacle.without)} bài, {about}")
    lines = [f"  {printable(command)}   ({printable(about)})" for command, about in ways.items()]
    if not page.query.isascii():
        lines.append("  Bỏ bớt dấu: chữ không dấu khớp với mọi dấu.")
    if '"' in page.query:
        lines.append("  Bỏ ngoặc kép nếu không cần đúng nguyên cụm.")
    lines.append(f"  Bớt từ, hoặc nối các cách gọi bằng HOẶC: {_EXAMPLE}")
    return "\n".join(["", "Thử cách khác:", *lines]) + "\n"


def _options(obstacle: Obstacle) -> tuple[str, ...]:
    """Return the options without which a filter is no more in the way."""
    if obstacle.facet:
        return (f"--{obstacle.facet}",)
    return {"days": ("--from", "--to"), "marks": ("--exact-marks",)}.get(obstacle.kind, (*_NARROWING, "--exact-marks"))
