from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from corpus.reading import input as module
from corpus.reading.input import Input, inputs

HTML = b"<!doctype html><html><p>"


def found(*paths: Path | str) -> list[tuple[str, str, int | None]]:
    """What is read, without what is passed over and the marks that a whole file or folder was sound."""
    read = [each for each in inputs(paths) if each.kind != "sound" and not each.kind.startswith("passed")]
    return [(each.kind, Path(each.origin).name, each.line) for each in read]


def passed(*paths: Path | str) -> list[tuple[str, str, str]]:
    """What is passed over: whether it is a file or a folder, its name, of which kind it is."""
    over = [each for each in inputs(paths) if each.kind.startswith("passed")]
    return sorted((each.kind.split()[1], Path(each.origin).name, str(each.reason)) for each in over)


def refusal(path: Path | str) -> Input:
    refused = [each for each in inputs([path]) if each.kind == "refused"]
    assert len(refused) == 1
    return refused[0]


def test_a_folder_is_read_in_sorted_order_without_what_is_hidden(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/2.htm", "b/1.HTML", "c.txt", "a.aspx", ".an.html", ".git/x.html", "anh.jpg", "trang-luu"):
        (tmp_path / name).write_bytes(HTML if name != "c.txt" else b"Chu")
    (tmp_path / "anh.jpg").write_bytes(b"\xff\xd8\xff\x00")
    assert found(tmp_path) == [
        ("html", "a.aspx", None),
        ("html", "1.HTML", None),
        ("html", "2.htm", None),
        ("text", "c.txt", None),
        ("html", "trang-luu", None),  # no suffix, but it looks like a page
    ]


def test_the_parts_of_a_saved_page_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Bài báo_files").mkdir()
    (tmp_path / "khac_files").mkdir()
    for name in ("Bài báo.html", "Bài báo_files/frame.html", "khac_files/bai.html"):
        (tmp_path / name).write_bytes(HTML)
    assert found(tmp_path) == [("html", "Bài báo.html", None), ("html", "bai.html", None)]


def test_nothing_is_passed_over_in_silence(tmp_path: Path) -> None:
    for folder in ("Bài báo_files", ".git", "con", "con/con"):
        (tmp_path / folder).mkdir()
    (tmp_path / "Bài báo.html").write_bytes(HTML)
    for name in (
        "anh.JPG",
        "con/Nghị quyết 29.PDF",
        "con/con/ghi chép",
        ".DS_Store",
        "Th. 3, họp bàn về nước sạch",
        "con/bảng.xls.gz",
    ):
        (tmp_path / name).write_bytes(b"\x89\x00")
    (tmp_path / "con" / "lai").symlink_to(tmp_path)
    (tmp_path / "cut.html").symlink_to(tmp_path / "khong-co.html")
    os.mkfifo(tmp_path / "ong.html")
    assert passed(tmp_path) == [
        ("file", ".DS_Store", "ẩn"),
        ("file", "Nghị quyết 29.PDF", ".pdf"),
        ("file", "Th. 3, họp bàn về nước sạch", "không rõ loại"),
        ("file", "anh.JPG", ".jpg"),
        ("file", "bảng.xls.gz", ".gz"),
        ("file", "cut.html", "liên kết hỏng"),
        ("file", "ghi chép", "không rõ loại"),
        ("file", "ong.html", "không phải tệp thường"),
        ("folder", ".git", "ẩn"),
        ("folder", "Bài báo_files", "kèm trang đã lưu"),
        ("folder", "lai", "đã đọc"),
    ]
    assert found(tmp_path) == [("html", "Bài báo.html", None)]


def test_links_within_a_folder_are_followed_but_never_twice(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "bai.html").write_bytes(HTML)
    (tmp_path / "a" / "vong").symlink_to(tmp_path)
    (tmp_path / "lai-a").symlink_to(tmp_path / "a")
    (tmp_path / "cut").symlink_to(tmp_path / "khong-co.html")
    (tmp_path / "minh").symlink_to(tmp_path / "minh")
    assert found(tmp_path) == [("html", "bai.html", None), ("refused", "minh", None)]
    assert passed(tmp_path / "a") == [("folder", "vong", "liên kết ra ngoài")]


def test_links_out_of_a_folder_are_counted_and_never_opened(tmp_path: Path) -> None:
    folder, outside = tmp_path / "bai", tmp_path / "bai-khac"
    folder.mkdir()
    outside.mkdir()
    (outside / "rieng.html").write_bytes(HTML)
    (folder / "mot.html").write_bytes(HTML)
    (folder / "ngoai.html").symlink_to(outside / "rieng.html")
    (folder / "muc").symlink_to("../bai-khac")
    (folder / "may.html").symlink_to("/dev/zero")
    (folder / "he-thong").symlink_to("/proc")
    (folder / "trong.html").symlink_to("mot.html")
    assert found(folder) == [("html", "mot.html", None), ("html", "trong.html", None)]
    assert passed(folder) == [
        ("file", "may.html", "liên kết ra ngoài"),
        ("file", "ngoai.html", "liên kết ra ngoài"),
        ("folder", "he-thong", "liên kết ra ngoài"),
        ("folder", "muc", "liên kết ra ngoài"),
    ]


def test_a_link_that_is_named_itself_is_followed_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "bai.html").write_bytes(HTML)
    (tmp_path / "duong-tat.html").symlink_to(tmp_path / "bai.html")
    (tmp_path / "may.html").symlink_to("/dev/zero")
    assert found(tmp_path / "duong-tat.html") == [("html", "duong-tat.html", None)]
    assert "tệp thường" in str(refusal(tmp_path / "may.html").reason)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("path", ["/proc/self/status", "/proc", "/proc/self/fd", "/sys", "/dev/zero", "/dev/null"])
def test_what_the_system_shows_as_files_is_refused_unopened(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise AssertionError("opened")

    monkeypatch.setattr("builtins.open", fail)
    reason = str(refusal(path).reason)
    assert "của hệ thống" in reason or "tệp thường" in reason


def test_a_socket_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "a.html"))
        assert passed(tmp_path) == [("file", "a.html", "không phải tệp thường")]


@pytest.mark.slow
def test_a_compressed_file_that_unfolds_without_end_is_left_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.reading.input.UNFOLDS_FREELY", 200_000)
    path = tmp_path / "bom.jsonl.gz"
    path.write_bytes(gzip.compress(b"x\n" + b"{}\n" * 400_000))
    found = list(inputs([path]))
    assert found[-1].kind == "refused" and "bung ra quá lớn" in str(found[-1].reason) and len(found) < 120_000
    path.write_bytes(gzip.compress(b"x\n" + b" " * 30_000_000))
    assert [each.kind for each in inputs([path])] == ["line", "refused"]


@pytest.mark.slow
def test_a_file_of_blank_lines_is_left_off(tmp_path: Path) -> None:
    path = tmp_path / "trong.jsonl"
    path.write_bytes(b"{}\n" + b"\n" * 1_100_000 + b"{}\n")
    assert [each.kind for each in inputs([path])] == ["line", "refused"]
    assert "1000000 dòng trống" in str(refusal(path).reason)


def test_lines_are_numbered_and_blank_ones_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "bai.jsonl"
    path.write_bytes(b'{"a": 1}\n\n  \r\n{"b": 2}')
    assert list(inputs([path])) == [
        Input("line", str(path), 1, b'{"a": 1}\n'),
        Input("line", str(path), 4, b'{"b": 2}'),
        Input("sound", str(path)),
    ]
    packed = tmp_path / "bai.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert [each[2:] for each in inputs([packed])] == [each[2:] for each in inputs([path])]


def test_a_truncated_gzip_gives_the_lines_before_its_end(tmp_path: Path) -> None:
    path = tmp_path / "bai.jsonl.gz"
    lines = b"".join(b'{"title": "%s"}\n' % os.urandom(60).hex().encode() for _ in range(500))
    whole = gzip.compress(lines)
    path.write_bytes(whole[: len(whole) // 2])
    read = list(inputs([path]))
    assert len(read) > 100
    assert b"".join(each.content for each in read[:-1]) == lines[: sum(len(each.content) for each in read[:-1])]
    assert read[-1].kind == "refused" and f"sau dòng {len(read) - 1}" in str(read[-1].reason)
    path.write_bytes(b"khong phai gzip")
    assert "nén" in str(refusal(path).reason)


def test_a_line_without_end_is_refused_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE", 1000)
    path = tmp_path / "bai.jsonl"
    path.write_bytes(b"x" * 5_000_000 + b'\n{"a": 1}\n' + b"y" * 999 + b"\n" + b"z" * 2000)
    assert found(path) == [
        ("refused", "bai.jsonl", 1),
        ("line", "bai.jsonl", 2),
        ("line", "bai.jsonl", 3),
        ("refused", "bai.jsonl", 4),
    ]


def test_a_folder_of_that_name_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "bai.jsonl").mkdir()
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("trong.html", b"", "trống"),
        ("trong.txt", b" \n\x00", "trống"),
        ("trong.jsonl", b"", "trống"),
        ("utf16.jsonl", '{"title": "Bài"}'.encode("utf-16"), "UTF-8"),
        ("anh.png", b"\x89PNG\r\n", "loại tệp"),
        ("bai.json", b"[]", "loại tệp"),
        ("lon.html", HTML + b" " * module.MAX_FILE, "20 MB"),
    ],
)
def test_refusals(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    refused = refusal(tmp_path / name)
    assert reason in str(refused.reason) and refused.origin == str(tmp_path / name) and refused.line is None


def test_missing_and_impossible_paths(tmp_path: Path) -> None:
    assert "Không có" in str(refusal(tmp_path / "khong-co").reason)
    assert "trống" in str(refusal("").reason)
    assert refusal("a\x00b").reason
    assert refusal(tmp_path / ("a" * 300)).reason
    os.mkfifo(tmp_path / "ong.html")
    assert "tệp thường" in str(refusal(tmp_path / "ong.html").reason)
    assert found(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "bai.html"
    path.write_bytes(HTML)
    path.chmod(0)
    assert "Không đọc được" in str(refusal(path).reason)


def test_a_file_name_that_is_not_utf_8_can_be_written_down(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/b\xe0i.html"
    try:
        with open(name, "wb") as file:
            file.write(HTML)
    except OSError:
        pytest.skip("this file system has no such names")
    read = [each for each in inputs([tmp_path]) if each.kind == "html"]
    assert [each.origin for each in read] == [f"{tmp_path}/b\\xe0i.html"]
    read[0].origin.encode()


def test_utf_16_pages_are_pages(tmp_path: Path) -> None:
    path = tmp_path / "trang"
    path.write_bytes("<!DOCTYPE html><html lang='vi'>".encode("utf-16"))
    assert found(path) == [("html", "trang", None)]
