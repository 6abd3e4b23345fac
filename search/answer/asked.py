"""A question taken apart: its telling words with their rarity, what it wants, what it names."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from models.segmenter import Segmenter
from search.answer.entities import Entity, find_entities
from search.answer.question import Wanted, affirmed, read_wanted
from search.candidates.lexical import content_words

__all__ = ["Asked", "is_content", "read_asked"]

_ASKING = re.compile("[多几哪何谁什第]|how|what|which|when|where|who")

_DETERMINER = re.compile("[哪几][家位名个种项份条座次届级台所类批件起场]")
"""哪家, 几家: a question word with what it counts by, which no answer prints; 几内亚 is no such."""

REACH = 6
"""Characters between the question word and the word that says what is asked of: 人口【大约是】多少."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart.

    `words` are its telling words, folded, each once, the longest where one lies in another; `parts` holds for
    each the words inside it: 拾荒者 has 拾荒. `weights (words,) float64` their inverse document
    frequencies; `focus` the places in `words` of those that stand beside the question word: of 人口是多少
    the 人口, of 多少名儿童 the 儿童. Empty where nothing is asked by a question word.
    Example: `Asked("押金是多少", ("押金",), ((),), array([2.1]), (0,), Wanted(NUMBER, …), ())`
    """

    folded: str
    words: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    weights: NDArray[np.float64]
    focus: tuple[int, ...]
    wanted: Wanted | None
    entities: tuple[Entity, ...]


def read_asked(folded: str, segmenter: Segmenter, rarity: Callable[[str], float]) -> Asked:
    """Take a folded question apart; `rarity` is the inverse document frequency of a word."""
    wanted = read_wanted(folded)
    telling = (word for word in content_words(affirmed(folded), segmenter) if is_content(word))
    found = [word for word in dict.fromkeys(telling) if not _asks(word, folded, wanted)]
    if wanted is not None:
        found = [word for word in found if word not in _asking_nouns()]
    words = tuple(word for word in found if not any(word != other and word in other for other in found))
    parts = tuple(tuple(part for part in found if part != word and part in word) for word in words)
    weights = np.array([rarity(word) for word in words], np.float64)
    focus = _focus(folded, words, wanted) if wanted else ()
    return Asked(folded, words, parts, weights, focus, wanted, tuple(find_entities(folded)))


def is_content(word: str) -> bool:
    """A single Han character or a mark says too little; a figure or a longer word says something."""
    return word.isdecimal() or (len(word) > 1 and any(character.isalnum() for character in word))


@cache
def _asking_nouns() -> frozenset[str]:
    text = files("search").joinpath("data/asking_nouns.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines()[1:] if line)


def _asks(word: str, folded: str, wanted: Wanted | None) -> bool:
    """Whether a word is part of the question word or counts behind it: 多少岁, 哪一年, 几级."""
    if _DETERMINER.fullmatch(word):
        return True
    if wanted is None or folded.count(word) != 1:
        return False
    asking = _ASKING.search(folded, wanted.span.start, wanted.span.end)
    at = folded.find(word)
    return (
        asking is not None
        and asking.start() <= at + len(word) - 1
        and at < wanted.span.end
        and (at + len(word) <= wanted.span.end and not wanted.span.start <= at < asking.start())
    )


def _focus(folded: str, words: Sequence[str], wanted: Wanted) -> tuple[int, ...]:
    """Words inside the question pattern, right behind it, or else nearest before it."""
    start, end = wanted.span
    places = [(at, at + len(word), n) for n, word in enumerate(words) for at in _places(folded, word)]
    beside = {n for at, stop, n in places if start <= at < end or (end <= at <= end + 1 and stop > end)}
    before = [(stop, n) for _, stop, n in places if start - REACH <= stop <= start]
    if before and not any(at >= end for at, _, n in places if n in beside):
        nearest = max(before)[0]
        beside |= {n for stop, n in before if stop == nearest}
    return tuple(sorted(beside))


def _places(folded: str, word: str) -> list[int]:
    found, at = [], folded.find(word)
    while at >= 0:
        found.append(at)
        at = folded.find(word, at + 1)
    return found
