from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask, g

import web
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.facet import FACET_NAMES
from corpus.sample import NOTICES
from language.wording import LANGUAGES, messages
from web import create_app
from web.message import number, t

ROOM = Path(web.__file__).parent
SEARCHER = ROOM.parent / "searcher"


def test_every_message_used_exists_and_every_message_is_used() -> None:
    sources = [*ROOM.rglob("*.py"), *ROOM.glob("templates/**/*.*ml")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    literal = set(re.findall(r"""(?:\bt\(|\btold\(|has_message\(|SettingError\()\s*["']([\w.]+)["']\s*[],)]""", text))
    assert literal and literal <= set(messages("web", "vi"))
    made = re.findall(r"""\b_?(?:t|told)\(\s*f?["']([\w.]+\.)(?:["'] ~|["'],|\{)""", text)
    unused = [key for key in messages("web", "vi") if key not in literal and not key.startswith(tuple(made))]
    assert unused == []


def test_every_problem_told_has_a_sentence_and_every_sentence_is_told() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SEARCHER.rglob("*.py")))
    unknown = {f"unknown_{facet}" for facet in FACET_NAMES}
    assert unknown <= set(messages("searcher", "vi"))
    made = tuple(re.findall(r'f"(\w+\.)\{', text))  # which of them are, tests/test_facet_table.py knows
    assert [
        key for key in messages("searcher", "vi") if f'"{key}"' not in text and key not in unknown and not key.startswith(made)
    ] == []


def test_templates_hold_no_words_of_their_own() -> None:
    for path in ROOM.glob("templates/**/*.html"):
        text = re.sub(
            r"{% block page %}.*?{% endblock %}|{#.*?#}|{%.*?%}|{{.*?}}", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        spoken = re.findall(r"""(?:aria-label|title|placeholder|alt)="([^"]*)\"""", text)
        words = re.findall(r"[^\W\d_]{2,}", " ".join([*spoken, re.sub(r"<[^>]*>|&\w+;", " ", text)]))
        assert set(words) <= {"Lục", "Báo"}, path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_hold_no_html(language: str) -> None:
    """presentation.told relies on it."""
    assert [text for text in map(str, messages("web", language).values()) if set("<>&") & set(text)] == []


@pytest.mark.parametrize(("value", "written"), [(0, "0"), (999, "999"), (1234, "1.234"), (1234567, "1.234.567")])
def test_numbers_are_grouped_as_in_vietnam(value: int, written: str) -> None:
    assert number(value) == written
    assert t("articles", count=value) == f"{written} bài"


@pytest.mark.parametrize(("count", "said"), [(1, "1 article"), (2, "2 articles"), (1500, "1,500 articles")])
def test_english_has_a_singular(count: int, said: str) -> None:
    with Flask(__name__).app_context():
        g.language = "en"
        assert t("articles", count=count) == said


def test_what_does_not_exist_raises() -> None:
    with pytest.raises(KeyError):
        t("no.such.message")
    with pytest.raises(KeyError):
        t("articles")


@pytest.mark.parametrize(
    "path", ["/%09/evil.example", "/%0a", "/%0d/evil.example", "//evil.example", "/\\evil.example", "/%5cevil.example"]
)
def test_the_switch_stays_on_this_site(archive_home: Path, path: str) -> None:
    app = create_app(archive_home)
    response = app.test_client().get(f"{path}?lang=en")
    app.extensions["lucbao"].close()
    assert response.status_code in (302, 308, 400, 404)
    place = response.headers.get("Location", "/")
    assert place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()


@pytest.mark.parametrize(
    ("kept", "asked", "spoken", "said"),
    [
        (NOTICES, "vi", "vi", NOTICES["vi"]),
        (NOTICES, "en-GB", "en", NOTICES["en"]),
        ({"vi": "Kho chỉ dùng trong toà soạn."}, "en", "vi", "Kho chỉ dùng trong toà soạn."),
        ({"en": "A < B & <b>C</b>"}, "vi", "en", "A < B & <b>C</b>"),
    ],
)
def test_what_an_archive_must_say_is_said_in_the_pages_language(
    build: Callable[..., Path], kept: dict[str, str], asked: str, spoken: str, said: str
) -> None:
    home = build([])
    with Archive.open(home / ARCHIVE_FILE) as archive:
        archive.traits.set_notices(kept)
    app = create_app(home)
    client = app.test_client()
    client.get("/")  # opens the archive
    page = BeautifulSoup(client.get("/tra-hang-loat", headers={"Accept-Language": asked}).data, "lxml")
    assert [(one["lang"], one.text) for one in page.select(".archive-notice")] == [(spoken, said)]
    app.extensions["lucbao"].close()
