"""The index of recommendations as JSON."""

from typing_extensions import TypedDict

from search.compilation.compile import Facet
from search.shapes.units import CitedUnit

__all__ = ["CompileAnswer", "CompiledGroup", "CompiledUnit"]


class CompiledUnit(CitedUnit):
    """A unit of a compilation."""

    themes: list[str]
    """Up to three, best first."""
    addressees: list[str]
    """Whom it addresses."""
    strength: str | None
    """How strongly it obliges, from `shall` to `may`."""


class CompiledGroup(TypedDict):
    """A theme, addressee or strength."""

    name: str
    """Its name."""
    entries: list[CompiledUnit]
    """What stands under it."""


class CompileAnswer(TypedDict):
    """Units under themes, addressees or strengths; one with several themes stands in several groups."""

    index_version: str
    """The index that answered."""
    by: Facet
    """What they are grouped by."""
    kinds: list[str]
    """Kinds of units."""
    years: list[int]
    """Years of their documents; all where none is given."""
    units: int
    """How many units, each counted once."""
    facets: dict[str, dict[str, int]]
    """Counts by theme, addressee and strength."""
    groups: list[CompiledGroup]
    """The groups."""
