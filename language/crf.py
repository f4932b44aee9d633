"""The files of the installed pyvi -> the weights of its two-label CRF and its word list, without importing pyvi or scikit-learn.

The model is a pickled sklearn_crfsuite.CRF around the bytes of a CRFsuite model, format "lCRF"/"FOMC" (CRFsuite 0.12,
lib/crf/src/crf1d_model.c and lib/cqdb/src/cqdb.c). Only those bytes are read; the unpickler makes nothing but inert objects.
Invariant: either a complete model is returned, or ModelMissing is raised.
"""

from __future__ import annotations

import importlib.util
import io
import pickle
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from language.errors import ModelMissing

_LARGEST_FILE = 64 << 20  # bytes; pyvi 0.1.1 ships 0.8 MB
_LABELS = ["B_W", "I_W"]
_STATE, _TRANSITION = 0, 1


@dataclass(frozen=True)
class Model:
    """pyvi's model. Labels are B (a syllable begins a word) and I (it continues one).

    `weights`: attribute ("word.lower():là") -> its weight for B less its weight for I. `bb`, `bi`, `ib`, `ii`: the weight of
    going from the first label to the second. `pairs`, `triples`: a syllable -> what follows it in the words of two or three
    syllables of pyvi's list.
    """

    weights: Mapping[str, float]
    bb: float
    bi: float
    ib: float
    ii: float
    pairs: Mapping[str, frozenset[str]]
    triples: Mapping[str, frozenset[tuple[str, str]]]


def load_model(folder: Path | None = None) -> Model:
    """Return the model in `folder`, by default that of the installed pyvi. Raises ModelMissing, with the file and the reason."""
    folder = folder or _installed_folder()
    path = folder / "pyvi3.pkl"
    try:
        weights, transitions = _crfsuite_weights(_crfsuite_bytes(path))
        path = folder / "words.txt"
        pairs, triples = _word_list(path)
    # A pickle or a table of offsets that is not what it should be can fail in as many ways as there are operations on it.
    except Exception as error:
        raise ModelMissing("model_unreadable", path=path, kind=type(error).__name__, reason=error) from error
    bb, bi, ib, ii = (transitions[before, after] for before in (0, 1) for after in (0, 1))
    return Model(weights, bb, bi, ib, ii, pairs, triples)


def _installed_folder() -> Path:
    spec = importlib.util.find_spec("pyvi")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing("model_missing")
    return Path(spec.submodule_search_locations[0]) / "models"


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise ValueError(f"larger than {_LARGEST_FILE} bytes")
    return content


class _Inert:
    """Stands in for every class that the pickle names: keeps the state it is given, does nothing else."""

    def __init__(self, *arguments: object) -> None:
        self.state: dict[str, Any] = {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.state = state


def _latin1(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"unexpected encoding {encoding}")
    return text.encode("latin1")


class _RestrictedUnpickler(pickle.Unpickler):
    """Unpickles nothing but the six names that pyvi's pickle uses, each replaced by something that does nothing."""

    _KNOWN: Mapping[tuple[str, str], Callable[..., object]] = {
        ("_codecs", "encode"): _latin1,
        ("numpy", "dtype"): _Inert,
        ("numpy.core.multiarray", "scalar"): _Inert,
        ("pycrfsuite._logparser", "TrainLogParser"): _Inert,
        ("sklearn_crfsuite._fileresource", "FileResource"): _Inert,
        ("sklearn_crfsuite.estimator", "CRF"): _Inert,
    }

    def find_class(self, module: str, name: str) -> Callable[..., object]:
        known = self._KNOWN.get((module, name))
        if known is None:
            raise pickle.UnpicklingError(f"unexpected {module}.{name}")
        return known


def _crfsuite_bytes(path: Path) -> bytes:
    content = _RestrictedUnpickler(io.BytesIO(_read(path))).load().state["modelfile"].state["__FILE_RESOURCE_DATA__"]
    if not isinstance(content, bytes):
        raise TypeError("no CRFsuite model inside")
    return content


def _crfsuite_weights(content: bytes) -> tuple[dict[str, float], dict[tuple[int, int], float]]:
    """Return (attribute -> weight for B less weight for I, (label, label) -> weight) of a CRFsuite model."""
    magic, size, kind, *_, features_at, labels_at, attributes_at, _, _ = struct.unpack_from("<4sI4sIIIIIIIII", content)
    if (magic, size, kind) != (b"lCRF", len(content), b"FOMC"):
        raise ValueError("not a whole CRFsuite model")
    rank = [_LABELS.index(label) for label in _quark_strings(content, labels_at)]
    attributes = _quark_strings(content, attributes_at)
    magic, _, count = struct.unpack_from("<4sII", content, features_at)
    if magic != b"FEAT":
        raise ValueError("no features")
    weights = dict.fromkeys(attributes, 0.0)
    transitions: dict[tuple[int, int], float] = {(before, after): 0.0 for before in (0, 1) for after in (0, 1)}
    start = features_at + 12
    for feature, source, target, weight in struct.iter_unpack("<IIId", content[start : start + 20 * count]):
        if feature == _STATE:
            weights[attributes[source]] += -weight if rank[target] else weight
        elif feature == _TRANSITION:
            transitions[rank[source], rank[target]] = weight
        else:
            raise ValueError(f"feature of type {feature}")
    return weights, transitions


def _quark_strings(content: bytes, start: int) -> list[str]:
    """Return the strings of the constant quark database at `start`, by their numbers."""
    magic, _, _, _, count, backward = struct.unpack_from("<4sIIIII", content, start)
    if magic != b"CQDB":
        raise ValueError("no table of strings")
    strings = []
    for record in struct.unpack_from(f"<{count}I", content, start + backward):
        _, length = struct.unpack_from("<II", content, start + record)
        text_at = start + record + 8
        strings.append(content[text_at : text_at + length - 1].decode())
    return strings


def _word_list(path: Path) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[tuple[str, str]]]]:
    pairs: dict[str, set[str]] = {}
    triples: dict[str, set[tuple[str, str]]] = {}
    for word in _read(path).decode().split("\n"):
        match word.split(" "):
            case [first, second]:
                pairs.setdefault(first, set()).add(second)
            case [first, second, third]:
                triples.setdefault(first, set()).add((second, third))
    if not pairs or not triples:
        raise ValueError("no words")
    return (
        {first: frozenset(rest) for first, rest in pairs.items()},
        {first: frozenset(rest) for first, rest in triples.items()},
    )
