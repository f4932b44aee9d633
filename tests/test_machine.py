"""What `lucbao doctor` says of the machine: each thing that is the matter is said once, in both languages, and nothing where nothing is."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, run
from packaging.requirements import Requirement

import lucbao
from command.machine import capacity, disk, encoding, package, release, table
from command.machine.capacity import Capacity, look_at_capacity, memory_limits
from command.machine.disk import Disk, file_system, look_at_disk
from command.machine.release import Releases, look_at_releases
from index.snapshot import INDEX_FOLDER
from language.wording import LANGUAGES, Told

TODAY = date(2026, 11, 30)
SOUND = Releases((3, 13, 2), (3, 53, 1))
PLENTY = Capacity(4, 8_000_000_000, 65_536)
FAST = Disk(Path("/srv/lucbao"), "ext4", 50_000_000_000, 1_000_000_000, 0.002, 400_000_000.0)


def codes(found: Any) -> list[str]:
    told: list[Told] = list(found)
    for one in told:
        assert all("{" not in one.in_words(language) for language in LANGUAGES)
    return [one.code.removeprefix("doctor.") for one in told]


@pytest.mark.parametrize(
    ("releases", "expected"),
    [
        (SOUND, []),
        (replace(SOUND, python=(3, 10, 14)), ["python_ended"]),
        (replace(SOUND, python=(3, 11, 0)), []),
        (replace(SOUND, python=(3, 99, 0)), []),
        (replace(SOUND, sqlite=(3, 40, 1)), ["sqlite_resets"]),
        (replace(SOUND, sqlite=(3, 44, 5)), ["sqlite_resets"]),
        (replace(SOUND, sqlite=(3, 44, 6)), []),
        (replace(SOUND, sqlite=(3, 45, 3)), ["sqlite_resets"]),
        (replace(SOUND, sqlite=(3, 50, 7)), []),
        (replace(SOUND, sqlite=(3, 51, 2)), ["sqlite_resets"]),
        (replace(SOUND, sqlite=(3, 51, 3)), []),
        (Releases((3, 10, 0), (3, 34, 1)), ["python_ended", "sqlite_resets"]),
    ],
)
def test_releases_that_are_no_longer_mended_are_named(releases: Releases, expected: list[str]) -> None:
    assert codes(release.hints(releases, TODAY)) == expected


def test_a_python_is_mended_to_the_last_day_of_its_month() -> None:
    old = replace(SOUND, python=(3, 10, 1))
    assert codes(release.hints(old, date(2026, 10, 31))) == []
    assert codes(release.hints(old, date(2026, 10, 31) + timedelta(days=1))) == ["python_ended"]


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        (PLENTY, []),
        (replace(PLENTY, memory=512_000_000), ["little_memory"]),
        (replace(PLENTY, files=256), ["few_files"]),
        (Capacity(1, 1, 1), ["little_memory", "few_files"]),
        (Capacity(1, None, None), []),
    ],
)
def test_what_is_scarce_is_named(means: Capacity, expected: list[str]) -> None:
    assert codes(capacity.hints(means)) == expected
    assert codes([capacity.told(means)]) == ["processors" if means.memory is None else "capacity"]


@pytest.mark.parametrize(
    ("group", "files", "expected"),
    [
        ("0::/\n", {"memory.max": "536870912\n"}, [536870912]),
        ("0::/\n", {"memory.max": "max\n"}, []),
        ("0::/a.slice/b.service\n", {"a.slice/memory.max": "1000\n", "a.slice/b.service/memory.max": "max\n"}, [1000]),
        ("4:memory:/x\n", {"memory/memory.limit_in_bytes": "2000\n"}, [2000]),
        ("", {}, []),
    ],
)
def test_memory_is_what_a_container_or_a_unit_may_have(
    tmp_path: Path, group: str, files: dict[str, str], expected: list[int]
) -> None:
    own = tmp_path / "own"
    own.write_text(group, encoding="utf-8")
    for name, text in files.items():
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).write_text(text, encoding="utf-8")
    assert sorted(set(memory_limits(tmp_path / "root", own))) == expected


def test_no_limit_is_found_where_there_are_no_control_groups(tmp_path: Path) -> None:
    assert list(memory_limits(tmp_path, tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"kind": ""}, []),
        ({"kind": "nfs4"}, ["disk_network"]),
        ({"kind": "cifs"}, ["disk_network"]),
        ({"kind": "tmpfs"}, ["disk_volatile"]),
        ({"kind": "overlay"}, ["disk_layer"]),
        ({"kind": "exfat"}, ["disk_rightless"]),
        ({"sync": 0.08}, ["slow_sync"]),
        ({"rate": 5_000_000.0}, ["slow_write"]),
        ({"sync": 0.08, "rate": 5_000_000.0}, ["slow_sync"]),
        ({"free": 400_000_000}, ["disk_full"]),
        ({"wanted": 60_000_000_000}, ["disk_full"]),
        ({"refused": Told("command", "reason.forbidden"), "sync": 0.0, "rate": 0.0}, ["disk_refused"]),
        ({"kind": "nfs", "sync": 0.1, "free": 0}, ["disk_network", "slow_sync", "disk_full"]),
    ],
)
def test_what_is_the_matter_with_a_disk_is_named(changed: dict[str, Any], expected: list[str]) -> None:
    seen = replace(FAST, **changed)
    assert codes(disk.hints(seen)) == expected
    assert codes([disk.told(seen)]) == ["disk_unwritten" if seen.refused else "disk"]


def test_every_kind_of_file_system_in_the_table_is_told() -> None:
    for kind in table("file_systems"):
        assert len(codes(disk.hints(replace(FAST, kind=kind)))) == 1


MOUNTS = r"""22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:26 / /tmp rw,nosuid shared:5 - tmpfs tmpfs rw
41 22 0:50 /x /srv rw,relatime shared:9 - nfs4 may-chu:/x rw,vers=4.2
42 41 8:1 / /srv/lucbao rw,relatime - xfs /dev/sda1 rw
43 22 0:51 / /mnt/ban\040tin rw - cifs //may-chu/tin rw
44 30 8:2 / /tmp rw - ext2 /dev/sdb rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/a/lucbao-data", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/lucbao", "xfs"),
        ("/srv/lucbao/demo", "xfs"),
        ("/srv/lucbao-data", "nfs4"),
        ("/mnt/ban tin/kho", "cifs"),
        ("/tmp/x", "ext2"),
    ],
)
def test_a_folder_lies_on_the_deepest_mount_above_it(folder: str, kind: str) -> None:
    assert file_system(MOUNTS, Path(folder)) == kind


def test_where_nothing_is_mounted_the_kind_is_not_known() -> None:
    assert file_system("", Path("/srv")) == ""


def test_the_disk_is_that_of_what_is_there_already(tmp_path: Path) -> None:
    index = tmp_path / INDEX_FOLDER
    index.mkdir()
    (index / "a").write_bytes(bytes(5000))
    seen = look_at_disk(tmp_path, INDEX_FOLDER)
    assert seen.folder == tmp_path and seen.sync > 0 and seen.rate > 0 and seen.refused == ""
    assert seen.wanted - look_at_disk(tmp_path / "chua" / "co", INDEX_FOLDER).wanted == 5000
    assert look_at_disk(tmp_path / "chua" / "co", INDEX_FOLDER).folder == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == [INDEX_FOLDER]


@pytest.mark.parametrize(("number", "said"), [(errno.EACCES, "không có quyền"), (errno.EROFS, "đĩa chỉ cho đọc")])
def test_a_folder_that_takes_nothing_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    def refuse(**_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(disk, "TemporaryFile", refuse)
    (hint,) = (one for one in disk.hints(look_at_disk(tmp_path, INDEX_FOLDER)) if one.code != "doctor.disk_volatile")
    assert hint.code == "doctor.disk_refused" and f": {said}. " in hint.in_words("vi")


def test_what_is_here_is_seen() -> None:
    assert look_at_releases().python >= (3, 10) and look_at_releases().sqlite > (3, 0)
    means = look_at_capacity()
    assert means.processors >= 1 and (means.memory is None or means.memory > 100_000_000)


def asked(*lines: str) -> tuple[Requirement, ...]:
    return tuple(map(Requirement, lines))


@pytest.mark.parametrize(
    ("requirements", "hints", "offers"),
    [
        (asked("pytest>=1", "khong-he-co>=1; extra == 'bench'"), [], []),
        (asked("khong-he-co>=2"), ["package_missing"], []),
        (asked("pytest<1"), ["package_other"], []),
        (asked("khong-he-co; python_version < '3'"), [], []),
        (
            asked("pytest>=1", "khong-he-co>=1; extra == 'pdf'", "khong-co-nua; extra == 'gunicorn'"),
            [],
            ["extra.pdf", "extra.gunicorn"],
        ),
        (asked("pytest>=1; extra == 'warc'", "khong-he-co; extra == 'warc'"), [], ["extra.warc"]),
        (asked("pytest>=1; extra == 'opensearch'"), [], []),
        ((), [], []),
    ],
)
def test_what_is_not_installed_is_named(requirements: tuple[Requirement, ...], hints: list[str], offers: list[str]) -> None:
    assert codes(package.hints(requirements)) == hints
    assert codes(package.offers(requirements)) == offers


def test_every_extra_that_serves_users_exists() -> None:
    setup = (Path(lucbao.__file__).parent / "setup.cfg").read_text(encoding="utf-8")
    for extra in package.EXTRAS:
        assert f"\n{extra} =\n" in setup
        assert codes(package.offers(asked(f"khong-he-co; extra == '{extra}'"))) == [f"extra.{extra}"]
    assert len(package.look_at_requirements()) > 20


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("utf-8", []),
        ("UTF8", []),
        ("utf-8-sig", []),
        ("latin-1", ["encoding"]),
        ("ascii", ["encoding"]),
        ("cp1252", ["encoding"]),
        (None, ["encoding"]),
    ],
)
def test_a_code_without_vietnamese_letters_is_named(name: str | None, expected: list[str]) -> None:
    assert codes(encoding.hints(name)) == expected


Doctor = Callable[..., list[str]]


def test_the_doctor_says_what_the_machine_is_then_of_the_index(
    archive_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "look_at_disk", lambda home, index: replace(FAST, folder=home))
    monkeypatch.setattr(capacity, "look_at_capacity", lambda: PLENTY)
    monkeypatch.setattr(release, "look_at_releases", lambda: SOUND)
    monkeypatch.setattr(package, "look_at_requirements", lambda: asked("khong-he-co; extra == 'pdf'"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = run(archive_home, "doctor", "--port", port)
    assert (ran.returncode, ran.stderr) == (lucbao.DONE, "")
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("Python 3.13.2 · SQLite 3.53.1 · ")
    assert lines[1:] == [
        "4 bộ xử lý · bộ nhớ 8.000 MB",
        f"{archive_home}: ext4, còn trống 50.000 MB · fsync 2 ms · ghi 400 MB/giây",
        "có thể cài thêm: đọc PDF: pip install 'lucbao[pdf]'",
        f"nên xem: không mở được cổng {port}: đã có chương trình khác dùng. Nếu đó không phải Lục Báo đang chạy, hãy chọn cổng khác: "
        f"lucbao serve --port {int(port) + 1}",
        "Mọi thứ đều ổn.",
    ]
    free = run(archive_home, "doctor", "--port", port).stdout.splitlines()
    assert free[3] == f"cổng {port}: dùng được" and not [line for line in free if line.startswith("nên xem")]
    broken = tmp_path / "kho"
    shutil.copytree(archive_home, broken)
    shutil.rmtree(broken / INDEX_FOLDER)
    ran = run(broken, "doctor", "--port", port)
    assert ran.returncode == lucbao.DAMAGED and ran.stdout.splitlines()[-1] == "1 điều cần sửa."


def test_a_machine_without_an_archive_is_looked_at_all_the_same(tmp_path: Path) -> None:
    ran = run(tmp_path / "chua-co", "doctor")
    assert ran.stdout.startswith("Python ") and f"{tmp_path}: " in ran.stdout
    assert ran.returncode == lucbao.DAMAGED and ran.stderr.startswith("Chưa có kho ở ")
    assert not (tmp_path / "chua-co").exists()


def test_letters_that_the_output_has_not_end_no_command(archive_home: Path) -> None:
    environment = {**os.environ, "LUCBAO_HOME": str(archive_home), "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, str(ROOT / "lucbao.py"), "search", "nông thôn mới", "--size", "1"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="latin-1", timeout=120, check=False)
    assert (done.returncode, done.stderr) == (lucbao.DONE, "")
    assert "bài" in done.stdout and "m\\u1edbi" in done.stdout
