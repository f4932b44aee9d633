"""`lucbao`: the environment and what was typed -> one command of the room `command`, and its exit code.

The only place, with web.create_app, that reads the environment.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from command import DAMAGED, DONE, WRONG_USAGE
from command.errors import WrongUsage, reason
from command.parser import parsed
from command.shown.safe_text import say
from command.speaker import Speaker, chosen_language, locale_language
from corpus.errors import TableInvalid
from language.errors import ToldError

_STOPPED = 130  # as shells say it of a program that Ctrl-C has ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where it has no Vietnamese letters; stderr does so by itself
    speaker, name = Speaker(locale_language(os.environ)), "lucbao"
    home = Path(os.environ.get("LUCBAO_HOME") or "lucbao-data")
    try:
        speaker = Speaker(chosen_language(os.environ.get("LUCBAO_LANG") or speaker.language))
        base_url = os.environ.get("LUCBAO_BASE_URL", "")
        options = parsed(arguments, speaker, home=home, base_url=base_url, environment=os.environ)
        name = f"lucbao {options.command}"
        code: int = options.run(options, speaker)
        print(end="", flush=True)
    except (WrongUsage, TableInvalid) as error:
        say(f"{name}: {error.in_words(speaker.language)}")
        return WRONG_USAGE
    except ToldError as error:
        say(error.in_words(speaker.language))
        return DAMAGED
    except KeyboardInterrupt:
        speaker.say("stopped")
        return _STOPPED
    except OSError as error:
        if error.filename is None:  # stdout: what it has not taken would be written once more at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader of our output (head, less) has gone: there is nobody to tell
            return DONE
        speaker.say("failed", path=error.filename or speaker.text("failed.output"), error=reason(error))
        return DAMAGED
    return code


if __name__ == "__main__":
    sys.exit(main())
