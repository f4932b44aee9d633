"""How often is what was meant the first suggestion? Marks left out, raw Telex, raw VNI.

    python benchmarks/restoration.py --articles news.jsonl.gz [--held-out 1000]

Articles are JSONL as `lucbao add` reads it. Some of them, chosen by chance (seed 1), are held out: phrases are cut from them and the index is
built of all the others, so that what is to be restored has not been seen. From each are cut one phrase of its headline and one of its body:
two to four syllables, whole words as pyvi segments them, without digits or punctuation within, at least one syllable marked. Two rules:
`words` takes any such phrase, `compounds` those with a word of several syllables, which is what a reader types rather than `này để`.
Marks are restored if the model's row is the phrase, syllable by syllable. Telex and VNI: the words of the headlines that have marks, each
typed with the tone key at the end and right after its vowel; right if the first suggestion asks for just that word.
Printed: the share with its 95 % interval (Wilson), and the CPU time. `--seen` adds the same with the articles in the index.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from home import build, read_articles
from writing import KEYS, typed

from language import analyzer
from language.normalizer import exact, is_marked, stripped
from searcher.deadline import Deadline
from searcher.match.usage import Choice, Usage
from searcher.request import SearchRequest
from searcher.search import Searcher

_CUT = re.compile(r"[^\w\s]|\d|_")
_BODY_RUNS = 60


def phrases(texts: Iterable[str], *, compounds: bool) -> list[tuple[str, ...]]:
    """Return the phrases of texts by the rule above."""
    found = []
    for run in [run for text in texts for run in _CUT.split(text) if len(run.split()) > 1][:_BODY_RUNS]:
        words = [word.split("_") for word in analyzer.words(run)]
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 4) + 1):
                row = tuple(syllable for word in words[start:end] for syllable in word)
                several = any(len(word) > 1 for word in words[start:end])
                if 2 <= len(row) <= 4 and any(map(is_marked, row)) and (several or not compounds):
                    found.append(row)
    return found


def title_words(title: str) -> list[tuple[str, ...]]:
    """Return the words of a headline, as pyvi segments them, that are letters only: the syllables of each."""
    return [
        tuple(word.split("_")) for run in _CUT.split(title) for word in analyzer.words(run) if word.replace("_", "").isalpha()
    ]


def decoded(searcher: Searcher, word: tuple[str, ...], method: str, *, tone_last: bool) -> bool:
    """Tell whether a word that is typed raw is the first suggestion."""
    query = " ".join(typed(syllable, method, tone_last=tone_last) for syllable in word)
    first = searcher.search(SearchRequest(query, size=1)).suggestions[:1]
    return bool(first) and tuple(map(exact, first[0].query.split())) == word


def row(name: str, right: Sequence[bool], seconds: Sequence[float]) -> str:
    """Return a line of the table: cases, share, Wilson's interval, median and 95th percentile of milliseconds of CPU."""
    count, share, z = len(right), sum(right) / len(right), 1.96
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    times = sorted(seconds)
    return (
        f"{name:34} {count:6} {share:7.3f}  {centre - half:.3f} to {centre + half:.3f}"
        f" {statistics.median(times) * 1000:8.1f} {times[int(len(times) * 0.95)] * 1000:8.1f}"
    )


def measure(name: str, cases: Sequence[tuple[str, ...]], right: Callable[[tuple[str, ...]], bool]) -> None:
    """Print how many of the cases are right."""
    verdicts, seconds = [], []
    for case in cases:
        started = time.process_time()
        verdicts.append(right(case))
        seconds.append(time.process_time() - started)
    print(row(name, verdicts, seconds), flush=True)


def measure_all(searcher: Searcher, cut: dict[str, list[tuple[str, ...]]], words: Sequence[tuple[str, ...]], about: str) -> None:
    """Print all rows for one index."""
    collection = searcher.collection()

    def restored(case: tuple[str, ...]) -> bool:
        usage = Usage(collection, Deadline.after(60))
        choices = [list(usage.variants(stripped(syllable))) or [stripped(syllable)] for syllable in case]
        return usage.best([[Choice(form) for form in forms] for forms in choices]) == case

    for name, cases in cut.items():
        measure(f"marks, {name}, {about}", cases, restored)
    for method in KEYS:
        for tone_last in (True, False):

            def right(word: tuple[str, ...], method: str = method, tone_last: bool = tone_last) -> bool:
                return decoded(searcher, word, method, tone_last=tone_last)

            measure(f"{method}, tone {'last' if tone_last else 'after vowel'}, {about}", words, right)


def main() -> None:
    """Cut, build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--held-out", type=int, default=1000)
    parser.add_argument("--seen", action="store_true", help="also with the articles that the phrases are cut from in the index")
    options = parser.parse_args()
    articles = list(read_articles(options.articles))
    chance = random.Random(1)
    held_out = set(chance.sample(range(len(articles)), min(options.held_out, len(articles) // 2)))
    cut: dict[str, list[tuple[str, ...]]] = {}
    words: list[tuple[str, ...]] = []
    for number in sorted(held_out):
        article = articles[number]
        texts = {"headline": [article.title], "body": [block.text for block in article.blocks]}
        for rule in ("words", "compounds"):
            for place, own in texts.items():
                found = phrases(own, compounds=rule == "compounds")
                if found:
                    cut.setdefault(f"{rule}, {place}", []).append(chance.choice(found))
        marked = [word for word in title_words(article.title) if any(map(is_marked, word))]
        if marked:
            words.append(chance.choice(marked))
    print(f"{'':34} {'cases':>6} {'right':>7}  {'95 %':14} {'ms p50':>8} {'ms p95':>8}")
    for seen in (False, True) if options.seen else (False,):
        with tempfile.TemporaryDirectory() as folder:
            taken = (article for number, article in enumerate(articles) if seen or number not in held_out)
            measure_all(build(taken, Path(folder)), cut, words, "seen" if seen else "unseen")


if __name__ == "__main__":
    main()
