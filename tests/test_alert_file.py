"""alert.alert_file: alerts.toml is read, or what is wrong with it is said, with the line; what is added is read again as it was meant."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert.alert_file import ALERTS_FILE, Alert, add, alert_named, asked, entry, is_webhook, read_alerts, shown
from alert.errors import AlertRefused, AlertsInvalid
from corpus.table_file import tomllib
from language.interval import seconds, written
from language.wording import Told
from searcher.request import SearchRequest

WHOLE = """# Ban Nông nghiệp
[[alert]]
name = "Giá lúa"
query = 'giá lúa -"xăng dầu"'

[[alert]]
name = "Nông thôn mới"
query = "https://kho.example/luc-bao/tim-kiem?q=n%C3%B4ng+th%C3%B4n&tag=nong_thon_moi&from=2024&sort=newest&page=3#ket-qua"
every = "15m"
mail = ["a@toa-soan.example", "b@toa-soan.example", "a@toa-soan.example"]
webhook = "https://toa-soan.example/bao-tin?x=1"
"""


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / ALERTS_FILE
    path.write_text(WHOLE, encoding="utf-8")
    first, second = read_alerts(path)
    assert first == Alert("Giá lúa", SearchRequest('giá lúa -"xăng dầu"'), 3600)
    assert second == Alert(
        "Nông thôn mới",
        SearchRequest("nông thôn", selected={"tag": ("nong_thon_moi",)}, first_day=date(2024, 1, 1)),
        900,
        ("a@toa-soan.example", "b@toa-soan.example"),
        "https://toa-soan.example/bao-tin?x=1",
    )
    assert alert_named((first, second), "GIÁ  LÚA") is first
    assert [shown(each) for each in (first, second)] == [
        'giá lúa -"xăng dầu" · 1h',
        "/tim-kiem?q=n%C3%B4ng+th%C3%B4n&tag=nong_thon_moi&from=2024-01-01 · 15m",
    ]
    with pytest.raises(AlertRefused, match="lúa gạo"):
        alert_named((first, second), "lúa gạo")


def test_no_file_has_no_alert(tmp_path: Path) -> None:
    assert read_alerts(tmp_path / ALERTS_FILE) == ()


HEAD = '[[alert]]\nname = "A"\nquery = "b"\n'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[[alert]]\nname = "A"\n', 1, "“query” cần một chuỗi"),
        ('[[alert]]\nquery = "A"\n', 1, "“name” cần một chuỗi"),
        ('[[alert]]\nname = "A"\nquery = " "\n', 3, "cần điều để tìm"),
        ('[[alert]]\nname = "A"\nquery = "/tim-kiem"\n', 3, "cần điều để tìm"),
        ('[[alert]]\nname = "A"\nquery = "/tim-kiem?exact=1&page=2"\n', 3, "cần điều để tìm"),
        ('[[alert]]\nname = "A"\nquery = "/tim-kiem?q=b&from=hom+no"\n', 3, "hom no"),
        ('[[alert]]\nname = "A"\nquery = "https://[kho/tim-kiem?q=b"\n', 3, "không phải địa chỉ của một trang tìm kiếm"),
        ('[[alert]]\nname = "A/B"\nquery = "b"\n', 2, "“name” cần"),
        ('[[alert]]\nname = ".."\nquery = "b"\n', 2, "“name” cần"),
        ('[[alert]]\nname = "A\\nBcc: x@y.example"\nquery = "b"\n', 2, "“name” cần"),
        (f'[[alert]]\nname = "{"a" * 81}"\nquery = "b"\n', 2, "“name” cần"),
        (HEAD + 'every = "30s"\n', 4, "“every” viết như"),
        (HEAD + 'every = "367d"\n', 4, "“every” viết như"),
        (HEAD + "every = 3\n", 4, "“every” cần một chuỗi"),
        (HEAD + 'mail = "a@b.example"\n', 4, "“mail” cần một danh sách chuỗi"),
        (HEAD + 'mail = [\n  "a@b.example",\n  "a b@c.example",\n]\n', 6, "“a b@c.example” không phải địa chỉ thư"),
        (HEAD + 'mail = ["a@b.example\\r\\nRCPT TO:<x@y.example>"]\n', 4, "không phải địa chỉ thư"),
        (HEAD + f"mail = {[f'a{n}@b.example' for n in range(51)]}\n", 4, "nhiều hơn 50"),
        (HEAD + 'webhook = "ftp://a.example/"\n', 4, "không phải địa chỉ http"),
        (HEAD + 'webhoock = "https://a.example/"\n', 4, "có phải là “webhook”?"),
        (HEAD + "limit = 3\n", 4, "không có khoá “limit”"),
        (HEAD + '[[alerts]]\nname = "B"\n', 4, "có phải là “alert”?"),
        ("[alert]\n", 1, "hai dấu ngoặc vuông"),
        (HEAD + '[[alert]]\nname = "a"\nquery = "c"\n', 5, "đã có một mục tên “a”"),
        (HEAD + "every = 1h\n", 4, "TOML"),
        (HEAD * 501, 1501, "nhiều hơn 500"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / ALERTS_FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AlertsInvalid) as refused:
        read_alerts(path)
    assert (refused.value.path, refused.value.line) == (path, line)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://a.example", True),
        ("http://127.0.0.1:8080/x?y=1", True),
        ("http://[::1]:8080/", True),
        ("https://a.example:0/", False),
        ("https://a.example:99999/", False),
        ("https://u:p@a.example/", False),
        ("https://a.example/#x", False),
        ("https://a.example/\r\nX: y", False),
        ("https:///x", False),
        ("file:///etc/passwd", False),
        ("https://báo.example/", False),
        ("https://a.example/" + "x" * 2000, False),
    ],
)
def test_what_can_be_posted_to(address: str, good: bool) -> None:
    assert is_webhook(address) is good


@pytest.mark.parametrize(
    ("text", "interval"),
    [("1m", 60), ("15m", 900), ("90m", 5400), ("1h", 3600), ("1 d", 86400), ("7d", 604800), ("0m", None), ("1s", None), ("", None), ("-1h", None), ("1.5h", None), ("999999d", None)],
)  # fmt: skip
def test_how_often(text: str, interval: int | None) -> None:
    assert seconds(text) == interval
    assert interval is None or seconds(written(interval)) == interval


def test_what_is_added_keeps_what_people_wrote(tmp_path: Path) -> None:
    path = tmp_path / ALERTS_FILE
    path.write_text(WHOLE, encoding="utf-8")
    request = asked("/tim-kiem?q=hạn+mặn&source=báo+núi+sông")
    assert isinstance(request, SearchRequest)
    added = add(path, entry("Hạn mặn", request, "2h", ("c@d.example",), "https://e.example/"))
    assert added == Alert("Hạn mặn", request, 7200, ("c@d.example",), "https://e.example/")
    assert path.read_text(encoding="utf-8").startswith(WHOLE)
    assert read_alerts(path)[2] == added
    for lines, reason in (
        (entry("hạn mặn", request), "đã có một mục tên"),
        (entry("x", request, "1s"), "“every” viết như"),
        (entry("x\udc80", request), "“name” cần"),
    ):
        before = path.read_bytes()
        with pytest.raises(AlertsInvalid, match=reason if "udc80" not in ascii(lines) else "TOML"):
            add(path, lines)
        assert path.read_bytes() == before
        assert [each.name for each in tmp_path.iterdir()] == [ALERTS_FILE]


@given(
    st.text(min_size=1), st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="/"), min_size=1, max_size=80)
)
def test_whatever_is_asked_is_read_again_as_it_was_meant(query: str, name: str) -> None:
    request = asked(query)
    if isinstance(request, Told) or "\ud800" <= max(query) <= "\udfff":
        return
    lines = entry(name, request)
    (table,) = tomllib.loads(lines)["alert"]
    assert table["name"] == name and asked(table["query"]) == request
