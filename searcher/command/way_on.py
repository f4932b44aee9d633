"""A search that found nothing -> what to type instead, each way with what it finds where that is known."""

from __future__ import annotations

from collections.abc import Sequence

from searcher.command.argument import Option, asked_again
from searcher.result import ResultPage
from searcher.terminal import FACET_OPTIONS, grouped, printable

_NARROWING = (*(f"--{facet}" for facet in FACET_OPTIONS), "--any", "--from", "--to")
_EXAMPLE = "lucbao search trạm y tế HOẶC bệnh viện"


def render_ways_on(page: ResultPage, typed: Sequence[Option]) -> str:
    """Return, as lines, the commands that a reader may try after `page`, which nothing matches in full; `typed` are its options."""
    ways = {asked_again("search", typed, other.query): f"{grouped(other.total)} bài" for other in page.suggestions}
    for obstacle in page.obstacles:
        if obstacle.query and obstacle.without:
            about = f"{grouped(obstacle.without)} bài, không kể “{obstacle.part}”"
            ways.setdefault(asked_again("search", typed, obstacle.query), about)
    given = {name for name, _ in typed}
    if given & {*_NARROWING}:
        ways.setdefault(asked_again("search", typed, page.query, without=_NARROWING), "bỏ các bộ lọc, tìm trong cả kho")
    if "--exact-marks" in given:
        ways.setdefault(asked_again("search", typed, page.query, without=("--exact-marks",)), "không cần đúng dấu")
    lines = [f"  {printable(command)}   ({printable(about)})" for command, about in ways.items()]
    if not page.query.isascii():
        lines.append("  Bỏ bớt dấu: chữ không dấu khớp với mọi dấu.")
    if '"' in page.query:
        lines.append("  Bỏ ngoặc kép nếu không cần đúng nguyên cụm.")
    lines.append(f"  Bớt từ, hoặc nối các cách gọi bằng HOẶC: {_EXAMPLE}")
    return "\n".join(["", "Thử cách khác:", *lines]) + "\n"
