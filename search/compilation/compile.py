"""The index of recommendations and the thematic compilation: units of an index under themes and facets."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.types import Metadata, Unit, UnitKind
from indexer.snapshot import Snapshot
from search.compilation.addressees import addressee_names, addressees_of
from search.compilation.themes import UNCLASSIFIED, Themes
from search.wording.strength import Strength, strength_of

__all__ = ["UNNAMED", "Entry", "Facet", "Group", "compile_units", "grouped"]

UNNAMED = "未指明"
"""Where no addressee, or no strength, was recognised."""


class Facet(StrEnum):
    """By what entries are grouped."""

    THEME = "theme"
    ADDRESSEE = "addressee"
    STRENGTH = "strength"


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit of a compilation.

    `themes`: all that hold, best first; `addressees` and `strength` only of recommendations. Empty and
    None where nothing was recognised.
    Example: `Entry(57, unit, ("供应链和公共采购", "企业和私营部门"), ("缔约国",), Strength.SHALL_CONSIDER)`
    """

    row: int
    unit: Unit
    themes: tuple[str, ...]
    addressees: tuple[str, ...]
    strength: Strength | None

    def values(self, facet: Facet) -> tuple[str, ...]:
        """What the entry stands under: at least one name, none twice."""
        if facet is Facet.THEME:
            return self.themes or (UNCLASSIFIED,)
        if facet is Facet.STRENGTH:
            return (str(self.strength or UNNAMED),)
        return self.addressees or (UNNAMED,)


@dataclass(frozen=True, slots=True)
class Group:
    """A theme or an addressee with its entries, documents by date, units in printed order."""

    name: str
    entries: tuple[Entry, ...]


def compile_units(
    snapshot: Snapshot,
    themes: Themes,
    *,
    kinds: Iterable[UnitKind] = (UnitKind.RECOMMENDATION,),
    years: Iterable[int] = (),
    without: Collection[str] = (),
) -> tuple[Entry, ...]:
    """Every unit of these kinds, of documents of these years (all where none is given), each once.

    `without` are ids of documents that are left out, as drafts and superseded versions are.

    Documents come by their date, those without one last, units in printed order.
    Example: `len(compile_units(snapshot, load_themes())) == 53`
    """
    wanted, of_years = frozenset(kinds), frozenset(years)
    metadata = {stored.id: stored.metadata for stored in snapshot.documents}
    entries = [
        _entry(row, unit, themes)
        for row, unit in snapshot.units.all()
        if unit.kind in wanted
        and unit.document not in without
        and (not of_years or metadata[unit.document].year in of_years)
    ]
    dates = {id: _date(each) for id, each in metadata.items()}
    return tuple(sorted(entries, key=lambda entry: (dates[entry.unit.document], entry.row)))


def grouped(entries: Sequence[Entry], facet: Facet, themes: Themes) -> tuple[Group, ...]:
    """The entries under each name of a facet, names in the order of their file or scale, the rest last.

    An entry with two themes stands under both; empty groups are left out, entries never.
    """
    groups: dict[str, list[Entry]] = {name: [] for name in _names(facet, themes)}
    for entry in entries:
        for name in entry.values(facet):
            groups[name].append(entry)
    return tuple(Group(name, tuple(found)) for name, found in groups.items() if found)


def _names(facet: Facet, themes: Themes) -> tuple[str, ...]:
    if facet is Facet.THEME:
        return (*themes.names, UNCLASSIFIED)
    if facet is Facet.STRENGTH:
        return (*map(str, Strength), UNNAMED)
    return (*addressee_names(), UNNAMED)


def _entry(row: int, unit: Unit, themes: Themes) -> Entry:
    if not _recommends(unit):
        return Entry(row, unit, themes.of(unit), (), None)
    return Entry(row, unit, themes.of(unit), addressees_of(unit.text), strength_of(unit.text))


def _recommends(unit: Unit) -> bool:
    """A recommendation, or a paragraph below a heading that says so: reports before 2011 number no 建议."""
    return unit.kind is UnitKind.RECOMMENDATION or any("建议" in heading for heading in unit.headings)


def _date(metadata: Metadata) -> tuple[bool, datetime.date]:
    """The meeting's first day, else the date of distribution; what has neither sorts last."""
    day = metadata.meeting[0] if metadata.meeting else metadata.date
    return day is None, day or datetime.date.max
