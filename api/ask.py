"""An answer that is a quotation: the best unit, verbatim and re-read from the source, or a refusal."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import DamagedQuote
from api.library import Library, Place
from api.support import ENOUGH_MEANING, is_content, is_supported, telling_words
from api.unresolved import find_unresolved

if TYPE_CHECKING:
    from search.searcher import Results

__all__ = ["Answer", "Quote", "answer", "answer_from", "answer_precedent"]

NOTHING_FOUND = "索引中没有找到与问题相符的段落。"
NO_SUPPORT = "找到的段落缺少问题中的关键词语，含义也不够接近，不足以作答。"
NO_CONTENT = "问题中没有可供检索的实词。"
NOT_HELD = "本索引中没有{}。"
UNKNOWN_NUMBER = "索引中没有任何单元印有问题中的数字{}。"


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: the unit and its words as they stand. `verified` is true once re-read."""

    place: Place
    text: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A quoted answer, or a refusal with its reason; exactly one of `text` and `reason` is None.

    Example: `Answer("有人被贩运怎么办？", None, (), "索引中没有找到与问题相符的段落。", "1-3f2a9c")`
    """

    query: str | None
    text: str | None
    quotes: tuple[Quote, ...]
    reason: str | None
    index_version: str


def answer(library: Library, question: str) -> Answer:
    """Answer a question with the best unit, or refuse; raises what search raises for a bad query.

    Where no reference led to the unit, it must hold enough of what was asked (`api.support`), and every
    number of the question must be printed somewhere in the index.
    """
    from search.query import Query

    query = Query(question, k=1)
    if not any(is_content(word) for word in library.segmenter.words(question)):
        return _refused(library, question, NO_CONTENT)
    missing = find_unresolved(library, question)
    if missing.alone:
        return _refused(library, question, NOT_HELD.format("、".join(missing.texts)))
    results = library.searcher.search(query)
    if results.hits and results.hits[0].why.reference is None:
        asked = telling_words(library, query.folded)
        for word in asked:
            if word.isdecimal() and not library.snapshot.lexical.doc_freq("words", word):
                return _refused(library, question, UNKNOWN_NUMBER.format(word))
        if not is_supported(library, results.hits[0], asked):
            return _refused(library, question, NO_SUPPORT)
    return answer_from(library, results, question)


def answer_precedent(library: Library, results: "Results") -> Answer:
    """Quote the best precedent of a unit, or refuse; that they share a telling word is enough."""
    if results.hits:
        why = results.hits[0].why
        near = why.meaning is not None and why.meaning >= ENOUGH_MEANING
        if not near and not any(is_content(word) for word in (*why.words, *why.variants)):
            return _refused(library, None, NO_SUPPORT)
    return answer_from(library, results, None)


def answer_from(library: Library, results: "Results", question: str | None) -> Answer:
    """Quote the first hit, or refuse where there is none; raises DamagedQuote."""
    if not results.hits:
        return _refused(library, question, NOTHING_FOUND)
    best = results.hits[0]
    quote = quote_of(library, library.at(best.row, best.item))
    return Answer(question, quote.text, (quote,), None, results.index_version)


def quote_of(library: Library, place: Place) -> Quote:
    """Quote a unit after reading its words again in the stored source; raises DamagedQuote."""
    if not library.is_verbatim(place):
        raise DamagedQuote(
            f"the text of {place.unit.document} {place.unit.kind} {place.unit.number} is not in the stored "
            "source where it was read; an exact match was expected; run `yinzheng verify`, then index again"
        )
    return Quote(place, place.text, verified=True)


def _refused(library: Library, question: str | None, reason: str) -> Answer:
    return Answer(question, None, (), reason, library.index_version)
