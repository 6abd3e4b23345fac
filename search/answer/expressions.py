"""Patterns of what questions ask for: figures with units, dates, ordinals, people, countries, places.

The words they are made of are data (`data/expression_words.tsv`); white space may stand inside a figure, as
in `6,000 名`. They are compiled when first wanted.
"""

import re
from functools import cache
from importlib.resources import files

__all__ = ["DATE", "FULL_DATE", "country_names", "kin_of", "pattern"]

_HAN = "〇零一二三四五六七八九十百千万亿两"
_D = "[0-9０-９]"
_LETTERS = "[一-鿿]"
_DAY = rf"{_D}{{1,2}}\s*月(?:\s*{_D}{{1,2}}\s*日)?"

FULL_DATE = re.compile(
    rf"(?:(?:19|20)\d\d\s*[-－—–至]\s*)?(?:19|20)\d\d\s*年(?:\s*{_DAY})?|{_D}{{1,2}}\s*月\s*{_D}{{1,2}}\s*日"
)
"""What is a date and no figure that counts something."""

DATE = re.compile(
    rf"(?:公元)?前?{_D}{{2,4}}\s*年(?:\s*{_DAY}(?:份|底|初|中)?)?|{_DAY}|{_D}{{1,2}}\s*日"
    r"|[一二][〇零九八][〇零一二三四五六七八九]{2}年(?:[一二三四五六七八九十]+月(?:[一二三四五六七八九十]+日)?)?"
    r"|[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}日)?"
    r"|(?:19|20)\d\d(?:[-－—–](?:19|20)?\d\d)?"
)

# 一个街道 is a street, not the number of something.
_TEMPLATES = {
    "number": (
        rf"百分之[{_HAN}]+(?:点[{_HAN}]+)?|[{_HAN}]+分之[{_HAN}]+"
        rf"|{_D}(?:{_D}|[,，.．](?={_D}{{1,3}}(?![年月]))|\s(?={_D}{{3}}(?![0-9年])))*"
        r"\s*(?:[%％‰]|(?:多|余)?(?:万|亿|千|百)?多?)(?:\s*<<unit>>)?"
        rf"|(?<![第{_HAN}])(?!<<article>>)[{_HAN}]+(?:多|余|几)?\s*<<unit>>|一半|半数|大多数|全部"
    ),
    "ordinal": rf"第\s*(?:{_D}+|[{_HAN}]+)\s*<<ordinal>>?|首[次届]",
    "person": (
        rf"<<office>>(?P<after>{_LETTERS}{{2,4}}?|{_LETTERS}{{1,6}}(?:·{_LETTERS}{{1,6}})+)"
        r"(?=[（(和、，。；主宣说担被当在]|$)"
        rf"|(?P<polite>{_LETTERS}{{1,4}}?(?:先生|女士))"
        r"|(?P<latin>[A-ZÀ-Þ][a-zß-ÿ’'-]+(?:\s[A-ZÀ-Þ][a-zA-Zß-ÿ’'-]+)+)"
        rf"|(?P<dotted>{_LETTERS}{{1,6}}(?:[·‧•]{_LETTERS}{{1,6}})+)"
        rf"|(?P<named>{_LETTERS}{{2,4}})(?=[（(]{_LETTERS}{{2,12}}[）)])"
    ),
    "place": (
        rf"(?:在|于|位于|设在|定于)(?P<at>{_LETTERS}{{2,12}}?)(?=<<event>>|的|[，。；]|$)|{_LETTERS}{{2,6}}<<place>>"
    ),
    "like_country": (
        rf"(?![和与及由在])(?:(?!国){_LETTERS}){{2,5}}?<<country>>"
        rf"|(?<=[、：，和与由在]){_LETTERS}{{2}}国(?=[、，。；和与的首自在（]|$)"
    ),
    "no_country": "<<no_country>>",
}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of a kind, `number`, `ordinal`, `person`, `place`, `like_country` or `no_country`."""
    words = {kind: "|".join(listed) for kind, listed in _words() if kind != "kin"}
    return re.compile(re.sub("<<([a-z_]+)>>", lambda word: f"(?:{words[word[1]]})", _TEMPLATES[name]))


@cache
def kin_of(unit: str) -> tuple[str, ...]:
    """Measure words that count the same kind of thing as one, itself included: 名 gives 位, 人, …"""
    kin = {other for kind, listed in _words() if kind == "kin" and unit in listed for other in listed}
    return tuple(sorted(kin | {unit}))


@cache
def country_names() -> re.Pattern[str]:
    """Names of countries of the packaged list, the longest first."""
    text = files("search").joinpath("data/countries.txt").read_text("utf-8")
    names = sorted((name for name in text.splitlines()[1:] if name), key=lambda name: (-len(name), name))
    return re.compile("|".join(names))


@cache
def _words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = files("search").joinpath("data/expression_words.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple((kind, tuple(words.split())) for kind, words in rows)
