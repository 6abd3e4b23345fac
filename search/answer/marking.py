"""Which span of the best unit is the fact asked for, if any is likely enough to be marked.

The reader proposes it, the calibration says how likely it is right, and a span that no answer can be, as half
a number, is left out whatever they say.
"""

import re
from collections.abc import Sequence

from corpus.plain_text.folding import fold
from corpus.types import Span
from models.reading.calibration import bare, openness, read_alone, span_features
from models.reading.packaged import Judge
from search.answer.asked import Asked
from search.answer.counting import fits
from search.answer.reading import ReadUnit

__all__ = ["find_mark"]

LONGEST = 160
"""Characters up to which a span is a fact; lists of countries are the longest."""

OPEN = 0.7
"""Openness above which no span is a fact: of 231 marked on 1,000 questions held out none had over .37."""

_SENTENCE_END = re.compile("[。！？!?；;\n]")
_SEVERAL = re.compile(
    "哪些|哪[一-十两几]?[两二三四五六七八九十几]|分别|各是|(?:which|what) (?:two|three|countries)"
)
_ASKING = re.compile("什么|哪|谁|多少|多久|多长|几|何时|何地|何处|怎样|怎么|如何")


def find_mark(
    asked: Asked,
    question: str,
    read: Sequence[ReadUnit],
    ordered: Sequence[tuple[int, float]],
    judge: Judge,
) -> Span | None:
    """The fact in the best unit, in characters of its text; None where nothing is likely enough.

    Its sentence is read once more by itself. Of a question for several things a span that has one of them
    only is no answer.
    """
    best = read[ordered[0][0]]
    readings = [one.reading for one in read]
    if asked.whether or not best.reading.spans or openness(readings) > OPEN:
        return None
    alone = read_alone(judge.reader, question, best.passage, best.reading)
    features = span_features(readings, [one.text for one in read], ordered, alone)
    if judge.calibration.span(features) < judge.calibration.mark_from:
        return None
    start, end = best.reading.spans[0].start, best.reading.spans[0].end
    parts = len(_ASKING.findall(asked.folded))
    if parts > 1 or _SEVERAL.search(asked.folded):
        start, end, members = _hull(best, start, end)
        if parts > 1 and members < 2:
            return None
    return Span(best.start + start, best.start + end) if _sound(asked, best.text, start, end) else None


def _hull(best: ReadUnit, start: int, end: int) -> tuple[int, int, int]:
    """A span with the members of the answer that stand in the same sentence, and how many those are."""
    ends = [match.end() for match in _SENTENCE_END.finditer(best.text)]
    low = max((at for at in ends if at <= start), default=0)
    high = min((at for at in ends if at >= end), default=len(best.text))
    held = [one for one in best.reading.members if low <= one.start and one.end <= high]
    return (
        min([start, *(one.start for one in held)]),
        max([end, *(one.end for one in held)]),
        len(held),
    )


def _sound(asked: Asked, text: str, start: int, end: int) -> bool:
    """No fragment of a number or a word, no item label, no words of the question, as many as asked for."""
    inner, before, after = text[start:end], text[max(0, start - 1) : start], text[end : end + 1]
    for outside, edge in ((before, inner[:1]), (after, inner[-1:])):
        if outside.isascii() and edge.isascii() and outside.isalnum() and edge.isalnum():
            return False
    if len(inner) <= 2 and before in ("(", "（") and after in (")", "）"):
        return False
    if len(inner) > LONGEST or _SENTENCE_END.search(inner.rstrip("。；;\n")):
        return False
    if not fits(asked.folded, inner):
        return False
    return any(character.isalnum() for character in inner) and not _named(asked, inner)


def _named(asked: Asked, said: str) -> bool:
    """Whether the question itself says it: an answer says something else."""
    return bare(fold(said)) in bare(asked.folded)
