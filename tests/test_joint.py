"""searcher.meaning.joint and short_place through searcher.meaning.interpretation: what is joined and parted, or written short, is one; chance neighbours are not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER, open_snapshot
from index.writer import update_index
from searcher.deadline import Deadline
from searcher.match.collection import Collection
from searcher.match.evaluation import Evaluation
from searcher.match.occurrence import highlights, matches
from searcher.meaning.interpretation import interpret
from searcher.request import SearchRequest
from searcher.search import Searcher

TEXTS = {
    "ôtô": "Giá ôtô giảm mạnh trong tháng này",
    "ô tô": "Chủ xe ô tô điện được miễn phí",
    "ô-tô": "Hãng bán ô-tô cũ cho khách",
    "rời": "Ô Môn có món tô phở ngon",
    "ximăng": "Nhà máy ximăng chạy lại",
    "xi măng": "Giá xi măng tăng nhẹ",
    "kontum": "Đường về Kontum mở rộng",
    "kon tum": "Tỉnh Kon Tum giao rừng",
    "pleiku": "Phố núi Pleiku đón khách",
    "plei ku": "Chợ Plei Ku họp sớm",
    "êđê": "Lễ hội của người Êđê",
    "ê đê": "Nhà dài của người Ê Đê",
    "ê-đê": "Sử thi của người Ê-đê",
    "hmông": "Chợ tình của người HMông",
    "h'mông": "Khèn của người H'Mông",
    "h ' mông": "Chợ của người H ' Mông mở sớm",
    "mđrắk": "Huyện MĐrắk có mưa",
    "m'đrắk": "Huyện M’Đrắk hết hạn",
    "jd": "Ông JD Vance phát biểu",
    "j.d.": "Ông J.D. Vance trả lời",
    "taxa": "Tập đoàn Taxa khai trương chi nhánh",
    "ta xa": "Bạn của ta xa nhà đã lâu",
    "sapa": "Du lịch Sapa kín phòng",
    "sa pa": "Thị xã Sa Pa có tuyết",
    "email": "Gửi email cho nhà trường",
    "e-mail": "Gửi e-mail cho phụ huynh",
    "30km": "Đoạn dài 30km đã thông xe",
    "30 km": "Đoạn dài 30 km còn tắc",
    "8h30": "Lúc 8h30 lễ bắt đầu",
    "8 giờ 30": "Lúc 8 giờ 30 phút lễ bắt đầu",
    "08g30": "Lúc 08g30 mở cửa",
    "8:30": "Lúc 8:30 đóng cửa",
    "8/30": "Tổ 8, 30 hộ",
    "25.000đ": "Vé giá 25.000đ một lượt",
    "25.000 đồng": "Vé giá 25.000 đồng một lượt",
    "½": "Còn ½ tấn hàng",
    "1/2": "Còn 1/2 tấn hàng",
    "Q.1": "Chung cư ở Q.1 bàn giao",
    "quận 1": "Chung cư ở quận 1 xuống cấp",
    "Q và 1": "Mục Q có 1 trang",
    "P.5": "Trụ sở P.5 dời đi",
    "phường 5": "Trụ sở phường 5 ở lại",
    "H.Củ Chi": "Đường qua H.Củ Chi ngập",
    "huyện Củ Chi": "Đất huyện Củ Chi sốt giá",
    "TX.Kỳ Anh": "Cảng ở TX.Kỳ Anh nhận tàu",
    "thị xã Kỳ Anh": "Cảng ở thị xã Kỳ Anh đông tàu",
    "BR-VT": "Tỉnh BR-VT họp báo",
    "Bà Rịa": "Tỉnh Bà Rịa - Vũng Tàu họp báo",
    "TT-Huế": "Tỉnh TT-Huế họp báo",
    "Thừa Thiên Huế": "Tỉnh Thừa Thiên Huế họp báo",
    "QL1A": "Tai nạn trên QL1A sáng nay",
    "QL 1A": "Tai nạn trên QL 1A chiều qua",
    "quốc lộ 1A": "Tai nạn trên quốc lộ 1A đêm qua",
    "ND": "Căn cứ Nghị định 57/2022/ND-CP ngày ấy",
    "NĐ": "Căn cứ Nghị định 57/2022/NĐ-CP ngày nọ",
    "NĐ glued": "Phạt theo NĐ57/2022 rất nặng",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("liền rời")
    with Archive.open(folder / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for name, text in TEXTS.items():
            archive.add(Article(name, (Block("paragraph", text + "."),), url=f"https://bao.example/{len(name)}/{hash_of(name)}"))
    update_index(folder / ARCHIVE_FILE, folder / INDEX_FOLDER)
    return folder


def hash_of(name: str) -> str:
    return name.encode().hex()


@pytest.fixture(scope="module")
def searcher(home: Path) -> Searcher:
    return Searcher.open(home)


def found(searcher: Searcher, query: str, **more: object) -> set[str]:
    page = searcher.search(SearchRequest(query, size=100, near=False, **more))  # type: ignore[arg-type]
    assert page.total == len(page.hits)
    return {hit.title for hit in page.hits}


@pytest.mark.parametrize(
    ("queries", "names"),
    [
        ('ôtô|"ô tô"|ô-tô|OTO|"o to"', "ôtô, ô tô, ô-tô"),
        ("ô tô|xe ô tô OR ôtô", "ôtô, ô tô, ô-tô"),
        ("o to", "ôtô, ô tô, ô-tô, rời"),
        ("xi măng|ximăng|xi mang|ximang|xi-măng", "ximăng, xi măng"),
        ("Kon Tum|kontum|KONTUM|kon tum", "kontum, kon tum"),
        ("Pleiku|plei ku", "pleiku, plei ku"),
        ("Êđê|Ê Đê|ê-đê", "êđê, ê đê, ê-đê"),
        ("H'Mông|HMông|HʼMông|H’Mông|H`Mông|hmong|H ’ Mông", "hmông, h'mông, h ' mông"),
        ("M'Đrắk|MĐrắk|m'drak", "mđrắk, m'đrắk"),
        ("JD Vance|J.D. Vance|j.d vance", "jd, j.d."),
        ("sapa|Sa Pa", "sapa, sa pa"),
        ("email|e-mail|e mail", "email, e-mail"),
        # Two syllables that chance puts side by side are no joined word.
        ('taxa|"Taxa"', "taxa"),
        ('"ta xa"|ta xa', "ta xa"),
        ("30km|30 km|30-km", "30km, 30 km"),
        ("8h30|8 giờ 30|8:30|08g30|8 gio 30", "8h30, 8 giờ 30, 08g30, 8:30"),
        ("25.000đ|25.000 đồng|25000 đ|25.000 dong|25.000VND", "25.000đ, 25.000 đồng"),
        ("½ tấn|1/2 tấn", "½, 1/2"),
        ("quận 1|Q.1|Q1|quan 1", "Q.1, quận 1"),
        ("Q. 1|q 1", "Q.1, quận 1, Q và 1"),
        ("phường 5|P.5|p5", "P.5, phường 5"),
        ("huyện Củ Chi|H.Củ Chi|h.củ chi", "H.Củ Chi, huyện Củ Chi"),
        ("thị xã Kỳ Anh|TX.Kỳ Anh|TX Kỳ Anh", "TX.Kỳ Anh, thị xã Kỳ Anh"),
        ("BR-VT|Bà Rịa - Vũng Tàu|br-vt", "BR-VT, Bà Rịa"),
        ("TT-Huế|Thừa Thiên Huế|Thừa Thiên - Huế", "TT-Huế, Thừa Thiên Huế"),
        ("QL1A|QL 1A|quốc lộ 1A|QL.1A", "QL1A, QL 1A, quốc lộ 1A"),
        ("57/2022/NĐ-CP|57/2022/ND-CP|Nghị định 57/2022|NĐ57/2022", "ND, NĐ, NĐ glued"),
    ],
)
def test_spellings_of_one_thing_find_the_same(searcher: Searcher, queries: str, names: str) -> None:
    expected = set(names.split(", "))
    for query in queries.split("|"):
        assert found(searcher, query) == expected, query


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('"xe ôtô điện"', {"ô tô"}),
        ('"giá ô tô"', {"ôtô"}),
        ('"người Ê Đê"', {"êđê", "ê đê", "ê-đê"}),
        ('"của người HMông"', {"hmông", "h'mông", "h ' mông"}),
        ("tiêu-đề:ôtô", {"ôtô", "ô tô", "ô-tô"}),
        ('tiêu-đề:"ô tô"', {"ôtô", "ô tô", "ô-tô"}),
        ("giá -ôtô -vé -xi", {"huyện Củ Chi"}),
        ('giá -"ô tô" -vé -xi', {"huyện Củ Chi"}),
        ("(ximăng OR kontum)", {"ximăng", "xi măng", "kontum", "kon tum"}),
    ],
)
def test_in_quotations_titles_and_exclusions_too(searcher: Searcher, query: str, names: set[str]) -> None:
    assert found(searcher, query) == names


def test_what_is_added_is_told_and_can_be_switched_off(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("ôtô"))
    assert [(each.typed, each.expansion, each.on) for each in page.expansions] == [("ôtô", "ô tô", True)]
    page = searcher.search(SearchRequest("Kon Tum", expand=False))
    assert [(each.typed, each.expansion, each.on) for each in page.expansions] == [("Kon Tum", "Kontum", False)]
    assert {hit.title for hit in page.hits} == {"kon tum"}
    assert [each.expansion for each in searcher.search(SearchRequest("ở quận 1")).expansions] == ["Q.1"]


def test_with_exact_marks_only_what_has_just_these(searcher: Searcher) -> None:
    assert found(searcher, "oto", exact_marks=True) == set()
    assert found(searcher, "ôtô", exact_marks=True) == {"ôtô", "ô tô", "ô-tô"}


def marked(searcher: Searcher, query: str, name: str) -> list[str]:
    article = Article(name, (Block("paragraph", TEXTS[name]),))
    ranges = searcher.highlights(SearchRequest(query), article).ranges
    return [TEXTS[name][start:end] for start, end in ranges.get(0, ())]


@pytest.mark.parametrize(
    ("query", "name", "pieces"),
    [
        ("ô tô", "ôtô", ["ôtô"]),
        ("ôtô", "ô-tô", ["ô-tô"]),
        ("ôtô", "ô tô", ["ô tô"]),
        ("kontum", "kon tum", ["Kon Tum"]),
        ("HMông", "h'mông", ["H'Mông"]),
        ("J.D.", "jd", ["JD"]),
        ("JD", "j.d.", ["J.D"]),
        ("30km", "30 km", ["30 km"]),
        ("8 giờ 30", "8h30", ["8h30"]),
        ("1/2", "½", ["½"]),
        ("quận 1", "Q.1", ["Q.1"]),
        ("huyện Củ Chi", "H.Củ Chi", ["H.Củ", "Chi"]),
        ("quốc lộ 1A", "QL1A", ["QL", "1A"]),
    ],
)
def test_highlights_cover_what_stands_there(searcher: Searcher, query: str, name: str, pieces: list[str]) -> None:
    assert marked(searcher, query, name) == pieces


WORDS = (
    "ôtô|ô tô|ô-tô|ô|tô|oto|o to|Kontum|Kon Tum|kon|tum|ximăng|xi măng|xi|măng|H'Mông|HMông|H Mông|mông|J.D.|JD|30km|30 km|8h30|8 giờ 30|½|1/2"
    "|Q.1|quận 1|quận|1|H.Củ Chi|huyện Củ Chi|củ|QL1A|quốc lộ 1A|người|điện|giá"
).split("|")
QUERIES = [*WORDS, '"ô tô điện"', '"ôtô điện"', "-ôtô", '-"kon tum"', "OR", "tiêu-đề:ôtô", "tiêu-đề:kontum", '"người HMông giá"']


def chance_articles(chance: random.Random, count: int) -> Iterable[Article]:
    for number in range(count):
        texts = [" ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 6))) for _ in range(3)]
        yield Article(texts[0], tuple(Block("paragraph", text) for text in texts[1:]), url=f"https://bao.example/{number}")


@pytest.mark.slow
def test_arrays_find_what_the_plain_definition_finds(build: Callable[..., Path]) -> None:
    chance = random.Random(13)
    articles = list(chance_articles(chance, 80))
    collection = Collection(open_snapshot(build(articles[:50], articles[50:], withdrawn=[articles[5].id]) / INDEX_FOLDER))
    by_id = {each.id.encode(): each for each in articles}
    expanded = 0
    for _ in range(100):
        query = " ".join(chance.choice(QUERIES) for _ in range(chance.randint(1, 3)))
        reading = interpret(collection, SearchRequest(query))
        expanded += bool(reading.expansions)
        for exact_marks in (False, True):
            for segment in collection.segments:
                mask = Evaluation(segment, exact_marks=exact_marks, deadline=Deadline.after(60)).matches(reading.node)
                expected = [matches(reading.node, by_id[each], exact_marks=exact_marks) for each in segment.ids]
                assert np.array_equal(mask, np.array(expected) & segment.live), query
        for each in articles[:20]:
            for slot, ranges in highlights(reading.node, each).ranges.items():
                text = each.title if slot == "title" else each.blocks[int(slot)].text
                assert all(0 <= start < end <= len(text) and text[start:end].strip() == text[start:end] for start, end in ranges)
                assert all(one[1] <= other[0] for one, other in zip(ranges, ranges[1:], strict=False))
    assert expanded > 50


@pytest.mark.slow
def test_joined_and_parted_find_the_same_whatever_the_archive(build: Callable[..., Path]) -> None:
    chance = random.Random(17)
    for number in range(4):
        home = build(list(chance_articles(chance, 25)), name=f"kho {number}")
        with_words = Searcher.open(home)
        for joined, parted in (
            ("ôtô", '"ô tô"'),
            ("ximăng", '"xi măng"'),
            ("Kontum", '"Kon Tum"'),
            ("H'Mông", "HMông"),
            ("J.D.", "JD"),
            ("½", "1/2"),
        ):
            assert (
                with_words.search(SearchRequest(joined, near=False)).total
                == with_words.search(SearchRequest(parted, near=False)).total
            )
