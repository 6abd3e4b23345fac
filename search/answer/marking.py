"""Which span of the best unit is the fact asked for, if any is likely enough to be marked.

The reader proposes spans. Where a question says what kind of expression it wants (`question.read_wanted`),
only a span that holds one is taken: reader and pattern agree on little that is wrong.
"""

import re
from collections.abc import Sequence

from corpus.types import Span
from models.reading.calibration import Calibration, bare, span_features
from search.answer.asked import Asked
from search.answer.reading import ReadUnit
from search.answer.spans import find_wanted

__all__ = ["find_mark"]

AGREED_FROM = 0.55
"""Probability from which a span is marked that also is of the kind asked for."""

LEAST_MARGIN = -2.0
"""Margin from which a span that is not the best one may be taken for its kind."""

LONGEST = 160
_SENTENCE_END = re.compile("[。！？!?；;\n]")
_SEVERAL = re.compile(
    "哪些|哪[一-十两几]?[两二三四五六七八九十几]|分别|各是|(?:which|what) (?:two|three|countries)"
)
_ASKING = re.compile("什么|哪|谁|多少|多久|多长|几|何时|何地|何处|怎样|怎么|如何")


def find_mark(
    asked: Asked, read: Sequence[ReadUnit], ordered: Sequence[tuple[int, float]], calibration: Calibration
) -> Span | None:
    """The fact in the best unit, in characters of its text; None where nothing is likely enough."""
    best = read[ordered[0][0]]
    if asked.whether or not best.reading.spans:
        return None
    parts = len(_ASKING.findall(asked.folded))
    typed = asked.wanted is not None and asked.wanted.strict and parts == 1
    found = _typed(asked, best) if typed else (best.reading.spans[0].start, best.reading.spans[0].end, 0)
    if found is None or (not typed and best.reading.kind == "open"):
        return None
    start, end, number = found
    if parts > 1 or _SEVERAL.search(asked.folded):
        start, end, members = _hull(best, start, end)
        if parts > 1 and members < 2:
            return None
    if not _sound(asked, best.text, start, end):
        return None
    features = span_features([one.reading for one in read], [one.text for one in read], ordered, number)
    if calibration.span(features) < (AGREED_FROM if typed else calibration.mark_from):
        return None
    return Span(best.start + start, best.start + end)


def _typed(asked: Asked, best: ReadUnit) -> tuple[int, int, int] | None:
    """The best span of the reader that holds an expression of the wanted kind, and its place."""
    assert asked.wanted is not None
    expressions = find_wanted(best.text, asked.wanted)
    for number, span in enumerate(best.reading.spans):
        if span.score < LEAST_MARGIN:
            break
        for one in expressions:
            if one.start < span.end and span.start < one.end:
                start, end = min(one.start, span.start), max(one.end, span.end)
                if not _named(asked, best.text[start:end]):
                    return start, end, number
    return None


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
    """No fragment of a number or a Latin word, no item label, no words of the question, one sentence."""
    inner, before, after = text[start:end], text[max(0, start - 1) : start], text[end : end + 1]
    for outside, edge in ((before, inner[:1]), (after, inner[-1:])):
        if outside.isascii() and edge.isascii() and outside.isalnum() and edge.isalnum():
            return False
    if len(inner) <= 2 and before in ("(", "（") and after in (")", "）"):
        return False
    if len(inner) > LONGEST or _SENTENCE_END.search(inner.rstrip("。；;\n")):
        return False
    return any(character.isalnum() for character in inner) and not _named(asked, inner)


def _named(asked: Asked, said: str) -> bool:
    """Whether the question itself says it: an answer says something else."""
    from corpus.plain_text.folding import fold

    return bare(fold(said)) in bare(asked.folded)
