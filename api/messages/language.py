"""Which language messages are in: `--lang`, else what the locale says, else English."""

import os
import sys
from collections.abc import Mapping
from enum import StrEnum

__all__ = ["Language", "chosen", "current", "without_choice"]

OPTION = "--lang"


class Language(StrEnum):
    """What messages can be in."""

    ENGLISH = "en"
    CHINESE = "zh"


def chosen(words: list[str], variables: Mapping[str, str]) -> Language:
    """The language asked for on the command line, else that of the locale.

    The first of LC_ALL, LC_MESSAGES and LANG that is set decides, as in POSIX (XBD, 8.2).
    Example: `chosen([], {"LANG": "zh_CN.UTF-8"})` is `Language.CHINESE`
    """
    asked = _asked(words)
    if asked:
        return Language(asked[-1][1])
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := variables.get(name))), "")
    return Language.CHINESE if locale.casefold().startswith("zh") else Language.ENGLISH


def current() -> Language:
    """The language of this command: by its own words and the environment."""
    return chosen(sys.argv[1:], os.environ)


def without_choice(words: list[str]) -> list[str]:
    """The words of a command line without `--lang`, which may stand anywhere before a lone `--`.

    Example: `without_choice(["search", "押金", "--lang", "zh"])` is `["search", "押金"]`
    """
    taken = {
        place
        for start, _ in _asked(words)
        for place in ((start,) if "=" in words[start] else (start, start + 1))
    }
    return [word for place, word in enumerate(words) if place not in taken]


def _asked(words: list[str]) -> list[tuple[int, str]]:
    """Places and values of `--lang`; another value than ours is left for the parser to refuse."""
    end = words.index("--") if "--" in words else len(words)
    found = []
    for place, word in enumerate(words[:end]):
        name, _, value = word.partition("=")
        if name == OPTION and "=" not in word and place + 1 < end:
            value = words[place + 1]
        if name == OPTION and value in set(Language):
            found.append((place, value))
    return found
