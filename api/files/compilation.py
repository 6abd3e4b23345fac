"""The index of recommendations and the thematic compilation as a file: JSON, a paper, a table."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

import orjson

from api.files.kinds import NAMES, STRENGTHS
from api.files.papers.formats import PaperFormat, render
from api.files.papers.model import Block, Facts, Heading, Paper, Quotation, Text

if TYPE_CHECKING:
    from search.shapes.compilation import CompileAnswer, CompiledUnit

__all__ = ["CompilationFormat", "write_compilation"]

_FACETS = {"theme": "专题", "addressee": "对象", "strength": "力度"}
_COLUMNS = (
    *("group", "citation", "quote", "document", "kind", "number", "part", "themes", "addressees"),
    *("strength", "headings"),
)


class CompilationFormat(StrEnum):
    """How a compilation is written."""

    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"
    CSV = "csv"
    JSON = "json"


def write_compilation(compiled: "CompileAnswer", format: CompilationFormat, *, bom: bool = False) -> bytes:
    """The compilation as a file; raises ExportUnavailable where the library of DOCX is not installed."""
    if format is CompilationFormat.JSON:
        return orjson.dumps(compiled, option=orjson.OPT_APPEND_NEWLINE)
    if format is CompilationFormat.CSV:
        from api.files.exports.table import to_csv

        return (b"\xef\xbb\xbf" if bom else b"") + to_csv(_COLUMNS, _rows(compiled))
    return render(_paper(compiled), PaperFormat(format.value))


def _paper(compiled: "CompileAnswer") -> Paper:
    kinds = "、".join(NAMES[kind] for kind in compiled["kinds"])
    facts = Facts(
        (
            ("索引版本", compiled["index_version"]),
            ("收录", f"{kinds}，共 {compiled['units']} 条"),
            ("年份", "、".join(map(str, compiled["years"])) or "不限"),
        )
    )
    blocks: list[Block] = [
        facts,
        Text("条目按原文照录，原文有误处不作更正；一条列于其所印词语所属的每一专题之下。"),
    ]
    for facet, counts in compiled["facets"].items():
        rows = tuple((_label(facet, name), str(count)) for name, count in counts.items())
        blocks += [Heading(f"按{_FACETS[facet]}统计"), Facts(rows)]
    for group in compiled["groups"]:
        blocks.append(Heading(f"{_label(compiled['by'], group['name'])}（{len(group['entries'])}）"))
        blocks += [_quotation(entry, group["name"]) for entry in group["entries"]]
    return Paper("建议索引" if compiled["kinds"] == ["recommendation"] else "专题汇编", tuple(blocks))


def _quotation(entry: "CompiledUnit", group: str) -> Quotation:
    others = [name for name in entry["themes"] if name != group]
    notes = {
        "标题": " › ".join(entry["headings"]),
        "对象": "、".join(entry["addressees"]),
        "力度": STRENGTHS.get(entry["strength"] or "", ""),
        "另见": "、".join(others),
    }
    told = tuple(f"{name}：{text}" for name, text in notes.items() if text)
    return Quotation(entry["text"], entry["citation"], told)


def _label(facet: str, name: str) -> str:
    return STRENGTHS.get(name, name) if facet == "strength" else name


def _rows(compiled: "CompileAnswer") -> Iterable[list[object]]:
    for group in compiled["groups"]:
        name = _label(compiled["by"], group["name"])
        yield from (_cells(name, entry) for entry in group["entries"])


def _cells(group: str, of: "CompiledUnit") -> list[object]:
    strength = STRENGTHS.get(of["strength"] or "")
    return [
        *(group, of["citation"], of["text"], of["document"], of["kind"], of["number"], of.get("part")),
        *("；".join(of["themes"]), "；".join(of["addressees"]), strength, " › ".join(of["headings"])),
    ]
