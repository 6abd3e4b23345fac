"""Names of countries, and words that look like one: patterns made of the packaged lists.

They are compiled when first wanted.
"""

import re
from functools import cache
from importlib.resources import files

__all__ = ["country_names", "pattern"]

_LETTERS = "[一-鿿]"

_TEMPLATES = {
    "like_country": (
        rf"(?![和与及由在])(?:(?!国){_LETTERS}){{2,5}}?<<country>>"
        rf"|(?<=[、：，和与由在]){_LETTERS}{{2}}国(?=[、，。；和与的首自在（]|$)"
    ),
    "no_country": "<<no_country>>",
}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of a kind, `like_country` or `no_country`."""
    words = {kind: "|".join(listed) for kind, listed in _words()}
    return re.compile(re.sub("<<([a-z_]+)>>", lambda word: f"(?:{words[word[1]]})", _TEMPLATES[name]))


@cache
def country_names() -> re.Pattern[str]:
    """Names of countries of the packaged list, the longest first."""
    text = files("search").joinpath("data/countries.txt").read_text("utf-8")
    names = sorted((name for name in text.splitlines()[1:] if name), key=lambda name: (-len(name), name))
    return re.compile("|".join(names))


@cache
def _words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = files("search").joinpath("data/country_words.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple((kind, tuple(words.split())) for kind, words in rows)
