"""Which corrigenda touch a unit, and what they say: an answer from it has to quote them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.citations.find import Citation, CitationKind, find_citations
from corpus.plain_text.folding import fold
from corpus.types import Relation, Unit, UnitKind
from indexer.snapshot import Snapshot
from search.records.records import Records

__all__ = ["Correction", "corrections_of"]

_KINDS = {
    CitationKind.PARAGRAPH: UnitKind.PARAGRAPH,
    CitationKind.RECOMMENDATION: UnitKind.RECOMMENDATION,
    CitationKind.ARTICLE: UnitKind.ARTICLE,
}
_QUOTED = re.compile('[“「『"]([^”」』"]{2,200})[”」』"]')
_ANNEX = re.compile("(?:附件|附录)[一二三四五六七八九十0-9IVX]{0,4}")


@dataclass(frozen=True, slots=True)
class Correction:
    """A unit of a corrigendum that changes something in a unit; `certain` where it names the unit.

    Without that it quotes words that the unit prints, or is the whole of a corrigendum that names no place.
    Example: `Correction(57, unit, True)` whose unit reads “2035年年底”应改为“2034年年底”。
    """

    row: int
    unit: Unit
    certain: bool


def corrections_of(snapshot: Snapshot, records: Records, unit: Unit) -> tuple[Correction, ...]:
    """What the corrigenda of a unit's document say of the unit, in their order; empty where nothing does.

    A place (第2段(a)) holds for what follows it until the next place.
    """
    found: list[Correction] = []
    for document in records.families.related(unit.document, Relation.CORRECTED_BY):
        rows = snapshot.units.rows(document=document)
        units = [(row, snapshot.units.get(row)) for row in rows]
        found += _touching(units, unit)
    return tuple(found)


def _touching(units: Sequence[tuple[int, Unit]], unit: Unit) -> Iterator[Correction]:
    places: list[Citation] = []
    annex: str | None = None
    anywhere = not any(_places(one) for _, one in units)
    for row, one in units:
        named = _places(one)
        if named:
            places = named
            said = _ANNEX.search("\n".join((*one.headings[-1:], one.text)))
            annex = said[0] if said else None
        quotes = _quotes_from(one, unit)
        if places and any(_is_place(place, annex, unit) for place in places):
            if _QUOTED.search(one.text) or len(named) == 0 or len(one.text) > 40:
                yield Correction(row, one, True)
        elif not places and (quotes or anywhere):
            yield Correction(row, one, False)


def _places(unit: Unit) -> list[Citation]:
    """The paragraphs that a unit of a corrigendum names, in its own words or its innermost heading."""
    for text in (unit.text, *unit.headings[-1:]):
        found = find_citations(text)
        places = [one for one in found if one.kind in _KINDS and not (one.document or one.instrument)]
        if places:
            return places
    return []


def _is_place(place: Citation, annex: str | None, unit: Unit) -> bool:
    if _KINDS[place.kind] is not unit.kind or place.first is None:
        return False
    part = place.part or annex
    same_part = (unit.part is None) if part is None else unit.part is not None and unit.part.startswith(part)
    return same_part and place.first <= unit.number <= (place.last or place.first)


def _quotes_from(correction: Unit, unit: Unit) -> bool:
    """Whether the first words that a correction quotes stand in the unit."""
    first = _QUOTED.search(correction.text)
    return first is not None and _plain(first[1]) in _plain(unit.text)


def _plain(text: str) -> str:
    return "".join(fold(text).split())
