import os
import pickle
import shutil
from pathlib import Path

import pytest

from language import crf
from language.crf import load_model
from language.errors import ModelMissing


@pytest.fixture
def models(tmp_path):
    """A copy of pyvi's two files."""
    for name in ("pyvi3.pkl", "words.txt"):
        shutil.copy(crf._installed_folder() / name, tmp_path)
    return tmp_path


def test_reads_the_installed_model():
    model = load_model()
    assert len(model.weights) > 5000
    assert {"bias", "word.lower():là", "-1:word.bi_gram()", "+2:word.tri_gram()"} <= set(model.weights)
    assert "bình" in model.pairs["hoà"]
    assert ("nhân", "dân") not in model.triples.get("hoà", ())


def test_a_missing_package_is_said(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match="pyvi"):
        load_model()


@pytest.mark.parametrize("name", ["pyvi3.pkl", "words.txt"])
def test_a_missing_file_is_named(models, name):
    (models / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        load_model(models)


@pytest.mark.parametrize("size", [0, 1, 50, 900, 1000, 400_000, 747_000, 780_000, 789_336])
def test_a_truncated_model_is_refused(models, size):
    path = models / "pyvi3.pkl"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ModelMissing, match="pyvi3.pkl"):
        load_model(models)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"hai\nba\n", b"hai ba\n"])
def test_a_word_list_without_words_is_refused(models, content):
    (models / "words.txt").write_bytes(content)
    with pytest.raises(ModelMissing, match="words.txt"):
        load_model(models)


@pytest.mark.parametrize("name", ["pyvi3.pkl", "words.txt"])
def test_a_file_far_too_large_is_not_read_whole(models, name, monkeypatch):
    monkeypatch.setattr(crf, "_LARGEST_FILE", 1000)
    monkeypatch.setattr(crf, "_installed_folder", lambda: models)
    if name == "words.txt":
        monkeypatch.setattr(crf, "_crfsuite_bytes", lambda path: b"")
        monkeypatch.setattr(crf, "_crfsuite_weights", lambda content: ({}, {}))
    with pytest.raises(ModelMissing, match=f"{name}.*larger"):
        load_model()


class _Attack:
    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_pickle_that_acts_is_refused(models, tmp_path):
    (models / "pyvi3.pkl").write_bytes(pickle.dumps(_Attack(tmp_path / "made")))
    with pytest.raises(ModelMissing, match="mkdir"):
        load_model(models)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("pickled", [{}, [], "mô hình", None, 3.5, {"modelfile": b"lCRF"}])
def test_another_pickle_is_refused(models, pickled):
    (models / "pyvi3.pkl").write_bytes(pickle.dumps(pickled))
    with pytest.raises(ModelMissing):
        load_model(models)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[:-1], id="one byte short"),
        pytest.param(lambda content: content[:40], id="half a header"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content.replace(b"lCRF", b"lXRF", 1), id="other format"),
        pytest.param(lambda content: content.replace(b"FOMC", b"FOMX", 1), id="other kind of model"),
        pytest.param(lambda content: content.replace(b"FEAT", b"FEAX", 1), id="no features"),
        pytest.param(lambda content: content.replace(b"CQDB", b"CQDX", 1), id="no labels"),
        pytest.param(lambda content: content.replace(b"B_W\0", b"B-W\0", 1), id="other labels"),
        pytest.param(lambda content: content[:60] + b"\xff" * 400 + content[460:], id="features of no type"),
    ],
)
def test_a_damaged_crfsuite_model_is_refused(damage):
    content = crf._crfsuite_bytes(crf._installed_folder() / "pyvi3.pkl")
    damaged = damage(content)
    assert damaged != content
    with pytest.raises((ValueError, LookupError, crf.struct.error)):
        crf._crfsuite_weights(damaged)
