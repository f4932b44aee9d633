"""corpus.archive.paper_file: sources.toml is read, or what is wrong with it is said, with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import SOURCES_FILE, load_papers, read_papers
from corpus.article import Article
from corpus.errors import SourcesInvalid
from corpus.paper import Paper

WHOLE = """# Báo của kho này
[[source]]
name = "Báo  Núi Sông"
hosts = ["nuisong.example", "www.NuiSong.example", "127.0.0.1:8001"]
other_names = ["Núi Sông Online"]
feeds = ["https://nuisong.example/rss"]
sitemaps = []
sections = ["https://nuisong.example/thoi-su"]
delay = 2.5

[[source]]
name = "Đồng Bằng"
[source.include]
paths = ["/chinh-sach"]

[gather]
contact = "toa-soan@nuisong.example"
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / SOURCES_FILE
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("begins", ["", "\ufeff"])
def test_a_whole_table_with_keys_of_other_readers(tmp_path: Path, begins: str, ends: str) -> None:
    assert read_papers(written(tmp_path, begins + WHOLE.replace("\n", ends))) == (
        Paper("Báo Núi Sông", ("nuisong.example", "127.0.0.1:8001"), ("Núi Sông Online",)),
        Paper("Đồng Bằng"),
    )


def test_no_table_and_an_empty_one_name_nothing(tmp_path: Path) -> None:
    assert read_papers(tmp_path / SOURCES_FILE) == ()
    assert read_papers(written(tmp_path, "# chưa có gì\n")) == ()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[[source]]\nname = "A"\nhosts = ["a.example"\n', 3, "TOML"),
        ('[[source]]\nname = "A\n', 2, "TOML"),
        ('[[source]]\nname = "A"\nname = "B"\n', 3, "TOML"),
        ('[[source]]\nname = "A"\n\nhosts = "a.example"\n', 4, "“hosts” cần một danh sách chuỗi"),
        ('[[source]]\nname = "A"\nother_names = ["B", 3]\n', 3, "“other_names” cần một danh sách chuỗi"),
        ('[[source]]\nname = "A"\nother_names = [" "]\n', 3, "để rỗng"),
        ('[[source]]\nname = "A"\n[[source]]\nhosts = ["b.example"]\n', 3, "cần “name”"),
        ('[[source]]\nname = ""\n', 2, "cần “name”"),
        ('[[source]]\nname = 24\n', 2, "cần “name”"),
        ('[[source]]\nname = "A"\nhosts = [\n  "a.example",\n  "https://b.example/tin",\n]\n', 5, "“https://b.example/tin” không phải tên miền"),
        ('[[source]]\nname = "A"\nhosts = ["b.example/tin"]\n', 3, "không phải tên miền"),
        ('[[source]]\nname = "A"\nhosts = ["vn"]\n', 3, "“vn” không phải tên miền"),
        ('[[source]]\nname = "A"\nhosts = [""]\n', 3, "không phải tên miền"),
        ('[[source]]\nname = "A"\nhost = ["a.example"]\n', 3, "không có khoá “host”; có phải là “hosts”?"),
        ('[[source]]\nname = "A"\nother-names = ["B"]\n', 3, "có phải là “other_names”?"),
        ('\n[[sources]]\nname = "A"\n', 2, "có phải là “source”?"),
        ('[source]\nname = "A"\n', 1, "hai dấu ngoặc vuông"),
        ('source = ["A"]\n', 1, "hai dấu ngoặc vuông"),
        ('[[source]]\nname = "A"\nhosts = ["a.example"]\n[[source]]\nname = "B"\nhosts = ["m.a.example"]\n', 6, "“a.example” đã thuộc về “A” (dòng 3)"),
        ('[[source]]\nname = "Báo A"\n[[source]]\nname = "B"\nother_names = ["BÁO A"]\n', 5, "“BÁO A” đã thuộc về “Báo A”"),
        (b'[[source]]\nname = "B\xe1o"\n', 2, "không phải UTF-8"),
        ("a = " + "[" * 100_000, 1, ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, line: int, reason: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SourcesInvalid) as refused:
        read_papers(path)
    assert (refused.value.path, refused.value.line) == (path, line)
    assert reason in refused.value.reason
    assert f"{path}, dòng {line}: " in str(refused.value)


def test_a_table_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / SOURCES_FILE).mkdir()
    with pytest.raises(SourcesInvalid):
        read_papers(tmp_path / SOURCES_FILE)


def test_statistics_count_by_paper(tmp_path: Path) -> None:
    pages = [
        ("https://nuisong.example/1", "Báo Núi Sông", "meta"),
        ("https://m.nuisong.example/2?a=/b", "Công ty CP Núi Sông", "json-ld"),
        ("https://nuisong.example", "Núi Sông - Tiếng nói vùng cao", "meta"),
        ("https://nuisong.example/4", "Bản tin Núi", "given"),
        ("", "Núi Sông Online", "given"),
    ]
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        for number, (url, source, origin) in enumerate(pages):
            archive.add(Article(f"Tít {number}", url=url, source=source, origins={"source": origin}))
        archive.withdraw(Article("Tít 0", url=pages[0][0]).id)

        def sources() -> tuple[tuple[str, int], ...]:
            return archive.named_by(load_papers(tmp_path, archive)).statistics().sources

        assert sources() == (("Núi Sông", 2), ("Bản tin Núi", 1), ("Núi Sông Online", 1))
        written(tmp_path, '[[source]]\nname = "Núi Sông"\nhosts = ["nuisong.example"]\n')
        assert sources() == (("Núi Sông", 4),)
        assert archive.statistics().sources[0] == ("Bản tin Núi", 1), "without a table, sources are as they were read"


@pytest.mark.parametrize(
    ("content", "why"), [("#" * 1_000_001, "lớn hơn 1 MB"), ("a" + ".a" * 10_001 + " = 1\n", "dòng dài hơn 20000 byte")]
)
def test_a_table_that_is_none_is_refused_before_it_is_parsed(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "sources.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SourcesInvalid, match=why):
        read_papers(tmp_path / "sources.toml")
