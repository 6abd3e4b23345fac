"""Quotations, and the two checks that each passes before it is served."""

from dataclasses import dataclass

from corpus.types import Span, Unit
from search.opened import OpenIndex, Place, source_pieces

__all__ = ["Quote", "check_quote", "holds_place", "quote_place"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a unit as they stand, with the verdicts on them.

    `span` is in characters of the unit's text, `answer` the answering span in characters of `text`, `lead`
    the words that lead into an item, `confidence` how likely the quote answers, 0 to 1, None
    where nothing was asked that a reader could judge. `verified_text`: the words stand in the unit as the
    store has it.
    `verified_place`: the slices of the stored source at the runs of the unit are the same characters.
    """

    place: Place
    text: str
    span: Span
    verified_text: bool
    verified_place: bool
    answer: Span | None = None
    lead: str | None = None
    confidence: float | None = None

    @property
    def verified(self) -> bool:
        """Both verdicts; a quote without either is not served."""
        return self.verified_text and self.verified_place

    @property
    def source_start(self) -> int:
        """Where in the source of the document the quote begins."""
        pieces = source_pieces(self.place.unit.runs, self.span.start, self.span.end)
        return next((piece.source_start for piece in pieces), self.place.span.start)


def quote_place(library: OpenIndex, place: Place) -> Quote:
    """A whole unit, or a whole item, as a checked quotation."""
    item = place.item
    span = Span(0, len(place.unit.text)) if item is None else Span(item.start, item.end)
    return check_quote(library, place, place.text, span)


def check_quote(
    library: OpenIndex,
    place: Place,
    text: str,
    span: Span,
    *,
    answer: Span | None = None,
    lead: Span | None = None,
    confidence: float | None = None,
) -> Quote:
    """Check words against the store: the unit is read again, and so is the source of its document.

    `answer` and `lead` are spans of the unit's text. A lead that is not at its place is left out.
    """
    unit = library.snapshot.units.get(place.row)
    source = library.snapshot.documents.source(unit.document)
    leads = lead is not None and holds_place(unit, lead, source)
    return Quote(
        place=place,
        text=text,
        span=span,
        verified_text=bool(text.strip()) and unit.text[span.start : span.end] == text,
        verified_place=holds_place(unit, span, source),
        answer=None if answer is None else Span(answer.start - span.start, answer.end - span.start),
        lead=unit.text[lead.start : lead.end] if lead is not None and leads else None,
        confidence=confidence,
    )


def holds_place(unit: Unit, span: Span, source: str) -> bool:
    """Whether the source has the characters of unit.text[span] where the runs say.

    White space between runs is no matter.
    Example: false as soon as one character of the stored source under the span differs.
    """
    reached, read = span.start, -1
    for piece in source_pieces(unit.runs, span.start, span.end):
        stated = unit.text[piece.text_start : piece.text_start + piece.length]
        if stated != source[piece.source_start : piece.source_start + piece.length]:
            return False
        if piece.source_start < read or unit.text[reached : piece.text_start].strip():
            return False
        reached, read = piece.text_start + piece.length, piece.source_start + piece.length
    return reached > span.start and not unit.text[reached : span.end].strip()
