"""Which units answer: the best decides whether any does, the others must come near it."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.answer.asked import Asked
from search.answer.decision import Decision
from search.answer.evidence import Evidence

__all__ = ["Ranked", "choose", "rank"]

SENTENCE = 0.3
"""What a sentence that meets every word adds for a fact, against 1 for the rank of its unit."""

NEAR_BEST = 0.8
"""Share of the best unit's strength, and of its sentence, from which another unit is quoted with it."""

NEAR_FACT = 0.95
"""The same for a fact, where a unit that only resembles the best would contradict it."""

SAME_DOCUMENT = 0.1
"""What a unit loses for each one quoted before it from its document."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its place among the hits, its evidence and its strength, at most 2."""

    place: int
    evidence: Evidence
    strength: float


def rank(asked: Asked, scores: Sequence[float], evidence: Sequence[Evidence]) -> list[Ranked]:
    """Candidates best first; `scores` are those of search, best first, in the order of `evidence`.

    For an open question search decides. For a fact it is the sentence too: of two units on the matter the
    one answers that says it in one sentence, with an expression of the wanted kind. Without one where there
    must be one, a sentence repeats the question's words and answers nothing.
    """
    top = scores[0] if scores and scores[0] > 0 else 1.0
    ranked = [
        Ranked(place, one, score / top + (_fact(one) if asked.wanted is not None else 0.0))
        for place, (score, one) in enumerate(zip(scores, evidence, strict=True))
    ]
    return sorted(ranked, key=lambda one: (-one.strength, one.place))


def choose(asked: Asked, ranked: Sequence[Ranked], decision: Decision, most: int) -> list[Ranked]:
    """The candidates that are quoted, at most `most`; none where the first does not answer."""
    if not ranked or not _answers(asked, ranked[0], decision):
        return []
    near = NEAR_BEST if asked.wanted is None else NEAR_FACT
    first = ranked[0]
    rest = [one for one in ranked[1:] if _answers(asked, one, decision) and _is_near(one, first, near)]
    chosen = [first]
    while rest and len(chosen) < most:
        documents = [one.evidence.candidate.unit.document for one in chosen]
        best = max(rest, key=lambda one: _spread(one, documents))
        rest.remove(best)
        chosen.append(best)
    return chosen


def _fact(evidence: Evidence) -> float:
    return 0.0 if evidence.barred or evidence.features.untyped else SENTENCE * evidence.features.sentence


def _answers(asked: Asked, one: Ranked, decision: Decision) -> bool:
    return not one.evidence.barred and decision.margin(asked, one.evidence.features) >= 0


def _is_near(one: Ranked, first: Ranked, share: float) -> bool:
    sentences = one.evidence.features.sentence >= share * first.evidence.features.sentence
    return sentences and one.strength >= share * first.strength


def _spread(one: Ranked, documents: Sequence[str]) -> float:
    return one.strength - SAME_DOCUMENT * documents.count(one.evidence.candidate.unit.document)
