"""Quote: the sentence that holds the fact or decides, with the list or definition that follows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.plain_text.sentences import Segment, split_sentences
from corpus.types import Span
from search.answer.reading import ReadUnit

__all__ = ["PassageQuoted", "passage_of_choice"]

SENTENCES = 3
NEAR = 0.6
"""Share of the best sentence's evidence from which a neighbour is quoted with it."""

EVIDENCE = 0.4
"""Evidence from which a neighbour counts at all."""

LONGEST_LIST = 600
"""Characters of a list up to which it is quoted whole."""

ANNOUNCING = ("：", ":")


@dataclass(frozen=True, slots=True)
class PassageQuoted:
    """A contiguous piece of a unit's text, the words that lead into it, and the label of its item.

    Example: `PassageQuoted(Span(40, 71), None, None)`
    """

    span: Span
    lead: Span | None
    item: str | None


def passage_of_choice(read: ReadUnit, mark: Span | None) -> PassageQuoted:
    """What of a unit is quoted."""
    unit = read.hit.unit
    segments = split_sentences(unit.text, unit.items)
    if not segments:
        return PassageQuoted(Span(0, len(unit.text)), None, None)
    if mark is not None:
        held = [
            n for n, one in enumerate(segments) if one.span.start < mark.end and mark.start < one.span.end
        ]
        if held:
            return _piece(segments, held[0], held[-1])
    evidence = [_evidence(read, one) for one in segments]
    best = max(range(len(segments)), key=lambda n: (evidence[n], -n))
    listed = _list_after(unit.text, segments, best)
    if listed is not None:
        return PassageQuoted(listed, None, None)
    first = last = best
    while last - first + 1 < SENTENCES:
        near = [
            n
            for n in (last + 1, first - 1)
            if 0 <= n < len(segments)
            and evidence[n] >= max(EVIDENCE, NEAR * evidence[best])
            and segments[n].item == segments[best].item
        ]
        if not near:
            break
        chosen = max(near, key=lambda n: evidence[n])
        first, last = min(first, chosen), max(last, chosen)
    return _piece(segments, first, last)


def _piece(segments: Sequence[Segment], first: int, last: int) -> PassageQuoted:
    one = segments[first]
    alone = all(segment.item == one.item for segment in segments[first : last + 1])
    lead = one.lead if one.item is not None and alone else None
    return PassageQuoted(Span(one.span.start, segments[last].span.end), lead, one.item if alone else None)


def _list_after(text: str, segments: Sequence[Segment], best: int) -> Span | None:
    """The sentence that announces a list together with the list: alone it would answer nothing."""
    said = text[segments[best].span.start : segments[best].span.end].rstrip()
    if not said.endswith(ANNOUNCING):
        return None
    members = [one for one in segments[best + 1 :] if one.lead == segments[best].span]
    if not members:
        members = list(segments[best + 1 : best + 2])
    if not members:
        return None
    whole = Span(segments[best].span.start, members[-1].span.end)
    return whole if whole.end - whole.start <= LONGEST_LIST else Span(whole.start, members[0].span.end)


def _evidence(read: ReadUnit, segment: Segment) -> float:
    """Mean evidence of the sentences of the reading that stand in a segment, by their length."""
    total = weight = 0.0
    for one in read.reading.sentences:
        shared = min(read.start + one.end, segment.span.end) - max(read.start + one.start, segment.span.start)
        if shared > 0:
            total += shared * one.evidence
            weight += shared
    return total / weight if weight else 0.0
