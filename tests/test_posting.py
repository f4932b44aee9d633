"""index.posting: postings survive the way to disk, however frequent or far apart the terms are."""

from __future__ import annotations

from itertools import accumulate, chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.posting import DENSE, GAPPED, LISTED, FieldPostings, Postings, chunks, ranges, single
from index.segment_file import SegmentFile, SegmentFileWriter


@pytest.mark.parametrize("far", [300, 70_000])
def test_frequent_terms_and_far_positions(tmp_path: Path, far: int) -> None:
    freqs = np.array([1, 255, 254, 600, 2], np.uint32)
    positions = np.concatenate([np.arange(freq) + (far if freq == 2 else 0) for freq in freqs])
    postings = Postings([b"a", "đ".encode()], np.array([3, 2]), np.array([0, 4, 65535, 1, 2], np.uint16), freqs, positions)
    file = SegmentFileWriter(tmp_path / "x.arrays")
    postings.write(file, "body", 1 << 16)
    file.close()
    field = FieldPostings(SegmentFile(tmp_path / "x.arrays"), "body", 1 << 16)
    assert list(field.terms) == [b"a", "đ".encode()]
    assert field.docs(single(0)).tolist() == [0, 4, 65535]
    assert field.freqs(single(0)).tolist() == [1, 255, 254]
    assert field.freqs(single(1)).tolist() == [600, 2]
    assert field.freqs(range(2)).tolist() == freqs.tolist()
    assert field.positions(single(0)).tolist() == positions[:510].tolist()
    assert field.positions(single(1)).tolist() == positions[510:].tolist()
    assert field.positions(single(1)).tolist()[-1] == far + 1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5))))
def test_ranges(pairs: list[tuple[int, int]]) -> None:
    starts, counts = (np.array([pair[place] for pair in pairs], np.int64) for place in (0, 1))
    assert ranges(starts, counts).tolist() == [start + more for start, count in pairs for more in range(count)]


@given(st.lists(st.integers(0, 9)), st.integers(1, 20))
def test_chunks_cover_everything_once(weights: list[int], most: int) -> None:
    found = chunks(np.array(weights, np.int64), most)
    assert [number for chunk in found for number in chunk] == list(range(len(weights)))
    assert all(len(chunk) == 1 or sum(weights[number] for number in chunk) <= most for chunk in found)


Occurrences = dict[int, list[int]]
"""Document -> positions, of one term."""


def stored(folder: Path, terms: list[Occurrences], documents: int) -> tuple[FieldPostings, SegmentFile]:
    """Write terms to disk, each named by its number, and return them as they lie there."""
    count = [len(term) for term in terms]
    docs = [document for term in terms for document in sorted(term)]
    occurrences = [term[document] for term in terms for document in sorted(term)]
    names = [f"{number:03}".encode() for number in range(len(terms))]
    positions = np.array([*chain.from_iterable(occurrences)], np.uint32)
    postings = Postings(
        names, np.array(count), np.array(docs, np.uint16), np.array([*map(len, occurrences)], np.uint32), positions
    )
    path = folder / "x.arrays"
    path.unlink(missing_ok=True)  # what is read still lies in the old file
    writer = SegmentFileWriter(path)
    postings.write(writer, "body", documents)
    writer.close()
    file = SegmentFile(path)
    return FieldPostings(file, "body", documents), file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("đoạn")


@pytest.mark.parametrize(
    ("documents", "held", "form"),
    [
        (1 << 16, [0], GAPPED),
        (1 << 16, [255], GAPPED),
        (1 << 16, [256], LISTED),
        (1 << 16, [0, 255, 510], GAPPED),
        (1 << 16, [0, 255, 511], LISTED),
        (1 << 16, [0, 256], LISTED),
        (1 << 16, [65535], LISTED),
        (1 << 16, [*range(255, 1 << 16, 255)], GAPPED),
        (9, [1, 4, 8], DENSE),
        (10, [1, 4, 8], GAPPED),
        (900, [*range(600, 900)], DENSE),
        (900, [*range(601, 900)], LISTED),
    ],
)
def test_the_form_of_postings_goes_by_how_many_and_how_far_apart_they_are(
    folder: Path, documents: int, held: list[int], form: int
) -> None:
    field, file = stored(folder, [dict.fromkeys(held, [0])], documents)
    assert file.read("body/forms").tolist() == [form]
    assert field.posting_list(0).documents().tolist() == field.docs(single(0)).tolist() == held


GAPS = st.sampled_from((1, 1, 1, 2, 3, 40, 254, 255, 256, 257, 511))
FREQUENCIES = st.sampled_from((1, 1, 1, 2, 31, 33, 253, 254, 255, 256, 257))
FAR = st.sampled_from((0, 0, 7, 0xFFFF, 0x10000))


@st.composite
def held_by_some(draw: st.DrawFn, documents: int) -> Occurrences:
    """Return a term of documents whose distances, and how often they hold it, lie about where the form changes."""
    first = draw(st.sampled_from((0, 1, 254, 255, 256, 257)))
    some = [document for document in accumulate(draw(st.lists(GAPS, max_size=60)), initial=first) if document < documents]
    return {document: positions(draw(FREQUENCIES), draw(FAR)) for document in some or [0]}


def positions(frequency: int, last: int) -> list[int]:
    return [*range(frequency - 1), max(frequency - 1, last)]


@st.composite
def segments(draw: st.DrawFn) -> tuple[int, list[Occurrences]]:
    documents = draw(st.sampled_from((2, 3, 30, 31, 100, 600, 3000)))
    return documents, draw(st.lists(held_by_some(documents), min_size=1, max_size=5))


BORDER = {0: [0], 255: [*range(255)], 511: [*range(254)], 766: [0xFFFF], 1022: [3, 0x10000]}


@settings(max_examples=40)
@given(segments())
@example((3000, [BORDER, {document: [document] for document in range(0, 3000, 255)}, dict.fromkeys(range(1000), [1, 2])]))
def test_what_goes_to_disk_comes_back_whatever_its_form(folder: Path, segment: tuple[int, list[Occurrences]]) -> None:
    documents, terms = segment
    field, _ = stored(folder, terms, documents)
    every = range(len(terms))
    assert field.docs(every).tolist() == [document for term in terms for document in sorted(term)]
    assert field.freqs(every).tolist() == [len(term[document]) for term in terms for document in sorted(term)]
    assert field.positions(every).tolist() == [place for term in terms for document in sorted(term) for place in term[document]]
    asked, expected = [], []
    for number, term in enumerate(terms):
        held, one = sorted(term), single(number)
        postings, mask = field.posting_list(number), np.zeros(documents, bool)
        postings.mark(mask)
        assert postings.count == len(held)
        assert postings.documents().tolist() == mask.nonzero()[0].tolist() == field.docs(one).tolist() == held
        slots = postings.freqs.nonzero()[0] if postings.docs is None else np.arange(len(held))
        assert postings.freqs[slots].tolist() == field.freqs(one).tolist() == [len(term[document]) for document in held]
        asked.append((postings, slots[-1:]))  # one of many: the sums kept every so many slots serve
        expected.append(term[held[-1]])
    counts, places = field.positions_in(asked)
    assert (counts.tolist(), places.tolist()) == ([*map(len, expected)], [*chain.from_iterable(expected)])
