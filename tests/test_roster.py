"""searcher.batch.roster: what people keep lists in, read as they mean it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.batch.roster import ColumnMissing, Roster, decoded, read_lines, read_table


def queries(roster: Roster) -> list[str]:
    return [entry.query for entry in roster.entries]


def test_lines_are_kept_as_they_stand_under_their_numbers() -> None:
    roster = read_lines('  Nguyễn   Văn Bảy \r\n\r\n"nông thôn mới" -hà, nội\nNguyễn Văn Bảy\n?!\n\n')
    assert [(entry.number, entry.given) for entry in roster.entries] == [
        (1, "  Nguyễn   Văn Bảy "),
        (3, '"nông thôn mới" -hà, nội'),
        (4, "Nguyễn Văn Bảy"),
        (5, "?!"),
    ]
    assert queries(roster)[0] == "Nguyễn Văn Bảy" and roster.blank == 1 and not roster.header


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_first_column_of_a_table(delimiter: str, end: str) -> None:
    table = [
        ["Họ và tên", "Chức vụ", "Ghi chú"],
        ["Trần Thị Sáu", "Chủ tịch; Bí thư, Đại biểu", ""],
        ["", "Trưởng phòng", "khuyết"],
        ['Lê "Ba" Đình', "Phó\nphòng", "x"],
        ["Trần Thị Sáu", "", ""],
    ]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(table)
    roster = read_table(out.getvalue())
    assert (roster.column, roster.others, roster.header, roster.loose) == ("Họ và tên", ("Chức vụ", "Ghi chú"), 1, False)
    assert [(entry.number, entry.given) for entry in roster.entries] == [
        (2, "Trần Thị Sáu"),
        (3, ""),
        (4, 'Lê "Ba" Đình'),
        (5, "Trần Thị Sáu"),
    ]
    assert roster.entries[0].beside == ("Chủ tịch; Bí thư, Đại biểu", "") and roster.entries[2].beside == ("Phó\nphòng", "x")


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("", ["Trường Lê Lợi", "Trường Hoà Bình"]),
        ("1", ["1", "2"]),
        ("2", ["Trường Lê Lợi", "Trường Hoà Bình"]),
        ("Tên trường", ["Trường Lê Lợi", "Trường Hoà Bình"]),
        ("ten truong", ["Trường Lê Lợi", "Trường Hoà Bình"]),
        ("HUYỆN", ["Bình Liêu", ""]),
    ],
)
def test_a_column_is_chosen_by_name_or_number(column: str, found: list[str]) -> None:
    assert queries(read_table("STT;Tên trường;Huyện\n1;Trường Lê Lợi;Bình Liêu\n2;Trường Hoà Bình\n", column=column)) == found


def test_a_name_that_only_this_table_knows_makes_its_row_the_header() -> None:
    roster = read_table("Bí danh,Quê\nSáu Dân,Vĩnh Long\n", column="quê")
    assert queries(roster) == ["Vĩnh Long"] and roster.header == 1
    assert queries(read_table("Bí danh,Quê\nSáu Dân,Vĩnh Long\n")) == ["Bí danh", "Sáu Dân"]


@pytest.mark.parametrize("column", ["Xã", "0", "3", "99999999999", "-1"])
def test_a_column_that_is_not_there_is_said_with_those_that_are(column: str) -> None:
    with pytest.raises(ColumnMissing) as caught:
        read_table("Tên,Huyện\nTrường Lê Lợi,Bình Liêu\n", column=column)
    assert caught.value.columns == ("Tên", "Huyện")
    with pytest.raises(ColumnMissing) as caught:
        read_table("Trường Lê Lợi,Bình Liêu\n", column=column)
    assert caught.value.columns == ("1", "2")


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("Từ khóa\nnông thôn mới\n", 1),
        ("Tên\nnông thôn mới\n", 1),
        ("Công ty\nnông thôn mới\n", 0),  # as good a query as any
        ("Công ty,Địa chỉ\nAn Phú,Huế\n", 1),
        ("Name,Born\nLê Lợi,1385\n", 1),
        ("Lê Lợi,1385\nLê Lai,1355\n", 0),
        ("Lê Lợi,Thanh Hoá\nLê Lai,Thanh Hoá\n", 0),
        ("Tên lửa,2020\nTên đường,2021\n", 0),
        ("\n\nTên;Năm\nLê Lợi;1385\n", 3),
        ("", 0),
    ],
)
def test_a_row_of_names_is_recognised(table: str, header: int) -> None:
    assert read_table(table).header == header


def test_whether_the_first_row_names_columns_may_be_said() -> None:
    assert queries(read_table("Tên\nLê Lợi\n", header=False)) == ["Tên", "Lê Lợi"]
    assert queries(read_table("Anh hùng\nLê Lợi\n", header=True)) == ["Lê Lợi"]


def test_excels_own_first_line_tells_the_delimiter_and_is_a_row() -> None:
    roster = read_table("sep=;\r\nLê Lợi, vua;Thanh Hoá\r\n")
    assert [(entry.number, entry.given) for entry in roster.entries] == [(2, "Lê Lợi, vua")]


def test_one_column_needs_no_delimiter() -> None:
    roster = read_table('"nông thôn mới"\nLê Lợi, Thanh Hoá\ntrường học\n"""đất đai"" -giá"\n')
    assert queries(roster) == ["nông thôn mới", "Lê Lợi, Thanh Hoá", "trường học", '"đất đai" -giá']


def test_quotation_marks_that_are_no_tables_swallow_no_lines() -> None:
    roster = read_table('Tên,Huyện\n"Lê Lợi, vua",Thọ Xuân\n"Quang Trung,Tây Sơn\n"đất đai" -giá,Huế\nGia Long,Huế\n')
    assert roster.loose
    assert [(entry.number, entry.given) for entry in roster.entries] == [
        (2, "Lê Lợi, vua"),
        (3, '"Quang Trung'),
        (4, '"đất đai" -giá'),
        (5, "Gia Long"),
    ]


def test_a_cell_longer_than_csv_reads() -> None:
    assert [len(entry.given) for entry in read_table("Tên,Huyện\n" + "a" * 200_000 + ",Huế\nb,Huế\n").entries] == [200_000, 1]


def test_blank_rows_are_counted_and_keep_their_numbers() -> None:
    roster = read_table("Tên,Huyện\nLê Lợi,Thọ Xuân\n\n,\n ;\n,Huế\n\n")
    assert [(entry.number, entry.given) for entry in roster.entries] == [(2, "Lê Lợi"), (5, " ;"), (6, "")]
    assert roster.blank == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_utf_8_and_utf_16_are_read(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert decoded(mark + "Lê Lợi\n".encode(encoding)) == "Lê Lợi\n"


@pytest.mark.parametrize(
    "content", ["Lê Lợi".encode("cp1258", "ignore") + b"\xea", b"\xff\xfe\x00", "Lê Lợi".encode("utf-16-le"), b"PK\x03\x04\x00"]
)
def test_what_is_neither_is_refused(content: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        decoded(content)


@given(st.text(alphabet='ab,;\t"\r\n ê', max_size=60), st.sampled_from(["", "1", "a"]), st.sampled_from([None, True, False]))
def test_any_text_is_a_table_and_no_number_comes_twice(text: str, column: str, header: bool | None) -> None:
    try:
        roster = read_table(text, column=column, header=header)
    except ColumnMissing:
        return
    numbers = [entry.number for entry in roster.entries]
    assert numbers == sorted(set(numbers)) and all(number > roster.header for number in numbers)
    assert len({len(entry.beside) for entry in roster.entries}) <= 1


@pytest.mark.slow
def test_one_row_of_many_commas_does_not_widen_every_other() -> None:
    table = "Tên,Ghi chú\n" + "An,x\n" * 20_000 + "Bình" + "," * 20_000 + "\n"
    roster = read_table(table)
    assert [entry.query for entry in roster.entries][-2:] == ["An", "Bình"]
    assert {len(entry.beside) for entry in roster.entries} == {99}
