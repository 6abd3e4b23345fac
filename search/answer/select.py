"""Which words of a unit answer: one sentence for a fact, up to three or a whole list for an open question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.plain_text.folding import fold
from corpus.plain_text.sentences import Segment
from corpus.plain_text.unified import unify_numerals
from corpus.types import Span
from search.answer.asked import Asked
from search.answer.evidence import Evidence
from search.answer.question import WantedKind
from search.answer.spans import find_wanted

__all__ = ["Passage", "select_passages"]

NEAR_BEST = 0.8
"""Share of the best sentence's score from which a neighbouring sentence is quoted with it."""

_RATIO = re.compile("率|比例|百分|比重")
_SHARE = re.compile("[%％‰]|分之|一半|半数")
_COUNTED = ("国家", "城市", "组织", "人")  # nouns that are asked for with the pattern itself

RIVAL = 0.75
"""Share of the best sentence's score from which a second one is quoted for a fact."""

SENTENCES = 3
LONGEST_LIST = 600
"""Characters of a list up to which it is quoted whole."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous piece of a unit's text, the words that lead into it, and the answering span inside it.

    All spans are in characters of the unit's text. `item` is the label path where the piece lies in one item.
    Example: `Passage(Span(40, 71), None, Span(52, 58), None)`
    """

    span: Span
    lead: Span | None
    answer: Span | None
    item: str | None


def select_passages(asked: Asked, evidence: Evidence) -> list[Passage]:
    """The pieces of a unit that answer, the best first; a second one only where another sentence is a rival.

    Of two sentences that hold a number and meet the question nearly as well either may be the one meant.
    """
    segments, best = evidence.segments, evidence.best
    if not segments:
        return [Passage(Span(0, len(evidence.candidate.unit.text)), None, None, None)]
    if asked.wanted is not None:
        rival = _rival(evidence)
        places = [best] if rival is None else [best, rival]
        return [_one(asked, evidence, segments[place]) for place in places]
    listed = _list_around(evidence)
    if listed is not None:
        return [Passage(listed, None, None, None)]
    first, last = _stretch(segments, evidence.scores, best)
    one = segments[best]
    lead = one.lead if one.item is not None else None
    return [Passage(Span(segments[first].span.start, segments[last].span.end), lead, None, one.item)]


def _rival(evidence: Evidence) -> int | None:
    """The place of the next best sentence with an expression of the wanted kind, if near the best."""
    scores, best = evidence.scores, evidence.best
    others = [n for n, typed in enumerate(evidence.typed) if typed and n != best]
    rival = max(others, key=lambda n: scores[n], default=None)
    return rival if rival is not None and scores[rival] >= RIVAL * scores[best] else None


def _one(asked: Asked, evidence: Evidence, segment: Segment) -> Passage:
    """A sentence or item with the span that answers marked."""
    text = evidence.candidate.unit.text
    answer = _answer_span(asked, text, segment.span)
    return Passage(segment.span, segment.lead, answer, segment.item)


def _answer_span(asked: Asked, text: str, within: Span) -> Span | None:
    """The expression of the wanted kind that stands nearest to the question's words, not itself asked with.

    None where the sentence holds none. Equal distances go to the first.
    """
    if asked.wanted is None:
        return None
    piece = text[within.start : within.end]
    folded = fold(piece)
    found = [span for span in find_wanted(piece, asked.wanted) if not _named(asked, folded, span)]
    found = found or find_wanted(piece, asked.wanted)
    if not found:
        return None
    anchors = list(_anchors(asked, folded))
    ratio = asked.wanted.kind is WantedKind.NUMBER and _RATIO.search(asked.folded) is not None
    counted = [_counted(asked, folded, span) for span in found]

    def fitness(n: int) -> tuple[bool, float, int]:
        near = sum(weight / (8 + _distance(found[n], at)) for at, weight in anchors)
        share = ratio and _SHARE.search(piece, *found[n]) is not None
        return (share, near * (1.0 if counted[n] is None else 1.5), -n)

    best = max(range(len(found)), key=fitness)
    return Span(within.start + found[best].start, within.start + found[best].end + (counted[best] or 0))


def _named(asked: Asked, folded: str, span: Span) -> bool:
    """Whether the question itself names the expression: 2030年 in 2030年有多少."""
    own = "".join(unify_numerals(folded[span.start : span.end]).split())
    return own in "".join(unify_numerals(asked.folded).split())


def _counted(asked: Asked, folded: str, span: Span) -> int | None:
    """By how much a number must grow to hold the noun that the question counts; None if it counts another.

    Example: 国家 of 多少个国家 is 2 more in `29个` before 国家, 0 in `29个国家`, None in `1,860名`.
    """
    if asked.wanted is None or asked.wanted.kind is not WantedKind.NUMBER:
        return None
    behind = asked.folded[asked.wanted.span.end :].lstrip("的")
    nouns = [noun for noun in (*(asked.words[n] for n in asked.focus), *_COUNTED) if behind.startswith(noun)]
    if any(folded[span.start : span.end].endswith(noun) for noun in nouns):
        return 0
    after = folded[span.end :]
    return max((len(noun) for noun in nouns if after.startswith(noun)), default=None)


def _anchors(asked: Asked, folded: str) -> Iterator[tuple[Span, float]]:
    """Where words of the question stand in a sentence, with their weight.

    Figures count most: of two numbers the one beside the year asked for answers, however common the year.
    """
    heaviest = float(asked.weights.max()) if len(asked.words) else 0.0
    for n, (word, weight) in enumerate(zip(asked.words, asked.weights.tolist(), strict=True)):
        weight = 4 * heaviest if word.isdecimal() else 2 * weight if n in asked.focus else weight
        at = folded.find(word)
        while at >= 0:
            yield Span(at, at + len(word)), weight
            at = folded.find(word, at + 1)


def _distance(expression: Span, word: Span) -> int:
    """Characters between; twice as many where the word comes after: 退还率为58% rather than 58%的退还率."""
    return max(0, expression.start - word.end, 2 * (word.start - expression.end))


def _list_around(evidence: Evidence) -> Span | None:
    """The whole list where its leading words answer as well as its best item; None for one item alone.

    (a) to (d) under 主要挑战包括： are the answer together; the item that alone names what is asked is not.
    """
    segments, scores, best = evidence.segments, evidence.scores, evidence.best
    lead = segments[best].lead or segments[best].span
    members = [segment for segment in segments if segment.lead == lead]
    opening = next((n for n, segment in enumerate(segments) if segment.span == lead), None)
    if not members or opening is None or scores[opening] < NEAR_BEST * scores[best]:
        return None
    whole = Span(lead.start, members[-1].span.end)
    return whole if whole.end - whole.start <= LONGEST_LIST else None


def _stretch(segments: Sequence[Segment], scores: Sequence[float], best: int) -> tuple[int, int]:
    """First and last place of at most SENTENCES neighbours near the best, all in one item or in none."""
    first = last = best
    while last - first + 1 < SENTENCES:
        options = [n for n in (last + 1, first - 1) if 0 <= n < len(segments)]
        near = [
            n
            for n in options
            if scores[n] >= NEAR_BEST * scores[best] and segments[n].item == segments[best].item
        ]
        if not near:
            break
        chosen = max(near, key=lambda n: scores[n])
        first, last = min(first, chosen), max(last, chosen)
    return first, last
