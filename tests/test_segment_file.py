"""index.segment_file: what is written is read back, and what was changed on disk is never answered from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import SegmentDamaged
from index.segment_file import PAGE, SegmentFile, SegmentFileWriter


def written(path: Path) -> dict[str, np.ndarray]:
    arrays = {
        "empty": np.empty(0, np.uint32),
        "bytes": np.frombuffer("đường".encode(), np.uint8),
        "large": np.arange(3 * PAGE // 4 + 5, dtype=np.uint32),
        "narrow": np.arange(7, dtype=np.uint16),
    }
    file = SegmentFileWriter(path)
    for name, array in arrays.items():
        file.add(name, array[: array.size // 2], array[array.size // 2 :])
    file.close()
    return arrays


def test_arrays_are_read_back(tmp_path: Path) -> None:
    arrays = written(tmp_path / "x.arrays")
    file = SegmentFile(tmp_path / "x.arrays")
    assert file.names() == list(arrays)
    for name, array in arrays.items():
        assert file.read(name).tolist() == array.tolist()
        assert file.read(name).dtype == array.dtype
        assert file.read(name, 1, 3).tolist() == array[1:3].tolist()
    file.check()


def test_arrays_cannot_be_written_to(tmp_path: Path) -> None:
    written(tmp_path / "x.arrays")
    with pytest.raises(ValueError):
        SegmentFile(tmp_path / "x.arrays").read("narrow")[0] = 1


@pytest.mark.slow
def test_any_changed_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.arrays"
    arrays = written(path)
    content = path.read_bytes()
    # Padding between arrays is the only thing that may change without harm.
    padding = content.count(b"\0")
    harmless = 0
    for at in [*range(64), *range(64, len(content) - 200, 9973), *range(len(content) - 200, len(content))]:
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :])
        try:
            SegmentFile(path).check()
        except SegmentDamaged as error:
            assert str(path) in str(error)
        else:
            harmless += 1
            assert content[at] == 0
            file = SegmentFile(path)
            assert all(file.read(name).tolist() == array.tolist() for name, array in arrays.items())
    assert harmless < min(padding, 16)


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 20, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "x.arrays"
    written(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(keep if keep >= 1 else keep * len(content))])
    with pytest.raises(SegmentDamaged, match=r"x\.arrays"):
        SegmentFile(path)


def test_damage_is_found_at_first_use_of_the_page(tmp_path: Path) -> None:
    path = tmp_path / "x.arrays"
    written(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    file = SegmentFile(path)
    assert file.read("large", 0, 10).tolist() == list(range(10))
    with pytest.raises(SegmentDamaged):
        file.read("large")
    with pytest.raises(SegmentDamaged):
        file.read("large")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises((SegmentDamaged, FileNotFoundError), match="x.arrays"):
        SegmentFile(tmp_path / "x.arrays")
