"""An answer that is a quotation: the best unit, verbatim and re-read from the source, or a refusal."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import DamagedQuote
from api.library import Library, Place

if TYPE_CHECKING:
    from search.searcher import Hit, Results

__all__ = ["Answer", "Quote", "answer", "answer_from"]

WEAK_MEANING = 0.35
"""Cosine below which nearness of meaning alone is no reason to answer. Not calibrated: a cautious
round figure until refusal is learned from graded answers."""

NOTHING_FOUND = "索引中没有找到与问题相符的段落。"
NO_SUPPORT = "找到的段落与问题没有共同的实词，含义也不够接近，不足以作答。"
NO_CONTENT = "问题中没有可供检索的实词。"


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
    """Answer a question with the best unit, or refuse; raises what search raises for a bad query."""
    from search.query import Query

    query = Query(question, k=1)
    if not any(_is_content(word) for word in library.segmenter.words(question)):
        return Answer(question, None, (), NO_CONTENT, library.index_version)
    return answer_from(library, library.searcher.search(query), question)


def answer_from(library: Library, results: "Results", question: str | None) -> Answer:
    """Quote the first hit where it supports an answer; raises DamagedQuote where it is not in its source."""
    version = results.index_version
    if not results.hits:
        return Answer(question, None, (), NOTHING_FOUND, version)
    best = results.hits[0]
    if not _supports(best):
        return Answer(question, None, (), NO_SUPPORT, version)
    quote = quote_of(library, library.at(best.row, best.item))
    return Answer(question, quote.text, (quote,), None, version)


def quote_of(library: Library, place: Place) -> Quote:
    """Quote a unit after reading its words again in the stored source; raises DamagedQuote."""
    if not library.is_verbatim(place):
        raise DamagedQuote(
            f"the text of {place.unit.document} {place.unit.kind} {place.unit.number} is not in the stored "
            "source where it was read; an exact match was expected; run `yinzheng verify`, then index again"
        )
    return Quote(place, place.text, verified=True)


def _supports(hit: "Hit") -> bool:
    why = hit.why
    if why.reference is not None or any(_is_content(word) for word in (*why.words, *why.variants)):
        return True
    return why.meaning is not None and why.meaning >= WEAK_MEANING


def _is_content(word: str) -> bool:
    """A single Han character or a mark says too little; a figure or a longer word says something."""
    return word.isdecimal() or (len(word) > 1 and any(character.isalnum() for character in word))
