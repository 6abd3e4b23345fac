"""The index of recommendations and the thematic compilation, as JSON, as a paper, as a table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from api.files.papers.formats import PaperFormat, render
from api.files.papers.model import Block, Facts, Heading, Paper, Quotation, Text
from api.views.units import unit_json
from corpus.types import UnitKind
from search.library import Library, Place

if TYPE_CHECKING:
    from search.compilation.compile import Entry, Facet, Group

__all__ = ["CompilationFormat", "compile_index", "write_compilation"]

Json = Mapping[str, Any]

_KINDS = {"paragraph": "段落", "recommendation": "建议", "block": "文本块"}
_FACETS = {"theme": "专题", "addressee": "对象", "strength": "力度"}
_COLUMNS = (
    *("group", "citation", "quote", "document", "kind", "number", "part", "themes", "addressees"),
    *("strength", "headings"),
)
# The verbs that each strength stands for, as search/wording/strength.py reads them.
_STRENGTHS = {
    "shall": "应",
    "shall_qualified": "应酌情、应努力",
    "shall_consider": "应考虑",
    "urge": "促请、敦促",
    "call_upon": "呼吁",
    "request": "请",
    "encourage": "鼓励",
    "invite": "邀请",
    "may_wish": "似宜",
    "may": "可",
}


class CompilationFormat(StrEnum):
    """How a compilation is written."""

    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"
    CSV = "csv"
    JSON = "json"


def compile_index(
    library: Library,
    *,
    kinds: Iterable[UnitKind] = (UnitKind.RECOMMENDATION,),
    years: Iterable[int] = (),
    by: str = "theme",
    theme_file: Path | None = None,
) -> dict[str, Any]:
    """The units of these kinds and years, grouped by a facet; raises BadThemes.

    `{"index_version", "by", "kinds", "years", "units": 53, "facets": {"theme": {"器官": 2, …}, "addressee":
    {…}, "strength": {…}}, "groups": [{"name": "器官", "entries": [{…unit, "themes", "addressees",
    "strength"}]}]}`. A unit with several themes stands in several groups; `units` counts it once.
    """
    from search.compilation.compile import Facet, compile_units, grouped
    from search.compilation.themes import load_themes

    wanted, of_years, themes = sorted(set(kinds)), sorted(set(years)), load_themes(theme_file)
    entries = compile_units(library.snapshot, themes, kinds=wanted, years=of_years)
    groups = {facet: grouped(entries, facet, themes) for facet in Facet}
    return {
        "index_version": library.index_version,
        "by": str(Facet(by)),
        "kinds": [str(kind) for kind in wanted],
        "years": of_years,
        "units": len(entries),
        "facets": _counts(groups),
        "groups": [_group_json(library, group) for group in groups[Facet(by)]],
    }


def write_compilation(compiled: Json, format: CompilationFormat, *, bom: bool = False) -> bytes:
    """The compilation as a file; raises ExportUnavailable where the library of DOCX is not installed."""
    if format is CompilationFormat.JSON:
        return orjson.dumps(compiled, option=orjson.OPT_APPEND_NEWLINE)
    if format is CompilationFormat.CSV:
        from api.files.exports.table import to_csv

        return (b"\xef\xbb\xbf" if bom else b"") + to_csv(_COLUMNS, _rows(compiled))
    return render(_paper(compiled), PaperFormat(format.value))


def _counts(groups: "Mapping[Facet, tuple[Group, ...]]") -> dict[str, dict[str, int]]:
    return {str(facet): {each.name: len(each.entries) for each in found} for facet, found in groups.items()}


def _group_json(library: Library, group: "Group") -> dict[str, Any]:
    return {"name": group.name, "entries": [_entry_json(library, entry) for entry in group.entries]}


def _entry_json(library: Library, entry: "Entry") -> dict[str, Any]:
    return {
        **unit_json(library, Place(entry.row, entry.unit)),
        "themes": list(entry.themes),
        "addressees": list(entry.addressees),
        "strength": None if entry.strength is None else str(entry.strength),
    }


def _paper(compiled: Json) -> Paper:
    kinds = "、".join(_KINDS[kind] for kind in compiled["kinds"])
    facts = Facts(
        (
            ("索引版本", compiled["index_version"]),
            ("收录", f"{kinds}，共 {compiled['units']} 条"),
            ("年份", "、".join(map(str, compiled["years"])) or "不限"),
        )
    )
    blocks: list[Block] = [facts, Text("条目按原文照录，原文有误处不作更正；一条可列于至多三个专题之下。")]
    for facet, counts in compiled["facets"].items():
        rows = tuple((_label(facet, name), str(count)) for name, count in counts.items())
        blocks += [Heading(f"按{_FACETS[facet]}统计"), Facts(rows)]
    for group in compiled["groups"]:
        blocks.append(Heading(f"{_label(compiled['by'], group['name'])}（{len(group['entries'])}）"))
        blocks += [_quotation(entry, group["name"]) for entry in group["entries"]]
    return Paper("建议索引" if compiled["kinds"] == ["recommendation"] else "专题汇编", tuple(blocks))


def _quotation(entry: Json, group: str) -> Quotation:
    others = [name for name in entry["themes"] if name != group]
    notes = {
        "标题": " › ".join(entry["headings"]),
        "对象": "、".join(entry["addressees"]),
        "力度": _STRENGTHS.get(entry["strength"] or "", ""),
        "另见": "、".join(others),
    }
    told = tuple(f"{name}：{text}" for name, text in notes.items() if text)
    return Quotation(entry["text"], entry["citation"], told)


def _label(facet: str, name: str) -> str:
    return _STRENGTHS.get(name, name) if facet == "strength" else name


def _rows(compiled: Json) -> Iterable[list[object]]:
    for group in compiled["groups"]:
        name = _label(compiled["by"], group["name"])
        yield from (_cells(name, entry) for entry in group["entries"])


def _cells(group: str, of: Json) -> list[object]:
    strength = _STRENGTHS.get(of["strength"] or "")
    return [
        *(group, of["citation"], of["text"], of["document"], of["kind"], of["number"], of.get("part")),
        *("；".join(of["themes"]), "；".join(of["addressees"]), strength, " › ".join(of["headings"])),
    ]
