"""Options of every command that can write its units as a file, and the writing."""

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeVar

import typer

from api import output
from api.errors import BadInput
from api.files.exports.formats import ExportFormat
from api.files.papers.formats import PaperFormat

if TYPE_CHECKING:
    from api.files.exports.reference import Listed
    from search.library import Library
    from search.query import Query
    from search.shapes.answers import SearchAnswer

__all__ = [
    "BomOption",
    "Export",
    "FormatOption",
    "OutputOption",
    "ReportOption",
    "deliver",
    "export_asked",
    "named_by_ending",
    "report_format",
    "write_export",
    "write_report",
]

FormatOption = Annotated[
    ExportFormat | None, typer.Option("--format", help="Write the units for other programs in this format.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="Write to FILE; its ending may tell the format."),
]
BomOption = Annotated[
    bool, typer.Option("--bom", help="Begin a CSV file with a byte-order mark, as Excel needs.")
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Also write a search report: FILE.md, .html or .docx."),
]

_Format = TypeVar("_Format", bound=StrEnum)
_ENDINGS = {
    ".json": ExportFormat.JSON,
    ".csv": ExportFormat.CSV,
    ".ris": ExportFormat.RIS,
    ".bib": ExportFormat.BIBTEX,
    ".docx": ExportFormat.DOCX,
}


class Export(NamedTuple):
    """What was asked for: format, file (None is stdout), byte-order mark."""

    format: ExportFormat
    file: Path | None
    bom: bool = False


def export_asked(format: ExportFormat | None, file: Path | None, bom: bool, json: bool) -> Export | None:
    """The export that the options ask for; None for none of them. Raises BadInput where they disagree.

    Example: `export_asked(None, Path("hits.ris"), False, False).format is ExportFormat.RIS`
    """
    if format is None and file is None and not bom:
        return None
    chosen = format
    if chosen is None and json:
        chosen = ExportFormat.JSON
    if chosen is None and file is not None:
        chosen = named_by_ending(file, _ENDINGS, "--format")
    chosen = chosen or ExportFormat.CSV  # --bom alone
    if json and chosen is not ExportFormat.JSON:
        raise BadInput(f"found both --json and --format {chosen}; one of them was expected; leave one out")
    if bom and chosen is not ExportFormat.CSV:
        raise BadInput(f"found --bom with --format {chosen}; only CSV has one; leave --bom out")
    return Export(chosen, file, bom)


def named_by_ending(file: Path, endings: dict[str, _Format], option: str) -> _Format:
    """The format that a file name's ending names; raises BadInput for any other."""
    found = endings.get(file.suffix.lower())
    if found is None:
        expected = ", ".join(endings)
        advice = f"give {option} too, or name the file so" if option else "name the file so"
        raise BadInput(f"{file.name!r} does not end in one of {expected}, as was expected; {advice}")
    return found


def report_format(file: Path) -> PaperFormat:
    """The format of a report from its file name; raises BadInput. Called before anything is searched."""
    return named_by_ending(file, {f".{each}": each for each in PaperFormat}, "")


def write_export(library: "Library", answer: "Listed", asked: Export) -> None:
    """Write the units of an answer; raises ExportUnavailable where a library is missing."""
    from api.files.exports.formats import render
    from api.files.exports.reference import hit_list

    data = render(hit_list(library, answer), asked.format, bom=asked.bom)
    deliver(data, asked.file, binary=asked.format is ExportFormat.DOCX)


def write_report(
    library: "Library", query: "Query", answer: "SearchAnswer", file: Path, term_bank: Path | None
) -> None:
    """Write the search report of an answer."""
    from api.files.papers.formats import render
    from api.files.search_report import search_report

    paper = search_report(library, query, answer, date.today(), term_bank)
    deliver(render(paper, report_format(file)), file)


def deliver(data: bytes, file: Path | None, *, binary: bool = False) -> None:
    """Write to a file, saying so on stderr, or to stdout; raises BadInput for binary data on a terminal."""
    if file is not None:
        file.write_bytes(data)
        output.message(f"written: {file} ({len(data):,} bytes)")
        return
    if binary and sys.stdout.isatty():
        raise BadInput("found no --output for DOCX, which a terminal cannot show; add --output FILE.docx")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
