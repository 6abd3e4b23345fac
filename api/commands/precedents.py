"""Commands on precedents: related, chain."""

from typing import TYPE_CHECKING, Annotated

import typer

from api import output
from api.commands.exporting import BomOption, FormatOption, OutputOption, export_asked, write_export
from api.commands.options import (
    DEFAULT_INDEX,
    FacetsOption,
    IndexOption,
    JsonOption,
    KOption,
    ReferenceArgument,
    TypesOption,
    VersionsOption,
)
from api.commands.pasted import read_pasted
from api.errors import ExitCode
from api.views.wording import marked, shift_text
from search.library import open_library
from search.precedents.order import Order

if TYPE_CHECKING:
    from search.shapes.precedents import ChainAnswer, ComparedWording, RelatedAnswer

__all__ = ["chain", "related"]

ReferenceOrText = Annotated[
    str | None, typer.Argument(metavar="REF", help="A reference, e.g. 2019年会议建议17; or give --text.")
]
TextOption = Annotated[
    str | None, typer.Option("--text", metavar="TEXT", help="A pasted paragraph instead of REF; - is stdin.")
]
DocumentOption = Annotated[str | None, typer.Option("--document", metavar="ID", help="Document of REF.")]
ByOption = Annotated[Order, typer.Option("--by", help="Best match first, or earliest document first.")]
DiverseOption = Annotated[
    bool,
    typer.Option(
        "--diverse/--no-diverse", help="At most twice its fair share of hits from one document, or any."
    ),
]
DiffOption = Annotated[bool, typer.Option("--diff", help="Show the wording of each beside the source.")]


def related(
    reference: ReferenceOrText = None,
    text: TextOption = None,
    index: IndexOption = DEFAULT_INDEX,
    k: KOption = 10,
    document: DocumentOption = None,
    by: ByOption = Order.STRENGTH,
    diverse: DiverseOption = True,
    diff: DiffOption = False,
    versions: VersionsOption = "current",
    type: TypesOption = None,
    facet: FacetsOption = None,
    format: FormatOption = None,
    bom: BomOption = False,
    output_file: OutputOption = None,
    json: JsonOption = False,
) -> None:
    """Find precedents: units of other documents that say the same; --diff compares the wording."""
    from search.library.precedents import RelatedRequest
    from search.query import parse_query

    pasted = None if text is None else read_pasted(text)
    asked = RelatedRequest(reference, pasted, k, document, by, diverse, diff)
    within = parse_query(
        asked.reference or asked.text or "", k=k, versions=versions, types=type or (), facets=facet or ()
    )
    export = export_asked(format, output_file, bom, json)
    library = open_library(index)
    answer = library.precedents(
        reference, text=pasted, k=k, document=document, by=by, diverse=diverse, diff=diff, within=within
    )
    if export is not None:
        write_export(library, answer, export)
    elif json:
        output.print_json(answer)
    elif diff:
        _print_side_by_side(answer)
    else:
        output.print_units(answer["hits"])
    if not answer["hits"]:
        output.message(f"nothing found for {answer['query']!r:.200}")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def chain(
    reference: ReferenceArgument,
    index: IndexOption = DEFAULT_INDEX,
    document: DocumentOption = None,
    json: JsonOption = False,
) -> None:
    """Show what was said on the matter of REF over the years, each beside what was said before."""
    answer = open_library(index).chain(reference, document=document)
    if json:
        output.print_json(answer)
    else:
        _print_chain(answer)
    if len(answer["links"]) == 1:
        output.message(f"no unit of another document is near enough to {reference!r:.200}")
        raise typer.Exit(ExitCode.NOTHING_FOUND)


def _print_side_by_side(answer: "RelatedAnswer") -> None:
    """Each hit with the older and the newer wording, changes marked, and what became of the duty."""
    console = output.stdout_console()
    source = answer["source"]
    output.show(console, "对照：" + str(source.get("citation", "所给文字")), "bold")
    console.print()
    for hit in answer["hits"]:
        output.show(console, f"{hit['rank']}. {hit['citation']}（{hit['date'] or '日期不详'}）", "bold")
        texts = (hit["text"], source["text"])
        old, new = texts if hit["diff"]["older"] == "hit" else texts[::-1]
        _print_changes(hit["diff"], old, new)


def _print_changes(diff: "ComparedWording", old: str, new: str) -> None:
    console = output.stdout_console()
    output.show(console, "   旧：" + marked(diff, "old", old))
    output.show(console, "   新：" + marked(diff, "new", new))
    if shift := shift_text(diff):
        output.show(console, "   约束力：" + shift, "cyan")
    console.print()


def _print_chain(answer: "ChainAnswer") -> None:
    console = output.stdout_console()
    texts = {link["citation"]: link["text"] for link in answer["links"]}
    for link in answer["links"]:
        mark = "（所查单元）" if link["asked"] else ""
        output.show(console, f"{link['date'] or '日期不详'}  {link['citation']}{mark}", "bold")
        if link["change"] is None:
            verb = f"   动词：{link['obligation']['verb']}" if link["obligation"] else ""
            output.show(console, "   " + link["text"])
            if verb:
                output.show(console, verb, "cyan")
            console.print()
            continue
        output.show(console, "   对照：" + link["change"]["since"], "dim")
        _print_changes(link["change"], texts[link["change"]["since"]], link["text"])
