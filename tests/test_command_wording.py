"""What the command line says stands in message files, in each language the same things."""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import pytest

import command
import lucbao
from command.parser import COMMANDS
from command.speaker import Speaker
from command.typed.parser_message import KEYS, spoken_by
from corpus.facet import LISTED
from language.wording import LANGUAGES, messages

ROOM = Path(command.__file__).parent
MODULES = [*sorted(ROOM.rglob("*.py")), Path(lucbao.__file__)]
# Keys that are made of a name: f"{name}.summary", f"obstacle.{kind}" …
MADE = re.compile(
    rf"({'|'.join(COMMANDS)})\.(summary|examples)|option\.({'|'.join(LISTED)})(\.value)?"
    r"|less\.(document|apart|anywhere|prefix|fewer)|obstacle\.(text|days|facet|excluded)(_none)?|obstacle\.(exclusion|marks|filters)"
    r"|(gather|outcome)\.(added|updated|unchanged|gone|refused|forbidden|failed|listed)|sources\.(feed|sitemap|section)"
    r"|doctor\.(disk_(network|volatile|layer|rightless)|extra\.(pdf|warc|opensearch|gunicorn))"
    r"|hits\.(word|syllable|pair|window|lead|row|likeness)"
)


def texts(message: object) -> list[str]:
    """Return every wording of a message."""
    if isinstance(message, dict):
        return list(map(str, message.values()))
    return ["\n".join(message) if isinstance(message, list) else str(message)]


def places(message: object) -> set[str]:
    """Return the places of a message, ours and argparse's."""
    return {place for text in texts(message) for place in re.findall(r"{(\w+)[}:]|%\((\w+)\)|%([sr])", text)}


def strings(path: Path) -> list[str]:
    """Return the strings in a module that are no docstrings, those within f-strings too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documented]
    return [node.value for node in constants if isinstance(node.value, str)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_places(language: str) -> None:
    vietnamese, other = messages("command", "vi"), messages("command", language)
    assert list(other) == list(vietnamese)
    assert {key: places(value) for key, value in other.items()} == {key: places(value) for key, value in vietnamese.items()}


def test_every_message_used_exists_and_every_message_is_used() -> None:
    used = {string for path in MODULES for string in strings(path)}
    keys = set(messages("command", "vi"))
    assert [key for key in sorted(keys - used) if not MADE.fullmatch(key)] == []
    source = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    asked = set(re.findall(r"""\b(?:text|say|told|WrongUsage)\(\s*["']([\w.]+)["']""", source))
    assert len(asked) > 100 and asked <= keys


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_hold_no_words_for_readers(path: Path) -> None:
    spoken = [string for string in strings(path) if re.search("[À-ỹ]", string) or re.search("[A-Za-z]{2,} [A-Za-z]{2,}", string)]
    assert [string for string in spoken if string not in KEYS] == []


def test_examples_are_the_same_commands_in_every_language() -> None:
    def commands(language: str) -> list[str]:
        told = [
            text for key, message in messages("command", language).items() if key.endswith("examples") for text in texts(message)
        ]
        return [re.split("   +", line.strip())[0] for line in "\n".join(told).splitlines() if line.startswith("  lucbao")]

    assert commands("en") == commands("vi") != []


def test_in_english_argparse_says_what_it_always_does() -> None:
    assert {english: Speaker("en").text(key) for english, key in KEYS.items()} == {english: english for english in KEYS}


def test_argparse_speaks_its_own_language_again_afterwards() -> None:
    before = argparse.ArgumentParser("x").format_help()
    with spoken_by(Speaker("vi")):
        assert argparse.ArgumentParser("x").format_help().startswith("cách dùng: x")
    assert argparse.ArgumentParser("x").format_help() == before
