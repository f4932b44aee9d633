"""`make sbom`: lists what the lock file installs, each with its version, licence and package URL, and is never committed."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_licence import FOUND

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_it_is_made_of_what_is_locked() -> None:
    told = subprocess.run(["make", "-n", "sbom"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    (install,) = [line for line in told if "build/locked/bin/python -m pip install" in line]
    assert install.endswith("--require-hashes --only-binary :all: --no-deps -r requirements/served.txt")
    (make,) = [line for line in told if "cyclonedx_py" in line]
    assert (
        "environment" in make and "--output-format JSON" in make and make.endswith("dist/lucbao.cdx.json build/locked/bin/python")
    )
    assert told.index("rm -rf build/locked") < told.index(install) < told.index(make)


def test_it_is_not_committed() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"build/", "dist/"} <= set(ignored)


@pytest.mark.skipif(importlib.util.find_spec("cyclonedx_py") is None, reason="needs pip install -e .[release]")
def test_what_it_says_of_the_packages_installed_here(tmp_path: Path) -> None:
    written = tmp_path / "lucbao.cdx.json"
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--output-format", "JSON"]
    subprocess.run([*command, "--output-file", str(written), sys.executable], check=True, capture_output=True)
    bill = json.loads(written.read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    components = {each["purl"].partition("@")[0]: each for each in bill["components"] if "purl" in each}
    for name, package in FOUND.items():
        component = components[f"pkg:pypi/{name}"]
        assert component["version"] == package.version
        assert component["licenses"], name
