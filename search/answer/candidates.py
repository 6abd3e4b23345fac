"""What an index says for and against its best units as answers: candidates for `search.answer`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from search.opened import OpenIndex

if TYPE_CHECKING:
    from search.answer.asked import Asked
    from search.answer.evidence import Evidence
    from search.searcher import Hit

__all__ = ["ask_of", "evidence_of", "rarity_in"]


def ask_of(library: OpenIndex, folded: str) -> "Asked":
    """Take a folded question apart, its words weighed by their rarity in the index."""
    from search.answer.asked import read_asked

    return read_asked(folded, library.segmenter, rarity_in(library))


def evidence_of(library: OpenIndex, asked: "Asked", hits: "Sequence[Hit]") -> "list[Evidence]":
    """Evidence for each hit, in their order."""
    from search.answer.evidence import Candidate, collect_evidence

    rarity = rarity_in(library)
    candidates = [
        Candidate(
            unit=hit.unit,
            context="\n".join((hit.citation, *hit.unit.headings, *hit.unit.topics)),
            around=_around(library, hit) if asked.entities else "",
            meaning=hit.why.meaning,
            agreed=hit.agreed,
            term_weight=sum(_term_rarity(library, variant, rarity) for variant in hit.why.variants),
        )
        for hit in hits
    ]
    return collect_evidence(asked, candidates, library.encoder, library.segmenter)


def rarity_in(library: OpenIndex) -> Callable[[str], float]:
    """The inverse document frequency of a word; a word that no unit holds weighs most."""
    from search.candidates.lexical import inverse_doc_freq

    return lambda word: inverse_doc_freq(library.snapshot, "words", word)


def _around(library: OpenIndex, hit: "Hit") -> str:
    """The neighbours of a unit: a name may stand there that the unit takes up by a pronoun."""
    before, after = library.neighbours(library.at(hit.row), 1)
    return "\n".join(place.text for place in (*before, *after))


def _term_rarity(library: OpenIndex, variant: str, rarity: Callable[[str], float]) -> float:
    """The rarity of the term that a unit prints in place of the question's words: the rarest of its words."""
    printed = variant.rpartition(" → ")[2]
    return max((rarity(word) for word in library.segmenter.words(printed)), default=0.0)
