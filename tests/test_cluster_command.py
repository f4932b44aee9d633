"""What the commands say at the terminal while the cluster is away."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
from fake_node import fake_nodes

import lucbao
from command import DAMAGED
from index.cluster import channel, verification, writer
from index.lexicon import LEXICON_FOLDER
from index.snapshot import INDEX_FOLDER


@pytest.fixture
def home(archive_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with its lexicon, and an environment that names a cluster which is away."""
    home = tmp_path / "home"
    shutil.copytree(archive_home, home)
    (home / INDEX_FOLDER).rename(home / LEXICON_FOLDER)
    with fake_nodes(1) as (node,):
        host = node.host
    for name, value in (("HOME", str(home)), ("ENGINE", "opensearch"), ("CLUSTER", host), ("LANG", "en")):
        monkeypatch.setenv(f"LUCBAO_{name}", value)
    monkeypatch.setattr(channel, "_FIRST_PAUSE", 0.01)
    return home


def test_check_says_that_nothing_could_be_compared(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verification, "_PATIENCE", 0.05)
    assert lucbao.main(["check"]) == DAMAGED
    away, rest = capsys.readouterr().out.splitlines()
    assert away.startswith("The index in the cluster could not be compared: ") and "no node can be reached" in away
    assert rest == "What could be compared is undamaged."


def test_index_says_that_it_waits(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(writer, "update_cluster", partial(writer.update_cluster, patience=0.3))
    assert lucbao.main(["index"]) == DAMAGED
    waiting, ended = capsys.readouterr().err.splitlines()
    assert waiting == "Waiting for the search cluster, at most 5 minutes: no node can be reached …"
    assert ended.startswith("The search cluster gives no answer")


def test_doctor_names_the_host_and_looks_at_the_lexicon(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lucbao.main(["doctor"]) == DAMAGED
    *machine, host, count = capsys.readouterr().out.splitlines()
    assert machine[0].startswith("Python ") and "gives no answer: no node can be reached" in host and count == "1 thing to mend."
