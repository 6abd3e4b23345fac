"""Find the marks of markdown, which are not words of the document."""

import re
from collections.abc import Iterator

from corpus.types import Span

__all__ = ["markup_spans"]

# A link keeps its words and loses brackets and target. The words may run over a line end, since a
# converter wraps lines after it has set links; the bounds keep hostile input linear.
_LINK = re.compile(r"\[(?P<words>[^\[\]]{0,300})\](?P<target>\([^()\s]{0,300}\))")
_EMPHASIS = re.compile(r"\*\*|(?<!_)__(?!_)")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,20}\](?!:)")
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)


def markup_spans(source: str) -> list[Span]:
    """Spans of `source` that are marks, in order and disjoint.

    Example: in `**见** [A/77/10](#)` they are the stars, the bracket, and `](#)`.
    """
    found = sorted(_candidates(source))
    spans: list[Span] = []
    for span in found:
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return spans


def _candidates(source: str) -> Iterator[Span]:
    for match in _LINK.finditer(source):
        yield Span(match.start(), match.start("words"))
        yield Span(match.end("words"), match.end())
    for pattern in (_EMPHASIS, _ESCAPE, _NOTE_MARK, _COMMENT):
        for match in pattern.finditer(source):
            yield Span(match.start(), match.end())
