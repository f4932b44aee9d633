"""searcher.match.usage: which spelling of a row the archive's texts speak for where they have none of them as a row."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article, Block
from searcher.deadline import Deadline
from searcher.match.usage import Choice, Usage
from searcher.search import Searcher


def usage_of(build: Callable[..., Path], *texts: str) -> Usage:
    articles = [
        Article("Tin", (Block("paragraph", text),), url=f"https://bao.example/{number}") for number, text in enumerate(texts)
    ]
    return Usage(Searcher.open(build(articles)).collection(), Deadline(math.inf))


@pytest.mark.parametrize(("times", "likeliest"), [(48, "kênh"), (52, "kểnh")])
def test_a_syllable_that_stands_often_without_the_next_one_is_the_less_likely_before_it(
    build: Callable[..., Path], times: int, likeliest: str
) -> None:
    """In f articles t times, it has f / (t + 4) of the chance by pairs, and f of it as a word: 10 · 10 / (480 + 4) is more than 1 · 1 / (1 + 4)."""
    often = "Đào, " + ", ".join(["kênh"] * times)
    usage = usage_of(build, *[often] * 10, "Đào, kểnh")
    assert [usage.frequency(form) for form in ("kênh", "kểnh", "đào")] == [10, 1, 11]
    assert usage.best([[Choice("kênh"), Choice("kểnh")], [Choice("đào")]]) == (likeliest, "đào")


class Counted(Usage):
    """A usage with frequencies of its own."""

    frequencies: dict[str, int] = {}

    def frequency(self, exact: str) -> int:
        return self.frequencies.get(exact, 1)


@pytest.mark.parametrize(("frequent", "kept"), [(400, ["kênh", "kểnh"]), (401, ["kênh"])])
def test_one_of_four_hundred_is_a_variant_and_what_is_rarer_a_slip_of_the_pen(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, frequent: int, kept: list[str]
) -> None:
    monkeypatch.setattr(Counted, "frequencies", {"kênh": frequent})
    usage = Counted(Searcher.open(build([Article("Kênh, kểnh", url="https://bao.example/1")])).collection(), Deadline(math.inf))
    assert list(usage.variants("kenh")) == kept


def test_a_syllable_has_sixteen_variants_at_most(build: Callable[..., Path]) -> None:
    forms = "tao táo tào tảo tão tạo tâo tấo tầo tẩo tẫo tậo tăo tắo tằo tẳo tẵo tặo".split()
    usage = usage_of(build, ", ".join(forms))
    assert list(usage.variants("tao")) == sorted(forms)[:16]
