"""Which words of a sentence stand in its source, in the same order, and which source clauses it takes up.

A summary of a quotation that leaves words out and changes none is a subsequence of it. So the two are
matched in order (difflib, the longest equal stretch first); words out of order count as moved only where two
or more of them stand together in the source too: 第1次会议于2027年3月2日举行 may stand for
于2027年3月2日举行了第1次会议, but 下游国应通知上游国 for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby

from api.writer.checks.words import Token, clauses, sentences
from corpus.types import Span

__all__ = ["Alignment", "align"]

TAKEN_UP = 4
"""Letters of a source clause from which it counts as taken up: a stray word of two or three says nothing."""


SHORT_PHRASE = 4
"""Telling words of a phrase of place or time that stands before its clause."""

_PREPOSITIONS = ("在", "于", "自", "从", "到", "截至", "关于", "对", "当")


@dataclass(frozen=True)
class Alignment:
    """`matched` gives for a place in `tokens` the place in `source` of the same word; both texts are normal.

    Example: of 应公布数据 against 应每年公布数据 all tokens are matched, 每年 is left out.
    """

    source_text: str
    source: tuple[Token, ...]
    text: str
    tokens: tuple[Token, ...]
    matched: dict[int, int]

    @cached_property
    def kept(self) -> frozenset[int]:
        """Places of the source tokens that are matched."""
        return frozenset(self.matched.values())

    @cached_property
    def loose(self) -> tuple[Token, ...]:
        """Telling tokens of the sentence that are not matched."""
        return tuple(t for at, t in enumerate(self.tokens) if t.telling and at not in self.matched)

    @cached_property
    def grafted(self) -> tuple[Span, ...]:
        """Clauses of the sentence made of what the source has apart.

        Their words come from several sentences, or a phrase of place or time stands before another clause
        than in the source: 在沙屿国 before what is said of 林泽国.
        """
        own = clauses(self.source_text)
        found, phrase = [], None
        for clause in clauses(self.text):
            places = self._places(clause)
            if not places:
                continue
            first = next(at for at, one in enumerate(own) if one.start <= min(places) < one.end)
            spread = not any(
                s.start <= min(places) <= max(places) < s.end for s in sentences(self.source_text)
            )
            if spread or (phrase is not None and not phrase <= first <= phrase + 1):
                found.append(clause)
            is_phrase = self.text.startswith(_PREPOSITIONS, clause.start) and len(places) <= SHORT_PHRASE
            phrase = first if is_phrase else None
        return tuple(found)

    def _places(self, clause: Span) -> list[int]:
        """Where in the source the telling words of a clause of the sentence stand."""
        inside = (
            n for n, t in enumerate(self.tokens) if clause.start <= t.span.start < clause.end and t.telling
        )
        return [self.source[self.matched[n]].span.start for n in inside if n in self.matched]

    @cached_property
    def clauses(self) -> tuple[Span, ...]:
        """Clauses of the source that the sentence takes up."""
        return tuple(span for span in clauses(self.source_text) if self._is_taken_up(span))

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences of the source that hold such a clause."""
        spans = sentences(self.source_text)
        return tuple(one for one in spans if any(one.start <= c.start < one.end for c in self.clauses))

    def _is_taken_up(self, clause: Span) -> bool:
        inside = [
            at for at, t in enumerate(self.source) if clause.start <= t.span.start < clause.end and t.telling
        ]
        size = sum(len(self.source[at].text) for at in inside)
        kept = sum(len(self.source[at].text) for at in inside if at in self.kept)
        return kept > 0 and (kept >= TAKEN_UP or 2 * kept >= size)


def align(source_text: str, source: Sequence[Token], text: str, tokens: Sequence[Token]) -> Alignment:
    """Match the tokens of a sentence with those of its source: in order, and then what was moved."""
    keys, own = [token.text for token in source], [token.text for token in tokens]
    blocks = SequenceMatcher(None, keys, own, autojunk=False).get_matching_blocks()
    matched = {block.b + n: block.a + n for block in blocks for n in range(block.size)}
    _pull(matched, keys)
    told = [at for at, token in enumerate(tokens) if token.telling]
    there = [at for at, token in enumerate(source) if token.telling]
    for is_matched, run in groupby(told, key=matched.__contains__):
        moved = list(run)
        if not is_matched:
            matched |= _moved([own[at] for at in moved], moved, there, keys)
    return Alignment(source_text, tuple(source), text, tuple(tokens), matched)


def _pull(matched: dict[int, int], keys: Sequence[str]) -> None:
    """Move the match of a lone word to its last occurrence before what follows: 秘书处 stands everywhere."""
    for at in sorted(matched, reverse=True):
        following = min((n for n in matched if n > at), default=None)
        alone = matched.get(at - 1) != matched[at] - 1
        if following is not None and alone:
            between = range(matched[following] - 1, matched[at], -1)
            matched[at] = next((n for n in between if keys[n] == keys[matched[at]]), matched[at])


def _moved(
    words: Sequence[str], places: Sequence[int], there: Sequence[int], keys: Sequence[str]
) -> dict[int, int]:
    """Where the source has these telling words in this order, two at least; else nothing."""
    size = len(words)
    if size > 1 and sum(map(len, words)) >= TAKEN_UP:
        for at in range(len(there) - size + 1):
            if [keys[n] for n in there[at : at + size]] == list(words):
                return dict(zip(places, there[at : at + size], strict=True))
    return {}
