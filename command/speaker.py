"""Keys of messages -> what is printed, in one language: that of LUCBAO_LANG, else of the locale; Vietnamese where neither says English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from command.errors import WrongUsage
from command.shown.safe_text import say
from language.timestamp import VIETNAM
from language.wording import LANGUAGES, grouped, worded

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True)
class Speaker:
    """Speaks one language."""

    language: str = LANGUAGES[0]

    def text(self, key: str, **values: object) -> str:
        """Return a message with its places filled. Raises KeyError for a key or a place that does not exist."""
        return worded("command", self.language, key, values)

    def say(self, key: str, **values: object) -> None:
        """Write a message, one line, to stderr."""
        say(self.text(key, **values))

    def number(self, value: int) -> str:
        """Return a number grouped by thousands."""
        return grouped(value, self.language)

    def day(self, day: date) -> str:
        """Return a day, or that of a moment in Vietnam, as the pages write it: 12/7/2022."""
        local = day.astimezone(VIETNAM) if isinstance(day, datetime) else day
        return self.text("format.day", day=str(local.day), month=str(local.month), year=str(local.year))

    def moment(self, moment: datetime) -> str:
        """Return the day and the time of a moment in Vietnam; only the day of one at midnight: so a page that gives no time is read."""
        local, day = moment.astimezone(VIETNAM), self.day(moment)
        return self.text("format.moment", day=day, time=f"{local:%H:%M}") if (local.hour, local.minute) != (0, 0) else day


def locale_language(environment: Mapping[str, str]) -> str:
    """Return the language of the locale that an environment sets."""
    locale = next(filter(None, map(environment.get, _LOCALE)), "")
    return "en" if locale.lower().startswith("en") else LANGUAGES[0]


def chosen_language(value: str) -> str:
    """Return the language that LUCBAO_LANG names. Raises WrongUsage for one that is not spoken here."""
    if value not in LANGUAGES:
        raise WrongUsage("wrong_language", value=value, languages=", ".join(LANGUAGES))
    return value
