"""corpus.reading.page.verdict: every sign weighs what it weighs. A page that is just an article is none for half a point less.

Points come in halves, and `tagged` is worth one: each page below has just as many as it needs, and is refused without its tags. So a sign
that weighed more or less would take in the one or refuse the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from corpus.article import Block
from corpus.reading.page.metadata import Metadata, Value
from corpus.reading.page.node import Tree
from corpus.reading.page.page import Page
from corpus.reading.page.publication_date import Publication
from corpus.reading.page.region import Region, is_headline_link
from corpus.reading.page.story import Story
from corpus.reading.page.title import Headline
from corpus.reading.page.tree import parse
from corpus.reading.page.verdict import ERROR, HOME, NO_TEXT, NO_TITLE, SEARCH, SECTION, STATIC, Evidence, refusal
from language.timestamp import VIETNAM

DAY = datetime(2022, 7, 12, tzinfo=VIETNAM)
TITLE = "Xã Đồng Vạn gỡ khó tiêu chí trường học"
LINK = "<p><a href='/x'>Sáu trạm y tế được nâng cấp</a></p>"
DATED = "<p>12/07/2022 08:30</p>"
PROSE = "<p>Sáng nay, phụ huynh có mặt từ sớm ở sân trường.</p>"
SITE = "https://bao.example"
SURE_BY_TWO = {"matched": True, "date": "visible", "words": 79, "lead": True}
"""As many points more as it needs."""


def region_of(tree: Tree, rest: int) -> Region:
    """Return a region whose body is the page's div, 100 for each line of prose in it; prose of the weight `rest` stands elsewhere."""
    body = next(node for node in tree.nodes if node.tag == "div")
    weights = [-15 if is_headline_link(line) else 0 if "/" in line.text else 100 for line in tree.lines]
    weights[body.end :] = [0] * (len(weights) - body.end)
    weights[-1] = rest
    return Region(body, body, (False,) * len(weights), tuple(weights), (frozenset(),) * len(tree.nodes))


def page(
    *,
    words: int = 200,
    paragraphs: int = 2,
    rows: int = 0,
    lead: bool = False,
    byline: bool = False,
    tagged: bool = True,
    captions: int = 0,
    date: str = "",
    shown: bool = True,
    matched: bool = False,
    kinds: str = "",
    url: str = "",
    title: str = TITLE,
    body: str = PROSE,
    above: str = "",
    rest: int = 0,
) -> Evidence:
    """Return the evidence of a page of so many words, the lead's one included, whose lines are those of `body`."""
    tree = parse(f"<html><head><title>{title}</title></head><body>{above}<div>{body}</div><p>Hết.</p></body></html>")
    first, *others = [1] * paragraphs
    texts = [words - lead - len(others), *others] if first else []
    return Evidence(
        page=Page(
            tree=tree,
            region=region_of(tree, rest),
            metadata=Metadata({"url": (Value(url, "given"),)} if url else {}, frozenset(kinds.split()), ""),
            headline=Headline(title, "visible", 0 if shown else -1, 0 if shown else -1, matched, 6.5),
            address=url,
        ),
        story=Story(
            lead="Tin" if lead else "",
            blocks=(
                *(Block("paragraph", " ".join(["chữ"] * count)) for count in texts),
                *((Block("caption", " ".join(["ảnh"] * captions)),) if captions else ()),
            ),
            bylines=("Vi Thành",) if byline else (),
            links=(),
            hashtags=(),
            rows=rows,
        ),
        publication=Publication(DAY if date else None, date, None, "", ()),
        tagged=tagged,
    )


JUST_ENOUGH: dict[str, dict[str, Any]] = {
    "a headline as declared": {"matched": True, "words": 149, "lead": True},
    "a headline": {"words": 300},
    "no headline": {"shown": False, "date": "visible"},
    "a declared headline that is not shown": {"shown": False, "matched": True, "date": "visible"},
    "a date in JSON-LD": {"date": "json-ld", "words": 79, "lead": True},
    "a date in meta": {"date": "meta", "words": 79, "lead": True},
    "a date in microdata": {"date": "microdata", "words": 79, "lead": True, "byline": True},
    "a date that is shown": {"date": "visible", "words": 79},
    "a date in the address": {"date": "url", "words": 79, "lead": True, "byline": True},
    "said to be an article": {"kinds": "NewsArticle", "words": 79, "lead": True, "byline": True},
    "a site and an article": {"kinds": "og:website NewsArticle", "words": 79, "lead": True, "byline": True},
    "said to be a list": {"kinds": "CollectionPage", "matched": True, "date": "visible", "words": 100},
    "said to be a site": {"kinds": "og:website", "words": 300, "lead": True, "byline": True},
    "39 words": {"words": 39, "matched": True, "date": "visible", "paragraphs": 3, "lead": True},
    "40 words": {"words": 40, "matched": True, "date": "meta"},
    "59 words": {"words": 59, "matched": True, "date": "meta"},
    "60 words": {"words": 60, "date": "visible"},
    "50 words and 10 of captions": {"words": 50, "captions": 10, "date": "visible"},
    "80 words": {"words": 80, "matched": True, "lead": True},
    "150 words": {"words": 150, "matched": True, "kinds": "og:website", "byline": True},
    "299 words": {"words": 299, "matched": True, "kinds": "og:website", "byline": True},
    "three paragraphs": {"paragraphs": 3},
    "half of it tables": {"paragraphs": 4, "rows": 2},
    "most of it tables": {"paragraphs": 4, "rows": 3, "matched": True, "date": "url"},
    "a third of the prose": {"rest": 200, "words": 300},
    "less than a third of the prose": {"rest": 201, "matched": True, "words": 300, "lead": True},
    "an address of five words": {"url": f"{SITE}/mot-hai-ba-bon-nam", "kinds": "og:website", "lead": True},
    "an address of three words and a number": {"url": f"{SITE}/mot-hai-ba-1234.html", "kinds": "og:website", "lead": True},
    "an address of three words and a short number": {"url": f"{SITE}/mot-hai-ba-123.html", "lead": True},
    "an address of two words and a number": {"url": f"{SITE}/mot-hai-1234.html", "lead": True},
    "a number in the query": {"url": f"{SITE}/xem?id=123", "lead": True},
    "a short number in the query": {"url": f"{SITE}/xem?id=12"} | SURE_BY_TWO,
    "an address of four words": {"url": f"{SITE}/mot-hai-ba-bon", "lead": True, "byline": True},
    "an address of three words": {"url": f"{SITE}/thoi-su/mot-hai-ba"} | SURE_BY_TWO,
    "an address of a search": {"url": f"{SITE}/tim-kiem/mot-hai-ba-bon-nam"} | SURE_BY_TWO,
    "two teasers": {"body": (LINK + PROSE) * 2, "lead": True, "byline": True},
    "three teasers": {"body": (LINK + PROSE) * 3, "matched": True, "date": "visible"},
    "three teasers in as much prose": {"body": (LINK + PROSE) * 3 + PROSE * 3, "matched": True, "date": "visible"},
    "three teasers in more prose": {"body": (LINK + PROSE) * 3 + PROSE * 4, "lead": True, "byline": True},
    "seven links": {"body": PROSE + LINK * 7, "lead": True, "byline": True},
    "eight links": {"body": PROSE * 7 + LINK * 8} | SURE_BY_TWO,
    "eight links in as much prose": {"body": PROSE * 8 + LINK * 8, "lead": True, "byline": True},
    "three dates": {"body": PROSE + DATED * 3, "lead": True, "byline": True},
    "four dates": {"body": PROSE * 8 + DATED * 4, "matched": True, "date": "visible", "words": 100},
    "four dates in more prose": {"body": PROSE * 9 + DATED * 4, "lead": True, "byline": True},
    "80 links above": {"above": LINK * 80, "lead": True, "byline": True},
    "81 links above": {"above": LINK * 81, "body": PROSE * 5, "matched": True, "lead": True},
    "81 links above more prose": {"above": LINK * 81, "body": PROSE * 6, "lead": True, "byline": True},
}


@pytest.mark.parametrize("signs", JUST_ENOUGH.values(), ids=JUST_ENOUGH)
def test_each_sign_weighs_what_it_weighs(signs: dict[str, Any]) -> None:
    assert refusal(page(**signs)) == ""
    assert refusal(page(**signs, tagged=False)) != ""


@pytest.mark.parametrize(
    ("signs", "why"),
    [
        ({"words": 24}, NO_TEXT),
        ({"words": 25}, ""),
        ({"words": 20, "captions": 4}, NO_TEXT),
        ({"words": 20, "captions": 5}, ""),
        ({"words": 199, "title": "Không tìm thấy trang"}, ERROR),
        ({"words": 200, "title": "Không tìm thấy trang"}, ""),
        ({"title": "Liên hệ", "kinds": ""}, STATIC),
        ({"title": "Liên hệ"}, ""),
        ({"title": "Giới thiệu sách mới", "kinds": "", "date": ""}, STATIC),
        ({"title": "Giới thiệu sách mới", "kinds": ""}, ""),
        ({"title": "Giới thiệu sách mới", "date": ""}, ""),
        ({"url": SITE}, HOME),
        ({"url": f"{SITE}/"}, HOME),
        ({"url": f"{SITE}/?p=7&x"}, ""),
    ],
)
def test_what_no_other_sign_makes_good(signs: dict[str, Any], why: str) -> None:
    sure = {
        "matched": True,
        "date": "visible",
        "paragraphs": 3,
        "words": 300,
        "kinds": "NewsArticle",
        "lead": True,
        "byline": True,
    }
    assert refusal(page(**(sure | signs))) == why


@pytest.mark.parametrize(
    ("signs", "why"),
    [
        ({}, NO_TEXT),
        ({"shown": False, "words": 60}, NO_TEXT),
        ({"shown": False, "words": 61}, NO_TITLE),
        ({"above": LINK * 7}, NO_TEXT),
        ({"above": LINK * 8}, SECTION),
        ({"above": LINK * 8, "url": f"{SITE}/tag/nong-thon"}, SEARCH),
        ({"kinds": "CollectionPage"}, SECTION),
        ({"kinds": "CollectionPage", "url": f"{SITE}/tag/nong-thon"}, SEARCH),
        ({"body": (LINK + PROSE) * 3}, SECTION),
        ({"title": "Kết quả tìm kiếm: nông thôn"}, SEARCH),
    ],
)
def test_the_reason_is_what_the_page_looks_like(signs: dict[str, Any], why: str) -> None:
    assert refusal(page(**({"words": 50} | signs))) == why
