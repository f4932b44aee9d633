"""The API held to its own description: schemathesis asks the running app whatever the document allows, and what it does not."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import schemathesis
from bs4 import BeautifulSoup
from conftest import random_article
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from searcher.front import RISING
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.around.error import speaks_json
from web.cursor import read_cursor
from web.description import description
from web.view.api import DEEPEST
from web.view.reference import resolved
from web.view.worked_example import highlighted, shortened

UNDECIDABLE = [positive_data_acceptance, negative_data_rejection]


@pytest.fixture(scope="module")
def app(archive_home: Path) -> Iterator[Flask]:
    app = create_app(archive_home, base_url="https://kho.example")
    yield app
    app.extensions["lucbao"].close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", [path for path, asked in description()["paths"].items() if "parameters" in asked.get("get", ())])
def test_the_app_does_what_the_document_says(app: Flask, path: str, mode: GenerationMode) -> None:
    """Without schemathesis's own pytest plugin, which is bound to versions of pytest.

    Whether a request was rightly refused is left to the table below: that a day exists or that `next` was given by us no schema can say, and
    most of what violates one (`tag: 0` instead of a list) reads in an address like what does not.
    """
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(schema[path]["GET"].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=UNDECIDABLE)

    check()


def answer(client: FlaskClient, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, (address, response.text)
    return response.json


def test_every_field_answered_is_documented(client: FlaskClient) -> None:
    schemas = description()["components"]["schemas"]

    def compare(name: str, value: dict[str, Any]) -> None:
        assert set(value) == set(schemas[name]["properties"]), name
        for field, part in schemas[name]["properties"].items():
            inner = part.get("items", {}).get("$ref", "").rpartition("/")[2]
            for one in value[field] if inner else ():
                compare(inner, one)

    result = answer(client, "/api/v1/search?q=truong")
    compare("Result", result)
    for values in result["facets"].values():
        for value in values:
            compare("FacetValue", value)
    compare("Problem", answer(client, '/api/v1/search?q="')["problems"][0])
    compare("Article", answer(client, f"/api/v1/articles/{result['hits'][0]['id']}"))
    compare("Front", answer(client, "/api/v1/front"))
    assert schemas["Risen"]["properties"]["facet"]["enum"] == [*RISING]
    compare("Error", answer(client, "/api/v1/articles/aaaaaaaaaaaa", 404))


def test_everything_is_said_in_both_languages_and_every_reference_leads_somewhere() -> None:
    document = description()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            assert ("description" in part) == ("x-vi" in part) or isinstance(part.get("description"), dict), part
            if "$ref" in part:
                assert resolved(part, document)
        for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            walk(one)

    walk(document)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_document_is_a_page_too(client: FlaskClient, language: str) -> None:
    page = BeautifulSoup(client.get("/api", headers={"Accept-Language": language}).data, "lxml")
    document = description()
    titles = [f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods]
    assert [h2.text for h2 in page.select("h2 code")] == titles
    documented = [parameter["name"] for parameter in document["paths"]["/api/v1/search"]["get"]["parameters"]]
    assert [cell.text for cell in page.select("#search tbody th > code")] == documented
    for link in page.select("main nav a"):
        assert page.find(id=str(link["href"]).removeprefix("#"))
    for section in page.select("main section[id]:not([id^=s-])"):
        command = section.select("pre")[0].text
        *fields, address = command.removeprefix("curl ").split("'")[1::2]
        assert urlsplit(address).netloc == "kho.example"
        if fields:
            response = client.post(address, data=dict(field.split("=", 1) for field in fields))
        else:
            response = client.get(address)
            (tried,) = section.select("p > a[rel=nofollow]")
            assert urlsplit(address)[2:] == urlsplit(str(tried["href"]))[2:]
        assert response.status_code == 200
        answers = section.select("details pre")
        assert len(answers) == (response.mimetype == "application/json" and not address.endswith("/openapi.json"))
        if answers:
            shown = json.loads(answers[0].text)
            assert set(shown) == set(response.json)  # type: ignore[arg-type]
            assert shown.get("total", 1) == response.json.get("total", 1) > 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/search?sort=x", 400, "bad_parameter"),
        ("/api/v1/search?query=truong", 400, "bad_parameter"),
        ("/api/v1/search?page=0", 400, "bad_parameter"),
        ("/api/v1/search?size=101", 400, "bad_parameter"),
        ("/api/v1/search?month=2022-13", 400, "bad_parameter"),
        ("/api/v1/search?from=2022-02-30", 400, "bad_parameter"),
        ("/api/v1/search?from=2023&to=2022", 400, "bad_parameter"),
        ("/api/v1/search?exact=yes", 400, "bad_parameter"),
        ("/api/v1/search?next=", 400, "bad_parameter"),
        ("/api/v1/search?next=abc", 400, "bad_parameter"),
        ("/api/v1/search?next=%C3%A9%00", 400, "bad_parameter"),
        (f"/api/v1/search?size=100&page={DEEPEST // 100 + 1}", 400, "too_deep"),
        ("/api/v1/aggregate?q=truong", 400, "bad_parameter"),
        ("/api/v1/aggregate?by=month", 400, "bad_parameter"),
        ("/api/v1/aggregate?by=tag&period=week", 400, "bad_parameter"),
        ("/api/v1/aggregate?by=tag&most=0", 400, "bad_parameter"),
        ("/api/v1/aggregate?by=tag&most=101", 400, "bad_parameter"),
        ("/api/v1/aggregate?by=tag&sort=newest", 400, "bad_parameter"),
        ("/api/v1/aggregate?by=tag&from=x", 400, "bad_parameter"),
        ("/api/v1/aggregate.csv?q=truong", 400, "bad_parameter"),
        ("/api/v1/aggregate.csv?by=tag&columns=value", 400, "bad_parameter"),
        ("/api/v1/articles/x", 404, "no_article"),
        ("/api/v1", 404, "http_404"),
    ],
)
def test_every_error_has_one_shape(client: FlaskClient, address: str, status: int, code: str) -> None:
    error = answer(client, address, status)
    assert set(error) == {"error"} and set(error["error"]) == {"code", "message"}
    assert error["error"]["code"] == code and error["error"]["message"]


def test_a_program_is_told_in_json_whatever_goes_wrong(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Searcher, "search", fail)
    with app.test_request_context("/api/v1/search"):
        assert speaks_json()
    client = app.test_client()
    assert client.get("/api/v1/search?q=a").json["error"]["code"] == "http_500"  # type: ignore[index]
    assert client.post("/api/v1/search?q=a").json["error"]["code"] == "http_405"  # type: ignore[index]


@pytest.mark.parametrize("asked", ["by=source&period=month", "by=tag&period=year&most=3", "period=day", "by=author"])
def test_every_count_of_an_aggregate_is_what_a_search_for_it_finds(client: FlaskClient, asked: str) -> None:
    found = answer(client, f"/api/v1/aggregate?q=truong&not_tag=giáo+dục&{asked}")
    searched = answer(client, "/api/v1/search?q=truong&not_tag=giáo+dục")
    assert found["total"] == searched["total"] > 0 and found["problems"] == [] and found["counts"]
    by, period = (found["by"], found["period"])
    assert [by, period] == [next(iter(parse_qs(asked).get(name, [])), None) for name in ("by", "period")]
    for value in found["values"]:
        assert sum(each["count"] for each in found["counts"] if each["value"] == value["value"]) == value["count"]
    for each in found["counts"][:25]:
        query = {"q": "truong", "not_tag": "giáo dục", **({by: each["value"]} if by else {})}
        if each["period"]:
            query |= {"from": each["period"], "to": each["period"]}
        elif period:
            continue  # no search asks for what has no date
        assert answer(client, f"/api/v1/search?{urlencode(query)}")["total"] == each["count"], each


def test_an_aggregate_says_what_it_did_not_understand_and_how_much_it_left_out(client: FlaskClient) -> None:
    found = answer(client, '/api/v1/aggregate?q="truong&by=tag&most=2')
    assert [problem["code"] for problem in found["problems"]] == ["unpaired"]
    every = answer(client, '/api/v1/aggregate?q="truong&by=tag&most=100')
    assert len(found["values"]) == 2 and found["more"] == len(every["values"]) - 2 + every["more"]


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ("by=source&period=year", ["value", "label", "period", "count"]),
        ("by=tag&most=3", ["value", "label", "count"]),
        ("period=day", ["period", "count"]),
    ],
)
def test_the_counts_of_an_aggregate_are_a_table_too(client: FlaskClient, asked: str, columns: list[str]) -> None:
    found = answer(client, f"/api/v1/aggregate?q=truong&{asked}")
    response = client.get(f"/api/v1/aggregate.csv?q=truong&{asked}")
    assert response.mimetype == "text/csv" and "attachment" in response.headers["Content-Disposition"]
    assert [response.headers[f"X-{name}"] for name in ("Total-Count", "More-Values")] == [str(found["total"]), str(found["more"])]
    table = csv.DictReader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"), newline=""))
    assert table.fieldnames == columns
    rows = list(table)
    labels = {each["value"]: each["label"] for each in found["values"]}
    assert len(rows) == len(found["counts"]) > 2
    for shown, each in zip(rows, found["counts"], strict=True):
        whole = each | {"label": labels.get(each["value"])}
        assert shown == {column: str(whole[column] or "") for column in columns}


def test_an_aggregate_is_not_cut_but_refused(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.view.api.MOST_COUNTS", 3)
    for path in ("aggregate", "aggregate.csv"):
        assert answer(client, f"/api/v1/{path}?period=day", 400)["error"]["code"] == "too_many_counts"


def test_an_example_is_shortened_and_told_apart() -> None:
    long = {"a": "b" * 161, "n": [[1, 2], [3, 40], [5, 6]], "ok": True, "<x>": ["é", None]}
    short = shortened(long)
    assert short == {"a": "b" * 160 + "…", "n": [[1, 2], [3, 40], "… +1"], "ok": True, "<x>": ["é", None]}
    page = BeautifulSoup(highlighted(short), "lxml")
    assert json.loads(page.text) == short and "[3, 40]" in page.text
    assert [span.text for span in page.select(".name")] == ['"a"', '"n"', '"ok"', '"<x>"']
    assert [span.text for span in page.select(".number")] == ["1", "2", "3", "40", "true", "null"]


def test_the_page_explains_the_api_while_there_is_no_archive(tmp_path: Path) -> None:
    client = create_app(tmp_path / "kho").test_client()
    response = client.get("/api")
    assert response.status_code == 200 and "GET /api/v1/search" in response.text and "<summary>Kho này" not in response.text


def walk_pages(client: FlaskClient, address: str) -> Iterator[list[str]]:
    result = answer(client, address)
    yield [hit["id"] for hit in result["hits"]]
    while result["next"]:
        result = answer(client, f"{address}&next={result['next']}")
        yield [hit["id"] for hit in result["hits"]]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["q=trường", "q=trường&sort=newest", "sort=oldest", "q=trường THPT đạt chuẩn"])
def test_next_leads_through_all_hits_once(client: FlaskClient, query: str) -> None:
    whole = answer(client, f"/api/v1/search?{query}&size=100")
    pages = list(walk_pages(client, f"/api/v1/search?{query}&size=3"))
    assert [id for page in pages for id in page] == [hit["id"] for hit in whole["hits"]]
    assert len(pages) == -(-whole["groups"] // 3) and whole["next"] is None


def test_next_is_for_its_own_search_without_page(client: FlaskClient) -> None:
    cursor = answer(client, "/api/v1/search?q=trường&size=2")["next"]
    assert answer(client, f"/api/v1/search?q=trường&size=5&next={cursor}")["start"] == 2
    for address in (f"q=truong&next={cursor}", f"q=trường&sort=newest&next={cursor}", f"q=trường&page=2&next={cursor}"):
        answer(client, f"/api/v1/search?{address}", 400)


def test_the_page_past_the_end_is_empty(client: FlaskClient) -> None:
    result = answer(client, "/api/v1/search?q=trường&page=900")
    assert result["hits"] == [] and result["next"] is None and result["total"] > 0 and result["page"] == 900


def test_the_following_page_is_linked_in_the_head(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=trường&size=2&tag=giáo dục")
    link = response.headers["Link"]
    assert link.endswith('>; rel="next"')
    following = answer(client, link[1 : link.index(">")])
    assert following["start"] == 2 and response.json is not None and following["total"] == response.json["total"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_paging_goes_on_where_it_was_when_articles_come_in(build: Callable[..., Path], sort: str) -> None:
    chance = random.Random(5)
    old, new = ([random_article(chance, number) for number in numbers] for numbers in (range(30), range(100, 130)))
    home = build(old)
    app = create_app(home)
    client = app.test_client()
    address = f"/api/v1/search?sort={sort}&size=10"
    seen = answer(client, address)
    build(new)
    ids = [hit["id"] for hit in answer(client, f"{address[:-2]}100")["hits"]]
    following = answer(client, f"{address}&next={seen['next']}")
    place = ids.index(seen["hits"][-1]["id"])
    assert following["start"] == place + 1 and [hit["id"] for hit in following["hits"]] == ids[place + 1 : place + 11]
    build([], withdrawn=[seen["hits"][-1]["id"]])
    assert answer(client, f"{address}&next={seen['next']}")["start"] == 10  # where it was is not known any more
    app.extensions["lucbao"].close()


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    assert read_cursor(text, SearchRequest(query=text)) is None or len(text) > 20


def test_the_document_is_served_at_its_address(client: FlaskClient) -> None:
    served = answer(client, "/api/v1/openapi.json")
    assert served["servers"] == [{"url": "https://kho.example"}] and served["openapi"].startswith("3.1")
    assert json.loads(json.dumps(description())) == {name: part for name, part in served.items() if name != "servers"}
