"""Pairs from a term bank: what people call a thing and what documents print, alone and in sentences."""

import random as random_module
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.training.texts.passages import split_sentences
from models.training.texts.sources import Article

__all__ = ["Concept", "Mention", "draw_mention", "draw_pair", "find_mentions", "held_out", "read_concepts"]

HELD_OUT_EVERY = 10  # concepts that are only measured on: does a word that was never taught find its term?
SHORTEST = 3  # characters of a term that is looked for in text: shorter ones stand inside other words
SENTENCE_LENGTH = (8, 90)
PER_CONCEPT = 25  # mentions kept: else a few terms of law would be most of what is seen
AFTER = 2  # sentences after the one with the term that still belong to its passage
KEPT_SHARES = (0.0, 0.3, 0.6)  # how much of the sentence stays around an everyday word that replaces a term
AROUND = 10  # characters of the sentence on each side of the term


@dataclass(frozen=True)
class Concept:
    """What one thing is called: `official` first as documents mostly print it; `everyday`, `english`."""

    official: tuple[str, ...]
    everyday: tuple[str, ...]
    english: tuple[str, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """What people may type who do not know the official term."""
        return self.everyday + self.english


@dataclass(frozen=True)
class Mention:
    """A sentence `before + term + after` that prints a term of `concept`, and the passage around it."""

    concept: int
    before: str
    term: str
    after: str
    passage: str


def read_concepts(path: Path) -> list[Concept]:
    """Concepts of a bank: official term, variants, everyday words, English; tabs between, | within."""
    concepts: list[Concept] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            official, variants, everyday, english = (line.split("\t") + [""] * 3)[:4]
            concepts.append(
                Concept((official, *_split(variants)), tuple(_split(everyday)), tuple(_split(english)))
            )
    return concepts


def held_out(concepts: Sequence[Concept]) -> tuple[list[Concept], list[Concept]]:
    """Concepts to train on, and one in ten to measure on."""
    measured = concepts[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY]
    return [c for place, c in enumerate(concepts, 1) if place % HELD_OUT_EVERY], list(measured)


def find_mentions(concepts: Sequence[Concept], articles: Iterable[Article]) -> list[Mention]:
    """Sentences that print an official term for which people have other words; at most 25 a concept.

    The longest term that begins at the first place counts.
    """
    terms = _terms(concepts)
    mentions: list[Mention] = []
    kept: Counter[int] = Counter()
    for article in articles:
        sentences = split_sentences(article.body)
        for row, sentence in enumerate(sentences):
            if SENTENCE_LENGTH[0] <= len(sentence) <= SENTENCE_LENGTH[1] and (
                found := _first(sentence, terms)
            ):
                place, term, concept = found
                if kept[concept] < PER_CONCEPT:
                    kept[concept] += 1
                    passage = "".join(sentences[max(0, row - 1) : row + AFTER + 1])
                    before, after = sentence[:place], sentence[place + len(term) :]
                    mentions.append(Mention(concept, before, term, after, passage))
    return mentions


def draw_pair(concept: Concept, random: np.random.Generator) -> tuple[str, str] | None:
    """Two names of a thing: mostly an everyday word and a printed term; None where it has one name only."""
    choice = random_module.Random(int(random.integers(2**32)))
    kinds = [kind for kind in (concept.everyday, concept.everyday, concept.english) if kind]
    if len(concept.official) > 1:
        kinds.append(concept.official[1:])
    if not kinds:
        return None
    return choice.choice(choice.choice(kinds)), concept.official[0]


def draw_mention(mention: Mention, concept: Concept, random: np.random.Generator) -> tuple[str, str]:
    """A question-like text in which an everyday word stands for the term, and the passage that prints it.

    Of the rest of the sentence a part stays, or nothing, so that the word has to be understood.
    """
    choice = random_module.Random(int(random.integers(2**32)))
    share = choice.choice(KEPT_SHARES)

    def thinned(text: str) -> str:
        return "".join(character for character in text if choice.random() < share)

    word = choice.choice(concept.asked)
    before, after = thinned(mention.before[-AROUND:]), thinned(mention.after[:AROUND])
    return before + word + after, mention.passage


def _split(cell: str) -> Iterator[str]:
    return (name.strip() for name in cell.split("|") if name.strip())


def _terms(concepts: Sequence[Concept]) -> Mapping[str, list[tuple[str, int]]]:
    """Terms by their first two characters, longest first, with the number of their concept."""
    by_beginning: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, concept in enumerate(concepts):
        for term in concept.official if concept.asked else ():
            if len(term) >= SHORTEST:
                by_beginning[term[:2]].append((term, number))
    for terms in by_beginning.values():
        terms.sort(key=lambda pair: -len(pair[0]))
    return by_beginning


def _first(sentence: str, terms: Mapping[str, list[tuple[str, int]]]) -> tuple[int, str, int] | None:
    for place in range(len(sentence) - 1):
        for term, concept in terms.get(sentence[place : place + 2], ()):
            if sentence.startswith(term, place):
                return place, term, concept
    return None
