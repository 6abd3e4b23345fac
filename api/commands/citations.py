"""Commands on citations: cited-by, resolve."""

from typing import TYPE_CHECKING, Annotated

import typer

from api import output
from api.commands.exporting import BomOption, FormatOption, OutputOption, export_asked, write_export
from api.commands.options import DEFAULT_INDEX, IndexOption, JsonOption
from api.commands.pasted import read_pasted
from api.errors import BadInput, ExitCode
from search.library import open_library

if TYPE_CHECKING:
    from search.shapes.citations import CheckedCitation, NotCarriedAnswer

__all__ = ["cited_by", "resolve"]

ReferenceOrNone = Annotated[
    str | None, typer.Argument(metavar="REF", help="A document, symbol, resolution or article.")
]
UnresolvedOption = Annotated[
    bool, typer.Option("--unresolved", help="Instead of REF: what is cited and no document carries.")
]
TextArgument = Annotated[str, typer.Argument(metavar="TEXT", help="A text with citations; - is stdin.")]

_STATUS = {"exists": "存在", "exists_but_differs": "存在，但引文不符", "not_found": "本索引中没有"}
_STYLE = {"exists": "green", "exists_but_differs": "yellow", "not_found": "red"}
_KIND = {"symbol": "文号", "resolution": "决议", "decision": "决定", "article": "条款"}


def cited_by(
    reference: ReferenceOrNone = None,
    unresolved: UnresolvedOption = False,
    index: IndexOption = DEFAULT_INDEX,
    format: FormatOption = None,
    bom: BomOption = False,
    output_file: OutputOption = None,
    json: JsonOption = False,
) -> None:
    """List the units that cite a document, symbol, resolution or article."""
    if (reference is None) == (not unresolved):
        raise BadInput("expected either REF or --unresolved; `yinzheng cited-by --help` shows both")
    export = export_asked(format, output_file, bom, json)
    if reference is None:
        if export:
            raise BadInput("found --unresolved with --format, --output or --bom; these are for units")
        _list_unresolved(open_library(index).not_carried(), json)
        return
    library = open_library(index)
    found = library.cited_by(reference)
    if export is not None:
        write_export(library, found, export)
    elif json:
        output.print_json(found)
    else:
        output.print_units(found["units"])
    if not found["units"]:
        output.message(f"no unit of the index cites {reference!r:.200}")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def resolve(text: TextArgument, index: IndexOption = DEFAULT_INDEX, json: JsonOption = False) -> None:
    """Check every citation of a text: does it exist, and does it say what is quoted?"""
    pasted = read_pasted(text)
    answer = open_library(index).check_citations(pasted)
    if json:
        output.print_json(answer)
    else:
        for citation in answer["citations"]:
            _print_checked(citation)
    if not answer["citations"]:
        output.message("the text cites nothing")
    if not answer["citations"] or any(one["status"] != "exists" for one in answer["citations"]):
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _list_unresolved(answer: "NotCarriedAnswer", json: bool) -> None:
    if json:
        output.print_json(answer)
        return
    console = output.stdout_console()
    for one in answer["unresolved"]:
        first = one["first"]["citation"]
        output.show(console, f"{_KIND[one['kind']]} {one['text']}", "bold")
        output.show(console, f"   引用单元 {one['units']} 个，首见于{first}")
    if not answer["unresolved"]:
        output.message("every symbol, resolution and article that is cited is carried by a document")


def _print_checked(citation: "CheckedCitation") -> None:
    """A citation with its status, the words of what it names, and quoted words that do not stand there."""
    console = output.stdout_console()
    output.show(console, f"{_STATUS[citation['status']]}：{citation['text']}", _STYLE[citation["status"]])
    for unit in citation["units"]:
        output.show(console, f"   {unit['citation']}：{unit['text']}")
    for document in citation["documents"]:
        output.show(console, f"   文件：{document}")
    if citation["missing"]:
        output.show(console, "   缺：" + "、".join(map(str, citation["missing"])))
    for quote in citation["quotes"]:
        if not quote["verbatim"]:
            output.show(console, f"   不见于所引单元：“{quote['text']}”", "yellow")
            for place in quote["stands_in"]:
                output.show(console, f"   见于：{place}")
    if citation["status"] == "not_found" and citation["cited_by"]:
        output.show(console, f"   索引中有 {citation['cited_by']} 个单元引用，但没有载有它的文件", "dim")
    console.print()
