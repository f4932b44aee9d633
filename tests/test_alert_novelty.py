"""alert.novelty: an alert tells what is new, or was changed so that it now matches, each article once; whatever happens to the archive."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from conftest import random_article

from alert.alert_file import Alert
from alert.novelty import novelty
from alert.round import Desk, Look, due, look
from alert.state import Position, State
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.request import SearchRequest
from searcher.search import Searcher

pytestmark = pytest.mark.slow


def article(number: int, text: str, **more: str) -> Article:
    return Article(f"Bài {number}", (Block("paragraph", text),), url=f"https://bao.example/{number}", **more)


@dataclass
class House:
    """A data folder, and what its alert told, run by run."""

    home: Path
    state: State
    alert: Alert = Alert("Lúa", SearchRequest("giá lúa"), 3600)
    now: float = 1_800_000_000.0
    told: list[list[str]] = field(default_factory=list)

    def add(self, *articles: Article, index: bool = True) -> None:
        with Archive.open(self.home / ARCHIVE_FILE, create=True) as archive, archive.batch():
            for each in articles:
                archive.add(each)
        if index:
            self.index()

    def index(self) -> None:
        update_index(self.home / ARCHIVE_FILE, self.home / INDEX_FOLDER, processes=1)

    def withdraw(self, number: int) -> None:
        with Archive.open(self.home / ARCHIVE_FILE) as archive:
            assert archive.withdraw(article(number, "").id)
        self.index()

    def look(self, since: int | None = None) -> Look:
        """Have the alert look; what it told are the numbers of articles, with a star if they were changed."""
        self.now += 3600
        with Archive.open(self.home / ARCHIVE_FILE, read_only=True) as archive:
            desk = Desk(Searcher.open(self.home, archive), archive, "", "vi")
            done = look(self.alert, desk, self.state, self.now, since=since)
            told = []
            if done.news:
                run = self.state.runs(self.alert.name, 1, 1000)[0]
                assert run.total == len(run.news) == done.news
                for each in run.news:
                    url = archive.revision(each.change).url
                    told.append(url.rpartition("/")[2] + ("" if each.is_new else "*"))
            self.told.append(sorted(told))
        return done


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    home = tmp_path / "kho"
    home.mkdir()
    with State(home) as state:
        yield House(home, state)


def test_it_begins_now_and_tells_what_comes_each_once(house: House) -> None:
    house.add(article(1, "giá lúa"), article(2, "giá xăng"))
    assert house.look().begins
    assert not house.look().begins
    house.add(article(3, "giá lúa tăng"), article(4, "giá điện"))
    house.look()
    house.look()
    house.add(article(1, "giá lúa, đã sửa"), article(3, "giá lúa giảm"))  # both matched and match
    house.look()
    house.add(article(2, "giá xăng và giá lúa"))  # now it matches
    house.look()
    house.add(article(2, "giá xăng"))
    house.look()
    house.add(article(2, "giá xăng và giá lúa tươi"))  # once more, but it has been told
    house.look()
    assert house.told == [[], [], ["3"], [], [], ["2*"], [], []]


def test_what_changes_several_times_between_two_looks_is_compared_with_the_last_look(house: House) -> None:
    house.add(article(1, "giá lúa"), article(2, "giá xăng"))
    house.look()
    house.add(article(1, "không còn"))
    house.add(article(1, "giá lúa lại lên"))
    house.add(article(2, "giá lúa"))
    house.add(article(2, "giá xăng thôi"))
    house.add(article(3, "mới"))
    house.add(article(3, "mới, giá lúa"))
    house.look()
    assert house.told == [[], ["3"]]


def test_what_is_not_indexed_yet_is_told_once_it_is(house: House) -> None:
    house.add(article(1, "giá lúa"))
    house.look()
    house.add(article(2, "giá lúa"), index=False)
    house.look()
    house.index()
    house.look()
    assert house.told == [[], [], ["2"]]


def test_an_article_that_was_withdrawn_and_comes_back_is_new(house: House) -> None:
    house.add(article(1, "giá lúa"), article(2, "giá lúa"))
    house.look()
    house.add(article(3, "giá lúa"))
    house.look()
    house.withdraw(1)
    house.withdraw(3)
    house.look()
    house.add(article(1, "giá lúa trở lại"), article(3, "giá lúa trở lại"))  # 3 has been told
    house.look()
    assert house.told == [[], ["3"], [], ["1"]]


def test_facets_and_days_count_as_they_do_in_a_search(house: House) -> None:
    house.alert = replace(house.alert, request=SearchRequest("lúa", selected={"source": ("núi sông",)}))
    house.add(article(1, "lúa", source="Báo Biển"), article(2, "lúa", source="Báo Núi Sông"))
    house.look()
    house.add(article(1, "lúa", source="Báo Núi Sông"), article(2, "lúa gạo", source="Báo Núi Sông"))
    house.look()
    assert house.told == [[], ["1*"]]


def test_since_tells_what_came_before_but_only_to_who_never_looked(house: House) -> None:
    house.add(article(1, "giá lúa"))
    house.add(article(2, "giá lúa"), article(3, "giá xăng"))
    house.look(since=1)
    house.look(since=0)
    assert house.told == [["2"], []]


def test_a_query_that_was_edited_goes_on_from_where_the_alert_was(house: House) -> None:
    house.add(article(1, "giá xăng"), article(2, "giá lúa"))
    house.look()
    house.add(article(1, "giá xăng tăng"), article(3, "giá xăng"), article(2, "giá lúa, giá xăng"))
    house.alert = replace(house.alert, request=SearchRequest("giá xăng"))
    house.look()
    assert house.told == [[], ["2*", "3"]]


def test_an_index_that_lags_behind_what_was_seen_is_waited_for(house: House) -> None:
    house.add(article(1, "giá lúa"), article(2, "giá lúa"))
    shutil.copytree(house.home / INDEX_FOLDER, house.home / "cu")
    house.add(article(3, "giá lúa"))
    house.look()
    shutil.rmtree(house.home / INDEX_FOLDER)
    (house.home / "cu").rename(house.home / INDEX_FOLDER)
    assert house.look().lags
    house.index()
    house.add(article(4, "giá lúa"))
    house.look()
    assert house.told == [[], [], ["4"]]


def test_an_archive_restored_from_an_older_copy_skips_nothing(house: House) -> None:
    house.add(article(1, "giá lúa"))
    house.look(since=0)
    shutil.copy(house.home / ARCHIVE_FILE, house.home / "sao")
    house.add(article(2, "giá lúa"), article(3, "giá lúa"))
    house.look()
    for path in house.home.glob(f"{ARCHIVE_FILE}*"):
        path.unlink()
    (house.home / "sao").rename(house.home / ARCHIVE_FILE)
    house.add(article(4, "giá lúa"), article(2, "giá lúa"))  # under numbers that the alert has seen
    house.look()
    house.add(article(5, "giá lúa"), article(6, "giá lúa"))
    house.look()
    assert house.told == [["1"], ["2", "3"], ["4"], ["5", "6"]]


def test_another_archive_is_looked_at_from_now_on(house: House) -> None:
    house.add(article(1, "giá lúa"))
    house.look()
    for path in house.home.glob(f"{ARCHIVE_FILE}*"):
        path.unlink()
    house.add(*(article(number, "giá lúa") for number in range(10, 15)))
    assert house.look().begins
    house.add(article(20, "giá lúa"))
    house.look()
    assert house.told == [[], [], ["20"]]


def test_a_paper_that_gets_another_name_is_no_news(house: House) -> None:
    house.alert = replace(house.alert, request=SearchRequest("", selected={"source": ("báo sông",)}))
    house.add(article(1, "a", source="Núi"), article(2, "b", source="Báo Sông"))
    house.look()
    (house.home / "sources.toml").write_text('[[source]]\nname = "Báo Sông"\nother_names = ["Núi"]\n', encoding="utf-8")
    house.index()
    house.look()
    house.add(article(1, "a, đã sửa", source="Núi"), article(3, "c", source="Núi"))
    house.look()
    assert house.told == [[], [], ["3"]]


def test_two_that_look_at_once_tell_it_once(house: House) -> None:
    house.add(article(1, "giá xăng"))
    house.look()
    house.add(article(2, "giá lúa"))
    with Archive.open(house.home / ARCHIVE_FILE, read_only=True) as archive:
        found = novelty(house.alert, Searcher.open(house.home, archive), archive, house.state)
    house.look()
    assert found.position is not None and len(found.news) == 1
    assert not house.state.note("Lúa", found.position, house.now, since=found.since, news=found.news, digest={})
    assert len(house.state.runs("Lúa", 10, 10)) == 1


QUERIES = (
    SearchRequest('"của của"'),
    SearchRequest("trường -đạt"),
    SearchRequest("", selected={"source": ("báo một",)}, excluded={"tag": ("đất_đai",)}),
    SearchRequest("xã OR huyện", selected={"tag": ("nông_thôn_mới", "giáo_dục")}, widened=frozenset({"tag"})),
    SearchRequest("đường", exact_marks=True),
)


@pytest.mark.slow
@pytest.mark.parametrize("request_", QUERIES, ids=str)
def test_over_any_history_it_is_what_searches_before_and_after_say(house: House, request_: SearchRequest) -> None:
    """The oracle keeps all that each look's own search found."""
    chance = random.Random(7)
    house.alert = replace(house.alert, request=request_)
    before: set[str] = set()
    present: dict[str, int] = {}
    told: set[str] = set()
    for number in range(12):
        some = [replace(random_article(chance, chance.randrange(25)), tags=(), authors=()) for _ in range(chance.randrange(1, 9))]
        some = [replace(each, tags=tuple(chance.sample(("nông thôn mới", "Giáo dục", "đất đai"), 1))) for each in some]
        house.add(*some)
        if number % 4 == 3:
            with Archive.open(house.home / ARCHIVE_FILE) as archive:
                archive.withdraw(chance.choice(some).id)
            house.index()
        done = house.look(since=0)
        assert not done.begins and not done.lags
        with Archive.open(house.home / ARCHIVE_FILE, read_only=True) as archive:
            found = {each.id for each in Searcher.open(house.home, archive).find_all(request_)}
            changed = {change.article_id for change in archive.changes() if present.get(change.article_id) != change.number}
            present = {change.article_id: change.number for change in archive.changes()}
            urls = {each.id: each.url.rpartition("/")[2] for each in archive.articles()}
        news = (found & changed) - before - told
        assert [each.rstrip("*") for each in house.told[-1]] == sorted(urls[each] for each in news), number
        before, told = found, told | news
    assert len(told) > 3


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [(None, 0.0, True), (0.0, 3500.0, False), (0.0, 3590.0, True), (0.0, 3600.0, True), (5000.0, 0.0, True), (10.0, 0.0, False)],
)
def test_when_it_is_due(house: House, last: float | None, now: float, is_due: bool) -> None:
    if last is not None:
        assert house.state.note("Lúa", Position("x", 0, ""), last)
    assert due([house.alert], house.state, now) == [house.alert] * is_due


def test_an_article_as_of_a_change(tmp_path: Path) -> None:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as archive:
        archive.add(article(1, "một", source="Núi"))
        archive.add(article(1, "hai", source="Núi"))
        archive.withdraw(article(1, "").id)
        assert [each and each.blocks[0].text for each in map(archive.as_of, [article(1, "").id] * 5, range(5))] == [
            None,
            "một",
            "hai",
            None,
            None,
        ]
        assert archive.as_of("khongcotunay", 3) is None
        assert archive.last_change_before(datetime.now(timezone.utc) + timedelta(days=1)) == 3
        assert archive.last_change_before(datetime(2020, 1, 1, tzinfo=timezone.utc)) == 0
