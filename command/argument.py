"""What was typed behind a command -> its options and, for a search, the words of its query; and back again into a command to run.

A query needs no quotes: `lucbao search trường THPT -hà-nội --from 2022`. Whatever is no option of the command, written out, is a part of the query,
so `-hà-nội` is none of `-h`. Nothing is ignored: an option that is unknown, said twice or without meaning beside another is refused.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeAlias

from command.message import WrongUsage
from command.terminal import FACET_OPTIONS
from corpus.facet import NARROWING
from searcher.query.lexer import FIELDS
from searcher.request import MOST_HITS_A_PAGE, SearchRequest

LAST_PAGE = 1_000_000
Option: TypeAlias = tuple[str, "str | None"]
"""An option as it was typed: its name, and its value if it has one."""
_PAGING = ("--page", "--size")
_OF_FULL_MATCHES = "export chỉ xuất bài có đủ các từ, và mọi bản đăng lại"
# What was typed as -"quy hoạch" or tiêu-đề:"học phí" comes from the shell without its quotes.
_SIGNED = re.compile(r"-?(?:#|([^\W\d_]+(?:[-_][^\W\d_]+)*):)?(?=\S)")


class CommandParser(argparse.ArgumentParser):
    """Reads the arguments of one command. Options are known by their whole names and are given once, but for those that add up.

    With `asks`, whatever is no option is a word of the query: `query` is the text they make, None if there is none. `typed` are the options
    as they were typed.
    """

    def __init__(self, *, asks: bool = False, **more: Any) -> None:
        self._asks = asks
        super().__init__(allow_abbrev=False, **more)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse as ArgumentParser does, the query's words apart."""
        named = self._option_string_actions  # those of groups too
        options, words = divided(args or (), named)
        names = [name for name, _ in options]
        for name in names:
            if name not in named:
                meant = "".join(f"; có phải {near}?" for near in get_close_matches(name, named, n=1))
                self.error(f"không có tuỳ chọn {name}{meant}")
            if names.count(name) > 1 and not isinstance(named[name], argparse._AppendAction):
                self.error(f"{name} được nhập hai lần")
        if not self._asks:
            namespace, rest = super().parse_known_args(args, namespace)
            if rest:
                self.error(f"không dùng đến: {' '.join(rest)}")
            return namespace, rest
        typed = [part for name, value in options for part in _as_arguments(name, value)]
        namespace, rest = super().parse_known_args(typed, namespace)
        namespace.query = joined(words) if words else None
        namespace.typed = options
        return namespace, rest


def divided(arguments: Iterable[str], named: Mapping[str, argparse.Action]) -> tuple[list[Option], list[str]]:
    """Return (options, words): the options among arguments, those unknown too, each with its value or None, and what is none.

    Words are also all arguments behind `--`, and those that begin with one hyphen and are no option.
    """
    options: list[Option] = []
    words: list[str] = []
    left = list(arguments)
    while left:
        argument = left.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            words += left
            break
        if argument in named:
            takes_value = named[argument].nargs != 0
            options.append((argument, left.pop(0) if takes_value and left and left[0] not in named else None))
        elif argument.startswith("--"):
            options.append((name, value) if equals else (argument, None))
        else:
            words.append(argument)
    return options, words


def _as_arguments(name: str, value: str | None) -> list[str]:
    if value is None:
        return [name]
    return [f"{name}={value}"] if name.startswith("--") else [name, value]


def joined(words: Sequence[str]) -> str:
    """Return the query that words make. Of several, one that begins with a sign or a field and holds spaces had been put into quotes."""
    return words[0] if len(words) == 1 else " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    signed = _SIGNED.match(word)
    field = signed and signed[1]
    if not signed or not signed[0] or not re.search(r"\s", word) or set('"“”()') & set(word):
        return word
    if field and field.casefold().replace("_", "-") not in FIELDS:
        return word
    return f'{signed[0]}"{word[signed.end() :]}"'


def asked_again(command: str, options: Iterable[Option], query: str, *, without: Sequence[str] = ()) -> str:
    """Return what to type to ask for another query with the options typed, from its first page, `without` some of the options."""
    kept = [(name, value) for name, value in options if name != "--page" and name not in without]
    typed = [part for name, value in kept for part in ((name,) if value is None else (name, value))]
    return shlex.join(["lucbao", command, *(("--",) if query.startswith("--") else ()), query, *typed])


def add_search_options(parser: argparse.ArgumentParser, *, paged: bool) -> None:
    """Add what narrows and orders a search; unless it is `paged`, what concerns its pages is known to be refused."""

    def told(text: str) -> str:
        return text if paged else argparse.SUPPRESS

    for facet, (metavar, about) in FACET_OPTIONS.items():
        parser.add_argument(f"--{facet}", action="append", default=[], metavar=metavar, help=about)
    parser.add_argument("--any", dest="widened", action="append", default=[], choices=NARROWING, help="có một giá trị là đủ")
    for name, end, about in (("--from", "first_day", "đăng từ: 2022, 2022-07, 12/7/2022"), ("--to", "last_day", "đăng đến hết")):
        parser.add_argument(name, dest=end, type=period_end(end == "last_day"), metavar="NGÀY", help=about)
    parser.add_argument("--sort", choices=("relevance", "newest", "oldest"), default="relevance")
    parser.add_argument("--exact-marks", action="store_true", help="chỉ khớp đúng dấu")
    parser.add_argument("--no-expand", dest="expand", action="store_false", help="không tìm thêm dạng viết tắt, dạng đầy đủ")

    parser.add_argument("--no-near", dest="near", action="store_false", help=told("không kèm bài gần đúng, chỉ bài có đủ"))
    parser.add_argument("--no-fold", dest="fold", action="store_false", help=told("không gộp các bản đăng lại"))
    parser.add_argument("--page", type=page_number, default=1, metavar="SỐ", help=told("trang thứ mấy, từ 1"))
    parser.add_argument("--size", type=page_size, default=10, metavar="SỐ", help=told("số bài mỗi trang, nhiều nhất 100"))


def search_request(options: argparse.Namespace) -> SearchRequest:
    """Return the search that was typed; raise WrongUsage if some of its options make no sense together."""
    given = {name for name, _ in options.typed}
    if options.command == "export":
        _refuse(given & {*_PAGING}, "export xuất mọi bài tìm được, không theo trang")
        _refuse(given & {"--no-near", "--no-fold"}, _OF_FULL_MATCHES)
        if options.pages and options.format != "jsonl":
            raise WrongUsage("--pages chỉ dùng được với --format jsonl.")
    elif options.batch is not None:
        _refuse(given & {*_PAGING}, "--batch trả lời mỗi câu hỏi trên một dòng, không theo trang")
    for facet in options.widened:
        if not getattr(options, facet):
            raise WrongUsage(f"--any {facet} chỉ có nghĩa khi chọn --{facet}.")
    if options.first_day and options.last_day and options.first_day > options.last_day:
        raise WrongUsage(f"--from ({options.first_day:%d/%m/%Y}) ở sau --to ({options.last_day:%d/%m/%Y}).")
    return SearchRequest(
        query=options.query or "",
        selected={facet: tuple(getattr(options, facet)) for facet in FACET_OPTIONS},
        first_day=options.first_day,
        last_day=options.last_day,
        sort=options.sort,
        exact_marks=options.exact_marks,
        page=options.page,
        size=options.size,
        expand=options.expand,
        fold=options.fold,
        widened=frozenset(options.widened),
        near=options.near,
    )


def _refuse(names: Iterable[str], why: str) -> None:
    senseless = ", ".join(sorted(names))
    if senseless:
        raise WrongUsage(f"{why}, nên không dùng được {senseless}.")


def period_end(last: bool) -> Callable[[str], date]:
    """Return a reader of days, months and years that gives their first or their last day."""

    def read(text: str) -> date:
        from language.period import period, today_in_vietnam

        days = period(text, today_in_vietnam())
        if days is None:
            raise argparse.ArgumentTypeError(f"{text!r} không phải ngày, tháng hay năm; viết như 2022, 2022-07 hoặc 12/7/2022")
        return days[int(last)]

    return read


def whole(most: int, refusal: str) -> Callable[[str], int]:
    """Return a reader of whole numbers from 1 to `most`, which says `refusal` of others ("{text}" stands for what was typed)."""

    def read(text: str) -> int:
        number = int(text) if text.isdecimal() and len(text) < 20 else 0
        if not 1 <= number <= most:
            raise argparse.ArgumentTypeError(refusal.format(text=text, most=most))
        return number

    return read


# The same sentences as in web/messages.
page_size = whole(MOST_HITS_A_PAGE, "không thể hiện “{text}” bài một trang; từ 1 đến {most} thì được")
page_number = whole(LAST_PAGE, "không có trang “{text}”; từ 1 đến {most} thì được")
port_number = whole(65535, "“{text}” không phải số cổng, từ 1 đến {most}")
