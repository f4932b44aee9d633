"""What an alert has to tell -> one digest: subject, text and HTML of a mail, and what a webhook gets.

Invariant: of any number of news the digest names at most MOST_NAMED, the last first, says how many there are, and where all of them stand; an
article's own words are escaped and its links are http or https.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from html import escape
from typing import Any, TypedDict
from urllib.parse import quote

from alert.alert_file import Alert
from alert.message import text
from alert.state import News
from corpus.article import Article
from corpus.writing.column import address
from language.timestamp import VIETNAM
from language.wording import grouped
from searcher.parameter import encoded

MOST_NAMED = 200
_LONGEST_SUMMARY = 300


class Digest(TypedDict):
    """What is kept of a run until it is delivered: `at` in seconds since 1970, `payload` for a webhook, the rest for mail."""

    at: float
    language: str
    subject: str
    text: str
    html: str
    payload: dict[str, Any]


def digest(
    alert: Alert,
    news: Sequence[News],
    articles: Mapping[int, Article],
    *,
    at: float,
    base: str,
    language: str,
    trial: bool = False,
) -> Digest:
    """Return the digest of a run. `articles` are those of the news that are `named`, by change; `base` is the site's address or ""."""

    def say(code: str, **values: object) -> str:
        return text(language, code, **values)

    shown = named(news)
    rows = [_row(each, articles[each.change], base) for each in shown]
    subject = say("subject", name=alert.name, count=len(news))
    if trial:
        subject = say("trial", subject=subject)
    heading = say("heading", name=alert.name, count=len(news))
    more = say("more", count=len(news) - len(shown)) if len(news) > len(shown) else ""
    search = f"{base}/tim-kiem?{encoded(alert.request)}" if base else ""
    page = f"{base}/theo-doi/{quote(alert.name, safe='')}" if base else ""
    return {
        "at": at,
        "language": language,
        "subject": subject,
        "text": _as_text(say, language, heading, rows, more, search, page),
        "html": _as_html(say, language, heading, rows, more, search, page),
        "payload": {
            "alert": alert.name,
            "search": encoded(alert.request),
            "at": datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="seconds"),
            "trial": trial,
            "total": len(news),
            "articles": rows,
            "page": page,
        },
    }


def named(news: Sequence[News]) -> list[News]:
    """Return those that a digest names: the last to come into the archive, the last first."""
    return sorted(news, key=lambda each: -each.change)[:MOST_NAMED]


def _row(each: News, article: Article, base: str) -> dict[str, Any]:
    summary = article.lead or next((block.text for block in article.blocks if block.kind == "paragraph"), "")
    if len(summary) > _LONGEST_SUMMARY:
        summary = summary[:_LONGEST_SUMMARY].rpartition(" ")[0] + "…"
    return {
        "id": article.id,
        "change": each.change,
        "new": each.is_new,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "summary": summary,
        "permalink": address(article, base),
        "url": article.url if article.url.startswith(("http://", "https://")) else "",
    }


def _about(say: Callable[..., str], row: Mapping[str, Any]) -> str:
    """Return where and when an article appeared, and whether it is one that was changed."""
    day = datetime.fromisoformat(row["published"]).astimezone(VIETNAM) if row["published"] else None
    parts = (row["source"], f"{day.day}/{day.month}/{day.year}" if day else "", "" if row["new"] else say("changed"))
    return " · ".join(filter(None, parts))


def _as_text(
    say: Callable[..., str], language: str, heading: str, rows: Sequence[Mapping[str, Any]], more: str, search: str, page: str
) -> str:
    lines = [heading, ""]
    for number, row in enumerate(rows, 1):
        lines.append(f"{grouped(number, language)}. {row['title']}")
        lines += [f"   {line}" for line in (_about(say, row), row["summary"], row["permalink"] or row["url"]) if line]
        lines.append("")
    lines += [line for line in (more, say("see_search", address=search) if search else "", page) if line]
    return "\n".join([*lines, "", "-- ", say("why")]) + "\n"


def _as_html(
    say: Callable[..., str], language: str, heading: str, rows: Sequence[Mapping[str, Any]], more: str, search: str, page: str
) -> str:
    parts = [f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(heading)}</title></head>']
    parts.append('<body style="font:16px/1.6 sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem">')
    parts.append(f'<h1 style="font-size:1.25rem">{escape(heading)}</h1><ol>')
    for row in rows:
        title, link = f'<b lang="vi">{escape(row["title"])}</b>', row["permalink"] or row["url"]
        parts.append(f'<li style="margin-bottom:1rem">{_link(link, title) if link else title}')
        about = escape(_about(say, row))
        parts.append(f'<div style="color:#655e54">{about}</div>' if about else "")
        parts.append(f'<div lang="vi">{escape(row["summary"])}</div></li>')
    parts.append("</ol>")
    parts.append(f"<p>{escape(more)}</p>" if more else "")
    links = [_link(target, escape(say(code))) for target, code in ((search, "search"), (page, "page")) if target]
    parts.append(f"<p>{' · '.join(links)}</p>" if links else "")
    parts.append(f'<p style="color:#655e54">{escape(say("why"))}</p></body></html>')
    return "\n".join(filter(None, parts)) + "\n"


def _link(target: str, content: str) -> str:
    return f'<a href="{escape(target)}">{content}</a>'
