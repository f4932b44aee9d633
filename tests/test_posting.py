"""index.posting: postings survive the way to disk, however frequent or far apart the terms are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.posting import FieldPostings, Postings, chunks, ranges, single
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
