"""Understand: what a question names, its telling words, and whether it asks at all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from models.segmenter import Segmenter
from search.answer.entities import Entity, find_entities
from search.candidates.lexical import content_words

_WHETHER = re.compile(
    r"吗|是不是|是否|有没有|能否|可否|([一-鿿])不\1|^(?:is|are|was|were|do|does|did|can|has|have|should)\b"
)
_OTHER = re.compile("什么|哪|谁|多少|多久|多长|几|为何|如何|怎|\\b(?:what|which|who|when|where|why|how)\\b")

__all__ = ["Asked", "affirmed", "is_content", "read_asked"]

LONGEST_WORD = 100
"""Characters; addresses and the names of chemicals are shorter, mostly by half."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart.

    `words` are its telling words, folded, each once, the longest where one lies in another; `weights (words,)
    float64` their inverse document frequencies; `entities` the years, numbers, countries, titles and names in
    it; `asks` is false for a keyword or a statement, `whether` says that yes or no is asked for.
    Example: `Asked("押金是多少", ("押金",), array([2.1]), (), True)`
    """

    folded: str
    words: tuple[str, ...]
    weights: NDArray[np.float64]
    entities: tuple[Entity, ...]
    asks: bool
    whether: bool = False


def read_asked(folded: str, segmenter: Segmenter, rarity: Callable[[str], float]) -> Asked:
    """Take a folded question apart; `rarity` is the inverse document frequency of a word."""
    asking = _asking()
    found = [
        word
        for word in dict.fromkeys(content_words(affirmed(folded), segmenter))
        if is_content(word) and not asking.fullmatch(word)
    ]
    words = tuple(word for word in found if not any(word != other and word in other for other in found))
    weights = np.array([rarity(word) for word in words], np.float64)
    return Asked(
        folded,
        words,
        weights,
        tuple(find_entities(folded)),
        asking.search(folded) is not None,
        _WHETHER.search(folded) is not None and _OTHER.search(folded) is None,
    )


def affirmed(folded: str) -> str:
    """A question with verb-not-verb put as the verb alone, which is the word it asks about.

    The space keeps it from growing together with the word before: 钱够不够.
    Example: `affirmed("登记收不收费") == "登记 收费"`
    """
    return re.sub(r"([一-鿿]{1,2})不\1", r" \1", folded).replace("有没有", " 有")


def is_content(word: str) -> bool:
    """A single Han character or a mark says too little; a figure or a longer word says something.

    A run of letters without end is no word.
    """
    if len(word) > LONGEST_WORD:
        return False
    return word.isdecimal() or (len(word) > 1 and any(character.isalnum() for character in word))


@cache
def _asking() -> re.Pattern[str]:
    text = files("search").joinpath("data/asking_words.txt").read_text("utf-8")
    return re.compile("|".join(line for line in text.splitlines()[1:] if line))
