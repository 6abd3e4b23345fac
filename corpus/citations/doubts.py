"""Flag what looks wrong in the words of a document; it is served as it stands."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from corpus.citations.find import find_citations
from corpus.citations.suspect_symbols import find_suspect_symbols
from corpus.types import Anomaly, AnomalyKind, Span, Unit

__all__ = ["find_doubts"]

_BETWEEN_HAN = re.compile(r"(?<=[一-鿿，、；：）])\s*([A-Za-z]+)\s*(?=[一-鿿，、；：（《“])")


def find_doubts(source: str, units: Sequence[Unit]) -> list[Anomaly]:
    """Mixed language inside a sentence, symbols that look misprinted, characters lost in conversion."""
    found = [*_mixed_language(units), *_lost_characters(source)]
    citations = []
    for unit in units:
        if "/" not in unit.text and "／" not in unit.text:
            continue  # no symbol
        for citation in find_citations(unit.text):
            citations.append((citation, unit))
    owner = {id(citation): unit for citation, unit in citations}
    for citation, why in find_suspect_symbols([citation for citation, _ in citations]):
        unit = owner[id(citation)]
        found.append(Anomaly(AnomalyKind.SUSPECT_SYMBOL, why, _in_source(unit, citation.span)))
    return found


@cache
def _function_words() -> frozenset[str]:
    text = (files("corpus") / "data" / "english_function_words.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split() if line.isalpha())


def _mixed_language(units: Sequence[Unit]) -> Iterator[Anomaly]:
    for unit in units:
        for match in _BETWEEN_HAN.finditer(unit.text):
            if match[1].lower() in _function_words():
                around = unit.text[max(0, match.start() - 6) : match.end() + 6]
                message = f"the English word “{match[1]}” stands in a Chinese sentence: …{around}…"
                yield Anomaly(AnomalyKind.MIXED_LANGUAGE, message, _in_source(unit, Span(*match.span(1))))


def _lost_characters(source: str) -> Iterator[Anomaly]:
    """One anomaly for each run of U+FFFD, which some converter left where it could not read."""
    for match in re.finditer("�+", source):
        message = f"{len(match.group())} character(s) were lost before the file was made"
        yield Anomaly(AnomalyKind.REPLACEMENT_CHARACTER, message, Span(*match.span()))


def _in_source(unit: Unit, span: Span) -> Span:
    """The place in the source of a span of a unit's text."""
    places = [
        run.source_start + max(span.start, run.text_start) - run.text_start
        for run in unit.runs
        if run.text_start < span.end and span.start < run.text_start + run.length
    ]
    ends = [
        run.source_start + min(span.end, run.text_start + run.length) - run.text_start
        for run in unit.runs
        if run.text_start < span.end and span.start < run.text_start + run.length
    ]
    return Span(min(places), max(ends)) if places else unit.span
