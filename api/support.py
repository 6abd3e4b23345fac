"""Whether a unit holds enough of a question to answer it: by telling words, or by nearness of meaning."""

from typing import TYPE_CHECKING

from api.library import Library

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.searcher import Hit

__all__ = ["ENOUGH_MEANING", "ENOUGH_WORDS", "is_content", "is_supported", "share_held", "telling_words"]

ENOUGH_WORDS = 0.55
"""Share of the question's telling words, each counting by its rarity, from which a unit may answer."""

ENOUGH_MEANING = 0.4
"""Cosine, of the packaged encoder, from which a unit may answer in other words than the question's.

Both were chosen on tests/data/sample_questions.jsonl and refusal_questions.jsonl beside it, 123 questions
about the sample documents: a rule of thumb until refusal is learned from graded answers.
"""


def is_content(word: str) -> bool:
    """A single Han character or a mark says too little; a figure or a longer word says something."""
    return word.isdecimal() or (len(word) > 1 and any(character.isalnum() for character in word))


def telling_words(library: Library, folded: str) -> dict[str, float]:
    """The words of a folded question that name its subject, with their inverse document frequency.

    A word that no unit holds weighs most: an unknown name or year is what a question turns on.
    """
    from search.lexical import content_words

    words = content_words(folded, library.segmenter)
    return {word: _rarity(library, word) for word in words if is_content(word)}


def is_supported(library: Library, hit: "Hit", asked: "Mapping[str, float]") -> bool:
    """Whether the unit of a hit holds enough of the telling words, or is near enough in meaning."""
    near = hit.why.meaning is not None and hit.why.meaning >= ENOUGH_MEANING
    return near or share_held(library, hit, asked) >= ENOUGH_WORDS


def share_held(library: Library, hit: "Hit", asked: "Mapping[str, float]") -> float:
    """How much of the telling words a unit holds in its text, headings, topics or citation, 0 to 1.

    A term of the term bank that the unit prints in place of the question's words counts as a word held.
    Example: 0.5 where one of two equally rare words is held; 0.0 where nothing telling was asked.
    """
    from models.folding import fold
    from search.evidence import matched_words

    unit = hit.unit
    text = fold("\n".join((hit.citation, *unit.headings, *unit.topics, unit.text)))
    words = set(library.segmenter.words(text))
    held = sum(weight for word, weight in asked.items() if word in words or matched_words(text, [word]))
    held += sum(_term_rarity(library, variant.rpartition(" → ")[2]) for variant in hit.why.variants)
    total = sum(asked.values())
    return min(1.0, held / total) if total else 0.0


def _term_rarity(library: Library, term: str) -> float:
    return max((_rarity(library, word) for word in library.segmenter.words(term)), default=0.0)


def _rarity(library: Library, word: str) -> float:
    from search.lexical import inverse_doc_freq

    return inverse_doc_freq(library.snapshot, "words", word)
