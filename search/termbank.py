"""The term bank: which words name one concept, and which of its concepts a query names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from models.folding import fold
from search.function_words import function_words

__all__ = ["Concept", "TermBank", "Trigger", "load_term_bank"]

_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Concept:
    """One line of the term bank.

    Example: `Concept("切除器官", ("摘取器官",), ("卖肾", "割肾"), ("organ removal",))`
    """

    official: str
    variants: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    english: tuple[str, ...] = ()

    @property
    def printed_terms(self) -> tuple[str, ...]:
        """The terms that documents print: official first, then its official variants."""
        return (self.official, *self.variants)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A term of the bank found in a query, folded, and the concept that it names.

    `others` are the concept's printed terms as `(as printed, folded)` that neither hold the trigger
    nor stand in it: a unit with 批准和加入 has 加入, and a query for 国家转介机制 holds 转介机制, so
    that searching for those would only count the query's own words twice.
    Example: `Trigger("卖肾", concept, (("切除器官", "切除器官"),))`
    """

    term: str
    concept: Concept
    others: tuple[tuple[str, str], ...]


class TermBank:
    """Concepts, and tables from folded terms to the concepts that they name, built at the first query.

    Terms with Chinese characters are found where they stand in a query. Terms in Latin letters
    are found by their words in any order and number, since people write `organ removal` for
    `removal of organs`.
    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        """Keep the concepts."""
        self._concepts = tuple(concepts)

    def __len__(self) -> int:
        """How many concepts there are."""
        return len(self._concepts)

    def triggers(self, folded: str) -> list[Trigger]:
        """The longest terms in a folded text, not overlapping; each concept once.

        Example: 强迫劳动 in a query gives the concept of 强迫劳动, not also that of 劳动.
        """
        found = [*self._han(folded), *self._latin(folded)]
        triggers = [self._trigger(term, concept) for term, concepts in found for concept in concepts]
        return list({one.concept.official: one for one in reversed(triggers)}.values())[::-1]

    def _trigger(self, term: str, concept: Concept) -> Trigger:
        printed = zip(concept.printed_terms, self._tables.printed[concept.official], strict=True)
        return Trigger(
            term, concept, tuple((shown, o) for shown, o in printed if o not in term and term not in o)
        )

    def _han(self, folded: str) -> Iterator[tuple[str, list[Concept]]]:
        start = 0
        while start < len(folded):
            lengths = self._tables.lengths.get(folded[start], ())
            terms = (folded[start : start + length] for length in lengths)
            term = next((term for term in terms if term in self._tables.han), None)
            if term is not None:
                yield term, self._tables.han[term]
            start += len(term or " ")

    def _latin(self, folded: str) -> Iterator[tuple[str, list[Concept]]]:
        words = _latin_words(folded)
        if not words:
            return
        found = [
            term for word in sorted(words) for term in self._tables.latin.get(word, ()) if term.words <= words
        ]
        for term in found:
            if not any(term.words < other.words for other in found):
                yield term.text, [term.concept]

    @cached_property
    def _tables(self) -> "_Tables":
        tables = _Tables({}, {}, {}, {})
        lines = [_SEPARATOR.join((*c.printed_terms, *c.everyday, *c.english)) for c in self._concepts]
        folded = fold("\n".join(lines)).split("\n")  # one call: folding 8,000 terms singly is slow
        for concept, line in zip(self._concepts, folded, strict=True):
            terms = line.split(_SEPARATOR)
            tables.printed[concept.official] = terms[: len(concept.printed_terms)]
            for term in terms:
                tables.add(term, concept)
        for term in sorted(tables.han, key=len, reverse=True):
            lengths = tables.lengths.setdefault(term[0], [])
            if len(term) not in lengths:
                lengths.append(len(term))
        return tables


@dataclass(frozen=True, slots=True)
class _LatinTerm:
    """A term in Latin letters and the words that say it: `removal of organs`, {removal, organ}."""

    text: str
    words: frozenset[str]
    concept: Concept


@dataclass(frozen=True, slots=True)
class _Tables:
    """Chinese terms; their lengths by first character, longest first; Latin terms by one of their words;
    a concept's printed terms, folded, by its official term.
    """

    han: dict[str, list[Concept]]
    lengths: dict[str, list[int]]
    latin: dict[str, list[_LatinTerm]]
    printed: dict[str, list[str]]

    def add(self, term: str, concept: Concept) -> None:
        if not term.isascii():
            self.han.setdefault(term, []).append(concept)
        elif words := _latin_words(term):
            self.latin.setdefault(min(words), []).append(_LatinTerm(term, words, concept))


_LATIN_WORD = re.compile(r"[0-9a-z]+")
_SHORTEST_PLURAL = 4


def _latin_words(folded: str) -> frozenset[str]:
    """The words in Latin letters that say something, without the s of the plural."""
    words = set(_LATIN_WORD.findall(folded)) - function_words()
    return frozenset(_singular(word) for word in words)


def _singular(word: str) -> str:
    plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def load_term_bank() -> TermBank:
    """The packaged draft term bank; its first line states its source."""
    text = files("search").joinpath("data/termbank.tsv").read_text("utf-8")
    return TermBank([_concept(line) for line in text.splitlines()[1:]])


def _concept(line: str) -> Concept:
    official, *others = line.split("\t")
    variants, everyday, english = (tuple(filter(None, cell.split(_SEPARATOR))) for cell in others)
    return Concept(official, variants, everyday, english)
