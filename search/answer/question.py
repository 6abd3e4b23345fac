"""What a question wants: a number, a date, a person, countries … or something that no pattern tells."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from corpus.types import Span

__all__ = ["SHARE", "Wanted", "WantedKind", "read_wanted"]


SHARE = "%"
"""The measure word of rates and proportions, however they are printed: 30%, 百分之三十, 三成, 一半."""

_WHY = re.compile("为什么|为何|怎么|怎样|如何|原因")


class WantedKind(StrEnum):
    """What an answer has to hold."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    AGENT = "agent"
    COUNTRY = "country"
    SYMBOL = "symbol"
    PLACE = "place"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted, where the question says so, and its measure word if it names one.

    The measure word is also told by a noun that is measured in it: a budget in 元, a rate in %. `strict`
    says that nothing answers that does not hold such an expression: how many is a number, while who may be a
    body, and when a condition.
    Example: 找回了多少名儿童 gives `Wanted(NUMBER, Span(3, 6), "名", strict=True)`
    """

    kind: WantedKind
    span: Span
    unit: str | None
    strict: bool


def read_wanted(folded: str) -> Wanted | None:
    """The first pattern of the packaged list that a folded question meets; None for what, how and why.

    Example: `read_wanted("怎样帮助受害人") is None`
    """
    if _WHY.search(folded):
        return None
    for kind, strict, pattern in _patterns():
        match = pattern.search(folded)
        if match is not None:
            unit = match.groupdict().get("unit") or None
            if kind is WantedKind.NUMBER and unit is None:
                unit = _measured_in(folded)
            return Wanted(kind, Span(match.start(), match.end()), unit, strict)
    return None


def _measured_in(folded: str) -> str | None:
    """The measure word of what is asked for, where the question ends by asking it of a noun: 预算是多少."""
    return next((unit for unit, pattern in _measures() if pattern.search(folded)), None)


@cache
def _measures() -> tuple[tuple[str, re.Pattern[str]], ...]:
    text = files("search").joinpath("data/measured_nouns.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    # 预算多少来自捐款 may be answered by a share: only where nothing follows is the noun's own measure asked.
    asking = r"(?:大约|大概|总共|一共|达到|[约共是为有达])*(?:多少|多大|多高)[钱元呢啊?.!。]*\s*$"
    return tuple((unit, re.compile(f"(?:{'|'.join(nouns.split())}){asking}")) for unit, nouns in rows)


@cache
def _patterns() -> tuple[tuple[WantedKind, bool, re.Pattern[str]], ...]:
    """Kind, strictness and pattern, in the order of the list: the special before the general."""
    text = files("search").joinpath("data/question_types.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:] if line]
    return tuple(
        (WantedKind(kind), strict == "strict", re.compile(pattern)) for kind, strict, pattern in rows
    )
