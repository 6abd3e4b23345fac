"""The index of recommendations and the thematic compilation."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.types import UnitKind
from search.library.units import unit_json
from search.opened import OpenIndex, Place
from search.shapes.compilation import CompileAnswer, CompiledGroup, CompiledUnit

if TYPE_CHECKING:
    from search.compilation.compile import Entry, Facet, Group
    from search.query import Versions

__all__ = ["compile_index"]


def compile_index(
    library: OpenIndex,
    *,
    kinds: Iterable[UnitKind] = (UnitKind.RECOMMENDATION,),
    years: Iterable[int] = (),
    by: str = "theme",
    theme_file: Path | None = None,
    versions: "Versions | None" = None,
) -> CompileAnswer:
    """The units of these kinds and years, of versions in force unless all are asked for; raises BadThemes.

    `{"index_version", "by", "kinds", "years", "units": 53, "facets": {"theme": {"器官": 2, …}, "addressee":
    {…}, "strength": {…}}, "groups": [{"name": "器官", "entries": [{…unit, "themes", "addressees",
    "strength"}]}]}`. A unit with several themes stands in several groups; `units` counts it once.
    """
    from search.compilation.compile import Facet, compile_units, grouped
    from search.compilation.themes import load_themes
    from search.query import Versions

    wanted, of_years, themes = sorted(set(kinds)), sorted(set(years)), load_themes(theme_file)
    folded = () if versions is Versions.ALL else library.searcher.records.families.folded
    entries = compile_units(library.snapshot, themes, kinds=wanted, years=of_years, without=folded)
    groups = {facet: grouped(entries, facet, themes) for facet in Facet}
    return {
        "index_version": library.index_version,
        "by": Facet(by),
        "kinds": [str(kind) for kind in wanted],
        "years": of_years,
        "units": len(entries),
        "facets": _counts(groups),
        "groups": [_group_json(library, group) for group in groups[Facet(by)]],
    }


def _counts(groups: "Mapping[Facet, tuple[Group, ...]]") -> dict[str, dict[str, int]]:
    return {str(facet): {each.name: len(each.entries) for each in found} for facet, found in groups.items()}


def _group_json(library: OpenIndex, group: "Group") -> CompiledGroup:
    return {"name": group.name, "entries": [_entry_json(library, entry) for entry in group.entries]}


def _entry_json(library: OpenIndex, entry: "Entry") -> CompiledUnit:
    return {
        **unit_json(library, Place(entry.row, entry.unit)),
        "themes": list(entry.themes),
        "addressees": list(entry.addressees),
        "strength": None if entry.strength is None else str(entry.strength),
    }
