"""Say for every character of a document where it stands: in a numbered unit, in a block, or aside."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.layout.lines import split_lines
from corpus.layout.markup import markup_spans
from corpus.metadata.front_matter import split_front_matter
from corpus.types import Document, OmissionKind, Span, UnitKind

__all__ = ["Coverage", "coverage_of", "places_of", "unplaced_spans"]

_UNITS, _BLOCKS, _MARKUP, _FRONT_MATTER, _FIRST_KIND = 1, 2, 3, 4, 5
_KINDS = tuple(OmissionKind)
_NAMES = {_MARKUP: "markup", _FRONT_MATTER: "front_matter", 0: "unplaced"} | {
    _FIRST_KIND + order: kind.value for order, kind in enumerate(_KINDS)
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Characters of a source without white space: all, in numbered units, in blocks, and aside by kind.

    `units + blocks + sum(aside.values()) == characters`; a kind `unplaced` would tell of text that has
    no place. Example: `Coverage(100, 80, 12, {"number": 5, "page_number": 3})`
    """

    characters: int = 0
    units: int = 0
    blocks: int = 0
    aside: Mapping[str, int] = field(default_factory=dict)


def coverage_of(document: Document) -> Coverage:
    """Count the characters of a document by their places; time is linear in its length.

    Example: of `1. 甲。` the unit has 2 characters and 2 are a printed number.
    """
    places = places_of(document)
    counts: Counter[int] = Counter({code: places.count(code) for code in set(places)})
    for match in re.finditer(r"\s+", document.source):
        counts.subtract(places[match.start() : match.end()])
    counts = +counts
    aside = {_NAMES[code]: counts[code] for code in sorted(counts) if code not in (_UNITS, _BLOCKS)}
    return Coverage(sum(counts.values()), counts[_UNITS], counts[_BLOCKS], aside)


def unplaced_spans(document: Document) -> list[Span]:
    """Stretches of text that stand nowhere; there should be none."""
    places = places_of(document)
    lost = [
        Span(match.start(), match.end())
        for match in re.finditer(r"\S+", document.source)
        if 0 in places[match.start() : match.end()]
    ]
    return lost


def places_of(document: Document) -> bytearray:
    """A code for each character of the source; a character in a unit is never counted as aside."""
    places = bytearray(len(document.source))
    start, _ = split_front_matter(document.source)
    _fill(places, Span(0, start), _FRONT_MATTER)
    for line in split_lines(document.source, start):
        at = line.span.start
        for begin, length in line.runs:
            _fill(places, Span(at, begin), _MARKUP)
            at = begin + length
        if line.runs:
            _fill(places, Span(at, line.span.end), _MARKUP)
    for mark in markup_spans(document.source):
        _fill(places, mark, _MARKUP)
    for omission in document.omissions:
        _fill(places, omission.span, _FIRST_KIND + _KINDS.index(omission.kind))
    for unit in document.units:
        code = _BLOCKS if unit.kind is UnitKind.BLOCK else _UNITS
        for run in unit.runs:
            _fill(places, Span(run.source_start, run.source_start + run.length), code)
    return places


def _fill(places: bytearray, span: Span, code: int) -> None:
    if span.end > span.start:
        places[span.start : span.end] = bytes([code]) * (span.end - span.start)
