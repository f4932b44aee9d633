"""What helps at the command line, made of its parser: scripts for shells, the page for man, and examples that can be typed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from command_line import run

from command.completion import SHELLS, completion
from command.manual import manual
from command.parser import COMMANDS, parsed
from command.speaker import Speaker
from language.wording import LANGUAGES, messages

EXAMPLE = re.compile(r"^ *lucbao (\S.*)$")


def examples() -> list[tuple[str, str]]:
    """Return (language, what is typed behind `lucbao`) of every example that any --help shows."""
    told = [
        (language, line)
        for language in LANGUAGES
        for key, lines in messages("command", language).items()
        if key.endswith("examples")
        for line in lines
    ]
    found = [(language, match[1]) for language, line in told if (match := EXAMPLE.match(line))]
    return [(language, re.split(r" {2,}| > | \| ", line)[0]) for language, line in found]


@pytest.mark.parametrize(("language", "example"), examples())
def test_an_example_of_help_can_be_typed(language: str, example: str) -> None:
    options = parsed(shlex.split(example), Speaker(language), home=Path("kho"), base_url="", environment={})
    assert options.command == shlex.split(example)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_does_something_by_words_shows_how(language: str) -> None:
    shown = {example.split()[0] for each, example in examples() if each == language}
    assert {"add", "gather", "sources", "index", "search", "show", "export", "alert", "serve", "demo"} <= shown
    assert {"completion", "manual"} <= shown


def completed(script: str, *words: str) -> list[str]:
    """Return what bash completes the last word to."""
    line = " ".join(map(shlex.quote, words))
    typed = f'COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _shtab_lucbao; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", f"{script}\n{typed}"], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("lucbao", "sea"), ["search"]),
        (("lucbao", "re"), ["restore", "rejects"]),
        (("lucbao", "export", "--for"), ["--format"]),
        (("lucbao", "export", "--format", "x"), ["xlsx"]),
        (("lucbao", "search", "--exact"), ["--exact-marks"]),
        (("lucbao", "completion", ""), ["bash", "zsh", "fish"]),
        (("lucbao", "khong-co", "--x"), []),
    ],
)
def test_bash_completes(words: tuple[str, ...], found: list[str]) -> None:
    assert completed(completion("bash", Speaker()), *words) == found


def test_bash_completes_files(tmp_path: Path) -> None:
    (tmp_path / "bai-bao.jsonl").write_text("")
    for words in (("lucbao", "add"), ("lucbao", "search", "--batch"), ("lucbao", "export", "-o")):
        assert completed(completion("bash", Speaker()), *words, f"{tmp_path}/bai") == [f"{tmp_path}/bai-bao.jsonl"], words


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shell_is_told_every_command_and_option(shell: str, language: str, tmp_path: Path) -> None:
    script = run(tmp_path, "completion", shell).stdout if language == "vi" else completion(shell, Speaker(language))
    for name in COMMANDS:
        assert name in script
    for option in ("exact-marks", "columns", "batch", "rebuild"):
        assert option in script
    if shell != "bash":  # which shows no descriptions
        assert messages("command", language)["export.summary"] in script
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, timeout=60, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_man_says_what_help_says(language: str) -> None:
    page = manual(Speaker(language))
    for name in COMMANDS:
        assert f'.SS "lucbao {name}"' in page
        assert messages("command", language)[f"{name}.summary"].replace("-", "\\-") in page
    assert "\\fB\\-\\-exact\\-marks\\fR" in page and "==SUPPRESS==" not in page
    if shutil.which("groff") is None:
        pytest.skip("no groff to read the page with")
    read = subprocess.run(
        ["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-P-cbou"], input=page.encode(), capture_output=True, timeout=60, check=True
    )
    assert read.stderr == b""
    shown = " ".join(read.stdout.decode().split())
    assert "lucbao search '\"nông thôn mới\"' --from 2020 --to 6/2022 --sort newest" in shown
