"""Why a unit is a hit: the words, terms, meaning and reference that led to it."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from corpus.plain_text.folding import fold
from corpus.types import Unit
from search.candidates.lexical import longest
from search.hits import Why
from search.terms.termbank import Trigger

__all__ = ["explain", "matched_words"]

_LATIN = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")


def explain(
    unit: Unit,
    content: Sequence[str],
    triggers: Iterable[Trigger] = (),
    meaning: float | None = None,
    reference: str | None = None,
) -> Why:
    """Collect what speaks for one unit; `content` are the query's content words, folded."""
    text = _folded((*unit.headings, *unit.topics, unit.text))
    return Why(
        words=matched_words(text, content),
        variants=_variants(text, triggers),
        meaning=None if meaning is None else round(meaning, 3),
        reference=reference,
    )


@lru_cache(maxsize=4096)  # the same units are found again and again; folding one costs 0.03 ms
def _folded(lines: tuple[str, ...]) -> str:
    return fold("\n".join(lines))


def matched_words(text: str, content: Sequence[str]) -> tuple[str, ...]:
    """The query's words that stand in a folded text, longest only, in the query's order.

    Example: words `联合`, `联合国`, `器官` in a text with 联合国 give `("联合国",)`.
    """
    return longest(word for word in content if _stands_in(word, text))


def _variants(text: str, triggers: Iterable[Trigger]) -> tuple[str, ...]:
    """`official` or `official → printed variant` for each concept whose other terms stand in the text."""
    shown = []
    for trigger in triggers:
        official = trigger.concept.official
        term = next((printed for printed, folded in trigger.others if _stands_in(folded, text)), None)
        if term is not None:
            shown.append(official if term == official else f"{official} → {term}")
    return tuple(shown)


def _stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a text; a Latin word must be whole there."""
    if word not in text:
        return False
    if word[0] not in _LATIN and word[-1] not in _LATIN:
        return True
    return re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])", text) is not None
