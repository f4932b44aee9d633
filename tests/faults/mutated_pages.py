"""The pages of the sample archive, and lines and texts made of its articles, mutated -> whatever a reader does not take well.

Each reader must give an article or a refusal with its reason, within a bound of time, and the article must be one the archive can keep: it
reads back as it was written, its texts are clean.
"""

from __future__ import annotations

import json
import random
import sys
import unicodedata
from collections.abc import Callable

import archive_maker
from bound import CaseTooSlow, Growth, within
from mutation import HARMLESS, mutate
from tally import Plan, Tally, read_plan

from corpus import record
from corpus.article import Article
from corpus.errors import NotAnArticle
from corpus.reading.jsonl import read_line, write_line
from corpus.reading.page import read_page
from corpus.reading.plain_text import read_plain_text

SECONDS = 10.0  # of the processor, for one page
_GROWTH = 500 << 20  # bytes
_VALUES = (
    "null", "true", "0", "-1", "1e400", "[]", "{}", '""', '"\\u0000"', '"\\ud800"', "[[[[[]]]]]", '["a", null, 3]', '{"title": 3}', '"' + "a" * 10_000 + '"',
    '"2022-13-45T99:99"', '"http://["', '"<p>{{x}}</p>"', '["<p>", "</p>"]', '"<b>"', "NaN", '"' + "<p>" * 200 + '"', '"' + "#a_b " * 300 + '"',
)  # fmt: skip
_KEYS = (
    *(
        "url",
        "title",
        "lead",
        "body",
        "captions",
        "published",
        "modified",
        "fetched_at",
        "source",
        "section",
        "authors",
        "tags",
        "related",
    ),
    *("html", "html_base64", "stated_source", "blocks", "credits", "khác"),
)


def mutated_line(chance: random.Random) -> bytes:
    """Return a line of JSON, near the exchange format."""
    line = archive_maker.article(14, chance.randrange(50), paragraphs=2)
    if chance.random() < 0.3:
        line["html"] = mutate(chance.choice(archive_maker.sample_pages()), chance.randrange(1 << 30)).page.decode(
            "utf-8", "replace"
        )
        for name in chance.sample(sorted(line), chance.randint(0, 3)):
            line.pop(name)
    parts = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in line.items()]
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        parts.insert(chance.randrange(len(parts) + 1), f'"{chance.choice(_KEYS)}": {chance.choice(_VALUES)}')
    content = ("{" + ", ".join(parts) + "}").encode("utf-8", "surrogatepass")
    return mutate(content, chance.randrange(1 << 30)).page if chance.random() < 0.4 else content


def mutated_text(chance: random.Random) -> bytes:
    """Return plain text, near what is copied from a page."""
    article = archive_maker.article(14, chance.randrange(50), paragraphs=3)
    lines = [article["title"], article.get("lead", ""), *article["body"]]
    for _ in range(chance.randint(0, 4)):
        odd = (
            "#a_b #c",
            "Tiêu đề: x",
            "Nguồn: " + "y" * 200,
            f"{article['title']} - Hình 1",
            "Ảnh: A",
            "-" * 80,
            "",
            "\x00\x07",
            "Tin liên quan",
            "#" * 5000,
            "\u202e",
        )
        lines.insert(chance.randrange(len(lines)), chance.choice(odd))
    content = chance.choice(("\n\n", "\n", "\r\n", "\r")).join(lines).encode()
    return mutate(content, chance.randrange(1 << 30)).page if chance.random() < 0.5 else content


def wrong(article: Article) -> str:
    """Return what is wrong with an article that was read, "" if nothing is."""
    if record.decode(record.encode(article)) != article:
        return "it does not read back from the archive as it is"
    again, _ = read_line(write_line(article))
    if again.content_hash != article.content_hash:
        return "it does not read back from the exchange format as it is"
    texts = [
        article.title,
        article.lead,
        article.source,
        article.section,
        *article.tags,
        *article.authors,
        *(block.text for block in article.blocks),
    ]
    unclean = [
        text
        for text in texts
        if unicodedata.normalize("NFC", text) != text or any(unicodedata.category(sign) == "Cc" for sign in text)
    ]
    return (
        f"texts that are not clean: {unclean[:2]!r}"[:500] if unclean else "" if article.title else "an article without a title"
    )


def case(number: int, chance: random.Random) -> tuple[str, Callable[[], Article], bool]:
    """Return what is read, its reading, and whether it must be an article."""
    if number % 4 == 0:
        line = mutated_line(chance)
        return f"a line of {len(line)} bytes", lambda: read_line(line)[0], False
    if number % 20 == 1:
        text = mutated_text(chance)
        return f"a text of {len(text)} bytes", lambda: read_plain_text(text), False
    pages = archive_maker.sample_pages()
    # What is written into a page of two bytes a letter takes it apart.
    harmless = chance.random() < 0.3 and b"\x00" not in pages[number % len(pages)]
    mutated = mutate(pages[number % len(pages)], number, names=HARMLESS if harmless else ())
    return f"page {number % len(pages)} of the sample, {mutated.names}", lambda: read_page(mutated.page), harmless


def attack(plan: Plan) -> Tally:
    """Make the attempts."""
    tally, memory = Tally("pages, lines, texts"), Growth(warm=1000, most=_GROWTH)
    for number, chance in plan.attempts():
        read, said = "", ""
        try:
            with within(SECONDS):
                read, reading, must = case(number, chance)
                try:
                    said = wrong(reading())
                except NotAnArticle as refusal:
                    said = f"refused: {refusal.reason}" if must or not refusal.reason else ""
        except (Exception, CaseTooSlow) as error:  # whatever it is, it is what we look for
            said = repr(error)
        if said:
            tally.fail(f"--seed {number}: {read}: {said}")
        tally.tried += 1
        if grown := memory.told(tally.tried):
            tally.fail(f"from --seed {plan.seed}: {grown}")
            break
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Read and look."""
    return attack(read_plan(__doc__, tries=10_000, arguments=arguments)).close()


if __name__ == "__main__":
    sys.exit(main())
