"""The bytes of a page and a seed -> the bytes of a page as templates, cut lines, editors and enemies leave it.

`mutate` applies one to three of MUTATIONS, chosen by the seed: the same page and seed give the same bytes, whatever ran before. Those
named in HARMLESS leave title, date and story standing, so an article with one of them is still an article.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

_TEMPLATES = (
    "{{x}}", "{{ bai.tieu_de | raw }}", "{...props}", "{% if anh %}", "{%- endif -%}", "<?php echo $x ?>", "<%= x %>", "${x}", "@click", ":class",
    "v-on:click.prevent", "[(ngModel)]", "*ngIf", "#ref", "(click)", "xml:", ":", "xmlns:", "a:b:c", "1a", "á", "/", "__proto__",
)  # fmt: skip
_ADDRESSES = (
    "http://[", "http://[::1", "//[", "https://]", "http://[v1.x]/", "http://tin.example:99999/a", "http://tin.example:x/a", "http://tin.example:-1",
    "http://\u2100.example/", "http://xn--/", "http://a..b/", "http://" + "a" * 64 + ".example/", "http://tin.example/\x01\x1f", "http://\ud83d\udca9/", "http:",
    "javascript:alert(1)", "data:text/html,x", "//", "///", "http://user:pass@[", "http://%5B/", "http://tin.example/%", "mailto:a@b", "http://тест/bai/1", "{{url}}",
    "http://tin.example/" + "a" * 5000, " \t\n", "http:// /", "http://tin example/", "\\\\may\\chia", "file:///etc/passwd", "https://\u0000/",
)  # fmt: skip
_ENTITIES = (
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&#99999999999999999999;",
    "&",
    "&;",
    "&#;",
    "&#x;",
    "&amp;amp;",
    "&nbsp",
    "&khongco;",
    "&#x202e;",
    "&lt;p&gt;",
)
_BROKEN = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xfe\xff", b"\xe1\xba", b"\xc0\x80")
_ADDRESSED = re.compile(rb'(?:href|src|content|action|data-url|srcset|"url"|"@id"|"image")\s*[=:]\s*"((?:https?:)?/[^"]*)"')
_TAG = re.compile(rb"<[a-z][a-z0-9]*", re.I)
_ATTRIBUTE = re.compile(rb'(?<=\s)[a-z-]+="[^"]{0,200}"', re.I)

Mutation = Callable[[bytes, random.Random], bytes]


class Mutated(NamedTuple):
    """A page and the names of what was done to it, in order."""

    page: bytes
    names: tuple[str, ...]


def mutate(page: bytes, seed: int, *, names: Sequence[str] = ()) -> Mutated:
    """Return `page` with one to three mutations, of those in `names` or of all."""
    draw = random.Random(seed)
    chosen = tuple(draw.choice(tuple(names) or tuple(MUTATIONS)) for _ in range(draw.randint(1, 3)))
    for name in chosen:
        page = MUTATIONS[name](page, draw)
    return Mutated(page, chosen)


def _place(page: bytes, draw: random.Random) -> int:
    return draw.randrange(len(page) + 1)


def _after(pattern: re.Pattern[bytes], page: bytes, draw: random.Random) -> int:
    ends = [match.end() for match in pattern.finditer(page)]
    return draw.choice(ends) if ends else _place(page, draw)


def _inserted(page: bytes, at: int, *parts: bytes) -> bytes:
    return b"".join((page[:at], *parts, page[at:]))


def _written(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def flip(page: bytes, draw: random.Random) -> bytes:
    """Change single bytes."""
    changed = bytearray(page)
    for _ in range(draw.randint(1, 20) if page else 0):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def delete(page: bytes, draw: random.Random) -> bytes:
    """Leave out a span."""
    at = _place(page, draw)
    return page[:at] + page[at + draw.choice((1, 10, 100, 1000)) :]


def cut(page: bytes, draw: random.Random) -> bytes:
    """End in the middle, as a broken connection does."""
    return page[: _place(page, draw)]


def repeat(page: bytes, draw: random.Random) -> bytes:
    """Write a span several times."""
    at, size = _place(page, draw), draw.choice((1, 10, 100, 1000, 10_000))
    return _inserted(page, at, page[at : at + size] * draw.choice((1, 2, 10, 50)))


def swap(page: bytes, draw: random.Random) -> bytes:
    """Exchange two spans."""
    first, second = sorted((_place(page, draw), _place(page, draw)))
    size = min(draw.choice((1, 20, 500)), second - first)
    moved, kept = page[second : second + size], page[first : first + size]
    return page[:first] + moved + page[first + size : second] + kept + page[second + size :]


def template_in_attribute(page: bytes, draw: random.Random) -> bytes:
    """Leave the syntax of a template among attributes: as a name, a value, or both."""
    for _ in range(draw.randint(1, 5)):
        name, value = _written(draw.choice(_TEMPLATES)), _written(draw.choice(_TEMPLATES))
        attribute = draw.choice((b" %b", b' %b=""', b' class="%b"', b' id="%b"', b' style="%b"', b" %b=%b"))
        attribute = attribute % ((name, value) if attribute.count(b"%b") == 2 else (name,))
        page = _inserted(page, _after(_TAG, page, draw), attribute)
    return page


def template_in_text(page: bytes, draw: random.Random) -> bytes:
    """Leave the syntax of a template where text stands."""
    for _ in range(draw.randint(1, 5)):
        page = _inserted(
            page, _after(re.compile(rb"<(?:p|div|h1|h2|span|li)\b[^>]*>", re.I), page, draw), _written(draw.choice(_TEMPLATES))
        )
    return page


def broken_address(page: bytes, draw: random.Random) -> bytes:
    """Put what is no address where one stands: links, canonical, og:url, JSON-LD, pictures."""
    for _ in range(draw.randint(1, 4)):
        found = list(_ADDRESSED.finditer(page))
        if found:
            match = draw.choice(found)
            page = page[: match.start(1)] + _written(draw.choice(_ADDRESSES)) + page[match.end(1) :]
    return page


def added_address(page: bytes, draw: random.Random) -> bytes:
    """Declare a broken address in the head, or link to one in the story."""
    broken = _written(draw.choice(_ADDRESSES))
    head = draw.choice((
        b'<base href="%b">', b'<link rel="canonical" href="%b">', b'<link rel="amphtml" href="%b">', b'<meta property="og:url" content="%b">',
        b'<meta property="og:image" content="%b">', b'<script type="application/ld+json">{"@type":"NewsArticle","url":"%b","image":["%b"]}</script>',
        b'<p><a href="%b">Xem th\xc3\xaam</a> <img src="%b" srcset="%b 2x"></p>', b'<iframe src="%b"></iframe>', b'<object data="%b"></object>',
    ))  # fmt: skip
    place = re.compile(
        rb"<article[^>]*>|<body[^>]*>|</p>" if head.startswith((b"<p>", b"<iframe", b"<object")) else rb"<head[^>]*>", re.I
    )
    return _inserted(page, _after(place, page, draw), head.replace(b"%b", broken))


def bad_entity(page: bytes, draw: random.Random) -> bytes:
    """Refer to characters that there are not."""
    for _ in range(draw.randint(1, 10)):
        page = _inserted(page, _after(re.compile(rb">|=\""), page, draw), _written(draw.choice(_ENTITIES)))
    return page


def broken_encoding(page: bytes, draw: random.Random) -> bytes:
    """Put bytes that are no UTF-8, or declare another encoding."""
    if draw.random() < 0.3:
        declared = draw.choice(
            (b"utf-16", b"x-user-defined", b"windows-1258", b"iso-2022-jp", b"utf-7", b"khong-co", b"\xff", b"rot13", b"idna")
        )
        return re.sub(rb"(?i)(?<=charset=)[\"']?[\w-]+", lambda _: declared, page)
    for _ in range(draw.randint(1, 5)):
        page = _inserted(page, _place(page, draw), draw.choice(_BROKEN))
    return page


def whole_encoding(page: bytes, draw: random.Random) -> bytes:
    """Write the page in another encoding, or in UTF-8 twice over."""
    text = page.decode("utf-8", "replace")
    kind = draw.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1258", "twice"))
    return text.encode("utf-8").decode("cp1252", "replace").encode() if kind == "twice" else text.encode(kind, "replace")


def nesting(page: bytes, draw: random.Random) -> bytes:
    """Open elements that are never closed, deeper than any parser follows."""
    depth, tag = (
        draw.choice((50, 500, 5000, 50_000)),
        draw.choice((b"div", b"b", b"span", b"table", b"ul><li", b"font", b"a href=x", b"section", b"h1")),
    )
    return _inserted(page, _after(re.compile(rb"</p>|<body[^>]*>", re.I), page, draw), b"<%b>" % tag * depth)


def huge_attribute(page: bytes, draw: random.Random) -> bytes:
    """Give an element an attribute, or many, of a size that nobody writes."""
    size = draw.choice((1000, 100_000, 1_000_000))
    value = draw.choice((b"a", b" ", b"a ", b"aA", b"\xc3\xa1", b"&amp;", b"-", b"font-weight:", b"1", b"http://[", b"x-"))
    name = draw.choice(
        (
            b"class",
            b"id",
            b"style",
            b"href",
            b"alt",
            b"title",
            b"content",
            b"data-x",
            b"itemprop",
            b"rel",
            b"datetime",
            b"a" * 70_000,
        )
    )
    attribute = b' %b="%b"' % (name, value * (size // len(value)))
    if draw.random() < 0.3:
        attribute = b"".join(b' a%d="x"' % number for number in range(size // 100))
    return _inserted(page, _after(_TAG, page, draw), attribute)


def doubled_attribute(page: bytes, draw: random.Random) -> bytes:
    """Write attributes twice, with other values."""
    for _ in range(draw.randint(1, 5)):
        found = list(_ATTRIBUTE.finditer(page))
        if found:
            match = draw.choice(found)
            page = _inserted(
                page, match.end(), b" ", match[0].partition(b"=")[0], b'="', _written(draw.choice(_TEMPLATES[:6])), b'"'
            )
    return page


def nul(page: bytes, draw: random.Random) -> bytes:
    """Strew zeros and other control characters."""
    for _ in range(draw.randint(1, 10)):
        page = _inserted(page, _place(page, draw), bytes((draw.choice((0, 0, 1, 8, 11, 12, 26, 27, 127)),)))
    return page


def odd_characters(page: bytes, draw: random.Random) -> bytes:
    """Strew marks, directions and letters that only look alike through the text."""
    strewn = (
        "\u202e",
        "\u200b" * 50,
        "\u0301" * 500,
        "\ud800",
        "\ufffe",
        "\U000e0041",
        "\ufeff",
        "Ð",
        "\u0130",
        "(" * 500,
        "ﷺ" * 50,
        "\u2028",
        "\x85",
    )
    for _ in range(draw.randint(1, 5)):
        page = _inserted(page, _after(re.compile(rb"> *"), page, draw), _written(draw.choice(strewn)))
    return page


def bad_linked_data(page: bytes, draw: random.Random) -> bytes:
    """Declare an article in JSON-LD whose parts are of all kinds but the right one."""
    value = draw.choice((
        "[" * 3000, "{}", "[]", "null", "1e999", "-0", "9" * 5000, '"\\ud800"', '{"a":' * 500, '[[["x"]]]', '"http://["', "true", '{"@type":1}',
        '[null,{"@type":null}]', '{"@type":{"a":[]},"name":{"name":[]}}', '"2022-13-45T99:99"', '"' + "x" * 100_000 + '"', '"0000-00-00"', "NaN",
    ))  # fmt: skip
    key = draw.choice(
        (
            "author",
            "headline",
            "datePublished",
            "dateModified",
            "publisher",
            "url",
            "mainEntityOfPage",
            "image",
            "keywords",
            "@graph",
            "@type",
            "articleSection",
        )
    )
    script = f'<script type="application/ld+json">{{"@type":"NewsArticle","{key}":{value}}}</script>'
    return _inserted(page, _after(re.compile(rb"<head[^>]*>", re.I), page, draw), _written(script))


def bad_date(page: bytes, draw: random.Random) -> bytes:
    """Declare dates that no calendar has."""
    date = draw.choice(("0000-00-00", "9999-12-31T23:59:59-14:00", "2022-02-30", "99999999999999999999", "1" * 10, "0001-01-01", "+292277026596-12-04", "/Date(-1)/", "2022-07-12T08:30:00+99:99", "{{date}}", "12/7/2022 25:61", "١٢/٧/٢٠٢٢"))  # fmt: skip
    name = draw.choice((b"article:published_time", b"article:modified_time", b"pubdate"))
    return _inserted(
        page, _after(re.compile(rb"<head[^>]*>", re.I), page, draw), b'<meta property="%b" content="%b">' % (name, _written(date))
    )


MUTATIONS: dict[str, Mutation] = {
    mutation.__name__: mutation
    for mutation in (
        flip, delete, cut, repeat, swap, template_in_attribute, template_in_text, broken_address, added_address, bad_entity, broken_encoding, whole_encoding,
        nesting, huge_attribute, doubled_attribute, nul, odd_characters, bad_linked_data, bad_date,
    )
}  # fmt: skip
HARMLESS = (
    "template_in_attribute", "template_in_text", "broken_address", "added_address", "bad_entity", "doubled_attribute", "bad_date",
)  # fmt: skip
