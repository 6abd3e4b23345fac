"""What a question wants: a number, a date, a person, countries … or something that no pattern tells."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from corpus.types import Span

__all__ = ["Wanted", "WantedKind", "read_wanted"]


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

    `strict` says that nothing answers that does not hold such an expression: how many is a number,
    while who may be a body, and when a condition.
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
            return Wanted(kind, Span(match.start(), match.end()), unit, strict)
    return None


@cache
def _patterns() -> tuple[tuple[WantedKind, bool, re.Pattern[str]], ...]:
    """Kind, strictness and pattern, in the order of the list: the special before the general."""
    text = files("search").joinpath("data/question_types.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:] if line]
    return tuple(
        (WantedKind(kind), strict == "strict", re.compile(pattern)) for kind, strict, pattern in rows
    )
