"""What is installed is what is here: the wheel, built of no more than deploy/Dockerfile copies, has every file of every room, and works without the clone."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("alert", "command", "corpus", "index", "language", "searcher", "web")

pytestmark = pytest.mark.slow

ASKED = """
import json, sys
from pathlib import Path
import lucbao, web
from command.completion import completion
from command.speaker import Speaker
from corpus.sample import sample_folder
client = web.create_app(Path(sys.argv[1])).test_client()
pages = ["/", "/tim-kiem?q=nong+thon+moi", "/the", "/api", "/noi/quang-ninh", "/static/lucbao.css", "/static/lucbao.js"]
print(json.dumps({
    "from": sorted({str(Path(module.__file__).parent) for module in (lucbao, web)}),
    "answers": {page: client.get(page).status_code for page in pages},
    "sample": len(list(sample_folder().rglob("*.html"))),
    "completion": len(completion("bash", Speaker("en"))),
}))
client.application.extensions["lucbao"].close()
"""


def sent() -> list[str]:
    """Return what .dockerignore leaves of the clone for an image: lines with `!`."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    return [line[1:] for line in lines if line.startswith("!")]


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder.parent).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, unfolded."""
    built = tmp_path_factory.mktemp("goi")
    source = built / "nguon"
    source.mkdir()
    for name in sent():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(built),
        str(source),
    ]
    done = subprocess.run(pip, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as packed:
        packed.extractall(built / "cai")
    return built / "cai"


def test_every_file_of_every_room_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    (told,) = wheel.glob("*.dist-info")
    there = {path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file() and told not in path.parents}
    assert there == {"lucbao.py"}.union(*(files_below(ROOT / room) for room in ROOMS))
    assert (told / "licenses" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_it_brings_the_command_and_asks_for_what_setup_cfg_asks_for(wheel: Path) -> None:
    (told,) = wheel.glob("*.dist-info")
    commands = configparser.ConfigParser()
    commands.read(told / "entry_points.txt", encoding="utf-8")
    assert dict(commands["console_scripts"]) == {"lucbao": "lucbao:main"}
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    metadata = (told / "METADATA").read_text(encoding="utf-8").splitlines()
    extras = {line.removeprefix("Provides-Extra: ") for line in metadata if line.startswith("Provides-Extra: ")}
    assert extras == set(setup["options.extras_require"])
    needed = [line for line in metadata if line.startswith("Requires-Dist: ") and "extra ==" not in line]
    assert len(needed) == len(setup["options"]["install_requires"].split("\n")) - 1


def test_what_it_brings_works_without_the_clone(wheel: Path, archive_home: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(wheel), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ASKED, str(archive_home)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["from"] == [str(wheel), str(wheel / "web")]
    assert set(said["answers"].values()) == {200}, said["answers"]
    assert said["sample"] > 80 and said["completion"] > 1000
