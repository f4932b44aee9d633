"""What benchmarks/quality.py makes of headlines and texts; what it measures is no test's business."""

from __future__ import annotations

from pathlib import Path

import pytest
from ablation import VARIANTS
from hypothesis import given
from hypothesis import strategies as st
from known_item import KnownItem, read_queries, short_query, windows
from marked import marked_terms, only_other_marks
from measured import Report, mean_and_margin
from writing import new_tones, old_tones, typed, unmarked

from corpus.identity import article_id
from language.input_method import decode
from language.normalizer import exact


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa bình", "hoà bình"),
        ("Thủy lợi, khỏe mạnh", "Thuỷ lợi, khoẻ mạnh"),
        ("ủy ban", "uỷ ban"),
        ("HÓA ĐƠN", "HOÁ ĐƠN"),
        ("tùy ý; lũy kế.", "tuỳ ý; luỹ kế."),
        ("tòa án xóa án tích", "toà án xoá án tích"),
    ],
)
def test_tones_move_between_the_two_places(old: str, new: str) -> None:
    assert old_tones(new) == old
    assert new_tones(old) == new
    assert old_tones(old) == old
    assert new_tones(new) == new


@pytest.mark.parametrize(
    "text", ["quý một", "QUỲ gối", "của mùa nào", "hoàn toàn", "khoảng huỳnh quang", "ngoài túi", "nghĩa", ""]
)
def test_other_syllables_are_written_one_way_only(text: str) -> None:
    assert old_tones(text) == text
    assert new_tones(text) == text


@given(st.text(alphabet="hoòóaàáủuyỷqntTHOÀ ,.", max_size=30))
def test_both_styles_are_one_key_to_the_index(text: str) -> None:
    for other in (old_tones(text), new_tones(text)):
        assert [exact(word) for word in other.split()] == [exact(word) for word in text.split()]


@given(st.text(alphabet="hoàáuỷýqnt ", max_size=30))
def test_rewriting_there_and_back_is_rewriting_once(text: str) -> None:
    assert new_tones(old_tones(text)) == new_tones(text)
    assert old_tones(new_tones(text)) == old_tones(text)


def test_marks_are_left_out() -> None:
    assert unmarked("Đường sắt Thuỷ Nguyên, đã nghiệm thu") == "Duong sat Thuy Nguyen, da nghiem thu"


@pytest.mark.parametrize("syllable", ["đường", "thuỷ", "nghiệm", "trường", "ước", "hoà", "quý", "ngoằn"])
@pytest.mark.parametrize("method", ["telex", "vni"])
@pytest.mark.parametrize("tone_last", [True, False])
def test_keys_are_those_that_type_the_syllable(syllable: str, method: str, tone_last: bool) -> None:
    assert decode(typed(syllable, method, tone_last=tone_last)) == (syllable, method)


@pytest.mark.parametrize(
    ("headline", "size", "rows"),
    [
        ("Xây dựng nông thôn mới", 4, ["xây dựng nông thôn", "dựng nông thôn mới"]),
        ("Huyện Ba Chẽ: 263 hộ thoát nghèo", 2, ["huyện ba", "ba chẽ", "hộ thoát", "thoát nghèo"]),
        ("COVID-19, T-72", 2, []),
        ("Thuế_đất 2024", 2, []),
        ("", 2, []),
    ],
)
def test_windows_hold_neither_signs_nor_digits(headline: str, size: int, rows: list[str]) -> None:
    assert list(windows(headline, size)) == rows


def test_a_short_query_is_the_first_row_that_names_its_article() -> None:
    holders = {"tỉnh hỗ": ["b"], "hỗ trợ": ["a", *map(str, range(50))], "trợ vốn": ["b", "a"], "vốn vay": ["a"]}
    item = KnownItem("Tỉnh hỗ trợ vốn vay", "a")
    assert short_query(item, 2, lambda phrase: holders[phrase]) == KnownItem("trợ vốn", "a")
    assert short_query(KnownItem(item.query, "c"), 2, lambda phrase: holders[phrase]) is None


def test_halves_take_every_second_query(tmp_path: Path) -> None:
    urls = [f"https://tin.example/{number}" for number in range(5)]
    path = tmp_path / "queries.tsv"
    path.write_text("url\taccented\n" + "".join(f'{url}\tđất "{url[-1]}\n' for url in urls), encoding="utf-8")

    def asked(half: str, most: int | None = None) -> list[str]:
        return [item.query for item in read_queries(path, half, most)["accented"]]

    assert asked("tune") == ['đất "0', 'đất "2', 'đất "4']
    assert asked("held-back") == ['đất "1', 'đất "3']
    assert asked("tune", 2) == ['đất "0', 'đất "2']
    assert read_queries(path)["accented"][3].right == article_id(urls[3], [])


def test_ranks_and_intervals() -> None:
    found = [*"ab", *"defghijk", "c"]
    assert [KnownItem("đất", right).gain(found) for right in "abcz"] == [1, 0.5, 0, 0]
    mean, margin = mean_and_margin([1.0, 0.0, 1.0, 0.0])
    assert mean == 0.5
    assert margin == pytest.approx(1.96 * (1 / 3) ** 0.5 / 2)


def test_a_run_is_compared_with_an_earlier_one_query_by_query(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queries = [KnownItem("đất", "a"), KnownItem("rừng", "b"), KnownItem("biển", "c")]
    first = Report()
    first.show("accented", lambda query: ["a", "b", "c"], queries)
    first.keep(tmp_path / "first.json")
    capsys.readouterr()
    second = Report(tmp_path / "first.json")
    second.show("accented", lambda query: ["b", "c"], queries[:2])
    second.show("mixed", lambda query: ["a"], queries)
    accented, against, mixed = capsys.readouterr().out.splitlines()
    assert accented.split()[:3] == ["accented", "2", "0.5000"]
    assert against.split()[4:7] == ["2", "-0.2500", "±"]  # đất from 1 to 0, rừng from 1/2 to 1
    assert mixed.split()[:3] == ["mixed", "3", "0.3333"]


@pytest.mark.parametrize(
    ("form", "held", "violates"),
    [
        ("đường", {"dương"}, True),
        ("đường", {"dương", "đường"}, False),
        ("đường", {"dương", "duong"}, False),
        ("đường", set(), False),
    ],
)
def test_other_marks_count_only_where_the_right_ones_are_missing(form: str, held: set[str], violates: bool) -> None:
    assert only_other_marks(form, held) is violates


def test_only_syllables_with_marks_are_looked_at() -> None:
    assert [term.text for term in marked_terms('Đường sat "vận tải" 263/QĐ-TTg')] == ["Đường"]


def test_the_first_variant_changes_nothing_and_each_other_does() -> None:
    different = {(repr(each.parameters), each.expand, each.full_matches_wanted) for each in VARIANTS}
    assert len(different) == len(VARIANTS)
    assert VARIANTS[0].name == "as it is"
