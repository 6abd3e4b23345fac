"""Sentences of a passage, and windows of whole sentences."""

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.plain_text.sentences import cut_behind

__all__ = ["WINDOW", "best_window", "cut", "grow", "piece_counts", "sentences"]

_ENDS = "。！？!?；;\n"
_SHORT_END = re.compile(r"[，、,：:]+")
LONGEST_SENTENCE = 240  # characters; a longer one is cut at commas

WINDOW = 260  # characters of a window that `ask` reads, about 160 pieces; a longer sentence stands whole

Span = tuple[int, int]


def sentences(text: str) -> list[Span]:
    """Spans of the sentences, which together are the whole text.

    Example: `sentences("甲。乙；丙") == [(0, 2), (2, 4), (4, 5)]`
    """
    return [part for start, end in cut_behind(text, _ENDS) for part in _cut(text, start, end)]


def _cut(text: str, start: int, end: int) -> list[Span]:
    parts = []
    while end - start > LONGEST_SENTENCE:
        commas = [match.end() for match in _SHORT_END.finditer(text, start + 1, start + LONGEST_SENTENCE)]
        at = commas[-1] if commas else start + LONGEST_SENTENCE
        parts.append((start, at))
        start = at
    return [*parts, (start, end)]


def grow(costs: Sequence[int], first: int, last: int, room: int, before: Sequence[bool]) -> Span | None:
    """Sentences `first` to `last` (inclusive) and neighbours of theirs, as many as cost no more than `room`.

    `before` says, for each step, whether to try the left neighbour first. None where the sentences themselves
    do not fit. Gives the first sentence and the one after the last.
    """
    low, high = first, last + 1
    used = sum(costs[low:high])
    if used > room:
        return None
    for left in before:
        sides = ("left", "right") if left else ("right", "left")
        for side in sides:
            at = low - 1 if side == "left" else high
            if 0 <= at < len(costs) and used + costs[at] <= room:
                used += costs[at]
                low, high = (at, high) if side == "left" else (low, at + 1)
                break
        else:
            break
    return low, high


def cut(text: str, offsets: Sequence[Span], room: int) -> list[Span]:
    """Windows of whole sentences that hold `room` pieces at most; together they are the whole text.

    `offsets` are the characters of the text's pieces. A sentence that does not fit stands alone, and its end
    is not read. Example: `cut("甲。乙。", [(0, 2), (2, 4)], 10) == [(0, 4)]`
    """
    found: list[Span] = []
    held = 0
    for (start, end), cost in zip(sentences(text), piece_counts(text, offsets), strict=True):
        if found and held + cost <= room:
            found[-1] = (found[-1][0], end)
            held += cost
        else:
            found.append((start, end))
            held = cost
    return found or [(0, len(text))]


def piece_counts(text: str, offsets: Sequence[Span]) -> list[int]:
    """For each sentence, how many pieces begin in it, and one that cutting there may add."""
    counts, at = [], 0
    for _, end in sentences(text):
        before = at
        while at < len(offsets) and offsets[at][0] < end:
            at += 1
        counts.append(at - before + 1)
    return counts


def best_window(question: str, text: str, size: int = WINDOW) -> Span:
    """The sentence of a text that shares most bigrams with a question, with neighbours, `size` characters.

    Example: `best_window("何时开会", "甲。" * 200 + "会议在五月开会。")` ends where the text ends
    """
    spans = sentences(text)
    if len(text) <= size or len(spans) < 2:
        return 0, len(text)
    asked = _bigrams(question)
    shared = [_shared(asked, text[start:end]) for start, end in spans]
    best = max(range(len(spans)), key=lambda at: (shared[at], -at))
    costs = [end - start for start, end in spans]
    held = grow(costs, best, best, max(size, costs[best]), [False, True] * len(spans))
    first, after = held if held is not None else (best, best + 1)
    return spans[first][0], spans[after - 1][1]


def _shared(asked: set[str], text: str) -> float:
    """Bigrams in common; a long sentence has some by chance."""
    held = _bigrams(text)
    return len(asked & held) / (20 + len(held)) ** 0.25 if held else 0.0


def _bigrams(text: str) -> set[str]:
    bare = [character for character in text.lower() if character.isalnum()]
    return {first + second for first, second in pairwise(bare)}
