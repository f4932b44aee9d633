"""corpus.writing.citation and corpus.writing.export: what is written is read back by libraries that reference managers share their formats with."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Block
from corpus.reading.jsonl import read_line
from corpus.writing.citation import bibtex, csl, ris
from corpus.writing.column import ExportedArticle
from corpus.writing.export import FORMATS, write
from language.text import clean
from language.timestamp import VIETNAM

ADDRESS = "https://luc.example/bai-viet/x"
SCHOOL = Article(
    title="Trường THPT đạt chuẩn {mức độ 2}: 100% & hơn",
    lead="Ba trường_vừa đạt chuẩn \\quốc gia} #1.",
    blocks=(Block("paragraph", "Thân bài."),),
    url="https://bao.example/truong_1.html?a={b}&c=50%25",
    authors=("Lê Thị Thu Hà", "Trần and Minh"),
    source="Báo Núi",
    section="Giáo dục",
    tags=("giáo dục", "Quảng Ninh"),
    published=datetime(2022, 7, 11, 23, 30, tzinfo=VIETNAM),
    fetched_at=datetime(2024, 1, 2, 3, 4, tzinfo=VIETNAM),
)
_PLAIN = {r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}", r"\textasciitilde{}": "~"}
_PLAIN |= {r"\textasciicircum{}": "^"} | {"\\" + sign: sign for sign in "#$%&_"}


def unescaped(text: str) -> str:
    found, at = "", 0
    while at < len(text):
        taken = next((code for code in _PLAIN if text.startswith(code, at)), text[at])
        found += _PLAIN.get(taken, taken)
        at += len(taken)
    return found


def bibtex_fields(text: str) -> dict[str, str]:
    library = bibtexparser.parse_string(text, append_middleware=[])
    assert not library.failed_blocks and len(library.entries) == 1
    return {field.key: str(field.value) for field in library.entries[0].fields} | {"ENTRYTYPE": library.entries[0].entry_type}


def test_ris_says_where_and_when() -> None:
    (read,) = rispy.loads(ris(SCHOOL, ADDRESS))
    assert read["type_of_reference"] == "NEWS"
    assert read["title"] == SCHOOL.title and read["authors"] == list(SCHOOL.authors)
    assert read["secondary_title"] == "Báo Núi" and (read["year"], read["date"]) == ("2022", "2022/07/11/")
    assert read["urls"] == [SCHOOL.url] and read["keywords"] == list(SCHOOL.tags) and read["access_date"] == "2024/01/02/"
    assert read["notes"] == [f"Bản lưu: {ADDRESS}", f"SHA-256: {SCHOOL.content_hash}"]


def test_ris_lines_end_as_the_format_asks() -> None:
    assert ris(SCHOOL).startswith("TY  - NEWS\r\n") and ris(SCHOOL).endswith("\r\nER  - \r\n\r\n")
    assert "\n" not in ris(SCHOOL).replace("\r\n", "")


def test_bibtex_says_where_and_when() -> None:
    read = bibtex_fields(bibtex(SCHOOL, ADDRESS))
    assert read["ENTRYTYPE"] == "article" and read["entrysubtype"] == "newspaper"
    assert unescaped(read["title"].removeprefix("{").removesuffix("}")) == SCHOOL.title
    assert read["author"] == "{Lê Thị Thu Hà} and {Trần and Minh}" and read["journal"] == "Báo Núi"
    assert (read["date"], read["year"], read["month"], read["day"]) == ("2022-07-11", "2022", "jul", "11")
    assert read["url"] == "https://bao.example/truong_1.html?a=%7Bb%7D&c=50%25" and read["urldate"] == "2024-01-02"
    assert unescaped(read["abstract"]) == SCHOOL.lead
    assert bibtex(SCHOOL).startswith(f"@article{{baonui-2022-{SCHOOL.id},\n")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "article-newspaper"),
        ("author", [{"literal": "Lê Thị Thu Hà"}, {"literal": "Trần and Minh"}]),
        ("container-title", "Báo Núi"),
        ("issued", {"date-parts": [[2022, 7, 11]]}),
        ("accessed", {"date-parts": [[2024, 1, 2]]}),
        ("URL", SCHOOL.url),
        ("archive_location", ADDRESS),
    ],
)
def test_csl_json(key: str, value: object) -> None:
    assert json.loads(json.dumps(csl(SCHOOL, ADDRESS)))[key] == value


def test_what_is_not_known_is_left_out() -> None:
    bare = Article("Tít")
    assert set(csl(bare)) == {"id", "type", "title", "archive", "archive_location", "language", "note"}
    assert bibtex(bare).startswith(f"@misc{{{bare.id},") and "date" not in bibtex_fields(bibtex(bare))
    (read,) = rispy.loads(ris(bare))
    assert not read.keys() & {"authors", "year", "date", "urls", "secondary_title"}
    assert rispy.loads(ris(bare, ADDRESS))[0]["urls"] == [ADDRESS]


def test_only_addresses_of_the_web_are_cited() -> None:
    trap = replace(SCHOOL, url="javascript:alert(1)")
    assert not [
        text for text in (ris(trap, ADDRESS), bibtex(trap, ADDRESS), json.dumps(csl(trap, ADDRESS))) if "javascript" in text
    ]
    assert csl(trap, ADDRESS)["URL"] == ADDRESS


texts = st.text(max_size=40).map(clean)


@given(texts.filter(bool), texts, st.lists(texts.filter(bool), max_size=3), texts)
def test_no_text_breaks_out_of_its_field(title: str, lead: str, authors: list[str], source: str) -> None:
    article = replace(SCHOOL, title=title, lead=lead, authors=tuple(authors), source=source)
    (read,) = rispy.loads(ris(article, ADDRESS))
    assert read["title"] == title and read.get("authors", []) == authors and read["urls"] == [article.url]
    fields = bibtex_fields(bibtex(article, ADDRESS))
    assert unescaped(fields["title"].removeprefix("{").removesuffix("}")) == title
    assert unescaped(fields.get("abstract", "")) == lead and unescaped(fields.get("journal", "")) == source


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_has_one_record_an_article(name: str) -> None:
    articles = [replace(SCHOOL, title=f"=Bài {number}", url=f"https://bao.example/{number}") for number in range(3)]
    out = io.StringIO(newline="")
    assert write([ExportedArticle(each, "https://luc.example") for each in articles], FORMATS[name], out) == 3
    text = out.getvalue()
    if name == "jsonl":
        assert [read_line(line)[0].id for line in text.splitlines()] == [article.id for article in articles]
    elif name == "csv":
        assert text.count("'=Bài") == 3 and text.startswith("\ufeffid,")
    elif name == "ris":
        assert [read["id"] for read in rispy.loads(text)] == [article.id for article in articles]
        assert f"Bản lưu: https://luc.example/bai-viet/{articles[0].id}-bai-0" in text
    else:
        assert len({entry.key for entry in bibtexparser.parse_string(text).entries}) == 3


def test_raw_pages_go_with_lines_of_json_only() -> None:
    out = io.StringIO(newline="")
    write([ExportedArticle(SCHOOL)], FORMATS["jsonl"], out, page=lambda _: b"<p>trang</p>")
    assert json.loads(out.getvalue())["html"] == "<p>trang</p>"
