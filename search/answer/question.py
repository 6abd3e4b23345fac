"""What a question wants: a number, a date, a person, countries … or something that no pattern tells."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from corpus.types import Span

__all__ = ["SHARE", "Wanted", "WantedKind", "affirmed", "read_wanted"]


SHARE = "%"
"""The measure word of rates and proportions, however they are printed: 30%, 百分之三十, 三成, 一半."""

_WHY = re.compile("为什么|为何|怎么|怎样|如何|原因")
_WHETHER = re.compile(r"([一-鿿]{1,2})不\1|有没有|[是能可应]否")
_TELL = re.compile("告诉|知道|了解|清楚|查|说|讲|写|提|记|规定|介绍")
_OTHER = re.compile("什么|哪|谁|吗|多少")

DURATION = "天"
"""The measure word of how long, which stands for all of its kin: 两小时, 九十天, 三年."""


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
    body, when a condition, and how long an event or at once.
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
        if match is not None and not _is_embedded(folded, match):
            groups = match.groupdict()
            unit = DURATION if groups.get("duration") else groups.get("unit") or None
            if kind is WantedKind.NUMBER and unit is None:
                unit = _measured_in(folded)
            return Wanted(kind, Span(match.start(), match.end()), unit, strict)
    return None


def affirmed(folded: str) -> str:
    """A question with verb-not-verb put as the verb alone, which is the word it asks about.

    The space keeps it from growing together with the word before: 钱够不够.
    Example: `affirmed("登记收不收费") == "登记 收费"`
    """
    return re.sub(r"([一-鿿]{1,2})不\1", r" \1", folded).replace("有没有", " 有")


def _is_embedded(folded: str, match: re.Match[str]) -> bool:
    """Whether a question word asks nothing itself, because another one asks about the whole.

    After whether it stands in a clause (有没有估算该收多少的软件), unless one asks to be told. 几 beside
    another question word means some (几个国家想合作，有什么指导); interrogatives are indefinite in the scope
    of an operator (Li, "Indefinite wh in Mandarin Chinese", Journal of East Asian Linguistics, 1992).
    """
    before, after = folded[: match.start()], folded[match.end() :]
    clause = re.split("[，,；;]", before)[-1]
    if _WHETHER.search(clause) and not _TELL.search(clause):
        return True
    if "几" not in match[0] or "第" in match[0]:
        return False
    return any(_OTHER.search(part) or _WHETHER.search(part) for part in (before, after))


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
