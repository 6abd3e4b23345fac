"""Why `ask` refuses, each in one Chinese sentence; what can be told before any unit is looked at."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.opened import OpenIndex
from search.references.unresolved import find_unresolved

if TYPE_CHECKING:
    from search.answer.asked import Asked
    from search.answer.entities import Entity
    from search.answer.reading import ReadUnit
    from search.hits import Hit
    from search.query import Query
    from search.searcher import Results

__all__ = ["NOTHING_FOUND", "NOT_VERIFIED", "NO_CONTENT", "NO_SUPPORT", "reason_before", "reason_of"]

NOTHING_FOUND = "索引中没有找到与问题相符的段落。"
NO_SUPPORT = "找到的段落与问题有关，但不足以作答。"
NO_CONTENT = "问题中没有可供检索的实词。"
NOT_HELD = "本索引中没有{}。"
NOT_NAMED = "索引中没有任何单元提到问题中的“{}”。"
NOT_NEAR = "最相近的段落没有提到问题中的“{}”，不足以作答。"
NOT_VERIFIED = "找到的引文与所存原文不符，因此不予提供；请执行 yinzheng verify。"

FEW_WORDS = 2
"""Telling words beside an unknown reference up to which the question is about that reference alone."""


def reason_before(library: OpenIndex, query: "Query", asked: "Asked", results: "Results") -> str | None:
    """A reason to refuse that needs no evidence; None where there is none."""
    if not asked.words and not any(hit.why.reference for hit in results.hits[:1]):
        missing = find_unresolved(library, query.text)
        return NOT_HELD.format("、".join(missing.texts)) if missing.alone else NO_CONTENT
    missing = find_unresolved(library, query.text)
    if missing.texts and (missing.alone or _few_words(library, query, missing.texts)):
        return NOT_HELD.format("、".join(missing.texts))
    if not results.hits:
        return NOTHING_FOUND
    if results.hits[0].why.reference is None:
        for entity in asked.entities:
            if not _is_known(library, entity, results):
                return NOT_NAMED.format(entity.text)
    return None


def reason_of(library: OpenIndex, asked: "Asked", hits: "Sequence[Hit]", read: "Sequence[ReadUnit]") -> str:
    """Why the units found do not answer: what they lack, where that is why none was read."""
    from search.answer.reading import absent

    if not read and hits:
        missing = absent(library, asked, hits[0])
        if missing is not None:
            return NOT_NEAR.format(missing.text)
    return NO_SUPPORT


def _few_words(library: OpenIndex, query: "Query", missing: tuple[str, ...]) -> bool:
    """Whether hardly anything is asked beside references that name nothing: 第3/9号决议说了什么."""
    from corpus.plain_text.folding import fold
    from search.answer.asked import is_content
    from search.candidates.lexical import content_words

    text = query.cleaned
    for one in missing:
        text = text.replace(one, " ")
    words = {word for word in content_words(fold(text), library.segmenter) if is_content(word)}
    return (
        len([word for word in words if not any(word != other and word in other for other in words)])
        <= FEW_WORDS
    )


def _is_known(library: OpenIndex, entity: "Entity", results: "Results") -> bool:
    """Whether a unit, or the title or date of a document, has every word of what is named.

    A Latin name that the term bank knows under a Chinese one stands there by that name.
    """
    from search.answer.entities import EntityKind

    if entity.kind is EntityKind.LATIN and any(hit.why.variants for hit in results.hits[:1]):
        return True
    lexical = library.snapshot.lexical
    words = library.segmenter.words(entity.text)
    if all(lexical.doc_freq("words", word) for word in words):
        return True
    return any(entity.text in hit.citation for hit in results.hits) or _dated(library, entity.text)


def _dated(library: OpenIndex, year: str) -> bool:
    return any(str(stored.metadata.year) == year for stored in library.snapshot.documents)
