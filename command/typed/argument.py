"""What was typed behind a command -> its options and, for a search, the words of its query; and back again into a command to run.

A query needs no quotes: `lucbao search trường THPT -hà-nội --from 2022`. Whatever is no option of the command, written out, is a part of the query,
so `-hà-nội` is none of `-h`. Nothing is ignored: an option that is unknown, said twice or without meaning beside another is refused.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias

from command.speaker import Speaker
from searcher.query.lexer import FIELDS

Option: TypeAlias = tuple[str, "str | None"]
"""An option as it was typed: its name, and its value if it has one."""
# What was typed as -"quy hoạch" or tiêu-đề:"học phí" comes from the shell without its quotes.
_SIGNED = re.compile(r"-?(?:#|([^\W\d_]+(?:[-_][^\W\d_]+)*):)?(?=\S)")


class CommandParser(argparse.ArgumentParser):
    """Reads the arguments of one command. Options are known by their whole names and are given once, but for those that add up.

    With `asks`, whatever is no option is a word of the query: `query` is the text they make, None if there is none. `typed` are the options
    as they were typed.
    """

    def __init__(self, *, speaker: Speaker, asks: bool = False, **more: Any) -> None:
        self._speaker = speaker
        self._asks = asks
        super().__init__(allow_abbrev=False, **more)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse as ArgumentParser does, the query's words apart."""
        named = self._option_string_actions  # those of groups too
        options, words = divided(args or (), named)
        names = [name for name, _ in options]
        for name in names:
            if name not in named:
                near = get_close_matches(name, named, n=1)
                say = self._speaker.text
                self.error(say("typed.unknown_meant", name=name, near=near[0]) if near else say("typed.unknown", name=name))
            if names.count(name) > 1 and not isinstance(named[name], argparse._AppendAction):
                self.error(self._speaker.text("typed.twice", name=name))
        if not self._asks:
            namespace, rest = super().parse_known_args(args, namespace)
            if rest:
                self.error(self._speaker.text("typed.unused", words=" ".join(rest)))
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
