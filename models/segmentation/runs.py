"""Division of folded text into document symbols, numbers, words of other scripts, and Han runs.

Engines see Han runs alone: jieba cuts symbols such as CTOC/COP/WG.4/2015/4 to pieces, and its
dictionary words with Latin letters are in capitals, which folding has removed.
"""

import re
from enum import StrEnum

__all__ = ["HAN", "JIEBA_HAN", "RunKind", "divide", "han_runs"]

# Han characters: iteration mark and zero, extension A, unified, compatibility, extensions B and on.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# The Han characters that jieba's dictionary and model cover; it cuts all others one by one.
JIEBA_HAN = "\u4e00-\u9fd5"


class RunKind(StrEnum):
    """What a run is: only HAN needs cutting; RARE is one Han character that jieba does not cover."""

    SYMBOL = "symbol"
    NUMBER = "number"
    WORD = "word"
    HAN = "han"
    RARE = "rare"


# A part of a UN document symbol: cop, wg.4, conf.203, rev.1, cop(6), s-32, 2015, 13-e.
_PART = r"(?:[a-z]{1,12}(?:[.-][a-z0-9]{1,6}|\([0-9ivxlc]{1,6}\))*|[0-9]{1,5}(?:[.-][a-z0-9]{1,4})*)"
_LETTER = rf"[^\W{HAN}]"
# `\w` is what str.isalnum says and the underscore, which alone is punctuation: ____ in a form.
_ALPHANUMERIC = rf"[^\W_{HAN}]"
# Symbols may be broken across lines after a slash.
_SLASH = r"/(?:\s*\n\s*)?"
# A symbol starts with letters and has a digit, or "and/or" would be one. The bound keeps the search
# linear in text made to be slow.
_HAS_DIGIT = r"(?=(?:[a-z./()-]|(?<=/)\s{1,4}){1,80}[0-9])"
_SYMBOL = rf"(?<!{_LETTER})[a-z]{{1,10}}{_HAS_DIGIT}(?:{_SLASH}{_PART})+(?!{_LETTER})"
# Resolutions and decisions: 77/236, s-32/1, 2652 (2022), 3452 (xxx).
_RESOLUTION = (
    r"(?<![0-9a-z/.-])(?:(?:e?s-)?[0-9]{1,4}/[0-9]{1,4}(?![0-9/])"
    r"|[0-9]{1,5}\s?\((?:(?:19|20)[0-9]{2}|[ivxl]{1,7})\))"
)
_NUMBER = rf"[0-9]+(?:\.[0-9]+)*(?![^\W0-9_{HAN}])"
# Words of all other scripts with what may stand inside them: covid-19, undocs.org, côte, d'ivoire.
# The look-behind keeps the search linear in a long line of underscores.
_WORD = rf"(?:(?<!_)_+)?{_ALPHANUMERIC}{_LETTER}*(?:[-.'’&@+]{_LETTER}+)*"

_RUNS = re.compile(
    f"(?P<han>[{JIEBA_HAN}]+)|(?P<rare>[{HAN}])|(?P<symbol>{_SYMBOL}|{_RESOLUTION})|(?P<number>{_NUMBER})|(?P<word>{_WORD})"
)
_BROKEN_LINE = re.compile(rf"(?<=[{HAN}])[^\S\n]*\n\s*(?=[{HAN}])")
_HAN_RUN = re.compile(f"[{HAN}]+")
_SPACE = re.compile(r"\s+")


def divide(folded: str) -> list[tuple[str, str]]:
    """The runs of folded text in order, `(kind, text)`; punctuation and white space are dropped.

    A line break between two Han characters is a typesetter's, not a writer's, and joins them.
    Example: `divide("第77/236号") == [("han", "第"), ("symbol", "77/236"), ("han", "号")]`
    """
    return [_run(match) for match in _RUNS.finditer(_join_lines(folded))]


def _run(match: re.Match[str]) -> tuple[str, str]:
    kind = match.lastgroup or RunKind.WORD
    return kind, _SPACE.sub("", match[0]) if kind == RunKind.SYMBOL else match[0]


def han_runs(folded: str) -> list[str]:
    """The Han runs of folded text, lines joined, e.g. `["器官", "肾"]` for `"器官，肾"`."""
    return _HAN_RUN.findall(_join_lines(folded))


def _join_lines(folded: str) -> str:
    return _BROKEN_LINE.sub("", folded) if "\n" in folded else folded
