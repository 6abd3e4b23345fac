"""The command compile."""

from pathlib import Path
from typing import Annotated

import typer

from api import output
from api.commands.exporting import BomOption, deliver, named_by_ending
from api.commands.options import (
    DEFAULT_INDEX,
    IndexOption,
    JsonOption,
    KindsOption,
    VersionsOption,
    YearsOption,
)
from api.errors import BadInput, ExitCode
from api.files.compilation import CompilationFormat, write_compilation
from corpus.types import UnitKind
from search.library import open_library

__all__ = ["compile_command"]

FormatOption = Annotated[
    CompilationFormat | None,
    typer.Option("--format", help="Else by the ending of FILE, else md."),
]
ThemesOption = Annotated[
    Path | None,
    typer.Option("--theme-file", metavar="FILE", help="Own themes in place of those of the program."),
]
ParagraphsOption = Annotated[bool, typer.Option("--paragraphs", help="Paragraphs too.")]
ByOption = Annotated[str, typer.Option("--by", help="Group by theme, addressee or strength.")]
FileOption = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write to FILE.")]

_BY = ("theme", "addressee", "strength")


def compile_command(
    index: IndexOption = DEFAULT_INDEX,
    format: FormatOption = None,
    theme_file: ThemesOption = None,
    kind: KindsOption = None,
    paragraphs: ParagraphsOption = False,
    year: YearsOption = None,
    by: ByOption = "theme",
    versions: VersionsOption = "current",
    bom: BomOption = False,
    output_file: FileOption = None,
    json: JsonOption = False,
) -> None:
    """Compile the index of recommendations by theme, each entry verbatim with its citation."""
    if by not in _BY:
        raise BadInput(f"found --by {by!r}; one of {', '.join(_BY)} was expected; choose one of these")
    if json and format not in (None, CompilationFormat.JSON):
        raise BadInput(f"found both --json and --format {format}; one of them was expected; leave one out")
    chosen = CompilationFormat.JSON if json else _format(format, output_file)
    if bom and chosen is not CompilationFormat.CSV:
        raise BadInput(f"found --bom with format {chosen}; only CSV has one; leave --bom out")
    kinds = set(kind or [UnitKind.RECOMMENDATION]) | ({UnitKind.PARAGRAPH} if paragraphs else set())
    compiled = open_library(index).compilation(
        kinds=kinds, years=year or (), by=by, theme_file=theme_file, versions=versions
    )
    data = write_compilation(compiled, chosen, bom=bom)
    deliver(data, output_file, binary=chosen is CompilationFormat.DOCX)
    if not compiled["units"]:
        output.message(f"no unit of kind {', '.join(sorted(kinds))} of these years; --paragraphs adds")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _format(format: CompilationFormat | None, file: Path | None) -> CompilationFormat:
    if format is not None or file is None:
        return format or CompilationFormat.MARKDOWN
    return named_by_ending(file, {f".{each}": each for each in CompilationFormat}, "--format")
