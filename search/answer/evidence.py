"""What speaks for and against a unit as the answer of a question, and its best sentence."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from corpus.plain_text.folding import fold
from corpus.plain_text.sentences import Segment, split_sentences
from corpus.plain_text.unified import unify_numerals
from corpus.types import Unit
from models.encoder import Encoder
from models.segmenter import Segmenter
from search.answer.asked import Asked
from search.answer.entities import Entity, stands_in
from search.answer.matching import Matcher, Met, mean_met
from search.answer.question import Wanted, WantedKind
from search.answer.spans import find_wanted

__all__ = ["Candidate", "Evidence", "Features", "collect_evidence"]

TELLING = 0.5
"""Share of the heaviest word's weight from which a word must not be missing."""

ELSEWHERE = 0.5
"""What a word counts for a sentence that stands elsewhere in the unit: its subject is named once, then 该."""

FOCUS = 2.0
"""What a word beside the question word counts, against 1: 年供水量 of 年供水量是多少."""

WANTED_BONUS = 0.15
"""What a sentence gains that holds an expression of the wanted kind: about one word of seven."""


_SURE = frozenset({WantedKind.NUMBER, WantedKind.DATE, WantedKind.SYMBOL, WantedKind.ORDINAL})
"""Kinds whose expressions the patterns find without fail; names of people and places they may overlook."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that was found, with the texts that say what it is about besides its own.

    `context` are its headings, key topics and citation; `around` the texts of its neighbours, in which
    a name may stand that the unit takes up by a pronoun; `meaning` the cosine of unit and question;
    `agreed` how far search by words and by meaning agree on it (`search.hits.Hit`); `term_weight` the
    rarity of the terms of the term bank that stand in it for words of the question.
    """

    unit: Unit
    context: str
    around: str = ""
    meaning: float | None = None
    agreed: float = 0.0
    term_weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision is made from; each 0 to 1, cosine apart.

    `unit`, `sentence`: how much of the question the unit and its best sentence meet, by rarity of the
    words; `worst`: how far the least met telling word is met; `focus`: the same of the words beside the
    question word, in the best sentence; `lost`: the share of entities that stand neither in the unit nor
    around it; `untyped`: 1 where no sentence holds the wanted kind of expression though it must;
    `meaning`: the cosine; `agreed`: whether words and meaning both put the unit first.
    """

    unit: float
    sentence: float
    worst: float
    focus: float
    lost: float
    untyped: float
    meaning: float
    agreed: float

    def values(self) -> tuple[float, ...]:
        """In the order of the fields."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A candidate with its segments, the score of each, and its features.

    `scores (segments,)` order the segments for this question, `typed` says which hold an expression of the
    wanted kind; `best` is the place of the first.
    `absent` is a year or country of the question that stands neither in the unit nor around it, `untyped`
    says that the unit holds no number, date, symbol or ordinal where one is asked: either bars the unit.
    """

    candidate: Candidate
    segments: tuple[Segment, ...]
    scores: tuple[float, ...]
    typed: tuple[bool, ...]
    best: int
    features: Features
    absent: Entity | None = None
    untyped: bool = False

    @property
    def barred(self) -> bool:
        """Whether the unit cannot answer, whatever its words."""
        return self.absent is not None or self.untyped


def collect_evidence(
    asked: Asked, candidates: Sequence[Candidate], encoder: Encoder, segmenter: Segmenter
) -> list[Evidence]:
    """Evidence for each candidate, in their order; all texts are compared with the question at once."""
    split = [split_sentences(candidate.unit.text, candidate.unit.items) for candidate in candidates]
    folded = [unify_numerals(fold(candidate.unit.text)) for candidate in candidates]
    pieces = [
        [_text(candidate.unit.text, segment) for segment in segments]
        for candidate, segments in zip(candidates, split, strict=True)
    ]
    contexts = [fold(candidate.context) for candidate in candidates]
    texts = [*(text for own in pieces for text in own), *contexts]
    matcher = Matcher(asked, texts, encoder, segmenter)
    return [
        _evidence(asked, matcher, candidate, segments, own, context, text)
        for candidate, segments, own, context, text in zip(
            candidates, split, pieces, contexts, folded, strict=True
        )
    ]


def _evidence(
    asked: Asked,
    matcher: Matcher,
    candidate: Candidate,
    segments: tuple[Segment, ...],
    pieces: Sequence[str],
    context: str,
    folded: str,
) -> Evidence:
    about = matcher.met([context])
    met = [matcher.met([piece]) for piece in pieces]
    typed = [_holds(candidate.unit.text, segment, asked.wanted) for segment in segments]
    whole = np.max([about, *met], axis=0) if len(asked.words) else about
    weights = asked.weights * [FOCUS if n in asked.focus else 1.0 for n in range(len(asked.words))]
    scores = [
        mean_met(np.maximum(one, ELSEWHERE * whole), weights) + WANTED_BONUS * holds
        for one, holds in zip(met, typed, strict=True)
    ]
    must = asked.wanted is not None and asked.wanted.strict and any(typed)
    best = _best(scores, [holds or not must for holds in typed])
    sentence = np.maximum(met[best], about) if met else about
    everything = "\n".join((folded, unify_numerals(context), unify_numerals(fold(candidate.around))))
    lost = [entity for entity in asked.entities if not stands_in(entity, everything)]
    focus = [sentence[n] for n in asked.focus] or [mean_met(sentence, asked.weights)]
    untyped = bool(asked.wanted and asked.wanted.strict and not any(typed))
    features = Features(
        unit=_with_terms(whole, asked, candidate.term_weight),
        sentence=_with_terms(sentence, asked, candidate.term_weight),
        worst=_worst(whole, asked),
        focus=float(np.mean(focus)),
        lost=len(lost) / len(asked.entities) if asked.entities else 0.0,
        untyped=float(untyped),
        meaning=candidate.meaning or 0.0,
        agreed=candidate.agreed,
    )
    absent = next((entity for entity in lost if entity.binding), None)
    barred = untyped and asked.wanted is not None and asked.wanted.kind in _SURE
    return Evidence(candidate, segments, tuple(scores), tuple(typed), best, features, absent, barred)


def _best(scores: Sequence[float], allowed: Sequence[bool]) -> int:
    """The place of the highest score that is allowed, the first of equals; 0 where there is none."""
    return max((n for n, ok in enumerate(allowed) if ok), key=lambda n: (scores[n], -n), default=0)


def _text(text: str, segment: Segment) -> str:
    """What a segment is matched by: its words, and those that lead into it."""
    own = text[segment.span.start : segment.span.end]
    lead = "" if segment.lead is None else text[segment.lead.start : segment.lead.end]
    return fold(f"{lead}\n{own}")


def _holds(text: str, segment: Segment, wanted: Wanted | None) -> bool:
    return wanted is not None and bool(find_wanted(text[segment.span.start : segment.span.end], wanted))


def _with_terms(met: Met, asked: Asked, term_weight: float) -> float:
    """What is met with the terms that stand for words of the question, at most all."""
    total = float(asked.weights.sum())
    return min(1.0, mean_met(met, asked.weights) + term_weight / total) if total else 0.0


def _worst(met: Met, asked: Asked) -> float:
    if not len(asked.words):
        return 0.0
    telling = asked.weights >= TELLING * asked.weights.max()
    return float(met[telling].min())
