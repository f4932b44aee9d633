from __future__ import annotations

import pytest

from corpus.reading.address import is_broken, parts_of, resolve

BROKEN = [
    "http://[",
    "http://[::1",
    "https://]",
    "//[",
    "http://[v1.x]/",
    "http://tin.example:99999/a",
    "http://tin.example:x/a",
    "http://tin.example:-1",
    "http://\u2100.example/",
    "http://a..b/",
    "http://xn--/",
    f"http://{'a' * 64}.example/",
    "http:// /",
    "https://tin.example/" + "a" * 2000,
]


@pytest.mark.parametrize("target", BROKEN)
def test_what_is_no_address_leads_nowhere_and_raises_nothing(target: str) -> None:
    assert resolve("https://tin.example/bai.html", target) == ""
    assert is_broken(target)
    assert isinstance(parts_of(target).path, str)
    assert resolve(target, "/bai.html") in ("", "https://tin.example/bai.html")


@pytest.mark.parametrize(
    "target", ["", " ", "javascript:alert(1)", "mailto:a@tin.example", "data:text/html,x", "file:///etc/passwd", "#"]
)
def test_what_is_no_web_address_is_not_called_broken(target: str) -> None:
    assert resolve("", target) == ""
    assert not is_broken(target)


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/tram-y-te.html", "https://tin.example/tram-y-te.html"),
        (" //tin.example/a ", "https://tin.example/a"),
        ("http://tên-miền.example:8080/a?b=c", "http://tên-miền.example:8080/a?b=c"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("{{url}}", "https://tin.example/muc/{{url}}"),
        ("https://tin.example/tram-y\n\tte\u200b.html", "https://tin.example/tram-yte.html"),
    ],
)
def test_addresses_are_resolved_where_they_stand(target: str, address: str) -> None:
    assert resolve("https://tin.example/muc/bai.html", target) == address


def test_a_whole_address_is_cleaned_where_no_page_is_known() -> None:
    assert resolve("", "https://tin.example/tram-y\nte\x85-xa\u200b.html") == "https://tin.example/tram-yte -xa.html"
