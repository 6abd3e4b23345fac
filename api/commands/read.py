"""Commands that look things up: units, documents, show."""

from typing import TYPE_CHECKING, Annotated

import typer

from api import output
from api.commands.exporting import BomOption, FormatOption, OutputOption, export_asked, write_export
from api.commands.options import DEFAULT_INDEX, IndexOption, JsonOption, ReferenceArgument
from search.library import open_library

if TYPE_CHECKING:
    from search.shapes.answers import ShowAnswer

__all__ = ["documents", "show", "units"]

ContextOption = Annotated[
    int, typer.Option("--context", metavar="N", min=0, max=1000, help="Neighbours on each side.")
]
DocumentOption = Annotated[
    str | None, typer.Option("--document", metavar="ID", help="The document that REF is of.")
]


def units(
    index: IndexOption = DEFAULT_INDEX,
    format: FormatOption = None,
    bom: BomOption = False,
    output_file: OutputOption = None,
    json: JsonOption = False,
) -> None:
    """List every citable unit."""
    export = export_asked(format, output_file, bom, json)
    library = open_library(index)
    listed = library.units()
    if export is not None:
        write_export(library, listed, export)
    elif json:
        output.print_json(listed)
    else:
        output.print_units(listed["units"])


def documents(index: IndexOption = DEFAULT_INDEX, json: JsonOption = False) -> None:
    """List every document with its metadata, counts and anomalies."""
    listed = open_library(index).documents(with_paths=True)
    if json:
        output.print_json(listed)
    else:
        output.print_documents(listed["documents"])


def show(
    reference: ReferenceArgument,
    index: IndexOption = DEFAULT_INDEX,
    context: ContextOption = 0,
    document: DocumentOption = None,
    json: JsonOption = False,
) -> None:
    """Show the unit that a reference names, with its neighbours."""
    shown = open_library(index).show(reference, context=context, document=document)
    if json:
        output.print_json(shown)
    else:
        _print_shown(shown)


def _print_shown(shown: "ShowAnswer") -> None:
    console = output.stdout_console()
    context = shown.get("context") or {"before": [], "after": []}
    for unit in context["before"]:
        output.print_unit(unit, console, style="dim")
    output.print_unit(shown, console)
    for unit in context["after"]:
        output.print_unit(unit, console, style="dim")
    for unit in shown["others"]:
        output.show(console, "另见：" + unit["citation"])
