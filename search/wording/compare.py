"""Two wordings side by side: what was kept, added and dropped, and whether the duty became softer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.plain_text.folding import fold_with_map
from corpus.types import Span
from models.segmenter import Segmenter
from search.wording.strength import Obligation, Strength, obligation_of, strength_of

__all__ = [
    "Change",
    "ChangeKind",
    "Comparison",
    "Obligation",
    "Shift",
    "Strength",
    "compare",
    "obligation_of",
    "shift_between",
    "strength_of",
]

LONGEST = 5_000
"""Words of either text that are compared; matching takes quadratic time, and twice as many a second."""

_LATIN = re.compile(r"[0-9a-z]+")
_WORTH_KEEPING = 2  # a lone 的 or comma between two changes is no agreement


class ChangeKind(StrEnum):
    """What became of a stretch of the old text."""

    KEPT = "kept"
    ADDED = "added"
    DROPPED = "dropped"


class Shift(StrEnum):
    """What became of the duty."""

    SOFTENED = "softened"
    STRENGTHENED = "strengthened"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of both texts; empty in the old one where it was added, in the new one where dropped.

    Example: `Change(ChangeKind.ADDED, Span(4, 4), Span(4, 6))`
    """

    kind: ChangeKind
    old: Span
    new: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """Changes in order of place; the verbs that oblige before and after, and what became of the duty.

    The old spans of what is kept and dropped make up the old text without a gap, the new spans of what
    is kept and added the new text. `shift` is None where either text has no verb of the scale.
    """

    changes: tuple[Change, ...]
    before: Obligation | None
    after: Obligation | None
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is compared, and its place with the white space behind it."""

    key: str
    start: int
    end: int


def compare(old: str, new: str, segmenter: Segmenter | None = None) -> Comparison:
    """Compare two wordings word by word; without a segmenter, Han character by character.

    Words that differ in width, script or the white space between them only are kept. A match of one
    character between two changes counts as changed. Beyond `LONGEST` words only the equal beginning
    and end are kept.
    Example: `[c.kind for c in compare("应公布", "应考虑公布").changes]` is kept, added, kept
    """
    before, after = obligation_of(old), obligation_of(new)
    known = _vocabulary((old, new), segmenter)
    old_words, new_words = _words(old, known), _words(new, known)
    blocks = _joined(_blocks([word.key for word in old_words], [word.key for word in new_words]), old_words)
    changes = tuple(_changes(blocks, old_words, new_words))
    return Comparison(changes, before, after, shift_between(before, after))


def shift_between(before: Obligation | None, after: Obligation | None) -> Shift | None:
    """Softened where the new verb stands lower on the scale; None where one is missing.

    Example: 应 and then 应考虑 is SOFTENED
    """
    if before is None or after is None:
        return None
    if before.strength is after.strength:
        return Shift.SAME
    return Shift.SOFTENED if after.strength.rank > before.strength.rank else Shift.STRENGTHENED


def _vocabulary(texts: Sequence[str], segmenter: Segmenter | None) -> frozenset[str]:
    if segmenter is None:
        return frozenset()
    return frozenset(word for text in texts for word in segmenter.words(text) if len(word) > 1)


def _words(text: str, known: frozenset[str]) -> list[_Word]:
    """A text cut without gaps: the longest known word at each place, a Latin word or number, a character.

    White space belongs to the word before it; at the head of a text it is a word with an empty key.
    """
    folded, offsets = fold_with_map(text)
    longest = max(map(len, known), default=1)
    words: list[_Word] = []
    start = 0
    while start < len(folded):
        end = _end_of_word(folded, start, known, longest)
        key = folded[start:end]
        while end < len(folded) and (folded[end].isspace() or offsets[end] == offsets[end - 1]):
            end += 1  # a character that folds to two stays whole
        last = offsets[end] if end < len(folded) else len(text)
        words.append(_Word(key.strip(), offsets[start], last))
        start = end
    return words


def _end_of_word(folded: str, start: int, known: frozenset[str], longest: int) -> int:
    latin = _LATIN.match(folded, start)
    if latin:
        return latin.end()
    sizes = range(min(longest, len(folded) - start), 1, -1)
    return start + next((size for size in sizes if folded[start : start + size] in known), 1)


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int]]:
    """Equal stretches `(old place, new place, length)` in words, in order."""
    if max(len(old), len(new)) <= LONGEST:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        yield from ((block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size)
        return
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    yield from ((a, b, n) for a, b, n in ((0, 0, head), (len(old) - tail, len(new) - tail, tail)) if n)


def _joined(blocks: Iterator[tuple[int, int, int]], old: Sequence[_Word]) -> Iterator[tuple[int, int, int]]:
    """Blocks without those too short to say that anything was kept, the very first word excepted."""
    for start, other, length in blocks:
        letters = sum(len(word.key) for word in old[start : start + length] if word.key.isalnum())
        if letters >= _WORTH_KEEPING or start == other == 0 or start + length == len(old):
            yield start, other, length


def _changes(
    blocks: Iterator[tuple[int, int, int]], old: Sequence[_Word], new: Sequence[_Word]
) -> Iterator[Change]:
    """Kept stretches, and between them what was dropped and then what was added."""
    old_at = new_at = 0
    for start, other, length in (*blocks, (len(old), len(new), 0)):
        yield from _replaced(_place(old, old_at, start), _place(new, new_at, other))
        old_at, new_at = start + length, other + length
        if length:
            yield Change(ChangeKind.KEPT, _place(old, start, old_at), _place(new, other, new_at))


def _replaced(dropped: Span, added: Span) -> Iterator[Change]:
    if dropped.end > dropped.start:
        yield Change(ChangeKind.DROPPED, dropped, Span(added.start, added.start))
    if added.end > added.start:
        yield Change(ChangeKind.ADDED, Span(dropped.end, dropped.end), added)


def _place(words: Sequence[_Word], first: int, last: int) -> Span:
    """Where words `[first, last)` stand in their text."""
    end = words[-1].end if words else 0
    start = words[first].start if first < len(words) else end
    return Span(start, words[last - 1].end if last > first else start)
