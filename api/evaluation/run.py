"""Run questions through BM25, dense and fused search side by side, and through `ask`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from api.evaluation.measures import ndcg, recall, reciprocal_rank, success
from api.evaluation.questions import Question
from search.library import Library
from search.unit_key import UnitKey, key_of

if TYPE_CHECKING:
    from search.answer.ask import Answer
    from search.query import Mode
    from search.searcher import Results

__all__ = ["MEASURES", "AnswerOutcome", "Outcome", "answer_questions", "rank_questions", "search_for"]

DEPTH = 10

MEASURES: Mapping[str, Callable[[Sequence[UnitKey], Mapping[UnitKey, int]], float]] = {
    "ndcg@10": lambda ranking, grades: ndcg(ranking, grades, DEPTH),
    "success@1": lambda ranking, grades: success(ranking, grades, 1),
    "success@5": lambda ranking, grades: success(ranking, grades, 5),
    "recall@10": lambda ranking, grades: recall(ranking, grades, DEPTH),
    "mrr@10": lambda ranking, grades: reciprocal_rank(ranking, grades, DEPTH),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one system did with one question: its measures by name, and the time of the query in ms."""

    question: Question
    measures: Mapping[str, float]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """What `ask` did with one question. `correct` is None unless the question has an answer string.

    `mark` is the span marked as the fact; `first` says that the first unit
    cited answers directly, `confidence` how sure `ask` was of it.
    """

    question: Question
    refused: bool
    correct: bool | None
    mark: str | None = None
    first: bool = False
    confidence: float | None = None
    milliseconds: float = 0.0


def rank_questions(library: Library, questions: Sequence[Question], mode: "Mode") -> list[Outcome]:
    """Measure one system on every question that has relevant units; raises UnknownUnit for a bad source."""
    answerable = [q for q in questions if not q.type.refusable]
    if answerable:
        search_for(library, answerable[0], mode)  # so that lazy loading is not timed
    return [_measured(library, question, mode) for question in answerable]


def answer_questions(library: Library, questions: Sequence[Question]) -> list[AnswerOutcome]:
    """Ask every question that has words; precedents are not questions."""
    from search.answer.ask import answer

    outcomes = []
    for question in questions:
        if question.query is not None:
            start = perf_counter()
            given = answer(library, question.query)
            outcomes.append(_outcome(question, given, 1000 * (perf_counter() - start)))
    return outcomes


def _outcome(question: Question, given: "Answer", milliseconds: float) -> AnswerOutcome:
    mark = None
    if given.text is not None and given.answer_span is not None:
        mark = given.text[given.answer_span.start : given.answer_span.end]
    return AnswerOutcome(
        question,
        refused=given.text is None,
        correct=_correct(question, given),
        mark=mark,
        first=bool(given.quotes) and question.relevant.get(key_of(given.quotes[0].place.unit), 0) == 2,
        confidence=given.quotes[0].confidence if given.quotes else None,
        milliseconds=milliseconds,
    )


def _measured(library: Library, question: Question, mode: "Mode") -> Outcome:
    start = perf_counter()
    results = search_for(library, question, mode)
    milliseconds = (perf_counter() - start) * 1000
    ranking = [key_of(hit.unit) for hit in results.hits]
    measures = {name: measure(ranking, question.relevant) for name, measure in MEASURES.items()}
    return Outcome(question, measures, milliseconds)


def search_for(library: Library, question: Question, mode: "Mode", depth: int = DEPTH) -> "Results":
    """The best units for a question, or for the unit whose precedents it asks for, by one system."""
    from search.query import MAX_LENGTH, Mode, Query

    if question.source is None:
        return library.searcher.search(Query(question.query or "", depth, mode=mode))
    place = library.find(question.source)
    if mode is Mode.FUSED:
        return library.searcher.related(place.row, depth)
    # A single list on the same footing: the text of the source, sought in the other documents.
    others = {stored.id for stored in library.snapshot.documents} - {question.source.document}
    passage = Query(place.text[:MAX_LENGTH], depth, documents=frozenset(others), mode=mode)
    return library.searcher.related_to_text(passage)


def _correct(question: Question, given: "Answer") -> bool | None:
    """Whether the answer holds the answer string, white space ignored, and cites a grade-2 unit first."""
    if question.answer is None:
        return None
    if given.text is None or not given.quotes:
        return False
    held = _squeezed(question.answer) in _squeezed(given.text)
    return held and question.relevant.get(key_of(given.quotes[0].place.unit), 0) == 2


def _squeezed(text: str) -> str:
    return "".join(text.split())
