"""The term bank: which words name one concept, and which of its concepts a query names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from models.segmenter import Segmenter
from search.terms.function_words import function_words

__all__ = ["SEPARATOR", "Concept", "TermBank", "Trigger"]

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Concept:
    """One line of the term bank.

    Example: `Concept("切除器官", ("摘取器官",), ("卖肾", "割肾"), ("organ removal",))`
    """

    official: str
    variants: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    english: tuple[str, ...] = ()

    @classmethod
    def parse(cls, line: str) -> "Concept":
        """A line of four cells with tabs between them; raises ValueError for another number of cells."""
        official, *others = line.split("\t")
        variants, everyday, english = (tuple(filter(None, cell.split(SEPARATOR))) for cell in others)
        return cls(official, variants, everyday, english)

    @property
    def line(self) -> str:
        """The line that `parse` reads."""
        return "\t".join((self.official, *map(SEPARATOR.join, (self.variants, self.everyday, self.english))))

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
    """Lines of concepts, and tables from folded terms to lines, built at the first query.

    A line is parsed when a query names its concept: 2,000 concepts have 20,000 terms, and parsing
    them all takes longer than everything else that a process does before its first answer.
    Where two lines hold one term, the later line has it.
    """

    def __init__(self, lines: Sequence[str], folded: Sequence[str] | None = None) -> None:
        """Keep lines as `Concept.parse` reads them, and the same lines folded where they differ."""
        self._lines = tuple(lines)
        self._folded = self._lines if folded is None else tuple(folded)
        # Questions share most of their words, and looking through all phrases takes 0.05 ms a word.
        self._phrases_with = lru_cache(_WORDS_KEPT)(self._find_phrases)

    def __len__(self) -> int:
        """How many concepts there are."""
        return len(self._lines)

    def triggers(self, folded: str, segmenter: Segmenter) -> list[Trigger]:
        """The concepts that a folded query names, each once, with the term that names it.

        Chinese terms are found where they stand, longest first and not overlapping; everyday phrases
        and terms in Latin letters also by their words in another order, since people write 被拐的孩子
        for 孩子被拐 and `organ removal` for `removal of organs`.
        Example: 强迫劳动 in a query gives the concept of 强迫劳动, not also that of 劳动.
        """
        words = segmenter.words(folded)
        first: dict[int, str] = {}
        for term in (
            *self._standing(folded, words),
            *self._latin(folded),
            *self._phrases(folded, words, segmenter),
        ):
            first.setdefault(self._line_of(term), term)
        return [self._trigger(term, line) for line, term in first.items()]

    def _line_of(self, term: str) -> int:
        return self._latin_terms.lines[term] if term.isascii() else self._han[term]

    def _trigger(self, term: str, line: int) -> Trigger:
        concept = Concept.parse(self._lines[line])
        folded = Concept.parse(self._folded[line]).printed_terms
        others = [
            (shown, other)
            for shown, other in zip(concept.printed_terms, folded, strict=True)
            if other not in term and term not in other
        ]
        return Trigger(term, concept, tuple(others))

    def _standing(self, folded: str, words: list[str]) -> Iterator[str]:
        """Longest terms from left to right; a term of two characters must be a word there.

        Two characters meet by chance: 人民主 holds 民主, and 发展会议 holds 展会. Three rarely do.
        """
        start, whole = 0, _whole_pairs(words)
        while start < len(folded):
            size = 1
            if folded[start : start + 2] in self._starts:
                for length in range(min(self._longest, len(folded) - start), 1, -1):
                    term = folded[start : start + length]
                    if term in self._han and (length > 2 or term in whole):
                        yield term
                        size = length
                        break
            start += size

    def _phrases(self, folded: str, words: list[str], segmenter: Segmenter) -> Iterator[str]:
        """Everyday phrases all of whose telling words stand in the query, near to one another.

        A phrase has at least four characters and two words: one word is no phrase. Near is within
        twice the phrase's length: words from both ends of a long question say something else.
        """
        telling = set(words) - function_words()
        known = set(folded) | _function_characters()
        for word in sorted(word for word in telling if len(word) > 1):
            for term in self._phrases_with(word):
                if known.issuperset(term) and term not in folded:
                    own = _longest_words(segmenter.words(term))
                    if len(own) > 1 and own <= telling and _near(own, folded, 2 * len(term)):
                        yield term

    def _find_phrases(self, word: str) -> tuple[str, ...]:
        text, found = self._everyday, self._everyday.find(word)
        phrases = []
        while found >= 0:
            end = text.index(SEPARATOR, found)
            phrases.append(text[text.rindex(SEPARATOR, 0, found) + 1 : end])
            found = text.find(word, end)
        return tuple(phrases)

    def _latin(self, folded: str) -> list[str]:
        words = _latin_words(folded)
        if not words:
            return []
        by_word = self._latin_terms.by_word
        found = [
            term for word in sorted(words) for term in by_word.get(word, ()) if _latin_words(term) <= words
        ]
        return [term for term in found if not any(_latin_words(term) < _latin_words(o) for o in found)]

    @cached_property
    def _han(self) -> dict[str, int]:
        """Terms with characters beyond ASCII, and their lines."""
        terms = ((line, text.replace("\t", SEPARATOR)) for line, text in enumerate(self._folded))
        return {term: line for line, text in terms for term in text.split(SEPARATOR) if not term.isascii()}

    @cached_property
    def _starts(self) -> set[str]:
        return {term[:2] for term in self._han}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._han), default=0)

    @cached_property
    def _everyday(self) -> str:
        """All everyday phrases in one string, to look for words in, with separators at both ends."""
        cells = SEPARATOR.join(text.split("\t")[2] for text in self._folded)
        phrases = [term for term in cells.split(SEPARATOR) if len(term) >= _SHORTEST_PHRASE]
        return SEPARATOR + SEPARATOR.join(phrases) + SEPARATOR

    @cached_property
    def _latin_terms(self) -> "_LatinTerms":
        table = _LatinTerms({}, {})
        for line, text in enumerate(self._folded):
            for term in text.replace("\t", SEPARATOR).split(SEPARATOR):
                if term.isascii() and (words := _latin_words(term)):
                    table.lines[term] = line
                    table.by_word.setdefault(min(words), []).append(term)
        return table


@dataclass(frozen=True, slots=True)
class _LatinTerms:
    """Lines by term, and terms by the first of their words in alphabetical order."""

    lines: dict[str, int]
    by_word: dict[str, list[str]]


_SHORTEST_PHRASE = 4
_WORDS_KEPT = 4096
_SHORTEST_PLURAL = 4
_LATIN_WORD = re.compile(r"[0-9a-z]+")


def _latin_words(folded: str) -> frozenset[str]:
    """The words in Latin letters that say something, without the s of the plural."""
    words = set(_LATIN_WORD.findall(folded)) - function_words()
    return frozenset(_singular(word) for word in words)


def _singular(word: str) -> str:
    plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def _whole_pairs(words: list[str]) -> set[str]:
    """Words of two characters, and neighbours of one each: 卖 and 肾 where 卖肾 is in no dictionary."""
    pairs = {one + two for one, two in pairwise(words) if len(one) == len(two) == 1}
    return pairs | {word for word in words if len(word) == 2}


def _longest_words(words: list[str]) -> set[str]:
    """Telling words without those that lie in another: 受害人 and not also 受害."""
    telling = set(words) - function_words()
    return {word for word in telling if not any(word != other and word in other for other in telling)}


def _near(words: set[str], text: str, width: int) -> bool:
    """Whether all words stand within so many characters of where one of them begins."""
    starts = (found.start() for found in re.finditer("|".join(map(re.escape, sorted(words))), text))
    windows = (text[start : start + width] for start in starts)
    return any(all(word in window for word in words) for window in windows)


@cache
def _function_characters() -> frozenset[str]:
    return frozenset("".join(function_words()))
