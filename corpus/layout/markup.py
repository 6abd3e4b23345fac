"""Find the marks of markdown, which are not words of the document."""

import re
from collections.abc import Iterator

from corpus.types import Omission, OmissionKind, Span

__all__ = ["markup_spans", "set_aside"]

# A link keeps its words and loses brackets and target. The words may run over a line end, since a
# converter wraps lines after it has set links; the bounds keep hostile input linear.
_LINK = re.compile(r"\[(?P<words>[^\[\]]{0,300})\](?P<target>\([^()\s]{0,300}\))")
_EMPHASIS = re.compile(r"\*\*|(?<!_)__(?!_)")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,20}\](?!:)")
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
# Tags that converters leave in markdown. <sup>1</sup> after a word is the mark of a note; a power stays.
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|details|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i"
    r"|img|ins|kbd|li|mark|nobr|ol|p|q|rb|ruby|section|small|span|strong|sub|summary|sup|table|tbody|td|tfoot|th"
    r"|thead|tr|tt|u|ul|var|wbr)(?:\s[^<>\n]{0,500})?/?>",
    re.IGNORECASE,
)
_RAISED_MARK = re.compile(r"(?<![\dA-Za-z])<sup>\s*[\[(（]?\d{1,3}[\])）]?\s*</sup>", re.IGNORECASE)
_NBSP = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|shy|#160|#xa0);", re.IGNORECASE)
_DELETED = re.compile(r"<(?P<close>/?)(?P<tag>del|s|strike)(?:\s[^<>\n]{0,200})?>", re.IGNORECASE)
_STRUCK = re.compile(r"(?<![~\d])~~(?=[^\s~])[^~\n]{1,1000}?(?<=\S)~~(?![~\d])")
_LONGEST_DELETED = 5_000  # characters; a tag that is closed later deletes nothing
_READING = re.compile(
    r"<(?P<tag>rt|rp|rtc)(?:\s[^<>\n]{0,200})?>(?P<words>[^<>]{0,200})(?:</(?P=tag)>|(?=<))", re.IGNORECASE
)


def markup_spans(source: str) -> list[Span]:
    """Spans of `source` that are marks, in order and disjoint.

    Example: in `**见** [A/77/10](#)` they are the stars, the bracket, and `](#)`.
    """
    found = sorted(
        [*_candidates(source), *(one.span for one in set_aside(source))],
        key=lambda span: (span.start, -span.end),
    )
    spans: list[Span] = []
    for span in found:
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return spans


def set_aside(source: str) -> list[Omission]:
    """What markdown shows and is no text: words struck out, and readings above characters.

    The spans hold their marks too. Example: `set_aside("甲~~乙~~丙")` is one DELETED at `Span(1, 6)`
    """
    found = []
    if "~~" in source:
        found += [Omission(OmissionKind.DELETED, Span(*one.span())) for one in _STRUCK.finditer(source)]
    if "<" in source:
        found += [Omission(OmissionKind.DELETED, span) for span in _deleted(source)]
    if "<r" in source or "<R" in source:
        for match in _READING.finditer(source):
            found.append(Omission(OmissionKind.RUBY, Span(*match.span())))
    return sorted(found, key=lambda one: one.span)


def _deleted(source: str) -> Iterator[Span]:
    """From the outermost opening tag of words struck out to the tag that closes it."""
    opened: re.Match[str] | None = None
    for tag in _DELETED.finditer(source):
        if tag["close"] and opened is not None and tag["tag"].lower() == opened["tag"].lower():
            if tag.end() - opened.start() <= _LONGEST_DELETED:
                yield Span(opened.start(), tag.end())
            opened = None
        elif not tag["close"] and (opened is None or tag.start() - opened.start() > _LONGEST_DELETED):
            opened = tag


def _candidates(source: str) -> Iterator[Span]:
    for match in _LINK.finditer(source):
        yield Span(match.start(), match.start("words"))
        yield Span(match.end("words"), match.end())
    patterns = [_EMPHASIS, _ESCAPE, _NOTE_MARK, _COMMENT]
    patterns += [_TAG, _RAISED_MARK] if "<" in source else []
    patterns += [_NBSP] if "&" in source else []
    for pattern in patterns:
        for match in pattern.finditer(source):
            yield Span(match.start(), match.end())
