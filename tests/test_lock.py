"""requirements/served.txt: whole, of one version each, by hash alone, within what setup.cfg allows, on every Python and system."""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from test_imports import statements

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "served.txt"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
SYSTEMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))


@dataclass(frozen=True)
class Locked:
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(canonicalize_name(self.requirement.name))

    @property
    def version(self) -> str:
        (pin,) = self.requirement.specifier
        assert pin.operator == "=="
        return pin.version

    def applies(self, environment: dict[str, str]) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate(environment)


def logical_lines() -> list[str]:
    joined = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in (re.sub(r"\s*(^|\s)#.*", "", each).strip() for each in joined.splitlines()) if line]


def locked() -> list[Locked]:
    entries = []
    for line in logical_lines():
        requirement, *hashes = line.split(" --hash=")
        entries.append(Locked(Requirement(requirement), tuple(each.strip() for each in hashes)))
    return entries


def allowed() -> list[Requirement]:
    """Return what setup.cfg asks for to run, under gunicorn too, and to install, and what pyproject.toml asks for to build."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = setup["options.extras_require"]
    lines = setup["options"]["install_requires"] + extras["build"] + extras["gunicorn"]
    (build,) = re.findall(r"^requires = (\[.*\])$", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    return [Requirement(line) for line in [*filter(None, lines.splitlines()), *ast.literal_eval(build)]]


def environments() -> Iterator[dict[str, str]]:
    for python in PYTHONS:
        for platform, system, name in SYSTEMS:
            yield {
                "python_version": python,
                "python_full_version": f"{python}.7",
                "sys_platform": platform,
                "platform_system": system,
                "os_name": name,
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
                "platform_machine": "x86_64",
                "extra": "",
            }


def at_work(environment: dict[str, str]) -> dict[str, Locked]:
    """Return what is installed there, by name: one version of each."""
    entries = [each for each in locked() if each.applies(environment)]
    named = {each.name: each for each in entries}
    assert len(named) == len(entries), "two versions of one package"
    return named


def test_every_line_is_a_version_and_its_hashes() -> None:
    assert len(locked()) >= 45
    for each in locked():
        assert each.version and each.hashes, each.requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in each.hashes), each.requirement
        assert not each.requirement.url and not each.requirement.extras


def test_it_says_no_address() -> None:
    """Where packages come from is the reader's own setting, and the hashes hold for every place."""
    text = LOCK.read_text(encoding="utf-8")
    assert "://" not in text and " @ " not in text
    assert not [line for line in logical_lines() if line.startswith("-")]


@pytest.mark.parametrize("environment", [*environments()], ids=lambda each: f"{each['sys_platform']}-{each['python_version']}")
def test_it_is_within_what_is_allowed(environment: dict[str, str]) -> None:
    named = at_work(environment)
    for requirement in allowed():
        if requirement.marker is None or requirement.marker.evaluate(environment):
            entry = named[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(entry.version), f"{requirement}, but {entry.version} is locked"


def test_it_holds_all_that_what_it_holds_requires() -> None:
    """Seen from the packages installed here; what is another version than the locked one may require other things."""
    environment = {"extra": ""}
    named = at_work(environment)
    waiting = [requirement for requirement in allowed() if requirement.marker is None or requirement.marker.evaluate()]
    seen: set[tuple[str, frozenset[str]]] = set()
    compared = 0
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        assert name in named, f"{requirement} is not locked: make lock"
        assert requirement.specifier.contains(named[name].version), f"{requirement}, but {named[name].version} is locked"
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            assert name in {"pip", "setuptools"}  # they install, and need not stay
            continue
        if installed.version != named[name].version:
            continue
        compared += 1
        for line in installed.requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in (extras or {""})):
                waiting.append(needed)
    assert compared > 0


def test_what_may_break_us_has_an_upper_bound() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    for line in filter(None, setup["options"]["install_requires"].splitlines()):
        assert any(each.operator in ("<", "==") for each in Requirement(line).specifier), line


@pytest.mark.slow
def test_what_is_imported_is_asked_for() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = [setup["options.extras_require"][name] for name in ("opensearch", "pdf", "warc")]
    extra = [Requirement(line) for extra in extras for line in filter(None, extra.splitlines())]
    asked = {canonicalize_name(requirement.name) for requirement in [*allowed(), *extra]}
    owners = packages_distributions()
    rooms = [
        path
        for room in ("language", "corpus", "index", "searcher", "alert", "web", "command")
        for path in (ROOT / room).rglob("*.py")
    ]
    for path in [*rooms, ROOT / "lucbao.py"]:
        for node in statements(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in {each.partition(".")[0] for each in names} - sys.stdlib_module_names:
                owned = {canonicalize_name(owner) for owner in owners.get(name, [])} - {"lucbao"}
                assert not owned or owned & asked, f"{path}: {name} comes with {owned}, which setup.cfg does not name"


STUB = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in *--require-hashes*) echo "$REFUSAL" >&2; exit "$CODE";; esac
"""


def install(folder: Path, *, refusal: str, code: int) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run the recipe behind `make serve` with a Python that notes what it is called with; return what make said, and the calls."""
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    python = folder / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(STUB)
    python.chmod(0o755)
    calls = folder / "calls"
    target = folder / "venv" / "installed-served"
    result = subprocess.run(
        ["make", f"VENV={folder / 'venv'}", target],
        cwd=ROOT,
        env={**os.environ, "CALLS": str(calls), "REFUSAL": refusal, "CODE": str(code)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert target.exists() == (result.returncode == 0)
    return result, calls.read_text().splitlines()


def test_make_serve_installs_what_is_locked(tmp_path: Path) -> None:
    result, calls = install(tmp_path, refusal="WARNING: nothing of weight", code=0)
    assert result.returncode == 0
    locked, ours = calls
    assert re.search("install .*--require-hashes --only-binary :all: --no-deps -r requirements/served.txt$", locked)
    assert re.search("install .*--no-build-isolation --no-deps -e [.]$", ours)


def test_make_serve_falls_back_to_the_ranges_where_there_is_no_wheel(tmp_path: Path) -> None:
    result, calls = install(tmp_path, refusal="ERROR: No matching distribution found for lxml==6.1.3", code=1)
    assert result.returncode == 0
    assert "lxml==6.1.3" in result.stdout and "không kiểm mã băm" in result.stdout
    assert len(calls) == 3 and calls[-1].endswith("-e .") and "--no-deps" not in calls[-1]


@pytest.mark.parametrize("refusal", ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "ERROR: No space left on device"])
def test_make_serve_installs_nothing_else_when_something_is_wrong(tmp_path: Path, refusal: str) -> None:
    result, calls = install(tmp_path, refusal=refusal, code=1)
    assert result.returncode != 0
    assert refusal in result.stdout + result.stderr
    assert len(calls) == 1
