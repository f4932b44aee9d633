from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from alert import errors as of_alert
from alert import message as alert_message
from corpus import errors as of_corpus
from corpus.archive import check
from corpus.gathering.visit import Forbidden, Resting, ServerFailed
from corpus.message import decode, encode, note, told
from corpus.reading import page_process
from corpus.reading.page import verdict
from index import errors as of_index
from index.cluster import errors as of_cluster
from language.errors import ModelMissing, ToldError
from language.wording import LANGUAGES, Told, messages, worded
from web.setting import SettingError

HOUSE = Path(corpus.__file__).parents[1]
ROOMS = sorted(path.parent.name for path in HOUSE.glob("*/messages"))
VIETNAMESE = re.compile("[À-ÖØ-öø-ỹ]")
# What reads or writes Vietnamese itself: patterns, lists of words, what months and hours are called in a query, the name of the house.
SPEAKS_ITSELF = {
    *(f"corpus/reading/page/{name}.py" for name in ("byline", "caption", "date", "lead", "line_kind", "story", "trim")),
    *(f"language/{name}.py" for name in ("abbreviation", "law_name", "legal_document", "period", "syllable")),
    *(f"language/place/{name}.py" for name in ("candidate", "recogniser", "table", "unit")),
    *(f"language/actor/{name}.py" for name in ("body", "head", "person", "quotation", "recogniser", "saying", "title")),
    *(f"corpus/reading/document/{name}.py" for name in ("docx", "official", "paragraph")),
    *("corpus/reading/plain_text.py", "corpus/writing/citation.py", "corpus/author.py", "searcher/query/variant.py"),
}
ALWAYS_SEVERAL = {"bad.many", "several_sources", "table_many_cells"}
PATH = Path("/kho/archive.sqlite3")
MOMENT = datetime(2026, 1, 5, 8, tzinfo=timezone.utc)
EXAMPLES: dict[type[ToldError], ToldError] = {
    type(error): error
    for error in (
        ModelMissing("model_missing"),
        of_corpus.NotAnArticle("several_pages", kind=told("container_mbox")),
        of_corpus.SourcesInvalid(PATH, 1234, told("papers_taken", word="a.example", paper="A", line=3)),
        of_corpus.NotAList("list_no_feed"),
        of_corpus.FetchFailed("host_private", host="a.example"),
        Resting("a.example", MOMENT),
        ServerFailed("a.example", 503, MOMENT),
        Forbidden("robots_forbid", host="a.example"),
        of_corpus.IdentityTaken("identity_taken", article="a2b", address="https://a.example", other=told("another_article")),
        of_corpus.ArchiveMissing("no_archive", path=PATH),
        of_corpus.ArchiveDamaged(
            "archive_damaged_at", path=PATH, where=told("at_change", number=1234), reason=told("broken_seal")
        ),
        of_corpus.ArchiveBusy("archive_busy", path=PATH),
        of_corpus.ArchiveFull("archive_full", path=PATH),
        of_corpus.ArchiveReplaced("archive_replaced", path=PATH),
        of_corpus.CopyFailed(
            "copy_not_sound", path=PATH, count=2, problems=(told("check_era"), told("check_lost", first=2, last=9))
        ),
        of_index.IndexMissing(PATH),
        of_index.IndexOutdated(PATH, of_index.told("other_archive")),
        of_index.SegmentDamaged(PATH, of_index.told("array_missing", name="live")),
        of_index.IndexUnsafe(PATH, of_index.told("owned_by_another", uid=1234), "chown 0 x"),
        of_index.IndexUnreadable(PATH, of_index.told("right_of_file")),
        of_index.IndexBusy(PATH),
        of_index.IndexWriteFailed("index_not_written", folder=PATH, reason=of_index.told("disk_full")),
        of_cluster.ClusterSettingInvalid("setting_number", setting="LUCBAO_CLUSTER_SHARDS", least=1, most=1000),
        of_cluster.ClientMissing(),
        of_cluster.ClusterUnavailable(of_index.told("cluster_failed", status=500, named="-")),
        of_cluster.PitLost(),
        of_cluster.ClusterLate(),
        of_cluster.ArchiveBehind(1200, 1234),
        of_cluster.ClusterIndexMissing("lucbao"),
        of_cluster.ClusterIndexOutdated("lucbao", of_index.told("other_analysis")),
        of_cluster.ArchiveForeign("lucbao-3", 1234, 1000),
        of_alert.AlertsInvalid(PATH, 1234, alert_message.told("mail_wrong", address="a@")),
        of_alert.AlertRefused("no_such_alert", name="A"),
        of_alert.SettingInvalid("setting_smtp"),
        of_alert.StateUnusable("state_unusable", path=PATH, reason="disk I/O error"),
        of_alert.DeliveryFailed("mail_refused", status="550", said="no such user"),
        of_alert.ServerUnreachable("host_private", host="a.example", address="10.0.0.1"),
        SettingError("setting.no_number", setting="LUCBAO_RATE=x", most=1_000_000),
    )
}


@cache
def modules(room: str) -> dict[str, ast.Module]:
    paths = sorted((HOUSE / room).rglob("*.py"))
    return {str(path.relative_to(HOUSE)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def strings(tree: ast.AST) -> list[str]:
    """The strings of a module that are no docstrings."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documented]
    return [value for value in constants if isinstance(value, str)]


def keys(argument: ast.expr) -> list[str]:
    """The keys that an argument can be, as far as it names them."""
    if isinstance(argument, ast.IfExp):
        return keys(argument.body) + keys(argument.orelse)
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


def below(kind: type[ToldError]) -> Iterator[type[ToldError]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def places(message: object) -> set[str]:
    texts = message.values() if isinstance(message, dict) else [message]
    return {place for text in texts for _, place, _, _ in Formatter().parse(str(text)) if place is not None}


# Messages


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_keys_and_places(room: str, language: str) -> None:
    vietnamese, other = messages(room, LANGUAGES[0]), messages(room, language)
    assert list(other) == list(vietnamese)
    assert {key: places(value) for key, value in other.items()} == {key: places(value) for key, value in vietnamese.items()}
    assert [
        key for key in other if other[key] == vietnamese[key] and VIETNAMESE.search(str(other[key]).replace("Lục Báo", ""))
    ] in (
        [],
        ["nav.language.vi"],
    )


@pytest.mark.parametrize("room", ROOMS)
def test_english_has_a_singular_of_all_that_is_counted(room: str) -> None:
    plain = {key: message for key, message in messages(room, "en").items() if isinstance(message, str)}
    counted = re.compile(r"\{(count|nodes|found|wanted)\} (more )?(?!is|has|was)[a-z]+s\b")
    assert {key for key, message in plain.items() if counted.search(message)} - ALWAYS_SEVERAL == set()


@pytest.mark.parametrize("room", ["alert", "corpus", "index", "language"])
def test_every_key_told_exists_and_every_key_is_told(room: str) -> None:
    coded = {kind.__name__ for kind in below(ToldError) if kind.__init__ is ToldError.__init__}
    trees = modules(room).values()
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    said = [call.args[0] for call in calls if call.func.id in {"told", "note", *coded} and call.args]  # type: ignore[attr-defined]
    literal = {code for argument in said for code in keys(argument)}
    assert literal <= set(messages(room, "vi"))
    written = {text for tree in trees for text in strings(tree)}
    assert [key for key in messages(room, "vi") if key not in written] == []


def test_keys_that_stand_in_tables_exist() -> None:
    kept = {verdict.NO_TEXT, verdict.ERROR, verdict.HOME, verdict.SECTION, verdict.SEARCH, verdict.STATIC, verdict.NO_TITLE}
    kept |= {*page_process._TOOK_LONG.values(), *page_process._ENDED_READER.values()}
    kept |= {which for _, which, _ in check._CALLED.values()}
    assert kept <= set(messages("corpus", "vi"))


@pytest.mark.parametrize("room", ["language", "corpus", "index", "searcher", "alert", "web"])
def test_no_sentence_for_readers_stands_in_code(room: str) -> None:
    trees = modules(room)
    speaking = {path for path, tree in trees.items() if any(" " in text and VIETNAMESE.search(text) for text in strings(tree))}
    assert speaking == {path for path in SPEAKS_ITSELF if path.startswith(f"{room}/")}
    # In those too what is raised, told or noted is a key.
    for path in speaking:
        for node in ast.walk(trees[path]):
            tells = (
                isinstance(node, ast.Raise)
                or isinstance(node, ast.Call)
                and ast.unparse(node.func) in ("told", "note", "notes.append")
            )
            assert not tells or not any(VIETNAMESE.search(text) for text in strings(node)), f"{path}:{node.lineno}"  # type: ignore[attr-defined]


def test_places_are_filled_in_the_language() -> None:
    within = of_corpus.SourcesInvalid(PATH, 1234, told("table_long_line", most=20_000)).told
    assert within.in_words("vi").startswith("/kho/archive.sqlite3, dòng 1234: dòng dài hơn 20000 byte. ")
    assert within.in_words("en").startswith("/kho/archive.sqlite3, line 1234: the line is longer than 20,000 bytes. ")
    several = Told("corpus", "copy_not_sound", (("path", "a"), ("count", 1), ("problems", (told("check_era"),) * 2)))
    assert (
        several.in_words("en")
        == "a is not sound, so nothing was copied: The table era cannot be read. The table era cannot be read."
    )
    assert note("note_cut", name=told("cut_title"), size=2000, most=1000) == "Tiêu đề dài 2000 ký tự; chỉ giữ 1000 ký tự đầu."
    with pytest.raises(KeyError):
        worded("corpus", "en", "no_such_key", {})
    with pytest.raises(KeyError):
        worded("corpus", "en", "no_archive", {})


# Errors


def test_every_error_that_is_told_has_an_example() -> None:
    ours = {
        kind
        for kind in below(ToldError)
        if kind.__module__.split(".")[0] in ("language", "corpus", "index", "searcher", "alert", "web")
        and not kind.__name__.startswith("_")  # which nobody else sees
    }
    assert ours - set(EXAMPLES) == {
        of_corpus.CorpusError,
        of_corpus.TableInvalid,
        of_index.IndexingError,
        of_alert.AlertError,
    }


@pytest.mark.parametrize("error", EXAMPLES.values(), ids=lambda error: type(error).__name__)
def test_an_error_is_told_in_each_language_and_crosses_a_process_border(error: ToldError) -> None:
    assert str(error) == error.in_words("vi") and VIETNAMESE.search(str(error))
    english = error.in_words("en").replace("Lục Báo", "")
    assert not VIETNAMESE.search(english) and english.endswith(".")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error) and back.in_words("en") == error.in_words("en")
    assert (vars(back), back.args) == (vars(error), error.args)


# What is kept


@pytest.mark.parametrize(
    "words",
    [
        told("no_title"),
        told("page_took_long", seconds=0.5),
        told("key_expected", key="body", expected=told("expected_body"), given=told("given_string", text='"{x}” \\')),
        told("and_more_lines", reason=told("page_empty"), more=told("more_lines", count=3, most=1000)),
        told("sentence", text="Một câu."),
    ],
)
def test_what_is_kept_is_told_as_before(words: Told) -> None:
    assert decode(encode(words)) == words


@given(st.one_of(st.text(), st.text().map(lambda text: encode(told("sentence", text=text)))))
def test_whatever_is_kept_can_be_told(line: str) -> None:
    for language in LANGUAGES:
        decode(line).in_words(language)


@pytest.mark.parametrize(
    "line",
    [
        "Đây là trang chủ, không phải một bài báo.",  # as archives kept it before there were keys
        "",
        "null",
        "[]",
        '"no_title"',
        '{"code": "no_title"}',
        '{"code": "no_title", "values": []}',
        '{"code": "of_a_later_version", "values": {}}',
        '{"code": ["no_title"], "values": {}}',
        '{"code": "file_too_large", "values": {}}',
        '{"code": "file_too_large", "values": {"most": "x"}}',
        '{"code": "no_title", "values": {"code": "no_title"}}',
        '{"code": "several_pages", "values": {"kind": {}}}',
        "[" * 100_000,
    ],
    ids=range(14),
)
def test_what_is_no_key_with_its_values_is_a_sentence(line: str) -> None:
    assert decode(line).in_words("en") == line


def test_half_a_character_can_be_kept() -> None:
    assert decode(encode(told("given_string", text="\ud800"))).in_words("en") == "the string “\\ud800”"


@pytest.mark.parametrize(("language", "said"), [("vi", "1,3 bài mỗi ngày"), ("en", "1.3 articles a day")])
def test_a_number_has_the_decimal_sign_of_the_language(language: str, said: str) -> None:
    assert worded("web", language, "coverage.a_day", {"number": 1.3}) == said
