"""Quoted words beside a citation: which citation they belong to, and whether a text holds them.

Comparison is verbatim but for white space and for what folding makes one: traditional and simplified forms,
radicals, full width, dashes. A quotation in simplified characters of a text in traditional ones is one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.plain_text.folding import fold
from corpus.plain_text.sentences import split_sentences
from corpus.types import Span

__all__ = ["Quotation", "attach", "find_quotations", "holds", "sentences"]

_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ('"', '"'))
_QUOTED = re.compile("|".join(f"{left}[^{left}{right}]+{right}" for left, right in _PAIRS))
_NAMED = re.compile(r"(?:题为|名为|题目是|标题是|标题为|称为|所谓的?|名称是|议题是|主题为)\s*\Z")
"""What stands before a title or a name: nobody says that a unit holds these words."""

_SOURCE = re.compile(r"\s*(?:[（(\[【]|—|–|--|见|参见|载于|引自|出自|载自|摘自)")
"""What leads from quoted words to where they stand: （建议7）, ——建议7, 见建议7."""

_INTRODUCES = re.compile(r"[^，,。；;（(]{0,8}")
"""What stands between a citation and the words that it is said to hold: 建议7规定：“…”."""

_GOES_ON = re.compile(r"\s*[，,；;、：:]")
_MARKS = re.compile('[“「『"]')
_ELLIPSIS = re.compile(r"\s*(?:…+|\.{3,}|［…］|\[…+\])\s*")
_CLOSING = "，。；：、,.;:"  # folding makes ， a comma


@dataclass(frozen=True, slots=True)
class Quotation:
    """Quoted words; `span` is inside the marks.

    Example: `Quotation("统一的数据格式", Span(6, 13))`
    """

    text: str
    span: Span


def sentences(text: str) -> Iterator[Span]:
    """Sentences of a text, in order, without white space around them.

    A stop inside quotation marks ends the sentence only where the quotation's source does not follow.
    Example: 建议7说：“甲。”建议8说“乙”。 is two sentences, “甲。”（建议7）。 is one
    """
    whole = [Span(*match.span()) for match in _QUOTED.finditer(text)]
    begin, end = None, 0
    for segment in split_sentences(text, whole=whole):
        begin, end = segment.span.start if begin is None else begin, segment.span.end
        if not _SOURCE.match(text, end):
            yield Span(begin, end)
            begin = None
    if begin is not None:
        yield Span(begin, end)


def find_quotations(text: str) -> list[Quotation]:
    """What stands in quotation marks, titles and names left out.

    Example: 题为“加强监测”的决议 holds no quotation
    """
    found = []
    for match in _QUOTED.finditer(text):
        if not _NAMED.search(text, max(0, match.start() - 6), match.start()):
            found.append(Quotation(match[0][1:-1], Span(match.start() + 1, match.end() - 1)))
    return found


def attach(text: str, quotations: Sequence[Quotation], citations: Sequence[Span]) -> list[int | None]:
    """For each quotation of a sentence, the number of the citation it belongs to; None without citations.

    Both stand in order of place.

    Words that a citation introduces are its own. A source in brackets, after a dash or after 见 belongs
    to the quotation before it. Else the first in the sentence decides: where a citation comes first, each
    quotation belongs to the one before it, where a quotation does, to the one after it.
    Example: 建议7说“甲”，建议8说“乙” gives [0, 1], and so does “甲”（建议7），“乙”（建议8）
    """
    if not citations:
        return [None] * len(quotations)
    forward = bool(quotations) and quotations[0].span.start < citations[0].start
    starts = [citation.start for citation in citations]
    return [_owner(text, quotation.span, citations, starts, forward) for quotation in quotations]


def _owner(text: str, quoted: Span, citations: Sequence[Span], starts: Sequence[int], forward: bool) -> int:
    before, after = bisect_left(starts, quoted.start) - 1, bisect_left(starts, quoted.end)
    follows = after < len(citations)
    if follows and (forward or before < 0):
        return after
    introduced = before >= 0 and _INTRODUCES.fullmatch(text, citations[before].end, quoted.start - 1)
    if follows and not introduced and _leads_to(text, quoted.end + 1, citations[after].start):
        return after
    return max(before, 0)


def _leads_to(text: str, start: int, citation: int) -> bool:
    """Whether what follows quoted words names their source, with no other quotation in between."""
    comma = _GOES_ON.match(text, start)
    source = _SOURCE.match(text, comma.end() if comma else start)
    return source is not None and not _MARKS.search(text, start, citation)


def holds(text: str, quoted: str) -> bool:
    """Whether a text holds quoted words verbatim, white space ignored and both folded.

    The punctuation at the end of a quotation may be that of the sentence that quotes. Where the words as
    they stand are not found, the parts around an ellipsis must follow one another.
    Example: `holds("缔约方应公布数据，并注明来源。", "应公布……注明来源，")`
    """
    whole = _bare(text)
    wanted = _bare(quoted)
    if not wanted.strip(_CLOSING):
        return False
    if wanted in whole or wanted.rstrip(_CLOSING) in whole:
        return True
    parts = [_bare(part) for part in _ELLIPSIS.split(quoted)]
    parts[-1] = parts[-1].rstrip(_CLOSING)
    parts = [part for part in parts if part]
    if len(parts) < 2 and not _ELLIPSIS.search(quoted):
        return False
    return _in_order(whole, parts)


def _in_order(whole: str, parts: Sequence[str]) -> bool:
    at = 0
    for part in parts:
        found = whole.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return bool(parts)


def _bare(text: str) -> str:
    return fold("".join(text.split()))
