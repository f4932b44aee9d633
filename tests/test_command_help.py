"""What helps at the command line, made of its parser: scripts for shells, the page for man, and examples that can be typed."""

from __future__ import annotations

import os
import pty
import re
import select
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


def by_bash(folder: Path, script: str, *words: str) -> list[str]:
    """Return what bash completes the last word to."""
    line = " ".join(map(shlex.quote, words))
    typed = f'COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _shtab_lucbao; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{typed}"], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return done.stdout.split()


def by_fish(folder: Path, script: str, *words: str) -> list[str]:
    """Return what fish offers for the last word."""
    environment = {**os.environ, "HOME": str(folder)}
    command = ["fish", "--no-config", "-c", f"source lucbao.fish; complete -C {shlex.quote(' '.join(words))}"]
    (folder / "lucbao.fish").write_text(script, encoding="utf-8")
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


SHOWN = re.compile(rb"<<(.*?)>>")


def by_zsh(folder: Path, script: str, *words: str) -> list[str]:
    """Return what zsh, typed to in a terminal, makes of the last word after a Tab, or the words that it lists if that leaves it as it is."""
    (folder / "_lucbao").write_text(script, encoding="utf-8")
    terminal, inside = pty.openpty()
    environment = {**os.environ, "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    streams = {"stdin": inside, "stdout": inside, "stderr": inside}
    zsh = subprocess.Popen(["zsh", "-f", "-i"], cwd=folder, env=environment, start_new_session=True, **streams)
    os.close(inside)

    def answer(typed: str, awaited: re.Pattern[bytes]) -> bytes:
        os.write(terminal, typed.encode())
        said = b""
        while not awaited.search(said):
            assert select.select([terminal], [], [], 60)[0], said
            said += os.read(terminal, 1 << 16)
        return said

    show = 'show() { print -r -- "<<${BUFFER}>>" }; zle -N show; bindkey "^X" show'
    ready = f"PS1=; fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; {show}; print rea''dy\n"
    try:
        answer(ready, re.compile(b"ready"))
        said = answer(" ".join(words) + "\t\x18", SHOWN)
    finally:
        os.close(terminal)
        zsh.kill()
        zsh.wait()
    match = SHOWN.search(said)
    assert match
    made = shlex.split(match[1].decode())[-1]
    return [made] if made != words[-1] else re.findall(r"^([\w-]+) +-- ", said.decode().replace("\r", "\n"), re.M)


BY_SHELL = {"bash": by_bash, "zsh": by_zsh, "fish": by_fish}
assert tuple(BY_SHELL) == SHELLS


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("lucbao", "sea"), ["search"]),
        (("lucbao", "re"), ["rejects", "restore"]),
        (("lucbao", "export", "--for"), ["--format"]),
        (("lucbao", "export", "--format", "x"), ["xlsx"]),
        (("lucbao", "search", "nông", "--exact"), ["--exact-marks"]),
        (("lucbao", "show", "--j"), ["--json"]),
        (("lucbao", "withdraw", "--h"), ["--help"]),
        (("lucbao", "completion", "f"), ["fish"]),
        (("lucbao", "khong-co", "--x"), []),
        (("lucbao", "add", "./bai"), ["./bai-bao.jsonl"]),
        (("lucbao", "search", "--batch", "./bai"), ["./bai-bao.jsonl"]),
        (("lucbao", "export", "-o", "./bai"), ["./bai-bao.jsonl"]),
    ],
)
def test_each_shell_completes(shell: str, words: tuple[str, ...], found: list[str], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} to complete with")
    (tmp_path / "bai-bao.jsonl").write_text("", encoding="utf-8")
    assert sorted(BY_SHELL[shell](tmp_path, completion(shell, Speaker()), *words)) == found


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
