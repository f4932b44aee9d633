"""Everything that comes with Lục Báo, however deep, is under a licence that lets it be given on."""

from __future__ import annotations

import fnmatch
import re
from importlib.metadata import Distribution, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "MIT",
    "MPL-1.1",
    "MPL-2.0",
    "PSF-2.0",
    "ZPL-2.1",
    "Zlib",
}
"""SPDX names. None asks more than that its text, and changes to its own files, are given on too."""

CLEAR = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ZPL 2.1": "ZPL-2.1",
}
"""What packages without an SPDX expression say, where it leaves no doubt; "BSD License" does: which?"""

BY_HAND = {
    "colorama": ("BSD-3-Clause", "*.dist-info/*LICENSE*"),
    "itsdangerous": ("BSD-3-Clause", "*.dist-info/*LICENSE*"),
    "jinja2": ("BSD-3-Clause", "*.dist-info/*LICENSE*"),
    "justext": ("BSD-2-Clause", "*.dist-info/*LICENSE*"),
    "numpy": ("BSD-3-Clause", "*.dist-info/*LICENSE*"),
    "python-dateutil": ("Apache-2.0 OR BSD-3-Clause", "*.dist-info/*LICENSE*"),
    "scipy": ("BSD-3-Clause", "*.dist-info/*LICENSE*"),
    "whoosh": ("BSD-2-Clause", "whoosh/__init__.py"),
}
"""Packages whose metadata leave it open, read one by one: the licence, and the file of the package in which it stands."""


def distributions() -> dict[str, Distribution]:
    """Return what is installed because lucbao asks for it, by name; lucbao itself is not among it."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(line) for line in distribution("lucbao").requires or []]
    seen = set()
    while waiting:
        requirement = waiting.pop()
        extras = requirement.extras or {""}
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        if (name, *sorted(extras)) in seen:
            continue
        seen.add((name, *sorted(extras)))
        found[name] = distribution(name)
        for line in found[name].requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                needed.marker = None
                waiting.append(needed)
    return found


FOUND = distributions()


def stated(package: Distribution) -> str:
    """Return the licence that the metadata state beyond doubt, as an SPDX expression; "" if there is none."""
    metadata = package.metadata
    expression = metadata.get("License-Expression")
    if expression:
        return expression
    classifiers = [each for each in metadata.get_all("Classifier", []) if each.startswith("License ::")]
    field = (metadata.get("License") or "").strip()
    if field and re.fullmatch(r"[\w.-]+( (AND|OR) [\w.-]+)*", field) and set(re.split(" AND | OR ", field)) <= ALLOWED:
        return field
    if field in CLEAR:
        return CLEAR[field]
    clear = {CLEAR.get(each, "") for each in classifiers}
    return clear.pop() if len(clear) == 1 else ""


def permits(expression: str) -> bool:
    """Return whether an SPDX expression can be fulfilled by allowed licences: all of an AND, one of an OR, in brackets first."""
    while brackets := re.search(r"\(([^()]*)\)", expression):
        expression = expression.replace(brackets[0], "MIT" if permits(brackets[1]) else "none")
    return any(all(each.strip() in ALLOWED for each in choice.split(" AND ")) for choice in expression.split(" OR "))


@pytest.mark.parametrize(
    ("expression", "permitted"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("Apache-2.0 AND GPL-3.0-only", False),
        ("(MIT OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("(MIT AND AGPL-3.0-only) OR GPL-2.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("", False),
    ],
)
def test_what_is_permitted(expression: str, permitted: bool) -> None:
    assert permits(expression) is permitted


def test_the_walk_reaches_what_nobody_asked_for_by_name() -> None:
    assert {"flask", "trafilatura", "courlan", "tld", "scikit-learn", "scipy", "urllib3", "lxml-html-clean"} <= set(FOUND)
    assert not {"pytest", "lucbao", "mypy", "hypothesis"} & set(FOUND)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_licence(name: str) -> None:
    package = FOUND[name]
    licence = stated(package)
    if not licence:
        assert name in BY_HAND, f"{name} {package.version}: read its licence and add it to BY_HAND"
        licence, place = BY_HAND[name]
        texts = [file.read_text(encoding="utf-8") for file in package.files or [] if fnmatch.fnmatch(file.as_posix(), place)]
        assert any("Redistribution and use in source and binary forms" in text for text in texts), f"{name}: not in {place}"
    assert permits(licence), f"{name} {package.version}: {licence}"
