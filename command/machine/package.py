"""What Lục Báo asks to be installed beside it -> what is missing or of another version, and which extras are there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from language.wording import Told

EXTRAS = ("pdf", "warc", "opensearch", "gunicorn")
"""Those that serve who uses Lục Báo; the others serve who works on it."""


def look_at_requirements() -> tuple[Requirement, ...]:
    """Return what is asked for, extras too; nothing where Lục Báo itself is not installed but run as it lies there."""
    try:
        return tuple(map(Requirement, requires("lucbao") or ()))
    except PackageNotFoundError:
        return ()


def hints(requirements: tuple[Requirement, ...]) -> Iterator[Told]:
    """Yield what has to be there and is not, or not in a version that was tried."""
    for one in _of(requirements, ""):
        installed = _installed(one)
        if installed is None:
            yield Told("command", "doctor.package_missing", (("package", one.name), ("asked", str(one))))
        elif not one.specifier.contains(installed, prereleases=True):
            names = (("package", one.name), ("version", installed), ("asked", f"{one.name}{one.specifier}"))
            yield Told("command", "doctor.package_other", names)


def offers(requirements: tuple[Requirement, ...]) -> Iterator[Told]:
    """Yield the extras that are not there: what they are for, and how they are installed."""
    for extra in EXTRAS:
        asked = [one for one in _of(requirements, extra) if one not in _of(requirements, "")]
        if any(_installed(one) is None for one in asked):
            yield Told("command", f"doctor.extra.{extra}")


def _of(requirements: tuple[Requirement, ...], extra: str) -> list[Requirement]:
    return [one for one in requirements if one.marker is None or one.marker.evaluate({"extra": extra})]


def _installed(requirement: Requirement) -> str | None:
    try:
        return version(requirement.name)
    except PackageNotFoundError:
        return None
