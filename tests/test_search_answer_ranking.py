"""Which of several units answers a fact, and how far two ways of search agree on it."""

import numpy as np
import pytest

from corpus.types import Span, Unit, UnitKind
from models.segmenter import Segmenter
from search.answer.asked import Asked, read_asked
from search.answer.evidence import Candidate, Evidence, Features
from search.answer.ranking import rank
from search.candidates.fusion import ranked
from search.results import _places


def asked(question: str) -> Asked:
    return read_asked(question, Segmenter(), lambda word: 1.0)


def evidence(number: int, *, sentence: float, untyped: bool) -> Evidence:
    unit = Unit("report", UnitKind.PARAGRAPH, number, None, "", (), Span(0, 0))
    features = Features(sentence, sentence, 0.0, sentence, 0.0, float(untyped), 0.3, 0.0)
    return Evidence(Candidate(unit, ""), (), (), (), 0, features)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("哪些国家加入了公约？", 1),  # the other unit names no country
        ("有什么困难？", 1),  # search alone decides
        ("谁来承担费用？", 2),  # a body may answer, which no pattern tells
    ],
)
def test_words_without_the_wanted_expression_do_not_lead(question: str, first: int) -> None:
    own = evidence(1, sentence=0.5, untyped=False)
    other = evidence(2, sentence=0.9, untyped="国家" in question)
    best = rank(asked(question), [1.0, 0.95], [own, other])[0]
    assert best.evidence.candidate.unit.number == first


def test_a_place_is_that_of_the_score() -> None:
    found = ranked([7, 2, 5, 9], [3.0, 2.0, 2.0, 1.0])
    assert _places(found) == {7: 1.0, 2: 0.5, 5: 0.5, 9: 0.25}
    assert _places(ranked([], np.empty(0))) == {}
