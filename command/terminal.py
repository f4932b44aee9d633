"""A page of hits -> lines for a terminal, in Vietnamese; matches stand out in bold where the terminal can."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from typing import TYPE_CHECKING

from corpus.archive.statistic import Statistics
from corpus.facet import FacetName
from language.timestamp import VIETNAM
from language.wording import LANGUAGES
from searcher.help.suggestion import respells
from searcher.result import Coverage, FacetValue, Hit, Obstacle, Reason, ResultPage, Snippet, Suggestion, UnknownValue

if TYPE_CHECKING:
    from corpus.ingest import IngestReport

FACET_OPTIONS: dict[FacetName, tuple[str, str]] = {
    "tag": ("THẺ", "chỉ bài mang thẻ này; nhiều lần thì phải đủ các thẻ (xem --any)"),
    "source": ("BÁO", "chỉ bài của báo này"),
    "section": ("MỤC", "chỉ bài trong chuyên mục này"),
    "author": ("TÊN", "chỉ bài của tác giả này"),
    "document": ("SỐ", "chỉ bài nhắc đến văn bản này: 57/2022/NĐ-CP, Luật Đất đai 2024"),
}
"""For each facet that has an option of its own: what stands for its value in the help, and what choosing it does."""

_LESS: dict[Reason, str] = {
    "document": "Văn bản gần nhất mà kho có:",
    "apart": "Không đặt trong ngoặc kép:",
    "anywhere": "Trong cả bài, không riêng tiêu đề:",
    "prefix": "Bắt đầu bằng ít chữ hơn:",
    "fewer": "Bỏ những phần không bài nào có cùng phần còn lại:",
}
_IN_THE_WAY: dict[str, str] = {
    "text": "{count} bài có “{part}”.",
    "text_none": "Không bài nào có “{part}”.",
    "exclusion": "Loại trừ “{part}” thì không còn bài nào.",
    "days": "{count} bài đăng trong thời gian “{part}”.",
    "days_none": "Không bài nào đăng trong thời gian “{part}”.",
    "facet": "{count} bài thuộc “{part}”.",
    "facet_none": "Không bài nào thuộc “{part}”.",
    "excluded": "{count} bài thuộc “{part}” đang bị loại ra.",
    "excluded_none": "Đang loại ra “{part}”.",
    "marks": "Đang chỉ khớp đúng dấu.",
    "filters": "Các điều kiện lọc cùng lúc thì không để lại bài nào.",
}

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_TAGS_SHOWN = 10
_DOCUMENTS_SHOWN = 5
_OBSTACLES_SHOWN = 8
_KINDS_SHOWN = 12


def render_page(page: ResultPage, *, styled: bool) -> str:
    """Return the page as text; `styled` marks matches with ANSI bold."""
    lines = [f"! {problem.message}" for problem in page.problems]
    if page.cut:
        lines.append("Chưa tìm xong nên không biết có bao nhiêu bài.")
    elif page.near:
        full = f"{grouped(page.total)} bài có đủ" if page.total else "Không có bài nào có đủ"
        lines.append(f"{full} · thêm {grouped(page.near)} bài gần đúng (--no-near để tắt) · {page.took_ms:g} ms")
    else:
        lines.append(f"{grouped(page.total)} bài · {page.took_ms:g} ms")
    if page.unmarked:
        some = "Chỉ thấy" if page.unmarked == page.total else f"Trong đó {grouped(page.unmarked)} bài chỉ thấy"
        lines.append(f"{some} trong bài viết không dấu, nên không biết có đúng dấu đã gõ hay không.")
    also = dict.fromkeys(printable(each.expansion) for each in page.expansions if each.on)
    if also:
        lines.append(f"cũng tìm: {', '.join(also)} (--no-expand để tắt)")
    meant = [other for other in page.suggestions if respells(other)]
    if meant:
        lines.append(f"Ý bạn là: {' · '.join(map(_counted, meant))}")
    lines += filter(None, map(_nearest_line, page.unknown))
    lines += [_obstacle_line(obstacle, page.archive) for obstacle in page.obstacles[:_OBSTACLES_SHOWN]]
    lines += [f"{_LESS[other.reason]} {_counted(other)}" for other in page.suggestions if not respells(other)]
    first = (page.page - 1) * page.size + 1
    for number, hit in enumerate(page.hits, start=first):
        lines += ["", *_hit_lines(number, hit, styled)]
    tags = " · ".join(f"#{value.value} ({value.count})" for value in _others(page, "tag")[:_TAGS_SHOWN])
    if tags:
        lines += ["", f"Thẻ: {tags}"]
    documents = " · ".join(f"{value.label} ({value.count})" for value in _others(page, "document")[:_DOCUMENTS_SHOWN])
    if documents:
        lines += [] if tags else [""]
        lines.append(f"Văn bản: {documents}")
    if page.groups > page.page * page.size:
        lines += ["", f"Xem tiếp: --page {page.page + 1}"]
    return "\n".join(lines) + "\n"


def _others(page: ResultPage, facet: FacetName) -> list[FacetValue]:
    """Return the values of a facet that may still be chosen."""
    return [value for value in page.facets.get(facet, ()) if not value.selected and not value.excluded]


def _nearest_line(unknown: UnknownValue) -> str:
    """Return what to type instead of a value that the archive does not have, "" if nothing is near it."""
    if unknown.place == "query":
        meant = [f"{printable(near.query)} ({grouped(near.count)})" for near in unknown.nearest]
    elif unknown.place == "selected":
        names = [(near.value if unknown.facet == "tag" else near.label, near.count) for near in unknown.nearest]
        meant = [f"--{unknown.facet} {_as_argument(printable(name))} ({grouped(count)})" for name, count in names]
    else:
        meant = []
    return f"Gần với “{printable(unknown.typed)}” nhất: {' · '.join(meant)}" if meant else ""


def _as_argument(text: str) -> str:
    """Return a text as a shell takes it for one word; letters with marks need no quotes."""
    return text if re.fullmatch(r"\w[\w./-]*", text) else shlex.quote(text)


def bound_lines(page: ResultPage) -> list[str]:
    """Return what the operators and fields of the query bind in one line, none if there are no such."""
    bound = [f"{each.in_words(LANGUAGES[0])} {printable(each.text)}" for each in page.bound]
    return [" · ".join(bound)] if bound else []


def _counted(other: Suggestion) -> str:
    return f"{printable(other.query)} ({grouped(other.total)})"


def _obstacle_line(obstacle: Obstacle, archive: Coverage | None) -> str:
    """Return what stands in the way and, if dropping it helps, the query or the option without it."""
    kind = obstacle.kind if obstacle.kind in ("exclusion", "marks", "filters") or obstacle.alone else f"{obstacle.kind}_none"
    line = _IN_THE_WAY[kind].format(part=printable(obstacle.part), count=grouped(obstacle.alone))
    if obstacle.kind == "days" and archive and archive.first_published:
        line += f" Kho có bài từ {archive.first_published} đến {archive.last_published}."
    if not obstacle.without:
        return line
    rest = printable(obstacle.query) or ("cả kho" if obstacle.end else f"không có {_options(obstacle)}")
    return f"{line} Bỏ đi thì còn: {rest} ({grouped(obstacle.without)})"


def _options(obstacle: Obstacle) -> str:
    """Return the options that narrow a search by what stands in its way."""
    if obstacle.facet:
        return f"--{obstacle.facet}"
    return {"days": "--from, --to", "marks": "--exact-marks"}.get(obstacle.kind, "điều kiện lọc nào")


def _hit_lines(number: int, hit: Hit, styled: bool) -> list[str]:
    title = next((_marked(snippet, styled) for snippet in hit.snippets if snippet.field == "title"), printable(hit.title))
    day = datetime.fromisoformat(hit.published).astimezone(VIETNAM) if hit.published else None
    about = [printable(hit.source), f"{day.day}/{day.month}/{day.year}" if day else "", hit.id]
    lines = [f"{number}. {title}", "   " + " · ".join(part for part in about if part)]
    if hit.missing:
        lines.append(f"   thiếu: {', '.join(hit.missing)}")
    lines += [f"   {_marked(snippet, styled)}" for snippet in hit.snippets if snippet.field != "title"]
    if hit.copies_total:
        papers = dict.fromkeys(printable(copy.source) or copy.id for copy in hit.copies)
        lines.append(f"   +{grouped(hit.copies_total)} bản đăng lại: {', '.join(papers)}")
    return lines


def _marked(snippet: Snippet, styled: bool) -> str:
    text = printable(snippet.text)
    if not styled:
        return text
    pieces, at = [], 0
    for start, end in snippet.marks:
        pieces += [text[at:start], _BOLD, text[start:end], _PLAIN]
        at = end
    return "".join(pieces) + text[at:]


def printable(text: str) -> str:
    """Return `text` with what could command a terminal replaced, character for character."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def grouped(number: int) -> str:
    """Return a number as Vietnamese papers write it: 1.234."""
    return f"{number:,}".replace(",", ".")


def render_report(report: IngestReport) -> str:
    """Return what became of all that `add` has seen, in one line."""
    parts = [
        f"thêm {grouped(report.added)}",
        f"cập nhật {grouped(report.updated)}",
        f"không đổi {grouped(report.unchanged)}",
        f"loại {grouped(report.rejected)}",
    ]
    if report.undated:
        parts.append(f"{grouped(report.undated)} bài có ngày không đọc được")
    for noun, passed in (("tệp", report.passed_files), ("thư mục", report.passed_folders)):
        if passed:
            ordered = sorted(passed.items(), key=lambda kind: (-kind[1], kind[0]))
            kinds = [f"{grouped(count)} {printable(kind)}" for kind, count in ordered[:_KINDS_SHOWN]]
            others = ordered[_KINDS_SHOWN:]
            kinds += [f"{grouped(sum(count for _, count in others))} thuộc {len(others)} loại khác"] if others else []
            parts.append(f"bỏ qua {grouped(sum(passed.values()))} {noun}: {', '.join(kinds)}")
    return " · ".join(parts)


def render_statistics(found: Statistics) -> str:
    """Return what an archive holds as text."""
    dates = [f"{moment.astimezone(VIETNAM):%d/%m/%Y}" for moment in (found.first_published, found.last_published) if moment]
    rows = [
        ("bài", grouped(found.articles)),
        ("bản", grouped(found.revisions)),
        ("đã gỡ", grouped(found.withdrawn)),
        ("trang gốc", grouped(found.pages)),
        ("bị loại", grouped(found.rejects)),
        ("đăng", " đến ".join(dates) or "không rõ"),
        ("dung lượng", f"{found.bytes / 1e6:.1f} MB"),
    ]
    sources = [f"  {grouped(count):>9}  {printable(source) or '(không rõ báo)'}" for source, count in found.sources]
    return "\n".join([*(f"{name:12}{value}" for name, value in rows), "Theo báo:", *sources]) + "\n"
